/**
 * The RECALL service's own model files and answers, where this machine has them: RECALL_FILES names a folder with
 * `recall-models/` (the four .pkl files) and `golden/` (requests with scikit-learn's answers). They are not published.
 */
import { execFile } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import t from 'tap'
import { createModel } from '../../src/model/create-model.js'
import { parseDump } from '../../src/model/parse-dump.js'
import type { Row } from '../../src/model/types.js'
import { firstDifference } from '../helpers/bits.js'
import { readVariable } from '../helpers/environment.js'
import { startListening } from '../helpers/service-process.js'

const folder = readVariable('RECALL_FILES')
const CLI = join(import.meta.dirname, '..', '..', 'tools', 'cli.js')
const PICKLES = ['telco_pipeline_model.pkl', 'rf_churn_risk_model.pkl', 'label_encoders.pkl', 'scaler.pkl']
const MAX_BYTES = 6_000_000

/** A request with scikit-learn's answer: the fields of the service's answer, and the probabilities for offers. */
type Golden = { request: Row, probabilities?: number[] } & Record<string, unknown>

if (folder === undefined) t.pass('skipped: RECALL_FILES names no folder', { skip: 'RECALL_FILES is not set' })
else {
  t.test('the RECALL files, from .pkl to HTTP', async t => {
    const out = t.testdir()
    const files = PICKLES.map(file => join(folder, 'recall-models', file))
    const start = performance.now()
    const { stdout } = await promisify(execFile)(process.execPath, [CLI, 'convert', '--out', out, ...files])
    t.comment(`converted in ${Math.round(performance.now() - start)} ms\n${stdout}`)

    const sizes = await Promise.all(['recommend', 'churn'].map(async name => (await stat(join(out, `${name}.json`))).size))
    t.ok(sizes[0] + sizes[1] <= MAX_BYTES, `the dumps have ${sizes[0] + sizes[1]} bytes, at most ${MAX_BYTES}`)

    const began = performance.now()
    const { port } = await startListening(t, { MODEL_PATH: out, LOG_LEVEL: 'info' })
    t.comment(`listening after ${Math.round(performance.now() - began)} ms`)
    const routes = [
      { dump: 'recommend', route: 'recommend', fields: ['offer_name', 'confidence'] },
      { dump: 'churn', route: 'predict', fields: ['risk_score', 'prediction', 'risk_category'] }
    ]
    for (const { dump, route, fields } of routes) {
      const model = createModel(parseDump(await readFile(join(out, `${dump}.json`), 'utf8')))
      const url = `http://127.0.0.1:${port}/${route}`
      const goldens: Golden[] = []
      const checkAnswer = (way: string, row: number, answer: Record<string, unknown>, golden: Golden) => {
        for (const field of fields) {
          if (Object.is(answer[field], golden[field])) continue
          t.fail(`${way}, row ${row}: ${field} is ${String(answer[field])}, expected ${String(golden[field])}`)
        }
      }
      let rows = 0
      for await (const golden of readGolden(join(folder, 'golden', `${route}.ndjson`))) {
        rows++
        const { values: probabilities } = model.predict(golden.request)
        const expected = golden.probabilities ?? [probabilities[0], golden.risk_score as number]
        const wrong = firstDifference(probabilities, expected)
        if (wrong >= 0) t.fail(`row ${rows}: class ${wrong} is ${probabilities[wrong]}, expected ${expected[wrong]}`)
        checkAnswer('alone', rows, await post(url, golden.request), golden)
        goldens.push(golden)
      }
      const { predictions } = await post(`${url}/batch`, { instances: goldens.map(({ request }) => request) })
      const batch = predictions as Array<Record<string, unknown>>
      const stream = await postLines(`${url}/batch`, goldens.map(({ request }) => request))
      t.strictSame([batch.length, stream.length], [rows, rows], `${route}: answers of a batch and of a stream`)
      for (const [i, golden] of goldens.entries()) {
        checkAnswer('in a batch', i + 1, batch[i], golden)
        checkAnswer('in a stream', i + 1, stream[i], golden)
      }
      t.equal(rows, 1000, `${route}: rows whose bits are scikit-learn's`)
    }
  })
}

async function* readGolden(path: string): AsyncIterable<Golden> {
  for await (const line of createInterface({ input: createReadStream(path) })) {
    if (line !== '') yield JSON.parse(line) as Golden
  }
}

async function post(url: string, body: Row): Promise<Record<string, unknown>> {
  const response = await fetch(url, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body)
  })
  return await response.json() as Record<string, unknown>
}

async function postLines(url: string, rows: readonly Row[]): Promise<Array<Record<string, unknown>>> {
  const body = rows.map(row => JSON.stringify(row)).join('\n')
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body })
  return (await response.text()).trim().split('\n').map(line => JSON.parse(line) as Record<string, unknown>)
}
