/** Threads that score, this one among them, and the memory that they are given. */
import { setFlagsFromString } from 'node:v8'
import type { Provenance } from '../../../src/model/types.js'
import { BLOCK_BYTES } from '../input/blocks.js'
import { openScorer, type Scorer } from '../rows/open-scorer.js'
import { ScorerThread } from './scorer-thread.js'
import type { ScoredBlock, WorkerSetup } from '../rows/worker-protocol.js'

/** Blocks that another thread has at once: the next one is there when it is done with one. */
const BLOCKS_A_THREAD = 2

/** Blocks that this thread may have done before one that another thread still has. */
const BLOCKS_HERE = 2

/**
 * A model a thread. This thread scores what the others have no room for: it would wait for them otherwise, and a thread
 * fewer is 20 MB less.
 */
export class ScorerPool {
  /** Names of the columns that are added. */
  readonly columns: readonly string[]
  /** Names of the model's columns that CSV lacks, of those the answer depends on. */
  readonly absent: readonly string[]
  /** Where the model comes from. */
  readonly provenance: Provenance
  /** Blocks that may be on their way. */
  readonly capacity: number
  private readonly inputs: ArrayBufferLike[] = []
  private readonly outputs: ArrayBufferLike[] = []

  private constructor(private readonly here: Scorer, private readonly threads: readonly ScorerThread[]) {
    this.columns = here.columns
    this.absent = here.absent
    this.provenance = here.provenance
    this.capacity = threads.length * BLOCKS_A_THREAD + BLOCKS_HERE
  }

  /**
   * Starts the threads and waits until all of them can score.
   * @param count of threads, with this one
   * @throws ScoreError when the model or the header cannot be used
   */
  static async start(count: number, setup: WorkerSetup): Promise<ScorerPool> {
    const here = openScorer(setup)
    const threads = Array.from({ length: count - 1 }, () => new ScorerThread(setup))
    try {
      await Promise.all(threads.map(({ ready }) => ready))
    } catch (error) {
      await closeAll(threads)
      throw error
    }
    // V8 lets the room for young objects grow by this factor: of this thread by and by to 32 MB, the others have a
    // limit. It is for the whole process, and what starts a thread sets it back to 2: hence here, when all of them run.
    setFlagsFromString('--semi-space-growth-factor=1')
    return new ScorerPool(here, threads)
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

  /** Memory of the usual size is used again; what a long row needed is let go. */
  private keep(list: ArrayBufferLike[], memory: ArrayBufferLike): void {
    if (memory.byteLength <= 4 * BLOCK_BYTES && list.length <= this.capacity) list.push(memory)
  }

  /**
   * Scores a block of whole rows, whose memory is gone with it: in another thread where one has room, else here and at
   * once.
   * @throws whatever the thread failed with
   */
  async score(block: Buffer): Promise<ScoredBlock> {
    const spare = new Uint8Array(this.outputs.pop() ?? new ArrayBuffer(2 * BLOCK_BYTES))
    const least = Math.min(...this.threads.map(({ load }) => load))
    const thread = least < BLOCKS_A_THREAD ? this.threads.find(({ load }) => load === least) : undefined
    const scored = await (thread ?? this.here).score({ block, spare })
    this.keep(this.inputs, scored.block.buffer)
    if (scored.spare.byteLength > 0) this.keep(this.outputs, scored.spare.buffer)
    return scored
  }

  async close(): Promise<void> {
    await closeAll(this.threads)
  }
}

async function closeAll(threads: readonly ScorerThread[]): Promise<void> {
  await Promise.all(threads.map(thread => thread.close()))
}
