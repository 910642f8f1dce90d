/** A histogram of the durations of requests. */
import { Histogram, type Registry } from 'prom-client'
import type { EndedRequest } from './log.js'

type Label = 'method' | 'route' | 'status'

const NAME = 'http_request_duration_seconds'
const HELP = 'Time from the request line to the end of the answer.'

/** Upper bounds, in seconds. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30]

/** One combination of labels, and a histogram without any for what it has seen. */
interface Series {
  readonly labels: Readonly<Record<Label, string | number>>
  readonly seen: Histogram<never>
}

/**
 * A labelled histogram that finds its series by the labels as they are. prom-client's spells out and hashes them for
 * every value, which is a few per cent of a request; here they are added to a scrape.
 */
export class Durations extends Histogram<Label> {
  private readonly routes = new Map<string, Map<number, Map<string, Series>>>()
  private readonly all: Series[] = []

  constructor(registry: Registry) {
    super({ name: NAME, help: HELP, labelNames: ['method', 'route', 'status'], registers: [registry] })
  }

  /** Counts a request by the time that it took; as none when it was cut off. */
  count({ method, route, status, ms = 0 }: EndedRequest): void {
    const series = this.routes.get(route)?.get(status)?.get(method) ?? this.add({ method, route, status })
    series.seen.observe(ms / 1000)
  }

  private add(labels: Pick<EndedRequest, Label>): Series {
    const { method, route, status } = labels
    const seen = new Histogram<never>({ name: NAME, help: HELP, buckets: BUCKETS, registers: [] })
    const series = { labels, seen }
    const statuses = this.routes.get(route) ?? new Map<number, Map<string, Series>>()
    const methods = statuses.get(status) ?? new Map<string, Series>()
    this.routes.set(route, statuses.set(status, methods.set(method, series)))
    this.all.push(series)
    return series
  }

  /** Where prom-client's own `get`, for JSON, and its text take the values from. */
  async getForPromString(): Promise<object> {
    const lists = await Promise.all(this.all.map(async ({ labels, seen }) => {
      const { values } = await seen.get()
      return values.map(value => ({ ...value, sharedLabels: labels }))
    }))
    return { name: NAME, help: HELP, type: 'histogram', aggregator: 'sum', values: lists.flat() }
  }
}
