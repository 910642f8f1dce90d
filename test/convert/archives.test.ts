/** Folders and archives of model files, and what they may not hold. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import t from 'tap'
import { readTar } from '../../tools/convert/containers/tar.js'
import { convert, convertFiles } from '../../tools/convert/convert.js'
import { ConvertError } from '../../tools/convert/errors/convert-error.js'
import { readFixture } from '../helpers/fixtures.js'
import { zip } from '../helpers/zip-writer.js'

const forest = readFixture('sklearn/forest-p5.pkl')
const booster = readFixture('boosters/lightgbm/binary-4.7.txt')

interface Entry {
  name: string
  content?: string | Uint8Array
  type?: string
  prefix?: string
  /** In place of the size, or of the checksum, in octal. */
  size?: string
  sum?: string
  /** GNU's own form. */
  gnu?: boolean
}

function tar(entries: readonly Entry[], end = 1024): Buffer {
  return Buffer.concat([...entries.flatMap(({ name, content = '', type = '0', prefix = '', size, sum, gnu = false }) => {
    const data = Buffer.from(content)
    const header = Buffer.alloc(512)
    header.write(name, 0, 'utf8')
    header.write(size ?? data.length.toString(8).padStart(11, '0'), 124, 'latin1')
    header.write(type, 156)
    header.write(gnu ? 'ustar  \0' : 'ustar\x0000', 257)
    header.write(prefix, 345)
    header.fill(' ', 148, 156)
    header.write(sum ?? `${header.reduce((total, byte) => total + byte, 0).toString(8).padStart(6, '0')}\0 `, 148)
    return [header, data, Buffer.alloc((512 - data.length % 512) % 512)]
  }), Buffer.alloc(end)])
}

async function refusal(converting: Promise<unknown>): Promise<string> {
  const error: unknown = await converting.catch((error: unknown) => error)
  if (error instanceof ConvertError) return error.message
  throw new Error('expected a refusal', { cause: error })
}

t.test('one model in an archive', async t => {
  const [{ dump: expected }] = await convert([{ name: 'model.pkl', bytes: forest }])
  const files = [{ name: 'churn/README.md', content: '# churn' }, { name: 'churn/model.pkl', content: forest }]
  const noise = [{ name: '__MACOSX/churn/._model.pkl', content: 'x' }, { name: 'churn/.hidden.pkl', content: 'x' }]
  for (const [name, bytes] of [
    ['a.zip', zip([...files, ...noise])],
    ['a.tar', tar([{ name: './', type: '5' }, { name: './churn/', type: '5' }, ...files, ...noise])],
    ['a.tar.gz', gzipSync(tar(files))],
    ['a.tgz', gzipSync(tar(files.map(file => ({ ...file, gnu: true }))))],
    ['anything', zip(files.map(file => ({ ...file, deflate: true })))]
  ] as const) {
    const [{ dump }] = await convert([{ name, bytes }])
    t.strictSame(dump.provenance.sources.map(({ file }) => file), ['model.pkl', name])
    t.strictSame({ ...dump, digest: '', provenance: '' }, { ...expected, digest: '', provenance: '' }, name)
  }
})

t.test('several models in a folder, beside what is none', async t => {
  const folder = t.testdir()
  await mkdir(join(folder, 'models', 'deep', '__pycache__'), { recursive: true })
  for (const [path, content] of [
    ['a.pkl', forest], ['deep/b.txt', booster], ['notes.txt', 'tree of life'], ['config.json', '{"a": 1}'], ['data.csv', 'a,b'],
    ['.c.pkl', 'x'], ['deep/__pycache__/x.pkl', 'x']
  ] as const) await writeFile(join(folder, 'models', path), content)
  const models = await convertFiles([join(folder, 'models')], { out: join(folder, 'out') })
  t.strictSame(models.map(({ dump }) => dump.name), ['a', 'b'])
  await writeFile(join(folder, 'models', 'broken.joblib'), 'hello')
  t.match(await refusal(convertFiles([join(folder, 'models')], { out: join(folder, 'out') })), /^models: broken\.joblib: At byte 0/)
})

t.test('no model, or too much', async t => {
  const folder = t.testdir({ empty: {}, notes: { 'a.txt': 'x', 'b.md': 'x' } })
  const out = join(folder, 'out')
  t.match(await refusal(convertFiles([join(folder, 'empty')], { out })), /^empty: expected a model file, .* found no files/)
  t.match(await refusal(convertFiles([join(folder, 'notes')], { out })), /found a\.txt, b\.md/)
  t.match(await refusal(convert([{ name: 'a.zip', bytes: zip([]) }])), /a ZIP archive|found no files/)
  const many = Array.from({ length: 2001 }, (_, i) => ({ name: `${i}.pkl`, content: '' }))
  t.match(await refusal(convert([{ name: 'a.zip', bytes: zip(many) }])), /^a\.zip: has more than 2000 files/)
  for (const { name } of many) await writeFile(join(folder, 'notes', name), '')
  t.match(await refusal(convertFiles([join(folder, 'notes')], { out })), /^notes: has more than 2000 files/)
  t.match(await refusal(convertFiles([join(folder, 'none')], { out })), /^none: no such file/)
})

