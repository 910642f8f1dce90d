/** ml-random-forest, on a forest of its own. What is timed is `predict`, which gives the class. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { runPeer } from './harness.js'

/** What is used of the package. */
interface Forest {
  predict(rows: number[][]): number[]
  /** Class that each tree votes for. */
  predictionValues(rows: number[][]): { to2DArray(): number[][] }
}

const require = createRequire(import.meta.url)
const { RandomForestClassifier } = require('ml-random-forest') as
  { RandomForestClassifier: { load(json: unknown): Forest } }

await runPeer<number[][], number[][]>(({ folder, nFeatures, nOutputs }) => {
  const forest = RandomForestClassifier.load(JSON.parse(readFileSync(join(folder, 'forest.json'), 'utf8')))
  return Promise.resolve({
    version: (require('ml-random-forest/package.json') as { version: string }).version,
    prepare: (rows, nRows) => Array.from({ length: nRows }, (_, i) =>
      Array.from(rows.subarray(i * nFeatures, (i + 1) * nFeatures))),
    predict: rows => {
      forest.predict(rows)
      return rows
    },
    values: rows => {
      // Its predictProbability begins its count with the first tree's class instead of 0: these are the votes themselves.
      const votes = forest.predictionValues(rows).to2DArray()
      return votes.flatMap(row => Array.from({ length: nOutputs }, (_, label) =>
        row.filter(vote => vote === label).length / row.length))
    }
  })
})
