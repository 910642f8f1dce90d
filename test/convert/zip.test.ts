/** ZIP archives: sound ones are read, and each contradiction in one is an error, as readers differ about those. */
import { deflateRawSync } from 'node:zlib'
import t from 'tap'
import { ZipArchive, isZip } from '../../tools/convert/containers/zip.js'
import { numbers, zip, type Member } from '../helpers/zip-writer.js'

const LIMIT = 1e6
const read = (bytes: Uint8Array, name = 'a', limit = LIMIT) => new ZipArchive(bytes, limit).read(name)
const text = (bytes: Uint8Array | undefined) => bytes === undefined ? undefined : Buffer.from(bytes).toString()

t.test('members are read, as they are stored', async t => {
  const long = 'words and words '.repeat(1000)
  const members: Member[] = [
    { name: 'a', content: 'first' }, { name: 'folder/', content: '' }, { name: 'folder/ü', content: long, deflate: true },
    { name: 'empty', content: '' }, { name: 'nothing', content: '', deflate: true }
  ]
  for (const bytes of [zip(members), zip(members, { comment: 'a comment' }), zip(members, { zip64: true })]) {
    const archive = new ZipArchive(bytes, LIMIT)
    t.ok(isZip(bytes))
    t.strictSame(archive.names, ['a', 'folder/ü', 'empty', 'nothing'], 'without the folder')
    t.equal(text(archive.read('a')), 'first')
    t.equal(text(archive.read('folder/ü')), long)
    t.equal(archive.read('folder/ü'), archive.read('folder/ü'), 'unpacked once')
    t.equal(archive.bytesRead, 5 + long.length)
    t.equal(archive.sizeOf('folder/ü'), long.length)
    t.equal(archive.read('empty')?.length, 0)
    t.equal(archive.read('nothing')?.length, 0)
    t.equal(archive.read('folder/'), undefined)
    t.equal(archive.sizeOf('b'), undefined)
  }
  t.strictSame(new ZipArchive(zip([]), LIMIT).names, [])
})

t.test('sizes in the extra field, as ZIP64 has them', async t => {
  const extra = Buffer.concat([numbers([2, 99], [2, 2], [2, 7]), numbers([2, 1], [2, 16], [8, 5], [8, 5])])
  const says = { size: 0xffffffff, packed: 0xffffffff }
  t.equal(text(read(zip([{ name: 'a', content: 'first', extra, says }]))), 'first')
  t.throws(() => read(zip([{ name: 'a', content: 'first', says }])), /member "a": the ZIP64 numbers are not there/)
  t.throws(() => read(zip([{ name: 'a', content: 'first', extra: extra.subarray(0, -8), says }])), /extra fields reach beyond/)
  const one = numbers([2, 1], [2, 8], [8, 5])
  t.throws(() => read(zip([{ name: 'a', content: 'first', extra: one, says }])), /the ZIP64 numbers are not there/)
})

t.test('what follows the data may have the sizes', async t => {
  const [flags, none] = [0x808, { crc: 0, size: 0, packed: 0 }]
  const whole = zip([{ name: 'a', content: 'first', says: { flags } }])
  const streamed = zip([{ name: 'a', content: 'first', says: { flags, ...none } }])
  // The header of the one, the table of the other.
  t.equal(text(read(Buffer.concat([streamed.subarray(0, 36), whole.subarray(36)]))), 'first')
  const plain = zip([{ name: 'a', content: 'first' }])
  const wrong = zip([{ name: 'a', content: 'first', says: none }])
  t.throws(() => read(Buffer.concat([wrong.subarray(0, 36), plain.subarray(36)])), /header and the table of contents contradict/)
})

const good: Member = { name: 'a', content: 'first' }
const bomb = zip([{ name: 'a', content: Buffer.alloc(5e6), deflate: true }])

