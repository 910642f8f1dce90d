/** What is bundled has to be as fast as the modules that it is made of, and to start faster. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t, { type Test } from 'tap'
import type * as appModule from '../src/app.js'
import { PACKAGE_ROOT, readConfig } from '../src/config.js'
import { findBundle, stampBundles } from '../src/find-bundle.js'
import { mapFrames } from '../src/http/observability/source-lines.js'
import { BUNDLE_END, BUNDLE_START, dropCode, keepCode, loadBundle } from '../src/load-bundle.js'

const DIST = join(PACKAGE_ROOT, 'dist')

const BUNDLE = join(DIST, 'bundle', 'service.cjs')

const read = (file: string) => readFileSync(join(DIST, 'bundle', file), 'utf8')

/** All of its files: what its threads share is in files of their own. */
function readScore(): string {
  const files = readdirSync(join(DIST, 'bundle', 'score')).filter(name => name.endsWith('.js'))
  return files.map(name => read(`score/${name}`)).join('\n')
}

const CODE = `exports.answer = [module.exports === exports, require('node:path').dirname(__filename) === __dirname]`

const LOADER = pathToFileURL(join(PACKAGE_ROOT, 'dist', 'src', 'load-bundle.js')).href

/** What comes of a bundle in a process of its own: within one, V8 remembers what it has compiled. */
function loadElsewhere(file: string): { exports: object, cachedDataRejected?: boolean } {
  const code = `import { loadBundle } from ${JSON.stringify(LOADER)}
    const { script: { cachedDataRejected }, exports } = loadBundle(process.argv[1])
    console.log(JSON.stringify({ exports, cachedDataRejected }))`
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', code, file], { encoding: 'utf8' })
  return JSON.parse(stdout) as { exports: object, cachedDataRejected?: boolean }
}

/** Path of a bundle in a folder of its own. */
function writeBundle(t: Test, code = CODE): string {
  const file = join(t.testdir(), 'small.cjs')
  writeFileSync(file, `${BUNDLE_START}\n${code}\n${BUNDLE_END}\n`)
  return file
}

t.test("the hot loop's constants are constants in the bundles", async t => {
  const bundles = { service: read('service.cjs'), score: readScore(), plugin: read('fastify.js') }
  for (const [bundle, text] of Object.entries(bundles)) {
    for (const name of ['CODES', 'NARROW_MASK', 'WIDE_CODES', 'NARROW_SLOT_BITS', 'LANES']) {
      t.match(text, new RegExp(`^const ${name} = `, 'm'), `${name} in ${bundle}`)
      t.notMatch(text, new RegExp(`^(?:var|let) ${name} = `, 'm'), `${name} in ${bundle}`)
    }
  }
})

