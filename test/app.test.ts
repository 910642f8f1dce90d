import { connect } from 'node:net'
import t, { type Test } from 'tap'
import type { FastifyInstance, InjectOptions } from 'fastify'
import { buildApp, checkOwnPaths } from '../src/app.js'
import { readConfig } from '../src/config.js'
import { type Answer, build, LogCapture, post, testConfig } from './helpers/app.js'
import { fakeEntries, GOOD_BODY } from './helpers/fake-model.js'

function portOf(app: FastifyInstance): number {
  return Number(new URL(app.listeningOrigin).port)
}

/** Sends raw bytes and returns all that comes back until the other side closes. */
async function sendRaw(app: FastifyInstance, ...chunks: Array<string | number>): Promise<string> {
  if (app.addresses().length === 0) await app.listen({ host: '127.0.0.1', port: 0 })
  const socket = connect(portOf(app), '127.0.0.1')
  let received = ''
  socket.setEncoding('utf8').on('data', data => { received += String(data) })
  socket.on('error', () => undefined)
  const closed = new Promise(resolve => socket.on('close', resolve))
  for (const chunk of chunks) {
    if (typeof chunk === 'number') await new Promise(resolve => setTimeout(resolve, chunk))
    else socket.write(chunk)
  }
  await closed
  return received
}

/** Checks a whole HTTP answer in the error shape. */
function checkRawError(t: Test, answer: string, status: number, message: RegExp): void {
  const [head, body] = answer.split('\r\n\r\n')
  t.match(head, new RegExp(`^HTTP/1.1 ${status} `), `status ${status}`)
  t.match(head, /content-type: application\/json/i)
  t.match(head, /connection: close/i)
  t.equal(Number(/content-length: (\d+)/i.exec(head)?.[1]), Buffer.byteLength(body), 'length')
  t.match(JSON.parse(body), { status: 'error', message })
}

t.test('unknown paths are a 404, whatever was sent', async t => {
  const app = await build(t)
  const urls = ['/recommend/', '/Recommend', '/recommend/x', '/docs/nothing', '/docs/static/../../x.json', '/%00']
  for (const url of urls) {
    const response = await post(app, url, '{')
    t.equal(response.statusCode, 404, url)
    const message = 'Nothing is served at this path; /docs shows what is'
    t.strictSame(response.json(), { status: 'error', message, code: 'not_found' })
  }
  t.equal((await post(app, '/', '{')).statusCode, 405, 'the page is there, and takes no POST')
  const bare = await build(t, { page: false })
  t.equal((await post(bare, '/', '{')).statusCode, 404, 'without the page')
})

t.test('files that Swagger UI does not have', async t => {
  const app = await build(t)
  for (const file of ['nothing.js', '..%2f..%2fpackage.json', '%2e%2e/index.js', '%00', 'a%00b.js']) {
    const url = `/docs/static/${file}`
    const response = await app.inject(url)
    t.match(response.statusCode, 404, url)
    t.equal(response.json<Answer>().status, 'error', response.body)
  }
})

t.test('known paths asked with another method are a 405', async t => {
  const app = await build(t)
  const cases: Array<[NonNullable<InjectOptions['method']>, string, string]> = [
    ['GET', '/recommend', 'POST'], ['PUT', '/predict?x=1', 'POST'], ['OPTIONS', '/recommend', 'POST'],
    ['POST', '/health/live', 'GET, HEAD'], ['DELETE', '/openapi.json', 'GET, HEAD'], ['POST', '/metrics', 'GET, HEAD'],
    ['POST', '/docs/', 'GET, HEAD']
  ]
  for (const [method, url, allow] of cases) {
    const response = await app.inject({ method, url })
    t.equal(response.statusCode, 405, `${method} ${url}`)
    t.equal(response.headers.allow, allow)
    t.equal(response.json<Answer>().message, `${method} is not served at this path; it takes ${allow}`)
  }
  t.equal((await app.inject({ method: 'HEAD', url: '/health/live' })).statusCode, 200)
})

t.test('paths that cannot be decoded', async t => {
  const app = await build(t)
  const response = await app.inject('/%zz')
  t.equal(response.statusCode, 400)
  t.match(response.json<Answer>(), { status: 'error', errors: [{ field: 'path', received: 'the text "/%zz"' }] })
})

