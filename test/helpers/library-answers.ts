/** Model files beside what their library answers to some rows: NAME and NAME.expected.json. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import type { Dump, Input } from '../../src/dump/dump.js'
import { createModel } from '../../src/model/create-model.js'
import type { Row } from '../../src/model/types.js'
import { convertFiles } from '../../tools/convert/convert.js'
import { ConvertError } from '../../tools/convert/errors/convert-error.js'
import { firstDifference } from './bits.js'
import { fixturePath, readFixtureJson } from './fixtures.js'

const EXPECTED = '.expected.json'

interface LibraryAnswers {
  columns: string[]
  rows: Array<Array<number | string | boolean | null>>
  values: number[][]
  labels: unknown[] | null
}

/** The models of a folder of fixtures. */
export function listAnswered(folder: string): string[] {
  return readdirSync(fixturePath(folder))
    .filter(name => name.endsWith(EXPECTED)).map(name => name.slice(0, -EXPECTED.length))
}

function readAnswers(folder: string, name: string): LibraryAnswers | { error: string } {
  return readFixtureJson(`${folder}/${name}${EXPECTED}`) as LibraryAnswers | { error: string }
}

/** @param t whose folder is made already */
export async function convertPath(t: Test, path: string): Promise<Dump> {
  const [{ dump }] = await convertFiles([path], { out: join(t.testdirName, 'out') })
  return dump
}

/** Asserts that a fixture has its library's bits, or is refused as it has to be. */
export async function checkAnswers(t: Test, folder: string, name: string): Promise<void> {
  t.testdir({})
  const expected = readAnswers(folder, name)
  if ('error' in expected) return checkRefused(t, fixturePath(`${folder}/${name}`), expected.error)
  const model = createModel(await convertPath(t, fixturePath(`${folder}/${name}`)))
  const { columns, rows, values, labels } = expected
  t.equal(rows.length, 20)
  rows.forEach((row, i) => {
    const fields: Row = Object.fromEntries(row.map((cell, c) => [columns[c], cell]))
    const prediction = model.predict(fields)
    const wrong = firstDifference(prediction.values, values[i])
    if (wrong >= 0) t.fail(`row ${i}: expected ${values[i][wrong]}, computed ${prediction.values[wrong]}`)
    const inputOf = (column: string) => model.inputs.find(({ name }) => name === column)
    const nGaps = row.filter((cell, c) => cell === null || isUnknown(cell, inputOf(columns[c]))).length
    if ((prediction.defaulted?.length ?? 0) > nGaps) t.fail(`row ${i}: ${prediction.defaulted?.join()} counted as missing`)
    if (labels === null) return
    const predicted = model.outputs.map(({ classes }, o) => classes?.[prediction.classIndexes[o]])
    t.strictSame(predicted.map(toText), [labels[i]].flat().map(toText), `row ${i}: labels`)
  })
}

/** Whether it is a text that is none of the input's categories. */
function isUnknown(cell: unknown, input: Input | undefined): boolean {
  return typeof cell === 'string' && input?.type === 'category' && !input.categories.includes(cell)
}

/** LightGBM has numbers for True and False. */
function toText(label: unknown): string {
  return String(typeof label === 'boolean' ? Number(label) : label)
}

/** Asserts that a file is refused, with this message and advice. */
export async function checkRefused(t: Test, path: string, message: string | RegExp): Promise<void> {
  const error: unknown = await convertPath(t, path).catch((error: unknown) => error)
  if (!(error instanceof ConvertError)) throw new Error('expected a refusal')
  t.match(error.message, message)
  t.ok(error.hint, 'says what to do')
}
