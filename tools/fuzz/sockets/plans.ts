/** What callers do on their connections, one case at a time: most of them nothing that a caller should do. */
import { mutateBytes, mutateText } from '../shared/mutate-bytes.js'
import { mutateJson, type JsonObject } from '../shared/mutate-json.js'
import { below, pick, times, type Random } from '../shared/random.js'
import type { Question } from './questions.js'
import { encodeRequest, MALFORMED } from './requests.js'

export type Step =
  | { readonly do: 'send', readonly bytes: Buffer }
  | { readonly do: 'wait', readonly ms: number }
  /** Waits to be told to go on, for a while. */
  | { readonly do: 'continue' }
  /** Reads nothing from now on. */
  | { readonly do: 'pause' }
  /** Says that no more will be sent. */
  | { readonly do: 'end' }
  | { readonly do: 'reset' }

/** One connection. */
export interface Plan {
  readonly kind: string
  readonly steps: readonly Step[]
  /** Methods of the requests. */
  readonly methods: readonly string[]
  /** Requests that were sent whole and must be answered: places among the questions, or -1 for any answer but a 5xx. */
  readonly due: readonly number[]
  /** Whether something may come after the answers that are due. */
  readonly mayHaveMore: boolean
}

interface Chance {
  readonly random: Random
  readonly questions: readonly Question[]
}

const MOST_TOGETHER = 4
const FLOOD = 40
const LONGEST_STALL_MS = 300
const LARGE_BYTES = 3_000_000

/** The connections of a case, which are open at the same time. */
export function drawPlans(questions: readonly Question[], random: Random): Plan[] {
  const chance = { random, questions }
  if (random() < 0.01) return Array.from({ length: FLOOD }, () => drawPolite(chance))
  const plans = Array.from({ length: 1 + below(random, MOST_TOGETHER) }, () => pick(random, KINDS)(chance))
  return random() < 0.02 ? [...plans, drawLarge(chance)] : plans
}

interface Sent {
  readonly steps: Step[]
  readonly asked: number[]
  readonly methods: string[]
}

/** Well-formed requests, one behind the other. */
function drawRequests({ random, questions }: Chance, isLast: boolean): Sent {
  const asked = Array.from({ length: Math.min(6, times(random)) }, () => below(random, questions.length))
  const steps = asked.flatMap((place, i): Step[] => {
    const expects = questions[place].body !== undefined && random() < 0.1
    const options = { expects, isLast: isLast && i === asked.length - 1 }
    const { head, body } = encodeRequest(questions[place], random, options)
    if (!expects) return [send(Buffer.concat([head, body]))]
    return random() < 0.7 ? [send(head), { do: 'continue' }, send(body)] : [send(head), send(body)]
  })
  return { steps, asked, methods: asked.map(place => questions[place].method) }
}

function send(bytes: Buffer): Step {
  return { do: 'send', bytes }
}

/** The same bytes in pieces, with pauses between some of them. */
function trickle(steps: readonly Step[], random: Random): Step[] {
  const most = pick(random, [1, 1, 2, 5, 60])
  return steps.flatMap(step => {
    if (step.do !== 'send' || step.bytes.length === 0) return [step]
    const count = 1 + below(random, Math.min(most, step.bytes.length))
    const between = Array.from({ length: count - 1 }, () => below(random, step.bytes.length))
    const cuts = [0, ...between.sort((a, b) => a - b), step.bytes.length]
    return cuts.slice(1).flatMap((to, i): Step[] => {
      const piece = send(step.bytes.subarray(cuts[i], to))
      return random() < 0.5 ? [piece] : [piece, { do: 'wait', ms: below(random, 4) }]
    })
  })
}

function drawPolite(chance: Chance): Plan {
  const { random } = chance
  const { steps, asked, methods } = drawRequests(chance, random() < 0.3)
  return { kind: 'well-formed', steps: trickle(steps, random), methods, due: asked, mayHaveMore: false }
}

/** As well-formed, but it breaks off. Who says that no more will be sent counts as gone, as with Node. */
function drawCut(chance: Chance): Plan {
  const { random } = chance
  const { steps, methods } = drawRequests(chance, false)
  const trickled = trickle(steps, random)
  const kept = trickled.slice(0, 1 + below(random, trickled.length))
  const last = kept[kept.length - 1]
  if (last.do === 'send') kept[kept.length - 1] = send(last.bytes.subarray(0, below(random, last.bytes.length)))
  const stall: Step[] = random() < 0.3 ? [{ do: 'wait', ms: below(random, LONGEST_STALL_MS) }] : []
  const end = pick<Step[]>(random, [[{ do: 'reset' }], [{ do: 'end' }], []])
  return { kind: 'cut off', steps: [...kept, ...stall, ...end], methods, due: [], mayHaveMore: true }
}

