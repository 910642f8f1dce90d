import t from 'tap'
import { createStepTools } from '../../src/model/create-step-tools.js'
import { compilePipeline } from '../../src/pipeline/pipeline.js'
import { firstDifference } from '../helpers/bits.js'

const CASES: Array<[x: number, missing: number, wrap: number]> = [
  [0, 0, 0], [-0, 0, 0], [3, 3, 3], [3.999, 3, 3], [255, 255, 255], [256, 0, 0], [259.7, 3, 3], [1e9 + 3, 3, 3],
  [-0.5, NaN, 0], [-1, NaN, 255], [-253.9, NaN, 3], [-256, NaN, 0],
  // Beyond an int32 the processor's conversion gives its smallest value, whose low byte is 0.
  [2 ** 31 - 253, 3, 3], [2 ** 31 + 3, 0, 0], [2 ** 32 + 3, 0, 0], [1e300, 0, 0], [Infinity, 0, 0],
  [-(2 ** 31) + 3, NaN, 3], [-(2 ** 31) - 253, NaN, 0], [-Infinity, NaN, 0], [NaN, NaN, NaN]
]

for (const [negative, column] of [['missing', 1], ['wrap', 2]] as const) {
  t.test(`to-uint8 casts as C does on x86, negative: ${negative}`, async t => {
    const pipeline = compilePipeline({
      inputs: [{ name: 'x', type: 'number' }],
      steps: [{ op: 'to-uint8', columns: ['x'], negative }]
    }, ['x'], createStepTools())
    const features = new Float64Array(1)
    for (const row of CASES) {
      pipeline.run({ x: row[0] }, features)
      t.equal(firstDifference(features, [row[column]]), -1, `${row[0]} becomes ${features[0]}`)
    }
  })
}
