/** Threads that score, and what they are given. */
import { stat } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import { BLOCK_BYTES } from './blocks.js'
import { ScoreError } from './score-error.js'
import type { ReadyMessage, ScoredMessage, WorkerMessage, WorkerSetup } from './worker-protocol.js'

/** Blocks that a thread has at once: the next one is there when it is done with one. */
const BLOCKS_A_WORKER = 2

/**
 * Room for objects in a thread. Young ones die young here, and with a limit that is near the engine collects the others
 * sooner, instead of by the gigabyte: together 20 MB less. The model's own need is far below what it gets: parsed, a
 * dump takes some ten times its size.
 */
const YOUNG_MB = 2
const OLD_MB = 128
const OLD_MB_PER_DUMP_MB = 64

interface Thread {
  readonly worker: Worker
  /** Who waits for its blocks, in their order. */
  readonly waiting: Array<{ resolve: (message: ScoredMessage) => void, reject: (error: Error) => void }>
}

/**
 * Threads with a model each. They are started with node:worker_threads itself: blocks are of one kind and come back in
 * the order in which they were given, so that there is nothing left for a pool's scheduler to do.
 */
export class ScorerPool {
  /** Blocks that may be on their way. */
  readonly capacity: number
  private readonly inputs: ArrayBufferLike[] = []
  private readonly outputs: ArrayBufferLike[] = []
  private failure: Error | undefined

  private constructor(private readonly threads: readonly Thread[]) {
    this.capacity = threads.length * BLOCKS_A_WORKER
  }

  /**
   * Starts the threads and waits until all of them have their model.
   * @throws ScoreError when the model or the header cannot be used
   */
  static async start(count: number, setup: WorkerSetup): Promise<{ pool: ScorerPool, ready: ReadyMessage }> {
    // A dump that is not there is told by the threads.
    const bytes = await stat(setup.model).then(({ size }) => size, () => 0)
    const maxOldGenerationSizeMb = OLD_MB + Math.ceil(bytes / 2 ** 20 * OLD_MB_PER_DUMP_MB)
    const threads = Array.from({ length: count }, (): Thread => ({
      worker: new Worker(new URL('worker.js', import.meta.url), {
        workerData: setup, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB, maxOldGenerationSizeMb }
      }),
      waiting: []
    }))
    const pool = new ScorerPool(threads)
    try {
      const [ready] = await Promise.all(threads.map(thread => pool.listen(thread)))
      return { pool, ready }
    } catch (error) {
      await pool.close()
      throw error
    }
  }

  /** Resolves when the thread is ready. */
  private listen(thread: Thread): Promise<ReadyMessage> {
    return new Promise((resolve, reject) => {
      const fail = (error: Error) => {
        this.failure ??= error
        reject(error)
        for (const { reject: refuse } of thread.waiting.splice(0)) refuse(error)
      }
      thread.worker.on('message', (message: WorkerMessage) => {
        if (message.kind === 'ready') resolve(message)
        else if (message.kind === 'failed') fail(new ScoreError(message.message))
        else this.take(thread, message)
      })
      thread.worker.on('error', fail)
      thread.worker.on('exit', () => fail(new Error('a thread that scores has ended')))
    })
  }

  private take(thread: Thread, message: ScoredMessage): void {
    this.keep(this.inputs, message.block.buffer)
    if (message.spare.byteLength > 0) this.keep(this.outputs, message.spare.buffer)
    thread.waiting.shift()?.resolve(message)
  }

  /** Memory of the usual size is used again; what a long row needed is let go. */
  private keep(list: ArrayBufferLike[], memory: ArrayBufferLike): void {
    if (memory.byteLength <= 4 * BLOCK_BYTES && list.length <= this.capacity) list.push(memory)
  }

  /** Memory for a block. */
  acquire(bytes: number): Buffer {
    const known = bytes <= BLOCK_BYTES ? this.inputs.pop() : undefined
    return Buffer.from(known ?? new ArrayBuffer(bytes))
  }

  /** Gives back the memory of an output that has been written. */
  release({ buffer }: Uint8Array): void {
    this.keep(this.outputs, buffer)
  }

  /**
   * Scores a block of whole rows, whose memory is gone with it.
   * @throws whatever the thread failed with
   */
  score(block: Buffer): Promise<ScoredMessage> {
    const thread = this.threads.reduce((best, other) => other.waiting.length < best.waiting.length ? other : best)
    return new Promise((resolve, reject) => {
      if (this.failure !== undefined) return reject(this.failure)
      thread.waiting.push({ resolve, reject })
      const spare = new Uint8Array(this.outputs.pop() ?? new ArrayBuffer(2 * BLOCK_BYTES))
      thread.worker.postMessage({ block, spare }, [block.buffer as ArrayBuffer, spare.buffer as ArrayBuffer])
    })
  }

  async close(): Promise<void> {
    await Promise.all(this.threads.map(({ worker }) => worker.terminate()))
  }
}
