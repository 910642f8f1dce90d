import { join } from 'node:path'
import { Worker } from 'node:worker_threads'

/** Starts a thread of `model-thread.ts`, which lies beside this module, and beside each bundle that has it. */
export function startModelThread(): Worker {
  return new Worker(join(import.meta.dirname, 'model-thread.js'))
}
