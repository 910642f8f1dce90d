/** The routes of many rows beside that of one: a batch in one body, or a stream of lines. */
import type { OutgoingHttpHeaders } from 'node:http'
import type { TSchema } from '@sinclair/typebox'
import type { FastifyInstance, FastifyReply, FastifyRequest, preParsingHookHandler } from 'fastify'
import type { Config } from '../../config.js'
import { InputError } from '../../model/types.js'
import { answerBatch } from './answer-batch.js'
import { answerLines, drain } from './answer-lines.js'
import { describeBatch } from './batch-schema.js'
import { acceptRows, createJsonReader, isLinesType, LINES, LINES_TYPE, type ReadJson } from '../bodies/body.js'
import type { CutOffs } from '../connections/cut-off.js'
import { NOT_LOADED, notLines, Refusal } from '../shared/errors.js'
import type { InFlight } from '../bodies/in-flight.js'
import { logFailure } from '../observability/log.js'
import { readInstances } from './instances.js'
import { ExtendedRowAnswers } from '../explain/extended-rows.js'
import { headersOf, type RequestExtras, type RouteExtras } from '../explain/extras.js'
import { oneOf, readQuery } from '../shared/query.js'
import { LineSplitter } from './line-splitter.js'
import type { CountRows, Metrics } from '../observability/metrics.js'
import { unreadable } from '../shared/problems.js'
import { RowAnswers, type RowParts } from '../rows/row-answerer.js'
import { UNCHECKED } from '../shared/unchecked.js'

/** What the route is made of. */
export interface BatchRoute {
  /** Of the route of one row. */
  readonly path: string
  readonly operationId: string
  readonly tag: string
  readonly summary: string
  /** Row that the model answers, for the example. */
  readonly example: object
  /** How a row is answered; undefined when the model is not loaded. */
  readonly parts: RowParts | undefined
  /** What may be asked for besides; undefined when nothing may be, or the model is not loaded. */
  readonly extras: RouteExtras | undefined
  /** Parameters of the query that do. */
  readonly query: Readonly<Record<string, TSchema>>
  /** Name of the model. */
  readonly model: string
  readonly config: Config
  readonly metrics: Metrics
  readonly cutOffs: CutOffs
  /** Of all routes together. */
  readonly inFlight: InFlight
}

const ON_ERROR = { on_error: oneOf('continue', 'fail') }

/**
 * Adds `POST path/batch` and `POST path/stream`. Their errors say what is wrong with the request; those of rows are in
 * the answer. A stream may be sent to the batch as well, as before it had a route of its own.
 */
export function addBatchRoutes(app: FastifyInstance, route: BatchRoute): void {
  const { parts, config } = route
  const described = describeBatch(app, route)
  const optionsOf = (name: keyof typeof described) => ({
    schema: described[name].schema,
    // Rows are checked one by one.
    ...UNCHECKED,
    bodyLimit: config.batchBodyLimitBytes,
    config: { errors: described[name].errors, takesRows: true }
  })
  // In a scope of its own, since other routes take no lines.
  app.register((scope, _options, done) => {
    acceptRows(scope, config.batchBodyLimitBytes, route.inFlight)
    if (parts === undefined) {
      for (const name of ['batch', 'stream'] as const) {
        scope.post(`${route.path}/${name}`, {
          ...optionsOf(name),
          onRequest: (_request, _reply, next) => {
            next(new Refusal(NOT_LOADED))
          }
        }, () => undefined)
      }
    } else {
      const rows = new ManyRows(route, parts, createJsonReader(app))
      const holdBody = route.inFlight.holdBodies(config.batchBodyLimitBytes)
      const preParsing: preParsingHookHandler = function (request, reply, payload, next) {
        if (isLinesType(request.headers['content-type'])) next(null, payload)
        else holdBody.call(this, request, reply, payload, next)
      }
      const handler = async (request: FastifyRequest, reply: FastifyReply) => {
        await rows.answer(request, reply)
        return reply
      }
      scope.post(`${route.path}/batch`, { ...optionsOf('batch'), preParsing }, handler)
      scope.post(`${route.path}/stream`, {
        ...optionsOf('stream'),
        onRequest: ({ headers }, _reply, next) => {
          const type = headers['content-type']
          next(isLinesType(type) ? undefined : new Refusal(notLines(type)))
        }
      }, handler)
    }
    done()
  })
}

