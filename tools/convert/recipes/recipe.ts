import type { Provenance } from '../../../src/forest/dump.js'
import type { Frame } from '../sklearn/frame.js'
import type { ConvertedEstimator, Progress } from '../sklearn/estimator.js'
import type { SourceFile } from '../source-file.js'

/** What a recipe makes of its files; the converter adds provenance and golden rows. */
export interface Converted extends ConvertedEstimator {
  readonly name: string
  readonly description: string
  readonly frame: Frame
  /** What was found, outermost first, such as "Pipeline(ColumnTransformer, RandomForestClassifier)". */
  readonly estimator: string
  /** Undefined where the file does not say, or another library wrote it. */
  readonly sklearnVersion: string | undefined
  /** What stands beside the predictor in its file, and what it was taken for. */
  readonly beside?: NonNullable<Provenance['beside']>
}

/** One file that a recipe needs. */
export interface Part {
  /** For messages, such as "a StandardScaler of the six churn columns". */
  readonly what: string
  readonly matches: (file: SourceFile) => boolean
}

/**
 * How several files make one model: which encoders belong to which field, derived features, column order, fallbacks,
 * labels, and what the inputs are called, their units and ranges.
 */
export interface Recipe {
  readonly name: string
  readonly parts: readonly Part[]
  /**
   * @param files one for each part, in order
   * @throws ConvertError when the files do not fit together
   */
  readonly build: (files: readonly SourceFile[], progress: Progress) => Converted
}

