import { gzipSync } from 'node:zlib'
import t from 'tap'
import type { Row } from '../../../src/model/types.js'
import { type Answer, build, post } from '../../helpers/app.js'
import { fakeEntries, GOOD_BODY } from '../../helpers/fake-model.js'

t.test('keys that could reach prototypes are ignored, and reach none', async t => {
  let seen: Row = {}
  const app = await build(t, {}, fakeEntries({
    predict: row => {
      seen = row
      return { values: Float64Array.of(0.1, 0.9), classIndexes: Int32Array.of(1), defaulted: undefined }
    }
  }))
  const bodies = [
    '{"__proto__":{"sms_freq":1,"polluted":1}}', '{"a":[{"__proto__":{"polluted":1}}]}', '{"\\u005f_proto__":{"polluted":1}}',
    '{"constructor":{"prototype":{"polluted":1}}}', '{"a":{"constructor":{"prototype":{"polluted":1}}}}',
    '{"__proto__":null}', '{"__proto__":{"__proto__":{"polluted":1}}}'
  ]
  for (const body of bodies) {
    t.equal((await post(app, '/recommend', body)).statusCode, 200, body)
    t.equal(Object.getPrototypeOf(seen), Object.prototype, 'the prototype of the row')
    t.notOk(Object.hasOwn(seen, '__proto__') || Object.hasOwn(seen, 'constructor'), 'the keys')
    t.equal(seen.sms_freq, undefined)
    t.notOk('polluted' in {}, 'the prototype of all objects')
    const [nested = {}] = [seen.a].flat() as object[]
    t.equal((nested as Row).polluted, undefined, 'nested objects')
  }
})

t.test('types of JSON', async t => {
  const app = await build(t)
  for (const type of ['application/vnd.api+json', 'Application/LD+JSON; charset=utf-8', 'application/problem+json;a=b']) {
    t.equal((await post(app, '/recommend', GOOD_BODY, { 'content-type': type })).statusCode, 200, type)
  }
  for (const type of ['text/x+json', 'application/+json', 'application/a+jsonx', 'application/a+json-seq']) {
    const response = await post(app, '/recommend', GOOD_BODY, { 'content-type': type })
    t.equal(response.statusCode, 415, type)
    t.match(response.json<Answer>().message, `received the text "${type}"`)
  }
})

t.test('encoded bodies', async t => {
  const app = await build(t)
  for (const encoding of ['gzip', 'br', 'identity, gzip', `x${'y'.repeat(500)}`]) {
    const response = await post(app, '/recommend', gzipSync('{}'), { 'content-encoding': encoding })
    t.equal(response.statusCode, 415, encoding)
    const { message } = response.json<Answer>()
    t.match(message, `Content-Encoding must be identity, received the text "${encoding.slice(0, 40)}"`)
    t.ok(message.length < 200)
  }
  for (const encoding of ['identity', ' Identity ', '']) {
    t.equal((await post(app, '/recommend', GOOD_BODY, { 'content-encoding': encoding })).statusCode, 200, encoding)
  }
})
