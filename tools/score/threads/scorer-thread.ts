/** A thread that scores, as seen by the one that started it. */
import { Worker } from 'node:worker_threads'
import { ScoreError } from '../shared/score-error.js'
import type { BlockRequest, ScoredBlock, WorkerMessage, WorkerSetup } from '../rows/worker-protocol.js'

/**
 * Room for objects. Young ones die young here, and with a limit that is near the engine collects the others sooner,
 * instead of by the gigabyte: 10 MB less a thread. The model lies outside.
 */
const LIMITS = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 256 }

/** A dump, from which answers are explained, may be of any size, and lies within. */
const EXPLAINING_LIMITS = { maxYoungGenerationSizeMb: 2 }

/**
 * It is started with node:worker_threads itself: blocks are of one kind and come back in the order in which they were
 * given, so that there is nothing left for a pool's scheduler to do.
 */
export class ScorerThread {
  /** Resolves when it can score. */
  readonly ready: Promise<void>
  private readonly worker: Worker
  /** Who waits for its blocks, in their order. */
  private readonly waiting: Array<{ resolve: (scored: ScoredBlock) => void, reject: (error: Error) => void }> = []
  private failure: Error | undefined

  constructor(setup: WorkerSetup) {
    const resourceLimits = setup.dump === undefined ? LIMITS : EXPLAINING_LIMITS
    this.worker = new Worker(new URL('worker.js', import.meta.url), { workerData: setup, resourceLimits })
    this.ready = new Promise((resolve, reject) => {
      const fail = (error: Error) => {
        this.failure ??= error
        reject(error)
        for (const { reject: refuse } of this.waiting.splice(0)) refuse(error)
      }
      this.worker.on('message', (message: WorkerMessage) => {
        if (message.kind === 'ready') resolve()
        else if (message.kind === 'failed') fail(new ScoreError(message.message))
        else this.waiting.shift()?.resolve(message.scored)
      })
      this.worker.on('error', fail)
      this.worker.on('exit', () => fail(new Error('a thread that scores has ended')))
    })
  }

  /** Blocks that it has. */
  get load(): number {
    return this.waiting.length
  }

  /**
   * Scores a block, whose memory is gone with it, as the spare memory is.
   * @throws whatever the thread failed with
   */
  score(block: BlockRequest): Promise<ScoredBlock> {
    return new Promise((resolve, reject) => {
      if (this.failure !== undefined) return reject(this.failure)
      this.waiting.push({ resolve, reject })
      this.worker.postMessage(block, [block.block.buffer as ArrayBuffer, block.spare.buffer as ArrayBuffer])
    })
  }

  async close(): Promise<void> {
    await this.worker.terminate()
  }
}
