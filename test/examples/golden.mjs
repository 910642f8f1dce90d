/**
 * Opens each dump that is given, which compares its golden rows, and prints the bits of all their answers. Plain
 * JavaScript, for engines that others wrote.
 */
import { readFileSync } from 'node:fs'
import { createModel } from 'recall-ml/core'

for (const file of process.argv.slice(2)) {
  const dump = JSON.parse(readFileSync(file, 'utf8'))
  const model = createModel(dump)
  // A row without any field is proven too, but refused as a caller's.
  const rows = dump.golden.map(({ input }) => input).filter(row => Object.keys(row).length > 0)
  const bits = model.predictRows(rows).flatMap(answer =>
    [...new BigUint64Array(Float64Array.from(answer.probabilities ?? [answer.value ?? answer.score]).buffer)])
  console.log(`${model.name} ${bits.reduce((sum, word) => BigInt.asUintN(64, sum * 31n + word), 0n).toString(16)}`)
}
