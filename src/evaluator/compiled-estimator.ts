/**
 * An estimator, ready to evaluate. It holds its own scratch: one row at a time.
 */
export interface CompiledEstimator {
  /** Numbers that `evaluate` gives. */
  readonly nValues: number
  /** Numbers that go into the link, for whoever calibrates them. */
  readonly nRaw: number
  /**
   * @param columns the row's columns, as compileEstimator was told their order
   * @param values [nValues] overwritten
   */
  evaluate(columns: Float64Array, values: Float64Array): void
  /** [nRaw] Of the last row: the decision function, which for most is what went into the link. */
  readonly raw: Float64Array
  /**
   * Of the last row: index of the class that an output predicts, the first one by default, where that is not the first
   * maximum of its values.
   */
  readonly decide: ((values: Float64Array, output?: number) => number) | undefined
}
