import type { Estimator } from '../../../src/dump/dump.js'
import type { EstimatorContext } from './estimator.js'
import type { Frame } from './frame.js'
import type { Located } from './located.js'

/** What converters of transformers work on. */
export interface TransformContext {
  readonly frame: Frame
  /** Converts a nested transformer of any supported class. */
  readonly transform: (estimator: Located, columns: readonly string[]) => string[]
  /** Converts a predictor whose answer the transformer computes with. */
  readonly predict: (estimator: Located, columns: readonly string[]) => Estimator
  /** Notes that a value is used, which a file may do once: see {@link EstimatorContext}. */
  readonly claim: EstimatorContext['claim']
  /** `feature_importances_` of a predictor of LightGBM, float64, or XGBoost, float32; undefined for any other. */
  readonly boosterImportances: (estimator: Located, nFeatures: number) => Float64Array | Float32Array | undefined
}

/**
 * Appends a fitted transformer's steps to the frame.
 * @param columns names of the columns that go in, in the order it was fitted on
 * @returns names of the columns that come out, in order
 * @throws ConvertError for an option that cannot be reproduced
 */
export type ConvertTransformer = (
  estimator: Located,
  columns: readonly string[],
  context: TransformContext
) => string[]
