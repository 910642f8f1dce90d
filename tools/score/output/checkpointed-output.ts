/** What has been written, and how far that is: outputs, totals, checkpoints. */
import type { Hash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { removeCheckpoint, writeCheckpoint, type Checkpoint, type Conditions, type Totals } from './checkpoint.js'
import { countReasons } from './reasons.js'
import type { RejectsFile } from './rejects.js'
import type { BlockResult } from '../rows/scorer.js'
import type { Sink } from './sink.js'

/** A block's answer, and what the input was up to its end. */
export interface WrittenBlock {
  readonly result: Omit<BlockResult, 'output'> & { readonly output: Uint8Array }
  /** Bytes of the block. */
  readonly bytes: number
  /** Over the header and all rows up to the block's end; not needed where nothing is resumed. */
  readonly hash: Hash | undefined
}

/** What a run writes to. */
export interface Outputs {
  readonly output: Sink
  readonly rejects: RejectsFile
  /** Path of the output that checkpoints stand beside; undefined when there are none. */
  readonly checkpointed: string | undefined
  readonly conditions: Conditions
  /** Least time between two checkpoints. */
  readonly checkpointMs: number
  /** Whether an output without a row still has to be a gzip file. */
  readonly gzip: boolean
}

export class CheckpointedOutput {
  readonly totals: Totals
  private inputBytes: number
  private line: number
  private hash: Hash | undefined
  private savedAt = performance.now()
  private saving: Promise<void> | undefined
  private failure: Error | undefined
  /** There is a checkpoint of this run. */
  private resumable: boolean

  /** @param from where the run begins or goes on */
  constructor(private readonly outputs: Outputs, from: Pick<Checkpoint, 'inputBytes' | 'line' | 'totals'>) {
    this.totals = { ...from.totals }
    this.inputBytes = from.inputBytes
    this.line = from.line
    this.resumable = from.inputBytes > 0
  }

  /** Number of the line that comes next. */
  get nextLine(): number {
    return this.line
  }

  /** Writes the next block's answer. Now and then a checkpoint is made meanwhile, without anything waiting for it. */
  async take({ result, bytes, hash }: WrittenBlock): Promise<void> {
    const { output, rejects, checkpointed, checkpointMs } = this.outputs
    await output.write(result.output)
    await rejects.write(result.rejects, this.line)
    const { totals } = this
    totals.rows += result.rows
    totals.rejected += result.rejects.length
    if (result.rejects.length > 0) totals.reasons = countReasons(totals.reasons ?? {}, result.rejects)
    totals.defaulted += result.defaulted
    totals.blank += result.blank
    this.inputBytes += bytes
    this.line += result.lines
    this.hash = hash
    if (this.failure !== undefined) throw this.failure
    if (checkpointed === undefined || this.saving !== undefined) return
    if (performance.now() - this.savedAt < checkpointMs) return
    this.saving = this.save().catch((error: unknown) => {
      this.failure = error as Error
    }).finally(() => {
      this.saving = undefined
    })
  }

  /** Makes a checkpoint of what has been written when it is called. Outputs that have grown since do no harm. */
  private async save(): Promise<void> {
    const { output, rejects, checkpointed, conditions } = this.outputs
    if (checkpointed === undefined || this.hash === undefined) return
    const checkpoint: Checkpoint = {
      conditions,
      inputBytes: this.inputBytes,
      inputSha256: this.hash.copy().digest('hex'),
      line: this.line,
      outputBytes: output.length,
      rejectsBytes: rejects.length,
      totals: { ...this.totals }
    }
    await output.sync()
    await rejects.sync()
    await writeCheckpoint(checkpointed, checkpoint)
    this.savedAt = performance.now()
    this.resumable = true
  }

  /** Leaves what has been written for another run to go on from. */
  async interrupt(): Promise<void> {
    await this.saving
    await this.save()
    await this.close()
  }

  /** The output is whole. Until its files have their names, there is nothing to go on from: a run would begin anew. */
  async finish(): Promise<void> {
    const { output, rejects, checkpointed, gzip } = this.outputs
    await this.saving
    if (gzip && output.length === 0) await output.write(gzipSync(''))
    await output.sync()
    await rejects.sync()
    if (checkpointed !== undefined) await removeCheckpoint(checkpointed)
    await rejects.finish()
    await output.finish()
  }

  private async close(): Promise<void> {
    await this.outputs.rejects.close()
    await this.outputs.output.close()
  }

  /** The run has failed: what it wrote is of use when there is a checkpoint to go on from. */
  async abandon(): Promise<void> {
    await this.saving
    if (this.resumable) return await this.close()
    await this.outputs.rejects.discard()
    await this.outputs.output.discard()
  }
}
