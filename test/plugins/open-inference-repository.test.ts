/** Models that callers of the Open Inference Protocol unload and load again. */
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { build as buildApp, LogCapture, post } from '../helpers/app.js'
import { fakeEntries, GOOD_BODY } from '../helpers/fake-model.js'
import { column, infer } from '../helpers/open-inference.js'

const build: typeof buildApp = async (t, overrides, ...rest) =>
  buildApp(t, { modelControl: 'explicit', ...overrides }, ...rest)

const MISSING = { name: 'wine', path: '/srv/wine.json', model: undefined, reason: 'wine.json is damaged' }
const ROW = { inputs: [column('monthly_spend', 'FP64', [1])] }
const READY = { version: '1', state: 'READY', reason: '' }

const ask = (app: FastifyInstance, verb: 'load' | 'unload', model = 'churn') =>
  app.inject({ method: 'POST', url: `/v2/repository/models/${model}/${verb}` })
const index = async (app: FastifyInstance, body = {}) => (await post(app, '/v2/repository/index', body)).json<object[]>()

t.test('an unloaded model is gone under /v2, and there alone', async t => {
  const log = new LogCapture()
  const app = await build(t, { logLevel: 'info' }, fakeEntries(), log)
  for (const verb of ['unload', 'unload'] as const) {
    const response = await ask(app, verb)
    t.strictSame([response.statusCode, response.json()], [200, {}], 'also when it is so already')
  }
  const error = 'churn is not ready: unloaded. POST /v2/repository/models/churn/load makes it so again'
  for (const path of ['/v2/models/churn', '/v2/models/churn/versions/1']) {
    const described = await app.inject(path)
    t.strictSame([described.statusCode, described.json()], [503, { error }])
    const ready = await app.inject(`${path}/ready`)
    t.strictSame([ready.statusCode, ready.json()], [503, { name: 'churn', ready: false, error }])
    const inferred = await post(app, `${path}/infer`, ROW)
    t.strictSame([inferred.statusCode, inferred.json()], [503, { error }])
    t.equal((await app.inject(`${path}/stats`)).statusCode, 200)
  }
  const gone = { name: 'churn', version: '1', state: 'UNAVAILABLE', reason: 'unloaded' }
  t.strictSame(await index(app), [{ name: 'recommend', ...READY }, gone])
  t.strictSame(await index(app, { ready: true }), [{ name: 'recommend', ...READY }])
  t.strictSame((await app.inject('/v2/models')).json(), { models: ['recommend', 'churn'] })

  t.equal((await infer(app, 'recommend', ROW)).statusCode, 200, 'another model')
  for (const url of ['/predict', '/models/churn/predict']) t.equal((await post(app, url, GOOD_BODY)).statusCode, 200, url)
  t.equal((await post(app, '/predict/batch', { instances: [GOOD_BODY] })).statusCode, 200)
  for (const url of ['/v2/health/ready', '/health/ready', '/models/churn']) {
    t.equal((await app.inject(url)).statusCode, 200, `${url}: what somebody took out on purpose is no failure`)
  }

  for (const verb of ['load', 'load'] as const) {
    const response = await ask(app, verb)
    t.strictSame([response.statusCode, response.json()], [200, {}])
  }
  t.strictSame((await app.inject('/v2/models/churn/ready')).json(), { name: 'churn', ready: true })
  t.equal((await infer(app, 'churn', ROW)).statusCode, 200)
  t.strictSame(await index(app), [{ name: 'recommend', ...READY }, { name: 'churn', ...READY }])
  const said = log.lines.filter(({ model }) => model === 'churn').map(({ msg }) => msg)
  t.strictSame(said.slice(-2), ['model unloaded under /v2', 'model loaded under /v2'], 'each change is logged once')
})

t.test('what is under way when its model is unloaded is answered', async t => {
  const app = await build(t)
  const data = Array.from({ length: 100_000 }, () => 1)
  const running = infer(app, 'churn', { inputs: [column('monthly_spend', 'FP64', data)] })
  await new Promise(resolve => setTimeout(resolve, 20))
  t.equal((await ask(app, 'unload')).statusCode, 200)
  t.equal((await running).statusCode, 200)
})

t.test('models may not be unloaded unless the service is told that they may', async t => {
  const app = await buildApp(t)
  const response = await ask(app, 'unload')
  t.equal(response.statusCode, 400)
  t.match(response.json(), { error: /MODEL_CONTROL=none.*MODEL_CONTROL=explicit/ }, 'and says how they may')
  t.equal((await ask(app, 'load')).statusCode, 200)
  t.equal((await infer(app, 'churn', ROW)).statusCode, 200)
})

t.test('a model that never was loaded', async t => {
  const app = await build(t, {}, [...fakeEntries(), MISSING])
  t.equal((await ask(app, 'unload', 'wine')).statusCode, 200)
  const load = await ask(app, 'load', 'wine')
  t.equal(load.statusCode, 503)
  t.match(load.json(), { error: /wine is not ready: wine.json is damaged/ }, 'its own reason stays')
  t.match((await index(app)).at(-1), { name: 'wine', state: 'UNAVAILABLE', reason: 'wine.json is damaged' })
  t.equal((await app.inject('/v2/health/ready')).statusCode, 503, 'and still counts')
  for (const verb of ['load', 'unload'] as const) t.equal((await ask(app, verb, 'nothing')).statusCode, 404)
})

t.test('what may be sent along', async t => {
  const app = await build(t)
  const send = async (verb: string, body: unknown) => post(app, `/v2/repository/models/churn/${verb}`, body)
  const cases: Array<[string, unknown, RegExp | undefined]> = [
    ['load', {}, undefined],
    ['load', { parameters: {} }, undefined],
    ['load', { parameters: { config: '{}' } }, /parameters\["config"\]: expected nothing: a model is loaded as its dump has it/],
    ['load', { parameters: { 'file:1/model.onnx': 'eA==' } }, /parameters\["file:1\/model.onnx"\]: expected nothing/],
    ['load', [], /body: expected a JSON object/],
    ['unload', {}, undefined],
    ['unload', { parameters: { unload_dependents: false } }, undefined],
    ['unload', { parameters: { unload_dependents: true } }, undefined],
    ['unload', { parameters: { unload_dependents: 'no' } }, /parameters\["unload_dependents"\]: expected true or false/],
    ['unload', { parameters: { force: true } }, /parameters\["force"\]: expected nothing but unload_dependents/],
    ['unload', { parameters: { force: [] } }, /parameters\["force"\]: expected text/],
    ['unload', 'null', /body: expected a JSON object/],
    ['unload', '{', /not JSON/]
  ]
  for (const [verb, body, error] of cases) {
    const what = `${verb} ${JSON.stringify(body)}`
    await ask(app, 'load')
    const response = await send(verb, body)
    t.equal(response.statusCode, error === undefined ? 200 : 400, what)
    if (error !== undefined) t.match(response.json(), { error }, what)
    const ready = verb === 'load' || error !== undefined
    t.equal((await app.inject('/v2/models/churn/ready')).statusCode, ready ? 200 : 503, what)
  }
})
