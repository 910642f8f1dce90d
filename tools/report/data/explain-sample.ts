/** What the fields have contributed to the answers of some rows: exact Shapley values. */
import { createExplainer, InputError, NotAdditiveError, type Explanation, type Label, type Space } from '../../../library/explain.js'
import type { Dump } from '../../../src/dump/dump.js'
import type { Row } from '../../../src/model/types.js'

/** A field, or fields that the model reads together. */
export interface Player {
  readonly fields: readonly string[]
  /** Mean of the absolute contributions; of several classes the sum over all of them. */
  readonly importance: number
  /** The same for the class whose contributions are given. */
  readonly ownImportance: number
  /** [nRows] To the class that is explained, or to the number. */
  readonly contributions: Float64Array
  /** [nRows] As they were sent; of several fields none. */
  readonly values: readonly unknown[] | undefined
}

export interface Explained {
  readonly space: Space
  /** What is explained instead of the answer. */
  readonly instead: string | undefined
  /** The class whose contributions are given. */
  readonly label: Label | undefined
  /** Index of the explained output. */
  readonly output: number
  readonly base: number
  /** Rows that are explained. None have no players. */
  readonly rows: number
  /** Rows of the sample that have no explanation of finite numbers. */
  readonly refused: number
  /** Whether `importance` is a sum over classes. */
  readonly isOverClasses: boolean
  /** Strongest first, by `ownImportance`. */
  readonly players: readonly Player[]
}

/**
 * @param label class whose contributions are given
 * @returns or the reason for which the model has no exact explanation
 */
export function explainSample(
  dump: Dump, sample: readonly Row[], output: number, label: Label | undefined
): Explained | { readonly reason: string } {
  const explain = openExplainer(dump)
  if ('reason' in explain) return explain
  const tally = new Tally()
  const isOverClasses = dump.task === 'classifier' && (dump.outputs[output].classes?.length ?? 0) > 2
  for (const row of sample) {
    try {
      tally.add(isOverClasses ? explain.explainAll(row, { output })
        : [explain.explain(row, { output, ...(dump.task === 'classifier' && label !== undefined && { label }) })], label)
    } catch (error) {
      if (error instanceof NotAdditiveError) return { reason: error.reason }
      if (!(error instanceof InputError)) throw error
      tally.refused++
    }
  }
  return { ...tally.finish(), space: explain.space, output, isOverClasses, label: dump.task === 'classifier' ? label : undefined }
}

function openExplainer(dump: Dump): ReturnType<typeof createExplainer> | { readonly reason: string } {
  try {
    return createExplainer(dump)
  } catch (error) {
    if (error instanceof NotAdditiveError) return { reason: error.reason }
    throw error
  }
}

/** What huge numbers add up to may not be, and would be in every mean. */
function isFinite({ base, factors }: Explanation): boolean {
  return [base, ...factors.map(({ contribution }) => contribution)].every(Number.isFinite)
}

class Tally {
  refused = 0
  private rows = 0
  private base = 0
  private instead: string | undefined
  private readonly players = new Map<string, {
    readonly fields: readonly string[], sum: number, readonly contributions: number[], readonly values: unknown[]
  }>()

  /** @param explanations of one class, or of all */
  add(explanations: readonly Explanation[], label: Label | undefined): void {
    if (!explanations.every(isFinite)) {
      this.refused++
      return
    }
    const own = explanations.find(explanation => explanation.label === label) ?? explanations[0]
    this.rows++
    this.base = own.base
    this.instead = own.instead
    for (const explanation of explanations) {
      for (const { fields, contribution, values } of explanation.factors) {
        const player = this.playerOf(fields)
        player.sum += Math.abs(contribution)
        if (explanation !== own) continue
        player.contributions.push(contribution)
        player.values.push(values[fields[0]])
      }
    }
  }

  finish(): Pick<Explained, 'rows' | 'refused' | 'base' | 'instead' | 'players'> {
    const { rows, refused, base, instead } = this
    const players = [...this.players.values()].map(({ fields, sum, contributions, values }): Player => ({
      fields,
      importance: sum / rows,
      ownImportance: contributions.reduce((total, value) => total + Math.abs(value), 0) / rows,
      contributions: Float64Array.from(contributions),
      values: fields.length === 1 ? values : undefined
    }))
    return { rows, refused, base, instead, players: players.sort((a, b) => b.ownImportance - a.ownImportance) }
  }

  private playerOf(fields: readonly string[]) {
    const key = JSON.stringify(fields)
    const known = this.players.get(key)
    if (known !== undefined) return known
    const player = { fields, sum: 0, contributions: [], values: [] }
    this.players.set(key, player)
    return player
  }
}
