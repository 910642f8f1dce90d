/**
 * What every peer that runs in Node.js shares: reads its job, times its predictions over the same rows, prints one line
 * of JSON. `harness.py` is the same for Python.
 */
import { readFileSync, writeFileSync } from 'node:fs'

/** What a peer is asked to do, as the JSON file that its only argument names. */
export interface Job {
  /** Checkout, built, that is measured. */
  readonly root: string
  /** The forest in all its forms; FORMS in lib/forests.ts has the names. */
  readonly folder: string
  readonly nFeatures: number
  readonly nOutputs: number
  /** float64, row-major. */
  readonly rows: string
  /** How many rows come in one call. */
  readonly batches: readonly number[]
  readonly milliseconds: number
  readonly threads: number
  /** Where the outputs of the first 1,000 rows go, [1000 x nOutputs] float64; absent: not asked for. */
  readonly outputs?: string
}

export interface Outcome {
  readonly version: string
  /** By batch. */
  readonly nsPerRow: Readonly<Record<number, number>>
}

/** A forest that is loaded. */
export interface Peer<Input, Output> {
  readonly version: string
  /** The rows in the form that the peer takes them in. Not timed. @param rows [nRows x nFeatures] */
  prepare(rows: Float64Array, nRows: number): Input
  /** What is timed. */
  predict(input: Input): Output | Promise<Output>
  /** @returns [nRows x nOutputs] */
  values(output: Output, nRows: number): ArrayLike<number> | Promise<ArrayLike<number>>
  close?(): void
}

export const CHECKED_ROWS = 1000

/** Rows that come one by one, or few at a time, are these, over and over. */
const CYCLED_ROWS = 1000

export async function runPeer<Input, Output>(
  load: (job: Job) => Promise<Peer<Input, Output>>, path = process.argv[2]
): Promise<void> {
  const job = JSON.parse(readFileSync(path, 'utf8')) as Job
  const rows = readRows(job)
  const peer = await load(job)
  const slice = (from: number, n: number) =>
    peer.prepare(rows.slice(from * job.nFeatures, (from + n) * job.nFeatures), n)
  if (job.outputs !== undefined) {
    const output = await peer.predict(slice(0, CHECKED_ROWS))
    const values = Float64Array.from(await peer.values(output, CHECKED_ROWS))
    writeFileSync(job.outputs, new Uint8Array(values.buffer))
  }
  const nsPerRow: Record<number, number> = {}
  for (const batch of job.batches) {
    const count = Math.max(1, Math.floor(CYCLED_ROWS / batch))
    const inputs = Array.from({ length: count }, (_, i) => slice(i * batch, batch))
    nsPerRow[batch] = await timeCalls(peer, inputs, job.milliseconds) / batch
  }
  process.stdout.write(`${JSON.stringify({ version: peer.version, nsPerRow } satisfies Outcome)}\n`)
  peer.close?.()
}

function readRows({ rows }: Job): Float64Array {
  const bytes = readFileSync(rows)
  return new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8)
}

/**
 * Chunks as long as the pieces of the programs in C, and short beside the time that a busy machine leaves a process at
 * work: a longer one is interrupted more often, and the median shows it. One and the same program in C took 2.1 us per row
 * in chunks of 1.3 ms and 6.3 us in chunks of 8 ms.
 */
const CHUNK_NS = 2.5e5

/** @returns nanoseconds a call: the median of chunks that take 0.25 to 0.5 ms, or one call where that takes longer */
export async function timeCalls<Input, Output>(
  peer: Pick<Peer<Input, Output>, 'predict'>, inputs: readonly Input[], milliseconds: number
): Promise<number> {
  let next = 0
  const isAsync = peer.predict(inputs[0]) instanceof Promise
  const runChunk = async (calls: number) => {
    const start = process.hrtime.bigint()
    for (let i = 0; i < calls; i++) {
      const input = inputs[next]
      next = next + 1 === inputs.length ? 0 : next + 1
      // An await costs a peer that does not need one more than its prediction.
      if (isAsync) await peer.predict(input)
      else void peer.predict(input)
    }
    return Number(process.hrtime.bigint() - start) / calls
  }
  // Half of the time is for V8 to compile what is hot.
  let calls = 1
  let ns = await runChunk(1)
  for (const end = performance.now() + milliseconds / 2; performance.now() < end;) {
    ns = await runChunk(calls)
    if (ns * calls < CHUNK_NS) calls *= 2
  }
  const times: number[] = []
  for (const end = performance.now() + milliseconds; times.length === 0 || performance.now() < end;) {
    times.push(await runChunk(calls))
  }
  return times.sort((a, b) => a - b)[times.length >> 1]
}
