/** Models in a registry of MLflow: addresses, a tracking server, a store on the disk. */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'
import { ZipArchive } from '../../tools/convert/containers/zip.js'
import { convert } from '../../tools/convert/convert.js'
import { parseModelUri } from '../../tools/convert/tracking/model-uri.js'
import type { Tracking } from '../../tools/convert/tracking/server.js'
import { startTracking, type Answer, type FakeTracking } from '../helpers/fake-tracking.js'
import { readFixture } from '../helpers/fixtures.js'

const RUN = 'a'.repeat(32)
const LOGGED = `m-${'b'.repeat(32)}`
const ROOT = `1/models/${LOGGED}/artifacts`

/** The files of a folder that MLflow wrote. */
function readModelFolder(name = 'sklearn-names'): Map<string, Uint8Array> {
  const archive = new ZipArchive(readFixture(`mlflow/${name}.zip`), 1e7)
  return new Map(archive.names.map(path => [path.slice(name.length + 1), archive.read(path) ?? Buffer.from('')]))
}

type Route = (url: URL) => Answer | undefined

/** Version 3 is the champion, 12 the latest one. */
function serveModel(files = readModelFolder()): Route {
  const version = (number: number) => ({ name: 'churn', version: String(number), current_stage: 'None' })
  return ({ pathname, searchParams: query }) => {
    const route = pathname.replace('/api/2.0/', '')
    const known = query.get('name') === 'churn'
    if (route === 'mlflow/registered-models/alias' && known && query.get('alias') === 'champion') return { model_version: version(3) }
    if (route === 'mlflow/registered-models/get-latest-versions' && known) {
      const stage = query.get('stages')
      return { model_versions: stage === null ? [version(9), version(12)] : stage === 'Production' ? [version(9)] : undefined }
    }
    if (route === 'mlflow/model-versions/get-download-uri' && known) {
      return { artifact_uri: query.get('version') === '12' ? `models:/${LOGGED}` : `mlflow-artifacts:/${ROOT}` }
    }
    if (route === `mlflow/logged-models/${LOGGED}`) {
      return { model: { info: { model_id: LOGGED, name: 'model', artifact_uri: `mlflow-artifacts:/${ROOT}` } } }
    }
    if (route === 'mlflow/runs/get' && query.get('run_id') === RUN) {
      return { run: { info: { artifact_uri: 'mlflow-artifacts:/1/run/artifacts' }, outputs: { model_outputs: [{ model_id: LOGGED }] } } }
    }
    if (route === 'mlflow-artifacts/artifacts') return listFiles(files, query.get('path') ?? '')
    const path = decodeURIComponent(route.replace('mlflow-artifacts/artifacts/', ''))
    for (const root of [ROOT, '1/run/artifacts/old']) if (path.startsWith(`${root}/`)) return files.get(path.slice(root.length + 1))
    return undefined
  }
}

function listFiles(files: ReadonlyMap<string, Uint8Array>, path: string): Answer {
  const root = [ROOT, '1/run/artifacts/old'].find(root => path === root || path.startsWith(`${root}/`))
  if (root === undefined) return { files: [] }
  const below = path.slice(root.length + 1)
  const names = [...files.keys()].flatMap(file => below === '' ? [file] : file.startsWith(`${below}/`) ? [file.slice(below.length + 1)] : [])
  return { files: [...new Set(names.map(name => name.split('/')[0]))].map(name => ({ path: name, is_dir: !names.includes(name) })) }
}

async function start(t: Test, route: Route): Promise<FakeTracking> {
  const server = await startTracking(route)
  t.teardown(() => server.close())
  return server
}

async function convertFrom(uri: string, tracking: Tracking) {
  const [converted] = await convert([uri], { tracking })
  return converted.dump
}

t.test('addresses are those of MLflow', t => {
  t.strictSame(parseModelUri('models:/churn/3'), { kind: 'version', name: 'churn', version: '3' })
  t.strictSame(parseModelUri('models:/my churn@champion'), { kind: 'alias', name: 'my churn', alias: 'champion' })
  t.strictSame(parseModelUri('models:/churn/Production'), { kind: 'latest', name: 'churn', stage: 'Production' })
  t.strictSame(parseModelUri('models:/churn/latest'), { kind: 'latest', name: 'churn', stage: undefined })
  t.strictSame(parseModelUri(`models:/${LOGGED}`), { kind: 'logged', id: LOGGED })
  t.strictSame(parseModelUri(`runs:/${RUN}/a/model`), { kind: 'run', id: RUN, path: 'a/model' })
  for (const wrong of ['models:/churn', 'models:churn/3', 'models:/', 'models://profile@databricks/churn/3', 'models:/a/b/c', 'runs:/x', 'models:/a@']) {
    t.throws(() => parseModelUri(wrong), { name: 'ConvertError', message: /models:\/NAME\/3/ }, wrong)
  }
  for (const path of ['../x', 'a/../../x', 'a//b', '/etc/passwd', 'a\\..\\b', 'C:/x']) {
    t.throws(() => parseModelUri(`runs:/${RUN}/${path}`), { name: 'ConvertError', message: /leads out/ }, path)
  }
  t.end()
})

