import type { Columns, Dump, Estimator, ForestDump, Linear } from './dump.js'

/** A part of an estimator that reads columns itself. */
export type Reader = ForestDump | Linear | Columns

/** Every part of an estimator that reads columns, in order. */
export function listReaders(estimator: Estimator): Reader[] {
  switch (estimator.kind) {
    case 'forest':
    case 'linear':
    case 'columns': return [estimator]
    case 'constant': return []
    case 'boosted': return [...listReaders(estimator.init), estimator.forest]
    case 'calibrated':
    case 'thresholded':
    case 'transformed': return listReaders(estimator.member)
    default: return estimator.members.flatMap(listReaders)
  }
}

/** Every forest of an estimator, in order. */
export function listForests(estimator: Estimator): ForestDump[] {
  return listReaders(estimator).filter(reader => reader.kind === 'forest')
}

/** The predictors of a dump: those whose answers become columns, in order, and the model itself. */
export function listPredictors({ steps, model }: Pick<Dump, 'steps' | 'model'>): Estimator[] {
  return [...steps.flatMap(step => step.op === 'predict' ? [step.model] : []), model]
}

/** The columns that an estimator and all its members read, each once. */
export function listFeatures(estimator: Estimator): string[] {
  if (estimator.kind === 'forest') return estimator.features
  return [...new Set(listReaders(estimator).flatMap(reader =>
    reader.kind === 'columns' && reader.label !== undefined ? [...reader.features, reader.label] : reader.features))]
}
