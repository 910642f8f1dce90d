/** Bytes of a file changed as damage, and as malice, changes them. */
import { below, pick, times, type Random } from './random.js'

/** Lengths, counts and offsets that programs are wrong about. */
const WHOLE = [
  0, 1, 2, 3, 7, 8, 15, 16, 127, 128, 255, 256, 257, 32767, 32768, 65535, 65536, 2 ** 24, 2 ** 31 - 1, 2 ** 31,
  2 ** 32 - 1
]
const REAL = [
  0, -0, 1, -1, 0.5, NaN, Infinity, -Infinity, 5e-324, 1.7976931348623157e308, -1.7976931348623157e308, 1e300, 3.5e38,
  -1e30, 2 ** 53, 1e-300
]
export const ODD_BYTES = [0, 1, 0x7f, 0x80, 0xfe, 0xff]
/** As texts have them. */
const TEXTS = [
  '0', '-0', '1', '-1', '2', '255', '256', '65536', '2147483647', '2147483648', '-2147483649', '4294967296',
  '9007199254740993', '18446744073709551616', '1e308', '1e309', '-1e400', '5e-324', '0.1', 'nan', 'NaN', 'inf', '-inf',
  'Infinity', '', 'x', '1.', '.', '1 2', 'null', 'true', '"', '[]', '{}', '9'.repeat(400)
]
const MAX_PIECE = 4096

type Mutation = (bytes: Buffer, random: Random, other: Uint8Array) => Buffer

function replace(bytes: Buffer, from: number, to: number, by: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, from), by, bytes.subarray(to)])
}

function drawPiece(bytes: Uint8Array, random: Random): [from: number, to: number] {
  const from = below(random, bytes.length)
  const longest = random() < 0.7 ? 16 : MAX_PIECE
  return [from, Math.min(bytes.length, from + 1 + below(random, longest))]
}

function flipBit(bytes: Buffer, random: Random): Buffer {
  bytes[below(random, bytes.length)] ^= 1 << below(random, 8)
  return bytes
}

function setByte(bytes: Buffer, random: Random): Buffer {
  bytes[below(random, bytes.length)] = random() < 0.5 ? below(random, 256) : pick(random, ODD_BYTES)
  return bytes
}

function setNumber(bytes: Buffer, random: Random): Buffer {
  const size = pick(random, [2, 4, 8, 8])
  if (bytes.length < size) return bytes
  const at = below(random, bytes.length - size + 1)
  const value = random() < 0.5 ? pick(random, WHOLE) : pick(random, REAL)
  if (!Number.isInteger(value) || size === 8 && random() < 0.5) {
    if (size === 8) bytes[random() < 0.5 ? 'writeDoubleLE' : 'writeDoubleBE'](value, at)
    else if (size === 4) bytes[random() < 0.5 ? 'writeFloatLE' : 'writeFloatBE'](value, at)
    return bytes
  }
  const whole = BigInt.asUintN(size * 8, BigInt(value))
  const places = Array.from({ length: size }, (_, i) => Number((whole >> BigInt(8 * i)) & 0xffn))
  bytes.set(random() < 0.5 ? places : places.reverse(), at)
  return bytes
}

function removePiece(bytes: Buffer, random: Random): Buffer {
  return replace(bytes, ...drawPiece(bytes, random), Buffer.alloc(0))
}

function repeatPiece(bytes: Buffer, random: Random): Buffer {
  const [from, to] = drawPiece(bytes, random)
  const piece = bytes.subarray(from, to)
  const copies = random() < 0.9 ? 1 : 1 + below(random, 64)
  return replace(bytes, to, to, Buffer.concat(Array.from({ length: copies }, () => piece)))
}

function movePiece(bytes: Buffer, random: Random): Buffer {
  const [from, to] = drawPiece(bytes, random)
  const piece = Buffer.from(bytes.subarray(from, to))
  const rest = replace(bytes, from, to, Buffer.alloc(0))
  const at = below(random, rest.length + 1)
  return replace(rest, at, at, piece)
}

function cut(bytes: Buffer, random: Random): Buffer {
  return bytes.subarray(0, below(random, bytes.length))
}

/** The beginning of one file and the end of another. */
function splice(bytes: Buffer, random: Random, other: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, below(random, bytes.length)), other.subarray(below(random, other.length))])
}

function graft(bytes: Buffer, random: Random, other: Uint8Array): Buffer {
  if (other.length === 0) return bytes
  const [from, to] = drawPiece(bytes, random)
  return replace(bytes, from, random() < 0.5 ? from : to, other.subarray(...drawPiece(other, random)))
}

/** One file after the other, as two dumps into the same file leave them. */
function append(bytes: Buffer, _random: Random, other: Uint8Array): Buffer {
  return Buffer.concat([bytes, other])
}

const MUTATIONS: readonly Mutation[] = [
  flipBit, flipBit, flipBit, setByte, setByte, setNumber, setNumber, removePiece, repeatPiece, movePiece, cut, splice,
  graft, append
]

/** @param other a second file, pieces of which may come into the first */
export function mutateBytes(original: Uint8Array, other: Uint8Array, random: Random): Buffer {
  let bytes: Buffer = Buffer.from(original)
  for (let left = times(random); left > 0 && bytes.length > 0; left--) {
    bytes = pick(random, MUTATIONS)(bytes, random, other)
  }
  return bytes
}

/** The same for what people can read: numbers, words and lines. */
export function mutateText(original: Uint8Array, random: Random): Buffer {
  let text = Buffer.from(original).toString('latin1')
  for (let left = times(random); left > 0; left--) {
    const from = below(random, text.length)
    if (random() < 0.6) {
      const found = /-?[0-9][0-9.eE+-]*|[A-Za-z_]+/g
      found.lastIndex = from
      const match = found.exec(text)
      if (match === null) continue
      text = text.slice(0, match.index) + pick(random, TEXTS) + text.slice(match.index + match[0].length)
    } else {
      const lines = text.split('\n')
      const i = below(random, lines.length)
      const moved = lines.splice(i, 1)
      if (random() < 0.6) lines.splice(below(random, lines.length + 1), 0, ...moved)
      if (random() < 0.3) lines.splice(below(random, lines.length + 1), 0, ...moved)
      text = lines.join('\n')
    }
  }
  return Buffer.from(text, 'latin1')
}
