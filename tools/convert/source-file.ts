import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { openContainer, type Container } from './pickle/container.js'
import { ConvertError } from './pickle/errors.js'
import { findName } from './pickle/find-name.js'
import { UnknownNameError } from './pickle/names.js'
import { readPickle } from './pickle/read-pickle.js'
import type { Value } from './pickle/values.js'
import { Located } from './sklearn/located.js'
import { allowSupportedClasses } from './sklearn/registry.js'

/** Forests compress about tenfold; what promises to grow far more was made to fill memory. */
const MAX_GROWTH = 200
const MIN_LIMIT_BYTES = 64 * 2 ** 20
const MAX_LIMIT_BYTES = 2 ** 31

/** A `.pkl` or `.joblib` file, read into plain data. */
export interface SourceFile {
  /** Name without its folder. */
  readonly file: string
  readonly bytes: number
  /** Of the file as it is, in hex. */
  readonly sha256: string
  readonly container: Container
  readonly root: Located
}

/**
 * Reads a model file without executing anything in it.
 * @throws ConvertError naming the file, the place in it, what was expected and what came
 */
export async function readSourceFile(path: string): Promise<SourceFile> {
  const file = basename(path)
  const bytes = await readBytes(path)
  try {
    const limit = Math.min(Math.max(bytes.length * MAX_GROWTH, MIN_LIMIT_BYTES), MAX_LIMIT_BYTES)
    const { payload, container } = openContainer(bytes, { maxBytes: limit })
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    return { file, bytes: bytes.length, sha256, container, root: new Located(readSupported(payload), '') }
  } catch (error) {
    throw error instanceof ConvertError ? prefixFile(error, file) : error
  }
}

/** The same error, naming the file that it is about. */
export function prefixFile(error: ConvertError, file: string): ConvertError {
  return new ConvertError(`${file}: ${error.problem}`, { cause: error, ...(error.hint === undefined ? {} : { hint: error.hint }) })
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const reason = code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'is a folder, expected a file' : message
    throw new ConvertError(`${path}: ${reason}.`, { cause: error })
  }
}

function readSupported(payload: Uint8Array): Value {
  try {
    return readPickle(payload, { checkName: allowSupportedClasses })
  } catch (error) {
    if (!(error instanceof UnknownNameError)) throw error
    throw new UnknownNameError(error.offset, error.unknown, error.hint ?? '', placeOf(payload, error))
  }
}

/** Where the name stands among the file's objects: reading it as mere names is as safe as stopping at the first. */
function placeOf(payload: Uint8Array, error: UnknownNameError): string | undefined {
  try {
    return findName(readPickle(payload, { checkName: () => {} }), error.unknown.path)
  } catch (problem) {
    if (problem instanceof ConvertError) return undefined
    throw problem
  }
}