function drawMalformed(chance: Chance): Plan {
  const { random } = chance
  const before: Sent = random() < 0.3 ? drawRequests(chance, false) : { steps: [], asked: [], methods: [] }
  const garbage = send(Buffer.from(pick(random, MALFORMED), 'latin1'))
  const rest: Step[] = [{ do: 'wait', ms: below(random, 50) }]
  const steps = [...before.steps, garbage, ...rest]
  const { asked: due, methods } = before
  return { kind: 'malformed', steps: random() < 0.5 ? trickle(steps, random) : steps, methods, due, mayHaveMore: true }
}

function drawMutated(chance: Chance): Plan {
  const { random } = chance
  const { steps, methods } = drawRequests(chance, false)
  const bytes = Buffer.concat(steps.map(step => step.do === 'send' ? step.bytes : Buffer.alloc(0)))
  const other = Buffer.from(pick(random, MALFORMED), 'latin1')
  const changed = random() < 0.5 ? mutateBytes(bytes, other, random) : mutateText(bytes, random)
  const end = pick<Step[]>(random, [[{ do: 'end' }], [], [{ do: 'wait', ms: below(random, 30) }]])
  return { kind: 'mutated', steps: [...trickle([send(changed)], random), ...end], methods, due: [], mayHaveMore: true }
}

/** A body of another structure in a request that is well-formed. */
function drawOtherBody({ random, questions }: Chance): Plan {
  const question = pick(random, questions.filter(({ body, type }) => type === 'application/json' && body !== undefined && body.length > 1))
  const json = JSON.parse(String(question.body)) as JsonObject
  mutateJson(json, random)
  const text = JSON.stringify(json)
  const body = random() < 0.5 ? Buffer.from(text) : mutateText(Buffer.from(text), random)
  const { head, body: framed } = encodeRequest({ ...question, body }, random)
  const steps = trickle([send(Buffer.concat([head, framed]))], random)
  return { kind: 'other body', steps, methods: [question.method], due: [-1], mayHaveMore: false }
}

/** Lines that go on for a while, and may not be read. */
function drawStream({ random }: Chance): Plan {
  const line = '{"monthly_spend":65000,"plan_type":"Prepaid"}\n'
  const steps: Step[] = random() < 0.5 ? [{ do: 'pause' }] : []
  steps.push(send(Buffer.from('POST /predict/batch HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n')))
  for (let i = below(random, 20); i > 0; i--) {
    const text = line.repeat(1 + below(random, random() < 0.1 ? 2000 : 20)).slice(0, random() < 0.9 ? undefined : -5)
    steps.push(send(Buffer.from(`${text.length.toString(16)}\r\n${text}\r\n`)), { do: 'wait', ms: below(random, 10) })
  }
  if (random() < 0.3) steps.push(send(Buffer.from('0\r\n\r\n')))
  steps.push(pick<Step>(random, [{ do: 'reset' }, { do: 'end' }, { do: 'wait', ms: below(random, LONGEST_STALL_MS) }]))
  return { kind: 'stream', steps, methods: ['POST'], due: [], mayHaveMore: true }
}

function drawLarge({ random }: Chance): Plan {
  const bytes = below(random, LARGE_BYTES)
  const path = pick(random, ['/predict', '/predict/batch', '/recommend/batch', '/v2/models/churn/infer'])
  const filling = pick(random, [' ', '[', '{"a":', '"', '1,', '{"monthly_spend":1},'])
  const start = pick(random, ['', '{"instances":[', '{"inputs":[{"data":['])
  const body = Buffer.from(start + filling.repeat(Math.ceil(bytes / filling.length)))
  const { head, body: framed } = encodeRequest({ method: 'POST', path, type: 'application/json', body }, random)
  return { kind: 'large', steps: trickle([send(Buffer.concat([head, framed]))], random), methods: ['POST'], due: [], mayHaveMore: true }
}

type Kind = (chance: Chance) => Plan

const KINDS: readonly Kind[] = [
  drawPolite, drawPolite, drawPolite, drawPolite, drawPolite, drawPolite, drawPolite, drawPolite,
  drawCut, drawCut, drawCut, drawCut, drawMutated, drawMutated, drawMutated, drawMutated,
  drawMalformed, drawMalformed, drawMalformed, drawOtherBody, drawOtherBody, drawStream
]
