/** What the log says: one line a model, one line a request, and never anything that a caller sent. */
import { basename } from 'node:path'
import type { FastifyBaseLogger, FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify'
import type { Config } from '../config.js'
import type { ModelSlot } from '../model/types.js'

/** Route of requests that no route takes. Their path is the caller's own text, so it is not logged. */
export const NO_ROUTE = '(none)'

/** Somewhere to write log lines to; the standard output when there is none. */
export interface LogStream {
  write(line: string): void
}

type LoggerOptions = NonNullable<FastifyServerOptions['logger']>

export function loggerOptions(config: Config, stream: LogStream | undefined): LoggerOptions {
  return { level: config.logLevel, serializers: { err: describeError }, ...(stream !== undefined && { stream }) }
}

/** The path as it was registered, with neither query nor values. */
export function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? NO_ROUTE
}

/** One line a request: at info, and at debug for what asks every few seconds. */
export function logRequest(request: FastifyRequest, reply: FastifyReply): void {
  const line = {
    method: request.method,
    route: routeOf(request),
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime * 1000) / 1000
  }
  if (request.routeOptions.config.quiet === true) request.log.debug(line, 'request')
  else request.log.info(line, 'request')
}

/**
 * One line a request that ended without an answer of a route.
 * @param request undefined when the bytes never became one
 */
export function logCutOff(
  log: FastifyBaseLogger, line: { method: string; route: string; status: number }, request: FastifyRequest | undefined
): void {
  if (request?.routeOptions.config.quiet === true) log.debug(line, 'request cut off')
  else log.info(line, 'request cut off')
}

/** One line a model: what it is made of, or why it is not served. */
export function logModels(log: FastifyBaseLogger, slots: readonly ModelSlot[]): void {
  for (const slot of slots) {
    const { name } = slot
    const file = basename(slot.path)
    if (slot.model === undefined) {
      log.error({ model: name, file, reason: slot.reason }, 'model not loaded')
    } else {
      const { nTrees: trees, nNodes: nodes, provenance } = slot.model
      const source = provenance.sources.map(({ file }) => file).join(', ')
      const loadMs = Math.round(slot.loadMs)
      log.info({ model: name, file, source, bytes: slot.bytes, trees, nodes, loadMs }, 'model loaded')
    }
  }
}

/** Logs an unexpected failure with its stack; without its message where that repeats a value of the request. */
export function logFailure(error: unknown, request: FastifyRequest): void {
  const hidden = error instanceof Error && repeatsValue(error.message, request.body)
  const message = { value: '(left out: it repeats the request)' }
  const err = hidden ? (Object.create(error, { message }) as Error) : error
  request.log.error({ err }, 'request failed')
}

/**
 * An error's type, code, message and frames. Its other properties stay out: those of a validation or parser error
 * hold the request.
 */
export function describeError(error: unknown): { type: string; code?: string; message: string; stack: string } {
  if (!(error instanceof Error)) return { type: typeof error, message: 'not an Error', stack: '' }
  const { code } = error as NodeJS.ErrnoException
  const frames = (error.stack ?? '').split('\n').filter(line => /^\s+at /.test(line)).map(line => line.trim())
  return {
    type: error.name,
    ...(typeof code === 'string' && { code }),
    message: error.message,
    stack: frames.join('\n')
  }
}

/** Whether a text has one of the values of a parsed body in it. Very short ones tell nothing and are everywhere. */
function repeatsValue(text: string, body: unknown): boolean {
  // A list instead of recursion: the nesting is up to the caller.
  const rest = [body]
  while (rest.length > 0) {
    const value = rest.pop()
    if (typeof value === 'object' && value !== null) rest.push(...(Object.values(value) as unknown[]))
    const shown = typeof value === 'number' ? String(value) : value
    if (typeof shown === 'string' && shown.length >= 3 && text.includes(shown)) return true
  }
  return false
}
