/**
 * One scrape for all workers: the worker that is asked asks the primary, which asks every worker that serves and adds
 * up what they say.
 */
import cluster, { type Worker } from 'node:cluster'
import { AggregatorRegistry, type Registry } from 'prom-client'
import { tellPrimary, tellWorker } from './messages.js'
import { Questions } from './questions.js'

/** How long a worker may take to send its metrics, in milliseconds: a scrape goes on without one that hangs. */
const WORKER_TIMEOUT_MS = 1000

/** How long the primary may take. */
const PRIMARY_TIMEOUT_MS = 2 * WORKER_TIMEOUT_MS

/** A process's metrics as prom-client adds them up. */
type Metrics = Awaited<ReturnType<Registry['getMetricsAsJSON']>>

type ToPrimary =
  | { readonly type: 'recall-ml:scrape?', readonly id: number }
  | { readonly type: 'recall-ml:metrics', readonly id: number, readonly answer: Metrics }

type ToWorker =
  | { readonly type: 'recall-ml:metrics?', readonly id: number }
  | { readonly type: 'recall-ml:scrape', readonly id: number, readonly answer: string }

const scrapes = new Questions<string>()

/** In a worker: lets the primary read this process's metrics, and {@link askPrimary} hear its answers. */
export function shareMetrics(registry: Registry): void {
  process.on('message', (message: ToWorker) => {
    if (message.type === 'recall-ml:scrape') scrapes.settle(message.id, message.answer)
    if (message.type !== 'recall-ml:metrics?') return
    const { id } = message
    // Without an answer the primary goes on alone.
    registry.getMetricsAsJSON().then(answer => tellPrimary({ type: 'recall-ml:metrics', id, answer } satisfies ToPrimary), () => undefined)
  })
}

/**
 * In a worker: the metrics of all workers together, but for those that are starting, ending or hanging.
 * @throws Error when the primary does not answer in time
 */
export async function askPrimary(): Promise<string> {
  const text = await scrapes.ask(id => tellPrimary({ type: 'recall-ml:scrape?', id } satisfies ToPrimary), PRIMARY_TIMEOUT_MS)
  if (text === undefined) throw new Error('the primary did not send the metrics')
  return text
}

/** In the primary: answers the workers' requests for everyone's metrics. */
export function collectForWorkers(): void {
  const metrics = new Questions<Metrics>()
  const serving = new Set<Worker>()
  cluster.on('listening', worker => serving.add(worker))
  cluster.on('disconnect', worker => serving.delete(worker))
  cluster.on('message', (worker: Worker, message: ToPrimary) => {
    if (message.type === 'recall-ml:metrics') metrics.settle(message.id, message.answer)
    if (message.type !== 'recall-ml:scrape?') return
    const asked = [...serving].map(async one =>
      metrics.ask(id => tellWorker(one, { type: 'recall-ml:metrics?', id } satisfies ToWorker), WORKER_TIMEOUT_MS))
    void Promise.all(asked).then(async answers => {
      const text = await AggregatorRegistry.aggregate(answers.filter(answer => answer !== undefined)).metrics()
      tellWorker(worker, { type: 'recall-ml:scrape', id: message.id, answer: text } satisfies ToWorker)
    })
  })
}
