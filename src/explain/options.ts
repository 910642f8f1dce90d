/** What may be asked of an explanation, and the check of what is. */
import type { Dump, Label } from '../dump/dump.js'
import { describeValue } from '../errors/describe-value.js'
import { InputError, type Row } from '../errors/input-error.js'
import { findNearName } from '../model/near-names.js'
import type { PlayerKind } from './explainer.js'

export interface ExplainOptions {
  /** The class whose number is explained, instead of the predicted one. */
  readonly label?: Label | undefined
  /** Why not this class: its number is subtracted from that of the other. */
  readonly against?: Label | undefined
  /** Of a model with several outputs, the index of the one that is explained; 0 when absent. */
  readonly output?: number | undefined
  /** How many of the strongest factors are listed, instead of all. */
  readonly top?: number | undefined
  /** Whether factors are the caller's fields, or the model's columns as in `shap`; fields when absent. */
  readonly players?: PlayerKind | undefined
  /** Whether each factor says what it does alone and what together with each other one. */
  readonly interactions?: boolean | undefined
  /** A row with which this one is compared: what the fields that differ have changed. */
  readonly reference?: Readonly<Row> | undefined
}

/** Checked, with what is meant by what is absent. The class is not checked yet: it may be the predicted one. */
export interface Asked {
  readonly label: Label | undefined
  readonly against: Label | undefined
  readonly output: number
  readonly top: number
  readonly players: PlayerKind
  readonly interactions: boolean
  readonly reference: unknown
}

const NAMES: ReadonlyArray<keyof ExplainOptions> =
  ['label', 'against', 'output', 'top', 'players', 'interactions', 'reference']

/**
 * @param excluded names that cannot be used here
 * @throws InputError naming each option that cannot be used
 */
export function checkOptions(
  { outputs }: Dump, options: ExplainOptions = {}, excluded: ReadonlyArray<keyof ExplainOptions> = []
): Asked {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw optionError('options', 'an object of options', options)
  }
  const names = NAMES.filter(name => !excluded.includes(name))
  for (const name of Object.keys(options)) {
    if (names.some(known => known === name)) continue
    const near = findNearName(name, names)
    const advice = near === undefined ? '' : `; write "${near}" for "${name}"`
    throw new InputError([{
      field: name, expected: `one of the options ${names.join(', ')}`, received: `another one${advice}`
    }])
  }
  const { label, against, output = 0, top = Infinity, players = 'fields', interactions = false, reference } = options
  if (!Number.isInteger(output) || outputs[output] === undefined) {
    throw optionError('output', `a whole number from 0 to ${outputs.length - 1}`, output)
  }
  if (top !== Infinity && !(Number.isInteger(top) && top >= 0)) throw optionError('top', 'a whole number, 0 or more', top)
  if (players !== 'fields' && players !== 'columns') {
    throw optionError('players', '"fields" or "columns"', players)
  }
  if (typeof interactions !== 'boolean') throw optionError('interactions', 'true or false', interactions)
  if (reference !== undefined) {
    const because = 'compared with a reference row, fields are asked about one by one'
    if (players === 'columns') throw optionError('players', `"fields": ${because}`, players)
    if (interactions) throw optionError('interactions', `false: ${because}`, interactions)
  }
  return { label, against, output, top, players, interactions, reference }
}

/**
 * The index of a class.
 * @param classes of the output; undefined when it is a number
 * @throws InputError when the label is none of them
 */
export function findClass(
  classes: readonly Label[] | undefined, label: Label | undefined, option: 'label' | 'against'
): number {
  if (label === undefined) return 0
  const place = classes?.indexOf(label) ?? -1
  if (place >= 0) return place
  const expected = classes === undefined ? 'none: the output is a number' : `one of ${classes.join(', ')}`
  throw optionError(option, expected, label)
}

export function optionError(field: string, expected: string, value: unknown): InputError {
  return new InputError([{ field, expected, received: describeValue(value) }])
}
