/** The protocol's endpoints and their errors; what goes in and comes out of an inference is in the tests beside. */
import { connect, type AddressInfo } from 'node:net'
import t from 'tap'
import { build, LogCapture, post } from '../helpers/app.js'
import { documentOf } from '../helpers/document.js'
import { makeDump } from '../helpers/dumps.js'
import { fakeEntry, fakeEntries } from '../helpers/fake-model.js'
import { column, infer, entryOf, type InferAnswer } from '../helpers/open-inference.js'

const MISSING = { name: 'wine', path: '/srv/secret/wine.json', model: undefined, reason: '/srv/secret/wine.json is damaged' }
const ROW = { inputs: [column('f0', 'FP64', [0.75])] }

t.test('the server', async t => {
  const app = await build(t)
  const server = (await app.inject('/v2')).json<{ name: string, version: string, extensions: string[] }>()
  t.equal(server.name, 'recall-ml')
  t.match(server.version, /^\d/)
  t.strictSame(server.extensions, ['model_repository', 'statistics', 'binary_tensor_data'])
  t.strictSame((await app.inject('/v2/health/live')).json(), { live: true })
  t.strictSame((await app.inject('/v2/health/ready')).json(), { ready: true, live: true })
  t.strictSame((await app.inject('/v2/models')).json(), { models: ['recommend', 'churn'] })
  t.equal((await app.inject('/v2/models')).headers['content-type'], 'application/json')
})

t.test('a model, with and without its version', async t => {
  const app = await build(t, {}, [entryOf('made', makeDump())])
  for (const path of ['/v2/models/made', '/v2/models/made/versions/1']) {
    t.strictSame((await app.inject(path)).json(), {
      name: 'made',
      versions: ['1'],
      platform: 'recall-ml_sklearn',
      inputs: [{ name: 'f0', datatype: 'FP64', shape: [-1, 1] }, { name: 'f1', datatype: 'FP64', shape: [-1, 1] }],
      outputs: [{ name: 'predict', datatype: 'BYTES', shape: [-1] }, { name: 'predict_proba', datatype: 'FP64', shape: [-1, 2] }],
      properties: { task: 'classifier', classes: '["low","high"]', estimator: 'RandomForestClassifier' }
    })
    t.strictSame((await app.inject(`${path}/ready`)).json(), { name: 'made', ready: true })
    const answer = (await post(app, `${path}/infer`, { id: 'a', ...ROW })).json<InferAnswer>()
    t.strictSame([answer.model_name, answer.model_version, answer.id], ['made', '1', 'a'])
  }
  t.notOk('id' in (await infer(app, 'made', ROW)).json<object>(), 'no id comes back when none was sent')
})

t.test('columns of each kind in the metadata', async t => {
  const app = await build(t, {}, [fakeEntry('kinds', { inputs: [
    { name: 'flag', type: 'number', boolean: true }, { name: 'brand', type: 'category', categories: ['a'] }
  ] })])
  t.strictSame((await app.inject('/v2/models/kinds')).json<{ inputs: unknown }>().inputs, [
    { name: 'flag', datatype: 'BOOL', shape: [-1, 1] }, { name: 'brand', datatype: 'BYTES', shape: [-1, 1] }
  ])
})

t.test('unknown models and versions are 404, whatever is sent', async t => {
  const app = await build(t)
  for (const model of ['nothing', 'churn/versions/2', 'churn/versions/01', 'nothing/versions/1', '__proto__']) {
    for (const [method, end] of [['GET', ''], ['GET', '/ready'], ['GET', '/stats'], ['POST', '/infer']] as const) {
      const url = `/v2/models/${model}${end}`
      const response = await app.inject({ method, url, ...(method === 'POST' && { payload: '{', headers: { 'content-type': 'application/json' } }) })
      t.equal(response.statusCode, 404, url)
      t.match(response.json(), { error: /No model is called|has no version/ })
    }
  }
  for (const verb of ['load', 'unload']) {
    t.equal((await app.inject({ method: 'POST', url: `/v2/repository/models/nothing/${verb}` })).statusCode, 404)
  }
})

t.test('a model that is not loaded', async t => {
  const app = await build(t, {}, [...fakeEntries(), MISSING])
  const error = /wine is not ready: wine.json is damaged/
  for (const [method, url] of [
    ['GET', '/v2/models/wine'], ['GET', '/v2/models/wine/ready'], ['GET', '/v2/models/wine/versions/1/ready'],
    ['POST', '/v2/models/wine/infer'], ['POST', '/v2/models/wine/versions/1/infer'],
    ['POST', '/v2/repository/models/wine/load']
  ] as const) {
    const response = await app.inject({ method, url })
    t.equal(response.statusCode, 503, url)
    t.match(response.json(), { error })
  }
  t.match((await app.inject('/v2/models/wine/ready')).json(), { name: 'wine', ready: false })
  const ready = await app.inject('/v2/health/ready')
  t.equal(ready.statusCode, 503)
  t.strictSame(ready.json(), { ready: false, live: true, error: 'Not loaded: wine' })
  t.equal((await app.inject('/health/ready')).statusCode, 503, 'as the other probe has it')
  t.strictSame((await app.inject('/v2/models')).json(), { models: ['recommend', 'churn', 'wine'] })
})

