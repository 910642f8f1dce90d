/**
 * Clients that others' generators make of the OpenAPI document, compiled and run against the service, where
 * GENERATED_CLIENTS names a folder to make them in. Every number has the bits of the service's own answer. What the
 * document's linters say of it, in each version.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { PACKAGE_ROOT } from '../../src/config.js'
import { VERSIONS } from '../../src/http/openapi/versions.js'
import { readVariable } from '../helpers/environment.js'
import { startListening } from '../helpers/service-process.js'

const SOURCES = join(PACKAGE_ROOT, 'test', 'conformance', 'clients')

/** What a client prints. */
interface Printed {
  readonly predict: number[]
  readonly recommend: number[]
  readonly batch: Array<number | string>
  readonly failed: number[]
  /** Null where the generator makes nothing of lines. */
  readonly stream: number[] | null
  readonly extra: string
  readonly refused: [code: string, field: string]
  readonly lost: string
  readonly nodes: number
  readonly factors: number
}

interface Generator {
  /** Folder of the program that uses the client. */
  readonly name: string
  readonly version: typeof VERSIONS[number]
  /** What has to be there. */
  readonly needs: string
  /** Commands that make and compile it in its folder, where `openapi.json` is. */
  readonly make: readonly string[]
  /** Command that runs it; the address of the service follows. */
  readonly run: string
  readonly files?: Readonly<Record<string, object | string>>
  readonly hasStream: boolean
}

const STRICT = {
  target: 'es2023', module: 'nodenext', strict: true, noUncheckedIndexedAccess: true, skipLibCheck: true, types: ['node']
}
const INSTALL = 'npm install --silent --no-audit --no-fund typescript@5.9.3 @types/node@20'

const GENERATORS: readonly Generator[] = [
  {
    name: 'openapi-fetch', version: '3.1', needs: 'npm', run: 'node main.js', hasStream: true,
    make: [
      `${INSTALL} openapi-typescript@7.13.0 openapi-fetch@0.17.0`, 'npx openapi-typescript openapi.json -o schema.d.ts', 'npx tsc -p .'
    ],
    files: {
      'package.json': { type: 'module', private: true },
      'tsconfig.json': { compilerOptions: { ...STRICT, exactOptionalPropertyTypes: true } }
    }
  },
  {
    name: 'hey-api', version: '3.1', needs: 'npm', run: 'node main.js', hasStream: true,
    make: [`${INSTALL} @hey-api/openapi-ts@0.99.0`, 'npx openapi-ts -i openapi.json -o client -p @hey-api/client-fetch', 'npx tsc -p .'],
    files: { 'package.json': { type: 'module', private: true }, 'tsconfig.json': { compilerOptions: STRICT } }
  },
  {
    name: 'oapi-codegen', version: '3.0', needs: 'go', run: './client', hasStream: true,
    make: [
      'mkdir -p generated',
      'go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.5.1 -generate types,client -package generated ' +
        '-o generated/client.gen.go openapi.json',
      'go mod tidy', 'go vet ./...', 'go build -o client .'
    ],
    files: { 'go.mod': 'module example.com/client\n\ngo 1.24\n' }
  },
  {
    name: 'openapi-python-client', version: '3.1', needs: 'python3', run: 'venv/bin/python main.py', hasStream: false,
    make: [
      'python3 -m venv venv', 'venv/bin/pip install --quiet --disable-pip-version-check openapi-python-client==0.29.1',
      'venv/bin/openapi-python-client generate --path openapi.json --output-path recall_ml_client --meta none --overwrite'
    ]
  }
]

const LINTERS = [
  ['spectral', 'npx --yes --package @stoplight/spectral-cli@6.16.3 spectral lint --ruleset spectral.yaml --fail-severity hint'],
  ['redocly', 'npx --yes @redocly/cli@2.77.0 lint --extends recommended-strict']
] as const

/** Of a tool that cannot be fetched. */
const NOT_FETCHED = /ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|no such host|Failed to establish|No matching distribution/

const folder = readVariable('GENERATED_CLIENTS')

