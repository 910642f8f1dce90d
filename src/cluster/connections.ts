/**
 * Whether a worker has all connections that the primary has for it: the primary takes them in, and hands one to a
 * worker whenever that has taken the one before.
 */
import cluster, { type Worker } from 'node:cluster'
import { lookAtSocket } from '../http/connections/shutdown.js'
import { tellPrimary, tellWorker } from './messages.js'
import { Questions } from './questions.js'

/** A primary that hangs for so long has died, or is about to, in milliseconds. */
const PRIMARY_TIMEOUT_MS = 10_000

interface Message { readonly type: 'recall-ml:hand-over?' | 'recall-ml:handed-over', readonly id: number }

const asked = new Questions<true>()

/** In a worker: lets {@link handOver} hear the primary. */
export function hearPrimary(): void {
  process.on('message', ({ type, id }: Message) => {
    if (type === 'recall-ml:handed-over') asked.settle(id, true)
  })
}

/**
 * In a worker: waits until the primary has taken in whoever has connected, and has handed one more connection to this
 * worker, where there was one. What a process hears from another keeps its order: when this is over and none has come,
 * there was none.
 */
export async function handOver(): Promise<void> {
  await asked.ask(id => tellPrimary({ type: 'recall-ml:hand-over?', id } satisfies Message), PRIMARY_TIMEOUT_MS)
}

/** In the primary: answers {@link handOver}. */
export function handOverToWorkers(): void {
  cluster.on('message', (worker: Worker, { type, id }: Message) => {
    if (type !== 'recall-ml:hand-over?') return
    void lookAtSocket().then(() => tellWorker(worker, { type: 'recall-ml:handed-over', id } satisfies Message))
  })
}
