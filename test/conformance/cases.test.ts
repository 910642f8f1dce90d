/**
 * Situations that people reported to other projects, where this machine has them: RECALL_FILES names a folder with
 * `cases/NAME/` (`model.*`, and `case.json` with requests and the library's answers) and `cases-csv/` (models beside
 * tables of answers). They are not published; test/fixtures has small ones of the same kinds.
 *
 *     RECALL_FILES=FOLDER npx tap dist/test/conformance/cases.test.js
 *
 * CASES is a regular expression that picks some of them by name.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { loadEntries } from '../../src/model/registry.js'
import type { Row } from '../../src/model/types.js'
import { convertFiles } from '../../tools/convert/convert.js'
import { ConvertError } from '../../tools/convert/errors/convert-error.js'
import { runVerify } from '../../tools/verify.js'
import { build, post } from '../helpers/app.js'
import { readVariable } from '../helpers/environment.js'

interface Case {
  situation: string
  rows: Array<{ request: Row, right: Record<string, unknown> }>
}

/** Files that can be read in two ways: to refuse them, saying what to do, is right as well. */
const AMBIGUOUS = /^(dict_|d_|concat_|lgbm_ordered_int_silent$|cat_xgb_int_native-old$)/

const folder = readVariable('RECALL_FILES')
const chosen = new RegExp(readVariable('CASES') ?? '')

if (folder === undefined) t.pass('skipped: RECALL_FILES names no folder', { skip: 'RECALL_FILES is not set' })
else {
  for (const name of listFolder(join(folder, 'cases'))) t.test(name, async t => compareCase(t, join(folder, 'cases', name), name))
  for (const file of listFolder(join(folder, 'cases-csv')).filter(file => file.endsWith('.csv'))) {
    t.test(file, async t => compareTable(t, join(folder, 'cases-csv'), file))
  }
}

function listFolder(path: string): string[] {
  if (!existsSync(path)) return []
  return readdirSync(path).filter(name => name !== 'README.md' && chosen.test(name)).sort()
}

/** Converts the file, serves it, and asks each request over HTTP. */
async function compareCase(t: Test, path: string, name: string): Promise<void> {
  const { situation, rows } = JSON.parse(readFileSync(join(path, 'case.json'), 'utf8')) as Case
  t.comment(situation)
  const out = join(t.testdir(), 'out')
  const model = readdirSync(path).find(file => file.startsWith('model.')) ?? t.fail('no model')
  try {
    await convertFiles([join(path, String(model))], { out, name: 'model' })
  } catch (error) {
    if (!(error instanceof ConvertError)) throw error
    const advice = error.hint ?? ''
    t.comment(`${error.message} ${advice}`)
    t.ok(AMBIGUOUS.test(name) && advice !== '', `converted, or refused with advice where two readings are possible: ${error.message}`)
    return
  }
  const app = await build(t, {}, await loadEntries(out, []))
  for (const [i, { request, right }] of rows.entries()) {
    const response = await post(app, '/models/model/predict', request)
    const answer = response.json<Record<string, unknown>>()
    const wrong = findDifference(answer, right)
    if (response.statusCode !== 200 || wrong !== undefined) {
      t.fail(`row ${i}: ${wrong ?? ''} ${response.statusCode} ${response.body.slice(0, 300)}, expected ${JSON.stringify(right)}`)
      return
    }
  }
  t.ok(rows.length > 0, `${rows.length} rows`)
}

async function compareTable(t: Test, path: string, file: string): Promise<void> {
  const out = t.testdir()
  const name = file.replace(/\.csv$/, '')
  const model = readdirSync(path).find(other => other.startsWith(`${name}.`) && other !== file) ?? ''
  const [{ path: dump }] = await convertFiles([join(path, model)], { out })
  t.equal(await runVerify(dump, { csv: join(path, file) }), 0)
}

/** The first of the right answer's parts that is not the same bits. */
function findDifference(answer: Record<string, unknown>, right: Record<string, unknown>): string | undefined {
  for (const [key, expected] of Object.entries(right)) {
    const outputs = answer.outputs as Array<Record<string, unknown>> | undefined
    const actual = key === 'value' && Array.isArray(expected) ? outputs?.map(({ value }) => value) : answer[key]
    if (!isSame(actual, expected)) return `${key}: ${JSON.stringify(actual)}`
  }
  return undefined
}

function isSame(actual: unknown, expected: unknown): boolean {
  if (Array.isArray(expected)) {
    return Array.isArray(actual) && actual.length === expected.length &&
      expected.every((item, i) => isSame(actual[i], item))
  }
  if (typeof expected === 'object' && expected !== null) {
    const object = actual as Record<string, unknown> | undefined
    return Object.entries(expected).every(([key, item]) => isSame(object?.[key], item))
  }
  // JSON.parse rounds such an integer, and the service answers labels of that size as text.
  if (typeof expected === 'number' && Number.isInteger(expected) && !Number.isSafeInteger(expected)) {
    return typeof actual === 'string' && Number(actual) === expected
  }
  return Object.is(actual, expected)
}
