/**
 * The table of contents of a ZIP archive: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 * Readers differ in what they make of an archive that contradicts itself: any contradiction is an error here.
 */
import { corrupt, truncated, unsupported } from './output-buffer.js'

const WHERE = 'zip'

/** What the table says of a member, checked against the header in front of its data. */
export interface ZipEntry {
  readonly name: string
  readonly method: number
  readonly crc32: number
  /** Bytes of its content. */
  readonly size: number
  /** Where its header begins in the archive, and its data, and where they end. */
  readonly header: number
  readonly start: number
  readonly end: number
}

const END = 0x06054b50
const END_BYTES = 22
const END_64 = 0x06064b50
const END_64_BYTES = 56
const LOCATOR_64 = 0x07064b50
const LOCATOR_64_BYTES = 20
const ENTRY = 0x02014b50
const ENTRY_BYTES = 46
const LOCAL = 0x04034b50
const LOCAL_BYTES = 30

/** Stands for a number that is in the extra field. */
const IN_EXTRA = 0xffffffff
const ZIP64_EXTRA = 1

const ENCRYPTED = 0x2041
const SIZES_FOLLOW = 0x8
const UTF8 = 0x800

/** Names are kept, so they are bounded. */
const MAX_NAME = 4096

interface Directory {
  readonly entries: number
  readonly start: number
  readonly end: number
}

/**
 * @returns the members in the order of the table, folders left out
 * @throws ContainerError when it is not a sound archive of one disk, all of whose names stay within a folder
 */
export function readZipDirectory(bytes: Uint8Array): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const directory = findDirectory(bytes, view)
  const found: ZipEntry[] = []
  const names = new Set<string>()
  let at = directory.start
  for (let i = 0; i < directory.entries; i++) {
    if (at + ENTRY_BYTES > directory.end || view.getUint32(at, true) !== ENTRY) {
      throw corrupt(WHERE, `the table of contents has no entry ${i + 1} of ${directory.entries} at byte ${at}`)
    }
    const next = [28, 30, 32].reduce((sum, place) => sum + view.getUint16(at + place, true), at + ENTRY_BYTES)
    if (next > directory.end) throw corrupt(WHERE, `entry ${i + 1} reaches beyond the table of contents`)
    const entry = readEntry(bytes, view, at, directory.start)
    if (names.has(entry.name)) throw corrupt(WHERE, `two members are called ${JSON.stringify(entry.name)}`)
    names.add(entry.name)
    found.push(entry)
    at = next
  }
  if (at !== directory.end) throw corrupt(WHERE, `${directory.end - at} bytes of the table of contents are not an entry`)
  checkOverlap(found)
  return found.filter(({ name }) => !name.endsWith('/'))
}

function findDirectory(bytes: Uint8Array, view: DataView): Directory {
  const at = findEnd(bytes, view)
  if (view.getUint16(at + 4, true) !== 0 || view.getUint16(at + 6, true) !== 0 ||
    view.getUint16(at + 8, true) !== view.getUint16(at + 10, true)) throw unsupported(WHERE, 'an archive in several parts')
  const said = [view.getUint16(at + 10, true), view.getUint32(at + 12, true), view.getUint32(at + 16, true)]
  const full = [0xffff, IN_EXTRA, IN_EXTRA]
  const locator = at - LOCATOR_64_BYTES
  const is64 = locator >= 0 && view.getUint32(locator, true) === LOCATOR_64
  if (!is64 && said.some((number, i) => number === full[i])) throw corrupt(WHERE, 'the ZIP64 numbers are not there')
  const [end, numbers] = is64 ? readEnd64(view, locator) : [at, said]
  if (said.some((number, i) => number !== full[i] && number !== numbers[i])) {
    throw corrupt(WHERE, 'the numbers of ZIP and ZIP64 at its end contradict each other')
  }
  const [entries, size, start] = numbers
  if (start + size !== end) {
    throw corrupt(WHERE, `the table of contents is at byte ${start} and has ${size} bytes, but ends at byte ${end}`)
  }
  return { entries, start, end }
}

/** The record is the last of its kind, and the comment after it ends the file. */
function findEnd(bytes: Uint8Array, view: DataView): number {
  for (let at = bytes.length - END_BYTES; at >= Math.max(0, bytes.length - END_BYTES - 0xffff); at--) {
    if (view.getUint32(at, true) !== END) continue
    if (at + END_BYTES + view.getUint16(at + 20, true) === bytes.length) return at
    throw corrupt(WHERE, 'other bytes follow the end of the archive, or its comment is cut off')
  }
  throw truncated(WHERE)
}

/** @returns where the record begins; entries, size and start of the table */
function readEnd64(view: DataView, locator: number): [start: number, numbers: number[]] {
  const start = readLong(view, locator + 8)
  const ends = start + END_64_BYTES <= locator && view.getUint32(start, true) === END_64 &&
    start + 12 + readLong(view, start + 4) === locator
  if (!ends || view.getUint32(locator + 4, true) !== 0 || view.getUint32(locator + 16, true) > 1) {
    throw corrupt(WHERE, 'the ZIP64 record at its end is not where it should be')
  }
  const entries = readLong(view, start + 32)
  const disks = [16, 20].map(place => view.getUint32(start + place, true))
  if (readLong(view, start + 24) !== entries || disks.some(disk => disk !== 0)) {
    throw unsupported(WHERE, 'an archive in several parts')
  }
  return [start, [entries, readLong(view, start + 40), readLong(view, start + 48)]]
}

