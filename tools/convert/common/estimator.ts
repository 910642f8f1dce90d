import type { Dump, Estimator, Label, Output } from '../../../src/dump/dump.js'
import type { Frame } from './frame.js'
import { Located } from './located.js'

/** Told how many of how many trees are done. */
export type Progress = (done: number, total: number) => void

/** A fitted predictor as a dump has it. */
export interface ConvertedEstimator {
  readonly task: Dump['task']
  readonly outputs: readonly Output[]
  readonly model: Estimator
  readonly featureImportances?: Dump['featureImportances']
}

/** What converters of predictors work on. */
export interface EstimatorContext {
  readonly frame: Frame
  readonly progress: Progress
  /** Notes that a value is used, which a file may do once: a small one could otherwise stand for a huge model. */
  readonly claim: (at: Located) => void
  /** Converts a nested predictor of any supported class, one among others that see the same columns. */
  readonly convert: (estimator: Located, columns: readonly string[]) => ConvertedEstimator
  /** Converts what another only wraps. */
  readonly unwrap: (estimator: Located, columns: readonly string[]) => ConvertedEstimator
}

/**
 * @param estimator fitted
 * @param columns names of the columns that it sees, in the order it was fitted on
 * @throws ConvertError for what cannot be reproduced, with the place in the file
 */
export type ConvertEstimator = (
  estimator: Located,
  columns: readonly string[],
  context: EstimatorContext
) => ConvertedEstimator

/** Whether scikit-learn's version is at least major.minor; `absent` when the file does not say. */
export function isVersion(estimator: Located, major: number, minor: number, absent = true): boolean {
  const version = estimator.sklearnVersion
  if (version === undefined) return absent
  return version[0] > major || (version[0] === major && version[1] >= minor)
}

/** `classes_` of a classifier with one output: the labels in the order of its probabilities. */
export function readLabels(estimator: Located): Label[] {
  return toLabels(estimator.attr('classes_'))
}

export function toLabels(classes: Located): Label[] {
  return classes.items().map(({ value, path }) => {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
    if (typeof value === 'bigint') return value.toString()
    return new Located(value, path).fail('a label that is a str, a number or a bool')
  })
}

/**
 * Names of the columns of the DataFrame that an estimator was fitted on; undefined when it was an array. For an array
 * LightGBM invents names, which ensembles and searches take over from it.
 */
export function readFittedNames(estimator: Located): string[] | undefined {
  const names = estimator.attr('feature_names_in_')
  if (names.isNone || isNumbered(names)) return undefined
  const texts = names.texts()
  return areInvented(texts) ? undefined : texts
}

/** Encoders of other packages call the columns of an array by their numbers. */
function isNumbered(names: Located): boolean {
  return Array.isArray(names.value) && names.items().every(({ value }) => typeof value === 'number')
}

/** Whether names of columns are those that LightGBM invents. */
export function areInvented(names: readonly string[]): boolean {
  return names.every((name, i) => name === `Column_${i}`)
}

/** Checks the number of columns against what the estimator was fitted on. */
export function checkColumns(estimator: Located, columns: readonly string[]): void {
  const fitted = estimator.anyAttr('n_features_in_', 'n_features_')
  if (!fitted.isAbsent && fitted.number() !== columns.length) {
    fitted.fail(`${columns.length} columns, as many as reach the estimator`)
  }
}
