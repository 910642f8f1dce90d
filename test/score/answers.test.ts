/** Every row of a file gets what a single request with the same values gets. */
import { createReadStream } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { execFile } from 'node:child_process'
import { parse } from 'csv-parse/sync'
import t from 'tap'
import { buildApp } from '../../src/app.js'
import { loadEntries } from '../../src/model/registry.js'
import { testConfig } from '../helpers/app.js'
import { makeDump, makeFolder, makeOutlierDump, makeRegressorDump, makeTwoOutputDump } from '../helpers/dumps.js'
import { readVariable } from '../helpers/environment.js'
import { makeRandom, pickSeed } from '../helpers/forests.js'
import { COLUMNS, randomCells, score, SHIPPED, toCsv, toRequest } from '../helpers/score.js'

type Answer = Record<string, unknown> & { errors?: unknown, defaulted?: string[] }

interface Served {
  readonly model: string
  readonly path: string
  /** Names of the answer's columns, which are fields of the route's answer. */
  readonly fields: readonly string[]
}

const ROUTES: readonly Served[] = [
  { model: 'recommend', path: '/recommend', fields: ['offer_name', 'confidence'] },
  { model: 'churn', path: '/predict', fields: ['prediction', 'risk_score', 'risk_category'] }
]

interface Closes {
  teardown(fn: () => Promise<void>): void
}

async function ask(
  t: Closes, folder: string, strictInput: boolean
): Promise<(path: string, row: object) => Promise<Answer>> {
  const app = await buildApp(testConfig({ modelPath: folder, strictInput }), {
    entries: await loadEntries(folder, ['recommend', 'churn'])
  })
  t.teardown(async () => app.close())
  return async (path, row) => (await app.inject({ method: 'POST', url: path, payload: row })).json<Answer>()
}

interface RejectedRow {
  readonly line: number
  readonly errors: unknown
  readonly row: string
}

async function readLines<T>(path: string): Promise<T[]> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return text.split('\n').filter(line => line !== '').map(line => JSON.parse(line) as T)
}

for (const strict of [false, true]) {
  t.test(`random customers, STRICT_INPUT=${strict}`, async t => {
    const cwd = t.testdir()
    const seed = pickSeed()
    t.comment(`seed ${seed}`)
    const random = makeRandom(seed)
    const post = await ask(t, SHIPPED, strict)
    const rows = Array.from({ length: 400 }, () => randomCells(random))
    await writeFile(join(cwd, 'in.csv'), toCsv([COLUMNS, ...rows], ';', '\r\n'))
    await writeFile(join(cwd, 'in.ndjson'), rows.map(row => `${JSON.stringify(toRequest(row))}\n`).join(''))
    for (const { model, path, fields } of ROUTES) {
      const answers = await Promise.all(rows.map(row => post(path, toRequest(row))))
      const good = rows.flatMap((_, i) => answers[i].errors === undefined ? [i] : [])
      t.ok(good.length > 10 && good.length < 400, `${good.length} rows can be scored`)
      for (const file of ['in.csv', 'in.ndjson']) {
        const out = `${model}-${file}`
        const env = { MODEL_PATH: SHIPPED, STRICT_INPUT: String(strict) }
        const { status, stderr } = await score(['--model', model, '--out', out, file], { cwd, env })
        t.equal(status, 3, stderr)
        const text = await readFile(join(cwd, out), 'utf8')
        const scored: Answer[] = file === 'in.csv'
          ? parse(text, { columns: true, delimiter: ';' })
          : text.trimEnd().split('\n').map(line => JSON.parse(line) as Answer)
        t.equal(scored.length, good.length)
        good.forEach((i, k) => {
          const expected = answers[i]
          for (const field of fields) {
            const found = file === 'in.csv' && typeof expected[field] === 'number' ? Number(scored[k][field]) : scored[k][field]
            if (!Object.is(found, expected[field])) t.equal(found, expected[field], `${out}, row ${i}, ${field}`)
          }
          const defaulted = file === 'in.csv' ? (expected.defaulted ?? []).join(';') : expected.defaulted
          t.strictSame(scored[k].defaulted, defaulted, `${out}, row ${i}`)
        })
        const rejects = await readLines<RejectedRow>(join(cwd, `${out}.rejects.ndjson`))
        const bad = rows.flatMap((_, i) => answers[i].errors === undefined ? [] : [i])
        t.strictSame(rejects.map(({ errors }) => errors), bad.map(i => answers[i].errors), 'the problems of the 400 answers')
        const lines = (await readFile(join(cwd, file), 'utf8')).split('\n')
        for (const { line, row } of rejects) t.equal(lines[line - 1].trimEnd(), row.split('\n')[0].trimEnd())
      }
    }
  })
}

