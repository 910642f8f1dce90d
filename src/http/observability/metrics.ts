/** Counters for operators, in Prometheus' text format at `GET /metrics`. */
import { Gauge, Registry } from 'prom-client'
import type { FastifyInstance } from 'fastify'
import type { ModelEntry } from '../../model/types.js'
import { Durations } from './durations.js'
import type { EndedRequest } from './log.js'
import { collectProcessMetrics } from './process-metrics.js'
import { Tally } from './tally.js'

/**
 * How rows come in: one per request, many in a body, one per line of a stream, or as tensors under `/v2`; and those
 * whose answers are explained, however they come in, or about which is asked what would change them.
 */
const APIS = ['single', 'batch', 'stream', 'open_inference', 'explain', 'what_if'] as const
export type Api = typeof APIS[number]

/** Counts rows: `good` were answered, `bad` could not be used. */
export type CountRows = (good: number, bad: number) => void

/** The metrics of one app. */
export class Metrics {
  readonly registry = new Registry()
  private readonly durations = new Durations(this.registry)
  private readonly cutOffs = new Tally(
    this.registry, 'http_requests_cut_off_total',
    'Requests that ended without an answer of a route: 499 when the caller went away, 408 when it was too slow, 503 when the service had to stop.',
    ['method', 'route', 'status']
  )
  private readonly defaultedFields = new Tally(
    this.registry, 'recall_ml_defaulted_fields_total',
    'Fields that were missing or unknown and counted as the fallback of the model.',
    ['model', 'field']
  )
  private readonly unrelatedRows = new Tally(
    this.registry, 'recall_ml_unrelated_rows_total',
    "Rows that had none of the model's fields and were answered with its fallbacks alone.",
    ['model']
  )
  private readonly rows = new Tally(
    this.registry, 'recall_ml_rows_total',
    'Rows that were answered, by how they came in: single requests, batches, streams, open_inference (under /v2), explain for those with an explanation, or what_if; error when a row could not be used.',
    ['model', 'api', 'outcome']
  )
  private readonly modelLoaded = new Gauge({
    name: 'recall_ml_model_loaded',
    help: '1 when the model is served, 0 when it is not.',
    labelNames: ['model'],
    registers: [this.registry],
    // Over several processes: 1 only when all of them serve it.
    aggregator: 'min'
  })

  constructor(entries: readonly ModelEntry[]) {
    collectProcessMetrics(this.registry)
    for (const entry of entries) {
      this.modelLoaded.set({ model: entry.name }, entry.model === undefined ? 0 : 1)
      // Each is there once it was asked for: from 0, so that the first occurrence shows as an increase.
      for (const field of entry.model?.usedInputs ?? []) this.defaultedFields.labels(entry.name, field)
      for (const api of entry.model === undefined ? [] : APIS) this.rowCounter(entry.name, api)
    }
  }

  /** @param count bytes of bodies and answers that this process has in hand */
  watchInFlight(count: () => number): void {
    this.watch(
      'recall_ml_in_flight_bytes',
      'Bytes of batches, /v2 inferences and other long bodies, and of their answers, of BATCH_IN_FLIGHT_BYTES.', count
    )
  }

  /** @param count tasks that wait for a thread of this process */
  watchThreads(count: () => number): void {
    this.watch(
      'recall_ml_explanations_waiting', 'Questions to the threads that explain answers, which wait for their turn.', count
    )
  }

  countRequest(ended: EndedRequest): void {
    this.durations.count(ended)
  }

  countCutOff({ method, route, status }: EndedRequest): void {
    this.cutOffs.labels(method, route, status).count++
  }

  /** The rows of a model that come in through an API. */
  rowCounter(model: string, api: Api): CountRows {
    const success = this.rows.labels(model, api, 'success')
    const error = this.rows.labels(model, api, 'error')
    return (good, bad) => {
      success.count += good
      error.count += bad
    }
  }

  /** Counts the rows of a model that have none of its fields and are answered all the same. */
  unrelatedCounter(model: string): () => void {
    const rows = this.unrelatedRows.labels(model)
    return () => {
      rows.count++
    }
  }

  /**
   * @param fields names of the fields that counted as their fallback
   * @param rows in how many rows they did
   */
  countDefaulted(model: string, fields: readonly string[], rows = 1): void {
    for (const field of fields) this.defaultedFields.labels(model, field).count += rows
  }

  /** A gauge that is read at each scrape. */
  private watch(name: string, help: string, count: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(count())
      }
    })
  }
}

/**
 * Adds `GET /metrics`.
 * @param collect text of all processes that share the port; this process's own when there is just this one
 */
export function addMetricsRoute(app: FastifyInstance, collect: () => Promise<string>): void {
  const schema = {
    tags: ['operations'],
    operationId: 'metrics',
    summary: 'Metrics for Prometheus',
    description: 'Requests, rows and fallbacks by model, batches in hand, threads, and the state of the process.',
    produces: ['text/plain'],
    response: { 200: { type: 'string', description: 'Text exposition format.' } }
  }
  app.get('/metrics', { schema, config: { quiet: true } }, async (_request, reply) => {
    return reply.type(Registry.PROMETHEUS_CONTENT_TYPE).send(await collect())
  })
}
