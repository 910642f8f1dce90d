/** Folders that MLflow wrote, on the disk and in archives: the model in them, and what they say of its inputs. */
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'
import type { Dump } from '../../src/dump/dump.js'
import { createModel } from '../../src/model/create-model.js'
import type { Row } from '../../src/model/types.js'
import { ZipArchive } from '../../tools/convert/containers/zip.js'
import { convert, convertFiles } from '../../tools/convert/convert.js'
import { ConvertError } from '../../tools/convert/errors/convert-error.js'
import { readFixture, readFixtureJson } from '../helpers/fixtures.js'
import { zip } from '../helpers/zip-writer.js'

interface Case {
  rows: Row[]
  /** Of each row a number, the probabilities of both classes, or that of the second. */
  answers: Array<number | number[]>
}

const cases = readFixtureJson('mlflow/manifest.json') as Record<string, Case>

/** Other content of files, or undefined for those that are left out. */
type Changes = Record<string, string | Uint8Array | undefined>

/** Writes the files of a fixture below a folder. */
async function unpack(folder: string, name: string, changes: Changes = {}): Promise<string> {
  const archive = new ZipArchive(readFixture(`mlflow/${name}.zip`), 1e7)
  const files = Object.fromEntries(archive.names.map(path => [path.slice(name.length + 1), archive.read(path)]))
  for (const [path, content] of Object.entries({ ...files, ...changes })) {
    if (content === undefined) continue
    const target = join(folder, name, path)
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, content)
  }
  return join(folder, name)
}

async function convertFolder(t: Test, name: string, changes: Changes = {}): Promise<Dump> {
  const folder = t.testdir()
  const [{ dump }] = await convertFiles([await unpack(folder, name, changes)], { out: join(folder, 'out') })
  return dump
}

function compareAnswers(t: Test, dump: Dump, { rows, answers }: Case): void {
  const model = createModel(dump)
  t.equal(rows.length, 8)
  rows.forEach((row, i) => {
    const { values } = model.predict(row)
    const expected = answers[i]
    const actual = Array.isArray(expected) ? values : [values[values.length - 1]]
    t.strictSame([...actual].map((value, v) => Object.is(value, [expected].flat()[v])), [expected].flat().map(() => true), `row ${i}`)
  })
}

for (const [name, expected] of Object.entries(cases)) {
  t.test(name, async t => {
    const dump = await convertFolder(t, name)
    t.equal(dump.name, name, 'called as the folder is')
    compareAnswers(t, dump, expected)
    const names = name === 'sklearn-array' ? ['x0', 'x1', 'x2'] : ['usage', 'calls', 'roaming']
    t.strictSame(dump.inputs.map(input => input.name).filter(name => name !== 'plan'), names)
    const [{ dump: packed }] = await convert([{ name: `${name}.zip`, bytes: readFixture(`mlflow/${name}.zip`) }])
    t.equal(packed.provenance.sources.at(-1)?.file, `${name}.zip`)
    t.strictSame({ ...packed, digest: '', provenance: '' }, { ...dump, digest: '', provenance: '' }, 'the same from the archive')
  })
}

