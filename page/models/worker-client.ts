/** The worker as the page has it. */
import type { Setup, Question, Thinking, Told } from './protocol.js'

interface Waiting {
  readonly resolve: (result: never) => void
  readonly reject: (error: Error) => void
  readonly report: ((progress: number) => void) | undefined
}

export class WorkerClient {
  private readonly worker: Worker
  private readonly waiting = new Map<number, Waiting>()
  private asked = 0

  constructor(url: URL, setup: Setup) {
    this.worker = new Worker(url, { type: 'module' })
    this.worker.onmessage = ({ data }: MessageEvent<Told>) => this.hear(data)
    this.worker.postMessage(setup)
  }

  /** @param report is told of progress, of those questions that take long */
  ask<Name extends keyof Thinking>(
    name: Name, asked: Parameters<Thinking[Name]>[0], report?: (progress: number) => void
  ): Promise<Awaited<ReturnType<Thinking[Name]>>> {
    const id = ++this.asked
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject, report })
      this.worker.postMessage({ id, name, asked } as Question)
    })
  }

  /** Ends all that the worker does, for good. */
  stop(): void {
    this.worker.terminate()
    for (const { reject } of this.waiting.values()) reject(new Error('stopped'))
    this.waiting.clear()
  }

  private hear(told: Told): void {
    const one = this.waiting.get(told.id)
    if (one === undefined) return
    if ('progress' in told) {
      one.report?.(told.progress)
      return
    }
    this.waiting.delete(told.id)
    if ('error' in told) one.reject(new Error(told.error))
    else one.resolve(told.result as never)
  }
}
