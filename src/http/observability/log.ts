/** What the log says: one line per model, one line per request, and never anything that a caller sent. */
import { basename } from 'node:path'
import { destination, pino, symbols } from 'pino'
import type { FastifyBaseLogger, FastifyRequest } from 'fastify'
import type { Config } from '../../config.js'
import { isDemonstration } from '../../model/demonstration.js'
import type { ModelEntry } from '../../model/types.js'
import { Series } from './series.js'
import { mapFrames } from './source-lines.js'

/** Route of requests that no route takes. Their path is the caller's own text, so it is not logged. */
export const NO_ROUTE = '(none)'

/** Somewhere to write log lines to; the standard output when there is none. */
export interface LogStream {
  write(line: string): void
  /** Called after a fatal error. */
  flushSync?(): void
}

/** A line is seen after this long at the latest, in milliseconds. */
const FLUSH_MS = 200

/** The kernel keeps writes of so many bytes to a pipe whole, so that the lines of several workers do not mix. */
const MAX_WRITE = 4096

/**
 * The standard output, with several lines to a write: a write for each would be a large part of a request. What waits
 * is written at once after a fatal error and when the process exits.
 */
export function openLog(): LogStream {
  const out = destination({ fd: 1, sync: true })
  let text = ''
  const flushSync = () => {
    if (text !== '') out.write(text)
    text = ''
  }
  setInterval(flushSync, FLUSH_MS).unref()
  process.on('exit', flushSync)
  return {
    write(line) {
      if (text.length + line.length > MAX_WRITE) flushSync()
      text += line
    },
    flushSync
  }
}

/**
 * The logger of the app and of all its requests: one for each costs more than its line, which names the request. What
 * Fastify gives `child` for a logger of its own, such as the request's id, is not used.
 */
export function createLogger(config: Config, stream: LogStream | undefined): FastifyBaseLogger {
  // A request or an answer as a whole, should Fastify or a plugin log one, holds what its caller sent.
  const serializers = { err: describeError, req: () => undefined, res: () => undefined }
  const logger: FastifyBaseLogger = pino({ level: config.logLevel, serializers }, stream)
  logger.child = () => logger
  return logger
}

/** A request that has ended: what the log and the metrics have of it. */
export interface EndedRequest {
  /** Undefined when there was neither a request nor an answer. */
  readonly reqId: string | undefined
  readonly method: string
  /** The path as it was registered, with neither query nor values. */
  readonly route: string
  readonly status: number
  /** Time that it took, undefined when it was cut off. */
  readonly ms: number | undefined
}

/** Writes one line per request: at info, and at debug for what asks every few seconds. */
export type LogRequest = (ended: EndedRequest, quiet: boolean | undefined) => void

/**
 * @param log of the app, made by pino
 * @param stream that it writes to; undefined when only pino knows
 */
export function createRequestLog(log: FastifyBaseLogger, stream: LogStream | undefined): LogRequest {
  const write = stream === undefined ? undefined : createLineWriter(log as FastifyBaseLogger & PinoLogger, stream)
  return (ended, quiet) => {
    if (quiet === true) log.debug(ended, REQUEST)
    else if (write === undefined) log.info(ended, REQUEST)
    else write(ended)
  }
}

/** What Fastify's type of a logger leaves out. */
interface PinoLogger {
  readonly levels: { readonly values: Readonly<Record<string, number>> }
  isLevelEnabled(level: string): boolean
  /** What every line has, as JSON: `,"pid":1,"hostname":"x"`. */
  readonly [symbols.chindingsSym]: string
}

const REQUEST = 'request'

/** The line of a request that ended without an answer of a route. */
export function logCutOff(log: FastifyBaseLogger, ended: EndedRequest, quiet: boolean | undefined): void {
  log[quiet === true ? 'debug' : 'info'](ended, 'request cut off')
}

/**
 * Writes the line that `log.info(ended, 'request')` writes. pino asks of every value what it is, and that takes longer
 * than the forest; here only the route is text that needs escaping, and there are few of those.
 */
