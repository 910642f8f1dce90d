/** `GET /` and what the page is made of. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { fastify } from 'fastify'
import t, { type Test } from 'tap'
import { PACKAGE_ROOT, type Config } from '../../../src/config.js'
import type { PageSettings } from '../../../src/http/page/page-settings.js'
import { servePage } from '../../../src/http/page/page.js'
import { loadEntry } from '../../../src/model/registry.js'
import type { ModelEntry } from '../../../src/model/types.js'
import { build, testConfig } from '../../helpers/app.js'

const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
const PAGE = '<!doctype html><title>page</title>'
const SCRIPT = 'console.log(1)'.repeat(50)

/** A folder as the build makes it. */
function makeFolder(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'recall-ml-page-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of [['index.html', PAGE], ['main-0123456789ab.js', SCRIPT]]) {
    writeFileSync(join(folder, name), text)
    writeFileSync(join(folder, `${name}.br`), brotliCompressSync(text))
    writeFileSync(join(folder, `${name}.gz`), gzipSync(text))
  }
  writeFileSync(join(folder, 'LICENSES.txt'), 'not a part of the page')
  return folder
}

async function serve(t: Test, overrides: Partial<Config> = {}, entries: readonly ModelEntry[] = []) {
  const app = fastify()
  servePage(app, testConfig(overrides), entries, new Map([['churn', '/predict']]), makeFolder(t))
  t.teardown(() => app.close())
  return app
}

async function loadCopy(t: Test): Promise<{ entry: ModelEntry, path: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'recall-ml-page-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'churn.json')
  writeFileSync(path, readFileSync(join(PACKAGE_ROOT, 'model-json', 'churn.json')))
  return { entry: await loadEntry(path, 'churn'), path }
}

t.test('the page is for those who accept HTML', async t => {
  const app = await serve(t)
  const answer = await app.inject({ url: '/', headers: HTML })
  t.equal(answer.statusCode, 200)
  t.equal(answer.body, PAGE)
  t.match(answer.headers, {
    'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache', 'vary': 'accept, accept-encoding',
    'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer'
  })
  const policy = String(answer.headers['content-security-policy'])
  t.match(policy, /default-src 'none'/)
  t.notMatch(policy, /unsafe|\*|https?:|data:/)
  for (const accept of ['*/*', 'application/json', undefined]) {
    t.equal((await app.inject({ url: '/', headers: { ...accept !== undefined && { accept } } })).statusCode, 404, accept ?? 'nothing')
  }
  t.equal((await app.inject({ method: 'HEAD', url: '/', headers: HTML })).statusCode, 200)
})

t.test('others get the answer of any path that is not served', async t => {
  const app = await build(t)
  const { statusCode, body } = await app.inject('/')
  t.equal(statusCode, 404)
  t.equal(body, (await app.inject('/nothing-here')).body)
  t.equal((await app.inject('/page/nothing.js')).body, body)
  t.equal((await app.inject({ method: 'POST', url: '/' })).statusCode, 405)
})

t.test('PAGE=false turns it off', async t => {
  const app = await serve(t, { page: false })
  for (const url of ['/', '/page/service.json', '/page/main-0123456789ab.js']) {
    t.equal((await app.inject({ url, headers: HTML })).statusCode, 404, url)
  }
})

t.test('without a built page there is none', async t => {
  const app = fastify()
  servePage(app, testConfig(), [], new Map(), join(tmpdir(), 'recall-ml-nowhere'))
  t.equal((await app.inject({ url: '/', headers: HTML })).statusCode, 404)
})

