import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { checkJsonSize } from './json-size.js'
import { isBoosterText } from '../lightgbm/read-text.js'
import { isJsonText, openContainer } from '../containers/container.js'
import { ConvertError, prefixFile } from '../errors/convert-error.js'
import { findName } from '../pickle/find-name.js'
import { UnknownNameError } from '../pickle/names.js'
import { readPickle } from '../pickle/read-pickle.js'
import { opaqueName, type Global, type Value } from '../pickle/values.js'
import { Allowance, Located } from '../common/located.js'
import type { FileFacts, SourceFile } from '../common/source-file.js'
import { describeOpaque } from '../common/opaque.js'
import { checkNames } from '../registry/registry.js'
import { METHOD, checkMethod } from '../sklearn/unread.js'
import { assertNotBinary } from '../xgboost/binary.js'
import { replaceNonFinite } from '../xgboost/non-finite.js'
import { isUbjson, readUbjson } from '../xgboost/ubjson.js'

/** Forests compress about tenfold; what promises to grow far more was made to fill memory. */
const MAX_GROWTH = 200
const MIN_LIMIT_BYTES = 64 * 2 ** 20
/** What grows to more than this may grow less: it takes twice as much while it does. */
const SMALL_BYTES = 192 * 2 ** 20
const MAX_LARGE_GROWTH = 40
const MAX_LIMIT_BYTES = 2 ** 31

/** A model file as it is. */
export interface ModelFile {
  /** Its path, or a mere name. */
  readonly name: string
  readonly bytes: Uint8Array
}

/** A model file, decompressed. */
export interface OpenedFile extends FileFacts {
  /** The pickle or joblib stream, or JSON text where that is allowed. */
  readonly payload: Uint8Array
}

/**
 * Decompresses a model file.
 * @throws ConvertError when it is neither a pickle nor JSON, or is damaged, or far larger inside than outside
 */
export function openSourceFile({ name, bytes }: ModelFile): OpenedFile {
  const small = Math.min(bytes.length * MAX_GROWTH, SMALL_BYTES)
  const maxBytes = Math.min(Math.max(small, bytes.length * MAX_LARGE_GROWTH, MIN_LIMIT_BYTES), MAX_LIMIT_BYTES)
  const { payload, container } = openContainer(bytes, { maxBytes, allowJson: true })
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { file: basename(name), bytes: bytes.length, sha256, container, payload }
}

/**
 * Reads a model file without executing anything in it.
 * @throws ConvertError naming the file, the place in it, what was expected and what came
 */
export function parseSourceFile(given: ModelFile): SourceFile {
  try {
    return parse(given)
  } catch (error) {
    throw nameFile(error, given.name)
  }
}

/** The same for a file on the disk. */
export async function readSourceFile(path: string): Promise<SourceFile> {
  try {
    return parse(await readModelFile(path))
  } catch (error) {
    throw nameFile(error, path)
  }
}

function parse(given: ModelFile): SourceFile {
  const { payload, ...opened } = openSourceFile(given)
  const json = readJson(payload)
  if (json !== undefined) return { ...opened, kind: 'json', json }
  if (isBoosterText(payload)) return { ...opened, kind: 'text', text: payload }
  assertNotBinary(payload)
  const root = readSupported(payload, opened.bytes)
  const unknown = opaqueName(root)
  if (unknown !== undefined) throw describeOpaque(unknown, '')
  return { ...opened, kind: 'pickle', root: new Located(root, '', new Allowance(payload.length)) }
}

function nameFile(error: unknown, path: string): unknown {
  return error instanceof ConvertError ? prefixFile(error, basename(path)) : error
}

/** @throws ConvertError when there is no such file, or it cannot be read */
export async function readModelFile(path: string): Promise<ModelFile> {
  try {
    const found = await stat(path)
    // A pipe or a device may never end.
    if (!found.isFile()) throw new ConvertError(found.isDirectory() ? 'is a folder, expected a file.' : 'is not an ordinary file.')
    return { name: path, bytes: await readFile(path) }
  } catch (error) {
    if (error instanceof ConvertError) throw error
    const { code, message } = error as NodeJS.ErrnoException
    throw new ConvertError(code === 'ENOENT' ? 'no such file.' : `cannot be read (${message}).`, { cause: error })
  }
}

/**
 * What JSON text or UBJSON holds, undefined for anything else.
 * @throws ConvertError when it is damaged
 */
export function readJson(payload: Uint8Array): unknown {
  if (isUbjson(payload)) return readUbjson(payload)
  if (!isJsonText(payload)) return undefined
  checkJsonSize(payload.length)
  try {
    return JSON.parse(replaceNonFinite(new TextDecoder('utf-8', { fatal: true }).decode(payload))) as unknown
  } catch (error) {
    throw new ConvertError(`The file is JSON text that cannot be parsed (${(error as Error).message}).`, {
      hint: 'Write or copy it again: it may have been cut off.', cause: error
    })
  }
}

function readSupported(payload: Uint8Array, fileBytes: number): Value {
  try {
    return readMethods(payload, fileBytes)
  } catch (error) {
    if (!(error instanceof UnknownNameError)) throw error
    throw new UnknownNameError(error.offset, error.unknown, error.hint ?? '', placeOf(payload, fileBytes, error))
  }
}

/** A bound method is a call of getattr, which is the one thing that this name may be there for. */
function readMethods(payload: Uint8Array, fileBytes: number): Value {
  let method: [name: Global, offset: number] | undefined
  const root = readPickle(payload, {
    checkName(name, offset) {
      if (name.path === METHOD) {
        name.opaque = true
        method ??= [name, offset]
      } else checkNames(name, offset)
    },
    checkCall: checkMethod,
    fileBytes
  })
  if (method === undefined) return root
  const [name, offset] = method
  const place = findName(root, METHOD, { called: false })
  if (place === undefined) return root
  throw new UnknownNameError(offset, name, 'Only methods that fitted models keep unread may be there.', place)
}

/** Where the name stands among the file's objects: reading it as mere names is as safe as stopping at the first. */
function placeOf(payload: Uint8Array, fileBytes: number, error: UnknownNameError): string | undefined {
  try {
    return findName(readPickle(payload, { checkName: () => {}, fileBytes }), error.unknown.path)
  } catch (problem) {
    if (problem instanceof ConvertError) return undefined
    throw problem
  }
}
