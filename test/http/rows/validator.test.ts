/** When the check of a model's rows is compiled, and how often. */
import { Ajv } from 'ajv'
import t from 'tap'
import { post, build } from '../../helpers/app.js'
import { fakeEntry } from '../../helpers/fake-model.js'

let compiled = 0
const compile = Reflect.get(Ajv.prototype, 'compile') as (this: Ajv, ...given: unknown[]) => unknown
Reflect.set(Ajv.prototype, 'compile', function (this: Ajv, ...given: unknown[]) {
  compiled++
  return compile.apply(this, given)
})

/** Of this test alone: checks are kept for as long as the process runs. */
const columns = (name: string) => [`${name}_a`, `${name}_b`].map(column => ({ name: column, type: 'number' as const }))

t.test('once for all APIs', async t => {
  const entries = ['recommend', 'churn'].map(name =>
    fakeEntry(name, { inputs: columns(name), classes: [0, 1], probabilities: [0.1, 0.9] }))
  const app = await build(t, {}, entries)
  await app.ready()
  t.equal(compiled, 0, 'not while it starts')
  for (const [name, path] of [['recommend', '/recommend'], ['churn', '/predict']]) {
    compiled = 0
    const row = { [`${name}_a`]: 1, [`${name}_b`]: 'x' }
    const inputs = columns(name).map(column => ({ name: column.name, shape: [1], datatype: 'BYTES', data: ['x'] }))
    for (const route of [path, `/models/${name}/predict`]) {
      t.match((await post(app, route, row)).body, `"${name}_b: expected a number, received the text \\"x\\""`)
      t.match((await post(app, `${route}/batch`, { instances: [row] })).json(), { failed: [0] })
      t.match((await post(app, `${route}/batch`, row, { 'content-type': 'application/x-ndjson' })).json(), { line: 1 })
    }
    t.equal((await post(app, `/v2/models/${name}/infer`, { inputs })).statusCode, 400)
    t.equal(compiled, 1, name)
  }
})

t.test('other rows have another check', async t => {
  const narrow = [{ name: 'share', type: 'number' as const, maximum: 1, description: 'a' }]
  const wide = [{ name: 'share', type: 'number' as const, maximum: 2, description: 'a' }]
  const app = await build(t, {}, [fakeEntry('narrow', { inputs: narrow }), fakeEntry('wide', { inputs: wide })])
  t.equal((await post(app, '/models/narrow/predict', { share: 1.5 })).statusCode, 400)
  t.equal((await post(app, '/models/wide/predict', { share: 1.5 })).statusCode, 200)
})

t.test('before anybody asks, once the service listens', async t => {
  const app = await build(t, {}, ['one', 'two'].map(name => fakeEntry(name, { inputs: columns(name) })))
  compiled = 0
  await app.listen({ host: '127.0.0.1', port: 0 })
  for (let i = 0; i < 500 && compiled < 2; i++) await new Promise(resolve => setTimeout(resolve, 20))
  t.equal(compiled, 2)
  await post(app, '/models/one/predict', { one_a: 1, one_b: 1 })
  t.equal(compiled, 2)
})
