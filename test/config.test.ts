import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import t from 'tap'
import { ConfigError, listVariables, PACKAGE_ROOT, readConfig, SETTING_NAMES } from '../src/config.js'
import { findMistakenSettings } from '../src/mistaken-settings.js'

const NO_FILE = '/nonexistent/.env'

t.test('defaults', t => {
  const config = readConfig({}, NO_FILE)
  t.same(config, {
    host: '0.0.0.0',
    port: 5000,
    modelPath: join(PACKAGE_ROOT, 'model-json'),
    workers: 1,
    logLevel: 'info',
    strictInput: false,
    riskMediumFrom: 0.3,
    riskHighFrom: 0.6,
    requestTimeoutMs: 30_000,
    bodyLimitBytes: 1_048_576,
    batchMaxRows: 10_000,
    batchBodyLimitBytes: 16_777_216,
    batchInFlightBytes: 67_108_864,
    explainThreads: 1,
    explainMaxRequests: 64,
    modelControl: 'none',
    corsOrigins: [],
    page: true,
    pageModelBytes: 16_777_216,
    pathPrefix: '',
    shutdownDelayMs: 0,
    shutdownGraceMs: 2000,
    shutdownTimeoutMs: 10_000
  })
  t.ok(Object.isFrozen(config))
  t.end()
})

t.test('values from the environment', t => {
  const config = readConfig({
    HOST: '127.0.0.1', PORT: '8080', MODEL_PATH: 'models/', WORKERS: '4', LOG_LEVEL: 'debug', STRICT_INPUT: 'true',
    RISK_MEDIUM_FROM: '0.25', RISK_HIGH_FROM: '0.25', REQUEST_TIMEOUT_MS: '500', BODY_LIMIT_BYTES: '2048',
    SHUTDOWN_TIMEOUT_MS: '200', BATCH_MAX_ROWS: '20', BATCH_BODY_LIMIT_BYTES: '4096', MODEL_CONTROL: 'explicit',
    SHUTDOWN_DELAY_MS: '5000', SHUTDOWN_GRACE_MS: '0', BATCH_IN_FLIGHT_BYTES: '8192', EXPLAIN_THREADS: '2',
    EXPLAIN_MAX_REQUESTS: '7', PAGE: 'false', PAGE_MODEL_BYTES: '0',
    CORS_ORIGINS: 'https://a.example, http://localhost:5173,', UNRELATED: 'x'
  }, NO_FILE)
  t.match(config, {
    host: '127.0.0.1', port: 8080, modelPath: resolve('models'), workers: 4, logLevel: 'debug', strictInput: true,
    riskMediumFrom: 0.25, riskHighFrom: 0.25, requestTimeoutMs: 500, bodyLimitBytes: 2048, shutdownTimeoutMs: 200,
    batchMaxRows: 20, batchBodyLimitBytes: 4096, batchInFlightBytes: 8192, modelControl: 'explicit',
    shutdownDelayMs: 5000, shutdownGraceMs: 0, explainThreads: 2, explainMaxRequests: 7, page: false, pageModelBytes: 0,
    corsOrigins: ['https://a.example', 'http://localhost:5173']
  })
  t.equal(Object.keys(config).length, 23, 'and nothing else')
  t.end()
})

t.test('an empty value counts as not set', t => {
  t.equal(readConfig({ PORT: '', STRICT_INPUT: ' ', MODEL_PATH: '' }, NO_FILE).port, 5000)
  t.end()
})

t.test('a flag, however it is put', t => {
  for (const text of ['true', 'TRUE', 'True', '1', 'yes', 'YES', ' true ']) {
    t.equal(readConfig({ STRICT_INPUT: text }, NO_FILE).strictInput, true, text)
  }
  for (const text of ['false', 'False', '0', 'no', 'No']) {
    t.equal(readConfig({ STRICT_INPUT: text }, NO_FILE).strictInput, false, text)
  }
  for (const text of ['2', 'on', 'y', 'constructor']) {
    t.throws(() => readConfig({ STRICT_INPUT: text }, NO_FILE), { message: `true or false, received "${text}"` }, text)
  }
  t.end()
})

t.test('path prefix', t => {
  for (const [given, expected] of [['/ml', '/ml'], ['/ml/', '/ml'], ['ml', '/ml'], ['/', ''], ['/a/b.c/', '/a/b.c'], ['/ml/v2', '/ml/v2'], ['/models-eu', '/models-eu']]) {
    t.equal(readConfig({ PATH_PREFIX: given }, NO_FILE).pathPrefix, expected, given)
  }
  t.end()
})

