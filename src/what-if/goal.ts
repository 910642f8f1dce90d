/** What counts as a change of the answer, and which one is wanted. */
import type { Output } from '../dump/dump.js'
import { describeValue } from '../errors/describe-value.js'
import { InputError } from '../errors/input-error.js'
import type { Label, Model } from '../model/types.js'
import { optionError } from './fields.js'
import type { Answered } from './probe.js'

export interface GoalOptions {
  /** Of a model with several outputs, the index of the one that is meant; 0 when absent. */
  readonly output?: number
  /** The class whose number the thresholds are of; the second of two classes when absent. */
  readonly label?: Label
  /**
   * Ascending numbers: the answer's category is how many of them its number reaches, instead of the predicted
   * class.
   */
  readonly thresholds?: readonly number[]
  /** Names of the categories, from the lowest: one more than thresholds. */
  readonly categories?: readonly string[]
  /**
   * The outcome that is wanted: a class, a category, or for a number its least and largest value. Any other than
   * now when absent.
   */
  readonly target?: Label | readonly [number, number]
}

/**
 * A class, the name or number of a category, or whether a number is wanted; undefined where the model refuses the
 * row.
 */
export type Outcome = Label | undefined

/**
 * A linear condition on the numbers of an answer, for bounds: the sum of `weights` times values is at least
 * `least`.
 */
export interface Goal {
  outcomeOf(answered: Answered): Outcome
  /** Whether an outcome is wanted, coming from another. */
  isReached(outcome: Outcome, now: Outcome): boolean
  readonly aim: Aim
}

/** What the goal looks at: one of the answer's numbers and its bounds, or which of an output's classes is predicted. */
type Aim =
  | { readonly kind: 'number', readonly place: number, readonly steps: readonly number[],
    readonly target: number | undefined }
  | { readonly kind: 'between', readonly place: number, readonly least: number, readonly most: number }
  | { readonly kind: 'class', readonly first: number, readonly count: number, readonly target: number | undefined }

/** @throws InputError for an option that does not fit the model */
export function createGoal(model: Model, options: GoalOptions): Goal {
  const output = findOutput(model, options.output)
  const first = model.outputs.slice(0, output).reduce((sum, { classes }) => sum + (classes?.length ?? 1), 0)
  const { thresholds, target, label, categories } = options
  if (thresholds === undefined && categories !== undefined) throw optionError('categories',
    'none without thresholds', categories)
  if (thresholds !== undefined) return categoryGoal(model, options, output, first, thresholds)
  if (label !== undefined) throw optionError('label',
    'none without thresholds: write target for the class that is wanted', label)
  const { classes } = model.outputs[output]
  if (classes === undefined) return numberGoal(first, target)
  const wanted = target === undefined ? undefined : findPlace(classes, target, 'target')
  return {
    outcomeOf: answered => answered instanceof InputError ? undefined : classes[answered.classIndexes[output]],
    isReached: (outcome, now) => outcome !== undefined && (wanted === undefined ? outcome !== now : outcome ===
      classes[wanted]),
    aim: { kind: 'class', first, count: classes.length, target: wanted }
  }
}

function findOutput({ outputs }: Model, output: unknown = 0): number {
  if (Number.isInteger(output) && outputs[output as number] !== undefined) return output as number
  throw optionError('output', `a whole number from 0 to ${outputs.length - 1}`, output)
}

function findPlace(list: readonly Label[], value: unknown, option: string): number {
  const place = list.indexOf(value as Label)
  if (place < 0) throw optionError(option, `one of ${list.join(', ')}`, value)
  return place
}

function numberGoal(place: number, target: unknown): Goal {
  const isPair = Array.isArray(target) && target.length === 2 && target.every(value => typeof value === 'number' &&
    !Number.isNaN(value))
  if (!isPair || target[0] > target[1]) {
    throw optionError('target', 'the least and the largest number that are wanted, as a list, or else thresholds',
      target)
  }
  const [least, most] = target as [number, number]
  return {
    outcomeOf: answered => answered instanceof InputError ? undefined : answered.values[place] >= least &&
      answered.values[place] <= most,
    isReached: outcome => outcome === true,
    aim: { kind: 'between', place, least, most }
  }
}

function categoryGoal(
  model: Model, { label, categories, target }: GoalOptions, output: number, first: number, thresholds: unknown
): Goal {
  const isAscending = Array.isArray(thresholds) && thresholds.length > 0 &&
    thresholds.every((value, i) => Number.isFinite(value) && (i === 0 || value > (thresholds as number[])[i - 1]))
  if (!isAscending) throw optionError('thresholds', 'a list of ascending numbers', thresholds)
  const steps = thresholds as readonly number[]
  const isNamed = Array.isArray(categories) && categories.length === steps.length + 1 &&
    new Set(categories).size === categories.length
  if (categories !== undefined && !isNamed) {
    throw optionError('categories', `a list of ${steps.length + 1} different names, one more than thresholds`,
      categories)
  }
  const names: readonly Label[] = categories ?? Array.from({ length: steps.length + 1 }, (_, i) => i)
  const wanted = target === undefined ? undefined : findPlace(names, target, 'target')
  const place = first + findNumber(model, model.outputs[output], label)
  return {
    outcomeOf: answered => answered instanceof InputError ? undefined : names[steps.filter(step =>
      answered.values[place] >= step).length],
    isReached: (outcome, now) => outcome !== undefined && (wanted === undefined ? outcome !== now : outcome ===
      names[wanted]),
    aim: { kind: 'number', place, steps, target: wanted }
  }
}

/** Which of an output's numbers thresholds are of: an outlier detector's is its score. */
function findNumber({ task }: Model, { classes }: Output, label: Label | undefined): number {
  if (classes === undefined || task === 'outlier-detector') {
    if (label !== undefined) throw optionError('label', 'none: the answer is a number', label)
    return 0
  }
  if (label !== undefined) return findPlace(classes, label, 'label')
  if (classes.length === 2) return 1
  throw new InputError([{ field: 'label',
    expected: `the class that the thresholds are for, one of ${classes.join(', ')}`, received: describeValue(label) }])
}
