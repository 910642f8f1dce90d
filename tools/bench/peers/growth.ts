/** `node growth.js ROOT SIZE BATCH MILLISECONDS`: nanoseconds a row of a synthetic forest. */
import { FEATURES, makeForest, makeRows, type Size } from '../lib/synthetic.js'
import { timeCalls } from './harness.js'
import { loadEvaluator } from './load-evaluator.js'

/** As in recall-ml.ts. */
interface Evaluator {
  compileForest: (forest: unknown) => object
  predictRows: (forest: object, rows: Float64Array, nRows: number, out: Float64Array) => void
}

const [root, size, batchText, milliseconds] = process.argv.slice(2)
const { compileForest, predictRows } = await loadEvaluator<Evaluator>(root, ['compile.js', 'walk.js'])
const shape = JSON.parse(size) as Size
const batch = Number(batchText)
const forest = compileForest(makeForest(shape))
const rows = makeRows(Math.max(1000, batch))
const inputs = Array.from({ length: Math.max(1, Math.floor(1000 / batch)) }, (_, i) =>
  rows.subarray(i * batch * FEATURES, (i + 1) * batch * FEATURES))
const out = new Float64Array(batch * shape.classes)
const predict = (input: Float64Array) => predictRows(forest, input, batch, out)
const ns = await timeCalls({ predict }, inputs, Number(milliseconds))
process.stdout.write(`${ns / batch}\n`)
