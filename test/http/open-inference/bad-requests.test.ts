/** Requests that are not as the protocol has them: each a 400 that names the place. */
import t from 'tap'
import { build } from '../../helpers/app.js'
import { makeDump } from '../../helpers/dumps.js'
import { column, infer, entryOf, type InferAnswer } from '../../helpers/open-inference.js'

const good = { name: 'f0', shape: [2], datatype: 'FP64', data: [0, 1] }
const f1 = column('f1', 'FP64', [0, 1])
const ok = { inputs: [good] }

const CASES: Array<[unknown, RegExp]> = [
  [{}, /^inputs: expected a list of tensors, received nothing$/],
  [{ inputs: [] }, /^inputs: expected a list of tensors/],
  [{ inputs: {} }, /^inputs: /],
  [{ inputs: [1] }, /^inputs\[0\]: expected a JSON object, received the number 1$/],
  [{ ...ok, id: 5 }, /^id: expected text, received the number 5$/],
  [{ ...ok, parameters: [] }, /^parameters: expected a JSON object/],
  [{ ...ok, parameters: { a: null } }, /^parameters\["a"\]: expected text, a number, true or false, received null$/],
  [{ ...ok, parameters: { a: {} } }, /^parameters\["a"\]/],
  [{ ...ok, outputs: 'predict' }, /^outputs: expected a list of outputs/],
  [{ ...ok, outputs: [{}] }, /^outputs\[0\].name: expected text, received nothing$/],
  [{ ...ok, outputs: [{ name: 'nothing' }] }, /^outputs\[0\].name: expected one of predict, predict_proba, received the text "nothing"$/],
  [{ ...ok, outputs: [{ name: 'predict' }, { name: 'predict' }] }, /^outputs\[1\].name: .* that the list does not have yet/],
  [{ ...ok, outputs: [{ name: 'predict', parameters: { a: [] } }] }, /^outputs\[0\].parameters\["a"\]/],
  [{ ...ok, outputs: [{ name: 'predict', parameters: { classification: 2 } }] }, /classification: expected nothing/],
  [{ ...ok, outputs: [{ name: 'predict', parameters: { shared_memory_region: 'a' } }] }, /shared_memory_region: expected nothing/],
  [{ inputs: [{ ...good, name: 1 }] }, /^inputs\[0\].name: expected text/],
  [{ inputs: [{ ...good, name: 'F0' }] }, /^inputs\[0\].name: expected a column of the model: f0, f1, received the text "F0"$/],
  [{ inputs: [good, { ...f1, name: '__proto__' }] }, /^inputs\[1\].name: expected a column/],
  [{ inputs: [good, good] }, /^inputs\[1\].name: .* that the list does not have yet/],
  [{ inputs: [{ ...good, datatype: 'FLOAT' }] }, /^inputs\[0\].datatype: expected one of BOOL, .*, BYTES, received the text "FLOAT"$/],
  [{ inputs: [{ ...good, datatype: 'fp64' }] }, /^inputs\[0\].datatype/],
  [{ inputs: [{ ...good, datatype: undefined }] }, /^inputs\[0\].datatype: .* received nothing$/],
  [{ inputs: [{ ...good, parameters: 1 }] }, /^inputs\[0\].parameters: expected a JSON object/],
  [{ inputs: [{ ...good, parameters: { a: [1] } }] }, /^inputs\[0\].parameters\["a"\]/],
  [{ inputs: [{ ...good, parameters: { shared_memory_region: 'a' }, data: undefined }] }, /no memory is shared/],
  [{ inputs: [{ ...good, shape: undefined }] }, /^inputs\[0\].shape: expected a list of one or two whole numbers, received nothing$/],
  [{ inputs: [{ ...good, shape: [] }] }, /^inputs\[0\].shape: /],
  [{ inputs: [{ ...good, shape: [2, 1, 1] }] }, /^inputs\[0\].shape: /],
  [{ inputs: [{ ...good, shape: [-1] }] }, /^inputs\[0\].shape\[0\]: expected a whole number of 0 or more, received the number -1$/],
  [{ inputs: [{ ...good, shape: [2.5] }] }, /^inputs\[0\].shape\[0\]/],
  [{ inputs: [{ ...good, shape: ['2'] }] }, /^inputs\[0\].shape\[0\]/],
  [{ inputs: [{ ...good, shape: [1e300] }] }, /^inputs\[0\].shape\[0\]/],
  [{ inputs: [{ ...good, shape: [2 ** 53 - 1, 2 ** 53 - 1] }] }, /^inputs\[0\].data: expected a list of the 8\.\d+e\+31 values/],
  [{ inputs: [{ ...good, shape: [3] }] }, /^inputs\[0\].data: expected a list of the 3 values that the shape \[3\] has, received a list of 2 values$/],
  [{ inputs: [{ ...good, data: undefined }] }, /^inputs\[0\].data: expected a list, received nothing$/],
  [{ inputs: [{ ...good, data: 'AAAA' }] }, /^inputs\[0\].data: expected a list/],
  [{ inputs: [{ ...good, data: [[0], [1]] }] }, /^input "f0", row 0: expected a finite number of 64 bits \(FP64\), received a list of 1 value$/],
  [{ inputs: [{ ...good, shape: [2, 1], data: [[0], [1, 2]] }] }, /^inputs\[0\].data\[1\]: expected a list of the 1 values/],
  [{ inputs: [{ ...good, shape: [2, 1], data: [[0], 1] }] }, /^inputs\[0\].data\[1\]/],
  [{ inputs: [{ ...good, shape: [2, 1], data: [[0]] }] }, /^inputs\[0\].data: expected a list of the 2 lists/],
  [{ inputs: [{ ...good, shape: [1, 2] }, column('f1', 'FP64', [0])] }, /^inputs\[0\].shape: expected \[1\] or \[1, 1\], .* received \[1, 2\]$/],
  [{ inputs: [good, column('f1', 'FP64', [0])] }, /^inputs\[1\].shape: expected 2 rows, as "f0" has, received \[1\]$/],
  [{ inputs: [{ ...good, shape: [1, 3], data: [0, 1, 2] }] }, /^inputs\[0\].shape: expected \[1, 2\], since the model has 2 columns, received \[1, 3\]$/],
  [{ inputs: [{ ...good, shape: [1, 0], data: [] }] }, /^inputs\[0\].shape: /],
  [{ inputs: [{ ...good, parameters: { binary_data_size: 16 } }] }, /^inputs\[0\].data: expected none/],
  [{ inputs: [{ ...good, parameters: { binary_data_size: 16 }, data: undefined }] }, /^inputs\[0\].parameters.binary_data_size: .* 0 that are left/],
  ['{"inputs":[{"name":"f0","shape":[1],"datatype":"FP64","data":[NaN]}]}', /not JSON.*send null for a missing value/],
  ['{"inputs":[{"name":"f0","shape":[1],"datatype":"FP64","data":[1e999]}]}', /^input "f0", row 0: .* received an infinity$/],
  ['{"inputs":[{"name":"f0","shape":[1],"datatype":"INT64","data":[9007199254740993]}]}', /^input "f0", row 0: expected a whole number/]
]

t.test('each names its place', async t => {
  const app = await build(t, {}, [entryOf('made', makeDump())])
  for (const [body, error] of CASES) {
    const response = await infer(app, 'made', body)
    t.equal(response.statusCode, 400, String(error))
    t.match(response.json<InferAnswer>().error, error)
  }
  t.equal((await infer(app, 'made', ok)).statusCode, 200)
  t.equal((await infer(app, 'made', { ...ok, id: null, parameters: null, outputs: null })).statusCode, 200, 'null is nothing')
})

t.test('deep nesting and long lists', async t => {
  const app = await build(t, {}, [entryOf('made', makeDump())])
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`
  const shallow = JSON.stringify(ok).replace('[0,1]', deep)
  t.equal((await infer(app, 'made', shallow)).statusCode, 400)
  const empty = JSON.stringify({ inputs: Array.from({ length: 100_000 }, () => 0) })
  t.equal((await infer(app, 'made', empty)).statusCode, 400)
})
