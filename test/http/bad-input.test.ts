import t from 'tap'
import { type Answer, build, post } from '../helpers/app.js'
import { documentOf } from '../helpers/document.js'
import { fakeEntry, GOOD_BODY } from '../helpers/fake-model.js'

interface Case {
  name: string
  body: unknown
  headers?: Record<string, string>
  status?: number
  /** Names in `errors`, in order. */
  fields?: string[]
  message: RegExp
}

const JSON_OBJECT = /^body: expected a JSON object, received /
const number = 'a number of 0 or more, or null'
const share = 'a number from 0 to 1, or null'

/** Sent to both routes. */
const CASES: Case[] = [
  // A number of a wrong type: nothing is coerced.
  {
    name: 'text', body: { sms_freq: '6' }, fields: ['sms_freq'],
    message: new RegExp(`^sms_freq: expected ${number}, received the text "6"$`)
  },
  { name: 'empty text', body: { sms_freq: '' }, fields: ['sms_freq'], message: /received the text ""$/ },
  { name: 'true', body: { sms_freq: true }, fields: ['sms_freq'], message: /received true$/ },
  {
    name: 'false', body: { travel_score: false }, fields: ['travel_score'],
    message: new RegExp(`expected ${share}, received false$`)
  },
  { name: 'list of one', body: { sms_freq: [5] }, fields: ['sms_freq'], message: /received a list of 1 value$/ },
  { name: 'empty list', body: { sms_freq: [] }, fields: ['sms_freq'], message: /received a list of 0 values$/ },
  { name: 'object', body: { sms_freq: { $gt: 0 } }, fields: ['sms_freq'], message: /received an object with 1 key$/ },
  {
    name: 'boxed number', body: { monthly_spend: { $numberDecimal: '1' } }, fields: ['monthly_spend'],
    message: /an object/
  },
  { name: 'NaN as text', body: { monthly_spend: 'NaN' }, fields: ['monthly_spend'], message: /the text "NaN"/ },
  {
    name: 'text with a unit', body: { avg_data_usage_gb: '6.5 GB' }, fields: ['avg_data_usage_gb'],
    message: /"6.5 GB"/
  },
  // Out of range.
  {
    name: 'share over 1', body: { pct_video_usage: 75 }, fields: ['pct_video_usage'],
    message: new RegExp(`expected ${share}, received the number 75$`)
  },
  {
    name: 'share just over 1', body: { pct_video_usage: 1.0000000000000002 }, fields: ['pct_video_usage'],
    message: /1.0000000000000002$/
  },
  { name: 'below 0', body: { monthly_spend: -1 }, fields: ['monthly_spend'], message: /the number -1$/ },
  { name: 'just below 0', body: { topup_freq: -5e-324 }, fields: ['topup_freq'], message: /the number -5e-324$/ },
  {
    name: 'infinite', body: '{"monthly_spend":1e999}', fields: ['monthly_spend'],
    message: /received a number too large for 64 bits$/
  },
  { name: 'minus infinite', body: '{"monthly_spend":-1e999}', fields: ['monthly_spend'], message: /too large/ },
  // A category of a wrong type.
  {
    name: 'plan as number', body: { plan_type: 1 }, fields: ['plan_type'],
    message: /^plan_type: expected text, or null, received the number 1$/
  },
  { name: 'plan as list', body: { plan_type: ['Prepaid'] }, fields: ['plan_type'], message: /a list of 1 value$/ },
  {
    name: 'brand as object', body: { device_brand: { name: 'Apple' } }, fields: ['device_brand'],
    message: /an object with 1 key$/
  },
  { name: 'brand as boolean', body: { device_brand: true }, fields: ['device_brand'], message: /received true$/ },
  // Several at once, each once, good ones not named.
  {
    name: 'several',
    body: { ...GOOD_BODY, pct_video_usage: -2, sms_freq: 'a', plan_type: 7, device_brand: null },
    fields: ['pct_video_usage', 'sms_freq', 'plan_type'],
    message: /^pct_video_usage: .*; sms_freq: .*; plan_type: /
  },
  {
    name: 'all ten',
    body: Object.fromEntries(Object.keys(GOOD_BODY).map(name => [name, [1]])),
    fields: Object.keys(GOOD_BODY),
    message: /avg_data_usage_gb: .*device_brand: /
  },
  {
    name: 'the last of duplicate keys counts', body: '{"sms_freq":1,"sms_freq":"x"}', fields: ['sms_freq'],
    message: /"x"/
  },
  { name: 'an escaped key', body: '{"sms\\u005ffreq":"x"}', fields: ['sms_freq'], message: /"x"/ },
  // What came is shown, but not at any length.
  {
    name: 'long text', body: { sms_freq: 'x'.repeat(5000) }, fields: ['sms_freq'],
    message: /the text "x{40}"\.\.\. \(5000 characters\)$/
  },
  {
    name: 'control characters', body: { sms_freq: '\u0000\n"\u2028' }, fields: ['sms_freq'],
    message: /the text "\\u0000\\n\\"/
  },
  {
    name: 'half a surrogate pair', body: '{"sms_freq":"\\ud83d"}', fields: ['sms_freq'],
    message: /the text "\\ud83d"$/
  },
  {
    name: 'a deep value', body: `{"sms_freq":${'['.repeat(5000)}${']'.repeat(5000)}}`, fields: ['sms_freq'],
    message: /a list of 1 value$/
  },
  {
    name: 'a wide value', body: { sms_freq: Array(9000).fill(1) }, fields: ['sms_freq'],
    message: /a list of 9000 values$/
  },
  // A body that is no object.
  { name: 'list', body: '[]', fields: ['body'], message: /received a list of 0 values$/ },
  { name: 'list of profiles', body: [GOOD_BODY], fields: ['body'], message: /received a list of 1 value$/ },
  { name: 'text body', body: '"x"', fields: ['body'], message: /received the text "x"$/ },
  { name: 'number body', body: '5', fields: ['body'], message: /received the number 5$/ },
  { name: 'boolean body', body: 'true', fields: ['body'], message: /received true$/ },
  { name: 'null body', body: 'null', fields: ['body'], message: /received null, or no body at all$/ },
  // A body that is no JSON.
  { name: 'empty', body: '', fields: ['body'], message: /received an empty body$/ },
  { name: 'blanks', body: '   ', fields: ['body'], message: /received text that is not JSON: it ends too early, at line 1, column 1$/ },
  { name: 'cut off', body: '{"sms_freq":', fields: ['body'], message: /received text that is not JSON: it ends too early, at line 1, column 13$/ },
  {
    name: 'NaN', body: '{"sms_freq": 1,\n "travel_score": NaN}', fields: ['body'],
    message: /text that is not JSON: NaN at line 2, column 18, which JSON does not have: send null for a missing value$/
  },
  { name: 'single quotes', body: "{'sms_freq':1}", fields: ['body'], message: JSON_OBJECT },
  { name: 'comma at the end', body: '{"sms_freq":1,}', fields: ['body'], message: JSON_OBJECT },
  { name: 'NaN', body: '{"sms_freq":NaN}', fields: ['body'], message: JSON_OBJECT },
  { name: 'two documents', body: '{}{}', fields: ['body'], message: JSON_OBJECT },
  { name: 'a form', body: 'sms_freq=1', fields: ['body'], message: JSON_OBJECT },
  { name: 'deep and never closed', body: '['.repeat(60_000), fields: ['body'], message: /not JSON: it ends too early/ },
  {
    name: 'not UTF-8', body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), fields: ['body'],
    message: /received bytes that are not UTF-8$/
  },
  { name: 'UTF-16', body: Buffer.from('\ufeff{"sms_freq":1}', 'utf16le'), fields: ['body'], message: /UTF-8$/ },
  // Other failures before the fields are looked at.
  {
    name: 'plain text', body: '{}', headers: { 'content-type': 'text/plain' }, status: 415,
    message: /^Content-Type must be application\/json, received the text "text\/plain"$/
  },
  {
    name: 'form type', body: 'a=1', headers: { 'content-type': 'application/x-www-form-urlencoded' }, status: 415,
    message: /application\/json/
  },
  { name: 'no valid type', body: '{}', headers: { 'content-type': 'json' }, status: 415, message: /application\/json/ },
  {
    name: 'a type that only starts so', body: '{}', headers: { 'content-type': 'application/jsonx' }, status: 415,
    message: /application\/json/
  },
  {
    name: 'too large', body: JSON.stringify({ a: 'x'.repeat(1_048_576) }), status: 413,
    message: /larger than 1048576 bytes/
  },
  { name: '2 MB', body: 'x'.repeat(2_000_000), status: 413, message: /larger than 1048576 bytes/ }
]

