/** Plays what callers do, and looks at what comes back. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { AnswerReader, type Answer } from './answers.js'
import type { Plan, Step } from './plans.js'

/** How long a caller waits for the word to go on: then it goes on all the same. */
const CONTINUE_MS = 300
/** How long answers may take that are due. Processor time is judged elsewhere: other programs are at work too. */
const PATIENCE_MS = 60_000
const LOOK_EVERY_MS = 2
/** No room, and a version of HTTP that is not served. */
const REFUSALS = new Set([503, 505])

/** Something that the service must never do. */
export class SocketFault extends Error {
  override name = 'SocketFault'
}

/** A caller on a connection of its own. */
export class Caller {
  private readonly socket: Socket
  private readonly reader: AnswerReader
  private failure: Error | undefined

  /** @param methods of the requests that will be sent, in order */
  constructor(port: number, methods: readonly string[]) {
    this.reader = new AnswerReader(methods)
    this.socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    const fail = (error: Error) => { this.failure ??= error }
    this.socket.on('error', fail).on('data', bytes => {
      try {
        this.reader.push(bytes)
      } catch (error) {
        fail(error as Error)
      }
    })
  }

  /** Answers that have come whole. */
  get answers(): readonly Answer[] {
    return this.reader.answers
  }

  /** Bytes that came after them. */
  get rest(): Buffer {
    return this.reader.rest
  }

  async take(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      if (this.socket.destroyed) return
      await this.takeOne(step)
    }
  }

  private async takeOne(step: Step): Promise<void> {
    const { socket } = this
    if (step.do === 'send') await new Promise<void>(resolve => { socket.write(step.bytes, () => resolve()) })
    else if (step.do === 'wait') await sleep(step.ms)
    else if (step.do === 'pause') socket.pause()
    else if (step.do === 'end') socket.end()
    else if (step.do === 'reset') socket.resetAndDestroy()
    else await this.until(() => this.reader.isToldToGoOn, CONTINUE_MS)
  }

  /** Whether something holds before time is up and before the service ends the connection. */
  async until(holds: () => boolean, ms: number): Promise<boolean> {
    for (const start = performance.now(); !holds(); await sleep(LOOK_EVERY_MS)) {
      if (this.hasEnded || performance.now() - start > ms) return holds()
    }
    return true
  }

  get hasEnded(): boolean {
    return this.failure !== undefined || this.socket.destroyed || this.socket.readableEnded
  }

  /** How the connection is. */
  get state(): string {
    return this.failure !== undefined ? String(this.failure) : this.hasEnded ? 'the connection ended' : 'the connection is open'
  }

  async leave(): Promise<void> {
    if (this.socket.closed) return
    const closed = once(this.socket, 'close')
    this.socket.destroy()
    await closed
  }
}

/**
 * Plays one connection to its end.
 * @param answers what the questions are answered in peace, by place
 * @throws SocketFault when an answer that is due does not come or is another one, or when any answer is a 500
 */
export async function play(port: number, plan: Plan, answers: readonly Expected[]): Promise<void> {
  const caller = new Caller(port, plan.methods)
  try {
    await caller.take(plan.steps)
    if (plan.due.length > 0) await checkDue(caller, plan, answers)
    const broken = caller.answers.find(({ status }) => status >= 500 && !REFUSALS.has(status))
    if (broken !== undefined) throw new SocketFault(`${plan.kind}: ${broken.status} ${String(broken.body)}`)
  } finally {
    await caller.leave()
  }
}

/** The answer to a question in peace. */
export interface Expected {
  readonly question: string
  readonly changes: boolean
  readonly answer: Answer
}

async function checkDue(caller: Caller, plan: Plan, answers: readonly Expected[]): Promise<void> {
  const { kind, due, methods, mayHaveMore } = plan
  const names = due.map(place => place < 0 ? methods[0] : answers[place].question)
  const { answers: came } = caller
  if (!await caller.until(() => came.length >= due.length, PATIENCE_MS) && !saysEnd(came.at(-1))) {
    const asked = names.map((name, i) => `${name} ${came[i]?.status ?? 'without an answer'}`).join(', ')
    throw new SocketFault(`${kind}: no answer to ${names[came.length]}, ${caller.state}; asked ${asked}`)
  }
  due.slice(0, came.length).forEach((place, i) => {
    if (place >= 0) compare(came[i], answers[place], kind)
    else if (came[i].status >= 500) throw new SocketFault(`${kind}: ${came[i].status}`)
  })
  if (!mayHaveMore && (came.length > due.length || caller.rest.length > 0)) {
    throw new SocketFault(`${kind}: more than was asked for, after ${names.join(', ')}: ${came[due.length]?.status ?? String(caller.rest)}`)
  }
}

/** Whether nothing that was sent behind the request will be read. */
function saysEnd(answer: Answer | undefined): boolean {
  return answer?.headers.get('connection') === 'close'
}

/** @throws SocketFault when an answer is another one than in peace */
export function compare(came: Answer, { question, changes, answer }: Expected, kind: string): void {
  if (came.status !== answer.status) throw new SocketFault(`${kind}: ${came.status} to ${question}, in peace ${answer.status}`)
  if (changes || came.body.equals(answer.body)) return
  throw new SocketFault(`${kind}: another answer to ${question}: ${String(came.body).slice(0, 200)}, in peace ${String(answer.body).slice(0, 200)}`)
}
