/** What the service sees of a model. */
import type { Dump, Input, Output, Provenance } from '../dump/dump.js'
import type { ClassNumbers } from '../dump/probabilities.js'
import type { Row } from '../errors/input-error.js'

export type { Input, Label, Output, Provenance } from '../dump/dump.js'
export { InputError, type FieldProblem, type Row } from '../errors/input-error.js'
export { findOriginals } from '../pipeline/original-names.js'

export interface Prediction {
  /**
   * [nValues] float64, scikit-learn's bits. Of a classifier the probabilities of each output's classes, output after
   * output; of a regressor one value per output; of an outlier detector its score and its decision. Owned by the model
   * and overwritten by its next row: read it at once.
   */
  readonly values: Float64Array
  /**
   * [nOutputs] Index of the predicted class of each output that has classes: mostly the first maximum of its
   * probabilities. Owned by the model as well.
   */
  readonly classIndexes: Int32Array
  /** Fields that counted as their fallback, in input order; undefined when there are none. */
  readonly defaulted: string[] | undefined
}

/** What came of one row among many. */
export type RowResult<Item> = {
  readonly item: Item
  readonly prediction: Prediction
  /** The row, when it has none of the model's fields: see `isUnrelated`. */
  readonly unrelated: Row | undefined
} | {
  readonly item: Item
  readonly prediction: undefined
  /** What was thrown when the row was read or predicted. */
  readonly error: unknown
}

/** How much a feature counts, in scikit-learn's `feature_importances_`. */
export interface FeatureImportance {
  /** A column that the model reads, as the dump calls it. */
  readonly feature: string
  readonly importance: number
}

export interface Model {
  readonly name: string
  readonly description: string | undefined
  readonly inputs: readonly Input[]
  /** Names of the inputs that the answer depends on; the others are checked by the schema and otherwise ignored. */
  readonly usedInputs: ReadonlySet<string>
  readonly task: Dump['task']
  readonly outputs: readonly Output[]
  /**
   * What a classifier's values are: probabilities, or a decision function, -d and d of two classes. Undefined for votes
   * and distances, which are not answered, and for a model that is not a classifier.
   */
  readonly classNumbers: ClassNumbers
  /** Whether a threshold of the model's own decides between two classes, and not which of them is more probable. */
  readonly hasThreshold?: boolean
  readonly provenance: Provenance
  /** SHA-256 of the dump's content, where the dump has it. */
  readonly digest?: string | undefined
  readonly nTrees: number
  readonly nNodes: number
  readonly nFeatures: number
  /** In the order of the features; undefined when the dump has none. */
  readonly featureImportances?: readonly FeatureImportance[] | undefined
  /** Values that the model is known to take, by input; undefined when the dump has no golden rows. */
  readonly example?: Row | undefined
  /**
   * @param row the fields as sent; numbers must already be finite numbers or null, categories strings or null
   * @throws InputError naming each field whose value cannot be used (missing with no fallback, or a feature that is
   * not finite in the forest's precision)
   */
  predict(row: Row): Prediction
  /**
   * Predicts many rows, each as `predict` does, and gives their results in order. A forest that does not fit the caches
   * takes a block of rows through a few trees at a time, which is several times as fast.
   *
   * Does a short piece of work, or one row, whenever it is asked for the next value: whoever takes turns with others
   * looks at the clock in between. Other rows may be predicted meanwhile.
   * @param items what rows are read from; undefined where there is none, which only ends a piece of work. What they
   * throw is thrown after the results of the items before.
   * @param read gives the item's row, which is not used after the next item is read; what it throws is the item's
   * result
   * @returns results, and undefined after a piece of work that has none
   */
  predictRows<Item>(items: Iterable<Item | undefined>, read: (item: Item) => Row): Iterable<RowResult<Item> | undefined>
}

/** A model that the service was asked to serve: loaded, or the reason why it is not. */
export type ModelEntry =
  | {
    readonly name: string
    readonly path: string
    readonly model: Model
    /** Size of the dump. */
    readonly bytes: number
    readonly loadMs: number
  }
  | { readonly name: string, readonly path: string, readonly model: undefined, readonly reason: string }
