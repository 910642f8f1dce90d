/** ONNX models of forests: the bits of onnxruntime with one thread, and a refusal of everything else. */
import { deflateSync, gzipSync } from 'node:zlib'
import t from 'tap'
import { createModel } from '../../src/model/create-model.js'
import { convert } from '../../tools/convert/convert.js'
import { readFields } from '../../tools/convert/onnx/protobuf.js'
import { inspect } from '../../tools/inspect/inspect-file.js'
import { readFixture } from '../helpers/fixtures.js'
import { checkAnswers, listAnswered } from '../helpers/library-answers.js'
import { makeConstant, makeNode, makeOnnx, makeTrees } from '../helpers/onnx-writer.js'

const FOLDER = 'onnx'

const names = listAnswered(FOLDER)
t.equal(names.length, 35)
for (const name of names) t.test(name, t => checkAnswers(t, FOLDER, name))

const bytesOf = (name: string) => new Uint8Array(readFixture(`${FOLDER}/${name}.onnx`))

/** The error of a model in which a text is replaced, wherever it is, by one of the same length. */
async function replaceText(name: string, from: string, to: string): Promise<unknown> {
  const text = Buffer.from(bytesOf(name)).toString('latin1')
  if (!text.includes(from) || from.length !== to.length) throw new Error(`no ${from}`)
  const bytes = Buffer.from(text.replaceAll(from, to), 'latin1')
  return convert([{ name: `${name}.onnx`, bytes }]).then(() => undefined, (error: unknown) => error)
}

t.test('what is not converted is named', async t => {
  for (const [name, from, to, message] of [
    ['forest-values', 'TreeEnsembleRegressor', 'TreeEnsembleRegressoX', /operator "TreeEnsembleRegressoX" before the trees/],
    ['scaled', 'ZipMap', 'ZapMap', /operator "ZapMap" after the trees is not converted/],
    ['scaled', 'Scaler', 'Skaler', /operator "Skaler" before the trees/],
    ['scaled', 'ai.onnx.ml', 'my.onnx.ml', /operator "\w+" of "my.onnx.ml"/],
    ['forest-values', 'BRANCH_LEQ', 'BRANCH_LXX', /nodes_modes: expected LEAF or BRANCH_LEQ/],
    ['forest-values', 'nodes_hitrates', 'nodes_hotrates', /nodes_hotrates: expected an attribute of ai.onnx.ml 1 to 3/],
    ['columns-forest', 'OneHotEncoder', 'OneHatEncoder', /operator "OneHatEncoder" before the trees/],
    ['columns-forest', 'cats_strings', 'cats_strungs', /OneHotEncoder.cats_strings: expected at least one category/],
    ['binarized', 'Binarizer', 'Binariser', /operator "Binariser" before the trees/],
    ['columns-forest', 'Reshape', 'Flatten', /operator "Flatten" before the trees/],
    ['fifth', 'nodes_modes', 'nodes_modus', /nodes_truenodeids: expected 0 entries/],
    ['double-tensors', 'nodes_values_as_tensor', 'nodes_values_as_tensur', /nodes_values_as_tensur: expected an attribute/],
    ['boosting-texts', 'SOFTMAX', 'PROBITS', /post_transform: expected NONE, LOGISTIC or SOFTMAX, found PROBITS/],
    ['boosting-binary', 'LOGISTIC', 'PROBITXX', /post_transform: expected LOGISTIC for two classes/]
  ] as const) {
    t.match(await replaceText(name, from, to), { name: 'ConvertError', message }, to)
  }
})

t.test('what onnxruntime fails at is refused in a row', async t => {
  const [{ dump }] = await convert([{ name: 'm.onnx', bytes: bytesOf('columns-dropped') }])
  const model = createModel(dump)
  const row = { income: 1, age: 30, plan: 'pro', city: 'Oslo' }
  model.predict(row)
  t.throws(() => model.predict({ ...row, plan: 'none' }), { name: 'InputError' }, 'an unknown category')
  t.throws(() => model.predict({ ...row, plan: null }), { name: 'InputError' }, 'no category')
  t.throws(() => model.predict({ ...row, age: null }), { name: 'InputError' }, 'no whole number')
  t.same(model.predict({ ...row, age: 30.9 }).values, model.predict(row).values, 'a whole number, as numpy makes one')
})

t.test('a missing value before a Binarizer is refused, as onnxruntime does', async t => {
  const [{ dump }] = await convert([{ name: 'm.onnx', bytes: bytesOf('binarized') }])
  const model = createModel(dump)
  const row = { x0: 0.5, x1: 0.75, x2: -1 }
  model.predict(row)
  t.throws(() => model.predict({ ...row, x1: null }), { name: 'InputError' })
})

t.test('a file that ends early is refused wherever it ends', async t => {
  const bytes = bytesOf('scaled')
  for (let end = 0; end < bytes.length; end += 3) {
    const error = await convert([{ name: 'm.onnx', bytes: bytes.subarray(0, end) }])
      .then(() => undefined, (error: unknown) => error as Error)
    // The graph comes before the versions of the operators, which are not asked.
    if (error !== undefined && !/^(Convert|Pickle|Container)Error$/.test(error.name)) t.fail(`${end} bytes: ${String(error)}`)
  }
})

const withoutFile = (dump: object) => ({ ...dump, provenance: undefined, digest: undefined })

