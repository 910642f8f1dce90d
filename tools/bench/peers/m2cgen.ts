/** The forest as JavaScript source that m2cgen wrote. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { runPeer } from './harness.js'

await runPeer<number[][], number[][]>(({ folder, nFeatures }) => {
  const score = createRequire(import.meta.url)(join(folder, 'forest.js')) as (row: number[]) => number[]
  return Promise.resolve({
    version: '0.10.0',
    // As scikit-learn does, whose thresholds these are.
    prepare: (rows, nRows) => Array.from({ length: nRows }, (_, i) =>
      Array.from(rows.subarray(i * nFeatures, (i + 1) * nFeatures), Math.fround)),
    predict: rows => rows.map(score),
    values: outputs => outputs.flat()
  })
})
