/** A model as a library has it: rows in, answers out, and nothing that a later call overwrites. */
import { describeValue } from '../src/errors/describe-value.js'
import { createRowCheck } from '../src/model/check-row.js'
import type { FeatureImportance, Input, Label, Model as EvaluatedModel, Output, Prediction, Provenance } from '../src/model/types.js'
import { InputError } from '../src/model/types.js'
import { isUnrelated, unrelatedRowError } from '../src/model/unrelated-row.js'
import { createReader } from '../src/model/read-answer.js'
import type { Answer } from './answer.js'

/** Names a row as a whole in an InputError. */
const ROW = 'row'

/** Fields by name: numbers, texts, booleans or null, as the model's inputs say. Other keys have no effect. */
export type InputRow = Readonly<Record<string, unknown>>

/** A model that has reproduced its golden rows. */
export interface Model {
  readonly name: string
  readonly description: string | undefined
  readonly task: 'classifier' | 'regressor' | 'outlier-detector'
  /** What a row has, in order. */
  readonly inputs: readonly Input[]
  /** What is predicted: an output with `classes` is a class, one without a number. */
  readonly outputs: readonly Output[]
  readonly featureImportances: readonly FeatureImportance[] | undefined
  readonly provenance: Provenance
  /** A row that the model takes. */
  readonly example: InputRow | undefined
  /**
   * The answer to one row, with scikit-learn's bits.
   * @throws InputError naming each field that cannot be used
   */
  predict(row: InputRow): Answer
  /**
   * The answers to many rows, in order.
   * @throws InputError whose fields begin with the index of the first row that cannot be used: `rows[3].age`
   */
  predictRows(rows: readonly InputRow[]): Answer[]
}

export type { FeatureImportance, Input, Label, Output, Provenance }

/** @param model proven */
export function openModel(model: EvaluatedModel): Model {
  const check = createRowCheck(model)
  const read = createReader(model)
  const answer = (prediction: Prediction): Answer => {
    const { defaulted } = prediction
    return defaulted === undefined ? read(prediction) : { ...read(prediction), defaulted }
  }
  const { name, description, task, inputs, outputs, featureImportances, provenance, example } = model
  return {
    name, description, task, inputs, outputs, featureImportances, provenance, example,
    predict(given) {
      const row = check(given, ROW)
      const prediction = model.predict(row)
      if (isUnrelated(model, row, prediction.defaulted)) throw unrelatedRowError(model, row, ROW)
      return answer(prediction)
    },
    predictRows(rows) {
      if (!Array.isArray(rows)) {
        throw new InputError([{ field: 'rows', expected: 'a list of rows', received: describeValue(rows) }])
      }
      const answers: Answer[] = []
      for (const result of model.predictRows(rows.keys(), i => check(rows[i], ROW))) {
        if (result === undefined) continue
        const { item: i, prediction } = result
        if (prediction === undefined) throw inRow(result.error, i)
        if (result.unrelated !== undefined) throw inRow(unrelatedRowError(model, result.unrelated, ROW), i)
        answers.push(answer(prediction))
      }
      return answers
    }
  }
}

/** An error of one row, as that of the row at an index. */
function inRow(error: unknown, index: number): unknown {
  if (!(error instanceof InputError)) return error
  return new InputError(error.problems.map(problem =>
    ({ ...problem, field: problem.field === ROW ? `rows[${index}]` : `rows[${index}].${problem.field}` })))
}
