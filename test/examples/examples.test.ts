/** What the package holds for those who install it, and that each example does what it says. Slow: it packs once. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, extname, join } from 'node:path'
import t from 'tap'
import type { Answer } from '../../library/index.js'
import { PACKAGE_ROOT } from '../../src/config.js'
import type { Dump } from '../../src/dump/dump.js'
import { findChromium } from '../helpers/browser.js'
import { makeBlendDump } from '../helpers/dumps.js'
import { freePort, sleep, startProcess, until } from '../helpers/service-process.js'

t.setTimeout(900_000)

const MAX_INSTALLED_BYTES = 30e6

const home = mkdtempSync(join(tmpdir(), 'recall-ml-'))
t.teardown(() => rmSync(home, { recursive: true, force: true }))

function run(
  command: string, args: readonly string[], cwd = home
): { status: number | null, output: string, errors: string } {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', timeout: 300_000 })
  return { status, output: stdout ?? '', errors: `${stderr ?? ''}${error?.message ?? ''}` }
}

const npm = (args: readonly string[], cwd?: string) => run('npm', [...args, '--no-audit', '--no-fund'], cwd)

/** Packs and installs. @returns why that cannot be done */
function install(): string | undefined {
  const packed = npm(['pack', '--ignore-scripts', '--json', '--pack-destination', home], PACKAGE_ROOT)
  if (packed.status !== 0) throw new Error(packed.errors)
  const [{ filename, files }] = JSON.parse(packed.output) as Array<{ filename: string, files: Array<{ path: string }> }>
  paths = files.map(({ path }) => path)
  writeFileSync(join(home, 'package.json'), '{ "name": "someone", "private": true }')
  const installed = npm(['install', join(home, filename)])
  warnings = installed.errors
  if (/ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT/.test(installed.errors)) return 'no package registry answers'
  if (installed.status !== 0) throw new Error(installed.errors)
  return undefined
}

let paths: readonly string[] = []
let warnings = ''
const skip = install() ?? false

const churn = join(PACKAGE_ROOT, 'model-json', 'churn.json')
const recommend = join(PACKAGE_ROOT, 'model-json', 'recommend.json')
const dump = JSON.parse(readFileSync(churn, 'utf8')) as Dump

function copyExample(name: string): string {
  const folder = join(home, name)
  cpSync(join(PACKAGE_ROOT, 'examples', name), folder, { recursive: true })
  cpSync(churn, join(folder, 'model.json'))
  return folder
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map(name => statSync(join(folder, name)))
    .reduce((sum, found) => sum + (found.isFile() ? found.size : 0), 0)
}

t.test('the package has what it needs, and nothing else', async t => {
  const tops = new Set(paths.map(path => path.split('/').slice(0, path.startsWith('dist/') ? 2 : 1).join('/')))
  t.strictSame([...tops].sort(), [
    '.env.example', 'LICENSE', 'README.id.md', 'README.md', 'dist/bundle', 'dist/library', 'dist/plugins', 'dist/src',
    'dist/tools', 'docs', 'model-json', 'package.json', 'recipes'
  ])
  const manifest = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8')) as {
    exports: Record<string, string | Record<string, string>>, scripts: Record<string, string>, overrides?: object
  }
  for (const target of Object.values(manifest.exports).flatMap(value => typeof value === 'string' ? [value] :
    Object.values(value))) {
    if (!target.includes('*')) t.ok(paths.includes(target.slice(2)), target)
  }
  for (const name of ['preinstall', 'install', 'postinstall']) t.notOk(name in manifest.scripts, name)
  t.equal(manifest.overrides, undefined, 'overrides hold in this repository only')
})

