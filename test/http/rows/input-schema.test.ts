/** What a body's schema says of inputs that are flags. */
import t from 'tap'
import { buildBodySchema, exampleRow } from '../../../src/http/rows/input-schema.js'
import { compileBody } from '../../../src/http/rows/validator.js'
import type { Input } from '../../../src/dump/dump.js'
import { fakeEntries } from '../../helpers/fake-model.js'

const inputs: Input[] = [
  { name: 'active', type: 'number', boolean: true, values: [0, 1], example: 1 },
  { name: 'known', type: 'number', boolean: true, fallback: { missing: 'NaN' } },
  { name: 'age', type: 'number' }
]
const [entry] = fakeEntries({ inputs, used: ['active', 'known', 'age'] })
if (entry.model === undefined) throw new Error('there is a model')
const { model } = entry

t.test('flags are true and false, and 1 and 0 as before', async t => {
  const { schema, expected } = buildBodySchema(model, 'Body', false)
  const validate = compileBody(schema)
  const check = (body: object) => validate(body) === true
  for (const active of [true, false, 1, 0]) t.ok(check({ active, age: 3 }), `${active}`)
  for (const active of ['true', 2, 0.5, -1, null, 'yes']) t.notOk(check({ active, age: 3 }), `${active}`)
  t.ok(check({ active: true, known: null, age: 3 }), 'a gap')
  t.notOk(check({ active: true, known: 'no', age: 3 }))
  t.notOk(check({ active: true, age: true }), 'a number is no flag')
  t.equal(expected.get('active'), 'true or false')
  t.equal(expected.get('known'), 'true or false, or null')
})

t.test('the example is one of them', async t => {
  t.strictSame(exampleRow(model), { active: true, known: false, age: 0 })
  const example = { active: 0, known: 1, age: 7 }
  t.strictSame(exampleRow({ ...model, example }), { active: false, known: true, age: 7 })
})
