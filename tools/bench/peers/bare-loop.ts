/**
 * `node bare-loop.js ROOT DUMPS ROUTE BODIES MILLISECONDS`: rows per second of the evaluator with JSON.parse before it and
 * JSON.stringify after it, which no service could exceed that is written in JavaScript.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** The model is that of whichever commit is measured, so only its shape is known here. */
interface Model {
  readonly outputs: ReadonlyArray<{ readonly classes: unknown[] }>
  predict(row: object): { values: Float64Array, classIndexes: Int32Array, defaulted: string[] | undefined }
}

const [root, dumps, route, bodies, milliseconds] = process.argv.slice(2)
const load = async (file: string) => await import(pathToFileURL(join(root, 'dist', 'src', 'model', file)).href) as object
const { createModel, parseDump } = { ...await load('create-model.js'), ...await load('parse-dump.js') } as {
  createModel: (dump: unknown) => Model
  parseDump: (text: string) => unknown
}
const dump = route === 'recommend' ? 'recommend' : 'churn'
const model = createModel(parseDump(readFileSync(join(dumps, `${dump}.json`), 'utf8')))
const [{ classes }] = model.outputs
const lines = readFileSync(bodies, 'utf8').trim().split('\n')

const answer = route === 'recommend' ? recommend : predict

// Half of the time for the compilers.
run(Number(milliseconds) / 2)
process.stdout.write(`${run(Number(milliseconds))}\n`)

function run(ms: number): number {
  const start = performance.now()
  let rows = 0
  let length = 0
  while (performance.now() - start < ms) {
    for (const line of lines) length += `${JSON.stringify(answer(JSON.parse(line) as object))}\n`.length
    rows += lines.length
  }
  if (length === 0) throw new Error('no answers')
  return rows / (performance.now() - start) * 1000
}

function recommend(row: object): object {
  const { values, classIndexes: [best], defaulted } = model.predict(row)
  const named = { status: 'success', offer_name: String(classes[best]), confidence: values[best], offer_type: 'AUTO_MAPPED' }
  return defaulted === undefined ? named : { ...named, defaulted }
}

function predict(row: object): object {
  const { values: [, score], defaulted } = model.predict(row)
  const category = score >= 0.6 ? 'HIGH' : score >= 0.3 ? 'MEDIUM' : 'LOW'
  const risk = { status: 'success', prediction: score > 0.5 ? 1 : 0, risk_score: score, risk_category: category }
  return defaulted === undefined ? { ...risk, result: risk } : { ...risk, result: risk, defaulted }
}
