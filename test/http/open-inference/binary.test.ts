/** Binary tensors: the bytes after the document, in requests and in answers. */
import t from 'tap'
import { build } from '../../helpers/app.js'
import { makeDump, makeTwoOutputDump } from '../../helpers/dumps.js'
import { fakeEntry } from '../../helpers/fake-model.js'
import { column, infer, inferBinary, outputsOf, entryOf, type InferAnswer } from '../../helpers/open-inference.js'

const doubles = (...values: number[]) => Buffer.from(Float64Array.from(values).buffer)
const texts = (...values: string[]) => Buffer.concat(values.flatMap(value => {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(Buffer.byteLength(value))
  return [length, Buffer.from(value)]
}))
const binary = (name: string, datatype: string, shape: number[], size: unknown) =>
  ({ name, datatype, shape, parameters: { binary_data_size: size } })

t.test('in', async t => {
  const app = await build(t, {}, [entryOf('made', makeDump())])
  const inputs = [binary('f0', 'FP64', [2, 1], 16), column('f1', 'FP64', [1, 2]), ]
  const response = await inferBinary(app, 'made', { inputs }, doubles(0.25, 0.75))
  t.strictSame(outputsOf(response), { predict: ['low', 'high'], predict_proba: [1, 0, 0, 1] })
  t.equal(response.headers['content-type'], 'application/json')
  const two = [binary('f1', 'FP64', [2], 16), binary('f0', 'FP64', [2], 16)]
  const both = await inferBinary(app, 'made', { inputs: two }, doubles(0, NaN, 0.75, 0.25))
  t.strictSame(outputsOf(both).predict, ['high', 'low'], 'in the order of the inputs')
  t.strictSame(both.json<InferAnswer>().parameters, { defaulted: '{"f1":1}' }, 'NaN is a missing value')
  const matrix = await inferBinary(app, 'made', { inputs: [binary('x', 'FP64', [2, 2], 32)] }, doubles(0, 1, 1, 1))
  t.strictSame(outputsOf(matrix).predict, ['low', 'high'])
})

t.test('text in', async t => {
  let seen: unknown[] = []
  const app = await build(t, {}, [fakeEntry('text', {
    inputs: [{ name: 'a', type: 'category', categories: ['x'], fallback: { unknown: 'x' } }],
    predict: row => {
      seen.push(row.a)
      return { values: Float64Array.of(1, 0), classIndexes: Int32Array.of(0), defaulted: undefined }
    }
  })])
  const send = async (rows: number, bytes: Buffer) =>
    inferBinary(app, 'text', { inputs: [binary('a', 'BYTES', [rows], bytes.length)] }, bytes)
  seen = []
  t.equal((await send(3, texts('x', 'Ωé', ''))).statusCode, 200)
  t.strictSame(seen, ['x', 'Ωé', ''])
  const bad: Array<[number, Buffer, RegExp]> = [
    [1, texts('x').subarray(0, 4), /inputs\[0\], element 0: .* received a length of 1 where 0 bytes are left/],
    [1, Buffer.from([1, 0]), /element 0: .* received 2 bytes/],
    [2, Buffer.concat([texts('x'), Buffer.from([1, 0, 0, 0, 0xff])]), /element 1: .* received bytes that are not UTF-8/],
    [1, Buffer.from([0xff, 0xff, 0xff, 0xff]), /a length of 4294967295/],
    [1, texts('x', 'x'), /expected the bytes of 1 elements of BYTES/],
    [3, texts('x', 'x'), /expected the bytes of 3 elements of BYTES/]
  ]
  for (const [rows, bytes, error] of bad) {
    const response = await send(rows, bytes)
    t.equal(response.statusCode, 400)
    t.match(response.json(), { error })
  }
})

