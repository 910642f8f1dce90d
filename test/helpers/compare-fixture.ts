import type { Test } from 'tap'
import { createModel } from '../../src/model/create-model.js'
import { convertFiles } from '../../tools/convert/convert.js'
import { firstDifference } from './bits.js'
import { fixturePath, readFixtureJson } from './fixtures.js'

/** What a model's own library answered to some rows: NAME.json beside NAME.pkl. */
interface Expected {
  columns: string[]
  rows: Array<Array<number | string | null>>
  values: number[][]
  /** Absent for regressors. */
  labels: unknown[] | null
}

/**
 * Converts a pickle of the fixtures and asks it its 40 rows: the same bits, the same labels.
 * @param file path of the pickle within the fixtures
 */
export async function compareFixture(t: Test, file: string): Promise<void> {
  const { columns, rows, values, labels } = readFixtureJson(file.replace(/\.pkl$/, '.json')) as Expected
  const [{ dump }] = await convertFiles([fixturePath(file)], { out: t.testdir() })
  const model = createModel(dump)
  t.equal(rows.length, 40)
  rows.forEach((row, i) => {
    const prediction = model.predict(Object.fromEntries(row.map((cell, c) => [columns[c], cell])))
    const wrong = firstDifference(prediction.values, values[i])
    if (wrong >= 0) t.fail(`row ${i}: expected ${values[i][wrong]}, computed ${prediction.values[wrong]}`)
    if (labels === null) return
    const predicted = model.outputs.map(({ classes }, o) => classes?.[prediction.classIndexes[o]])
    t.strictSame(predicted, [labels[i]].flat(), `row ${i}: labels`)
  })
}