t.test('the index of the repository', async t => {
  const app = await build(t, {}, [...fakeEntries(), MISSING])
  const ready = ['recommend', 'churn'].map(name => ({ name, version: '1', state: 'READY', reason: '' }))
  const all = [...ready, { name: 'wine', state: 'UNAVAILABLE', reason: 'wine.json is damaged' }]
  const index = async (body?: unknown) => body === undefined
    ? app.inject({ method: 'POST', url: '/v2/repository/index' })
    : post(app, '/v2/repository/index', body)
  t.strictSame((await index()).json(), all)
  t.strictSame((await index('')).json(), all, 'an empty body')
  t.strictSame((await index({})).json(), all)
  t.strictSame((await index({ ready: false })).json(), all)
  t.strictSame((await index({ ready: true })).json(), ready)
  for (const bad of [{ ready: 'yes' }, { ready: 1 }, [], 'null', '{']) {
    const response = await index(bad)
    t.equal(response.statusCode, 400)
    t.type(response.json<{ error: string }>().error, 'string')
  }
})

t.test('statistics', async t => {
  const app = await build(t, {}, [entryOf('made', makeDump())])
  const stats = async () => (await app.inject('/v2/models/made/versions/1/stats')).json<{ model_stats: Array<{
    name: string, version: string, last_inference: number, inference_count: number, execution_count: number
    inference_stats: Record<string, { count: number, ns: number }>
  }> }>().model_stats
  t.match(await stats(), [{ name: 'made', version: '1', last_inference: 0, inference_count: 0, execution_count: 0 }])
  const before = Date.now()
  await infer(app, 'made', { inputs: [column('f0', 'FP64', [0, 1, 2])] })
  await infer(app, 'made', ROW)
  await infer(app, 'made', { inputs: [column('f0', 'FP64', ['x'])] })
  const [{ last_inference: last, inference_stats: parts, ...counts }] = await stats()
  t.match(counts, { inference_count: 4, execution_count: 2 })
  t.ok(last >= before && last <= Date.now())
  t.equal(parts.fail.count, 1)
  for (const part of ['success', 'compute_input', 'compute_infer', 'compute_output']) {
    t.equal(parts[part].count, 2)
    t.ok(Number.isInteger(parts[part].ns) && parts[part].ns > 0)
  }
  t.equal(parts.queue.count, 2)
  t.ok(parts.success.ns >= parts.compute_input.ns + parts.compute_infer.ns + parts.compute_output.ns)
})

t.test('statistics of all models, one of which is called stats', async t => {
  const app = await build(t, {}, [entryOf('made', makeDump()), entryOf('stats', makeDump())])
  await infer(app, 'stats', ROW)
  const all = (await app.inject('/v2/models/stats')).json<{ model_stats: object[] }>()
  t.match(all.model_stats, [{ name: 'made', execution_count: 0 }, { name: 'stats', execution_count: 1 }])
  t.equal(all.model_stats.length, 2)
  t.match((await app.inject('/v2/models/stats/stats')).json(), { model_stats: [{ name: 'stats' }] })
  t.match((await app.inject('/v2/models/stats/versions/1')).json(), { name: 'stats' })
})

t.test('where the model comes from', async t => {
  const dump = makeDump()
  const sources = [{ file: 'made.pkl', bytes: 5, sha256: '0'.repeat(64) }]
  const app = await build(t, {}, [entryOf('made', { ...dump, provenance: { ...dump.provenance, sources } })])
  const { properties } = (await app.inject('/v2/models/made')).json<{ properties: Record<string, string> }>()
  t.strictSame(JSON.parse(properties.sources), sources)
  t.strictSame((await app.inject('/models/made')).json<{ provenance: object }>().provenance, { ...dump.provenance, sources })
})

t.test('HEAD wherever GET is', async t => {
  const app = await build(t, {}, [entryOf('made', makeDump())])
  for (const url of [
    '/v2', '/v2/health/live', '/v2/health/ready', '/v2/models', '/v2/models/stats', '/v2/models/made', '/v2/models/made/ready',
    '/v2/models/made/stats', '/v2/models/made/versions/1', '/v2/models/made/versions/1/ready', '/v2/models/made/versions/1/stats'
  ]) {
    const response = await app.inject({ method: 'HEAD', url })
    t.equal(response.statusCode, 200, url)
    t.equal(response.body, '')
    t.equal(response.headers['content-type'], 'application/json')
  }
  t.equal((await app.inject({ method: 'HEAD', url: '/v2/models/nothing' })).statusCode, 404)
})