t.test('what scores has no logger', async t => {
  t.notMatch(readScore(), /node_modules\/pino\//)
})

t.test('a bundle is used as long as it is of what the compiler has made last', async t => {
  const dist = t.testdir({ bundle: {} })
  const compile = (text: string) => writeFileSync(join(dist, '.tsbuildinfo'), text)
  const found = () => findBundle('service.cjs', dist) !== undefined
  compile('one')
  t.notOk(found(), 'it is being made')
  stampBundles(dist)
  t.ok(found())
  compile('two')
  t.notOk(found(), 'the compiler has run since')
  compile('one')
  t.ok(found())
  rmSync(join(dist, '.tsbuildinfo'))
  t.ok(found(), 'an installed package has no compiler')
  rmSync(join(dist, 'bundle'), { recursive: true })
  t.notOk(found(), 'there is none')
})

t.test("the compiler's files are not the bundles", async t => {
  const overwritten = readdirSync(DIST, { recursive: true, encoding: 'utf8' }).filter(file =>
    /^(?:src|plugins|tools)\/.*\.js$/.test(file) && !existsSync(join(PACKAGE_ROOT, file.replace(/\.js$/, '.ts'))))
  t.strictSame(overwritten, [], 'each is of a source')
  for (const file of ['src/serve.js', ...['command', 'threads/loader', 'threads/worker'].map(name => `tools/score/${name}.js`)]) {
    t.notMatch(readFileSync(join(DIST, file), 'utf8'), /node_modules|loadBundle/, file)
  }
})

t.test('the service is its bundle, whose code is kept', async t => {
  t.equal(findBundle('service.cjs'), BUNDLE, 'of what the compiler has made last: npm run build')
  const { script, exports } = loadBundle(BUNDLE)
  t.type((exports as { serve?: unknown }).serve, 'function')
  t.equal(script.cachedDataRejected, false, 'V8 takes the code that the build kept')
})

t.test('what the bundle leaves beside it is found', async t => {
  const { buildApp } = loadBundle(BUNDLE).exports as typeof appModule
  const app = await buildApp(readConfig({ LOG_LEVEL: 'silent' }, ''), { entries: [] })
  t.teardown(() => app.close())
  for (const url of ['/openapi.json', '/docs/']) t.equal((await app.inject(url)).statusCode, 200, url)
})

t.test('a bundle runs as CommonJS, with and without its code', async t => {
  const file = writeBundle(t)
  const bare = loadBundle(file)
  t.strictSame(bare.exports, { answer: [true, true] })
  keepCode(bare)
  t.strictSame(loadElsewhere(file), { exports: { answer: [true, true] }, cachedDataRejected: false }, 'V8 takes it')
  dropCode(file)
  t.strictSame(loadElsewhere(file), { exports: { answer: [true, true] } }, 'there is none')
  dropCode(file)
})

t.test('the space of new objects grows in one step', t => {
  const file = writeBundle(t, `const kept = []
    while (kept.length < 120_000) kept.push({ i: kept.length })
    const spaces = require('node:v8').getHeapSpaceStatistics()
    exports.size = spaces.find(space => space.space_name === 'new_space').space_size`)
  const { size } = loadElsewhere(file).exports as { size: number }
  t.ok(size >= 32 * 2 ** 20, `two halves of 16 MB or more: ${size} bytes`)
  t.end()
})

t.test('code of another text of the same length is left alone', async t => {
  const file = writeBundle(t, 'exports.answer = 1')
  keepCode(loadBundle(file))
  writeFileSync(file, readFileSync(file, 'utf8').replace('= 1', '= 2'))
  t.strictSame(loadElsewhere(file), { exports: { answer: 2 } })
})

t.test('so is what is no code, is cut off, or comes from another release', async t => {
  const file = writeBundle(t)
  keepCode(loadBundle(file))
  const code = readFileSync(`${file}.code`)
  const cut = Buffer.concat([code.subarray(0, code.length / 2), code.subarray(-4)])
  const other = Buffer.from(code)
  other[4] ^= 1
  for (const [name, content] of Object.entries({ none: Buffer.alloc(0), short: code.subarray(0, 3), cut, other })) {
    writeFileSync(`${file}.code`, content)
    const { exports, cachedDataRejected } = loadElsewhere(file)
    t.strictSame(exports, { answer: [true, true] }, name)
    t.not(cachedDataRejected, false, name)
  }
})

t.test('a stack in the bundle names the lines of the sources', async t => {
  const bundle = findBundle('service.cjs') ?? ''
  t.not(bundle, '', 'of what the compiler has made last: npm run build')
  const lines = readFileSync(bundle, 'utf8').split('\n')
  const place = (code: string) => {
    const line = lines.findIndex(text => text.includes(code))
    return `${bundle}:${line + 1}:${lines[line].indexOf(code) + 1}`
  }
  const [own, async, bare, foreign] = mapFrames([
    `at describeListenError (${place('EADDRNOTAVAIL')})`, `at async Server.<anonymous> (${place('EADDRNOTAVAIL')})`,
    `at ${place('EADDRNOTAVAIL')}`, `at fastq (${place('function fastqueue(')})`
  ])
  const [, file, line] = /^at describeListenError \((.*\/src\/serve\.ts):(\d+):\d+\)$/.exec(own) ?? []
  t.ok(existsSync(file))
  t.match(readFileSync(file, 'utf8').split('\n')[Number(line) - 1], 'EADDRNOTAVAIL')
  t.match(async, /^at async Server\.<anonymous> \(.*\/src\/serve\.ts:\d+:\d+\)$/)
  t.match(bare, /^at \/.*\/src\/serve\.ts:\d+:\d+$/)
  t.match(foreign, 'service.cjs', 'packages have no map, and seem to be nobody else')
})
