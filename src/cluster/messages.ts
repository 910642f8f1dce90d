/** Messages between the primary and its workers. */
import type { Worker } from 'node:cluster'

/** In a worker. Without a primary there is nobody to hear it. */
export function tellPrimary(message: object): void {
  if (process.connected) process.send?.(message)
}

/** In the primary. A worker that has just died is not an error: nobody waits for it for long. */
export function tellWorker(worker: Worker, message: object): void {
  if (worker.isConnected()) worker.send(message, () => undefined)
}