for (const [what, bytes, message] of [
  ['cut off', zip([good]).subarray(0, -1), /the file ends in the middle/],
  ['cut off at the beginning', zip([good, good]).subarray(3), /table of contents is at byte/],
  ['with bytes in front', Buffer.concat([Buffer.from('MZ'), zip([good])]), /table of contents is at byte 36/],
  ['with bytes behind', Buffer.concat([zip([good]), Buffer.from('x')]), /other bytes follow the end/],
  ['with another end in its comment', zip([good], { comment: zip([]).toString('latin1') + 'x' }), /other bytes follow|comment is cut off/],
  ['of two disks', zip([good], { says: { disk: 1 } }), /in several parts/],
  ['with too many entries', zip([good], { says: { entries: 2 } }), /no entry 2 of 2/],
  ['with too few entries', zip([good, { ...good, name: 'b' }], { says: { entries: 1 } }), /47 bytes of the table of contents are not an entry/],
  ['with a table that is elsewhere', zip([good], { says: { start: 0 } }), /table of contents is at byte 0/],
  ['that lacks ZIP64', zip([good], { says: { start: 0xffffffff } }), /ZIP64 numbers are not there/],
  ['whose ZIP64 says otherwise', zip([good], { zip64: true, says: { entries: 2 } }), /ZIP and ZIP64 at its end contradict/],
  ['of impossible length', zip([good], { zip64: true, says: { entries64: 2 ** 60 } }), /is impossible/],
  ['with a name twice', zip([good, good]), /two members are called "a"/],
  ['with a name that leads out', zip([{ ...good, name: '../a' }]), /called "\.\.\/a", which is not a path within/],
  ['with .. within a name', zip([{ ...good, name: 'b/../../a' }]), /not a path within/],
  ['with a path from the root', zip([{ ...good, name: '/a' }]), /not a path within/],
  ['with a drive', zip([{ ...good, name: 'C:a' }]), /not a path within/],
  ['with a backslash', zip([{ ...good, name: '..\\a' }]), /not a path within/],
  ['with a zero byte', zip([{ ...good, name: 'a\0.npy' }]), /not a path within/],
  ['with no name', zip([{ ...good, name: '' }]), /not a path within/],
  ['with a long name', zip([{ ...good, name: 'a'.repeat(5000) }]), /a name of 5000 bytes/],
  ['with another name before the data', zip([{ ...good, localName: 'b' }]), /contradict each other/],
  ['encrypted', zip([{ ...good, says: { flags: 1 } }]), /encrypted/],
  ['strongly encrypted', zip([{ ...good, says: { flags: 0x41 } }]), /encrypted/],
  ['with a masked header', zip([{ ...good, says: { flags: 0x2000 } }]), /encrypted/],
  ['of an unknown method', zip([{ ...good, says: { method: 93 } }]), /packed by method 93/],
  ['with a member that is elsewhere', zip([{ ...good, says: { header: 1 } }]), /no member at byte 1/],
  ['with a member beyond its end', zip([{ ...good, says: { header: 0xfffffffe } }]), /no member at byte 4294967294/],
  ['with data beyond the table', zip([{ ...good, says: { packed: 6 } }]), /reach beyond byte 36/],
  ['with members that overlap', zip([
    { ...good, content: zip([{ name: 'b', content: 'x' }]).subarray(0, 32), says: {} }, { name: 'b', content: 'x', says: { header: 31 } }
  ]), /"a" and "b" overlap/],
  ['with a wrong checksum', zip([{ ...good, says: { crc: 1 } }]), /the CRC-32 is .* where the file says 00000001/],
  ['with a wrong size', zip([{ ...good, says: { size: 6 } }]), /5 bytes of content where the table of contents says 6/],
  ['with less than it says', zip([{ ...good, deflate: true, says: { size: 6 } }]), /5 bytes of content where the table of contents says 6/],
  ['with more than it says', zip([{ ...good, deflate: true, says: { size: 4 } }]), /larger than the limit of 4 bytes/],
  ['with bytes behind the stream', zip([{ ...good, content: Buffer.concat([deflateRawSync('x'), Buffer.from('yz')]), says: { method: 8, size: 1 } }]), /2 bytes follow the end/],
  ['with half a stream', zip([{ ...good, content: deflateRawSync('first').subarray(0, 4), says: { method: 8, size: 5 } }]), /ends in the middle/],
  ['with other bytes than a stream', zip([{ ...good, says: { method: 8, size: 5 } }]), /zlib says/],
  ['with other bytes than bz2', zip([{ ...good, says: { method: 12, size: 5 } }]), /expected a bzip2 stream/],
  ['with less than LZMA needs', zip([{ ...good, says: { method: 14 } }]), /ends in the middle/],
  ['with odd properties of LZMA', zip([{ ...good, content: Buffer.alloc(20), says: { method: 14 } }]), /properties of LZMA/],
  ['that is a bomb', bomb, /declares 5000000 bytes of content, more than the limit of 1000000/],
  ['that says it is no bomb', zip([{ name: 'a', content: Buffer.alloc(5e6), deflate: true, says: { size: 10 } }]), /larger than the limit of 10 bytes/]
] satisfies Array<[what: string, bytes: Uint8Array, message: RegExp]>) {
  t.throws(() => read(bytes), { name: 'ContainerError', message }, `an archive ${what}`)
}

t.test('many members together are bounded', async t => {
  const bytes = zip(['a', 'b', 'c'].map(name => ({ name, content: Buffer.alloc(4e5), deflate: true })))
  const archive = new ZipArchive(bytes, LIMIT)
  t.equal(archive.read('a')?.length, 4e5)
  t.equal(archive.read('b')?.length, 4e5)
  t.throws(() => archive.read('c'), /declares 1200000 bytes/)
})

t.test('every truncation, and every byte that is changed, gives the content or an error', async t => {
  const bytes = zip([{ name: 'a', content: 'first'.repeat(20), deflate: true }, { name: 'b', content: 'second' }])
  let refused = 0
  const attempt = (changed: Uint8Array) => {
    try {
      const archive = new ZipArchive(changed, LIMIT)
      for (const name of archive.names) archive.read(name)
    } catch (error) {
      if ((error as Error).name !== 'ContainerError') throw error
      refused++
    }
  }
  for (let length = 0; length < bytes.length; length++) attempt(bytes.subarray(0, length))
  t.equal(refused, bytes.length)
  for (let at = 0; at < bytes.length; at++) {
    for (const value of [0, 1, 0x7f, 0x80, 0xff]) {
      const changed = Buffer.from(bytes)
      changed[at] = value
      attempt(changed)
    }
  }
  t.ok(refused > 3 * bytes.length)
})