t.test('an unexpected failure shows nothing of the inside', async t => {
  const log = new LogCapture()
  const predict = () => { throw new TypeError('the walk fell off a tree') }
  const app = await build(t, { logLevel: 'info' }, fakeEntries({ predict }), log)
  const response = await post(app, '/recommend', GOOD_BODY)
  t.equal(response.statusCode, 500)
  t.equal(response.body, '{"status":"error","message":"Internal server error","code":"internal_error"}')
  const line = log.lines.find(({ level }) => level === 50)
  const err = { type: 'TypeError', message: 'the walk fell off a tree', stack: /app\.test\.[jt]s/ }
  t.match(line, { msg: 'request failed', err })
})

t.test('path prefix', async t => {
  const app = await build(t, { pathPrefix: '/ml' })
  for (const url of ['/recommend', '/ml/recommend', '/ml/recommend?a=/ml/']) {
    t.equal((await post(app, url, GOOD_BODY)).statusCode, 200, url)
  }
  for (const url of ['/mlrecommend', '/ml/ml/recommend', '/ML/recommend']) {
    t.equal((await post(app, url, GOOD_BODY)).statusCode, 404, url)
  }
  t.strictSame((await app.inject('/ml/openapi.json')).json<Answer>().servers, [{ url: '/ml' }])
  t.match((await app.inject('/ml?x')).json<Answer>().message, '/ml/docs shows')

  const redirect = await app.inject('/ml/docs')
  t.equal(redirect.statusCode, 302)
  t.equal(redirect.headers.location, 'docs/', 'relative, so that it stays under the prefix')
  const page = (await app.inject('/ml/docs/')).body
  const links = [...page.matchAll(/(?:href|src)="([^"]+)"/g)].map(match => match[1])
  t.ok(links.length >= 5)
  for (const link of links) {
    t.match(link, /^\.\//, 'relative')
    t.equal((await app.inject(`/docs/${link}`)).statusCode, 200, link)
  }
})

t.test('slashes in a row count as one', async t => {
  for (const pathPrefix of ['', '/ml']) {
    const app = await build(t, { pathPrefix })
    const urls = ['//recommend', '///recommend?a=b//c', ...(pathPrefix === '' ? [] : ['/ml//recommend', '//ml/recommend'])]
    for (const url of urls) {
      t.equal((await post(app, url, GOOD_BODY)).statusCode, 200, url)
      t.equal((await app.inject(url)).headers.allow, 'POST', `GET ${url}`)
    }
    t.equal((await post(app, '//nothing', GOOD_BODY)).statusCode, 404)
  }
})

t.test('a prefix that a route starts with', async t => {
  const app = await build(t, { pathPrefix: '/re' })
  t.equal((await post(app, '/re/recommend', GOOD_BODY)).statusCode, 200)
  t.equal((await post(app, '/recommend', GOOD_BODY)).statusCode, 200)
  t.ok('/recommend' in (await app.inject('/openapi.json')).json<Answer>().paths)
})

t.test('a prefix must not be the beginning of a path of the service', async t => {
  const { paths } = (await (await build(t)).inject('/openapi.json')).json<Answer>()
  const first = new Set([...Object.keys(paths), '/docs', '/openapi.json'].map(path => path.split('/')[1]))
  for (const segment of first) {
    t.throws(() => checkOwnPaths(readConfig({ PATH_PREFIX: `/${segment}` }, '/nonexistent/.env')), { message: /own/ }, segment)
  }
})

t.test('no answer is cut short by a body that is too large', async t => {
  const app = await build(t)
  await app.listen({ host: '127.0.0.1', port: 0 })
  const response = await fetch(`${app.listeningOrigin}/recommend`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: 'x'.repeat(2_000_000)
  })
  t.equal(response.status, 413)
  t.match(await response.json(), { status: 'error', message: /larger than 1048576 bytes/ })
})

t.test('requests that Node cannot read', async t => {
  const app = await build(t, { requestTimeoutMs: 300 })
  const post = 'POST /recommend HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'
  checkRawError(t, await sendRaw(app, 'garbage\r\n\r\n'), 400, /^request: expected an HTTP\/1\.1 request/)
  checkRawError(t, await sendRaw(app, '\x16\x03\x01\x02\x00\x01'), 400, /^request: /)
  checkRawError(t, await sendRaw(app, `${post}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`), 400, /^request: /)
  const both = 'Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n'
  checkRawError(t, await sendRaw(app, post + both), 400, /^request: /)
  checkRawError(t, await sendRaw(app, `${post}Transfer-Encoding: chunked\r\n\r\nzz\r\n`), 400, /body|request/)
  checkRawError(t, await sendRaw(app, `GET /${'a'.repeat(20_000)} HTTP/1.1\r\n\r\n`), 431, /Header Fields Too Large/)
  checkRawError(t, await sendRaw(app, `${post}X: ${'a'.repeat(20_000)}\r\n\r\n`), 431, /Header Fields Too Large/)
})