function createLineWriter(log: PinoLogger, stream: LogStream): (ended: EndedRequest) => void {
  if (!log.isLevelEnabled('info')) return () => undefined
  const head = `{"level":${log.levels.values.info},"time":`
  const start = `${log[symbols.chindingsSym]},"reqId":"`
  const end = `,"msg":"${REQUEST}"}\n`
  const middles = new Series(['method', 'route', 'status'], (method, route, status) =>
    `","method":"${method}","route":${JSON.stringify(route)},"status":${status},"ms":`)
  return ({ reqId, method, route, status, ms }) => {
    stream.write(
      `${head}${writeTime(Date.now())}${start}${reqId}${middles.get(method, route, status)}${writeMs(ms)}${end}`
    )
  }
}

/**
 * The text of 0 to 999 as three digits. Numbers that are new with each request are put together from these, since V8
 * keeps the text of every number that it writes, until memory has grown by a fifth after a million requests.
 */
const DIGITS = Array.from({ length: 1000 }, (_, n) => String(n).padStart(3, '0'))

/** The same behind the point, with no zero at the end: `.5` for 500, nothing for 0. */
const FRACTIONS = DIGITS.map((_, n) => String(n / 1000).slice(1))

/** @param time whole milliseconds, such as `Date.now()` */
function writeTime(time: number): string {
  const seconds = Math.floor(time / 1000)
  return String(seconds) + DIGITS[time - seconds * 1000]
}

/** @param ms with three decimals at most; the text is that of JSON */
function writeMs(ms = 0): string {
  const thousandths = Math.round(ms * 1000)
  const whole = Math.floor(thousandths / 1000)
  return String(whole) + FRACTIONS[thousandths - whole * 1000]
}

/** One line per model: what it is made of, or why it is not served. */
export function logModels(log: FastifyBaseLogger, entries: readonly ModelEntry[]): void {
  for (const entry of entries) {
    const { name } = entry
    const file = basename(entry.path)
    if (entry.model === undefined) {
      log.error({ model: name, file, reason: entry.reason }, 'model not loaded')
    } else {
      const { nTrees: trees, nNodes: nodes, provenance } = entry.model
      const source = provenance.sources.map(({ file }) => file).join(', ')
      const loadMs = Math.round(entry.loadMs)
      log.info({ model: name, file, source, bytes: entry.bytes, trees, nodes, loadMs }, 'model loaded')
      if (isDemonstration(provenance)) {
        log.warn({ model: name }, 'a demonstration: it was trained on synthetic data and knows nothing of real customers')
      }
    }
  }
}

/**
 * Logs an unexpected failure with its stack; without its message where that repeats a value of the request.
 * @param sent what the caller sent: one row of many, when it is not the body
 */
export function logFailure(error: unknown, request: FastifyRequest, sent: unknown = request.body): void {
  const hidden = error instanceof Error && repeatsValue(error.message, sent)
  const message = { value: '(left out: it repeats the request)' }
  const err = hidden ? (Object.create(error, { message }) as Error) : error
  request.log.error({ reqId: request.id, err }, 'request failed')
}

/**
 * An error's type, code, message and frames, these with the lines of the sources. Its other properties stay out: those
 * of a validation or parser error hold the request.
 */
export function describeError(error: unknown): { type: string; code?: string; message: string; stack: string } {
  if (!(error instanceof Error)) return { type: typeof error, message: 'not an Error', stack: '' }
  const { code } = error as NodeJS.ErrnoException
  const frames = (error.stack ?? '').split('\n').filter(line => /^\s+at /.test(line)).map(line => line.trim())
  return {
    type: error.name,
    ...(typeof code === 'string' && { code }),
    message: error.message,
    stack: mapFrames(frames).join('\n')
  }
}

/** Whether a text has one of the values of a parsed body in it. Very short ones tell nothing and are everywhere. */
function repeatsValue(text: string, body: unknown): boolean {
  // A list instead of recursion: the nesting is up to the caller.
  const rest = [body]
  while (rest.length > 0) {
    const value = rest.pop()
    // One by one: a list may have more values than a call takes arguments.
    if (typeof value === 'object' && value !== null) for (const part of Object.values(value) as unknown[]) rest.push(part)
    const shown = typeof value === 'number' ? String(value) : value
    if (typeof shown === 'string' && shown.length >= 3 && text.includes(shown)) return true
  }
  return false
}
