/** How numbers are distributed, counted as they come. */
import type { Histogram } from '../../../page/logic/summary.js'

/** Cells that are kept: memory, however many numbers there are. */
const MOST_CELLS = 4096

/** Bins of a histogram, at most. */
const MOST_BINS = 24

/** Cells begin this many decimals below the first digit of the first number. */
const FINEST = 9

/** A float64 holds these powers of ten exactly. */
const SMALLEST_EXPONENT = -22

/**
 * Counts numbers in cells of a width that is a power of ten, and ten times as wide when there are too many. The edges
 * of wide cells are edges of narrow ones, so no number ever gets into a wrong one.
 */
export class NumberCounts {
  count = 0
  minimum = Infinity
  maximum = -Infinity
  mean = 0
  private isWhole = true
  private exponent: number | undefined
  private cells = new Map<number, number>()

  /** @param value finite */
  add(value: number): void {
    this.count++
    this.minimum = Math.min(this.minimum, value)
    this.maximum = Math.max(this.maximum, value)
    this.mean += value / this.count - this.mean / this.count
    this.isWhole &&= Number.isInteger(value)
    this.exponent ??= firstExponent(value)
    while (!Number.isSafeInteger(cellOf(value, this.exponent))) this.widen()
    const cell = cellOf(value, this.exponent)
    this.cells.set(cell, (this.cells.get(cell) ?? 0) + 1)
    while (this.cells.size > MOST_CELLS) this.widen()
  }

  /**
   * @param isShare whether the numbers are from 0 to 1, all of which is shown
   * @returns undefined when there are no numbers
   */
  histogram(isShare: boolean): Histogram | undefined {
    const { minimum, maximum, exponent, count, isWhole } = this
    if (exponent === undefined) return undefined
    if (isShare) return this.gather(-2, 5, 0, 19)
    if (minimum === maximum) return { edges: [minimum, maximum], counts: [count] }
    for (let wider = isWhole ? Math.max(exponent, 0) : exponent; ; wider++) {
      for (const factor of [1, 2, 5]) {
        const [first, last] = [minimum, maximum].map(end => Math.floor(cellOf(end, wider) / factor))
        if (last - first < MOST_BINS) return this.gather(wider, factor, first, last)
      }
    }
  }

  /** Bins of `factor` times ten to the `exponent`, from the first to the last. The last one has its end as well. */
  private gather(exponent: number, factor: number, first: number, last: number): Histogram {
    const counts = Array.from({ length: last - first + 1 }, () => 0)
    const own = this.exponent ?? exponent
    for (const [cell, count] of this.cells) {
      const wide = exponent >= own ? Math.floor(cell / 10 ** (exponent - own)) : cell * 10 ** (own - exponent)
      const bin = Math.min(Math.max(Math.floor(wide / factor), first), last)
      counts[bin - first] += count
    }
    const edges = Array.from({ length: counts.length + 1 }, (_, i) => {
      const edge = edgeOf((first + i) * factor, exponent)
      return Math.max(-Number.MAX_VALUE, Math.min(edge, Number.MAX_VALUE))
    })
    return { edges, counts }
  }

  private widen(): void {
    this.exponent = (this.exponent ?? 0) + 1
    const cells = new Map<number, number>()
    for (const [cell, count] of this.cells) {
      const wide = Math.floor(cell / 10)
      cells.set(wide, (cells.get(wide) ?? 0) + count)
    }
    this.cells = cells
  }
}

function firstExponent(value: number): number {
  return Math.max(SMALLEST_EXPONENT, (value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)))) - FINEST)
}

/** Where a cell begins: the float64 nearest to that decimal. */
function edgeOf(cell: number, exponent: number): number {
  return exponent < 0 ? cell / Number(`1e${-exponent}`) : cell * Number(`1e${exponent}`)
}

/** The quotient may be rounded over an edge, which the edges themselves then decide. */
function cellOf(value: number, exponent: number): number {
  const cell = Math.floor(exponent < 0 ? value * Number(`1e${-exponent}`) : value / Number(`1e${exponent}`))
  if (edgeOf(cell + 1, exponent) <= value) return cell + 1
  return edgeOf(cell, exponent) > value ? cell - 1 : cell
}