/** Sent to both routes, and answered. */
const FINE: Array<[string, unknown, Record<string, string>?]> = [
  ['nothing but a brace', '{}'],
  ['a byte order mark', `\ufeff${JSON.stringify(GOOD_BODY)}`],
  ['a charset', GOOD_BODY, { 'content-type': 'application/json; charset=utf-8' }],
  ['a charset in capitals', GOOD_BODY, { 'content-type': 'Application/JSON;charset=UTF-8' }],
  ['thousands of unknown keys', Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`k${i}`, i]))],
  ['keys of the caller', { ...GOOD_BODY, _id: 'x', churn_risk: 'high', engagement_score: null, nested: { a: [1] } }],
  ['names of object methods', { ...GOOD_BODY, toString: 'x', constructor: 1, hasOwnProperty: [] }],
  ['a deep unknown value', `{"x":${'['.repeat(20_000)}${']'.repeat(20_000)}}`],
  ['a profile with a history', { ...GOOD_BODY, history: Array(20_000).fill({ gb: 1.5, day: 'Monday' }) }],
  ['edges of the ranges', { ...GOOD_BODY, pct_video_usage: 1, travel_score: 0, monthly_spend: -0, sms_freq: 1e308 }],
  ['an integer as a fraction', '{"sms_freq":5.0,"topup_freq":5e0}'],
  ['unknown categories', { ...GOOD_BODY, plan_type: 'prepaid', device_brand: '' }],
  ['text in any script', { ...GOOD_BODY, device_brand: '\u5c0f\u7c73 \ud83d\udcf1' }]
]