t.test('every error under /v2 is {"error": text}', async t => {
  const app = await build(t, { bodyLimitBytes: 2000 })
  const url = '/v2/models/churn/infer'
  const json = { 'content-type': 'application/json' }
  const cases = [
    [404, { url: '/v2/nothing' }],
    [404, { url: '/v2/models/churn/infer/more' }],
    [404, { url: `/v2/models/${'x'.repeat(300)}` }],
    [405, { url }],
    [405, { url: '/v2', method: 'POST' }],
    [400, { url: '/v2/%' }],
    [415, { url, method: 'POST', payload: 'x', headers: { 'content-type': 'text/plain' } }],
    [415, { url, method: 'POST', payload: '{}', headers: { ...json, 'content-encoding': 'gzip' } }],
    [413, { url, method: 'POST', payload: 'x'.repeat(2001), headers: json }],
    [400, { url, method: 'POST', payload: '{', headers: json }],
    [400, { url, method: 'POST', payload: Buffer.from([0x22, 0xff, 0x22]), headers: json }],
    [400, { url, method: 'POST' }],
    [400, { url, method: 'POST', payload: 'null', headers: json }],
    [400, { url, method: 'POST', payload: '[]', headers: json }]
  ] as const
  for (const [status, request] of cases) {
    const response = await app.inject(request)
    t.equal(response.statusCode, status, JSON.stringify(request).slice(0, 80))
    t.strictSame(Object.keys(response.json<object>()), ['error'])
    t.type(response.json<{ error: string }>().error, 'string')
    t.equal(response.headers['content-type'], 'application/json')
  }
  const other = await app.inject('/v2x')
  t.equal(other.json<{ status: string }>().status, 'error', 'other paths have the other shape')
  t.equal(other.headers['content-type'], 'application/json; charset=utf-8')
})

t.test('so is what is cut off, where the path is known', async t => {
  const app = await build(t, { requestTimeoutMs: 500 })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const send = async (...lines: string[]) => {
    const socket = connect(port, '127.0.0.1')
    socket.write(`${['POST /v2/models/churn/infer HTTP/1.1', 'Host: a', ...lines].join('\r\n')}\r\n\r\n{`)
    let answer = ''
    for await (const text of socket.setEncoding('utf8')) answer += String(text)
    return answer
  }
  const json = 'Content-Type: application/json'
  t.match(await send(json, 'Content-Length: 100'), /^HTTP\/1.1 408 [^]*Type: application\/json\r\n[^]*\r\n\r\n{"error":"Request Timeout"}$/)
  t.match(await send(json, 'Expect: nothing'), /^HTTP\/1.1 417 [^]*\r\n\r\n{"error":"Expect must be 100-continue"}$/)
})

t.test('under a prefix as well', async t => {
  const app = await build(t, { pathPrefix: '/ml' })
  t.strictSame((await app.inject('/ml/v2/health/live')).json(), { live: true })
  for (const url of ['/ml/v2/nothing', '/v2/nothing']) t.match((await app.inject(url)).json(), { error: /\/ml\/docs/ })
})

t.test('what fails inside is a 500 without a word of it', async t => {
  const log = new LogCapture()
  const app = await build(t, { logLevel: 'error' }, fakeEntries({ probabilities: [Infinity, 1] }), log)
  const data = Array.from({ length: 150_000 }, () => 1.5)
  const response = await infer(app, 'recommend', { inputs: [column('monthly_spend', 'FP64', data)] })
  t.equal(response.statusCode, 500)
  t.strictSame(response.json(), { error: 'Internal server error' })
  t.match(log.lines, [{ msg: 'request failed', err: { message: 'predict_proba is not a finite number' } }])
})

t.test('the example of the OpenAPI document works as it is', async t => {
  for (const entries of [fakeEntries(), [entryOf('made', makeDump())]]) {
    const app = await build(t, {}, entries)
    const { paths, components, tags } = await documentOf(app)
    t.ok(tags.some(({ name }) => name === 'open inference'))
    const [example] = components.schemas.InferenceRequest.examples ?? []
    const { parameters } = paths['/v2/models/{name}/infer'].post as unknown as { parameters: Array<{ example: string }> }
    const response = await infer(app, parameters[0].example, example)
    t.equal(response.statusCode, 200)
    t.notOk('parameters' in response.json<object>(), 'and nothing counts as a fallback')
  }
  const { paths } = await documentOf(await build(t, {}, []))
  for (const path of ['/v2/models/{name}/infer', '/v2/models/{name}/versions/{version}/infer']) {
    const { post: operation } = paths[path] as unknown as { post: Record<'requestBody' | 'responses' | 'parameters', object> }
    const content = { 'application/json': {}, 'application/octet-stream': { schema: { format: 'binary' } } }
    const length = 'Inference-Header-Content-Length'
    t.match(operation.requestBody, { content })
    t.match(operation.responses, { 200: { content, headers: { [length]: {} } }, 413: {}, 500: {}, 503: {} })
    t.match(Object.values(operation.parameters).at(-1), { in: 'header', name: length, required: false })
  }
  for (const verb of ['load', 'unload']) {
    t.ok(paths[`/v2/repository/models/{name}/${verb}`].post.requestBody, verb)
  }
  t.equal(Object.keys(paths).filter(path => path.startsWith('/v2')).length, 16)
  for (const [path, operations] of Object.entries(paths).filter(([path]) => path.startsWith('/v2'))) {
    for (const { tags } of Object.values(operations)) t.strictSame(tags, ['open inference'], path)
  }
})
