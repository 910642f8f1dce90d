/** Asks a running service about a handful of customers, as the Flask service's test client did. */
import { styleText } from 'node:util'

export interface ClientOptions {
  /** Where the service is, with the prefix of a proxy if there is one. */
  readonly url?: string
  /** Where the report goes; coloured if that is a terminal with colours. */
  readonly out?: { write(text: string): unknown; hasColors?(): boolean }
}

interface Customer {
  readonly name: string
  readonly profile: Readonly<Record<string, string | number>>
}

interface Answer {
  readonly body: Record<string, unknown>
  /** Milliseconds from the call to the parsed answer. */
  readonly ms: number
}

type Style = Parameters<typeof styleText>[0]
type Paint = (style: Style, text: string) => string

const DEFAULT_URL = 'http://127.0.0.1:5000'
const TIMED_REQUESTS = 20
const TIMEOUT_MS = 30_000

const customer = (name: string, values: Array<string | number>): Customer => {
  const fields = [
    'avg_data_usage_gb', 'pct_video_usage', 'avg_call_duration', 'sms_freq', 'monthly_spend', 'topup_freq',
    'travel_score', 'complaint_count', 'plan_type', 'device_brand'
  ]
  return { name, profile: Object.fromEntries(fields.map((field, i) => [field, values[i]])) }
}

const CUSTOMERS: readonly Customer[] = [
  customer('Heavy Video Streamer', [14.5, 0.85, 6, 8, 120_000, 3, 0.15, 0, 'Prepaid', 'Xiaomi']),
  customer('Frequent Traveler', [5.2, 0.3, 9, 12, 110_000, 3, 0.78, 0, 'Prepaid', 'Oppo']),
  customer('High-Risk Customer', [1.2, 0.2, 3, 6, 40_000, 1, 0.1, 4, 'Prepaid', 'Other']),
  customer('Premium Family', [9.5, 0.45, 12, 15, 240_000, 2, 0.3, 0, 'Postpaid', 'Oppo']),
  customer('Apple Enthusiast', [11, 0.5, 10, 14, 230_000, 2, 0.35, 0, 'Postpaid', 'Apple']),
  customer('Voice Caller', [1.8, 0.15, 24, 16, 70_000, 4, 0.2, 0, 'Prepaid', 'Vivo'])
]

/** A failure that the report explains; anything else is a bug of the client. */
class ClientError extends Error {}

/**
 * Sends every customer through both routes, then times 20 requests one after the other.
 * @returns exit status: 0 when every answer was one, 1 otherwise
 */
export async function runClient({ url = DEFAULT_URL, out = process.stdout }: ClientOptions = {}): Promise<number> {
  const coloured = out.hasColors?.() === true
  const paint: Paint = (style, text) => coloured ? styleText(style, text, { validateStream: false }) : text
  const base = url.replace(/\/+$/, '')
  const print = (line: string) => out.write(`${line}\n`)
  try {
    await ask(base, '/recommend', CUSTOMERS[0])
    print(paint('bold', 'Recommendation'))
    for (const person of CUSTOMERS) print(line(person, await ask(base, '/recommend', person), describeOffer, paint))
    print(paint('bold', 'Churn'))
    for (const person of CUSTOMERS) print(line(person, await ask(base, '/predict', person), describeRisk, paint))
    print(paint('bold', `${TIMED_REQUESTS} requests, one after the other`))
    print(`  ${describeTimes(await time(base))}`)
    return 0
  } catch (error) {
    if (!(error instanceof ClientError)) throw error
    print(`${paint('red', 'failed:')} ${error.message}`)
    return 1
  }
}

async function ask(base: string, route: string, { name, profile }: Customer): Promise<Answer> {
  const start = performance.now()
  let response: Response
  let text: string
  try {
    response = await fetch(base + route, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(profile),
      signal: AbortSignal.timeout(TIMEOUT_MS)
    })
    text = await response.text()
  } catch (error) {
    throw new ClientError(describeConnection(error, base))
  }
  const ms = performance.now() - start
  const body = parse(text)
  if (response.status === 200 && body?.status === 'success') return { body, ms }
  const message = typeof body?.message === 'string' ? body.message : `no answer of this service: ${text.slice(0, 100)}`
  throw new ClientError(`POST ${base}${route} for ${name}: ${response.status} ${message}`)
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function describeConnection(error: unknown, base: string): string {
  const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } }
  if (name === 'TimeoutError') return `${base} did not answer within ${TIMEOUT_MS / 1000} s`
  if (cause?.code === 'ECONNREFUSED') {
    return `nothing listens at ${base}. Start the service (npm start), or say where it is with --url`
  }
  const reason = [cause?.message, cause?.code].find(text => text !== undefined && text !== '')
  return `${base} cannot be reached: ${reason ?? message}`
}

type Describe = (body: Answer['body'], paint: Paint) => string

function line(person: Customer, answer: Answer, describe: Describe, paint: Paint): string {
  return `  ${person.name.padEnd(22)}${describe(answer.body, paint)}  ${paint('dim', milliseconds(answer.ms))}`
}

function describeOffer({ offer_name: offer, confidence }: Answer['body'], paint: Paint): string {
  return paint('green', String(offer).padEnd(26)) + `${(Number(confidence) * 100).toFixed(2)}%`.padStart(7)
}

function describeRisk({ risk_score: score, risk_category: category }: Answer['body'], paint: Paint): string {
  const style = category === 'HIGH' ? 'red' : category === 'MEDIUM' ? 'yellow' : 'green'
  return paint(style, String(category).padEnd(26)) + Number(score).toFixed(4).padStart(7)
}

/** Response times in milliseconds, sorted. */
async function time(base: string): Promise<number[]> {
  const times: number[] = []
  for (let i = 0; i < TIMED_REQUESTS; i++) {
    const { ms } = await ask(base, i % 2 === 0 ? '/recommend' : '/predict', CUSTOMERS[i % CUSTOMERS.length])
    times.push(ms)
  }
  return times.sort((a, b) => a - b)
}

function describeTimes(times: readonly number[]): string {
  const at = (share: number) => milliseconds(times[Math.ceil(share * times.length) - 1])
  return `min ${milliseconds(times[0])}  median ${at(0.5)}  p95 ${at(0.95)}  max ${at(1)}`
}

function milliseconds(ms: number): string {
  return `${ms.toFixed(ms < 10 ? 2 : 0)} ms`
}