t.test('what Node refuses with no body has the usual one', async t => {
  const log = new LogCapture()
  const app = await build(t, { logLevel: 'info' }, fakeEntries(), log)
  const head = 'POST /recommend HTTP/1.1\r\n'
  log.text = ''
  checkRawError(t, await sendRaw(app, `${head}Host: x\r\nExpect: MARKED\r\n\r\n`), 417, /^Expect must be 100-continue$/)
  checkRawError(t, await sendRaw(app, `${head}X: y\r\n\r\n`), 400, /^Host: expected a header of this name, received none$/)
  const lines = log.lines.filter(({ msg }) => String(msg).startsWith('request'))
  t.match(lines, [{ msg: 'request cut off', status: 417 }, { msg: 'request', route: '/recommend', status: 400 }])
  t.notMatch(log.text, 'MARKED')
  const length = `Content-Type: application/json\r\nContent-Length: 2\r\n`
  const waiting = `${head}Host: x\r\nConnection: close\r\nExpect: 100-continue\r\n${length}\r\n`
  t.match(await sendRaw(app, waiting, 50, '{}'), /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/)
  t.match(await sendRaw(app, `POST /recommend HTTP/1.0\r\n${length}\r\n{}`), /^HTTP\/1\.1 200 OK/, 'HTTP/1.0 has no Host')
})

t.test('slow requests are cut off', async t => {
  const app = await build(t, { requestTimeoutMs: 300 })
  const post = 'POST /recommend HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n'
  checkRawError(t, await sendRaw(app, post, '{"a'), 408, /Request Timeout/)
  checkRawError(t, await sendRaw(app, 'POST /recommend HTTP/1.1\r\nHo'), 408, /Request Timeout/)
})

t.test('what is cut off is logged and counted, once and without what came', async t => {
  const log = new LogCapture()
  const app = await build(t, { logLevel: 'info', requestTimeoutMs: 300 }, fakeEntries(), log)
  const post = 'POST /recommend?MARKED HTTP/1.1\r\nHost: MARKED\r\nContent-Type: application/json\r\n'
  const begun = `${post}Content-Length: 20\r\n\r\n{"MARKED`
  const cutOff = { level: 30, msg: 'request cut off' }
  const check = async (name: string, cut: () => Promise<unknown>, line: object) => {
    log.text = ''
    await cut()
    for (let i = 0; i < 100 && log.text === ''; i++) await new Promise(resolve => setTimeout(resolve, 20))
    await new Promise(resolve => setTimeout(resolve, 50))
    t.match(log.lines, [{ ...cutOff, ...line }], name)
    t.equal(log.lines.length, 1, `${name}: once`)
    t.notMatch(log.text, 'MARKED')
  }
  const leave = async (text: string) => {
    const socket = connect(portOf(app), '127.0.0.1').on('error', () => undefined)
    socket.write(text)
    await new Promise(resolve => setTimeout(resolve, 100))
    socket.destroy()
  }
  await app.listen({ host: '127.0.0.1', port: 0 })
  const ours = { method: 'POST', route: '/recommend' }
  const nobodys = { method: '(none)', route: '(none)' }
  await check('gone', () => leave(begun), { ...ours, status: 499 })
  await check('slow body', () => sendRaw(app, begun), { ...ours, status: 408 })
  await check('slow headers', () => sendRaw(app, post), { ...nobodys, status: 408 })
  await check('no HTTP', () => sendRaw(app, 'MARKED\r\n\r\n'), { ...nobodys, status: 400 })
  await check('long headers', () => sendRaw(app, `${post}X: ${'a'.repeat(20_000)}`), { ...nobodys, status: 431 })
  const chunk = `${post}Transfer-Encoding: chunked\r\n\r\nMARKED\r\n`
  await check('no chunk', () => sendRaw(app, chunk), { ...ours, status: 400 })
  const text = (await app.inject('/metrics')).body
  for (const labels of ['"/recommend",status="499"', '"/recommend",status="408"', '"(none)",status="408"',
    '"(none)",status="400"', '"(none)",status="431"', '"/recommend",status="400"']) {
    t.match(text, new RegExp(`http_requests_cut_off_total\\{.*route=${labels.replace(/[()]/g, '\\$&')}\\} 1\\n`), labels)
  }
})

