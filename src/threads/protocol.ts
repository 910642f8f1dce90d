/** What the service and its threads say to each other: questions about a model whose answers take their time. */
import type { FieldProblem, Label, Row } from '../model/types.js'

/** Which dump a question is about: a thread reads it for itself, and answers only when it is the very same. */
export interface DumpReference {
  /** Of its model. */
  readonly name: string
  readonly path: string
  /** Of its content. */
  readonly digest: string
}

export type Language = 'en' | 'id'

export type PlayerKind = 'fields' | 'columns'

/** Rows that are to be explained, all in the same way. */
export interface ExplainQuestion {
  /** As `Model.predict` takes them, each field under the name of its input. */
  readonly rows: readonly Row[]
  /** Index of the output. */
  readonly output: number
  /** The class that is explained; that which is predicted when undefined. */
  readonly label: Label | undefined
  /** The class whose number is subtracted. */
  readonly against: Label | undefined
  readonly players: PlayerKind
  readonly interactions: boolean
  /** A row that they are compared with, as they are; undefined for explanations of their own. */
  readonly reference: Row | undefined
  /** How many of the strongest factors are listed. */
  readonly top: number
  readonly language: Language
  /** Whether the answer is a risk, which factors raise or lower. */
  readonly isRisk: boolean
}

/** Begins what a caller is told of a model that cannot be explained. */
export const NOT_EXPLAINED = 'The model has no exact explanation'

/** What came of a row: JSON, so that the service's thread has nothing to do but to pass it on. */
export type ExplainedRow = { readonly json: string } | { readonly failure: Failure }

/** What would change the answer to a row. */
export interface WhatIfQuestion {
  /** As `Model.predict` takes it, each field under the name of its input. */
  readonly row: Row
  readonly ask: 'curve' | 'nearest' | 'cheapest'
  /** Whose curve is asked for. */
  readonly field: unknown
  /** As the caller sent them: a thread checks them. */
  readonly options: Readonly<Record<string, unknown>>
  /** Most milliseconds. */
  readonly maxMs: number
}

/** Begins what a caller is told whose question takes too long. */
export const TOO_LONG = 'The question is too large'

/** All that a thread can be asked: a kind of question is a row here, and a row in `src/model-thread.ts`. */
export interface Tasks {
  readonly explain: { readonly question: ExplainQuestion, readonly answer: readonly ExplainedRow[] }
  /** The answer is JSON, without a status. */
  readonly 'what-if': { readonly question: WhatIfQuestion, readonly answer: string }
}

export type TaskKind = keyof Tasks

/** To a thread. It gets one at a time. */
export interface TaskMessage<Kind extends TaskKind = TaskKind> {
  readonly kind: Kind
  readonly dump: DumpReference
  readonly question: Tasks[Kind]['question']
}

/** From a thread, to the task that it has. */
export type TaskOutcome<Kind extends TaskKind = TaskKind> =
  | { readonly answer: Tasks[Kind]['answer'] }
  | { readonly failure: Failure }

/** An error on its way from a thread: a structured clone of one would not say what kind it was. */
export type Failure =
  | { readonly kind: 'input', readonly problems: readonly FieldProblem[] }
  /** The question cannot be answered for this model, for a reason that is meant for the caller. */
  | { readonly kind: 'unsuitable', readonly message: string }
  /** The dump is not what it was when the service loaded it. */
  | { readonly kind: 'changed', readonly message: string }
  | { readonly kind: 'unexpected', readonly message: string, readonly stack: string | undefined }
