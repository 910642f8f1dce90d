/** Pages of other origins: none may read an answer, unless its origin is listed. */
import t from 'tap'
import { build, post } from '../helpers/app.js'
import { GOOD_BODY } from '../helpers/fake-model.js'

const OWN = 'https://app.example.com'
const ALLOWED = 'access-control-allow-origin'
const preflight = (origin: string) => ({
  method: 'OPTIONS' as const,
  headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' }
})
const PATHS = ['/predict', '/predict/batch', '/predict/stream', '/models/churn/predict', '/v2/models/churn/infer']

t.test('off by default', async t => {
  const app = await build(t)
  for (const url of PATHS) {
    const response = await app.inject({ url, ...preflight(OWN) })
    t.equal(response.statusCode, 405, url)
    t.notOk(ALLOWED in response.headers)
  }
  t.notOk(ALLOWED in (await post(app, '/predict', GOOD_BODY, { origin: OWN })).headers)
})

t.test('listed origins, and no others', async t => {
  const app = await build(t, { corsOrigins: [OWN, 'http://localhost:5173'] })
  const lines = `${JSON.stringify(GOOD_BODY)}\n`
  for (const origin of [OWN, 'http://localhost:5173']) {
    for (const url of PATHS) {
      const response = await app.inject({ url, ...preflight(origin) })
      t.equal(response.statusCode, 204, url)
      t.equal(response.headers[ALLOWED], origin)
      t.equal(response.headers['access-control-allow-headers'], 'content-type')
      t.match(response.headers.vary, /origin/i, 'caches keep them apart')
    }
    const answers = [
      await post(app, '/predict', GOOD_BODY, { origin }), await post(app, '/predict', { monthly_spend: 'x' }, { origin }),
      await post(app, '/nothing', GOOD_BODY, { origin }), await app.inject({ url: '/models', headers: { origin } }),
      await post(app, '/predict/stream', lines, { origin, 'content-type': 'application/x-ndjson' })
    ]
    t.strictSame(answers.map(({ statusCode }) => statusCode), [200, 400, 404, 200, 200])
    for (const { headers } of answers) {
      t.equal(headers[ALLOWED], origin)
      t.match(headers['access-control-expose-headers'], /X-Request-Id/i)
      t.notOk('access-control-allow-credentials' in headers)
    }
  }
  for (const origin of ['https://evil.example', `${OWN}.evil.example`, `${OWN}:444`, 'http://app.example.com', 'null', `x${OWN}`]) {
    for (const response of [await app.inject({ url: '/predict', ...preflight(origin) }), await post(app, '/predict', GOOD_BODY, { origin })]) {
      t.not(response.headers[ALLOWED], origin)
      t.not(response.headers[ALLOWED], '*')
    }
  }
})

t.test('all origins', async t => {
  const app = await build(t, { corsOrigins: ['*'] })
  t.equal((await post(app, '/predict', GOOD_BODY, { origin: 'https://any.example' })).headers[ALLOWED], '*')
})