t.test('out, for all outputs or for some', async t => {
  const app = await build(t, {}, [entryOf('made', makeDump()), entryOf('two', makeTwoOutputDump()),
    fakeEntry('flags', { classes: [true, false] }), fakeEntry('whole', { classes: [7, -8] })])
  const read = async (model: string, inputs: object[], request: object) => {
    const response = await infer(app, model, { inputs, ...request })
    const length = Number(response.headers['inference-header-content-length'])
    t.equal(response.headers['content-type'], 'application/octet-stream')
    const head = JSON.parse(response.rawPayload.toString('utf8', 0, length)) as InferAnswer
    return { outputs: head.outputs, tail: response.rawPayload.subarray(length) }
  }
  const f0 = [column('f0', 'FP64', [0, 1])]
  const all = await read('made', f0, { parameters: { binary_data_output: true } })
  t.strictSame(all.outputs, [
    { name: 'predict', shape: [2], datatype: 'BYTES', parameters: { binary_data_size: 15 } },
    { name: 'predict_proba', shape: [2, 2], datatype: 'FP64', parameters: { binary_data_size: 32 } }
  ])
  t.ok(all.tail.equals(Buffer.concat([texts('low', 'high'), doubles(1, 0, 0, 1)])))

  const some = await read('made', f0, {
    parameters: { binary_data_output: true },
    outputs: [{ name: 'predict_proba', parameters: { binary_data: true } }, { name: 'predict', parameters: { binary_data: false } }]
  })
  t.ok(some.tail.equals(doubles(1, 0, 0, 1)))
  t.strictSame(some.outputs[1].data, ['low', 'high'])

  const spend = [column('monthly_spend', 'FP64', [1])]
  const predict = { outputs: [{ name: 'predict', parameters: { binary_data: true } }] }
  t.strictSame((await read('flags', spend, predict)).tail, Buffer.from([0]))
  t.strictSame((await read('whole', spend, predict)).tail, Buffer.from('f8ffffffffffffff', 'hex'))
  t.ok((await read('two', [column('f0', 'FP64', [1])], predict)).tail.equals(texts('high', '2')))

  const many = await read('made', [column('f0', 'FP64', Array.from({ length: 5000 }, (_, i) => i % 2))], predict)
  t.ok(many.tail.equals(texts(...Array.from({ length: 5000 }, (_, i) => i % 2 === 1 ? 'high' : 'low'))), 'longer than a chunk')
})

t.test('bytes that are not what they are said to be', async t => {
  const app = await build(t, {}, [entryOf('made', makeDump())])
  const f0 = (size: unknown, shape = [1]) => ({ inputs: [binary('f0', 'FP64', shape, size)] })
  const cases: Array<[object, Buffer, RegExp, string?]> = [
    [f0(8), doubles(1, 2), /body: expected 8 bytes after the JSON object, .* received 16 bytes/],
    [f0(16), doubles(1), /binary_data_size: expected a number of bytes, of the 8 that are left/],
    [f0(8, [2]), doubles(1), /expected the bytes of 2 elements of FP64, as the shape \[2\] has, received the number 8/],
    [f0(8, [2 ** 50]), doubles(1), /expected the bytes of 1125899906842624 elements/],
    [f0(7), Buffer.alloc(7), /expected the bytes of 1 elements/],
    [f0(-8), doubles(1), /binary_data_size/],
    [f0('8'), doubles(1), /binary_data_size/],
    [f0(8), doubles(Infinity), /input "f0", row 0: expected a finite number .* received an infinity/],
    [f0(8), doubles(1), /Inference-Header-Content-Length: expected a number of bytes/, '100000'],
    [f0(8), doubles(1), /Inference-Header-Content-Length: .* received the text "-1"/, '-1'],
    [f0(8), doubles(1), /Inference-Header-Content-Length/, '1e1'],
    [f0(8), doubles(1), /body: expected a JSON object, received text that is not JSON/, '5'],
    [f0(8), doubles(1), /body: expected a JSON object, received nothing/, '0']
  ]
  for (const [document, tail, error, length] of cases) {
    const response = await inferBinary(app, 'made', document, tail, length)
    t.equal(response.statusCode, 400, String(error))
    t.match(response.json(), { error })
  }
  const plain = await infer(app, 'made', JSON.stringify({ inputs: [column('f0', 'FP64', [1])] }), {
    'content-type': 'application/octet-stream'
  })
  t.equal(plain.statusCode, 200, 'without the header the whole body is the document')
})
