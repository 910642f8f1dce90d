import type { Provenance } from '../../../src/dump/dump.js'
import type { Frame } from './frame.js'
import type { ConvertedEstimator, Progress } from './estimator.js'
import type { SourceFile } from './source-file.js'

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
export interface Part<File extends SourceFile> {
  /** For messages, such as "a StandardScaler of the six churn columns". */
  readonly what: string
  matches(file: File): boolean
}

/**
 * How several files make one model: which encoders belong to which field, derived features, column order, fallbacks,
 * labels, and what the inputs are called, their units and ranges.
 */
export interface Recipe<File extends SourceFile = SourceFile> {
  readonly name: string
  /** The only ones that its parts are asked about. */
  readonly kinds: ReadonlyArray<File['kind']>
  readonly parts: ReadonlyArray<Part<File>>
  /**
   * @param files one for each part, in order
   * @throws ConvertError when the files do not fit together
   */
  build(files: readonly File[], progress: Progress): Converted
}
