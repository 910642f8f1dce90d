/** A value for each combination of labels: those of a metric, or of the lines of the log. */

export type Labels = Readonly<Record<string, string | number>>

/**
 * Finds a value by the values of the labels as they are. prom-client's own metrics spell out, check and hash the labels
 * whenever something is counted, which takes longer than a forest; here that is left to a scrape.
 */
export class Series<T> {
  readonly all: Array<{ readonly labels: Labels, readonly value: T }> = []
  private readonly root = new Map<string | number, unknown>()

  /**
   * @param names of the labels
   * @param create makes the value of a combination that was not asked for before, of the values of its labels
   */
  constructor(
    private readonly names: readonly string[],
    private readonly create: (...labels: ReadonlyArray<string | number>) => T
  ) {}

  /** @param labels a value for each of the names, in their order */
  get(...labels: ReadonlyArray<string | number>): T {
    let found: unknown = this.root
    for (const label of labels) {
      found = (found as Map<string | number, unknown>).get(label)
      if (found === undefined) return this.add(labels)
    }
    return found as T
  }

  private add(labels: ReadonlyArray<string | number>): T {
    const value = this.create(...labels)
    const last = labels.length - 1
    let level = this.root
    for (const label of labels.slice(0, last)) {
      const next = level.get(label) as Map<string | number, unknown> | undefined ?? new Map<string | number, unknown>()
      level.set(label, next)
      level = next
    }
    level.set(labels[last], value)
    this.all.push({ labels: Object.fromEntries(labels.map((label, i) => [this.names[i], label])), value })
    return value
  }
}
