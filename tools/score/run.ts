/** A run: blocks from the input through the threads to the output, in order. */
import { createHash, type Hash } from 'node:crypto'
import { readFile, realpath } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { PACKAGE_VERSION } from '../../src/config.js'
import type { Provenance } from '../../src/model/types.js'
import { LongRowError, readBlocks } from './input/blocks.js'
import { openReader, type ByteReader } from './input/byte-reader.js'
import { readCheckpoint, removeCheckpoint, type Checkpoint, type Conditions, type Totals } from './output/checkpoint.js'
import { checkColumns } from './shared/absent-columns.js'
import { extendHead, readForm, type InputForm } from './input/input-form.js'
import type { Job } from './job.js'
import { CheckpointedOutput } from './output/checkpointed-output.js'
import { loadSharedModel } from './threads/load-shared-model.js'
import { ScorerPool } from './threads/pool.js'
import type { Progress } from './progress.js'
import { RejectsFile } from './output/rejects.js'
import { ResumeError, ScoreError } from './shared/score-error.js'
import { findShard, type Place } from './input/shards.js'
import { openFileSink, openStandardOutput, resolveFile } from './output/sink.js'
import type { ScoredBlock } from './rows/worker-protocol.js'

/** What came of a run. */
export interface Outcome {
  readonly totals: Totals
  /** Rows, rejected ones too, that an earlier run had done. */
  readonly resumedAfter: number
  /** The run was told to stop; the output can be resumed if it is a file. */
  readonly interrupted: boolean
  /** Where the model is from. */
  readonly provenance: Provenance
}

/**
 * Runs a job.
 * @param signal stops it between two blocks, with a checkpoint
 * @throws ScoreError when it cannot go on; PipeClosedError when nobody reads the output
 */
export async function runJob(job: Job, signal: AbortSignal): Promise<Outcome> {
  const reader = await openReader(job.input, signal)
  const stop = () => void reader.close()
  signal.addEventListener('abort', stop)
  try {
    const form = await readForm(reader, job.format, job.delimiter)
    const { config, prefix, gzip, explain, workers, model: path } = job
    const { model, dump } = await loadSharedModel(path, explain > 0)
    const pool = await ScorerPool.start(workers, {
      model, path, config, csv: form.csv, inputName: reader.name, prefix, gzip, explain, dump
    })
    try {
      return await scoreInput({ job, signal, reader, form, pool })
    } finally {
      await pool.close()
    }
  } finally {
    signal.removeEventListener('abort', stop)
    await reader.close()
  }
}

interface Parts {
  readonly job: Job
  readonly signal: AbortSignal
  readonly reader: ByteReader
  readonly form: InputForm
  readonly pool: ScorerPool
}

async function scoreInput({ job, signal, reader, form, pool }: Parts): Promise<Outcome> {
  checkColumns(job.requireColumns, form.csv?.header, pool.absent)
  const first: Place = { offset: form.head.length, line: countLines(form.head) + 1 }
  const out = job.out === undefined ? undefined : await resolveFile(job.out)
  await assertNotOverwriting(job, out)
  const conditions = out === undefined ? {} : await describeConditions(job, reader, form)
  const checkpoint = out !== undefined && job.resume ? await readCheckpoint(out, job.rejects, conditions) : undefined
  const done = checkpoint === undefined ? 0 : checkpoint.totals.rows + checkpoint.totals.rejected
  const range = job.shard && await findShard(reader, job.shard, first, form.csv?.delimiter.charCodeAt(0))
  if (range !== undefined) reader.seek(range.start.offset, range.end.offset)
  const size = range === undefined ? reader.size : range.end.offset - range.start.offset
  const progress = await openProgress(job, size)

  const hash = out === undefined ? undefined : createHash('sha256').update(form.head)
  let written: CheckpointedOutput | undefined
  try {
    if (checkpoint !== undefined) await verifyInput(reader, checkpoint, hash, out)
    // A checkpoint of an earlier run says nothing of what is written from here on.
    else if (out !== undefined) await removeCheckpoint(out)
    const output = job.out === undefined
      ? openStandardOutput() : await openFileSink(out ?? job.out, checkpoint?.outputBytes ?? 0)
    const rejects = await RejectsFile.open(job.rejects, checkpoint?.rejectsBytes ?? 0)
    const { checkpointMs, gzip } = job
    const outputs = { output, rejects, checkpointed: out, conditions, checkpointMs, gzip }
    written = new CheckpointedOutput(outputs, checkpoint ?? {
      inputBytes: 0, line: range?.start.line ?? first.line, totals: { rows: 0, rejected: 0, defaulted: 0, blank: 0 }
    })
    if (checkpoint === undefined && (job.shard?.index ?? 0) === 0) {
      const head = extendHead(form, pool.columns)
      if (head.length > 0) await output.write(gzip ? gzipSync(head) : head)
    }
    await scoreBlocks({ signal, reader, form, pool, written, hash, progress })
    if (signal.aborted) await written.interrupt()
    else await written.finish()
    return { totals: written.totals, resumedAfter: done, interrupted: signal.aborted, provenance: pool.provenance }
  } catch (error) {
    await written?.abandon().catch(() => {})
    throw error
  } finally {
    progress?.stop()
  }
}

