/** What a model's trees compare each of its columns with. */
import type { Dump, ForestDump } from '../../../src/dump/dump.js'
import { listPredictors, listReaders } from '../../../src/dump/list-forests.js'

export interface ColumnThresholds {
  /** Finite thresholds of all nodes that ask for the column, ascending, with repetitions. */
  readonly all: Float64Array
  /** Numbers that categorical splits know. */
  readonly categories: readonly number[]
  /** Whether values are rounded to float32 before they are compared. */
  readonly float32: boolean
  /** How they are compared. */
  readonly splits: ReadonlySet<Split>
}

export type Split = ForestDump['split']

/** Values on both sides of which a column of a linear model is looked at: it has no thresholds of its own. */
const LEVELS = [-2.3, -0.7, 0, 0.6, 1.9, 23]

/** [nColumns] */
export function listThresholds(dump: Pick<Dump, 'steps' | 'model'>, columns: readonly string[]): ColumnThresholds[] {
  const found = columns.map(() =>
    ({ all: [] as number[], categories: new Set<number>(), float32: false, splits: new Set<Split>() }))
  const places = new Map(columns.map((name, c) => [name, c]))
  const readers = listPredictors(dump).flatMap(listReaders)
  for (const { features } of readers.filter(({ kind }) => kind === 'linear')) {
    for (const name of features) {
      const column = found[places.get(name) ?? 0]
      column.all.push(...LEVELS)
      column.splits.add('<=')
    }
  }
  for (const { trees, features, precision, split, knownCategories } of readers.filter(reader => reader.kind === 'forest')) {
    const own = features.map(name => found[places.get(name) ?? 0])
    own.forEach((column, f) => {
      column.float32 ||= precision === 'float32'
      column.splits.add(split)
      for (const category of knownCategories?.[features[f]] ?? []) column.categories.add(category)
    })
    for (const { childrenLeft, feature, threshold, categoricalSplits } of trees) {
      const categorical = new Map(categoricalSplits?.map(({ node, left }) => [node, left]))
      for (let node = 0; node < feature.length; node++) {
        if (childrenLeft[node] === -1) continue
        const column = own[feature[node]]
        const left = categorical.get(node)
        if (left !== undefined) for (const category of left) column.categories.add(category)
        else if (Number.isFinite(Number(threshold[node]))) column.all.push(Number(threshold[node]))
      }
    }
  }
  return found.map(({ all, categories, ...rest }) =>
    ({ all: Float64Array.from(all).sort(), categories: [...categories].sort((a, b) => a - b), ...rest }))
}

/** At most `count` of the distinct values of a sorted array, the first and the last among them, evenly spread. */
export function pickSpread(sorted: Float64Array, count: number): number[] {
  const distinct = sorted.filter((value, i) => i === 0 || value !== sorted[i - 1])
  if (distinct.length <= count) return [...distinct]
  return Array.from({ length: count }, (_, i) => distinct[Math.round(i * (distinct.length - 1) / (count - 1))])
}
