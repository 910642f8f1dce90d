import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fastify } from 'fastify'
import t from 'tap'
import { PACKAGE_ROOT, PACKAGE_VERSION } from '../../../src/config.js'
import { collectOpenApi, serveOpenApi } from '../../../src/http/openapi/openapi.js'
import { writeOpenApi } from '../../../tools/openapi.js'
import { build, post, testConfig } from '../../helpers/app.js'
import { checkDocument, documentOf } from '../../helpers/document.js'
import { fakeEntries } from '../../helpers/fake-model.js'

t.test('structure', async t => {
  const document = await documentOf(await build(t))
  t.match(document.openapi, /^3\.1\.\d+$/)
  t.match(document.info, { title: 'recall-ml', version: PACKAGE_VERSION })
  t.strictSame(document.servers, [{ url: '/' }])
  const ofProtocol = (path: string) => path.startsWith('/v2')
  t.strictSame(Object.keys(document.paths).filter(path => !ofProtocol(path)), [
    ...['/recommend', '/predict'].flatMap(path => [path, `${path}/what-if`, `${path}/batch`, `${path}/stream`]), '/models', '/models/{name}',
    ...['recommend', 'churn'].flatMap(name =>
      ['predict', 'explain', 'compare', 'what-if', 'predict/batch', 'predict/stream', 'explain/batch', 'explain/stream']
        .map(what => `/models/${name}/${what}`)),
    '/health/live', '/health/ready', '/metrics'
  ])
  t.strictSame(Object.keys(document.components.schemas).sort(), [
    'BadRequest', 'ErrorAnswer', 'Explanation', 'InferenceError', 'InferenceModel', 'InferenceReady', 'InferenceRequest',
    'InferenceResponse', 'InferenceStatistics', 'ModelInfo', 'ModelList', 'ModelSummary', 'PredictWhatIfQuestion',
    'RecommendWhatIfQuestion', 'WhatIf', 'WhatIfCheapest', 'WhatIfChurnQuestion', 'WhatIfCurve', 'WhatIfNearest',
    'WhatIfPrediction', 'WhatIfRecommendQuestion', 'WhatIfTurn',
    ...['ExplainChurn', 'ExplainRecommend', 'Predict', 'PredictChurn', 'PredictRecommend', 'Recommend'].flatMap(name =>
      ['BatchRows', 'BatchAnswers', 'Row', 'Answer'].map(kind => `${name}${kind}`))
  ].sort())
  for (const route of ['/recommend', '/predict']) {
    const responses = ['200', '400', '413', '415', '422', '500', '503']
    t.strictSame(Object.keys(document.paths[route].post.responses), responses)
    t.strictSame(Object.keys(document.paths[`${route}/batch`].post.responses), responses)
    t.strictSame(Object.keys(document.paths[`${route}/stream`].post.responses), responses.filter(status => status !== '413'))
  }
})

t.test('schemas compile, and every example fits its own', async t => {
  checkDocument(t, await documentOf(await build(t)))
})

t.test('the example of each route works as it is', async t => {
  const app = await build(t)
  const document = await documentOf(app)
  const routes = [
    ['/recommend', 'Recommend'], ['/predict', 'Predict'], ['/models/churn/predict', 'PredictChurn']
  ]
  for (const [route, name] of routes) {
    const [example] = document.components.schemas[`${name}Row`].examples ?? []
    const response = await post(app, route, example)
    t.equal(response.statusCode, 200)
    t.notOk('defaulted' in response.json(), 'and is complete')

    const [batch] = document.components.schemas[`${name}BatchRows`].examples ?? []
    const answered = (await post(app, `${route}/batch`, batch)).json<{ predictions: object[], failed: number[] }>()
    t.strictSame(answered.predictions, [response.json(), response.json()], 'that of a batch too')
    const { content = {} } = document.paths[`${route}/stream`].post.requestBody ?? {}
    const type = 'application/x-ndjson'
    const lines = await post(app, `${route}/stream`, content[type].example, { 'content-type': type })
    t.equal(lines.body, `${response.body}\n`, 'and that of a stream')
  }
})

t.test('the answer to a batch fits its schema, whatever its rows', async t => {
  const app = await build(t)
  const check = checkDocument(t, await documentOf(app))
  const response = await post(app, '/recommend/batch', { instances: [{}, 5, { sms_freq: 'x' }] })
  check(response.json(), 'RecommendBatchAnswers')
})

