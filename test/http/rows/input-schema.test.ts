/** What the schema of a body says of flags and texts, and that rows without HTTP are checked alike. */
import t from 'tap'
import { buildBodySchema, exampleRow } from '../../../src/http/rows/input-schema.js'
import { compileBody } from '../../../src/http/rows/validator.js'
import type { Input } from '../../../src/dump/dump.js'
import { createRowCheck } from '../../../src/model/check-row.js'
import { build, post } from '../../helpers/app.js'
import { fakeEntries, fakeEntry } from '../../helpers/fake-model.js'

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

t.test('a text has at most 100,000 characters, whoever checks it', async t => {
  const noted = fakeEntry('noted', { inputs: [{ name: 'note', type: 'text' }] })
  if (noted.model === undefined) throw new Error('there is a model')
  const checkRow = createRowCheck(noted.model)
  const app = await build(t, {}, [noted])
  for (const character of ['a', '한', '😀']) {
    for (const [length, status] of [[100_000, 200], [100_001, 400], [200_001, 400]]) {
      const row = { note: character.repeat(length) }
      const answer = await post(app, '/models/noted/predict', row)
      t.equal(answer.statusCode, status, `${length} times ${character}`)
      if (status === 200) {
        t.equal(checkRow(row, 'row'), row)
      } else {
        const message = `note: expected text of at most 100000 characters, received the text "${character}`
        t.match(answer.body.replaceAll('\\"', '"'), message)
        t.throws(() => checkRow(row, 'row'), { message: new RegExp(`^${message}`) })
      }
    }
  }
})
