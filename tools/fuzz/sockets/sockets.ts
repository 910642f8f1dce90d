/** Hostile and unlucky callers at the sockets of the service, and a well-behaved one beside them. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { FuzzCase, Fuzzer } from '../shared/fuzzer.js'
import { pick, randomOf, type Random } from '../shared/random.js'
import type { Answer } from './answers.js'
import { drawPlans, type Plan } from './plans.js'
import { Caller, compare, play, SocketFault, type Expected } from './play.js'
import { drawQuestions, type Question } from './questions.js'
import { encodeRequest } from './requests.js'
import { Service } from './service.js'

/** A well-behaved caller may wait so long, of the service's processor time, and by the clock. */
const WAIT_USED_MS = 2000
const WAIT_MS = 30_000
/** After so many cases everything has to be let go of that callers made the service hold. */
const SETTLE_EVERY = 20
const SETTLE_MS = 15_000
const PATIENCE_MS = 60_000

export function fuzzSockets(seed: number): Fuzzer {
  const questions = drawQuestions(randomOf(seed, 'questions', 0))
  const stage = new Stage(questions)
  return {
    isApart: true,
    make: number => makeCase(questions, stage, randomOf(seed, 'sockets', number)),
    close: async () => stage.close()
  }
}

function makeCase(questions: readonly Question[], stage: Stage, random: Random): FuzzCase {
  const plans = drawPlans(questions, random)
  const beside = pick(random, [...questions.keys()].filter(place => questions[place].path === '/predict'))
  return {
    source: plans.map(({ kind }) => kind).join(', ').slice(0, 100),
    bytes: Buffer.from(describePlans(plans)),
    run: async () => {
      await stage.run(plans, beside)
      return plans.some(({ due }) => due.length > 0) ? 'accepted' : 'refused'
    }
  }
}

/** For people who look into a finding. */
function describePlans(plans: readonly Plan[]): string {
  const plain = (_key: string, value: unknown) => {
    const { type, data } = (value ?? {}) as { type?: unknown, data?: number[] }
    return type === 'Buffer' && data !== undefined ? Buffer.from(data).toString('latin1') : value
  }
  return JSON.stringify(plans, plain, 2)
}

/** The service, started anew after each fault that it would carry into the next case. */
class Stage {
  private service: Service | undefined
  private expected: Expected[] = []
  private cases = 0

  constructor(private readonly questions: readonly Question[]) {}

  /** @throws SocketFault */
  async run(plans: readonly Plan[], beside: number): Promise<void> {
    const service = await this.open()
    try {
      const outcomes = await Promise.allSettled([
        ...plans.map(async plan => play(service.port, plan, this.expected)), this.askBeside(service, beside)
      ])
      for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
      if (++this.cases % SETTLE_EVERY === 0) await settle(service)
    } catch (error) {
      // It may be no more than a consequence.
      await sleep(100)
      throw service.fault === undefined ? error : new SocketFault(service.fault, { cause: error })
    } finally {
      if (service.fault !== undefined) await this.close()
    }
    if (service.fault !== undefined) throw new SocketFault(service.fault)
  }

  async close(): Promise<void> {
    await this.service?.stop()
    this.service = undefined
  }

  private async open(): Promise<Service> {
    if (this.service !== undefined) return this.service
    this.service = await Service.start()
    this.expected = []
    for (const question of this.questions) this.expected.push(await askInPeace(this.service.port, question))
    return this.service
  }

  private async askBeside(service: Service, place: number): Promise<void> {
    const [start, used] = [performance.now(), service.used]
    const answer = await ask(service.port, this.questions[place])
    const [took, usedMs] = [performance.now() - start, service.used - used]
    if (took > WAIT_USED_MS && usedMs > WAIT_USED_MS || took > WAIT_MS) {
      throw new SocketFault(`a caller beside waited ${took.toFixed(0)} ms, of which the service worked ${usedMs.toFixed(0)}`)
    }
    compare(answer, this.expected[place], 'a caller beside')
  }
}

async function askInPeace(port: number, question: Question): Promise<Expected> {
  const answer = await ask(port, question)
  return { question: `${question.method} ${question.path}`, changes: question.changes === true, answer }
}

/** @throws SocketFault when there is no answer */
async function ask(port: number, question: Question): Promise<Answer> {
  const caller = new Caller(port, [question.method])
  const { head, body } = encodeRequest(question, () => 0.75)
  try {
    await caller.take([{ do: 'send', bytes: Buffer.concat([head, body]) }])
    if (await caller.until(() => caller.answers.length > 0, PATIENCE_MS)) return caller.answers[0]
    throw new SocketFault(`no answer to a caller in peace: ${caller.state}`)
  } finally {
    await caller.leave()
  }
}

/** @throws SocketFault when connections or bytes are still held, whose callers are gone */
async function settle({ port }: Service): Promise<void> {
  let held = ''
  for (const start = performance.now(); performance.now() - start < SETTLE_MS; await sleep(20)) {
    const text = String((await ask(port, { method: 'GET', path: '/metrics' })).body)
    const valueOf = (name: RegExp) => Number(name.exec(text)?.[1] ?? 0)
    const connections = valueOf(/^nodejs_active_resources\{type="TCPSocketWrap"\} (\d+)/m)
    const bytes = valueOf(/^recall_ml_in_flight_bytes (\d+)/m)
    // One is the connection that asks.
    if (connections <= 1 && bytes === 0) return
    held = `${connections - 1} connections and ${bytes} bytes are held whose callers are gone`
  }
  throw new SocketFault(held)
}