t.test('the licences of what is bundled are passed on', async t => {
  const text = readFileSync(join(PACKAGE_ROOT, 'dist', 'bundle', 'LICENSES.txt'), 'utf8')
  t.ok(paths.includes('dist/bundle/LICENSES.txt'))
  for (const bundle of ['service.cjs', 'fastify.js', 'docs/docs.cjs']) {
    const code = readFileSync(join(PACKAGE_ROOT, 'dist', 'bundle', bundle), 'utf8')
    for (const [, name] of code.matchAll(/^ *\/\/ node_modules\/((?:@[^/]+\/)?[^/]+)\//gm)) {
      if (!text.includes(`\n${name} `)) t.fail(`${bundle}: ${name}`)
    }
  }
  t.match(text, /\nprom-client [\d.]+, Apache-2.0\n[^]*\nswagger-ui, Apache-2.0\n[^]*Apache License/)
})

t.test('the install warns of nothing and is small', { skip }, async t => {
  t.notMatch(warnings, /EBADENGINE|deprecated/i)
  const bytes = sizeOf(join(home, 'node_modules'))
  t.comment(`${bytes} bytes installed`)
  t.ok(bytes <= MAX_INSTALLED_BYTES, `${bytes} bytes`)
})

const answer = () => {
  const values = dump.golden[0].values
  return { name: 'churn', inputs: dump.inputs.length, values }
}

t.test('a TypeScript program and a CommonJS one', { skip }, async t => {
  const node = copyExample('node')
  writeFileSync(join(node, 'package.json'), '{ "type": "module" }')
  cpSync(join(PACKAGE_ROOT, 'node_modules', '@types', 'node'), join(home, 'node_modules', '@types', 'node'),
    { recursive: true })
  cpSync(join(PACKAGE_ROOT, 'node_modules', 'undici-types'), join(home, 'node_modules', 'undici-types'),
    { recursive: true })
  const compiled = run(process.execPath, [join(PACKAGE_ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p',
    '.'], node)
  t.equal(compiled.status, 0, compiled.output)
  const { status, output, errors } = run(process.execPath, ['main.js', 'model.json'], node)
  t.equal(status, 0, errors)
  const [first, second, third] = output.split('\n')
  t.match(JSON.parse(first), { name: 'churn', inputs: answer().inputs })
  t.strictSame([second, third], ['2', 'complaint_count'])
  const common = run(process.execPath, ['main.cjs', 'model.json'], copyExample('commonjs'))
  t.equal(common.status, 0, common.errors)
  t.equal(common.output.trim(), first)
})

t.test('reasons for a risk', { skip }, async t => {
  const { status, output, errors } = run(process.execPath, ['main.mjs', 'model.json'], copyExample('explain'))
  t.equal(status, 0, errors)
  const { churn_risk: risk, churn_factors: factors } = JSON.parse(output) as {
    churn_risk: number, churn_factors: ReadonlyArray<{ contribution: number }>
  }
  t.ok(risk > 0 && risk < 1)
  const sizes = factors.map(({ contribution }) => Math.abs(contribution))
  t.equal(sizes.length, 3)
  t.strictSame(sizes, sizes.toSorted((a, b) => b - a))
})

t.test('what would have to change', { skip }, async t => {
  const { status, output, errors } = run(process.execPath, ['main.mjs', 'model.json'], copyExample('what-if'))
  t.equal(status, 0, errors)
  const { now, alone, together } = JSON.parse(output) as {
    now: string, alone: ReadonlyArray<{ field: string }>, together: { changes: ReadonlyArray<{ field: string }>,
      outcome: string }
  }
  t.equal(now, 'HIGH')
  t.ok(alone.length > 0 && together.changes.length > 0)
  t.not(together.outcome, 'HIGH')
})

t.test('a Fastify app with two folders', { skip }, async t => {
  const folder = copyExample('fastify')
  for (const [name, file] of [['models-a', churn], ['models-b', recommend]]) {
    mkdirSync(join(folder, name))
    cpSync(file, join(folder, name, 'model.json'))
  }
  const app = startProcess(t, { PORT: '0' }, join(folder, 'app.mjs'), [join(folder, 'models-a'), join(folder,
    'models-b')])
  await until(() => app.output().includes('http://'), app)
  const url = /http:\S+/.exec(app.output())?.[0] ?? ''
  for (const prefix of ['ml', 'more']) {
    const response = await fetch(`${url}/${prefix}/models/model/predict`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"complaint_count":1}'
    })
    t.equal(response.status, 200, prefix)
  }
})

