/** The controls of a form, made from the inputs of models and rows that these are known to take. */
import { median, nice } from 'd3-array'
import type { Input } from '../../library/core.js'
import type { ModelInfo, Row } from '../models/types.js'

interface Common {
  readonly name: string
  readonly description: string | undefined
  /** Names of the models whose answers depend on it. */
  readonly usedBy: readonly string[]
}

export interface NumberField extends Common {
  readonly kind: 'number'
  readonly unit: string | undefined
  /** Of the slider; the number box takes all that the model does. */
  readonly from: number
  readonly to: number
  readonly step: number
  readonly minimum: number | undefined
  readonly maximum: number | undefined
  /** What a missing value counts as; undefined where the field is required, NaN where the model itself decides. */
  readonly missing: number | undefined
}

export interface ChoiceField extends Common {
  readonly kind: 'choice'
  /** What may be chosen: numbers, or true and false. */
  readonly options: ReadonlyArray<number | boolean>
}

export interface CategoryField extends Common {
  readonly kind: 'category'
  readonly categories: readonly string[]
  readonly missing: string | null | undefined
}

export interface TextField extends Common {
  readonly kind: 'text'
}

export type Field = NumberField | ChoiceField | CategoryField | TextField

/** Steps of a slider from end to end, about. */
const STEPS = 200

/** So many times as far from the middle as its neighbour, a value says nothing of the usual ones. */
const FAR = 5

/** Most steps where all known values are multiples of one number. */
const MOST_STEPS = 1000

/**
 * @param infos models that answer together: an input that several have is one field
 * @param samples rows that they take, which say how far sliders go
 */
export function listFields(infos: ReadonlyArray<Pick<ModelInfo, 'name' | 'inputs'>>, samples: readonly Row[]): Field[] {
  const fields = new Map<string, Field>()
  for (const { name: model, inputs } of infos) {
    for (const input of inputs) {
      const known = fields.get(input.name)
      const usedBy = [...known?.usedBy ?? [], ...input.used ? [model] : []]
      const field = known ?? describeField(input, samples)
      if (field !== undefined) fields.set(input.name, { ...field, usedBy })
    }
  }
  return [...fields.values()]
}

function describeField(input: Input, samples: readonly Row[]): Field | undefined {
  const { name, description } = input
  const common = { name, description, usedBy: [] }
  if (input.type === 'any') return undefined
  if (input.type === 'text') return { ...common, kind: 'text' }
  if (input.type === 'category') {
    return { ...common, kind: 'category', categories: input.categories, missing: input.fallback?.missing }
  }
  if (input.boolean === true) return { ...common, kind: 'choice', options: [true, false] }
  if (input.values !== undefined) return { ...common, kind: 'choice', options: input.values }
  const { unit, minimum, maximum, example, fallback } = input
  const known = [...samples.map(row => row[name]), example].filter(value => typeof value === 'number')
  const missing = fallback?.missing === 'NaN' ? NaN : fallback?.missing
  return { ...common, kind: 'number', unit, minimum, maximum, missing, ...rangeOf(known, minimum, maximum) }
}

/** Where a slider begins and ends, and its step. */
export function rangeOf(
  known: readonly number[], minimum: number | undefined, maximum: number | undefined
): { from: number, to: number, step: number } {
  const usual = dropExtremes(known)
  const low = minimum ?? Math.min(...usual, 0)
  const high = Math.max(...usual, low)
  // Beyond what is known there is something as well.
  const [from, to] = nice(low, high > low ? high + (high - low) / 2 : low + (Math.abs(low) || 1), 5)
  const ends = { from: minimum ?? from, to: maximum ?? to }
  const span = ends.to - ends.from
  // Steps by which all known values can be reached.
  for (let step = 10 ** Math.floor(Math.log10(span)); step * MOST_STEPS >= span; step /= 10) {
    // Of few whole numbers each is a step; but what goes from 0 to 1 is more likely a share.
    const isCoarse = span / step < 5 && !(step === 1 && span > 1)
    if (!isCoarse && usual.every(value => isMultiple(value - ends.from, step))) return { ...ends, step: tidy(step) }
  }
  return { ...ends, step: tidy(10 ** Math.floor(Math.log10(span / STEPS))) }
}

/** Golden rows are at the edges of what a model takes: one of them may lie far beyond all others. */
function dropExtremes(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = median(sorted) ?? 0
  const isFar = (value: number, next: number) => Math.abs(value - middle) > FAR * Math.abs(next - middle) && next !== middle
  while (sorted.length > 2 && isFar(sorted[sorted.length - 1], lastOther(sorted))) sorted.pop()
  while (sorted.length > 2 && isFar(sorted[0], sorted.find(value => value !== sorted[0]) ?? sorted[0])) sorted.shift()
  return sorted
}

/** The greatest of ascending numbers that is not the last. */
function lastOther(sorted: readonly number[]): number {
  const last = sorted[sorted.length - 1]
  return sorted.findLast(value => value !== last) ?? last
}

function isMultiple(value: number, step: number): boolean {
  const count = value / step
  return Math.abs(count - Math.round(count)) < 1e-6
}

/** A power of ten without what divisions have left. */
function tidy(step: number): number {
  return Number(step.toPrecision(1))
}

/** A slider's value without what sums of steps have left. */
export function snap(value: number, { step }: Pick<NumberField, 'step'>): number {
  const digits = Math.max(0, -Math.floor(Math.log10(step)))
  return Number(value.toFixed(Math.min(digits, 20)))
}