t.test('settings that cannot be used', t => {
  const cases: Array<[string, string, RegExp]> = [
    ['PORT', 'abc', /^setting PORT: expected a whole number from 0 to 65535, received "abc"$/],
    ['PORT', '5000.5', /PORT: expected a whole number/],
    ['PORT', '65536', /received "65536"/],
    ['PORT', '-1', /PORT/],
    ['WORKERS', '0', /WORKERS: expected a whole number from 1 to 256/],
    ['LOG_LEVEL', 'loud', /LOG_LEVEL: expected one of fatal, error, .*, received "loud"/],
    ['STRICT_INPUT', 'maybe', /STRICT_INPUT: expected true or false, received "maybe"/],
    ['RISK_MEDIUM_FROM', '1.5', /RISK_MEDIUM_FROM: expected a number from 0 to 1/],
    ['RISK_MEDIUM_FROM', '0.7', /RISK_MEDIUM_FROM: expected at most RISK_HIGH_FROM \(0\.6\), received 0\.7/],
    ['RISK_HIGH_FROM', 'Infinity', /RISK_HIGH_FROM/],
    ['REQUEST_TIMEOUT_MS', '1', /REQUEST_TIMEOUT_MS/],
    ['BODY_LIMIT_BYTES', '64k', /BODY_LIMIT_BYTES/],
    ['BATCH_MAX_ROWS', '0', /BATCH_MAX_ROWS: expected a whole number from 1 to 1000000/],
    ['BATCH_BODY_LIMIT_BYTES', '10', /BATCH_BODY_LIMIT_BYTES: expected a whole number from 1024/],
    ['BATCH_IN_FLIGHT_BYTES', '64 MiB', /BATCH_IN_FLIGHT_BYTES: expected a whole number from 1024/],
    ['MODEL_CONTROL', 'poll', /MODEL_CONTROL: expected one of explicit, none, received "poll"/],
    ...['https://a.example/', 'https://a.example/x', 'a.example', '*,https://a.example', 'https://*.a.example/', 'null', 'file:///x', 'https://A.example', 'https://a.example:443']
      .map((value): [string, string, RegExp] => ['CORS_ORIGINS', value, /CORS_ORIGINS: expected origins such as https:\/\/app\.example\.com, separated by commas, or \*/]),
    ['PATH_PREFIX', '/a b', /PATH_PREFIX: expected a path such as \/ml/],
    ['PATH_PREFIX', '/a/../b', /PATH_PREFIX/],
    ['PATH_PREFIX', 'models/', /PATH_PREFIX: expected another path than \/models, where .* of its own, received "models\/"$/],
    ['PATH_PREFIX', '/v2/ml', /PATH_PREFIX: expected another path than \/v2/],
    ['PATH_PREFIX', '"><script>', /PATH_PREFIX/],
    ['SHUTDOWN_TIMEOUT_MS', 'x'.repeat(500), /received "x{60}\.\.\."$/]
  ]
  for (const [name, value, message] of cases) {
    const wanted = { name: 'ConfigError', message }
    t.throws(() => readConfig({ [name]: value }, NO_FILE), wanted, `${name}=${value.slice(0, 20)}`)
  }
  t.ok(new ConfigError('A', 'b', 'c') instanceof Error)
  t.end()
})

t.test('a .env file, under the environment', t => {
  const folder = mkdtempSync(join(tmpdir(), 'config-test-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const file = join(folder, '.env')
  writeFileSync(file, '# comment\nPORT=6000\nWORKERS=2\nLOG_LEVEL="warn"\n')
  t.match(readConfig({ WORKERS: '3', LOG_LEVEL: '' }, file), { port: 6000, workers: 3, logLevel: 'warn' })
  writeFileSync(file, '\ufeffPORT=6001\r\nWORKERS=2\r\n')
  t.match(readConfig({}, file), { port: 6001, workers: 2 }, 'with a byte order mark')
  t.throws(() => readConfig({}, folder), { message: /\.env: expected a file that can be read, received EISDIR/ })
  t.end()
})

t.test('.env.example has every setting with its default', t => {
  const file = join(PACKAGE_ROOT, '.env.example')
  t.same(readConfig({}, file), readConfig({}, NO_FILE))
  const names = [...readFileSync(file, 'utf8').matchAll(/^([A-Z_]+)=/gm)].map(match => match[1])
  t.strictSame(names.toSorted(), SETTING_NAMES.toSorted())
  t.end()
})

t.test("so has README's table", t => {
  const text = readFileSync(join(PACKAGE_ROOT, 'README.md'), 'utf8')
  const [, table] = /^\| setting \| default \|.*\n\|---.*\n((?:\|.*\n)+)/m.exec(text) ?? []
  const quoted = (cell: string) => [...cell.matchAll(/`([^`]*)`/g)].map(match => match[1])
  const rows = table.trimEnd().split('\n').map(row => {
    const [, names, defaults] = row.split('|')
    return { names: quoted(names), defaults: quoted(defaults) }
  })
  t.strictSame(rows.flatMap(({ names }) => names).toSorted(), SETTING_NAMES.toSorted())
  const config = readConfig({}, NO_FILE)
  for (const { names, defaults } of rows) {
    for (const [i, name] of names.entries()) {
      // A default in words stands for a path of this machine.
      if (name === 'MODEL_PATH') continue
      t.same(readConfig({ [name]: defaults[i] ?? '' }, NO_FILE), config, name)
      t.ok(['CORS_ORIGINS', 'PATH_PREFIX'].includes(name) || defaults[i] !== undefined, `${name} has its default`)
    }
  }
  t.end()
})

t.test('variables that are nearly settings', async t => {
  const file = t.testdir({ env: 'MODEL_PAHT=x\nWORKER=2\nEMPTY=\n' })
  const variables = listVariables({ LOGLEVEL: 'info', log_level: 'info', PATH: 'x', HOME: 'x', PORT: '1', HOSTNAME: 'y' }, `${file}/env`)
  t.strictSame(new Map(findMistakenSettings(variables)), new Map([
    ['MODEL_PAHT', 'MODEL_PATH'], ['WORKER', 'WORKERS'], ['LOGLEVEL', 'LOG_LEVEL'], ['log_level', 'LOG_LEVEL']
  ]))
})