function readEntry(bytes: Uint8Array, view: DataView, at: number, dataEnd: number): ZipEntry {
  const flags = view.getUint16(at + 8, true)
  const nameEnd = at + ENTRY_BYTES + view.getUint16(at + 28, true)
  const name = readName(bytes.subarray(at + ENTRY_BYTES, nameEnd), flags)
  const where = describeMember(name)
  if ((flags & ENCRYPTED) !== 0) throw unsupported(where, 'encrypted, which no model has a reason to be')
  const extra = readExtra64(view, nameEnd, nameEnd + view.getUint16(at + 30, true), where)
  const long = (place: number): number => {
    const number = view.getUint32(place, true)
    return number === IN_EXTRA ? extra() : number
  }
  // In the order in which the extra field has them.
  const size = long(at + 24)
  const packed = long(at + 20)
  const local = long(at + 42)
  if (local + LOCAL_BYTES > dataEnd || view.getUint32(local, true) !== LOCAL) {
    throw corrupt(where, `there is no member at byte ${local}`)
  }
  const start = local + LOCAL_BYTES + view.getUint16(local + 26, true) + view.getUint16(local + 28, true)
  if (start + packed > dataEnd) {
    throw corrupt(where, `its data reach beyond byte ${dataEnd}, where the table of contents begins`)
  }
  checkLocal(bytes, view, at, local, where)
  const [method, crc32] = [view.getUint16(at + 10, true), view.getUint32(at + 16, true)]
  return { name, method, crc32, size, header: local, start, end: start + packed }
}

/** The header in front of the data says the same once more. */
function checkLocal(bytes: Uint8Array, view: DataView, at: number, local: number, where: string): void {
  const nameBytes = view.getUint16(at + 28, true)
  const name = Buffer.from(bytes.subarray(at + ENTRY_BYTES, at + ENTRY_BYTES + nameBytes))
  const sameName = view.getUint16(local + 26, true) === nameBytes &&
    name.equals(bytes.subarray(local + LOCAL_BYTES, local + LOCAL_BYTES + nameBytes))
  const flags = view.getUint16(at + 8, true)
  const sizes = (flags & SIZES_FOLLOW) !== 0 ? [] : [[14, 16], [18, 20], [22, 24]]
  const same = sameName && view.getUint16(local + 6, true) === flags &&
    view.getUint16(local + 8, true) === view.getUint16(at + 10, true) && sizes.every(([inLocal, inTable]) => {
    const number = view.getUint32(local + inLocal, true)
    return number === view.getUint32(at + inTable, true) || (inLocal > 14 && number === IN_EXTRA)
  })
  if (!same) throw corrupt(where, 'its header and the table of contents contradict each other')
}

function readName(bytes: Uint8Array, flags: number): string {
  if (bytes.length > MAX_NAME) throw corrupt(WHERE, `a name of ${bytes.length} bytes, expected at most ${MAX_NAME}`)
  const name = Buffer.from(bytes).toString((flags & UTF8) === 0 ? 'latin1' : 'utf8')
  checkMemberName(name, WHERE)
  return name
}

/**
 * Nothing is ever written under these names; a name that leads elsewhere is there to harm whoever unpacks it.
 * @throws ContainerError for such a name
 */
export function checkMemberName(name: string, where: string): void {
  const isPlain = name !== '' && !/[\0\\\ufffd]/.test(name) && !/^(\/|[a-z]:)/i.test(name) && !name.split('/').includes('..')
  if (!isPlain) throw corrupt(where, `a member is called ${JSON.stringify(name.slice(0, 100))}, which is not a path within a folder`)
}

/** Gives the numbers of the ZIP64 extra field one after the other. */
function readExtra64(view: DataView, from: number, to: number, where: string): () => number {
  let at = from
  let end = from
  for (let field = from; field + 4 <= to && at === end;) {
    const next = field + 4 + view.getUint16(field + 2, true)
    if (next > to) throw corrupt(where, 'its extra fields reach beyond its entry')
    if (view.getUint16(field, true) === ZIP64_EXTRA) [at, end] = [field + 4, next]
    field = next
  }
  return () => {
    at += 8
    if (at > end) throw corrupt(where, 'the ZIP64 numbers are not there')
    return readLong(view, at - 8)
  }
}

/** Bytes that belong to two members would be counted twice, which makes a small file a large one. */
function checkOverlap(entries: readonly ZipEntry[]): void {
  const inOrder = [...entries].sort((a, b) => a.header - b.header)
  for (const [i, { name, header }] of inOrder.entries()) {
    if (i > 0 && header < inOrder[i - 1].end) {
      throw corrupt(WHERE, `the members ${JSON.stringify(inOrder[i - 1].name)} and ${JSON.stringify(name)} overlap`)
    }
  }
}

export function describeMember(name: string): string {
  return `zip, member ${JSON.stringify(name)}`
}

function readLong(view: DataView, at: number): number {
  const value = view.getBigUint64(at, true)
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw corrupt(WHERE, `a length of ${value} bytes is impossible`)
  return Number(value)
}