t.test('npx recall-ml serve and convert', { skip }, async t => {
  const folder = join(home, 'converted')
  const model = join(PACKAGE_ROOT, 'test', 'fixtures', 'transformers', 'transformers-1.6.joblib')
  const bin = join(home, 'node_modules', '.bin', 'recall-ml')
  t.equal(run(bin, ['--help']).status, 0)
  const converted = run('npx', ['--no-install', 'recall-ml', 'convert', '--out', folder, model])
  t.match(converted.output + converted.errors, /recall-ml convert|model/)
  const service = startProcess(t, {}, join(home, 'node_modules', 'recall-ml', 'dist', 'tools', 'cli.js'),
    ['serve', '--models', join(PACKAGE_ROOT, 'model-json'), '--port', '0', '--log-level', 'info'])
  await until(() => service.output().includes('Server listening'), service)
  t.notMatch(service.output(), /not bundled/)
})

/** The second one is for models that most have no use for, such as `blend`. */
const CORE_FILES = ['core.min.js', 'core-more.min.js']
const copyCore = (folder: string) => {
  for (const file of CORE_FILES) cpSync(join(home, 'node_modules', 'recall-ml', 'dist', 'bundle', file), join(folder, file))
}

const blend = join(home, 'blend.json')
writeFileSync(blend, JSON.stringify(makeBlendDump()))
const dumps = [churn, recommend, blend]

for (const name of ['golden.mjs', 'bits.mjs']) {
  cpSync(join(PACKAGE_ROOT, 'test', 'examples', name), join(home, name))
}
const golden = (command: string, args: readonly string[]) => run(command, [...args, join(home, 'golden.mjs'), ...dumps])
const ownBits = skip === false ? golden(process.execPath, []) : { status: 0, output: '', errors: '' }

/** Engines that npm has, with their package and the command in it. */
const ENGINES: ReadonlyArray<readonly [name: string, packageName: string, args: readonly string[]]> = [
  ['Node.js 20', 'node@20', ['node']], ['Node.js 22', 'node@22', ['node']], ['Node.js 24', 'node@24', ['node']],
  ['Node.js 26', 'node@26', ['node']], ['Bun', 'bun@1', ['bun']], ['Deno', 'deno@2', ['deno', 'run', '--allow-read']]
]

t.test('the same bits in other engines', { skip }, async t => {
  t.equal(ownBits.status, 0, ownBits.errors)
  t.match(ownBits.output, /^churn \w+\nrecommend \w+\nblend \w+\n$/)
  for (const [name, packageName, args] of ENGINES) {
    const { status, output, errors } = golden('npx', ['-y', '-p', packageName, ...args])
    if (status !== 0 && isAbsent(errors)) t.pass(name, { skip: `${name} cannot be had: ${errors.slice(0, 200)}` })
    else t.equal(output, ownBits.output, `${name}: ${errors.slice(0, 500)}`)
  }
})

/** Whether npm has no such package, or none for this machine. */
function isAbsent(errors: string): boolean {
  return /ENOTFOUND|ETARGET|E404|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|EBADPLATFORM/.test(errors)
}

/** A page that hashes the answers of all models, beside the example's own. */
const BITS_PAGE = `<!doctype html><meta charset="utf-8"><pre id="bits"></pre>
<script type="importmap">{ "imports": { "recall-ml/core": "./core.min.js" } }</script>
<script type="module">
  import { hashAnswers } from './bits.mjs'
  const dumps = await Promise.all(['churn', 'recommend', 'blend'].map(async name => (await fetch(name + '.json')).json()))
  document.querySelector('#bits').textContent = (await Promise.all(dumps.map(hashAnswers))).join(' ')
</script>`

t.test('a page in a browser', { skip: skip !== false ? skip : findChromium() === undefined && 'no Chromium' },
  async t => {
  const folder = copyExample('browser')
  copyCore(folder)
  cpSync(join(home, 'bits.mjs'), join(folder, 'bits.mjs'))
  for (const file of dumps) cpSync(file, join(folder, basename(file)))
  writeFileSync(join(folder, 'bits.html'), BITS_PAGE)
  const asked: string[] = []
  const server = createServer((request, response) => {
    const file = join(folder, basename(request.url ?? ''))
    asked.push(basename(file))
    const types: Record<string, string> = { '.html': 'text/html', '.json': 'application/json' }
    response.setHeader('content-type', types[extname(file)] ?? 'text/javascript')
    if (existsSync(file)) response.end(readFileSync(file))
    else response.writeHead(404).end()
  }).listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const show = async (page: string) => await dumpPage(`http://127.0.0.1:${port}/${page}`, join(home, 'chromium'))
  const { prediction } =
    JSON.parse(/<pre id="answer">(.*?)<\/pre>/.exec(await show('index.html'))?.[1] ?? '{}') as Answer
  t.ok(dump.outputs[0].classes?.includes(prediction as number), `answered ${prediction}`)
  t.notOk(asked.includes('core-more.min.js'), 'a plain forest does without')
  t.match(await show('bits.html'), ownBits.output.trim().replaceAll('\n', ' '), asked.join(' '))
})

