/** A model as the service serves it: what it takes, what it refuses, how its answer is called. */
import { basename } from 'node:path'
import { FIRST_CLASS_MODELS } from '../../../plugins/index.js'
import type { Config } from '../../../src/config.js'
import type { Dump } from '../../../src/dump/dump.js'
import { buildBodySchema, whyUnservable } from '../../../src/http/rows/input-schema.js'
import type { FirstClassModel } from '../../../src/http/routes/first-class.js'
import { listAnswerColumns, type AnswerColumn } from '../../../src/http/rows/answer-columns.js'
import { compileRowCheck } from '../../../src/http/rows/validator.js'
import { predictEach } from '../../../src/model/predict-rows.js'
import { InputError, type Input, type Label, type Model, type Provenance, type Row, type RowResult } from '../../../src/model/types.js'
import { unrelatedRowError } from '../../../src/model/unrelated-row.js'
import { createReasons, type Reasons } from './reasons.js'
import { ScoreError } from '../shared/score-error.js'

/** Null where there is none: a row has fewer factors than columns for them. */
type AnswerValue = number | Label | null

/** The answer to the row of an item. */
interface RowAnswer<Item> {
  readonly item: Item
  /** One per column. */
  readonly values: readonly AnswerValue[]
  /** Fields that counted as their fallback. */
  readonly defaulted: readonly string[] | undefined
}

/** Why the row of an item has no answer. */
interface RowFailure<Item> {
  readonly item: Item
  readonly values: undefined
  readonly error: unknown
}

/** A model as it scores, which each thread has for itself. */
export interface ScoringModel {
  readonly inputs: readonly Input[]
  readonly usedInputs: ReadonlySet<string>
  readonly provenance: Provenance
  /** Names of the inputs without which no row is taken. */
  readonly required: readonly string[]
  /** The answer's columns. */
  readonly columns: ReadonlyArray<Pick<AnswerColumn, 'name' | 'kind'>>
  /**
   * Exactly what requests with these bodies are answered with, in order.
   * @param read gives the item's row, which is not used after the next item is read; or throws InputError
   * @returns values that the next row overwrites, or an InputError with the problems of the 400 answer
   */
  answerAll<Item>(items: Iterable<Item>, read: (item: Item) => unknown): Generator<RowAnswer<Item> | RowFailure<Item>>
}

/** How answers are explained. */
interface Explaining {
  /** Whole. */
  readonly dump: Dump
  /** Most factors. */
  readonly factors: number
}

/**
 * A model as it scores. Those with routes of their own answer as these do, all others as `/models/{name}/predict`.
 * @param path of its dump
 * @param explaining undefined when answers are not explained
 * @throws ScoreError with the reason for which it would not be served, or cannot be explained
 */
export function openModel(model: Model, path: string, config: Config, explaining?: Explaining): ScoringModel {
  const own = findFirstClass(path)
  const refusal = whyUnservable(model) ?? own?.whyUnsuitable(model)
  if (refusal !== undefined) throw new ScoreError(`${basename(path)} cannot be used: ${refusal}`)
  const columns = own?.listColumns(model, config) ?? listAnswerColumns(model)
  const reasons = explaining && createReasons(explaining.dump, explaining.factors, own?.findExplained?.(model))
  return serve(model, columns, reasons, config.strictInput)
}

/**
 * The answer's columns as the model's own route has them.
 * @param path of the dump, whose name tells the route
 * @returns undefined for a model that has no route of its own, or cannot be used there
 */
export function listRouteColumns(path: string, model: Model, config: Config): AnswerColumn[] | undefined {
  const own = findFirstClass(path)
  return own?.whyUnsuitable(model) === undefined ? own?.listColumns(model, config) : undefined
}

function findFirstClass(path: string): FirstClassModel | undefined {
  return FIRST_CLASS_MODELS.find(({ name }) => name === basename(path, '.json'))
}

function serve(
  model: Model, columns: readonly AnswerColumn[], reasons: Reasons | undefined, strict: boolean
): ScoringModel {
  const body = buildBodySchema(model, 'Row', strict)
  const check = compileRowCheck(body)
  const values: AnswerValue[] = columns.map(() => 0)
  let row: Row = {}
  const answer = <Item>(result: RowResult<Item>): RowAnswer<Item> | RowFailure<Item> => {
    const { item, prediction } = result
    if (prediction === undefined) return { item, values: undefined, error: result.error }
    if (result.unrelated !== undefined) {
      return { item, values: undefined, error: unrelatedRowError(model, result.unrelated, 'row') }
    }
    for (let i = 0; i < columns.length; i++) {
      const value = columns[i].read(prediction)
      if (typeof value === 'number' && !Number.isFinite(value)) {
        return { item, values: undefined, error: notFinite(columns[i].name, value) }
      }
      values[i] = value
    }
    const { defaulted } = prediction
    if (reasons === undefined) return { item, values, defaulted }
    try {
      return { item, values: [...values, ...reasons.read(row)], defaulted }
    } catch (error) {
      return { item, values: undefined, error }
    }
  }
  return {
    inputs: model.inputs,
    usedInputs: model.usedInputs,
    provenance: model.provenance,
    required: (body.schema.required as string[] | undefined) ?? [],
    columns: [...columns, ...reasons?.columns ?? []],
    * answerAll(items, read) {
      const readRow = (item: Parameters<typeof read>[0]) => {
        row = check(read(item))
        return row
      }
      // A row is explained while it is there, which is until the next one is read.
      const results = reasons === undefined ? model.predictRows(items, readRow) : predictEach(model, items, readRow)
      for (const result of results) {
        if (result !== undefined) yield answer(result)
      }
    }
  }
}

/** The service answers 500 to such a row. */
function notFinite(column: string, value: number): InputError {
  return new InputError([{ field: column, expected: 'an answer that is a finite number', received: String(value) }])
}