t.test('each address finds the model on a server', async t => {
  const { uri } = await start(t, serveModel())
  const [plain] = await convert([{ name: 'names.zip', bytes: readFixture('mlflow/sklearn-names.zip') }])
  for (const [address, name, found] of [
    ['models:/churn@champion', 'churn', 'version 3 of churn'], ['models:/churn/3', 'churn', 'version 3 of churn'],
    ['models:/churn/latest', 'churn', 'version 12 of churn'], ['models:/churn/Production', 'churn', 'version 9 of churn'],
    [`models:/${LOGGED}`, 'model', `logged model ${LOGGED}`], [`runs:/${RUN}/model`, 'model', `model of run ${RUN}`],
    [`runs:/${RUN}/old`, 'old', `old of run ${RUN}`]
  ]) {
    const dump = await convertFrom(address, { uri: `${uri}/` })
    t.equal(dump.name, name)
    t.strictSame(dump.model, plain.dump.model, address)
    t.strictSame(dump.inputs, plain.dump.inputs)
    t.match(dump.provenance.beside, [{}, { key: 'registry', use: `${address}, ${found}` }])
  }
})

t.test('the server is asked with what MLflow\'s client sends, and nobody else is', async t => {
  const other = await start(t, serveModel())
  const server = await start(t, url => url.pathname.includes('artifacts/') ? response =>
    response.writeHead(302, { location: `${other.uri}${url.pathname}` }).end() : serveModel()(url))
  const tracking = { uri: server.uri, token: 'secret-token' }
  await t.rejects(convertFrom('models:/churn/3', tracking), { message: /leads to http:\/\/127.*another server/ })
  t.strictSame(other.requests, [])
  t.ok(server.requests.every(({ authorization }) => authorization === 'Bearer secret-token'))
  const before = server.requests.length
  await t.rejects(convertFrom('models:/churn/3', { ...tracking, username: 'a', password: 'b' }))
  t.ok(server.requests.slice(before).every(({ authorization }) => authorization === `Basic ${btoa('a:b')}`))
  const problem = await convertFrom('models:/churn/3', { uri: server.uri.replace('//', '//me:hidden@') }).catch(String)
  t.match(server.requests.at(-1)?.authorization, `Basic ${btoa('me:hidden')}`)
  t.notMatch(problem, /hidden|secret/)
})

t.test('redirects on the same server are followed', async t => {
  const route = serveModel()
  const server = await start(t, url => url.searchParams.has('again') || !url.pathname.includes('download-uri') ? route(url)
    : response => response.writeHead(307, { location: `${url.pathname}${url.search}&again=1` }).end())
  t.equal((await convertFrom('models:/churn/3', { uri: server.uri })).name, 'churn')
  const circle = await start(t, url => response => response.writeHead(307, { location: url.pathname }).end())
  await t.rejects(convertFrom('models:/churn/3', { uri: circle.uri }), { message: /at most 3 redirects/ })
})