t.test('any other model', async t => {
  const cwd = makeFolder(t, {
    'two-classes.json': makeDump(), 'value.json': makeRegressorDump(), 'outlier.json': makeOutlierDump(),
    'two-outputs.json': makeTwoOutputDump(), 'in.csv': 'id,f0,f1\n1,0.25,\n2,0.75,1\n3,,2\n'
  })
  const run = async (model: string) => {
    const { status, stdout } = await score(['--model', `./${model}.json`, 'in.csv', '--prefix', 'x_'], { cwd })
    t.equal(status, 3, 'f0 must be there')
    return stdout.toString()
  }
  t.equal(await run('two-classes'), 'id,f0,f1,x_prediction,x_probability_low,x_probability_high,x_defaulted\n' +
    '1,0.25,,low,1,0,f1\n2,0.75,1,high,0,1,\n')
  t.equal(await run('value'), 'id,f0,f1,x_value,x_defaulted\n1,0.25,,1.5,f1\n2,0.75,1,0.1,\n')
  t.match(await run('outlier'), /^id,f0,f1,x_prediction,x_score,x_decision,x_defaulted\n1,0.25,,-1,.*\n2,0.75,1,1,-0.0625,0.4375,\n$/)
  t.match(await run('two-outputs'), /x_prediction_0,x_probability_0_low,x_probability_0_high,x_prediction_1,x_probability_1_1/)
})

const files = readVariable('RECALL_FILES')
if (files === undefined) t.pass('skipped: RECALL_FILES names no folder', { skip: 'RECALL_FILES is not set' })
else {
  t.test("the RECALL service's own answers", async t => {
    const cwd = t.testdir()
    const cli = join(import.meta.dirname, '..', '..', 'tools', 'cli.js')
    const pickles = ['telco_pipeline_model.pkl', 'rf_churn_risk_model.pkl', 'label_encoders.pkl', 'scaler.pkl']
    const paths = pickles.map(file => join(files, 'recall-models', file))
    await promisify(execFile)(process.execPath, [cli, 'convert', '--out', cwd, ...paths])
    for (const { model, path, fields } of ROUTES) {
      const golden: Array<Record<string, unknown> & { request: Record<string, string | number | null> }> = []
      for await (const line of createInterface({ input: createReadStream(join(files, 'golden', `${path.slice(1)}.ndjson`)) })) {
        golden.push(JSON.parse(line) as typeof golden[number])
      }
      const cells = golden.map(({ request }) => COLUMNS.map(name => String(request[name] ?? '')))
      const inputs = { csv: toCsv([COLUMNS, ...cells]), ndjson: golden.map(({ request }) => `${JSON.stringify(request)}\n`).join('') }
      for (const [format, input] of Object.entries(inputs)) {
        const { stdout, stderr } = await score(['--model', model, '--format', format], { cwd, input, env: { MODEL_PATH: cwd } })
        const text = stdout.toString()
        const scored: Answer[] = format === 'csv'
          ? parse(text, { columns: true, cast: (value, { header }) => header || value === '' || Number.isNaN(Number(value)) ? value : Number(value) })
          : text.trimEnd().split('\n').map(line => JSON.parse(line) as Answer)
        t.equal(scored.length, 1000, stderr)
        golden.forEach((expected, i) => {
          for (const field of fields) {
            if (!Object.is(scored[i][field], expected[field])) t.equal(scored[i][field], expected[field], `row ${i}, ${field}`)
          }
        })
      }
    }
  })
}