t.test('what the model says is in the schema', async t => {
  const { schemas } = (await documentOf(await build(t))).components
  t.strictSame(schemas.RecommendRow.properties.pct_video_usage, {
    type: ['number', 'null'],
    description: 'Pct video usage (share of data). Missing or null counts as 0.',
    minimum: 0,
    maximum: 1,
    examples: [0.75],
    format: 'double'
  })
  t.strictSame(schemas.RecommendRow.properties.plan_type, {
    anyOf: [{ type: 'string', enum: ['Postpaid', 'Prepaid'] }, { type: 'string' }, { type: 'null' }],
    'x-extensible-enum': ['Postpaid', 'Prepaid'],
    description:
      'Plan. The model knows Postpaid, Prepaid. Missing or null counts as Prepaid, other text counts as Postpaid.',
    examples: ['Postpaid']
  })
  t.notOk('required' in schemas.RecommendRow)
  t.ok('username' in schemas.PredictRow.properties)

  const strict = (await documentOf(await build(t, { strictInput: true }))).components.schemas
  t.match(strict.RecommendRow.properties.plan_type, { type: 'string', enum: ['Postpaid', 'Prepaid'] })
  t.match(strict.RecommendRow.properties.pct_video_usage, { type: 'number' })
  t.equal(strict.RecommendRow.required?.length, 10)
})

t.test('with no model there is a document too', async t => {
  const document = await documentOf(await build(t, {}, []))
  t.ok('/models' in document.paths)
  t.notOk('/recommend' in document.paths)
})

t.test('the file', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'openapi-test-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'docs', 'openapi.json')
  let said = ''
  const options = { file, entries: fakeEntries(), out: { write: (text: string) => { said += text } } }

  t.equal(await writeOpenApi({ ...options, check: true }), 1)
  t.match(said, /is missing: write it with npm run openapi/)
  t.equal(await writeOpenApi(options), 0)
  const text = readFileSync(file, 'utf8')
  t.equal(text, `${JSON.stringify(JSON.parse(text), undefined, 2)}\n`)
  t.equal(await writeOpenApi({ ...options, check: true }), 0)
  await writeOpenApi(options)
  t.equal(readFileSync(file, 'utf8'), text, 'the same every time')

  writeFileSync(file, text.replace('recall-ml', 'other'))
  t.equal(await writeOpenApi({ ...options, check: true }), 1)
  t.match(said, /is out of date/)
  t.match(readFileSync(file, 'utf8'), /other/, 'a check writes nothing')

  const entries = [{ name: 'churn', path: 'churn.json', model: undefined, reason: 'churn.json does not exist' }]
  t.equal(await writeOpenApi({ ...options, entries }), 1)
  t.match(said, /churn is not loaded.*does not exist/)
})

t.test("Swagger UI's answers are passed on whole", async t => {
  const app = await build(t)
  const url = '/docs/static/swagger-ui.css'
  const whole = await app.inject(url)
  t.match(whole.headers, { 'content-type': 'text/css; charset=utf-8', 'content-length': String(whole.rawPayload.length) })
  const head = await app.inject({ method: 'HEAD', url })
  t.match([head.headers['content-length'], head.body], [whole.headers['content-length'], ''])
  const part = await app.inject({ url, headers: { range: 'bytes=5-9' } })
  t.strictSame([part.statusCode, part.body], [206, whole.body.slice(5, 10)])
  t.equal(part.headers['content-range'], `bytes 5-9/${whole.rawPayload.length}`)
  const known = await app.inject({ url, headers: { 'if-none-match': String(whole.headers.etag) } })
  t.strictSame([known.statusCode, known.body, known.headers['content-type']], [304, '', undefined])
  t.equal((await app.inject({ url, headers: { range: 'bytes=99999999-' } })).statusCode, 416)
  const asked = ['/docs', '/docs?x', '/docs/', '//docs//', '/docs/json', '/openapi.json'].map(path => app.inject(path))
  t.strictSame((await Promise.all(asked)).map(({ statusCode }) => statusCode), [302, 302, 200, 200, 200, 200])
})

t.test('a document that could not be made is made anew for the next who asks', async t => {
  const app = fastify()
  t.teardown(async () => app.close())
  const collected = collectOpenApi(app, [])
  serveOpenApi(app, testConfig(), collected)
  await app.ready()
  const handler = () => undefined
  collected.routes.push({ method: 'GET', url: '/twice', handler }, { method: 'GET', url: '/twice', handler })
  t.equal((await app.inject('/openapi.json')).statusCode, 500)
  collected.routes.pop()
  t.match((await app.inject('/openapi.json')).json(), { paths: { '/twice': {} } })
})

t.test('what makes the document is not in the file that a start reads', t => {
  const bundle = readFileSync(join(PACKAGE_ROOT, 'dist', 'bundle', 'service.cjs'), 'utf8')
  t.notMatch(bundle, /swagger-ui|node_modules\/@fastify\/(?:swagger|static)/)
  t.end()
})
