/** A histogram of the durations of requests. */
import { Histogram, type Registry } from 'prom-client'
import type { EndedRequest } from './log.js'
import { Series } from './series.js'

const NAME = 'http_request_duration_seconds'
const HELP = 'Time from the request line to the end of the answer.'
const LABELS = ['method', 'route', 'status'] as const

/** Upper bounds, in seconds. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30]

/** What was seen of one combination of labels. */
interface Seen {
  /** [BUCKETS.length + 1] Requests up to each bound and above the one before; the last is for those above all. */
  readonly counts: Float64Array
  /** Of all durations, in seconds. */
  sum: number
}

/** prom-client's histogram for those who read it; what is counted is kept in {@link Series}. */
export class Durations extends Histogram<typeof LABELS[number]> {
  private readonly series = new Series<Seen>(LABELS, () => ({ counts: new Float64Array(BUCKETS.length + 1), sum: 0 }))

  constructor(registry: Registry) {
    super({ name: NAME, help: HELP, labelNames: LABELS, registers: [registry] })
  }

  /** Counts a request by the time that it took; as none when it was cut off. */
  count({ method, route, status, ms = 0 }: EndedRequest): void {
    const seen = this.series.get(method, route, status)
    const seconds = ms / 1000
    let bucket = 0
    while (bucket < BUCKETS.length && seconds > BUCKETS[bucket]) bucket++
    seen.counts[bucket]++
    seen.sum += seconds
  }

  /** Where prom-client's own `get`, for JSON, and its text take the values from. */
  async getForPromString(): Promise<object> {
    const values = this.series.all.flatMap(({ labels: sharedLabels, value: { counts, sum } }) => {
      let count = 0
      const buckets = [...BUCKETS, '+Inf'].map((le, i) => {
        count += counts[i]
        return { metricName: `${NAME}_bucket`, labels: { le }, sharedLabels, value: count }
      })
      return [
        ...buckets,
        { metricName: `${NAME}_sum`, labels: {}, sharedLabels, value: sum },
        { metricName: `${NAME}_count`, labels: {}, sharedLabels, value: count }
      ]
    })
    return Promise.resolve({ name: NAME, help: HELP, type: 'histogram', aggregator: 'sum', values })
  }
}