if (folder === undefined) t.pass('generated clients', { skip: 'GENERATED_CLIENTS names no folder' })
else {
  t.setTimeout(900_000)
  t.test('generated clients', async t => {
    const { port } = await startListening(t)
    const origin = `http://127.0.0.1:${port}`
    for (const version of VERSIONS) {
      mkdirSync(folder, { recursive: true })
      const response = await fetch(`${origin}/openapi.json?version=${version}`)
      writeFileSync(join(folder, `openapi-${version}.json`), await response.text())
    }
    writeFileSync(join(folder, 'spectral.yaml'), 'extends: ["spectral:oas"]\n')
    for (const [name, command] of LINTERS) {
      t.test(`${name} finds nothing`, t => {
        for (const version of VERSIONS) {
          const said = run(`${command} openapi-${version}.json`, folder)
          if (said.isMissing) t.pass(name, { skip: said.text })
          else t.equal(said.status, 0, `${version}: ${said.text}`)
        }
        t.end()
      })
    }
    const rows = readRows()
    const expected = await askDirectly(origin, rows)
    for (const generator of GENERATORS) {
      t.test(generator.name, t => {
        askClient(t, folder, generator, { origin, rows, expected })
        t.end()
      })
    }
  })
}

interface Said {
  readonly status: number | null
  readonly text: string
  /** Whether the tool is not to be had. */
  readonly isMissing: boolean
}

function run(command: string, cwd: string): Said {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { cwd, encoding: 'utf8', timeout: 300_000 })
  const text = `${command}\n${stdout}\n${stderr}`.slice(-4000)
  return { status, text, isMissing: status !== 0 && NOT_FETCHED.test(text) }
}

/**
 * Rows that the models are proven with; none of nulls alone, which clients in Go leave out: a row with no field is
 * refused in a batch.
 */
function readRows(): object[] {
  return ['churn', 'recommend'].flatMap(name => {
    const { golden } = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'model-json', `${name}.json`), 'utf8')) as { golden: Array<{ input: Record<string, unknown> }> }
    return golden.map(({ input }) => input)
  }).filter(row => Object.values(row).some(value => value !== null)).slice(0, 50)
}

async function askDirectly(origin: string, rows: readonly object[]): Promise<Pick<Printed, 'predict' | 'recommend'>> {
  const ask = async <Answer>(path: string, row: object) => {
    const response = await fetch(origin + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(row) })
    return await response.json() as Answer
  }
  const expected = { predict: [] as number[], recommend: [] as number[] }
  for (const row of rows) {
    expected.predict.push((await ask<{ risk_score: number }>('/predict', row)).risk_score)
    expected.recommend.push((await ask<{ confidence: number }>('/recommend', row)).confidence)
  }
  return expected
}

interface Asked {
  readonly origin: string
  readonly rows: readonly object[]
  readonly expected: Pick<Printed, 'predict' | 'recommend'>
}

function askClient(t: Test, folder: string, generator: Generator, { origin, rows, expected }: Asked): void {
  const { name, version, needs, make, files = {}, hasStream } = generator
  if (run(`command -v ${needs}`, folder).status !== 0) return void t.pass(name, { skip: `no ${needs}` })
  const own = join(folder, name)
  cpSync(join(SOURCES, name), own, { recursive: true })
  cpSync(join(folder, `openapi-${version}.json`), join(own, 'openapi.json'))
  for (const [file, content] of Object.entries(files)) {
    if (!existsSync(join(own, file))) writeFileSync(join(own, file), typeof content === 'string' ? content : JSON.stringify(content))
  }
  for (const command of make) {
    const said = run(command, own)
    if (said.isMissing) return void t.pass(name, { skip: said.text })
    t.equal(said.status, 0, said.text)
  }
  const { stdout, stderr } = spawnSync('sh', ['-c', `${generator.run} ${origin}`], {
    cwd: own, encoding: 'utf8', input: JSON.stringify(rows), timeout: 120_000
  })
  t.ok(stdout, stderr.slice(-2000))
  if (stdout === '') return
  const printed = JSON.parse(stdout) as Printed
  const same = (found: ReadonlyArray<number | string>, wanted: readonly number[], what: string) => {
    t.equal(found.length, wanted.length, what)
    wanted.forEach((value, i) => {
      if (!Object.is(found[i], value)) t.equal(found[i], value, `${what}, row ${i}`)
    })
  }
  same(printed.predict, expected.predict, 'risks')
  same(printed.recommend, expected.recommend, 'offers')
  t.strictSame(printed.failed, [rows.length], 'the row that was added')
  same(printed.batch.slice(0, -1), expected.predict, 'in a batch')
  t.equal(printed.batch.at(-1), 'invalid_request')
  if (hasStream) same(printed.stream ?? [], expected.predict, 'in a stream')
  t.equal(printed.extra, 'success', 'what the record has besides')
  t.strictSame(printed.refused, ['invalid_request', 'monthly_spend'])
  t.equal(printed.lost, 'model_not_found')
  t.equal(printed.nodes, 13758)
  t.equal(printed.factors, 2)
}
