/**
 * One word for all workers on which models are unloaded. The primary keeps it, so that it outlives any worker: one that
 * starts asks for it before it serves, and each change goes through the primary to everyone.
 */
import cluster, { type Worker } from 'node:cluster'
import type { ModelControl } from '../http/open-inference/model-control.js'
import { tellPrimary, tellWorker } from './messages.js'
import { Questions } from './questions.js'

/** How long a worker may take to say that it knows, in milliseconds: a change does not wait for one that hangs. */
const WORKER_TIMEOUT_MS = 1000

/** How long the primary may take. */
const PRIMARY_TIMEOUT_MS = 2 * WORKER_TIMEOUT_MS

type ToPrimary =
  | { readonly type: 'recall-ml:join', readonly id: number }
  | { readonly type: 'recall-ml:set-unloaded', readonly id: number, readonly name: string, readonly unloaded: boolean }
  | { readonly type: 'recall-ml:known', readonly id: number }

type ToWorker =
  /** All of them, each time. */
  | { readonly type: 'recall-ml:unloaded', readonly id: number, readonly names: readonly string[] }
  | { readonly type: 'recall-ml:done', readonly id: number }

/**
 * In a worker: what the primary keeps.
 * @throws Error when the primary does not answer in time
 */
export async function joinControl(): Promise<ModelControl> {
  const asked = new Questions<true>()
  let unloaded: ReadonlySet<string> = new Set()
  process.on('message', (message: ToWorker) => {
    if (message.type === 'recall-ml:done') asked.settle(message.id, true)
    if (message.type !== 'recall-ml:unloaded') return
    unloaded = new Set(message.names)
    tellPrimary({ type: 'recall-ml:known', id: message.id } satisfies ToPrimary)
  })
  const ask = async (question: (id: number) => ToPrimary) => {
    const done = await asked.ask(id => tellPrimary(question(id)), PRIMARY_TIMEOUT_MS)
    if (done === undefined) throw new Error('the primary did not say which models are unloaded')
  }
  await ask(id => ({ type: 'recall-ml:join', id }))
  return {
    isUnloaded: name => unloaded.has(name),
    setUnloaded: async (name, isUnloaded) => ask(id => ({ type: 'recall-ml:set-unloaded', id, name, unloaded: isUnloaded }))
  }
}

/** In the primary: keeps which models are unloaded, for the workers. */
export function keepControl(): void {
  const unloaded = new Set<string>()
  const joined = new Set<Worker>()
  const told = new Questions<true>()
  const tell = async (workers: Iterable<Worker>) => {
    const names = [...unloaded]
    await Promise.all([...workers].map(async worker =>
      told.ask(id => tellWorker(worker, { type: 'recall-ml:unloaded', id, names } satisfies ToWorker), WORKER_TIMEOUT_MS)))
  }
  cluster.on('disconnect', worker => joined.delete(worker))
  cluster.on('message', (worker: Worker, message: ToPrimary) => {
    const done = () => tellWorker(worker, { type: 'recall-ml:done', id: message.id } satisfies ToWorker)
    switch (message.type) {
      case 'recall-ml:known':
        told.settle(message.id, true)
        break
      case 'recall-ml:join':
        joined.add(worker)
        void tell([worker]).then(done)
        break
      case 'recall-ml:set-unloaded':
        if (message.unloaded) unloaded.add(message.name)
        else unloaded.delete(message.name)
        void tell(joined).then(done)
    }
  })
}
