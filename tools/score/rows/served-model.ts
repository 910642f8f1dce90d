/** A model as the service serves it: what it takes, what it refuses, how its answer is called. */
import { basename } from 'node:path'
import { categorizer, classOne, predictsOne, refuseModel as refuseChurn } from '../../../plugins/churn.js'
import type { Config } from '../../../src/config.js'
import { buildBodySchema, refuseInputs } from '../../../src/http/rows/input-schema.js'
import { refuseWithoutProbabilities } from '../../../src/http/routes/model-route.js'
import { compileRowCheck } from '../../../src/http/rows/validator.js'
import { openSharedModel, type SharedModel } from '../../../src/model/shared-model.js'
import { InputError, type Input, type Label, type Model, type Provenance, type RowResult } from '../../../src/model/types.js'
import { refuseUnrelated } from '../../../src/model/unrelated-row.js'
import { listAnswerColumns, type AnswerColumn } from './answer-columns.js'
import { ScoreError } from '../shared/score-error.js'

/** The answer to the row of an item. */
export interface RowAnswer<Item> {
  readonly item: Item
  /** One a column. */
  readonly values: ReadonlyArray<number | Label>
  /** Fields that counted as their fallback. */
  readonly defaulted: readonly string[] | undefined
}

/** Why the row of an item has no answer. */
export interface RowFailure<Item> {
  readonly item: Item
  readonly values: undefined
  readonly error: unknown
}

/** A model as a thread has it. */
export interface ServedModel {
  readonly inputs: readonly Input[]
  readonly usedInputs: ReadonlySet<string>
  readonly provenance: Provenance
  /** Names of the inputs without which no row is taken. */
  readonly required: readonly string[]
  /** Names of the answer's columns. */
  readonly columns: readonly string[]
  /**
   * Exactly what requests with these bodies are answered with, in order.
   * @param read gives the item's row, which is not used after the next item is read; or throws InputError
   * @returns values that the next row overwrites, or an InputError with the problems of the 400 answer
   */
  answerAll<Item>(items: Iterable<Item>, read: (item: Item) => unknown): Generator<RowAnswer<Item> | RowFailure<Item>>
}

/**
 * A thread's own model. `recommend` and `churn` answer as their routes do, all others as `/models/{name}/predict`.
 * @param path of its dump
 * @throws ScoreError with the reason for which it would not be served
 */
export function openModel(shared: SharedModel, path: string, config: Config): ServedModel {
  const name = basename(path, '.json')
  const model = openSharedModel(shared)
  const refusal = refuseInputs(model) ?? refuseRoute(name, model)
  if (refusal !== undefined) throw new ScoreError(`${basename(path)} cannot be used: ${refusal}`)
  return serve(model, listColumns(name, model, config), config.strictInput)
}

/**
 * The answer's columns as the model's route has them.
 * @param path of the dump, whose name tells the route
 * @returns undefined for a model that has no route of its own, or cannot be used there
 */
export function listRouteColumns(path: string, model: Model, config: Config): AnswerColumn[] | undefined {
  const name = basename(path, '.json')
  const isOwn = name === 'recommend' || name === 'churn'
  return isOwn && refuseRoute(name, model) === undefined ? listColumns(name, model, config) : undefined
}

function refuseRoute(name: string, model: Model): string | undefined {
  if (name === 'recommend') return refuseWithoutProbabilities(model, '/recommend')
  if (name === 'churn') return refuseWithoutProbabilities(model, '/predict') ?? refuseChurn(model)
  return undefined
}

function listColumns(name: string, model: Model, config: Config): AnswerColumn[] {
  if (name === 'recommend') return listOfferColumns(model)
  return name === 'churn' ? listRiskColumns(model, config) : listAnswerColumns(model)
}

function listOfferColumns({ outputs: [{ classes = [] }] }: Model): AnswerColumn[] {
  return [
    { name: 'offer_name', read: ({ classIndexes }) => String(classes[classIndexes[0]]) },
    { name: 'confidence', read: ({ classIndexes, values }) => values[classIndexes[0]] }
  ]
}

function listRiskColumns(model: Model, config: Config): AnswerColumn[] {
  const categorize = categorizer(config)
  const leaves = classOne(model)
  const predicts = predictsOne(model)
  return [
    { name: 'prediction', read: prediction => predicts(prediction) ? 1 : 0 },
    { name: 'risk_score', read: ({ values }) => values[leaves] },
    { name: 'risk_category', read: ({ values }) => categorize(values[leaves]) }
  ]
}

function serve(model: Model, columns: readonly AnswerColumn[], strict: boolean): ServedModel {
  const body = buildBodySchema(model, 'Row', strict)
  const check = compileRowCheck(body)
  const values: Array<number | Label> = columns.map(() => 0)
  const answer = <Item>(result: RowResult<Item>): RowAnswer<Item> | RowFailure<Item> => {
    const { item, prediction } = result
    if (prediction === undefined) return { item, values: undefined, error: result.error }
    if (result.unrelated !== undefined) {
      return { item, values: undefined, error: refuseUnrelated(model, result.unrelated, 'row') }
    }
    for (let i = 0; i < columns.length; i++) {
      const value = columns[i].read(prediction)
      if (typeof value === 'number' && !Number.isFinite(value)) {
        return { item, values: undefined, error: notFinite(columns[i].name, value) }
      }
      values[i] = value
    }
    return { item, values, defaulted: prediction.defaulted }
  }
  return {
    inputs: model.inputs,
    usedInputs: model.usedInputs,
    provenance: model.provenance,
    required: (body.schema.required as string[] | undefined) ?? [],
    columns: columns.map(({ name }) => name),
    * answerAll(items, read) {
      for (const result of model.predictRows(items, item => check(read(item)))) {
        if (result !== undefined) yield answer(result)
      }
    }
  }
}

/** The service answers 500 to such a row. */
function notFinite(column: string, value: number): InputError {
  return new InputError([{ field: column, expected: 'an answer that is a finite number', received: String(value) }])
}
