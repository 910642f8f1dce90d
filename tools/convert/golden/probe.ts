/** A model under construction, asked with rows. */
import type { Dump, GoldenRow } from '../../../src/dump/dump.js'
import { listFeatures, listPredictors } from '../../../src/dump/list-forests.js'
import { compileEstimator } from '../../../src/evaluator/estimator.js'
import type { CompileForest } from '../../../src/evaluator/evaluate-forest.js'
import { predictReference, sumReference } from '../../../src/evaluator/reference.js'
import { createStepTools } from '../../../src/model/create-step-tools.js'
import { createModel } from '../../../src/model/create-model.js'
import { InputError } from '../../../src/model/types.js'
import { compilePipeline } from '../../../src/pipeline/pipeline.js'

export type GoldenInput = GoldenRow['input']

export interface Probe {
  /** Names of the columns that the model and the predictors among its steps read. */
  readonly columns: readonly string[]
  /** [nColumns] The inputs that each is made from. */
  readonly columnInputs: ReadonlyArray<ReadonlySet<string>>
  readonly usedInputs: ReadonlySet<string>
  /**
   * The columns of a row, whether or not the forests take them.
   * @returns [nColumns] overwritten by the next call; undefined when a step refuses the row
   */
  columnsOf(row: GoldenInput): Float64Array | undefined
  /** Whether the model takes a row, and its answer is one that a dump can hold. */
  answers(row: GoldenInput): boolean
  /**
   * The answer of the plain reference evaluator behind the dump's own preprocessing.
   * @throws InputError as the model does
   */
  predict(row: GoldenInput): number[]
}

export function openProbe(dump: Dump): Probe {
  const columns = [...new Set(listPredictors(dump).flatMap(listFeatures))]
    const compile: CompileForest = forest => (row, sums, base) =>
    sums.set(predictReference(base === undefined ? forest : { ...forest, base: [...base] }, row))
  const pipeline = compilePipeline(dump, columns, createStepTools(compile, sumReference))
  const estimator = compileEstimator(dump.model, columns, compile, sumReference)
  const values = new Float64Array(estimator.nValues)
  const features = new Float64Array(columns.length)
  const model = createModel({ ...dump, golden: [] })
  return {
    columns,
    columnInputs: pipeline.featureInputs,
    usedInputs: pipeline.usedInputs,
    columnsOf(row) {
      try {
        pipeline.run(row, features)
        return features
      } catch (error) {
        if (!(error instanceof InputError)) throw error
        return undefined
      }
    },
    answers(row) {
      try {
        return model.predict(row).values.every(Number.isFinite)
      } catch (error) {
        if (!(error instanceof InputError)) throw error
        return false
      }
    },
    predict(row) {
      model.predict(row)
      pipeline.run(row, features)
      estimator.evaluate(features, values)
      return [...values]
    }
  }
}
