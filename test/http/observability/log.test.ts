import { connect } from 'node:net'
import t from 'tap'
import { createRequestLog, describeError } from '../../../src/http/observability/log.js'
import type { Row } from '../../../src/model/types.js'
import { build, LogCapture, post } from '../../helpers/app.js'
import { fakeEntries, GOOD_BODY } from '../../helpers/fake-model.js'

const MARK = 'MARKEDVALUE'

t.test('no customer data, wherever it is put', async t => {
  const log = new LogCapture()
  const entries = fakeEntries({ predict: row => { throw new Error(`cannot use ${JSON.stringify(row)}`) } })
  const app = await build(t, { logLevel: 'trace' }, entries, log)
  await app.listen({ host: '127.0.0.1', port: 0 })
  const json = { 'content-type': 'application/json' }
  const bodies = [
    { ...GOOD_BODY, username: MARK, plan_type: MARK },
    { monthly_spend: MARK },
    { [MARK]: MARK },
    `{"username":"${MARK}"`,
    `{"__proto__":{"a":"${MARK}"}}`,
    JSON.stringify(MARK),
    JSON.stringify([MARK]),
    MARK,
    MARK.repeat(10_000)
  ]
  for (const body of bodies) {
    for (const url of ['/recommend', '/predict', `/predict?username=${MARK}`, `/${MARK}`, `/%${MARK}`]) {
      await post(app, url, body, { cookie: MARK, authorization: MARK, 'request-id': MARK, 'x-request-id': `${MARK} ${MARK}` })
      await post(app, url, body, { 'content-type': `text/${MARK}` })
      await app.inject({ method: 'PUT', url, payload: body, headers: json })
    }
  }
  await new Promise<void>(resolve => {
    const socket = connect(Number(new URL(app.listeningOrigin).port), '127.0.0.1').on('close', () => resolve()).resume()
    socket.on('error', () => undefined)
    socket.end(`POST /predict HTTP/1.1\r\nHost: x\r\n${MARK}\x00${MARK}\r\n\r\n`)
  })
  t.ok(log.lines.length > 100, 'there is a log')
  t.ok(log.lines.some(({ msg }) => msg === 'request failed'), 'with failures')
  t.notMatch(log.text, MARK)
  t.notMatch(log.text.toLowerCase(), 'proto')
})

t.test('a failure keeps its message unless that repeats the request', async t => {
  const log = new LogCapture()
  const predict = (row: Row) => { throw new RangeError(row.plan_type === 'Postpaid' ? 'got Postpaid' : 'of plan_type') }
  const entries = fakeEntries({ predict })
  const app = await build(t, { logLevel: 'error' }, entries, log)
  await post(app, '/recommend', GOOD_BODY)
  await post(app, '/recommend', { ...GOOD_BODY, plan_type: 'Prepaid' })
  t.match(log.lines, [
    { err: { type: 'RangeError', message: '(left out: it repeats the request)', stack: /^at .*log\.test\.[jt]s/ } },
    { err: { type: 'RangeError', message: 'of plan_type', stack: /^at / } }
  ])
  t.equal(log.text.match(/"reqId":/g)?.length, 2, 'each line names its request once')
})

t.test('the line of a request is the one that pino writes', async t => {
  const log = new LogCapture()
  const app = await build(t, { logLevel: 'info' }, fakeEntries(), log)
  log.text = ''
  const logRequest = createRequestLog(app.log, log)
  for (const ms of [0.125, 0, 1, 0.1, 0.05, 0.007, 12.5, 999.999, 1000, 12_345.67, 86_400_000.001]) {
    log.text = ''
    const ended = { reqId: 'req-1a', method: 'POST', route: '/models/x"\\é\n/predict', status: 200, ms }
    const before = Date.now()
    logRequest(ended, false)
    app.log.info(ended, 'request')
    const after = Date.now()
    const times = log.lines.map(({ time }) => Number(time))
    t.ok(times.every(time => time >= before && time <= after), 'the time is that of now')
    const [own, theirs] = log.text.split('\n').map(line => line.replace(/"time":\d+/, '"time":0'))
    t.equal(own, theirs)
    t.match(own, `"pid":${process.pid},"hostname":`)
  }
})

t.test('a request and an answer that are logged as a whole are left out', async t => {
  const log = new LogCapture()
  const app = await build(t, { logLevel: 'info' }, fakeEntries(), log)
  app.get('/whole', async (request, reply) => {
    for (const logger of [app.log, request.log, reply.log]) logger.info({ req: request, res: reply, raw: 1 }, 'whole')
    return 'x'
  })
  await app.inject({ url: `/whole?q=${MARK}`, headers: { cookie: MARK } })
  const lines = log.lines.filter(({ msg }) => msg === 'whole')
  t.equal(lines.length, 3)
  t.ok(lines.every(line => line.raw === 1 && !('req' in line) && !('res' in line)))
  t.notMatch(log.text, MARK)
})

t.test('one line per model', async t => {
  const log = new LogCapture()
  const [recommend] = fakeEntries()
  const churn = { name: 'churn', path: '/srv/models/churn.json', model: undefined, reason: 'churn.json does not exist' }
  await build(t, { logLevel: 'info' }, [recommend, churn], log)
  t.match(log.lines, [
    {
      level: 30, msg: 'model loaded', model: 'recommend', file: 'recommend.json',
      bytes: 1234, trees: 1, nodes: 3, loadMs: 6
    },
    { level: 50, msg: 'model not loaded', model: 'churn', file: 'churn.json', reason: 'churn.json does not exist' }
  ])
  t.equal(log.lines.length, 2)
})

t.test('one line per request', async t => {
  const log = new LogCapture()
  const app = await build(t, { logLevel: 'info' }, fakeEntries(), log)
  log.text = ''
  await post(app, '/recommend?a=b', GOOD_BODY)
  await post(app, '/predict', '{')
  await app.inject('/nothing')
  await app.inject('/health/live')
  await app.inject('/metrics')
  await app.inject('/docs/')
  t.match(log.lines, [
    { level: 30, msg: 'request', method: 'POST', route: '/recommend', status: 200, ms: Number, reqId: String },
    { method: 'POST', route: '/predict', status: 400 },
    { method: 'GET', route: '(none)', status: 404 }
  ])
  t.equal(log.lines.length, 3, 'probes, scrapes and documentation are at debug')
})

t.test('describeError', async t => {
  const more = { code: 'E_X', rawPacket: Buffer.from(MARK), validation: [MARK] }
  const error = Object.assign(new Error('first\nsecond'), more)
  const described = describeError(error)
  t.strictSame(Object.keys(described), ['type', 'code', 'message', 'stack'])
  t.match(described, { type: 'Error', code: 'E_X', message: 'first\nsecond' })
  t.notMatch(described.stack, 'second')
  t.match(describeError(MARK), { type: 'string', message: 'not an Error' })
})