t.test('an answer before the body has arrived ends the connection', async t => {
  const app = await build(t, { requestTimeoutMs: 300 })
  const head = (path: string, type: string) =>
    `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nContent-Length: 20\r\n`
  const cases: Array<[string, number]> = [
    [`${head('/nothing', 'application/json')}\r\n{"a`, 404],
    [`${head('/health/live', 'application/json')}\r\n`, 405],
    [`${head('/recommend', 'text/plain')}\r\n{"a`, 415],
    [`${head('/recommend', 'json')}\r\n{"a`, 415],
    [`${head('/recommend', 'application/json')}Content-Encoding: gzip\r\n\r\n{"a`, 415]
  ]
  for (const [request, status] of cases) {
    const answer = await sendRaw(app, request)
    t.strictSame(answer.match(/HTTP\/1\.1 \d+/g), [`HTTP/1.1 ${status}`], 'one answer, and no 408')
    t.match(answer, /connection: close/i)
  }
  const whole = `${head('/nothing', 'application/json')}\r\n${' '.repeat(20)}`
  const answers = await sendRaw(app, whole, 50, whole, 50, 'garbage\r\n\r\n')
  t.strictSame(answers.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 404', 'HTTP/1.1 404', 'HTTP/1.1 400'], 'a body that came stays')
  const large = await fetch(`${app.listeningOrigin}/nothing`, { method: 'POST', body: 'x'.repeat(2_000_000) })
  t.equal(large.status, 404, 'a large body does not cut the answer short')
})

t.test('pipelined requests are answered in order, garbage ends them', async t => {
  const app = await build(t)
  const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`
  const three = `${get('/health/live')}${get('/nothing')}${get('/health/live')}`
  const garbage = '\x00\x01garbage\r\n\r\n'
  const answer = await sendRaw(app, three, 100, garbage)
  t.strictSame(answer.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 200', 'HTTP/1.1 404', 'HTTP/1.1 200', 'HTTP/1.1 400'])
  // All at once, how much is answered is a matter of time, but the connection ends and the service goes on.
  await sendRaw(app, three + garbage)
  t.equal((await app.inject('/health/live')).statusCode, 200)
})

t.test('garbage while an answer is on its way does not get into it', async t => {
  const app = await build(t)
  await app.listen({ host: '127.0.0.1', port: 0 })
  const socket = connect(portOf(app), '127.0.0.1').on('error', () => undefined)
  const closed = new Promise(resolve => socket.on('close', resolve))
  // More than the buffers hold as long as nobody reads.
  const get = 'GET /docs/static/swagger-ui-bundle.js HTTP/1.1\r\nHost: x\r\n\r\n'
  socket.pause().write(get.repeat(8))
  await new Promise(resolve => setTimeout(resolve, 300))
  socket.write('garbage\r\n\r\n')
  await new Promise(resolve => setTimeout(resolve, 100))
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk)).resume()
  await closed
  const received = Buffer.concat(chunks).toString('latin1')
  let at = 0
  while (at < received.length) {
    const head = received.slice(at, received.indexOf('\r\n\r\n', at) + 4)
    t.match(head, /^HTTP\/1\.1 (200|400) /, `an answer starts at byte ${at}`)
    const body = received.slice(at + head.length, at + head.length + Number(/content-length: (\d+)/i.exec(head)?.[1]))
    if (head.startsWith("HTTP/1.1 200")) t.notMatch(body.slice(-500), '"status":"error"', 'and nothing else is in it')
    at += head.length + body.length
  }
})

t.test('closing', async t => {
  const app = await buildApp(testConfig(), { entries: fakeEntries() })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const body = JSON.stringify(GOOD_BODY)
  const type = 'Content-Type: application/json'
  const head = `POST /recommend HTTP/1.1\r\nHost: x\r\n${type}\r\nContent-Length: ${body.length}\r\n\r\n`
  const open = () => connect(portOf(app), '127.0.0.1').on('error', () => undefined)
  const [busy, silent, slow, idle] = [open(), open(), open(), open()]
  let received = ''
  busy.on('data', data => { received += String(data) })
  for (const socket of [silent, slow, idle]) socket.resume()
  busy.write(head + body.slice(0, 10))
  slow.write(head.slice(0, 30))
  idle.write(head + body)
  await new Promise(resolve => setTimeout(resolve, 100))
  const closed = app.close()
  await new Promise(resolve => setTimeout(resolve, 100))
  // The rest, and one more request on the same connection.
  busy.write(body.slice(10) + head + body)
  await closed
  await new Promise(resolve => setTimeout(resolve, 50))
  const answers = received.split(/(?=HTTP\/1\.1 )/)
  t.strictSame(answers.map(answer => answer.slice(0, 15)), Array(2).fill('HTTP/1.1 200 OK'), 'both requests are answered')
  t.match(answers[1], /connection: close/i)
  t.ok([silent, slow, idle].every(socket => socket.closed), 'connections with no request under way do not hold it up')
})
