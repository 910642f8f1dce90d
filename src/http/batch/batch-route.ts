/** The route of many rows beside that of one: a batch in one body, or a stream of lines. */
import type { FastifyInstance, FastifyReply, FastifyRequest, preParsingHookHandler } from 'fastify'
import type { Config } from '../../config.js'
import { InputError } from '../../model/types.js'
import { describeValue } from '../../errors/describe-value.js'
import { answerBatch } from './answer-batch.js'
import { answerLines, drain } from './answer-lines.js'
import { describeBatch } from './batch-schema.js'
import { acceptRows, createJsonReader, isLinesType, LINES, LINES_TYPE, type ReadJson } from '../bodies/body.js'
import type { CutOffs } from '../connections/cut-off.js'
import { errorBody } from '../shared/error-body.js'
import { NOT_LOADED } from '../shared/errors.js'
import type { InFlight } from '../bodies/in-flight.js'
import { logFailure } from '../observability/log.js'
import { readInstances } from './instances.js'
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
  /** Name of the model. */
  readonly model: string
  readonly config: Config
  readonly metrics: Metrics
  readonly cutOffs: CutOffs
  /** Of all routes together. */
  readonly inFlight: InFlight
}

interface Queried {
  readonly Querystring: { readonly on_error?: unknown }
}

/** Adds `POST path/batch`. Its errors say what is wrong with the request; those of rows are in the answer. */
export function addBatchRoute(app: FastifyInstance, route: BatchRoute): void {
  const { parts, config } = route
  const { schema, errors } = describeBatch(app, route)
  const options = {
    schema,
    // Rows are checked one by one.
    ...UNCHECKED,
    bodyLimit: config.batchBodyLimitBytes,
    config: { errors, takesRows: true }
  }
  // In a scope of its own, since other routes take no lines.
  app.register((scope, _options, done) => {
    acceptRows(scope, config.batchBodyLimitBytes, route.inFlight)
    if (parts === undefined) {
      scope.post(`${route.path}/batch`, {
        ...options,
        onRequest: (_request, reply) => {
          void reply.code(500).send(errorBody(NOT_LOADED))
        }
      }, () => undefined)
    } else {
      const rows = new ManyRows(route, parts, createJsonReader(app))
      const holdBody = route.inFlight.holdBodies(config.batchBodyLimitBytes)
      const preParsing: preParsingHookHandler = function (request, reply, payload, next) {
        if (isLinesType(request.headers['content-type'])) next(null, payload)
        else holdBody.call(this, request, reply, payload, next)
      }
      scope.post<Queried>(`${route.path}/batch`, { ...options, preParsing }, async (request, reply) => {
        const failOnError = readOnError(request.query.on_error)
        if (request.body === LINES) await rows.answerLines(request, reply, failOnError)
        else if (typeof request.body === 'string') await rows.answerBatch(request.body, request, reply, failOnError)
        else throw unreadable('no body at all')
        return reply
      })
    }
    done()
  })
}

/** @returns whether the first bad row spoils all. @throws InputError when it is neither of the two words */
function readOnError(value: unknown = 'continue'): boolean {
  if (value === 'continue' || value === 'fail') return value === 'fail'
  throw new InputError([{ field: 'on_error', expected: 'continue or fail', received: describeValue(value) }])
}

/** The two ways in. */
class ManyRows {
  private readonly countBatch: CountRows
  private readonly countStream: CountRows

  constructor(
    private readonly route: BatchRoute, private readonly parts: RowParts, private readonly readJson: ReadJson
  ) {
    const { metrics, model } = route
    this.countBatch = metrics.rowCounter(model, 'batch')
    this.countStream = metrics.rowCounter(model, 'stream')
  }

  async answerBatch(text: string, request: FastifyRequest, reply: FastifyReply, failOnError: boolean): Promise<void> {
    const { config, cutOffs, inFlight } = this.route
    const answers = new RowAnswers(this.parts, request, reply)
    cutOffs.allowTime(reply, config.requestTimeoutMs, () => reply.sent)
    try {
      const rows = readInstances(text, this.readJson, config.bodyLimitBytes)
      const answer = await answerBatch(rows, (items, read) => answers.answerAll(items, read), {
        limit: config.batchMaxRows, failOnError,
        hold: bytes => inFlight.hold(reply.raw, bytes),
        isGone: () => reply.raw.destroyed
      })
      if (answer === undefined) reply.hijack()
      else reply.type('application/json; charset=utf-8').send(answer)
    } finally {
      this.countBatch(...answers.takeCounts())
    }
  }

  async answerLines(request: FastifyRequest, reply: FastifyReply, failOnError: boolean): Promise<void> {
    const { config, cutOffs, inFlight } = this.route
    const [input, output] = [request.raw, reply.raw]
    const answers = new RowAnswers(this.parts, request, reply)
    const count = () => this.countStream(...answers.takeCounts())
    let isWaiting = true
    cutOffs.allowTime(reply, config.requestTimeoutMs, () => isWaiting)
    reply.hijack()
    output.writeHead(200, { 'content-type': LINES_TYPE })
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
