/**
 * How transformers from several files lead to a model: which columns each takes, and in which order their outputs reach
 * the model. What names and counts leave open is an error, never a guess.
 */
import { ConvertError } from '../errors/convert-error.js'
import { Frame } from '../common/frame.js'
import type { Located } from '../common/located.js'
import { convertTransformer } from '../registry/registry.js'

/** A transformer of a chain. */
export interface ChainPart {
  readonly at: Located
  /** The file, and the key in it. */
  readonly label: string
  /** The columns that it was fitted on; a number where it knows no names; undefined where it takes any. */
  readonly fitted: readonly string[] | number | undefined
}

/** A transformer with its place in the chain. */
export interface Stage {
  readonly part: ChainPart
  readonly columns: readonly string[]
  /** By the names that it gives them. */
  readonly outputs: readonly string[]
  /** Whether it changes columns, and makes none. */
  readonly isInPlace: boolean
}

export interface ChainPlan {
  readonly stages: readonly Stage[]
  /** What reaches the model, in its order. */
  readonly features: readonly string[]
  /** What is sent. */
  readonly inputs: readonly string[]
}

/** The columns of the model. */
export interface ModelColumns {
  readonly label: string
  readonly count: number
  /** Undefined for a model that was fitted on an array, and without a list of names. */
  readonly names: readonly string[] | undefined
  /** Whether it was fitted on an array, so that the names are from a list beside it. */
  readonly isArray: boolean
}

const TOGETHER = 'Put the transformers and the predictor into one Pipeline, fit and save that; or leave out what has no part ' +
  'in the prediction.'

/**
 * @param parts in the order in which they are applied
 * @throws ConvertError for what does not fit, with what was expected
 */
export function planChain(parts: readonly ChainPart[], model: ModelColumns): ChainPlan {
  const stages: Stage[] = []
  for (const part of parts) stages.push(placePart(part, stages, model))
  const features = findFeatures(stages, model)
  const idle = stages.find((stage, i) => !stage.outputs.some(name =>
    features.includes(name) || stages.some((later, j) => j > i && later.columns.includes(name))))
  if (idle !== undefined) {
    throw new ConvertError(
      `${idle.part.label} changes ${list(idle.columns)}, none of which ${model.label} takes: ${list(features)}.`, { hint: TOGETHER }
    )
  }
  return { stages, features, inputs: listInputs(stages, features) }
}

/** What no transformer before makes, in the model's order if these are its columns. */
function listInputs(stages: readonly Stage[], features: readonly string[]): readonly string[] {
  const made = new Set<string>()
  const read = new Set<string>()
  for (const { columns, outputs, isInPlace } of stages) {
    for (const name of columns) if (!made.has(name)) read.add(name)
    for (const name of isInPlace ? [] : outputs) made.add(name)
  }
  for (const name of features) if (!made.has(name)) read.add(name)
  const isModels = read.size === features.length && features.every(name => read.has(name))
  return isModels ? features : [...read]
}

function placePart(part: ChainPart, before: readonly Stage[], model: ModelColumns): Stage {
  return placeOn(part, findColumns(part, before, model))
}

/**
 * A transformer with the columns that it takes, and what it makes of them.
 * @param frame a new one
 */
export function placeOn(part: ChainPart, columns: readonly string[], frame = new Frame()): Stage {
  for (const name of columns) frame.addInput({ name, type: 'number' })
  const outputs = convertTransformer(part.at, columns, frame)
  const isInPlace = outputs.length === columns.length && outputs.every((name, i) => name === columns[i])
  return { part, columns, outputs, isInPlace }
}

function findColumns({ label, fitted }: ChainPart, before: readonly Stage[], model: ModelColumns): readonly string[] {
  if (typeof fitted === 'object') return fitted
  const block = lastBlock(before)
  const arriving = before.length === 0 ? model.names : block
  if (fitted === undefined) {
    return arriving ?? fail(`${label} does not say which columns it takes.`, 'Name them in a file beside it, such as columns.pkl.')
  }
  if (arriving?.length === fitted) return arriving
  if (before.length === 0 && model.names === undefined) return Array.from({ length: fitted }, (_, i) => `x${i}`)
  const last = before.at(-1)
  const there = last === undefined ? `${model.label} has ${model.count}` : `${last.part.label} gives ${block?.length ?? 'others'}`
  return fail(
    `${label} takes ${fitted} columns and does not say which, since it was fitted on an array; ${there}.`,
    `Fit it on a DataFrame, so that it keeps the names. ${TOGETHER}`
  )
}

