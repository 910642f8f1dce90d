/** Work that would hold up the event loop, on threads: why a model answers as it does, and the like. */
import type { Worker } from 'node:worker_threads'
import type { FastifyInstance } from 'fastify'
import type { Config } from '../config.js'
import { Refusal, threadsBusy } from '../http/shared/errors.js'
import { nestedTooDeep } from '../http/shared/problems.js'
import { restoreError } from './restore-error.js'
import type { DumpReference, TaskKind, TaskMessage, TaskOutcome, Tasks } from './protocol.js'

/** A task and whoever waits for it. */
interface Task {
  readonly message: TaskMessage
  readonly isGone: () => boolean
  readonly resolve: (answer: Tasks[TaskKind]['answer'] | undefined) => void
  readonly reject: (error: Error) => void
}

export interface ThreadSettings {
  /** Starts a thread that answers {@link TaskMessage}s, one after the other. */
  readonly start: () => Worker
  /** Most threads. */
  readonly threads: number
  /** Most requests that have tasks, or wait for one, at once. */
  readonly maxRequests: number
}

/**
 * Threads that are started when there is work for them, and are then kept with the models that they have read. A thread
 * that ends takes the task with it that it had, and nothing else: the next task starts another one.
 *
 * They are plain `node:worker_threads`. A pool from npm starts its threads from a file of its own, which a bundle does
 * not have; and here it is requests that are refused, before their rows are looked at, and not tasks.
 */
export class ModelThreads {
  private readonly threads = new Set<Thread>()
  private readonly waiting: Task[] = []
  private requests = 0
  private isClosed = false

  constructor(private readonly settings: ThreadSettings) {}

  /** Tasks that wait for a thread. */
  get length(): number {
    return this.waiting.length
  }

  /**
   * Lets a request in.
   * @returns what lets it out again, to be called once
   * @throws Refusal when there are too many
   */
  enter(): () => void {
    const { maxRequests } = this.settings
    if (this.requests >= maxRequests) throw new Refusal(threadsBusy(maxRequests))
    this.requests++
    return () => {
      this.requests--
    }
  }

  /**
   * Has a thread answer a question. Questions are answered in their order: whoever has much to ask asks in pieces, each
   * when the one before is answered, so that others get their turn.
   * @param isGone whether nobody waits for the answer any more: then the question is never sent
   * @returns undefined when nobody waits for it
   * @throws InputError or Refusal, for the caller; any other Error when the thread has failed
   */
  async run<Kind extends TaskKind>(
    kind: Kind, { name, path, digest }: DumpReference, question: Tasks[Kind]['question'], isGone: () => boolean
  ): Promise<Tasks[Kind]['answer'] | undefined> {
    if (this.isClosed) throw new Error('the threads are closed')
    return new Promise<Tasks[TaskKind]['answer'] | undefined>((resolve, reject) => {
      this.waiting.push({ message: { kind, dump: { name, path, digest }, question }, isGone, resolve, reject })
      this.assign()
    })
  }

  /** Ends the threads. What they have not answered fails. */
  async close(): Promise<void> {
    this.isClosed = true
    for (const { reject } of this.waiting.splice(0)) reject(new Error('the threads are closed'))
    await Promise.all([...this.threads].map(async thread => thread.end()))
  }

  private assign(): void {
    let thread = [...this.threads].find(({ isIdle }) => isIdle)
    if (thread === undefined && this.threads.size >= this.settings.threads) return
    for (let task = this.waiting.shift(); task !== undefined; task = this.waiting.shift()) {
      if (task.isGone()) {
        task.resolve(undefined)
        continue
      }
      thread ??= this.addThread()
      if (thread.take(task)) return
    }
  }

  private addThread(): Thread {
    const thread: Thread = new Thread(this.settings.start(), {
      onIdle: () => this.assign(),
      onEnd: () => {
        this.threads.delete(thread)
        if (!this.isClosed) this.assign()
      }
    })
    this.threads.add(thread)
    return thread
  }
}

/** The threads of an app, which end with it. */
export function openThreads(
  app: FastifyInstance, { explainThreads, explainMaxRequests }: Config, start: () => Worker
): ModelThreads {
  const threads = new ModelThreads({ start, threads: explainThreads, maxRequests: explainMaxRequests })
  app.addHook('onClose', async () => threads.close())
  return threads
}

/** A thread as seen by the one that started it. */
class Thread {
  private task: Task | undefined
  private error: Error | undefined

  constructor(private readonly worker: Worker, { onIdle, onEnd }: { onIdle: () => void, onEnd: () => void }) {
    // A program whose only business is an idle thread is done.
    worker.unref()
    worker.on('message', (outcome: TaskOutcome) => {
      worker.unref()
      const { task } = this
      this.task = undefined
      if ('answer' in outcome) task?.resolve(outcome.answer)
      else task?.reject(restoreError(outcome.failure))
      onIdle()
    })
    // An error ends the thread: what happens then is the same as without one.
    worker.on('error', error => {
      this.error = error
    })
    worker.on('exit', status => {
      const cause = this.error ?? new Error(`its exit status is ${status}`)
      this.task?.reject(new Error('the thread that had the task has ended', { cause }))
      this.task = undefined
      onEnd()
    })
  }

  get isIdle(): boolean {
    return this.task === undefined
  }

  /** @returns false when the question cannot be copied: the task has failed then, and the thread is idle as before */
  take(task: Task): boolean {
    try {
      this.worker.postMessage(task.message)
    } catch (error) {
      // What JSON holds can all be copied, but for what is nested too deep.
      task.reject(error instanceof RangeError ? nestedTooDeep() : error as Error)
      return false
    }
    this.task = task
    this.worker.ref()
    return true
  }

  async end(): Promise<void> {
    await this.worker.terminate()
  }
}