t.test('archives of other libraries are named', async t => {
  for (const [name, message] of [
    ['metadata.json', /a Keras model/], ['archive/data.pkl', /a PyTorch model/], ['a.npy', /a file of numpy arrays/],
    ['140561699238416.npy', /without its schema\.json/]
  ] as const) {
    t.match(await refusal(convert([{ name: 'a', bytes: zip([{ name, content: '' }]) }])), message, name)
  }
  const nested = zip([{ name: 'inner.pkl', content: zip([{ name: 'model.pkl', content: forest }]) }])
  t.match(await refusal(convert([{ name: 'a.zip', bytes: nested }])), /^a\.zip: inner\.pkl: The file is a ZIP archive/)
  t.match(await refusal(convert([{ name: 'a.zip', bytes: gzipSync(nested) }])), /The content of the gzip container is a ZIP archive/)
})

t.test('tar archives are read, and each contradiction in one is an error', async t => {
  const text = (files: Map<string, Uint8Array>) =>
    [...files].map(([name, content]) => [name, Buffer.from(content).toString()])
  const long = 'b'.repeat(300)
  const pax = (key: string, value: string) => {
    const line = ` ${key}=${value}\n`
    const lengths = [1, 2, 3].map(digits => Buffer.byteLength(line) + digits)
    const length = lengths.find((sum, i) => String(sum).length === i + 1)
    return `${length}${line}`
  }
  t.strictSame(text(readTar(tar([
    { name: 'a', content: 'x' }, { name: 'c', prefix: 'p/q', content: 'y' }, { name: 'd', type: '\0', content: '' },
    { name: 'e', prefix: 'not', gnu: true, content: 'z' }, { name: '././@LongLink', type: 'L', content: `${long}\0` }, { name: 'bbb', content: '1' },
    { name: 'global', type: 'g', content: pax('path', 'no') }, { name: 'x', type: 'x', content: pax('path', 'ü') + pax('size', '2') },
    { name: 'u', content: '12' }
  ]))), [['a', 'x'], ['p/q/c', 'y'], ['d', ''], ['e', 'z'], [long, '1'], ['ü', '12']])
  t.strictSame(text(readTar(tar([{ name: 'a', content: 'x', size: '\x80\0\0\0\0\0\0\0\0\0\0\x01' }], 0))), [['a', 'x']], 'a binary size, no end')
  for (const [what, bytes, message] of [
    ['cut off in its header', tar([{ name: 'a' }], 0).subarray(0, 500), /ends in the middle/],
    ['cut off', tar([{ name: 'a', content: 'x' }], 0).subarray(0, 512), /ends in the middle/],
    ['with a wrong checksum', tar([{ name: 'a', sum: '000001\0 ' }]), /checksum of the header at byte 0 is wrong/],
    ['with no number', tar([{ name: 'a', size: '12345678x00' }]), /"12345678x00" at byte 124 is not an octal number/],
    ['of impossible length', tar([{ name: 'a', size: '\xff'.repeat(12) }]), /impossible length/],
    ['with a name twice', tar([{ name: 'a' }, { name: 'a' }]), /two members are called "a"/],
    ['with a name that leads out', tar([{ name: '../a' }]), /not a path within a folder/],
    ['with a path from the root', tar([{ name: 'x', type: 'x', content: pax('path', '/etc/x') }, { name: 'a' }]), /not a path within/],
    ['with a link', tar([{ name: 'a', type: '2' }]), /"a": it is a link or a device/],
    ['with a hard link', tar([{ name: 'a', type: '1' }]), /it is a link or a device/],
    ['with a pax line that is too long', tar([{ name: 'x', type: 'x', content: '99 path=a\n' }]), /another length than it says/],
    ['with a pax line that is too short', tar([{ name: 'x', type: 'x', content: '3 path=a\n' }]), /another length than it says/],
    ['with a long name', tar([{ name: 'x', type: 'L', content: 'a'.repeat(70_000) }]), /a name of 70000 bytes/],
    ['with bytes behind', Buffer.concat([tar([{ name: 'a' }]), Buffer.from('x')]), /other bytes follow its end/]
  ] satisfies Array<[what: string, bytes: Uint8Array, message: RegExp]>) {
    t.throws(() => readTar(bytes), { name: 'ContainerError', message }, `an archive ${what}`)
  }
})
