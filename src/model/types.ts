/** What the service sees of a model. */
import type { Input, Label, Provenance } from '../forest/dump.js'
import type { Row } from '../pipeline/input-error.js'

export { InputError, type FieldProblem, type Row } from '../pipeline/input-error.js'

export interface Prediction {
  /**
   * [nClasses] float64, the bits of scikit-learn's `predict_proba`. Owned by the model and overwritten by its next
   * call: read it before the next `predict`.
   */
  readonly probabilities: Float64Array
  /** Index of the first maximum of `probabilities`, scikit-learn's `predict`. */
  readonly classIndex: number
  /** Fields that counted as their fallback, in input order; undefined when there are none. */
  readonly defaulted: string[] | undefined
}

export interface Model {
  readonly name: string
  readonly description: string | undefined
  readonly inputs: readonly Input[]
  /** Names of the inputs that the answer depends on; the others are checked by the schema and otherwise ignored. */
  readonly usedInputs: ReadonlySet<string>
  readonly classes: readonly Label[]
  readonly provenance: Provenance
  readonly nTrees: number
  readonly nNodes: number
  readonly nFeatures: number
  /**
   * @param row the fields as sent; numbers must already be finite numbers or null, categories strings or null
   * @throws InputError naming each field whose value cannot be used (missing with no fallback, or a feature that
   * does not fit the forest's precision)
   */
  predict(row: Row): Prediction
}

/** A model that the service was asked to serve: loaded, or the reason why it is not. */
export type ModelSlot =
  | {
    readonly name: string
    readonly path: string
    readonly model: Model
    /** Size of the dump. */
    readonly bytes: number
    readonly loadMs: number
  }
  | { readonly name: string, readonly path: string, readonly model: undefined, readonly reason: string }
