/**
 * What a model file is by its first bytes: a pickle, one of the compressed containers that joblib writes, or something
 * else, which is named. The file's name is never looked at: joblib itself goes by the first bytes.
 */
import { ContainerError } from '../errors/convert-error.js'
import { decompressBz2 } from './bz2.js'
import { decompressLz4 } from './lz4.js'
import { decompressLzmaAlone } from './lzma-alone.js'
import { corrupt, OutputBuffer, tooLarge, truncated } from './output-buffer.js'
import { decompressXz } from './xz.js'
import { decompressGzip, decompressZlib } from './zlib.js'

export type Container = 'raw' | 'zlib' | 'gzip' | 'bz2' | 'xz' | 'lzma' | 'lz4' | 'joblib-zf' | 'zip'

export interface OpenOptions {
  /** How many bytes the content may have. No more than about twice that is allocated, while the output grows. */
  maxBytes: number
  /** Lets JSON text through, which {@link isJsonText} tells from a pickle, and what looks like ONNX. */
  allowOthers?: boolean
  /** Lets a tar archive through, for which {@link isTar} holds. */
  allowTar?: boolean
}

export interface OpenedContainer {
  /** The pickle or joblib stream, or JSON text where that is allowed; of 'raw' the given bytes themselves. */
  payload: Uint8Array
  container: Container
}

interface Format {
  container: Container
  /** First bytes. No pickle starts with them. */
  magic: number[]
  open: (bytes: Uint8Array, maxBytes: number) => Uint8Array
}

const FORMATS: Format[] = [
  { container: 'zlib', magic: [0x78], open: (bytes, maxBytes) => decompressZlib(bytes, maxBytes, 'zlib') },
  { container: 'gzip', magic: [0x1f, 0x8b], open: decompressGzip },
  { container: 'bz2', magic: [0x42, 0x5a, 0x68], open: into('bz2', decompressBz2) },
  { container: 'xz', magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], open: into('xz', decompressXz) },
  { container: 'lzma', magic: [0x5d, 0x00], open: into('lzma', decompressLzmaAlone) },
  { container: 'lz4', magic: [0x04, 0x22, 0x4d, 0x18], open: into('lz4', decompressLz4) },
  { container: 'joblib-zf', magic: [0x5a, 0x46], open: decompressZf }
]

/**
 * Recognises a model file by its first bytes and decompresses it.
 *
 * @throws {ContainerError} if the file is no pickle but something else that is recognised, if the compressed data is
 * incomplete or contradicts itself or a checksum, or if the content has more than `maxBytes` bytes
 */
export function openContainer(
  bytes: Uint8Array, { maxBytes, allowOthers = false, allowTar = false }: OpenOptions
): OpenedContainer {
  if (!(maxBytes > 0)) throw new RangeError(`maxBytes is ${maxBytes}, expected a positive number`)
  const allowed = [...allowOthers ? [JSON_TEXT, ONNX] : [], ...allowTar ? [TAR] : []]
  assertNotForeign(bytes, 'The file', allowed)
  const format = findFormat(bytes)
  if (format === undefined) {
    if (bytes.length > maxBytes) throw tooLarge('not compressed', maxBytes)
    return { payload: bytes, container: 'raw' }
  }
  const { container, open } = format
  const payload = open(bytes, maxBytes)
  assertNotForeign(payload, `The content of the ${container} container`, allowed)
  const inner = findFormat(payload)
  if (inner !== undefined) {
    throw new ContainerError(`The content of the ${container} container is ${inner.container} data, not a pickle.`, {
      hint: `Decompress the outer ${container} layer first.`
    })
  }
  return { payload, container }
}

/** The format whose magic `bytes` start with, or end within: no pickle is that short. */
function findFormat(bytes: Uint8Array): Format | undefined {
  return FORMATS.find(({ magic }) => magic.every((byte, i) => i >= bytes.length || bytes[i] === byte))
}

function into(
  container: Container, decompress: (bytes: Uint8Array, out: OutputBuffer) => void
): (bytes: Uint8Array, maxBytes: number) => Uint8Array {
  return (bytes, maxBytes) => {
    const out = new OutputBuffer(container, maxBytes)
    decompress(bytes, out)
    return out.bytes()
  }
}