/** A bar where someone sees it, and rows do not pass through it. What draws it is 5 MB, which a job has no use for. */
async function openProgress(
  { quiet, out }: Job, size: number | undefined
): Promise<Progress | undefined> {
  if (quiet || !process.stderr.isTTY || (out === undefined && process.stdout.isTTY)) return undefined
  const { createProgress } = await import('./progress.js')
  return createProgress(size)
}

interface Loop extends Pick<Parts, 'signal' | 'reader' | 'form' | 'pool'> {
  readonly written: CheckpointedOutput
  readonly hash: Hash | undefined
  readonly progress: Progress | undefined
}

interface Sent {
  readonly bytes: number
  readonly hash: Hash | undefined
  readonly result: Promise<ScoredBlock>
}

/** As many blocks as the pool can take are on their way; the oldest is written before another is read. */
async function scoreBlocks({ signal, reader, form, pool, written, hash, progress }: Loop): Promise<void> {
  const sent: Sent[] = []
  const writeOldest = async () => {
    const oldest = sent.shift()
    if (oldest === undefined) return
    const result = await oldest.result
    await written.take({ ...oldest, result })
    pool.release(result.output)
    progress?.update(written.totals.rows + written.totals.rejected, reader.stored)
  }
  let failure: unknown
  try {
    for await (const block of readBlocks(reader, form.findBoundary, bytes => pool.acquire(bytes))) {
      const bytes = block.length
      hash?.update(block)
      // What the threads have said meanwhile is heard first: one that has room takes the block.
      await setImmediate()
      const result = pool.score(block)
      // Told when its turn comes.
      result.catch(() => {})
      sent.push({ bytes, hash: hash?.copy(), result })
      if (sent.length >= pool.capacity) await writeOldest()
      if (signal.aborted) break
    }
  } catch (error) {
    // A stopped run has closed its input under the reader.
    if (!signal.aborted) failure = error
  }
  // What was read before a bad place counts: it is in the output, and behind it the message is about the right line.
  while (sent.length > 0) await writeOldest()
  if (failure instanceof LongRowError) throw new ScoreError(`${reader.name}, line ${written.nextLine}: ${failure.message}`)
  if (failure !== undefined) throw failure as Error
}

function countLines(bytes: Buffer): number {
  return bytes.reduce((lines, byte) => byte === 10 ? lines + 1 : lines, 0)
}

async function assertNotOverwriting({ input, model, rejects }: Job, out: string | undefined): Promise<void> {
  const real = async (path: string | undefined) =>
    path === undefined ? undefined : await realpath(path).catch(() => path)
  const targets = [await real(out), await real(rejects)].filter(path => path !== undefined)
  const sources = [await real(input), await real(model)]
  const clash = targets.find((path, i) => sources.includes(path) || targets.indexOf(path) < i)
  if (clash !== undefined) throw new ScoreError(`${clash} would be written over: expected files of their own for input, output and rejected rows`)
}

/** All that decides on what is written, but the input's bytes. */
async function describeConditions(job: Job, reader: ByteReader, { csv }: InputForm): Promise<Conditions> {
  const { config, shard } = job
  return {
    'version of recall-ml': PACKAGE_VERSION,
    'SHA-256 of the model': createHash('sha256').update(await readFile(job.model)).digest('hex'),
    'size of the input': reader.size ?? 'unknown',
    'format': csv === undefined ? 'ndjson' : 'csv',
    'delimiter': csv?.delimiter ?? '',
    'compression of the output': job.gzip,
    'prefix': job.prefix,
    'factors that are explained': job.explain,
    'shard': shard === undefined ? 'none' : `${shard.index}/${shard.count}`,
    'setting STRICT_INPUT': config.strictInput,
    'setting RISK_MEDIUM_FROM': config.riskMediumFrom,
    'setting RISK_HIGH_FROM': config.riskHighFrom,
    'file of rejected rows': job.rejects
  }
}

/** Reads what an earlier run has scored, which is what makes sure that the two outputs belong together. */
async function verifyInput(
  reader: ByteReader, { inputBytes, inputSha256 }: Checkpoint, hash: Hash | undefined, out: string | undefined
): Promise<void> {
  const chunk = Buffer.alloc(1_048_576)
  let left = inputBytes
  while (left > 0) {
    const part = chunk.subarray(0, Math.min(left, chunk.length))
    const length = await reader.read(part, 0)
    hash?.update(part.subarray(0, length))
    left -= length
    if (length < part.length) break
  }
  if (left === 0 && hash?.copy().digest('hex') === inputSha256) return
  throw new ResumeError(
    `${out} cannot be resumed: ${reader.name} has changed, expected the bytes that were scored at first: ` +
    'start again without --resume'
  )
}