t.test('the signature gives names and types, and says what is required', async t => {
  const { inputs, provenance } = await convertFolder(t, 'sklearn-names')
  t.strictSame(inputs, [
    { name: 'usage', type: 'number', acceptsBoolean: true, fallback: { missing: 'NaN' } },
    { name: 'calls', type: 'number', acceptsBoolean: true },
    { name: 'roaming', type: 'number', boolean: true, values: [0, 1], example: 0 }
  ])
  t.strictSame(provenance.beside, [{ key: 'signature', use: 'names and types of the inputs' }])
  t.strictSame(provenance.sources.map(({ file }) => file), ['model.pkl', 'MLmodel'])

  const description = await readFile(join(await unpack(t.testdir(), 'sklearn-names'), 'MLmodel'), 'utf8')
  const withInputs = (columns: unknown) => description.replace(/^ {2}inputs: (.*\n {4})*.*$/m, `  inputs: '${JSON.stringify(columns)}'`)
  const optional = ['usage', 'calls', 'roaming'].map(name => ({ name, type: 'long', required: false }))
  const free = await convertFolder(t, 'sklearn-names', { MLmodel: withInputs(optional) })
  t.ok(free.inputs.every(input => input.type === 'number' && input.fallback?.missing === 'NaN'), 'not required')
  const more = [...optional, { name: 'more', type: 'double', required: true }]
  const other = await convertFolder(t, 'sklearn-names', { MLmodel: withInputs(more) })
  t.strictSame(other.inputs.map(({ name }) => name), ['x0', 'x1', 'x2'])
  t.match(other.provenance.beside, [{ key: 'signature', use: /^not used/ }])
  for (const name of ['calls', '', 'x'.repeat(300), '__proto__']) {
    const odd = withInputs([{ name, type: 'double' }, ...optional.slice(1)])
    const { inputs } = await convertFolder(t, 'sklearn-names', { MLmodel: odd })
    t.strictSame(inputs.map(input => input.name), ['x0', 'x1', 'x2'], JSON.stringify(name.slice(0, 10)))
  }
  const own = await convertFolder(t, 'sklearn-pickle', { MLmodel: withInputs(more) })
  t.match(own.provenance.beside, [{ key: 'signature', use: 'types of 3 of the inputs' }])
  const underscores = ['a_b', 'c_d', 'e_f'].map(name => ({ name, type: 'double' }))
  const booster = await convertFolder(t, 'lightgbm-booster', { MLmodel: withInputs(underscores).replace(/sklearn:\n {4}code: null\n {4}pickled_model: model.pkl/, 'lightgbm:\n    data: model.lgb') })
  t.strictSame(booster.inputs.map(input => [input.name, 'renamed' in input]), underscores.map(({ name }) => [name, false]))
  t.strictSame(own.inputs.map(({ name }) => name), ['usage', 'calls', 'roaming', 'plan'], 'the file has the last word')
  const none = await convertFolder(t, 'sklearn-names', { MLmodel: withInputs(null).replace(/^signature:[^]*?(?=^\S)/m, '') })
  t.strictSame(none.inputs.map(({ name }) => name), ['x0', 'x1', 'x2'])
})

t.test('the input example becomes golden rows', async t => {
  const rowsOf = ({ golden }: Dump, count: number) => golden.slice(0, count).map(({ input }) => input)
  const { rows } = cases['sklearn-array']
  t.strictSame(rowsOf(await convertFolder(t, 'sklearn-array'), 2), rows.slice(0, 2), 'of an array')
  const booster = await convertFolder(t, 'xgboost-json')
  t.strictSame(rowsOf(booster, 2), cases['xgboost-json'].rows.slice(0, 2).map(row => ({ ...row, roaming: Number(row.roaming) })))
  t.equal(booster.provenance.sources[2].file, 'input_example.json')
  const usual = (await convertFolder(t, 'sklearn-array', { 'input_example.json': '{}' })).golden
  for (const [what, example, count] of [
    ['of other columns', { columns: ['a'], data: [[1]] }, 0],
    ['of too few', [[1, 2]], 0],
    ['that the model refuses', [[1, 2, 'text'], [1, 2, 3]], 1],
    ['with lists in it', [[[1], 2, 3], [1, 2, 3]], 1],
    ['as MLflow once wrote it', { inputs: [[1, 2, 3]] }, 1],
    ['by row', { columns: ['x2', 'x0', 'x1'], data: [[3, 1, 2]] }, 1],
    ['of many rows', Array.from({ length: 100 }, () => [1, 2, 3]), 16]
  ] as const) {
    const { golden } = await convertFolder(t, 'sklearn-array', { 'input_example.json': JSON.stringify(example) })
    t.equal(golden.length, usual.length + count, what)
    if (count > 0) t.strictSame(golden[0].input, { x0: 1, x1: 2, x2: 3 }, what)
  }
})

async function refusal(converting: Promise<unknown>): Promise<string> {
  const error: unknown = await converting.catch((error: unknown) => error)
  if (error instanceof ConvertError) return error.message
  throw new Error('expected a refusal', { cause: error })
}