const ZF_HEADER_BYTES = 21

/** joblib before 0.10: "ZF", the content's length as hexadecimal text padded with spaces, a zlib stream. */
function decompressZf(bytes: Uint8Array, maxBytes: number): Uint8Array {
  const where = 'joblib-zf'
  if (bytes.length < ZF_HEADER_BYTES) throw truncated(where)
  const text = String.fromCharCode(...bytes.subarray(2, ZF_HEADER_BYTES))
  if (!/^0x[0-9a-f]+L? *$/.test(text)) {
    throw corrupt(where, `expected the content's length in hexadecimal, found ${JSON.stringify(text)}`)
  }
  const length = parseInt(text, 16)
  if (length > maxBytes) throw tooLarge(where, maxBytes, length)
  // Python 2 padded to one character more.
  const start = bytes[ZF_HEADER_BYTES] === 0x20 ? ZF_HEADER_BYTES + 1 : ZF_HEADER_BYTES
  const content = decompressZlib(bytes.subarray(start), maxBytes, where)
  if (content.length !== length) {
    throw corrupt(where, `${content.length} bytes of content where the header says ${length}`)
  }
  return content
}

const RELOAD = 'Load it in Python with the library that wrote it, then save it with joblib.dump(model, "model.pkl").'
const NOT_TREES = 'Only models of trees are converted: docs/parity.md lists them.'
const AGAIN = 'Copy or download the model again.'

interface Foreign {
  what: string
  hint: string
  matches: (head: string, bom: boolean) => boolean
}