/** All columns after the last transformer, in order, where that can be told. */
function lastBlock(stages: readonly Stage[]): readonly string[] | undefined {
  const last = stages.at(-1)
  if (last?.isInPlace !== true) return last?.outputs
  // What changes some of another's columns in place leaves them in the other's order.
  const isWhole = ({ outputs }: Stage) =>
    outputs.length > last.columns.length && last.columns.every(name => outputs.includes(name))
  return ([...stages].reverse().find(isWhole) ?? last).outputs
}

/** Outputs that no later transformer takes. */
function listMade(stages: readonly Stage[]): string[] {
  return stages.flatMap((stage, i) => stage.isInPlace ? [] : stage.outputs.filter(name =>
    !stages.some((later, j) => j > i && !later.isInPlace && later.columns.includes(name))))
}

function findFeatures(stages: readonly Stage[], model: ModelColumns): readonly string[] {
  const { label, names, count } = model
  const made = listMade(stages)
  const block = lastBlock(stages) ?? []
  const isWhole = block.length === count && made.every(name => block.includes(name))
  const last = stages[stages.length - 1].part.label
  if (names === undefined) {
    const changed = stages.flatMap(({ columns, isInPlace }) => isInPlace ? columns : [])
    const outside = changed.filter(name => !block.includes(name))
    const hidden = stages.flatMap(({ columns, isInPlace }) => isInPlace ? [] : columns)
    if (isWhole && outside.every(name => hidden.includes(name))) return block
    return fail(
      `${label} takes ${count} columns and does not say which, since it was fitted on an array; ` +
      `${last} gives ${block.length}: ${list(block)}.`,
      `Name its columns in a file beside it, such as columns.pkl, or fit it on a DataFrame. ${TOGETHER}`
    )
  }
  const isSame = block.every((name, i) => name === names[i])
  if (model.isArray && isWhole && !isSame && stages.every(({ isInPlace }) => isInPlace)) {
    return fail(
      `${last} gives ${list(block)}, and the names beside ${label} are ${list(names)}.`,
      'Name the columns in the order in which the model was fitted.'
    )
  }
  const lost = made.filter(name => !names.includes(name))
  if (lost.length === 0 && stages.every(stage => stage.isInPlace || namesOutputs(stage.part.at))) return names
  if (isWhole && block.every((name, i) => stripName(name) === stripName(names[i]))) return block
  return fail(
    `${last} gives ${block.length} columns: ${list(block)}; they are not the ${count} that ${label} takes: ${list(names)}.`, TOGETHER
  )
}

/** Whether a transformer's outputs are called here as it calls them itself. */
function namesOutputs(transformer: Located): boolean {
  return /^(category_encoders|feature_engine)\./.test(transformer.classPath ?? '') || NAMED.has(transformer.className ?? '')
}

const NAMED = new Set([
  'GenericUnivariateSelect', 'MissingIndicator', 'OneHotEncoder', 'SelectFdr', 'SelectFpr', 'SelectFromModel', 'SelectFwe',
  'SelectKBest', 'SelectPercentile', 'SequentialFeatureSelector', 'SimpleImputer', 'VarianceThreshold'
])

/** A name without what tells it apart: a ColumnTransformer's prefix, a number for equal ones, and how floats end. */
export function stripName(name: string): string {
  return name.replace(/^(\w+?__)+/, '').replace(/#\d+$/, '').replace(/\.0$/, '')
}

function fail(problem: string, hint: string): never {
  throw new ConvertError(problem, { hint })
}

const MAX_LISTED = 8

function list(names: readonly string[]): string {
  const rest = names.length - MAX_LISTED
  return names.slice(0, MAX_LISTED).join(', ') + (rest > 0 ? ` and ${rest} more` : '')
}
