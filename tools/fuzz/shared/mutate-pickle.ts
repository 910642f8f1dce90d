/** Pickles changed by their structure: opcodes for others, and the numbers, texts and names that they carry. */
import { Op } from '../../convert/pickle/opcodes.js'
import { ODD_BYTES } from './mutate-bytes.js'
import { below, pick, times, type Random } from './random.js'

/** Bytes that follow an opcode, where that is fixed. */
const ARGUMENT = new Map<number, number>([
  [Op.BININT, 4], [Op.BININT1, 1], [Op.BININT2, 2], [Op.BINFLOAT, 8], [Op.BINGET, 1], [Op.LONG_BINGET, 4],
  [Op.BINPUT, 1], [Op.LONG_BINPUT, 4], [Op.PROTO, 1], [Op.FRAME, 8], [Op.EXT1, 1], [Op.EXT2, 2], [Op.EXT4, 4]
])
/** Bytes of the length that follows an opcode, which the content follows. */
const LENGTH = new Map<number, number>([
  [Op.SHORT_BINUNICODE, 1], [Op.BINUNICODE, 4], [Op.BINUNICODE8, 8], [Op.SHORT_BINBYTES, 1], [Op.BINBYTES, 4],
  [Op.BINBYTES8, 8], [Op.BYTEARRAY8, 8], [Op.SHORT_BINSTRING, 1], [Op.BINSTRING, 4], [Op.LONG1, 1], [Op.LONG4, 4]
])
/** Lines that follow an opcode. */
const LINES = new Map<number, number>([
  [Op.INT, 1], [Op.LONG, 1], [Op.FLOAT, 1], [Op.STRING, 1], [Op.UNICODE, 1], [Op.GET, 1], [Op.PUT, 1], [Op.GLOBAL, 2],
  [Op.INST, 2], [Op.PERSID, 1]
])
const CODES: readonly number[] = Object.values(Op)
const KNOWN = new Set(CODES)
const NEWLINE = 0x0a
/** Names, numbers and short texts: what is longer is not an opcode's line, or not worth a mutation. */
const MAX_LINE = 1000

/** An opcode in a pickle with what follows it. */
export interface Place {
  readonly code: number
  readonly from: number
  readonly to: number
}

/** So many opcodes in a row are not numbers of an array. */
const ENOUGH = 24

/** The opcodes of a pickle; of one by joblib, those between its arrays, which are found by trying. */
export function listOpcodes(bytes: Uint8Array): Place[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const places = walk(view, 0, Infinity)
  for (let at = places.at(-1)?.to ?? 0; at < bytes.length;) {
    const tried = walk(view, at, ENOUGH)
    const isReal = places.length > 0 && (tried.length === ENOUGH || tried.at(-1)?.to === bytes.length)
    if (isReal) places.push(...walk(view, at, Infinity))
    at = isReal ? places[places.length - 1].to : at + 1
  }
  return places
}

/** Opcodes from `from` on, to the first thing that is none, or to `limit` of them. */
function walk(view: DataView, from: number, limit: number): Place[] {
  const end = view.byteLength
  const places: Place[] = []
  while (from < end && places.length < limit) {
    const code = view.getUint8(from)
    if (!KNOWN.has(code)) break
    let to = from + 1 + (ARGUMENT.get(code) ?? 0)
    const size = LENGTH.get(code)
    if (size !== undefined) {
      if (to + size > end) break
      to += size + (size === 1 ? view.getUint8(to) : view.getUint32(to, true))
    }
    for (let lines = LINES.get(code) ?? 0; lines > 0; lines--) to = endOfLine(view, to)
    if (to > end) break
    places.push({ code, from, to })
    from = to
    if (code === Op.STOP) break
  }
  return places
}

/** The place after the next line feed; beyond the end where there is none that is near. */
function endOfLine(view: DataView, from: number): number {
  const end = Math.min(view.byteLength, from + MAX_LINE)
  while (from < end && view.getUint8(from) !== NEWLINE) from++
  return from < end ? from + 1 : Infinity
}

/** Other bytes for an opcode and what follows it. */
function change(bytes: Buffer, place: Place, places: readonly Place[], random: Random): Uint8Array {
  const { code, from, to } = place
  const own = bytes.subarray(from, to)
  const chance = random()
  if (chance < 0.2) return Buffer.alloc(0)
  if (chance < 0.3) return Buffer.concat([own, own])
  if (chance < 0.5) {
    // Another of the same kind from the same file: a name, a text, a number, an index into the memo.
    const others = places.filter(other => other.code === code)
    const other = pick(random, others)
    return bytes.subarray(other.from, other.to)
  }
  if (chance < 0.65) {
    const other = pick(random, places)
    return bytes.subarray(other.from, other.to)
  }
  if (chance < 0.8 && own.length > 1) {
    const changed = Buffer.from(own)
    changed[1 + below(random, own.length - 1)] = random() < 0.5 ? below(random, 256) : pick(random, ODD_BYTES)
    return changed
  }
  return Buffer.from([pick(random, CODES), ...own.subarray(1)])
}

/** @param places of `original`, from {@link listOpcodes} */
export function mutatePickle(original: Uint8Array, places: readonly Place[], random: Random): Buffer {
  const bytes = Buffer.from(original)
  const chosen = new Set(Array.from({ length: times(random) }, () => below(random, places.length)))
  const pieces: Uint8Array[] = []
  let at = 0
  for (const i of [...chosen].sort((a, b) => a - b)) {
    pieces.push(bytes.subarray(at, places[i].from), change(bytes, places[i], places, random))
    at = places[i].to
  }
  return Buffer.concat([...pieces, bytes.subarray(at)])
}
