import { Counter, type Registry } from 'prom-client'
import { Series } from './series.js'

/** The count of one combination of labels, to be added to. */
export interface Count {
  count: number
}

/** A counter whose counts are plain numbers, which prom-client is told at a scrape. */
export class Tally<Label extends string> {
  private readonly series: Series<Count>

  /** @param labelNames in the order in which {@link labels} takes their values */
  constructor(registry: Registry, name: string, help: string, labelNames: readonly Label[]) {
    const series = new Series(labelNames, () => ({ count: 0 }))
    this.series = series
    const options = {
      name, help, labelNames, registers: [registry],
      collect(this: Counter<Label>) {
        this.reset()
        for (const { labels, value } of series.all) this.inc(labels as Record<Label, string | number>, value.count)
      }
    }
    new Counter<Label>(options)
  }

  /** The count of these labels, from 0 on; to be kept where it is added to often. */
  labels(...labels: ReadonlyArray<string | number>): Count {
    return this.series.get(...labels)
  }
}