t.test('what a server should not answer is refused', async t => {
  const route = serveModel()
  const refuses = async (change: Route, message: RegExp) => {
    const { uri } = await start(t, url => change(url) ?? route(url))
    await t.rejects(convertFrom('models:/churn/3', { uri }), { name: 'ConvertError', message }, String(message))
  }
  const isList = ({ pathname }: URL) => pathname.endsWith('mlflow-artifacts/artifacts')
  for (const path of ['../../etc/passwd', '/etc/passwd', 'a/../../b', '..', 'a\\b', 'C:/x']) {
    await refuses(url => isList(url) ? { files: [{ path, is_dir: false }] } : undefined, /within the model's folder/)
  }
  await refuses(url => isList(url) ? { files: Array.from({ length: 2001 }, (_, i) => ({ path: String(i) })) } : undefined, /more than 2000 files/)
  const folders = { files: Array.from({ length: 10 }, (_, i) => ({ path: String(i), is_dir: true })) }
  await refuses(url => isList(url) ? folders : undefined, /more than 2000 files and folders/)
  await refuses(url => isList(url) ? { files: [{ path: 'deeper', is_dir: true }] } : undefined, /expected a model file|no files/)
  await refuses(url => isList(url) ? Buffer.alloc(5e6, 32) : undefined, /at most 4194304 bytes/)
  await refuses(url => isList(url) ? Buffer.from('<html>') : undefined, /expected JSON/)
  await refuses(url => isList(url) ? response => response.writeHead(401).end() : undefined, /status 401: set MLFLOW_TRACKING_TOKEN/)
  await refuses(url => isList(url) ? response => response.destroy() : undefined, /cannot be reached/)
  const sendUri = (uri: string): Route => url => url.pathname.endsWith('download-uri') ? { artifact_uri: uri } : undefined
  await refuses(sendUri('s3://bucket/model'), /files are at s3:\/\/bucket\/model.*mlflow artifacts download/s)
  await refuses(sendUri('/etc'), /files are at \/etc/)
  await refuses(sendUri('mlflow-artifacts://elsewhere.example/1/x'), /files are at mlflow-artifacts:\/\/elsewhere/)
  await refuses(sendUri('mlflow-artifacts:/../x'), /within the model's folder/)
  const { uri } = await start(t, route)
  await t.rejects(convertFrom('models:/other/3', { uri }), { message: /status 404: There is none/ })
  await t.rejects(convertFrom('models:/churn/Staging', { uri }), { message: /no version in the stage Staging/ })
  await t.rejects(convert(['models:/churn/3']), { message: /--tracking-uri URL, or set MLFLOW_TRACKING_URI/ })
  await t.rejects(convertFrom('models:/churn/3', { uri: 'sqlite:///x.db' }), { message: /mlflow server --backend-store-uri/ })
  await t.rejects(convertFrom('models:/churn/3', { uri: 'ftp://x' }), { message: /http:\/\/\.\.\. or https/ })
})

async function writeStore(t: Test): Promise<string> {
  const root = t.testdir()
  const write = async (path: string, content: string | Uint8Array) => {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), content)
  }
  for (const [path, bytes] of readModelFolder()) {
    await write(`77/models/${LOGGED}/artifacts/${path}`, bytes)
    await write(`77/${RUN}/artifacts/old/${path}`, bytes)
  }
  await write(`77/models/${LOGGED}/meta.yaml`, 'name: model\n')
  await write(`77/${RUN}/outputs/${LOGGED}/meta.yaml`, `destination_id: ${LOGGED}\n`)
  await write('models/churn/meta.yaml', 'name: churn\n')
  await write('models/churn/version-3/meta.yaml', `current_stage: None\nsource: models:/${LOGGED}\n`)
  await write('models/churn/version-12/meta.yaml', `current_stage: Production\nsource: file:///moved/77/${RUN}/artifacts/old\n`)
  await write('models/churn/version-13/meta.yaml', 'current_stage: None\nsource: s3://bucket/model\n')
  await write('models/churn/aliases/champion', '3')
  return root
}

t.test('each address finds the model in a store on the disk', async t => {
  const root = await writeStore(t)
  for (const [address, name, found] of [
    ['models:/churn@champion', 'churn', 'version 3 of churn'], ['models:/churn/12', 'churn', 'version 12 of churn'],
    ['models:/churn/production', 'churn', 'version 12 of churn'], [`models:/${LOGGED}`, 'model', `logged model ${LOGGED}`],
    [`runs:/${RUN}/model`, 'model', `model of run ${RUN}`], [`runs:/${RUN}/old`, 'old', `old of run ${RUN}`]
  ]) {
    for (const uri of [root, `file://${root}`, `file:${root}`]) {
      const dump = await convertFrom(address, { uri })
      t.equal(dump.name, name)
      t.match(dump.provenance.beside, [{}, { key: 'registry', use: `${address}, ${found}` }])
    }
  }
  const refuses = (address: string, message: RegExp) => t.rejects(convertFrom(address, { uri: root }), { name: 'ConvertError', message })
  await refuses('models:/churn/latest', /expected a model of the store, found "s3/)
  await refuses('models:/churn@other', /no alias other/)
  await refuses('models:/churn/4', /no version 4/)
  await refuses('models:/../3', /leads out|expected/)
  await refuses('models:/churn/Staging', /no version in the stage/)
  await refuses(`runs:/${RUN}/nothing`, /there is no nothing of run/)
  await refuses('runs:/other/model', /no run other/)
  await t.rejects(convertFrom('models:/churn/3', { uri: join(root, 'none') }), { message: /there is no folder/ })
})