const JSON_TEXT: Foreign = {
  what: 'JSON text',
  hint: "Of JSON, convert takes what ml-random-forest's toJSON() and the save_model() of XGBoost and CatBoost give; a converted model is served as it is; " +
    "a server's error message means that a download went wrong.",
  matches: head => /^\s*(\{\s*["}]|\[)/.test(head)
}

const TAR: Foreign = {
  what: 'a tar archive',
  hint: 'Extract the model from it.',
  matches: head => head.slice(257, 262) === 'ustar'
}

const ZIP: Foreign = {
  what: 'a ZIP archive',
  hint: `Unzip it and convert the model that is in it: the .pkl, .joblib, .txt, .json, .ubj or .cbm file. Or: ${RELOAD}`,
  matches: isZip
}

const ONNX: Foreign = {
  what: 'an ONNX model that is damaged',
  hint: AGAIN,
  matches: head => looksLikeOnnx(head)
}

/** Files that are met in place of a pickle. No pickle starts like one of them. */
const FOREIGN: Foreign[] = [
  { what: 'empty', hint: AGAIN, matches: head => head === '' },
  {
    what: 'a Git LFS pointer, which stands for the model',
    hint: 'Run git lfs pull to fetch the model itself.',
    matches: head => head.startsWith('version https://git-lfs')
  },
  {
    what: 'an HTML page',
    hint: 'A download went wrong, often for want of a login: open the address in a browser and save the model itself.',
    matches: head => /^\s*<(!doctype html|html|head|!--)/i.test(head)
  },
  { what: 'PMML', hint: 'Convert the pickle that it was made from.', matches: head => /^\s*<[\s\S]*<PMML[\s/>]/.test(head) },
  {
    what: 'XML',
    hint: 'Convert the model file itself.',
    matches: head => /^\s*</.test(head)
  },
  JSON_TEXT,
  {
    what: 'a skops file (.skops)',
    hint: 'Decompress it: convert takes the .skops file itself.',
    matches: head => isZip(head) && head.includes('schema.json')
  },
  {
    what: 'a skops file (.skops) without its schema.json',
    hint: AGAIN,
    matches: head => isZip(head) && /[0-9]{6,}\.npy/.test(head)
  },
  { what: 'a Keras model (.keras)', hint: NOT_TREES, matches: head => isZip(head) && /metadata\.json|model\.weights\.h5/.test(head) },
  { what: 'a PyTorch model (.pt)', hint: NOT_TREES, matches: head => isZip(head) && /\/data\.pkl|\/byteorder|constants\.pkl/.test(head) },
  { what: 'a file of numpy arrays (.npz)', hint: RELOAD, matches: head => isZip(head) && head.includes('.npy') },
  ZIP,
  ONNX,
  {
    what: "MLflow's description of a model (MLmodel)",
    hint: 'Name the folder that it is in: convert finds the model there.',
    matches: head => /^(artifact_path|flavors|databricks_runtime|mlflow_version|model_id|env_vars|metadata|run_id|signature):/m.test(head) && /^(artifact_path|flavors|is_signature_from_type_hint|mlflow_version|model_id):/m.test(head)
  },
  {
    what: "LightGBM's text with a mark of its byte order in front, which an editor put there",
    hint: 'LightGBM itself cannot read it any more: copy the original in binary mode.',
    matches: (head, bom) => bom && /^tree\r?\n/.test(head)
  },
  {
    what: "XGBoost's dump of trees as text, which is made to be looked at",
    hint: "Save the model itself: model.save_model('model.json').",
    matches: head => /^(booster\[\d+\]:?\s*\n)?\s*0:(\[|leaf=)/.test(head)
  },
  {
    what: 'a 7z archive',
    hint: 'Extract the model from it.',
    matches: head => head.startsWith('7z\xbc\xaf\x27\x1c')
  },
  TAR,
  {
    what: 'Zstandard data',
    hint: 'Decompress it with zstd -d.',
    matches: head => head.startsWith('\x28\xb5\x2f\xfd')
  },
  { what: 'an HDF5 file, as Keras (.h5) writes them', hint: NOT_TREES, matches: head => head.startsWith('\x89HDF\r\n\x1a\n') },
  {
    what: 'a NumPy array (.npy)',
    hint: 'joblib before 0.10 wrote such files beside model.pkl: load model.pkl in Python and save it again.',
    matches: head => head.startsWith('\x93NUMPY')
  },
  { what: 'a row of zero bytes', hint: AGAIN, matches: head => /^\0{16}/.test(head) }
]

const HEAD_BYTES = 512
const TAIL_BYTES = 4096

function isZip(head: string): boolean {
  return /^PK(\x03\x04|\x05\x06)/.test(head)
}

/** ModelProto begins with its version, a small number, and then with what it was made by, as text. */
function looksLikeOnnx(head: string): boolean {
  return /^\x08[\x01-\x1f]\x12[\x00-\x40][\x20-\x7e]{2}/.test(head) || /^\x08[\x01-\x1f](?=[\s\S]*ai\.onnx)/.test(head)
}

/** Whether bytes start like JSON text, which no pickle does. */
export function isJsonText(bytes: Uint8Array): boolean {
  return findForeign(bytes) === JSON_TEXT
}

/** Throws if `bytes` look like ONNX. Call it for what cannot be read as that. */
export function assertNotOnnx(bytes: Uint8Array): void {
  if (findForeign(bytes) === ONNX) throw foreignError(ONNX, 'The file')
}

/** The error for JSON text that nothing is made of. */
export function jsonError(subject: string): ContainerError {
  return foreignError(JSON_TEXT, subject)
}

/** Throws if a ZIP archive is the model of a library that is known and not converted. */
export function assertNotForeignZip(bytes: Uint8Array): void {
  const foreign = findForeign(bytes)
  if (foreign !== undefined && foreign !== ZIP) throw foreignError(foreign, 'The file')
}

/** Throws if `bytes` are of a known kind that is not a pickle. */
function assertNotForeign(bytes: Uint8Array, subject: string, allowed: readonly Foreign[]): void {
  const foreign = findForeign(bytes)
  if (foreign !== undefined && !allowed.includes(foreign)) throw foreignError(foreign, subject)
}

function foreignError({ what, hint }: Foreign, subject: string): ContainerError {
  return new ContainerError(`${subject} is ${what}, not a pickle.`, { hint })
}

function findForeign(bytes: Uint8Array): Foreign | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEAD_BYTES)).toString('latin1')
  // A ZIP archive lists its entries at its end.
  const tail = isZip(head) ? Buffer.from(bytes.subarray(-TAIL_BYTES)).toString('latin1') : ''
  const text = head.replace(/^\xef\xbb\xbf/, '') + tail
  return FOREIGN.find(({ matches }) => matches(text, head.startsWith('\xef\xbb\xbf')))
}
