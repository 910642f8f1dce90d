/** A thread that scores blocks with a model of its own. */
import { parentPort, workerData } from 'node:worker_threads'
import { gzipSync } from 'node:zlib'
import { checkHeader } from './check-header.js'
import { createCsvScorer } from './csv-scorer.js'
import { createNdjsonScorer } from './ndjson-scorer.js'
import { ScoreError } from './score-error.js'
import type { BlockScorer } from './scorer.js'
import { openModel } from './served-model.js'
import type { BlockMessage, WorkerMessage, WorkerSetup } from './worker-protocol.js'

const port = parentPort
if (port === null) throw new Error('this module is a thread, not a program')
const setup = workerData as WorkerSetup

function post(message: WorkerMessage, transfer: ArrayBufferLike[] = []): void {
  port?.postMessage(message, transfer as ArrayBuffer[])
}

/** An error for people is told; any other ends the thread, with its stack. */
function fail(error: unknown): void {
  if (!(error instanceof ScoreError)) throw error
  post({ kind: 'failed', message: error.message })
}

async function start(): Promise<void> {
  const model = await openModel(setup.model, setup.config)
  const { csv, prefix } = setup
  const absent = csv === undefined ? [] : checkHeader(model, csv.header, prefix, setup.inputName)
  const scorer = csv === undefined ? createNdjsonScorer(model, prefix) : createCsvScorer(model, csv)
  port?.on('message', (message: BlockMessage) => {
    try {
      score(scorer, message)
    } catch (error) {
      fail(error)
    }
  })
  post({ kind: 'ready', columns: [...model.columns, 'defaulted'].map(name => prefix + name), absent, provenance: model.provenance })
}

function score(scorer: BlockScorer, { block, spare }: BlockMessage): void {
  const { output: plain, ...result } = scorer.score(toBuffer(block), toBuffer(spare))
  const output = setup.gzip && plain.length > 0 ? compress(plain) : plain
  const left = output === plain ? new Uint8Array(0) : new Uint8Array(plain.buffer)
  // Two views of the same memory would be passed on twice.
  post({ ...result, kind: 'scored', output, block, spare: left }, [...new Set([output.buffer, block.buffer, left.buffer])])
}

/** A whole gzip member, in memory that can be passed on: that of small results belongs to many. */
function compress(bytes: Buffer): Buffer {
  const packed = gzipSync(bytes)
  const own = Buffer.from(new ArrayBuffer(packed.length))
  packed.copy(own)
  return own
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

await start().catch(fail)
