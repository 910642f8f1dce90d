/** What ColumnTransformer and FeatureUnion share: transformers side by side. */
import type { Frame } from '../common/frame.js'
import type { Located } from '../common/located.js'
import type { TransformContext } from '../common/transformer.js'

/** A transformer, or "passthrough", and the columns that it reads. */
export interface ColumnBlock {
  readonly name: string
  readonly transformer: Located
  readonly columns: readonly string[]
  /** What its output is multiplied by. */
  readonly weight: number | undefined
}

/** @returns the outputs of the blocks, one after the other */
export function joinBlocks(blocks: readonly ColumnBlock[], { frame, transform }: TransformContext): string[] {
  const left = countReaders(blocks)
  return blocks.flatMap(({ name, transformer, columns, weight }) => {
    // Steps change columns in place: all readers of a column but the last work on a copy.
    const own = columns.map(column => {
      const readers = (left.get(column) ?? 1) - 1
      left.set(column, readers)
      return readers > 0 ? frame.copy(column, name) : column
    })
    const outputs = transformer.value === 'passthrough' ? own : transform(transformer, own)
    if (weight !== undefined) pushWeight(outputs, weight, frame)
    return outputs
  })
}

function countReaders(blocks: readonly ColumnBlock[]): Map<string, number> {
  const readers = new Map<string, number>()
  for (const column of blocks.flatMap(block => block.columns)) readers.set(column, (readers.get(column) ?? 0) + 1)
  return readers
}

function pushWeight(columns: readonly string[], weight: number, frame: Frame): void {
  if (columns.length === 0) return
  if (weight === 0) frame.sparse.keepZeros(columns)
  frame.steps.push({ op: 'multiply', columns: [...columns], factor: columns.map(() => weight) })
  frame.compute(columns)
}

/** `transformer_weights`, by the transformers' names. */
export function readWeights(estimator: Located): (name: string) => number | undefined {
  const weights = estimator.attr('transformer_weights')
  if (weights.isNone) return () => undefined
  const known = weights.keys()
  return name => known.includes(name) && !weights.key(name).isNone ? weights.key(name).number() : undefined
}
