/** Inputs that take more than numbers: any value where nothing reads them, true and false where scikit-learn does. */
import t from 'tap'
import type { Dump } from '../../src/dump/dump.js'
import { DumpError } from '../../src/dump/dump-error.js'
import { createModel } from '../../src/model/create-model.js'
import { build, post } from '../helpers/app.js'
import { checkDocument, documentOf } from '../helpers/document.js'
import { makeDump, makeFolder } from '../helpers/dumps.js'
import { column, infer, entryOf, type InferAnswer } from '../helpers/open-inference.js'
import { score } from '../helpers/score.js'

const ANYTHING = [undefined, null, 0, 1.5, true, 'C-17', '', [1, 'b'], { x: { y: [] } }]

/** `high` when f0 is above 0.5; `id` is not read, and f1 is strict. */
const DUMP: Dump = makeDump({
  inputs: [
    { name: 'id', type: 'any' },
    { name: 'f0', type: 'number', acceptsBoolean: true },
    { name: 'f1', type: 'number', fallback: { missing: 'NaN' } }
  ]
})

for (const strictInput of [false, true]) {
  t.test(`a column that nothing reads takes anything, STRICT_INPUT=${strictInput}`, async t => {
    const app = await build(t, { strictInput }, [entryOf('made', DUMP)])
    const right = { status: 'success', prediction: 'high', classes: ['low', 'high'], probabilities: [0, 1] }
    for (const id of ANYTHING) {
      const response = await post(app, '/models/made/predict', { id, f0: 0.75, f1: 2 })
      t.strictSame([response.statusCode, response.json()], [200, right], JSON.stringify(id))
    }
    const batch = await post(app, '/models/made/predict/batch', { instances: ANYTHING.map(id => ({ id, f0: 0.75, f1: 2 })) })
    t.equal(batch.statusCode, 200, batch.body)
  })
}

t.test('true and false are 1 and 0', async t => {
  const app = await build(t, {}, [entryOf('made', DUMP)])
  for (const [f0, prediction] of [[true, 'high'], [false, 'low'], [1, 'high'], [0.25, 'low']]) {
    const response = await post(app, '/models/made/predict', { f0, f1: 2 })
    t.equal(response.json<{ prediction: string }>().prediction, prediction, `${f0}`)
  }
  for (const body of [{ f0: 'true', f1: 2 }, { f0: null, f1: 2 }, { f0: 1, f1: true }]) {
    t.equal((await post(app, '/models/made/predict', body)).statusCode, 400, JSON.stringify(body))
  }
})

t.test('the routes of their own take no true for a number', async t => {
  const app = await build(t)
  for (const path of ['/recommend', '/predict']) {
    t.equal((await post(app, path, { monthly_spend: true })).statusCode, 400, path)
  }
})

t.test('the schema says so', async t => {
  const app = await build(t, {}, [entryOf('made', DUMP)])
  const document = await documentOf(app)
  checkDocument(t, document)
  const text = JSON.stringify(document)
  t.match(text, /"id":\{"description":"The model does not read it: any value is taken, or none."\}/)
  t.match(text, /"f0":\{[^{}]*"anyOf":\[\{"type":"number","format":"double"\},\{"type":"boolean"\}\]/)
})

t.test('/v2 takes a tensor of any datatype, or none', async t => {
  const app = await build(t, {}, [entryOf('made', DUMP)])
  const rest = [column('f0', 'BOOL', [true, false]), column('f1', 'FP64', [1, 2])]
  const tensors = [column('id', 'BYTES', ['a', 'b']), column('id', 'INT8', [1, null]), column('id', 'BOOL', [true, false])]
  for (const inputs of [rest, ...tensors.map(tensor => [tensor, ...rest])]) {
    const response = await infer(app, 'made', { inputs })
    t.strictSame(response.json<InferAnswer>().outputs[0].data, ['high', 'low'], response.body)
  }
  const { inputs } = (await app.inject('/v2/models/made')).json<{ inputs: Array<{ datatype: string }> }>()
  t.strictSame(inputs.map(({ datatype }) => datatype), ['BYTES', 'FP64', 'FP64'])
})

t.test('so does a file', async t => {
  const cwd = makeFolder(t, { 'made.json': DUMP, 'in.csv': 'id,f0,f1\nC-1,True,1\n"[1, 2]",False,\n,true,0\n5,0.25,1\n' })
  const { status, stdout, stderr } = await score(['--model', './made.json', 'in.csv'], { cwd })
  t.equal(status, 0, stderr)
  t.strictSame(stdout.toString().trim().split('\n').slice(1).map(line => /high|low/.exec(line)?.[0]), ['high', 'low', 'high', 'low'])
})

t.test('a dump that reads such a column is refused', async t => {
  const [, f0, f1] = DUMP.inputs
  const inputs = [{ name: 'f0', type: 'any' as const }, f1]
  t.throws(() => createModel({ ...DUMP, inputs }), new DumpError('inputs[0].type', 'expected another than "any": the model reads it'))
  const steps = [{ op: 'check' as const, columns: ['id'], missing: true }]
  t.throws(() => createModel({ ...DUMP, steps }), /inputs\[0\].type/, `${f0.name} is read, and id is checked`)
})
