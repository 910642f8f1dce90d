/** The configuration of deploy/nginx in a real nginx, where NGINX names the program or one is installed. */
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, get, request, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { errorBody } from '../../src/http/shared/error-body.js'
import { tooLarge } from '../../src/http/shared/errors.js'
import type { Answer } from '../helpers/app.js'
import { findNginx, postRaw, readNginxFile, replaceIn, startNginx } from '../helpers/nginx.js'
import { freePort, startListening, until } from '../helpers/service-process.js'

const CUSTOMER = JSON.stringify({ monthly_spend: 95000, plan_type: 'Postpaid', device_brand: 'Samsung' })
const JSON_TYPE = 'application/json; charset=utf-8'

/** A stand-in for a process of the service that counts its connections. */
async function startStandIn(t: Test, answer: RequestListener): Promise<{ port: number, connections: () => number }> {
  const server = createServer(answer)
  let connections = 0
  server.on('connection', () => { connections++ })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, connections: () => connections }
}

t.setTimeout(180_000)
const programs = findNginx()
if (programs.length === 0) t.pass('nginx', { skip: 'NGINX names no program, and none is installed' })
for (const program of programs) {
  const version = versionOf(program)
  t.comment(`${program} ${version.join('.')}`)

  t.test('two processes of the service', async t => {
    const env = { PATH_PREFIX: '/ml' }
    const services = [await startListening(t, env), await startListening(t, env)] as const
    const origin = await startNginx(t, program, [services[0].port, services[1].port])
    const predict = async () => postRaw(`${origin}/ml/predict`, CUSTOMER)

    await t.test('answers', async t => {
      const churn = await predict()
      t.equal(churn.status, 200)
      const direct = await postRaw(`http://127.0.0.1:${services[1].port}/predict`, CUSTOMER)
      t.equal(churn.body, direct.body, 'the bytes of the process itself')
      const offer = await postRaw(`${origin}/ml/recommend`, CUSTOMER)
      t.match(JSON.parse(offer.body), { status: 'success', offer_name: String, offer_type: 'AUTO_MAPPED' })
    })

    await t.test('large tensors', async t => {
      const size = 8 * 150_000
      const tensor = { name: 'monthly_spend', datatype: 'FP64', shape: [size / 8], parameters: { binary_data_size: size } }
      const document = JSON.stringify({ inputs: [tensor], outputs: [{ name: 'predict' }] })
      const response = await fetch(`${origin}/ml/v2/models/churn/infer`, {
        method: 'POST', headers: { 'inference-header-content-length': String(document.length) },
        body: Buffer.concat([Buffer.from(document), Buffer.alloc(size)])
      })
      t.equal(response.status, 200)
      await response.arrayBuffer()
    })

    await t.test('errors have one shape', async t => {
      const bad = await postRaw(`${origin}/ml/predict`, '{"monthly_spend":"much"}')
      t.equal(bad.status, 400)
      t.match(JSON.parse(bad.body), { status: 'error', errors: [{ field: 'monthly_spend' }] }, 'from the service')
      const unknown = errorBody({ code: 'not_found', message: 'Nothing is served at this path; /ml/docs shows what is' })
      for (const path of ['/ml/nothing', '/nothing', '/', '/ml/metrics']) {
        const response = await fetch(origin + path)
        t.equal(response.status, 404, path)
        t.equal(response.headers.get('content-type'), JSON_TYPE, path)
        t.strictSame(await response.json(), unknown, path)
      }
      const large = JSON.stringify({ username: 'x'.repeat(1_048_576) })
      for (const headers of [{}, { 'transfer-encoding': 'chunked' }]) {
        const refused = await postRaw(`${origin}/ml/predict`, large, headers)
        t.strictSame(refused, { status: 413, type: JSON_TYPE, body: JSON.stringify(errorBody(tooLarge(1_048_576))) })
      }
      const largest = JSON.stringify({ username: 'x'.repeat(1_048_576 - 15) })
      t.equal((await postRaw(`${origin}/ml/predict`, largest)).status, 200, 'the largest that the service takes')
    })

    await t.test('Swagger UI and the OpenAPI document', async t => {
      const page = await fetch(`${origin}/ml/docs`)
      t.equal(page.url, `${origin}/ml/docs/`, 'the page is found without the slash')
      const html = await page.text()
      const assets = [...html.matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, path]) => new URL(path, page.url).href)
      t.ok(assets.length >= 6, `${assets.length} assets`)
      for (const url of assets) {
        t.ok(url.startsWith(`${origin}/ml/docs/`), url)
        t.equal((await fetch(url)).status, 200, url)
      }
      const { servers, paths } = await (await fetch(`${origin}/ml/openapi.json`)).json() as Answer
      t.strictSame(servers, [{ url: '/ml' }])
      t.match(paths, { '/predict': Object, '/recommend': Object })
    })

    await t.test('both are asked, and when one dies nobody notices', async t => {
      const served = (i: 0 | 1) => services[i].log().filter(({ route }) => route === '/predict').length
      const before = [served(0), served(1)]
      for (let i = 0; i < 20; i++) await predict()
      for (const i of [0, 1] as const) await until(() => served(i) >= before[i] + 8, services[i])

      const statuses: number[] = []
      const ask = async () => {
        for (let i = 0; i < 50; i++) statuses.push((await predict()).status)
      }
      const callers = Promise.all([ask(), ask(), ask(), ask()])
      await until(() => statuses.length > 40, services[1])
      services[0].process.kill('SIGKILL')
      await callers
      t.equal(statuses.length, 200)
      t.strictSame([...new Set(statuses)], [200])
    })
  })

  t.test('connections to the service are kept', async t => {
    const service = await startStandIn(t, (incoming, response) => {
      incoming.resume().on('end', () => response.end(JSON.stringify(incoming.headers)))
    })
    const origin = await startNginx(t, program, [service.port, service.port])
    const bodies = []
    for (let i = 0; i < 20; i++) bodies.push((await postRaw(`${origin}/ml/predict`, CUSTOMER)).body)
    t.equal(bodies.length, 20)
    t.ok(service.connections() <= 2, `${service.connections()} connections, one for each of the two names`)
    const headers = JSON.parse(bodies[0]) as Record<string, string>
    t.match(headers, { host: new URL(origin).host, 'x-real-ip': '127.0.0.1', 'x-forwarded-proto': 'http' })
  })

  t.test('a POST whose process dies under it is asked elsewhere, once', async t => {
    let lost = 0
    const dying = await startStandIn(t, incoming => {
      lost++
      incoming.socket.destroy()
    })
    const alive = await startStandIn(t, (_incoming, response) => response.end('{}'))
    const origin = await startNginx(t, program, [dying.port, alive.port])
    for (let i = 0; i < 6; i++) t.equal((await postRaw(`${origin}/ml/predict`, CUSTOMER)).status, 200)
    t.ok(lost > 0, 'it was asked')

    const nobody = await startNginx(t, program, [dying.port, dying.port])
    const refused = await postRaw(`${nobody}/ml/predict`, CUSTOMER)
    t.strictSame(refused, { status: 502, type: JSON_TYPE, body: JSON.stringify(errorBody({ code: 'bad_gateway', message: 'The service is not reachable' })) })
  })

  t.test('no process at all', async t => {
    const origin = await startNginx(t, program, [await freePort(), await freePort()])
    const refused = await postRaw(`${origin}/ml/predict`, CUSTOMER)
    t.strictSame(refused, { status: 502, type: JSON_TYPE, body: JSON.stringify(errorBody({ code: 'bad_gateway', message: 'The service is not reachable' })) })
  })

  t.test('a process that does not answer', async t => {
    const silent = await startStandIn(t, () => undefined)
    const origin = await startNginx(t, program, [silent.port, silent.port], text =>
      replaceIn(text, 'proxy_read_timeout 35s', 'proxy_read_timeout 200ms'))
    const refused = await postRaw(`${origin}/ml/predict`, CUSTOMER)
    t.strictSame(refused, { status: 504, type: JSON_TYPE, body: JSON.stringify(errorBody({ code: 'gateway_timeout', message: 'The service did not answer in time' })) })
  })

  t.test('the lines of an answer come one by one', async t => {
    let write: (line: string) => void = () => undefined
    const service = await startStandIn(t, (_incoming, response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' }).flushHeaders()
      write = line => response.write(line)
    })
    const origin = await startNginx(t, program, [service.port, service.port])
    const [answer] = await once(get(`${origin}/ml/lines`), 'response') as [IncomingMessage]
    for (const line of ['{"line":1}\n', '{"line":2}\n', '{"line":3}\n']) {
      const received = once(answer, 'data', { signal: AbortSignal.timeout(5000) })
      write(line)
      t.equal(String((await received as [Buffer])[0]), line)
    }
    answer.destroy()
  })

  t.test('the lines of a request go on one by one, and are answered before it ends', async t => {
    const service = await startStandIn(t, (incoming, response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' }).flushHeaders()
      incoming.pipe(response)
    })
    const origin = await startNginx(t, program, [service.port, service.port])
    const sent = request(`${origin}/ml/predict/batch`, { method: 'POST', agent: false })
    sent.flushHeaders()
    const [answer] = await once(sent, 'response', { signal: AbortSignal.timeout(5000) }) as [IncomingMessage]
    const large = 'x'.repeat(2_000_000)
    for (const line of ['{"line":1}\n', '{"line":2}\n']) {
      const received = once(answer, 'data', { signal: AbortSignal.timeout(5000) })
      sent.write(line)
      t.equal(String((await received as [Buffer])[0]), line)
    }
    let rest = ''
    answer.setEncoding('utf8').on('data', data => { rest += String(data) })
    sent.end(large)
    await once(answer, 'end')
    t.equal(rest.length, large.length, 'there is no limit here to its length')
  })

  t.test("the containers' configuration is read by nginx", { skip: !knowsResolve(version) && 'needs nginx 1.27.3' }, t => {
    const folder = mkdtempSync(join(tmpdir(), 'nginx-'))
    t.teardown(() => rmSync(folder, { recursive: true }))
    const server = join(folder, 'recall-ml.conf')
    const main = join(folder, 'nginx.conf')
    writeFileSync(server, readNginxFile('recall-ml.conf'))
    const inFolder = replaceIn(readNginxFile('compose.conf'), '/tmp/', `${folder}/`)
    const text = replaceIn(inFolder, '/etc/nginx/recall-ml.conf', server)
    const args = ['-t', '-e', 'stderr', '-p', folder, '-c', main]
    const check = () => spawnSync(program, args, { encoding: 'utf8', env: {} })
    writeFileSync(main, text)
    const good = check()
    t.equal(good.status, 0, good.stderr)
    writeFileSync(main, replaceIn(text, 'zone recall_ml 64k;', ''))
    t.not(check().status, 0, 'and it finds mistakes')
    t.end()
  })
}

function versionOf(nginx: string): number[] {
  const { stderr } = spawnSync(nginx, ['-v'], { encoding: 'utf8', env: {} })
  return (/nginx\/(\d+)\.(\d+)\.(\d+)/.exec(stderr) ?? []).slice(1).map(Number)
}

/** Whether names of servers may be asked for again and again. */
function knowsResolve([major, minor, patch]: readonly number[]): boolean {
  return major > 1 || (major === 1 && (minor > 27 || (minor === 27 && patch >= 3)))
}
