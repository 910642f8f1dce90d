import type { Estimator } from '../../../src/dump/dump.js'
import { listForests } from '../../../src/dump/list-forests.js'

/** What the trees compare each column with, by its name, in no order. */
export function listThresholds(model: Estimator): Map<string, number[]> {
  const found = new Map<string, number[]>()
  for (const { features, trees } of listForests(model)) {
    for (const name of features) if (!found.has(name)) found.set(name, [])
    for (const { childrenLeft, feature, threshold } of trees) {
      feature.forEach((f, node) => {
        if (childrenLeft[node] !== -1) found.get(features[f])?.push(Number(threshold[node]))
      })
    }
  }
  return found
}
