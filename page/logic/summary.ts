/** What the answers to many rows are like as a whole. */
import { bin, extent } from 'd3-array'
import type { Answer } from '../../library/core.js'
import type { RiskLimits } from '../../src/http/page/page-settings.js'
import type { Subject } from '../models/protocol.js'
import type { Row } from '../models/types.js'
import { primaryOf, type Primary } from './primary.js'
import { categorize, readNumber, type RiskCategory } from './read-answer.js'

/** A row that stands out. */
export interface Standout {
  /** Number of the row, from 1, without the header. */
  readonly number: number
  readonly row: Row
  readonly score: number
}

export interface Histogram {
  /** [n + 1] Where bins begin, and the last one ends. */
  readonly edges: readonly number[]
  /** [n] Rows of each. */
  readonly counts: readonly number[]
}

export interface SummaryOfRows {
  readonly rows: number
  /** Rows with fields that counted as their fallback. */
  readonly defaulted: number
  readonly histogram: Histogram | undefined
  readonly categories: Readonly<Record<RiskCategory, number>> | undefined
  /** Rows by predicted class, most first. */
  readonly classes: ReadonlyArray<{ readonly label: string, readonly count: number }>
  readonly worst: readonly Standout[]
}

const BINS = 20
const STANDOUTS = 10

export class Summary {
  private readonly primary: Primary
  private readonly scores: number[] = []
  private readonly classes = new Map<string, number>()
  private readonly categories: Record<RiskCategory, number> = { LOW: 0, MEDIUM: 0, HIGH: 0 }
  private worst: Standout[] = []
  private defaulted = 0

  constructor(private readonly subject: Subject, private readonly limits: RiskLimits) {
    this.primary = primaryOf(subject)
  }

  /** @param answers of the subject's models, in order */
  add(number: number, row: Row, answers: readonly Answer[], defaulted: boolean): void {
    const { models, offers, risk } = this.subject
    const { target } = this.primary
    const score = readNumber(answers[models.findIndex(({ name }) => name === target.model)], target)
    this.scores.push(score)
    if (defaulted) this.defaulted++
    if (risk !== undefined) this.categories[categorize(score, this.limits)]++
    const { prediction } = answers[models.findIndex(({ name }) => name === (offers ?? models[0]).name)]
    if (prediction !== undefined) this.classes.set(String(prediction), (this.classes.get(String(prediction)) ?? 0) + 1)
    this.keepWorst({ number, row, score })
  }

  finish(): SummaryOfRows {
    const { scores, subject: { risk, offers }, classes, categories, defaulted, worst } = this
    const isShare = this.primary.kind !== 'value' && this.primary.kind !== 'decision'
    return {
      rows: scores.length,
      defaulted,
      histogram: count(scores, isShare),
      categories: risk === undefined ? undefined : categories,
      classes: risk !== undefined && offers === undefined ? [] : [...classes]
        .map(([label, count]) => ({ label, count }))
        .sort((a, b) => b.count - a.count),
      worst
    }
  }

  private keepWorst(row: Standout): void {
    const { worst, primary } = this
    const isBefore = (a: Standout, b: Standout) => primary.worst === 'highest' ? a.score > b.score : a.score < b.score
    if (Number.isNaN(row.score) || (worst.length === STANDOUTS && !isBefore(row, worst[STANDOUTS - 1]))) return
    const place = worst.findIndex(other => isBefore(row, other))
    worst.splice(place < 0 ? worst.length : place, 0, row)
    this.worst = worst.slice(0, STANDOUTS)
  }
}

/** @param isShare whether the numbers are from 0 to 1 */
function count(numbers: readonly number[], isShare: boolean): Histogram | undefined {
  const finite = numbers.filter(Number.isFinite)
  const [low, high] = isShare ? [0, 1] : extent(finite)
  if (low === undefined || high === undefined || finite.length === 0) return undefined
  // Divided last, so that an edge at 0.6 is the number 0.6.
  const edges = Array.from({ length: BINS + 1 }, (_, i) => low + (high - low) * i / BINS)
  if (low === high) return { edges: [low, high], counts: [finite.length] }
  const counts = bin<number, number>().domain([low, high]).thresholds(edges.slice(1, -1))(finite).map(({ length }) => length)
  return { edges, counts }
}
