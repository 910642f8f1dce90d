/** A LabelEncoder that does not say what it encodes: the target, or one of the columns. */
import type { Estimator, Step } from '../../../src/dump/dump.js'
import type { Located } from '../common/located.js'
import type { Entry } from './bundle.js'
import { isSomeEncoder } from './key-roles.js'
import { listThresholds } from './thresholds.js'

/** Whether its name says nothing, such as "label_encoder". */
export function isDoubtful({ key, at }: Entry): boolean {
  return key !== undefined && isSomeEncoder(key) && !at.isOpaque && at.className === 'LabelEncoder'
}

/** How far from a whole or half number a threshold may be that float32 columns were scaled to. */
const TOLERANCE = 1e-3

/**
 * Refuses to take an encoder for the target's when a column could hold its codes: one whose thresholds all lie midway
 * between some of these.
 */
export function assertNotDoubtful(
  encoder: Located, model: Estimator, inputs: readonly string[], steps: readonly Step[]
): void {
  const nCodes = encoder.attr('classes_').items().length
  const all = listThresholds(model)
  if (all.size === 0) {
    encoder.fail(
      "an encoder that says what it is for: it may be the target's, or that of a column",
      'Call the file target_encoder.pkl, or le_COLUMN.pkl.'
    )
  }
  for (const [column, thresholds] of all) {
    const origin = findOrigin(column, steps)
    if (!inputs.includes(origin?.input ?? '') || !thresholds.every(value => isMidway(origin?.undo(value) ?? NaN, nCodes))) continue
    encoder.fail(
      `an encoder that says what it is for: it may be the target's, or that of the column ${JSON.stringify(origin?.input)}`,
      `Call the file target_encoder.pkl, or le_${origin?.input}.pkl.`
    )
  }
}

/** Whether a threshold is midway between two of 0, 1, ... */
function isMidway(value: number, nCodes: number): boolean {
  return value > 0 && value < nCodes - 1 && Math.abs(2 * value - Math.round(2 * value)) < TOLERANCE
}

interface Origin {
  readonly input: string
  /** What was sent, for what the column holds. */
  readonly undo: (value: number) => number
}

/** The input that a column is, but for its scale; undefined for any other column. */
function findOrigin(column: string, steps: readonly Step[]): Origin | undefined {
  let input = column
  const undoing: Array<(value: number) => number> = []
  for (const step of [...steps].reverse()) {
    if (step.op === 'derive' && step.column === input) {
      if (typeof step.expression !== 'string') return undefined
      input = step.expression
    }
    if ('as' in step && step.as.includes(input)) return undefined
    const i = 'columns' in step ? step.columns.indexOf(input) : step.op === 'lookup' && step.column === input ? 0 : -1
    if (i < 0 || PASSING.has(step.op)) continue
    if (step.op === 'scale') undoing.push(value => value * (step.scale?.[i] ?? 1) + (step.mean?.[i] ?? 0))
    else if (step.op === 'multiply') undoing.push(value => (value - (step.offset?.[i] ?? 0)) / step.factor[i])
    else return undefined
  }
  return { input, undo: value => undoing.reduce((result, undo) => undo(result), value) }
}

/** Steps that leave the numbers of most rows as they are. */
const PASSING: ReadonlySet<Step['op']> = new Set(['check', 'clip', 'impute', 'is-missing'])
