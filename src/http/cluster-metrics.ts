/**
 * One scrape for all workers: the worker that is asked asks the primary, which asks every worker and adds up.
 */
import cluster, { type Worker } from 'node:cluster'
import { AggregatorRegistry, type Registry } from 'prom-client'

/** Longer than prom-client waits for the workers, in milliseconds. */
const TIMEOUT_MS = 6000

interface MetricsRequest {
  readonly type: 'recall-ml:metrics?'
  readonly id: number
}

interface MetricsReply {
  readonly type: 'recall-ml:metrics'
  readonly id: number
  /** Undefined when a worker did not answer. */
  readonly text: string | undefined
}

let lastId = 0

/** In a worker: lets the primary read this process's metrics. */
export function shareMetrics(registry: Registry): void {
  AggregatorRegistry.setRegistries(registry)
  new AggregatorRegistry()
}

/** In the primary: answers the workers' requests for everyone's metrics. */
export function collectForWorkers(): void {
  const registry = new AggregatorRegistry()
  cluster.on('message', (worker: Worker, message: MetricsRequest) => {
    if (message.type !== 'recall-ml:metrics?') return
    const reply = (text: string | undefined) => {
      const answer: MetricsReply = { type: 'recall-ml:metrics', id: message.id, text }
      if (worker.isConnected()) worker.send(answer)
    }
    registry.clusterMetrics().then(reply, () => reply(undefined))
  })
}

/**
 * In a worker: the metrics of all workers together.
 * @throws Error when not all of them answered in time
 */
export async function askPrimary(): Promise<string> {
  const id = ++lastId
  return new Promise((resolve, reject) => {
    const finish = (text: string | undefined) => {
      clearTimeout(timer)
      process.off('message', listen)
      if (text === undefined) reject(new Error('a worker did not send its metrics'))
      else resolve(text)
    }
    const listen = (message: MetricsReply) => {
      if (message.type === 'recall-ml:metrics' && message.id === id) finish(message.text)
    }
    const timer = setTimeout(finish, TIMEOUT_MS, undefined)
    process.on('message', listen)
    const request: MetricsRequest = { type: 'recall-ml:metrics?', id }
    process.send?.(request)
  })
}
