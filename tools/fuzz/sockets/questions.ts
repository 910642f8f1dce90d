/** What well-behaved callers ask: requests whose answers are known from a time of peace. */
import { below, pick, type Random } from '../shared/random.js'

export interface Question {
  readonly method: string
  readonly path: string
  readonly type?: string
  readonly body?: Buffer
  /** Whether the answer changes from time to time, so that only its status can be compared. */
  readonly changes?: boolean
}

const NUMBERS = [
  'avg_data_usage_gb', 'pct_video_usage', 'avg_call_duration', 'sms_freq', 'monthly_spend', 'topup_freq', 'travel_score',
  'complaint_count'
]
const VALUES = [0, 1, 0.5, 0.25, 3, 65_000, 1e300, -1, null, '6.5', true, [5], {}]
const TEXTS = ['Prepaid', 'Postpaid', 'Samsung', 'Apple', 'Other', '', 'é\u2028\u{1f4f1}', '__proto__', null, 7]
const JSON_TYPE = 'application/json'
const LINES_TYPE = 'application/x-ndjson'
const QUESTIONS_PER_ROUTE = 12
const MOST_ROWS = 150

const FIXED: readonly Question[] = [
  { method: 'GET', path: '/health/live' },
  { method: 'GET', path: '/health/ready' },
  { method: 'HEAD', path: '/health/ready' },
  { method: 'GET', path: '/metrics', changes: true },
  { method: 'GET', path: '/models' },
  { method: 'GET', path: '/models/churn' },
  { method: 'GET', path: '/v2' },
  { method: 'GET', path: '/v2/models/churn' },
  { method: 'GET', path: '/v2/models/stats', changes: true },
  { method: 'GET', path: '/docs/json' },
  { method: 'GET', path: '/nowhere' },
  { method: 'GET', path: '/%' },
  { method: 'GET', path: '/predict' },
  { method: 'DELETE', path: '/predict' },
  { method: 'OPTIONS', path: '/predict' },
  { method: 'POST', path: '/predict' },
  { method: 'POST', path: '/predict', type: JSON_TYPE, body: Buffer.from('{') },
  { method: 'POST', path: '/predict', type: 'text/plain', body: Buffer.from('hello') },
  { method: 'POST', path: '/nowhere', type: JSON_TYPE, body: Buffer.from('{"a":1}') },
  { method: 'POST', path: '/v2/models/nobody/infer', type: JSON_TYPE, body: Buffer.from('{}') },
  { method: 'POST', path: '/predict/batch', type: LINES_TYPE, body: Buffer.alloc(0) },
  // Larger than what is read of a connection at once.
  { method: 'POST', path: '/predict', type: JSON_TYPE, body: Buffer.from(`{"monthly_spend":1${' '.repeat(300_000)}}`) }
]

/** The same questions for the same seed. */
export function drawQuestions(random: Random): Question[] {
  const questions = [...FIXED]
  for (const path of ['/predict', '/recommend']) {
    const batch = `${path}/batch`
    for (let i = 0; i < QUESTIONS_PER_ROUTE; i++) {
      questions.push(
        { method: 'POST', path, type: JSON_TYPE, body: Buffer.from(JSON.stringify(drawRow(random))) },
        { method: 'POST', path: batch + drawQuery(random), type: JSON_TYPE, body: Buffer.from(drawBatch(random)) },
        { method: 'POST', path: batch + drawQuery(random), type: LINES_TYPE, body: Buffer.from(drawLines(random)) }
      )
    }
  }
  for (let i = 0; i < QUESTIONS_PER_ROUTE; i++) {
    questions.push({ method: 'POST', path: '/v2/models/churn/infer', type: JSON_TYPE, body: Buffer.from(drawInference(random)) })
  }
  return questions
}

function drawQuery(random: Random): string {
  return pick(random, ['', '', '', '?on_error=fail', '?on_error=x'])
}

function drawRow(random: Random): object {
  const row: Record<string, unknown> = {}
  const wild = random() < 0.3
  for (const name of NUMBERS) {
    if (random() < 0.8) row[name] = wild ? pick(random, VALUES) : pick(random, VALUES.slice(0, 4))
  }
  for (const name of ['plan_type', 'device_brand', 'username']) if (random() < 0.8) row[name] = pick(random, wild ? TEXTS : TEXTS.slice(0, 5))
  return row
}

function drawRows(random: Random): string[] {
  return Array.from({ length: below(random, random() < 0.8 ? 10 : MOST_ROWS) }, () => JSON.stringify(drawRow(random)))
}

function drawBatch(random: Random): string {
  const instances = `"instances":[${drawRows(random).join(random() < 0.5 ? ',' : ' ,\n')}]`
  return random() < 0.5 ? `{${instances}}` : `{"before":{"a":[1,"]"]},${instances},"after":null}`
}

function drawLines(random: Random): string {
  const end = pick(random, ['\n', '\r\n'])
  const lines = drawRows(random).map(line => random() < 0.1 ? pick(random, ['', '{', 'null', '[]', '\u0001']) : line)
  return lines.join(end) + (random() < 0.5 ? end : '')
}

function drawInference(random: Random): string {
  const rows = below(random, 20)
  const tensor = (name: string, datatype: string, data: unknown[]) => ({ name, shape: [rows], datatype, data })
  return JSON.stringify({
    id: pick(random, ['', 'a', 'é']),
    inputs: [
      tensor('monthly_spend', 'FP64', Array.from({ length: rows }, () => pick(random, VALUES.slice(0, 4)))),
      tensor('plan_type', 'BYTES', Array.from({ length: rows }, () => pick(random, TEXTS.slice(0, 5))))
    ]
  })
}
