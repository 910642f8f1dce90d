/**
 * Typical files of today's ecosystem in all formats, where this machine has them: RECALL_FILES names a folder with
 * `cases-formats/`, which has models, folders of MLflow, and `answers.json` with what their libraries answer. They are
 * not published; test/fixtures has small ones of the same kinds.
 *
 *     RECALL_FILES=FOLDER npx tap dist/test/conformance/formats.test.js
 *
 * CASES is a regular expression that picks some of them by name.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Dump } from '../../src/dump/dump.js'
import { createModel } from '../../src/model/create-model.js'
import type { Row } from '../../src/model/types.js'
import { convertFiles } from '../../tools/convert/convert.js'
import { readVariable } from '../helpers/environment.js'

/** The last bits of a dot product depend on the BLAS, whose order of summation is its own. */
const WITH_DOT_PRODUCTS = 'logreg'
const TOLERANCE = 1e-15

interface Answers {
  /** By column, or in the order of the columns for a model that was fitted on an array. */
  rows: Array<Row | number[]>
  predict?: unknown[]
  /** Of several outputs a list each. */
  predict_proba?: number[][] | number[][][]
  classes?: unknown[]
}

const given = readVariable('RECALL_FILES')
const folder = join(given ?? '', 'cases-formats')
const chosen = new RegExp(readVariable('CASES') ?? '')

if (given === undefined || !existsSync(folder)) t.pass('skipped: no cases-formats', { skip: 'RECALL_FILES is not set' })
else {
  const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'))
  const pipe = read('pipe-answers.json') as Answers
  const answers: Record<string, Answers | undefined> = {
    ...read('answers.json') as Record<string, Answers>, pipe, 'pipe-deflated': pipe
  }
  const files = readdirSync(folder).filter(name => !/\.(json|md)$/.test(name) && chosen.test(name)).sort()
  for (const file of files) t.test(file, async t => compareFile(t, file, answers[file.replace(/\.\w+$/, '')]))
  t.test('one model in all of the formats of MLflow is one dump', async t => {
    const dumps = await Promise.all(files.filter(file => /^mlflow-(skops|pickle|cloudpickle)$/.test(file)).map(async file => convertFile(t, file)))
    const texts = dumps.map(({ inputs, steps, model, golden, outputs }) =>
      JSON.stringify({ inputs, steps, model, golden, outputs }))
    t.equal(new Set(texts).size, Math.min(1, texts.length))
  })
}

async function convertFile(t: Test, file: string): Promise<Dump> {
  const [{ dump }] = await convertFiles([join(folder, file)], { out: join(t.testdir(), file) })
  return dump
}

async function compareFile(t: Test, file: string, answers: Answers | undefined): Promise<void> {
  const dump = await convertFile(t, file)
  t.ok(dump.golden.length > 0)
  if (answers === undefined) return
  const model = createModel(dump)
  const tolerance = file.includes(WITH_DOT_PRODUCTS) ? TOLERANCE : 0
  const isClose = (a: number, b: number) => Object.is(a, b) || (tolerance > 0 && Math.abs(a - b) <= tolerance)
  for (const [i, row] of answers.rows.entries()) {
    const input = Array.isArray(row) ? Object.fromEntries(dump.inputs.map(({ name }, c) => [name, row[c]])) : row
    const { values, classIndexes } = model.predict(input)
    const expected = valuesOf(answers, i)
    const wrong = [...values].findIndex((value, v) => !isClose(value, expected[v]))
    if (wrong >= 0 || values.length !== expected.length) {
      t.fail(`row ${i}: expected ${expected.join(', ')}, computed ${[...values].join(', ')}`)
    }
    if (answers.classes === undefined || answers.predict === undefined) continue
    t.strictSame(model.outputs.map(({ classes }, o) => classes?.[classIndexes[o]]), [answers.predict[i]].flat(), `row ${i}`)
  }
}

/** The probabilities of a row, of all outputs one after the other, or its number. */
function valuesOf({ predict, predict_proba: probabilities }: Answers, row: number): number[] {
  if (probabilities === undefined) return [predict?.[row]].flat() as number[]
  if (!Array.isArray(probabilities[0][0])) return probabilities[row] as number[]
  return (probabilities as number[][][]).flatMap(output => output[row])
}