t.test('compressed, as other model files may be', async t => {
  const bytes = bytesOf('scaled')
  const [plain] = await convert([{ name: 'm.onnx', bytes }])
  for (const compress of [gzipSync, deflateSync]) {
    const [{ dump }] = await convert([{ name: 'm.onnx', bytes: compress(bytes) }])
    t.strictSame(withoutFile(dump), withoutFile(plain.dump))
    t.match(inspect({ name: 'm.onnx.gz', bytes: compress(bytes) }), { format: 'ONNX' })
    const damaged = compress(bytes.subarray(0, 60))
    const message = /an ONNX model that is damaged/
    await t.rejects(convert([{ name: 'm.onnx.gz', bytes: damaged }]), { name: 'ConvertError', message })
  }
})

t.test('wire format', async t => {
  const fields = (...bytes: number[]) => readFields(Uint8Array.from(bytes), 'a message')
  t.strictSame(fields(0x08, 0x96, 0x01, 0x12, 2, 65, 66).map(({ number, value }) => [number, value]),
    [[1, 150], [2, Uint8Array.of(65, 66)]])
  t.strictSame(fields(0x08, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1)[0].value, -1)
  t.throws(() => fields(0x12, 200, 1), /expected 200 bytes, found 0/)
  t.throws(() => fields(0x12, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1), /expected -1 bytes/)
  t.throws(() => fields(0x08, 255), /a whole number, found the end/)
  t.throws(() => fields(0x0b), /a field of a known type, found type 3/)
})

t.test('inspect says what it is', async t => {
  const { format, tree } = inspect({ name: 'm.onnx', bytes: bytesOf('scaled') })
  t.equal(format, 'ONNX')
  t.match(JSON.stringify(tree), /skl2onnx.*Scaler.*TreeEnsembleClassifier/)
})

t.test('graphs that no program writes', async t => {
  const convertBytes = (bytes: Uint8Array) => convert([{ name: 'm.onnx', bytes }])
  const refuses = (bytes: Uint8Array, message: RegExp) => t.rejects(convertBytes(bytes), { name: 'ConvertError', message })
  const one = makeConstant('one', [1])
  const chain = (length: number, link: (from: string, to: string) => Uint8Array) =>
    Array.from({ length }, (_, i) => link(i === 0 ? 'x' : `t${i}`, `t${i + 1}`))
  const [{ model }] = await convertBytes(makeOnnx([makeTrees('x')]))
  t.same([0, 1].map(x0 => [...model.predict({ x0, x1: 0 }).values]), [[1], [2]])
  await t.resolves(convertBytes(makeOnnx([makeNode('Add', ['x', 'one'], ['t']), makeTrees('t')], 2, [one])))

  const doubled = chain(60, (from, to) => makeNode('Concat', [from, from], [to], [['axis', 1]]))
  await refuses(makeOnnx([...doubled, makeTrees('t60')]), /Concat.*at most 10000 columns, found 16384/)
  const added = chain(1000, (from, to) => makeNode('Add', [from, 'one'], [to]))
  await refuses(makeOnnx([...added, makeTrees('t1000')], 10_000, [one]), /Add.*at most 200000 columns in all tensors, found more/)

  // Refused before they are made: these files of some kB would fill the memory.
  const keys = { ints: Array.from({ length: 10_000 }, (_, i) => i) }
  const encode = (operator: string, attributes: Parameters<typeof makeNode>[3]) => makeOnnx([
    makeNode('Cast', ['x'], ['c'], [['to', 7]]), makeNode(operator, ['c'], ['t'], attributes, 'ai.onnx.ml'), makeTrees('t')
  ], 10_000)
  await refuses(encode('LabelEncoder', [['keys_int64s', keys], ['values_floats', { floats: keys.ints }]]),
    /keys_int64s: expected at most 1000000 for all columns together, found 100000000/)
  await refuses(encode('OneHotEncoder', [['cats_int64s', { ints: keys.ints.slice(0, 90) }]]),
    /OneHotEncoder\.output: expected at most 10000 columns, found 900000/)
  const wide = makeNode('Concat', new Array<string>(100_000).fill('x'), ['t'], [['axis', 1]])
  await refuses(makeOnnx([wide, makeTrees('t')], 10_000), /Concat\.output: expected at most 10000 columns, found 1000000000/)

  const twice = ['Add', 'Sub'].map(operator => makeNode(operator, ['x', 'one'], ['t']))
  await refuses(makeOnnx([...twice, makeTrees('t')], 2, [one]), /Sub\.output: expected a tensor of its own, found "t"/)
  for (const own of ['x', 'one']) {
    await refuses(makeOnnx([makeNode('Identity', ['x'], [own]), makeTrees('x')], 2, [one]), /expected a tensor of its own/)
  }
  await refuses(makeOnnx([makeNode('Identity', ['t'], ['t']), makeTrees('t')]), /expected a tensor of the graph, found "t"/)
  await refuses(makeOnnx([makeNode('Identity', ['one'], ['t']), makeTrees('t')], 2, [one]), /operator "Identity" of a constant/)
  await refuses(makeOnnx([makeTrees('x', [['nodes_values', { floats: [9, 0, 0] }]])]), /duplicate name "nodes_values"/)
  await refuses(makeOnnx([makeTrees('x')], 2, [one, makeConstant('one', [2])]), /duplicate name "one"/)
})
