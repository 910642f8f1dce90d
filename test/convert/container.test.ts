import { createHash } from 'node:crypto'
import { deflateSync, gzipSync } from 'node:zlib'
import t from 'tap'
import { openContainer } from '../../tools/convert/containers/container.js'
import { ContainerError, ConvertError } from '../../tools/convert/errors/convert-error.js'
import { readFixture, readFixtureJson } from '../helpers/fixtures.js'
import { visible } from '../helpers/visible.js'

type Manifest = Record<string, { bytes: number, sha256: string }>

const FIXTURES = Object.entries(readFixtureJson('containers/manifest.json') as Manifest)
const maxBytes = 2_000_000
const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'latin1')
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

t.test('opens what joblib and the standard tools write', async t => {
  t.ok(FIXTURES.length > 60)
  for (const [name, expected] of FIXTURES) {
    // Within a larger buffer, as Node's small ones are.
    const file = readFixture(`containers/${name}`)
    const bytes = Buffer.concat([Buffer.alloc(5, 0x80), file, Buffer.alloc(7, 0x2e)]).subarray(5, -7)
    if (expected.bytes === 0) {
      t.throws(
        () => openContainer(bytes, { maxBytes }),
        { name: 'ContainerError', message: /^The content of the .* container is empty, not a pickle/ }, name
      )
      continue
    }
    const { payload, container } = openContainer(bytes, { maxBytes })
    t.equal(container, name.split('.')[1], name)
    t.equal(payload.length, expected.bytes, `${name}: size`)
    t.equal(sha256(payload), expected.sha256, `${name}: content`)
  }
})

t.test('the limit is exact', async t => {
  for (const [name, { bytes: size }] of FIXTURES) {
    if (size < 2) continue
    const bytes = readFixture(`containers/${name}`)
    t.equal(openContainer(bytes, { maxBytes: size }).payload.length, size, name)
    t.throws(
      () => openContainer(bytes, { maxBytes: size - 1 }),
      { name: 'ContainerError', message: /more than the limit|larger than the limit/ }, name
    )
  }
  t.throws(() => openContainer(bytesOf('N.'), { maxBytes: 1 }), { message: /not compressed: .* the limit of 1 bytes/ })
  for (const limit of [0, -1, NaN]) t.throws(() => openContainer(bytesOf('N.'), { maxBytes: limit }), RangeError)
})

t.test('a pickle that is not compressed is given back as it is', async t => {
  const pickles = ['\x80\x04N.', '\x80\x02]q\x00.', '(lp0\n.', ']p0\n.', '}p0\n.', 'ccollections\nOrderedDict\n.', 'N.']
  for (const text of pickles) {
    const bytes = bytesOf(text)
    t.strictSame(openContainer(bytes, { maxBytes }), { payload: bytes, container: 'raw' }, visible(text))
    t.equal(openContainer(bytes, { maxBytes }).payload, bytes, 'not copied')
  }
})

const tar = Buffer.alloc(1024)
tar.write('model.pkl')
tar.write('ustar', 257)

const FOREIGN: Array<[name: string, bytes: Uint8Array, message: RegExp]> = [
  ['nothing', new Uint8Array(0), /The file is empty, not a pickle\. Copy or download/],
  [
    'Git LFS', bytesOf('version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 9\n'),
    /Git LFS pointer.*git lfs pull/
  ],
  ['HTML', bytesOf('\n<!DOCTYPE html><html><title>Sign in</title>'), /HTML page.*download/],
  ['PMML', bytesOf('<?xml version="1.0"?><PMML/>'), /PMML/],
  ['JSON', bytesOf('{"format": "recall-ml/forest"}'), /JSON text/],
  ['JSON with a byte order mark', bytesOf('\xef\xbb\xbf [1, 2]'), /JSON text/],
  ['ZIP', bytesOf('PK\x03\x04\x14\x00'), /ZIP archive.*Unzip.*joblib\.dump/],
  ['7z', bytesOf('7z\xbc\xaf\x27\x1c'), /7z archive/],
  ['tar', tar, /tar archive.*Extract/],
  ['zstd', bytesOf('\x28\xb5\x2f\xfd\x04\x00'), /Zstandard.*zstd -d/],
  ['HDF5', bytesOf('\x89HDF\r\n\x1a\n'), /HDF5/],
  ['.npy', bytesOf('\x93NUMPY\x01\x00'), /NumPy array/],
  ['zeros', new Uint8Array(4096), /zero bytes.*again/]
]

t.test('names what is not a pickle and says what to do', async t => {
  for (const [name, bytes, message] of FOREIGN) {
    t.throws(() => openContainer(bytes, { maxBytes }), { name: 'ContainerError', message }, name)
    t.throws(
      () => openContainer(gzipSync(bytes), { maxBytes }),
      { name: 'ContainerError', message: /^The content of the gzip container is / }, `${name} in gzip`
    )
  }
  const twice = gzipSync(deflateSync('N.'))
  t.throws(() => openContainer(twice, { maxBytes }), { name: 'ContainerError', message: /is zlib data, not a pickle/ })
})

t.test('errors are of one family and keep the hint apart', async t => {
  const error = new ContainerError('It broke.', { hint: 'Mend it.', cause: 'fall' })
  t.ok(error instanceof ConvertError && error instanceof Error)
  t.match(error, { name: 'ContainerError', message: 'It broke. Mend it.', hint: 'Mend it.', cause: 'fall' })
  t.equal(new ConvertError('It broke.').hint, undefined)
})
