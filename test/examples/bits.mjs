/** Plain JavaScript, for engines that others wrote. */
import { createModel } from 'recall-ml/core'

/**
 * Opens a dump, which compares its golden rows, and gives its name and a hash of the bits of all answers to these.
 * @param {{ golden: Array<{ input: object }> }} dump
 */
export async function hashAnswers(dump) {
  const model = await createModel(dump)
  // A row without any field is proven too, but refused as a caller's.
  const rows = dump.golden.map(({ input }) => input).filter(row => Object.keys(row).length > 0)
  const bits = model.predictRows(rows).flatMap(answer =>
    [...new BigUint64Array(Float64Array.from(answer.probabilities ?? [answer.value ?? answer.score]).buffer)])
  return `${model.name} ${bits.reduce((sum, word) => BigInt.asUintN(64, sum * 31n + word), 0n).toString(16)}`
}