for (const route of ['/recommend', '/predict']) {
  t.test(`POST ${route}`, async t => {
    const app = await build(t)
    for (const { name, body, headers, status = 400, fields, message } of CASES) {
      const response = await post(app, route, body, headers)
      const answer = response.json<Answer>()
      t.equal(response.statusCode, status, `${name}: status`)
      t.match(response.headers['content-type'], /^application\/json/, `${name}: type`)
      t.equal(answer.status, 'error', `${name}: shape`)
      t.match(answer.message, message, `${name}: message`)
      t.ok(response.body.length < 3000, `${name}: length`)
      t.strictSame(
        Object.keys(answer), ['status', 'message', 'code', ...(fields === undefined ? [] : ['errors'])], `${name}: keys`
      )
      if (fields === undefined) continue
      t.strictSame(answer.errors.map(error => error.field), fields, `${name}: fields`)
      for (const error of answer.errors) {
        t.strictSame(Object.keys(error), ['field', 'expected', 'received'], `${name}: keys of an error`)
        t.notMatch(error.expected, /must|schema|type|nullable/, `${name}: words for people`)
      }
    }
    for (const [name, body, headers] of FINE) {
      const response = await post(app, route, body, headers)
      t.equal(response.statusCode, 200, `${name}: ${response.body.slice(0, 200)}`)
    }
  })
}

t.test('no body and no type', async t => {
  const app = await build(t)
  const response = await app.inject({ method: 'POST', url: '/recommend' })
  t.equal(response.statusCode, 400)
  t.equal(response.json<Answer>().message, 'body: expected a JSON object, received null, or no body at all')
})

t.test('a body without a type', async t => {
  const app = await build(t)
  const response = await app.inject({ method: 'POST', url: '/recommend', payload: Buffer.from('{}') })
  t.equal(response.statusCode, 415)
})

t.test('username of /predict is whatever it is', async t => {
  const app = await build(t)
  for (const username of ['someone', '', null, 5, true, ['x'], { first: 'x' }]) {
    t.equal((await post(app, '/predict', { ...GOOD_BODY, username })).statusCode, 200, JSON.stringify(username))
  }
  t.equal((await post(app, '/recommend', { ...GOOD_BODY, username: 5 })).statusCode, 200, 'unknown to /recommend')
})

t.test('strict input', async t => {
  const app = await build(t, { strictInput: true })
  for (const route of ['/recommend', '/predict']) {
    t.equal((await post(app, route, { ...GOOD_BODY, extra: 1 })).statusCode, 200, 'a complete profile')

    const missing = await post(app, route, {})
    t.equal(missing.statusCode, 400)
    t.strictSame(missing.json<Answer>().errors.map(error => error.field), Object.keys(GOOD_BODY))
    t.match(missing.json<Answer>().errors[1], { expected: 'a number from 0 to 1', received: 'nothing' })

    const gaps = await post(app, route, { ...GOOD_BODY, sms_freq: null, plan_type: null, device_brand: 'Nokia' })
    t.strictSame(gaps.json<Answer>().errors, [
      { field: 'sms_freq', expected: 'a number of 0 or more', received: 'null' },
      { field: 'plan_type', expected: 'one of "Postpaid", "Prepaid"', received: 'null' },
      {
        field: 'device_brand',
        expected: 'one of "Apple", "Huawei", "Oppo", "Other", "Realme", "Samsung", "Vivo", "Xiaomi"',
        received: 'the text "Nokia"'
      }
    ])
  }
})

t.test('strict input lets null through where the model takes missing values', async t => {
  const entry = fakeEntry('gaps', {
    inputs: [
      { name: 'x', type: 'number', fallback: { missing: 'NaN' } },
      { name: 'y', type: 'number', fallback: { missing: 0 } },
      { name: 'z', type: 'category', categories: ['a'], fallback: { missing: null, unknown: null } }
    ]
  })
  const app = await build(t, { strictInput: true }, [entry])
  const refused = async (body: object) => {
    const response = await post(app, '/models/gaps/predict', body)
    return response.statusCode === 200 ? [] : response.json<Answer>().errors.map(({ field }) => field)
  }
  const { schemas } = (await documentOf(app)).components
  t.match(schemas.PredictGapsRow, {
    required: ['x', 'y', 'z'],
    properties: {
      x: { type: ['number', 'null'], description: 'Null is a missing value, which the model takes.' },
      y: { type: 'number' },
      z: { type: ['string', 'null'], description: 'Null counts as no category.', enum: ['a', null] }
    }
  })
  t.strictSame(await refused({ x: null, y: 1, z: null }), [])
  t.strictSame(await refused({ x: null, y: null, z: 'b' }), ['y', 'z'])
  t.strictSame(await refused({ y: 1 }), ['x', 'z'], 'a missing field is one that was forgotten')
})
