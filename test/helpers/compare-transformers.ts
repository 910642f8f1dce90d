/** Fitted transformers of a fixture, case by case, against what their own library gave. */
import { gunzipSync } from 'node:zlib'
import type { Test } from 'tap'
import type { Step } from '../../src/dump/steps.js'
import type { Input } from '../../src/dump/dump.js'
import { InputError, type Row } from '../../src/errors/input-error.js'
import { createStepTools } from '../../src/model/create-step-tools.js'
import { compilePipeline } from '../../src/pipeline/pipeline.js'
import { countUlps } from '../../src/arithmetic/ulps.js'
import { Frame } from '../../tools/convert/common/frame.js'
import type { Located } from '../../tools/convert/common/located.js'
import { convertTransformer } from '../../tools/convert/registry/registry.js'
import { readVariable } from './environment.js'
import { fixturePath, readFixture } from './fixtures.js'
import { readRoot } from './read-root.js'

/** What a caller sends. */
type Cell = string | number | null

/** What came out of one case, by version. */
interface Case {
  /** How many units in the last place may differ; 0 unless a logarithm or the like is involved. */
  ulps: number
  outputs: Array<{
    versions: string[]
    columns: string[]
    rows: Cell[][]
    refused: Cell[][]
    values: Array<Array<number | string>>
  }>
}

const only = readVariable('ONLY_CASE')

/** A transformer alone, as the steps that a dump would have. */
export function convertAlone(
  transformer: Located, columns: string[]
): { inputs: Input[], steps: Step[], outputs: string[] } {
  const frame = new Frame()
  for (const name of columns) frame.addInput({ name, type: 'number' })
  const outputs = convertTransformer(transformer, columns, frame)
  // What comes after takes missing values.
  frame.acceptMissing(outputs)
  return { inputs: frame.allInputs, steps: frame.steps, outputs }
}

/**
 * A test per case: the bits of every column, and the refusal of the rows that are errors to the library.
 * @param folder FOLDER/FOLDER-VERSION.joblib is a dict of transformers, FOLDER/expected.json.gz what came out
 * @returns by case, how many units in the last place a value was off at most, where it was
 */
export async function compareTransformers(
  t: Test, folder: string, versions: readonly string[]
): Promise<Map<string, number>> {
  const cases = JSON.parse(gunzipSync(readFixture(`${folder}/expected.json.gz`)).toString()) as Record<string, Case>
  const worst = new Map<string, number>()
  for (const version of versions) {
    const root = await readRoot(fixturePath(`${folder}/${folder}-${version}.joblib`))
    for (const [name, { ulps, outputs }] of Object.entries(cases)) {
      if (only !== undefined && !name.includes(only)) continue
      const expected = outputs.find(({ versions }) => versions.includes(version))
      if (expected === undefined) continue
      void t.test(`${version}: ${name}`, async t => {
        worst.set(name, Math.max(worst.get(name) ?? 0, compareCase(t, root.key(name), ulps, expected)))
      })
    }
  }
  return worst
}

function compareCase(t: Test, transformer: Located, ulps: number, expected: Case['outputs'][number]): number {
  const { inputs, steps, outputs } = convertAlone(transformer, expected.columns)
  const pipeline = compilePipeline({ inputs, steps }, outputs, createStepTools())
  const toRow = (cells: Cell[]): Row => Object.fromEntries(cells.map((cell, i) => [expected.columns[i], cell]))
  const features = new Float64Array(outputs.length)
  let worst = 0
  t.equal(outputs.length, expected.values[0].length, 'as many columns')
  expected.rows.forEach((cells, i) => {
    pipeline.run(toRow(cells), features)
    const wrong = expected.values[i].findIndex((cell, c) => {
      const value = Number(cell)
      if (Object.is(value, features[c])) return false
      const distance = countUlps(value, features[c])
      worst = Math.max(worst, distance)
      return Number.isNaN(value) || !(distance <= ulps)
    })
    if (wrong >= 0) {
      t.fail(`row ${i}, ${outputs[wrong]}: ${expected.values[i][wrong]} expected, ${features[wrong]} computed`, { cells })
    }
  })
  for (const cells of expected.refused) {
    // An input that reaches no column is not looked at.
    const first = expected.rows[0]
    if (expected.columns.every((column, i) => pipeline.usedInputs.has(column) || cells[i] === first[i])) {
      t.throws(() => pipeline.run(toRow(cells), features), InputError, `refused: ${JSON.stringify(cells)}`)
    }
  }
  return worst
}