t.test('files are compressed beforehand, for good, and known again', async t => {
  const app = await serve(t)
  const url = '/page/main-0123456789ab.js'
  const ask = async (encoding: string) => app.inject({ url, headers: { 'accept-encoding': encoding } })
  for (const [asked, expected] of [
    ['gzip, deflate, br', 'br'], ['gzip', 'gzip'], ['br;q=0, gzip;q=0.5', 'gzip'], ['*', 'br'], ['identity', undefined], ['', undefined]
  ] as const) {
    const answer = await ask(asked)
    t.equal(answer.headers['content-encoding'], expected, asked)
    if (expected === undefined) t.equal(answer.body, SCRIPT)
    if (expected === 'gzip') t.equal(gunzipSync(answer.rawPayload).toString(), SCRIPT)
  }
  const { headers } = await ask('br')
  t.match(headers, {
    'cache-control': 'public, max-age=31536000, immutable', 'content-type': 'text/javascript; charset=utf-8',
    'vary': 'accept-encoding', 'content-security-policy': /script-src 'self'/
  })
  const again = await app.inject({ url, headers: { 'if-none-match': `"other", ${String(headers.etag)}` } })
  t.equal(again.statusCode, 304)
  t.equal(again.body, '')
  for (const name of ['LICENSES.txt', 'index.html.br', '..%2Findex.html', 'main.js']) {
    t.equal((await app.inject(`/page/${name}`)).statusCode, 404, name)
  }
})

t.test('the settings of the page', async t => {
  const { entry } = await loadCopy(t)
  const broken: ModelEntry = { name: 'broken', path: 'broken.json', model: undefined, reason: 'damaged' }
  const app = await serve(t, { riskMediumFrom: 0.2, riskHighFrom: 0.7 }, [entry, broken])
  const { models, risk, version } = (await app.inject('/page/service.json')).json<PageSettings>()
  t.strictSame(models, [{ name: 'churn', route: 'predict', local: true }])
  t.strictSame(risk, { mediumFrom: 0.2, highFrom: 0.7 })
  t.match(version, /^\d/)
})

t.test('a dump is handed out as it was loaded', async t => {
  const { entry, path } = await loadCopy(t)
  const text = readFileSync(path, 'utf8')
  const app = await serve(t, {}, [entry])
  const url = '/page/models/churn.json'
  t.equal((await app.inject(url)).body, text)
  const packed = await app.inject({ url, headers: { 'accept-encoding': 'gzip, br' } })
  t.equal(packed.headers['content-encoding'], 'gzip')
  t.equal(gunzipSync(packed.rawPayload).toString(), text)
  t.equal(packed.headers['cache-control'], 'no-cache')
  t.equal((await app.inject({ url, headers: { 'if-none-match': String(packed.headers.etag) } })).statusCode, 304)
  for (const other of ['/page/models/churn', '/page/models/other.json', '/page/models/..%2Fchurn.json']) {
    t.equal((await app.inject(other)).statusCode, 404, other)
  }
})

t.test('a dump that has changed on the disk is not', async t => {
  const { entry, path } = await loadCopy(t)
  const text = readFileSync(path, 'utf8')
  const app = await serve(t, {}, [entry])
  const ask = async (encoding: string) =>
    (await app.inject({ url: '/page/models/churn.json', headers: { 'accept-encoding': encoding } })).statusCode
  writeFileSync(path, text.replace(/"digest": *"[0-9a-f]/, '"digest":"x'))
  t.strictSame([await ask('gzip'), await ask('identity')], [404, 404])
  rmSync(path)
  t.strictSame([await ask('gzip'), await ask('identity')], [404, 404])
  writeFileSync(path, text)
  t.strictSame([await ask('gzip'), await ask('identity')], [200, 200], 'once it is back')
})

t.test('a dump above the limit is not handed out', async t => {
  const { entry } = await loadCopy(t)
  for (const pageModelBytes of [0, 1000]) {
    const app = await serve(t, { pageModelBytes }, [entry])
    t.equal((await app.inject('/page/models/churn.json')).statusCode, 404)
    t.strictSame((await app.inject('/page/service.json')).json<PageSettings>().models, [{ name: 'churn', route: 'predict', local: false }])
  }
})

t.test('a prefix without its slash leads to the page', async t => {
  const app = await build(t, { pathPrefix: '/deep/ml' })
  const { statusCode, headers } = await app.inject({ url: '/deep/ml', headers: HTML })
  t.equal(statusCode, 302)
  t.equal(new URL(String(headers.location), 'http://host/deep/ml').pathname, '/deep/ml/')
  t.equal((await app.inject('/deep/ml/page/service.json')).statusCode, 200)
})
