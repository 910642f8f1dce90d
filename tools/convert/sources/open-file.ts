/** Model files, opened: read from the disk, and out of what they are packed in. */
import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { openContainer, type Container } from '../containers/container.js'
import { ZipArchive, isZip } from '../containers/zip.js'
import type { FileFacts } from '../common/source-file.js'
import { ConvertError } from '../errors/convert-error.js'
import { SCHEMA } from '../skops/node.js'
import { isSkops } from '../skops/read-skops.js'
import { isBinary } from '../xgboost/binary.js'
import { isOnnx } from '../onnx/model.js'
import { checkJsonSize } from './json-size.js'

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
export function openSourceFile(given: ModelFile, { allowTar = false } = {}): OpenedFile {
  // XGBoost's binary format has no mark of its own: its first number may be the mark of any other.
  if (isBinary(given.bytes) || isOnnx(given.bytes)) return { ...describeFile(given, 'raw'), payload: given.bytes }
  const maxBytes = limitBytes(given.bytes.length)
  const { payload, container } = openContainer(given.bytes, { maxBytes, allowOthers: true, allowTar })
  return { ...describeFile(given, container), payload }
}

/** How much a file of this size may hold. */
function limitBytes(bytes: number): number {
  const small = Math.min(bytes * MAX_GROWTH, SMALL_BYTES)
  return Math.min(Math.max(small, bytes * MAX_LARGE_GROWTH, MIN_LIMIT_BYTES), MAX_LIMIT_BYTES)
}

export function describeFile({ name, bytes }: ModelFile, container: Container): FileFacts {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { file: basename(name), bytes: bytes.length, sha256, container }
}

/** A .skops file that is open, and the facts of it. */
export interface OpenedSkops extends FileFacts {
  readonly archive: ZipArchive
}

/**
 * Opens a .skops file.
 * @returns undefined for any other file
 * @throws ConvertError when it is a damaged archive
 */
export function openSkops(given: ModelFile): OpenedSkops | undefined {
  const archive = openZip(given)
  if (archive === undefined || !isSkops(archive)) return undefined
  checkJsonSize(archive.sizeOf(SCHEMA) ?? 0)
  return { ...describeFile(given, 'zip'), archive }
}

/** @returns undefined for what is not a ZIP archive */
export function openZip({ bytes }: ModelFile): ZipArchive | undefined {
  return isZip(bytes) ? new ZipArchive(bytes, limitBytes(bytes.length)) : undefined
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
