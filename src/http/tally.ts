import { Counter, type Registry } from 'prom-client'
import { Series } from './series.js'

/** A counter whose counts are plain numbers, which prom-client is told at a scrape. */
export class Tally<Label extends string> {
  private readonly series: Series<{ count: number }>

  /** @param labelNames in the order in which {@link add} takes their values */
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

  add(count: number, ...labels: ReadonlyArray<string | number>): void {
    this.series.get(...labels).count += count
  }
}
