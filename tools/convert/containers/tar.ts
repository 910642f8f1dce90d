/**
 * tar archives, as ustar, GNU tar and pax write them. Nothing is unpacked to a disk; links, devices and the like, which
 * no model needs, are errors. https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html
 */
import { corrupt, truncated, unsupported } from './output-buffer.js'
import { checkMemberName } from './zip-directory.js'

const BLOCK = 512
const WHERE = 'tar'
/** Names and their like come as members of their own. */
const MAX_NAME_MEMBER = 65_536

/** Whether content begins as a tar archive does. */
export function isTar(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(257, 262)).toString('latin1') === 'ustar'
}

/**
 * @returns the content of each file by its path, a view of the archive
 * @throws ContainerError when the archive is damaged, or has something else than files and folders
 */
export function readTar(bytes: Uint8Array): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>()
  let next: { path?: string, size?: number } = {}
  let at = 0
  while (at < bytes.length) {
    if (at + BLOCK > bytes.length) throw truncated(WHERE)
    const header = bytes.subarray(at, at + BLOCK)
    if (header.every(byte => byte === 0)) break
    checkSum(header, at)
    const type = String.fromCharCode(header[156])
    const isName = 'xgL'.includes(type)
    const size = (isName ? undefined : next.size) ?? readNumber(header, 124, 12, at)
    const end = at + BLOCK + size
    if (end > bytes.length) throw truncated(WHERE)
    const content = bytes.subarray(at + BLOCK, end)
    at = end + (BLOCK - size % BLOCK) % BLOCK
    if (isName) {
      if (size > MAX_NAME_MEMBER) throw corrupt(WHERE, `a name of ${size} bytes`)
      if (type === 'x') next = readPax(content)
      else if (type === 'L') next = { path: readText(content) }
      continue
    }
    const path = (next.path ?? readPath(header)).replace(/^(\.\/)+/, '')
    next = {}
    if (type === '5' || path === '' || path === '.') continue
    if (type !== '0' && type !== '\0' && type !== '7') throw unsupported(`tar, member ${JSON.stringify(path.slice(0, 100))}`, 'it is a link or a device, and no file')
    checkMemberName(path, WHERE)
    if (path.endsWith('/')) continue
    if (files.has(path)) throw corrupt(WHERE, `two members are called ${JSON.stringify(path)}`)
    files.set(path, content)
  }
  if (bytes.subarray(at).some(byte => byte !== 0)) throw corrupt(WHERE, `other bytes follow its end at byte ${at}`)
  return files
}

/** The sum of the header's bytes, its own taken as spaces. */
function checkSum(header: Uint8Array, at: number): void {
  const sum = header.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 0x20 : byte), 0)
  if (readNumber(header, 148, 8, at) !== sum) throw corrupt(WHERE, `the checksum of the header at byte ${at} is wrong`)
}

/** Octal as text, or GNU's binary with the first bit set. */
function readNumber(header: Uint8Array, from: number, length: number, at: number): number {
  const field = Buffer.from(header.subarray(from, from + length))
  if ((field[0] & 0x80) !== 0) {
    if (field[0] !== 0x80 || field.subarray(1, -6).some(byte => byte !== 0)) throw corrupt(WHERE, `an impossible length at byte ${at + from}`)
    return field.readUIntBE(length - 6, 6)
  }
  const text = field.toString('latin1').replace(/[\0 ]+$/, '').trim()
  if (!/^[0-7]{0,11}$/.test(text)) throw corrupt(WHERE, `${JSON.stringify(text)} at byte ${at + from} is not an octal number`)
  return text === '' ? 0 : parseInt(text, 8)
}

function readPath(header: Uint8Array): string {
  const name = readText(header.subarray(0, 100))
  // GNU's own form has times in the place of the prefix.
  const isPosix = Buffer.from(header.subarray(257, 265)).toString('latin1') === 'ustar\x0000'
  const prefix = isPosix ? readText(header.subarray(345, 500)) : ''
  return prefix === '' ? name : `${prefix}/${name}`
}

function readText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0)
  return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString('utf8')
}

/** Lines of `LENGTH KEY=VALUE`, where the length is that of the line in bytes. */
function readPax(content: Uint8Array): { path?: string, size?: number } {
  const found: { path?: string, size?: number } = {}
  for (let at = 0; at < content.length;) {
    const [start, digits] = /^(\d{1,6}) /.exec(Buffer.from(content.subarray(at, at + 8)).toString('latin1')) ?? []
    const end = at + Number(digits)
    if (start === undefined || end > content.length || end <= at + start.length || content[end - 1] !== 0x0a) {
      throw corrupt(WHERE, 'a line of a pax header has another length than it says')
    }
    const line = Buffer.from(content.subarray(at + start.length, end - 1)).toString('utf8')
    if (line.startsWith('path=')) found.path = line.slice(5)
    if (/^size=\d{1,15}$/.test(line)) found.size = Number(line.slice(5))
    at = end
  }
  return found
}
