/** What a model has done since this process started, in the form of Triton's statistics. */
import { MODEL_VERSION } from './metadata.js'

interface Duration {
  count: number
  ns: number
}

/** Milliseconds that the parts of one request took. */
export interface Times {
  /** From the tensors to the writers that wait for answers. */
  readonly input: number
  /** The rows: checked, predicted, written. */
  readonly infer: number
  /** The answer. */
  readonly output: number
  /** All of the above, and the turns of others that it waited for. */
  readonly total: number
}

export interface ModelStatistics {
  readonly name: string
  readonly version: string
  /** Milliseconds since 1970, 0 before the first. */
  readonly last_inference: number
  /** Rows that were answered. */
  readonly inference_count: number
  /** Requests that were answered. */
  readonly execution_count: number
  readonly inference_stats: Readonly<Record<string, Readonly<Duration>>>
  readonly batch_stats: readonly never[]
}

/** The counters of one model. */
export class Statistics {
  private lastInference = 0
  private rows = 0
  private readonly success = { count: 0, ns: 0 }
  private readonly fail = { count: 0, ns: 0 }
  private readonly parts = { queue: 0, input: 0, infer: 0, output: 0 }

  constructor(private readonly name: string) {}

  countSuccess(rows: number, { input, infer, output, total }: Times): void {
    this.lastInference = Date.now()
    this.rows += rows
    add(this.success, total)
    this.parts.queue += toNs(Math.max(0, total - input - infer - output))
    this.parts.input += toNs(input)
    this.parts.infer += toNs(infer)
    this.parts.output += toNs(output)
  }

  countFailure(ms: number): void {
    add(this.fail, ms)
  }

  describe(): ModelStatistics {
    const { count } = this.success
    return {
      name: this.name,
      version: MODEL_VERSION,
      last_inference: this.lastInference,
      inference_count: this.rows,
      execution_count: count,
      inference_stats: {
        success: { ...this.success },
        fail: { ...this.fail },
        // In which a request stands between each two of its slices.
        queue: { count, ns: this.parts.queue },
        compute_input: { count, ns: this.parts.input },
        compute_infer: { count, ns: this.parts.infer },
        compute_output: { count, ns: this.parts.output },
        // There is no cache.
        cache_hit: { count: 0, ns: 0 },
        cache_miss: { count: 0, ns: 0 }
      },
      batch_stats: []
    }
  }
}

function add(duration: Duration, ms: number): void {
  duration.count++
  duration.ns += toNs(ms)
}

function toNs(ms: number): number {
  return Math.round(ms * 1e6)
}
