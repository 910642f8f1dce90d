/** What callers may ask for besides an answer: why it is what it is, and more of what was predicted. */
import type { TSchema } from '@sinclair/typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { createFieldPicker } from '../../model/pick-fields.js'
import type { Label, Model, Prediction, Row } from '../../model/types.js'
import type { ModelThreads } from '../../threads/model-threads.js'
import type { DumpReference, ExplainedRow, Language, PlayerKind } from '../../threads/protocol.js'
import { readQuery, wholeNumber, type Parameters } from '../shared/query.js'
import { chooseLanguage } from './language.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** Whether its answer is explained. */
    isExplained: boolean
  }
}

/** Most factors of a row: more than people read, and a batch has one list of them per row. */
export const MAX_FACTORS = 100

/** How many factors are asked for. */
export const FACTORS = wholeNumber(1, MAX_FACTORS)

/** Values of rows that are passed to a thread at once: to copy more would hold up other requests. */
const VALUES_AT_ONCE = 2048

/** A thread has no more rows at once, so that others get their turn. */
const MAX_ROWS_AT_ONCE = 16

/** What one request asks for. */
export interface Wish {
  /** Most factors of the explanation; without one undefined. */
  readonly factors?: number | undefined
  /** Index of the output that is explained; 0 when undefined. */
  readonly output?: number | undefined
  /** The class that is explained, instead of the predicted one. */
  readonly label?: Label | undefined
  /** The class whose number is subtracted. */
  readonly against?: Label | undefined
  /** Whether factors are fields or columns; fields when undefined. */
  readonly players?: PlayerKind | undefined
  readonly interactions?: boolean | undefined
  /** Further properties of the answer, as JSON with a comma before it. Reads the prediction at once. */
  readonly list?: ((prediction: Prediction) => string) | undefined
}

/** Values of all parameters that routes have for what may be asked for. */
interface Asked {
  readonly explain: number
  readonly top: number
  readonly output: number
  readonly label: string
  readonly against: string
  readonly players: PlayerKind
  readonly interactions: boolean
}

/** What may be asked for on a route. */
export interface Extras {
  /** Parameters of the query, for the document. */
  readonly query: Readonly<Record<string, TSchema>>
  readonly parameters: (model: Model) => Partial<Parameters<Asked>>
  /** Properties that an answer has then, for the document. */
  readonly properties: Readonly<Record<string, TSchema>>
  /** Whether the answer is a risk. */
  readonly isRisk?: boolean
  /** Whether other parameters in the query are never ignored. */
  readonly refusesOthers?: boolean
  /**
   * @returns undefined when nothing is asked for
   * @throws InputError when it cannot be had
   */
  readonly toWish: (asked: Partial<Asked>, model: Model) => Wish | undefined
}

/** Of one route, whose model is loaded. */
export class RouteExtras {
  readonly parameters: Partial<Parameters<Asked>>
  readonly refusesOthers: boolean
  private readonly pick: (row: Row) => Row
  private readonly rowsAtOnce: number

  constructor(
    private readonly extras: Extras, private readonly threads: ModelThreads, private readonly dump: DumpReference,
    private readonly model: Model
  ) {
    this.parameters = extras.parameters(model)
    this.refusesOthers = extras.refusesOthers === true
    this.pick = createFieldPicker(model.inputs)
    this.rowsAtOnce = Math.max(1, Math.min(MAX_ROWS_AT_ONCE, Math.floor(VALUES_AT_ONCE / model.inputs.length)))
  }

  /** As `open`, of a request whose query has nothing else. */
  openQuery(request: FastifyRequest, reply: FastifyReply, reference?: Row): RequestExtras | undefined {
    return this.open(readQuery(request.query, this.parameters, this.refusesOthers), request, reply, reference)
  }

  /**
   * What a request asks for.
   * @param asked the values of its parameters
   * @param reference row, checked, that its rows are compared with; undefined for explanations of their own
   * @returns undefined when it asks for nothing; otherwise it has to be closed
   * @throws InputError when it cannot be had; Refusal when too many requests are explained already
   */
  open(
    asked: Partial<Asked>, request: FastifyRequest, { raw }: FastifyReply, reference?: Row
  ): RequestExtras | undefined {
    const wish = this.extras.toWish(asked, this.model)
    if (wish === undefined) return undefined
    const { threads, dump, pick } = this
    const rowsAtOnce = wish.interactions === true ? 1 : this.rowsAtOnce
    if (wish.factors === undefined) return new RequestExtras(wish, undefined)
    request.isExplained = true
    const leave = threads.enter()
    const language = chooseLanguage(request.headers['accept-language'])
    const { output = 0, label, against, players = 'fields', interactions = false, factors: top } = wish
    const asks = {
      output, label, against, players, interactions, top, language, isRisk: this.extras.isRisk === true,
      reference: reference && pick(reference)
    }
    const ask = async (rows: readonly Row[]) =>
      threads.run('explain', dump, { rows: rows.map(pick), ...asks }, () => raw.destroyed)
    return new RequestExtras(wish, { ask, leave, language, rowsAtOnce })
  }
}

/** How the rows of one request are explained. */
interface Explaining {
  readonly ask: (rows: readonly Row[]) => Promise<readonly ExplainedRow[] | undefined>
  readonly leave: () => void
  readonly language: Language
  readonly rowsAtOnce: number
}

/** What one request asks for besides its answers. */
export class RequestExtras {
  private isOpen = true

  constructor(private readonly wish: Wish, readonly explaining: Explaining | undefined) {}

  /** What of a prediction goes into the answer, as JSON with a comma before it. */
  list(prediction: Prediction): string {
    return this.wish.list?.(prediction) ?? ''
  }

  /** Lets others in: this request is among those that are explained at once no more. */
  close(): void {
    if (this.isOpen) this.explaining?.leave()
    this.isOpen = false
  }
}

/** Headers of an answer. */
export function headersOf(extras: RequestExtras | undefined): { readonly 'content-language'?: Language } {
  const { language } = extras?.explaining ?? {}
  return language === undefined ? {} : { 'content-language': language }
}

/**
 * The plain answer's own bytes, with what was asked for at their end.
 * @param plain JSON of an object that has keys
 * @param listed as {@link RequestExtras.list} gave it
 * @param explanation its JSON; undefined when none was asked for
 */
export function extendAnswer(plain: string, listed: string, explanation?: string): string {
  const explained = explanation === undefined ? '' : `,"explanation":${explanation}`
  return `${plain.slice(0, -1)}${listed}${explained}}`
}