/** Whoever sends many rows, and what is asked for. */
interface Caller {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  /** Whether the first bad row spoils all. */
  readonly failOnError: boolean
  readonly extras: RequestExtras | undefined
}

/**
 * Asks for the explanation of no row, before the answer begins: what cannot be explained at all has its own status.
 * @returns false when nobody waits for the answer any more
 * @throws Refusal
 */
async function canExplain({ reply, extras }: Caller): Promise<boolean> {
  if (extras?.explaining === undefined || await extras.explaining.ask([]) !== undefined) return true
  reply.hijack()
  return false
}

/** The two ways in. */
class ManyRows {
  private readonly countBatch: CountRows
  private readonly countStream: CountRows
  private readonly countExplained: CountRows

  constructor(
    private readonly route: BatchRoute, private readonly parts: RowParts, private readonly readJson: ReadJson
  ) {
    const { metrics, model } = route
    this.countBatch = metrics.rowCounter(model, 'batch')
    this.countStream = metrics.rowCounter(model, 'stream')
    this.countExplained = metrics.rowCounter(model, 'explain')
  }

  /** @throws InputError or Refusal for what cannot be answered at all */
  async answer(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { extras: possible } = this.route
    const parameters = { ...possible?.parameters, ...ON_ERROR }
    const { on_error: onError, ...asked } = readQuery(request.query, parameters, possible?.refusesOthers)
    const caller = { request, reply, failOnError: onError === 'fail', extras: possible?.open(asked, request, reply) }
    try {
      if (request.body === LINES) await this.answerLines(caller)
      else if (typeof request.body === 'string') await this.answerBatch(request.body, caller)
      else throw unreadable('no body at all')
    } finally {
      caller.extras?.close()
    }
  }

  private openAnswers({ request, reply, extras }: Caller): RowAnswers | ExtendedRowAnswers {
    return extras === undefined
      ? new RowAnswers(this.parts, request, reply) : new ExtendedRowAnswers(this.parts, extras, request, reply)
  }

  private async answerBatch(text: string, caller: Caller): Promise<void> {
    const { request, reply, failOnError, extras } = caller
    const { config, cutOffs, inFlight } = this.route
    const answers = this.openAnswers(caller)
    const count = request.isExplained ? this.countExplained : this.countBatch
    cutOffs.allowTime(reply, config.requestTimeoutMs, () => reply.sent)
    if (!await canExplain(caller)) return
    try {
      const rows = readInstances(text, this.readJson, config.bodyLimitBytes)
      const answer = await answerBatch(rows, (items, read) => answers.answerAll(items, read), {
        limit: config.batchMaxRows, failOnError,
        hold: bytes => inFlight.hold(reply.raw, bytes),
        isGone: () => reply.raw.destroyed
      })
      if (answer === undefined) reply.hijack()
      else reply.type('application/json; charset=utf-8').headers(headersOf(extras)).send(answer)
    } finally {
      count(...answers.takeCounts())
    }
  }

  private async answerLines(caller: Caller): Promise<void> {
    const { request, reply, failOnError, extras } = caller
    const { config, cutOffs, inFlight } = this.route
    const [input, output] = [request.raw, reply.raw]
    const answers = this.openAnswers(caller)
    const countRows = request.isExplained ? this.countExplained : this.countStream
    const count = () => countRows(...answers.takeCounts())
    let isWaiting = false
    cutOffs.allowTime(reply, config.requestTimeoutMs, () => isWaiting)
    if (!await canExplain(caller)) return
    // A stream may last for hours, and rest. Its rows have their turn like those of any other request.
    extras?.close()
    isWaiting = true
    reply.hijack()
    output.writeHead(200, { ...reply.getHeaders(), 'content-type': LINES_TYPE, ...headersOf(extras) } as OutgoingHttpHeaders)
    // Some callers send no more than they have been answered.
    output.flushHeaders()
    try {
      const readAll = await answerLines({
        input, output, failOnError,
        splitter: new LineSplitter(config.bodyLimitBytes, bytes => inFlight.holdBody(request, bytes)),
        answerAll: lines => answers.answerAll(lines, ({ line }) => {
          if (line instanceof InputError) throw line
          return this.readJson(line)
        }),
        count,
        wait: value => { isWaiting = value }
      })
      isWaiting = true
      output.end()
      if (!readAll) await drain(input)
    } catch (error) {
      // A caller who went away is reported when the connection closes.
      if (!input.readableAborted && !output.destroyed) logFailure(error, request, null)
      output.destroy()
    } finally {
      count()
    }
  }
}
