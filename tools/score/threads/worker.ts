/** A thread that scores blocks. */
import { parentPort, workerData } from 'node:worker_threads'
import { openScorer } from '../rows/open-scorer.js'
import { ScoreError } from '../shared/score-error.js'
import type { BlockRequest, WorkerMessage, WorkerSetup } from '../rows/worker-protocol.js'

const port = parentPort
if (port === null) throw new Error('this module is a thread, not a program')
const scorer = openScorer(workerData as WorkerSetup)

function score(block: BlockRequest): void {
  const scored = scorer.score(block)
  // Two views of the same memory would be passed on twice.
  post({ kind: 'scored', scored }, [...new Set([scored.output.buffer, scored.block.buffer, scored.spare.buffer])])
}

function post(message: WorkerMessage, transfer: ArrayBufferLike[] = []): void {
  port?.postMessage(message, transfer as ArrayBuffer[])
}

/** An error for people is told; any other ends the thread, with its stack. */
port.on('message', (block: BlockRequest) => {
  try {
    score(block)
  } catch (error) {
    if (!(error instanceof ScoreError)) throw error
    post({ kind: 'failed', message: error.message })
  }
})
post({ kind: 'ready' })
