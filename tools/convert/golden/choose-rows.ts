/** Golden rows that guard: few rows that reach as many leaves, and come as near to thresholds, as they can. */
import type { Dump, Input } from '../../../src/dump/dump.js'
import { listForests, listPredictors } from '../../../src/dump/list-forests.js'
import { InputError } from '../../../src/model/types.js'
import { Coverage } from './coverage.js'
import { listAnchors } from './crossings.js'
import { listFieldValues, type FieldValue } from './field-values.js'
import type { GoldenInput, Probe } from './probe.js'

/** Rows that any model gets, for its missing values and unknown categories. */
const LEAST_ROWS = 16

/** Rows that a model gets as long as they add something: a leaf, or both sides of a threshold. */
const ROWS = 64
const LEAST_GAIN = 1

/** A forest with more leaves gets more rows, until they reach this share of them or are this share of its numbers. */
const MOST_ROWS = 512
const ENOUGH_LEAVES = 0.6
const MOST_NUMBERS = 1 / 16

/** Changes to a row that are tried: fewer of a large forest, so that all together visit about as many nodes. */
const MOST_TRIES = 100
const LEAST_TRIES = 8
const MOST_VISITS = 2e7

/** A field is refused half the time at most by any transformer there is. */
const MAX_ATTEMPTS = 200

/**
 * The first row is from the middle of what the trees ask. Each further one begins with values around thresholds, drawn
 * at random, and is changed field by field as long as it adds more to what those before it reach. The rows are the same
 * at every conversion.
 * @throws InputError when no row could be made that the model takes
 */
export function chooseRows(dump: Dump, probe: Probe): GoldenInput[] {
  const random = xorshift32(0x9e3779b9)
  const { choices, middle } = listFieldValues(dump, probe, findRow(dump, probe, random))
  const coverage = new Coverage(dump, probe.columns)
  const used = [...probe.usedInputs]
  const draw = (name: string): FieldValue => pick(choices.get(name) ?? [], random)
  /** Less than nothing for a row that the model refuses. */
  const gainOf = (row: GoldenInput): number => {
    const columns = probe.answers(row) ? probe.columnsOf(row) : undefined
    return columns === undefined ? -1 : coverage.gain(columns)
  }
  const limit = limitRows(dump)
  const effort = coverage.nVisits + dump.inputs.length + probe.columns.length
  const tries = Math.min(MOST_TRIES, Math.max(LEAST_TRIES, Math.ceil(MOST_VISITS / (limit * effort))))
  const rows: GoldenInput[] = []
  const keep = (row: GoldenInput): void => {
    const columns = probe.columnsOf(row)
    if (columns !== undefined) coverage.add(columns)
    rows.push(row)
  }

  keep(middle)
  while (rows.length < limit && (rows.length < ROWS || coverage.share < ENOUGH_LEAVES)) {
    const row = { ...middle }
    for (const name of used) row[name] = draw(name)
    let gain = gainOf(row)
    if (gain < 0) {
      Object.assign(row, middle)
      gain = 0
    }
    for (let i = 0; i < tries && used.length > 0; i++) {
      const name = pick(used, random)
      const before = row[name]
      row[name] = draw(name)
      const other = gainOf(row)
      if (other >= gain) gain = other
      else row[name] = before
    }
    if (gain < LEAST_GAIN && rows.length >= LEAST_ROWS) break
    keep(row)
  }
  return rows
}

function limitRows(dump: Dump): number {
  const { inputs, outputs } = dump
  const trees = listPredictors(dump).flatMap(listForests).flatMap(forest => forest.trees)
  const numbers = trees.reduce((sum, tree) => sum + 5 * tree.feature.length, 0)
  const width = inputs.length + outputs.reduce((sum, { classes }) => sum + (classes?.length ?? 1), 0)
  return Math.min(MOST_ROWS, Math.max(ROWS, Math.floor(numbers * MOST_NUMBERS / width)))
}

/** Any row that the model answers: fields that it refuses, such as a negative one under a logarithm, are drawn anew. */
function findRow({ inputs }: Dump, probe: Probe, random: () => number): GoldenInput {
  const row: GoldenInput = Object.fromEntries(inputs.map(input => [input.name, plainValue(input)]))
  for (let attempt = 1; ; attempt++) {
    try {
      probe.predict(row)
      return row
    } catch (error) {
      if (!(error instanceof InputError) || attempt === MAX_ATTEMPTS) throw error
      const refused = new Set(error.problems.map(problem => problem.field))
      for (const input of inputs) if (refused.has(input.name)) row[input.name] = drawValue(input, random)
    }
  }
}

function plainValue(input: Input): FieldValue {
  if (input.type === 'any') return null
  if (input.type === 'category') return input.example ?? input.categories[0]
  const { example, values, minimum, maximum } = input
  return example ?? values?.[0] ?? Math.min(Math.max(1, minimum ?? 1), maximum ?? 1)
}

function drawValue(input: Input, random: () => number): FieldValue {
  if (input.type === 'any') return null
  if (input.type === 'category') return pick(input.categories, random)
  return pick(input.values ?? listAnchors(input.minimum, input.maximum), random)
}

function pick<T>(items: readonly T[], random: () => number): T {
  return items[Math.floor(random() * items.length)]
}

/** Marsaglia's 32-bit xorshift: numbers in [0, 1), enough for sample rows. */
function xorshift32(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}