/** @returns the document once its scripts have run */
async function dumpPage(url: string, profile: string): Promise<string> {
  const args = [
    '--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', `--user-data-dir=${profile}`,
    '--virtual-time-budget=60000', '--dump-dom', url
  ]
  // Not spawnSync: the server of the page is in this process.
  const child = spawn(findChromium() ?? '', args, { stdio: ['ignore', 'pipe', 'ignore'], timeout: 120_000 })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => { text += chunk })
  await once(child, 'close')
  return text
}

/** workerd runs a worker where its real host is not at hand. */
const WORKERD_CONFIG = (port: number, main: string) => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (
    modules = [
      (name = "main", esModule = embed "${main}"),
      (name = "recall-ml/core", esModule = embed "core.min.js"),
      (name = "recall-ml/core-more.min.js", esModule = embed "core-more.min.js"),
      (name = "bits.mjs", esModule = embed "bits.mjs"),
      (name = "model.json", json = embed "model.json"),
      (name = "churn.json", json = embed "churn.json"),
      (name = "recommend.json", json = embed "recommend.json"),
      (name = "blend.json", json = embed "blend.json")
    ],
    compatibilityDate = "2026-01-01"
  ))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")]
);`

const BITS_WORKER = `import { hashAnswers } from 'bits.mjs'
import churn from 'churn.json'
import recommend from 'recommend.json'
import blend from 'blend.json'
const hashes = await Promise.all([churn, recommend, blend].map(hashAnswers))
export default { fetch: () => new Response(hashes.join(' ')) }`

t.test('a worker', { skip }, async t => {
  const found = run('npx', ['-y', '-p', 'workerd@1', 'workerd', '--version'])
  if (found.status !== 0) {
    t.pass('workerd', { skip: `it cannot be had: ${found.errors.slice(0, 200)}` })
    return
  }
  const folder = copyExample('worker')
  copyCore(folder)
  cpSync(join(home, 'bits.mjs'), join(folder, 'bits.mjs'))
  for (const file of dumps) cpSync(file, join(folder, basename(file)))
  writeFileSync(join(folder, 'bits-worker.mjs'), BITS_WORKER)
  const serve = async (main: string) => {
    const port = await freePort()
    writeFileSync(join(folder, `${main}.capnp`), WORKERD_CONFIG(port, main))
    const child = spawn('npx', ['-y', '-p', 'workerd@1', 'workerd', 'serve', join(folder, `${main}.capnp`)], {
      cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], detached: true
    })
    let errors = ''
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => { errors += chunk })
    t.teardown(() => { if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL') })
    const url = `http://127.0.0.1:${port}/`
    for (let i = 0; i < 400 && child.exitCode === null; i++) {
      if (await fetch(url).then(() => true, () => false)) return url
      await sleep(100)
    }
    throw new Error(`workerd: ${errors}`)
  }
  t.equal(await (await fetch(await serve('bits-worker.mjs'))).text(), ownBits.output.trim().replaceAll('\n', ' '))
  const url = await serve('worker.mjs')
  const ask = async (body: string) => {
    const response = await fetch(url, { method: 'POST', body })
    return [response.status, await response.json()] as [number, Answer]
  }
  const [status, { prediction }] = await ask('{"complaint_count":1}')
  t.equal(status, 200)
  t.ok(dump.outputs[0].classes?.includes(prediction as number))
  t.match(await ask('{"complaint_count":"many"}'), [400, { errors: [{ field: 'complaint_count' }] }])
  t.match(await ask('{'), [400, { errors: [{ field: 'body' }] }])
})