t.test('a folder that is not as MLflow writes it', async t => {
  const folder = await unpack(t.testdir(), 'sklearn-names')
  const description = await readFile(join(folder, 'MLmodel'), 'utf8')
  const naming = (path: string) => description.replace('pickled_model: model.pkl', `pickled_model: ${path}`)
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]', ...'bcdefghi'.split('').map((name, i) =>
    `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefgh'[i]}`).join(', ')}]`)].join('\n')
  for (const [what, changes, message] of [
    ['no model', { 'model.pkl': undefined }, /sklearn-names: MLmodel: flavors\.sklearn\.pickled_model: expected the path of a file in the folder, found "model\.pkl"/],
    ['a path out of it', { MLmodel: naming('../model.pkl') }, /expected a path within the folder, found "\.\.\/model\.pkl"\. A path that leads out/],
    ['a path out of it, later', { MLmodel: naming('x/../../model.pkl') }, /expected a path within the folder/],
    ['a path from the root', { MLmodel: naming('/etc/passwd') }, /expected a path within the folder/],
    ['a path of Windows', { MLmodel: naming('..\\model.pkl') }, /expected a path within the folder/],
    ['an address', { MLmodel: naming('s3://bucket/model.pkl') }, /expected a path within the folder/],
    ['no path', { MLmodel: naming('[1]') }, /expected the path of a file in the folder, found an array of 1/],
    ['another flavor', { MLmodel: description.replace('sklearn:', 'keras:') }, /flavors: expected one of sklearn, lightgbm, xgboost, catboost among python_function, keras/],
    ['code', { MLmodel: description.replace(/^ {2}sklearn:\n( {4}.*\n)*/m, '') }, /The model is code of its author, which is not executed/],
    ['no flavors', { MLmodel: 'a: 1' }, /flavors: expected an object, found nothing/],
    ['nothing', { MLmodel: '' }, /flavors: expected an object, found nothing/],
    ['no YAML', { MLmodel: 'flavors: [' }, /MLmodel: it cannot be parsed as YAML/],
    ['no text', { MLmodel: Buffer.of(0xff, 0xfe, 0xff) }, /MLmodel: it cannot be parsed as YAML/],
    ['depth', { MLmodel: '['.repeat(100_000) }, /cannot be parsed as YAML/],
    ['a bomb of references', { MLmodel: `${bomb}\nflavors: *i` }, /MLmodel: flavors: expected an object/],
    ['a reference to itself', { MLmodel: 'flavors: &a\n  sklearn: *a' }, /MLmodel: /],
    ['two keys of a name', { MLmodel: `flavors: {}\n${description}` }, /Map keys must be unique/],
    ['size', { MLmodel: '#'.repeat(2e6) }, /MLmodel: 2000000 bytes, expected at most 1048576/],
    ['a signature that is none', { MLmodel: description.replace(/^ {2}inputs: (.*\n {4})*.*$/m, '  inputs: x') }, /signature\.inputs: expected JSON as text/],
    ['a damaged model', { 'model.pkl': 'hello' }, /sklearn-names: model\.pkl: At byte 0/],
    ['several models', { 'other/MLmodel': description }, /sklearn-names: 2 models of MLflow: MLmodel, other\/MLmodel/]
  ] satisfies Array<[what: string, changes: Changes, message: RegExp]>) {
    t.match(await refusal(convertFolder(t, 'sklearn-names', changes)), message, what)
  }
  const example = await refusal(convertFolder(t, 'sklearn-array', { 'input_example.json': '{' }))
  t.match(example, /sklearn-array: input_example\.json: expected JSON/)
})

t.test('a link that leads out of the folder is not followed', async t => {
  const folder = t.testdir()
  const path = await unpack(folder, 'sklearn-names', { 'model.pkl': undefined })
  await writeFile(join(folder, 'secret.pkl'), readFixture('sklearn/forest-p5.pkl'))
  await symlink('../secret.pkl', join(path, 'model.pkl'))
  t.match(await refusal(convertFiles([path], { out: join(folder, 'out') })), /model\.pkl: leads out of the folder/)
  const inside = await unpack(join(folder, 'b'), 'sklearn-names', { 'model.pkl': undefined, 'x.pkl': readFixture('sklearn/forest-p5.pkl') })
  await symlink('x.pkl', join(inside, 'model.pkl'))
  t.equal((await convertFiles([inside], { out: join(folder, 'out') })).length, 1, 'one within it is')
})

t.test('MLmodel itself is not a model', async t => {
  const path = await unpack(t.testdir(), 'sklearn-names')
  t.match(await refusal(convertFiles([join(path, 'MLmodel')], { out: path })), /MLflow's description of a model.*Name the folder that it is in/)
})

t.test('an archive whose description leads out of it', async t => {
  const bytes = zip([{ name: 'MLmodel', content: 'flavors: {sklearn: {pickled_model: ../x.pkl}}' }, { name: 'x.pkl', content: 'N.' }])
  t.match(await refusal(convert([{ name: 'a.zip', bytes }])), /^a\.zip: MLmodel: .*expected a path within the folder/)
})
