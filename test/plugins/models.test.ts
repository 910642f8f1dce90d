import t from 'tap'
import { loadEntries } from '../../src/model/registry.js'
import { type Answer, build } from '../helpers/app.js'
import { makeDump, makeFolder } from '../helpers/dumps.js'
import { fakeEntry, fakeEntries } from '../helpers/fake-model.js'

const damaged = {
  name: 'damaged', path: '/srv/secret models/damaged.json', model: undefined,
  reason: "ENOENT: no such file, open '/srv/secret models/damaged.json'"
}

t.test('the list', async t => {
  const values = fakeEntry('prices', { task: 'regressor', outputs: [{}, {}], values: [1, 2] })
  const app = await build(t, {}, [values, damaged, ...fakeEntries()])
  const response = await app.inject('/models')
  t.equal(response.statusCode, 200)
  const size = { nTrees: 1, nNodes: 3, bytes: 1234 }
  const known = (name: string, task: string, nOutputs: number) => ({
    name, loaded: true, file: `${name}.json`, description: `A fake ${name} model.`, task, nInputs: 10, nOutputs, ...size
  })
  t.strictSame(response.json(), {
    status: 'success',
    models: [
      known('recommend', 'classifier', 1), known('churn', 'classifier', 1), known('prices', 'regressor', 2),
      { name: 'damaged', loaded: false, file: 'damaged.json', reason: "ENOENT: no such file, open 'damaged.json'" }
    ]
  })
})

t.test('one model', async t => {
  const featureImportances = [{ feature: 'x', importance: 0.1 + 0.2 }, { feature: 'y', importance: 0 }]
  const entry = fakeEntry('mixed', {
    inputs: [
      { name: 'x', type: 'number', description: 'Length', unit: 'cm', minimum: -1, maximum: 1.5, example: 0.25 },
      { name: 'y', type: 'number', fallback: { missing: 'NaN' } },
      { name: 'z', type: 'number', fallback: { missing: -3 } },
      { name: 'k', type: 'category', categories: ['a', 'b'], example: 'b', fallback: { missing: null, unknown: 'a' } }
    ],
    used: ['x', 'y'],
    outputs: [{ name: 'level', classes: ['1', 1, 2.5, true] }, { classes: [false, true] }],
    values: [0, 0, 1, 0, 1, 0],
    featureImportances
  })
  const app = await build(t, {}, [entry])
  const response = await app.inject('/models/mixed')
  t.equal(response.statusCode, 200)
  t.strictSame(response.json(), {
    status: 'success', name: 'mixed', loaded: true, file: 'mixed.json', description: 'A fake mixed model.',
    task: 'classifier', nInputs: 4, nOutputs: 2, nTrees: 1, nNodes: 3, bytes: 1234, nFeatures: 4,
    inputs: entry.model?.inputs.map((input, i) => ({ ...input, used: i < 2 })),
    outputs: entry.model?.outputs,
    featureImportances,
    provenance: entry.model?.provenance
  })
})

t.test('all that a dump says of its origin', async t => {
  const provenance = {
    converter: 'recall-ml 9', recipe: 'plain', estimator: 'Pipeline(X)', sklearnVersion: '1.6.1', golden: 'scikit-learn',
    sources: [{ file: 'm.pkl', bytes: 5, sha256: '0'.repeat(64) }], quality: { accuracy: 0.30000000000000004, data: 'own' }
  }
  const folder = makeFolder(t, { 'other-name.json': makeDump({ provenance }) })
  const app = await build(t, {}, await loadEntries(folder, []))
  const info = (await app.inject('/models/other-name')).json<Record<string, unknown>>()
  t.strictSame(info.provenance, provenance)
  t.match(info, { name: 'other-name', file: 'other-name.json', nTrees: 1, nNodes: 3, nFeatures: 2 }, 'the name of the file')
  t.notOk('featureImportances' in info, 'the dump has none')
})

t.test('a model that is not loaded', async t => {
  const app = await build(t, {}, [...fakeEntries(), damaged])
  t.strictSame((await app.inject('/models/damaged')).json(), {
    status: 'success', name: 'damaged', loaded: false, file: 'damaged.json',
    reason: "ENOENT: no such file, open 'damaged.json'"
  })
})

t.test('names that no model has', async t => {
  const app = await build(t)
  for (const name of ['x', 'Churn', 'toString', '__proto__', 'constructor', 'a%20b', '%22%3Cb%3E', 'x'.repeat(100)]) {
    const response = await app.inject(`/models/${name}`)
    t.equal(response.statusCode, 404, name)
    t.match(response.headers['content-type'], /^application\/json/)
    t.strictSame(response.json(), {
      status: 'error',
      message: `No model is called ${JSON.stringify(decodeURIComponent(name))}; GET /models lists those that there are`,
      code: 'model_not_found'
    })
  }
  for (const path of ['/models/', '/models/churn/', '/models/churn/x', '/models/x/predict', `/models/${'x'.repeat(300)}`]) {
    const response = await app.inject(path)
    t.equal(response.statusCode, 404, path)
    t.equal(response.json<Answer>().status, 'error')
  }
})

t.test('other methods are a 405', async t => {
  const app = await build(t)
  const cases: Array<['GET' | 'POST' | 'DELETE', string, string]> = [
    ['POST', '/models', 'GET, HEAD'], ['POST', '/models/churn', 'GET, HEAD'], ['DELETE', '/models/x', 'GET, HEAD'],
    ['GET', '/models/churn/predict', 'POST']
  ]
  for (const [method, url, allow] of cases) {
    const response = await app.inject({ method, url })
    t.equal(response.statusCode, 405, `${method} ${url}`)
    t.equal(response.headers.allow, allow)
  }
})

t.test('a name that does not fit into a path is listed, with no route', async t => {
  const folder = makeFolder(t, { 'a:b*(c).json': makeDump(), ':any.json': makeDump() })
  const app = await build(t, {}, [...fakeEntries(), ...await loadEntries(folder, [])])
  t.strictSame((await app.inject('/models')).json<Answer>().models.slice(2).map(({ name }) => name), [':any', 'a:b*(c)'])
  t.match((await app.inject('/models/a%3Ab*(c)')).json<Answer>(), { loaded: false, reason: /rename it/ })
  t.equal((await app.inject({ method: 'POST', url: '/models/a%3Ab*(c)/predict', payload: {} })).statusCode, 404)
  t.equal((await app.inject({ method: 'POST', url: '/models/x/predict', payload: {} })).statusCode, 404)
  t.equal((await app.inject('/health/ready')).json<Answer>().message, 'Not loaded: :any, a:b*(c)')
})
