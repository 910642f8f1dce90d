/** Leaves that hold a linear model of the row's features (LightGBM's linear trees). */
import type { ForestDump } from '../dump/dump.js'

/** Up to here a feature counts as zero: LightGBM's kZeroThreshold. */
const ZERO = Math.fround(1e-35)

/** All leaves of a forest, in the order of their trees and nodes; those that hold no model have no terms. */
export interface LinearLeaves {
  /** [nLeaves] What the leaf adds where a feature is NaN, or without terms; and to which output. */
  readonly values: Float64Array
  readonly outputs: Int32Array
  /** [nLeaves] What the sum of its terms starts at. */
  readonly intercepts: Float64Array
  /** [nLeaves + 1] Leaf `l` owns the terms from `start[l]` up to `start[l + 1]`. */
  readonly start: Int32Array
  readonly features: Int32Array
  readonly coef: Float64Array
}

export function hasLinearLeaves({ trees }: Pick<ForestDump, 'trees'>): boolean {
  return trees.some(({ linearLeaves = [] }) => linearLeaves.length > 0)
}

/** @param forest as `validateForest` accepts it */
export function compileLinearLeaves({ trees }: ForestDump): LinearLeaves {
  const leaves = trees.flatMap(({ childrenLeft, value, output = 0, linearLeaves = [] }) => {
    const models = new Map(linearLeaves.map(model => [model.node, model]))
    const nodes = [...childrenLeft.keys()].filter(node => childrenLeft[node] === -1)
    return nodes.map((node, leaf) => ({ output, value: Number(value[leaf]), model: models.get(node) }))
  })
  const start = new Int32Array(leaves.length + 1)
  leaves.forEach(({ model }, leaf) => { start[leaf + 1] = start[leaf] + (model?.coef.length ?? 0) })
  return {
    values: Float64Array.from(leaves, ({ value }) => value),
    outputs: Int32Array.from(leaves, ({ output }) => output),
    intercepts: Float64Array.from(leaves, ({ model }) => model?.intercept ?? 0),
    start,
    features: Int32Array.from(leaves.flatMap(({ model }) => model?.features ?? [])),
    coef: Float64Array.from(leaves.flatMap(({ model }) => model?.coef ?? []))
  }
}

/**
 * Adds one leaf per tree, in tree order.
 * @param reached number of the leaf in the first `nTrees` places
 * @param rows has the row's features from `start` on
 * @param out has the sums so far from `outStart` on
 */
export function addLinearLeaves(
  leaves: LinearLeaves, reached: Int32Array, nTrees: number, rows: Float64Array, start: number,
  out: Float64Array, outStart: number
): void {
  for (let tree = 0; tree < nTrees; tree++) {
    const leaf = reached[tree]
    out[outStart + leaves.outputs[leaf]] += valueOf(leaves, leaf, rows, start)
  }
}

function valueOf(
  { values, intercepts, start, features, coef }: LinearLeaves, leaf: number, rows: Float64Array, rowStart: number
): number {
  const end = start[leaf + 1]
  if (start[leaf] === end) return values[leaf]
  let sum = intercepts[leaf]
  for (let i = start[leaf]; i < end; i++) {
    const x = rows[rowStart + features[i]]
    if (Number.isNaN(x)) return values[leaf]
    sum += coef[i] * (Math.abs(x) <= ZERO ? 0 : x)
  }
  return sum
}
