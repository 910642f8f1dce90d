/** What an estimator takes of its columns' values: scikit-learn refuses what is not finite, and so does this. */
import type { Estimator } from '../dump/dump.js'
import { listReaders, type Reader } from '../dump/list-forests.js'

/** What a column's value may be, once rounded. */
export interface FeatureLimits {
  readonly float32: boolean
  readonly missing: boolean
  readonly infinite: boolean
}

/** [nFeatures] For each of the columns, what the strictest of the parts that read it takes. */
export function listLimits(estimator: Estimator, features: readonly string[]): FeatureLimits[] {
  const readers = listReaders(estimator)
  return features.map(name => strictest(readers.filter(reader => reader.features.includes(name))))
}

export function fits(value: number, { float32, missing, infinite }: FeatureLimits): boolean {
  return Number.isFinite(float32 ? Math.fround(value) : value) || (Number.isNaN(value) ? missing : infinite)
}

function strictest(readers: readonly Reader[]): FeatureLimits {
  return {
    float32: readers.some(reader => reader.kind === 'forest' && reader.precision === 'float32'),
    missing: readers.every(reader => reader.kind === 'forest' && reader.trees[0].missingGoToLeft !== undefined),
    infinite: readers.every(reader => reader.kind === 'forest' && reader.acceptsInfinite === true)
  }
}
