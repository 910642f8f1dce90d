/** What a model takes of each column: numbers, or the categories of a pandas column as text. */
import type { Input, Step } from '../../../src/dump/dump.js'
import { ConvertError } from '../errors/convert-error.js'
import type { Frame } from '../common/frame.js'
import type { Located } from '../common/located.js'
import { placeCategories, type TrainedColumn } from './pandas-categories.js'
import type { BoosterText } from './read-text.js'
import { ZERO_THRESHOLD, type Kind, type Tree } from './tree.js'

/** Wider models exist, but not here: every column is a field of a request. */
const MAX_FEATURES = 10_000
const MAX_NAME = 200
const SHORTEN = 'Give the column a shorter name, in the file or before the training.'
const MAX_CATEGORIES = 100_000
/** Codes that a description lists. */
const LISTED = 10

interface Feature extends TrainedColumn {
  /** Whether LightGBM may have changed its name. */
  readonly renamed: boolean
  /** Of a pandas column: the category of each code. */
  readonly categories?: readonly string[] | readonly number[] | readonly boolean[]
}

/** @throws ConvertError when the number of names does not fit, or they are not names */
export function readFeatureNames({ head, names: given }: BoosterText): string[] {
  if (given !== undefined) return [...given]
  const count = head.integer('max_feature_idx', 0, MAX_FEATURES - 1) + 1
  const names = head.words('feature_names', count)
  if (names.includes('')) head.fail('feature_names', `names of 1 to ${MAX_NAME} characters`)
  const long = names.find(name => name.length > MAX_NAME)
  if (long !== undefined) {
    head.fail('feature_names', `names of 1 to ${MAX_NAME} characters`, `one of ${long.length}`, SHORTEN)
  }
  if (new Set(names).size !== count) head.fail('feature_names', 'each name once')
  return names
}

/** @throws ConvertError when names, their number or the categories of pandas columns do not fit together */
export function readFeatures(text: BoosterText, trees: readonly Tree[]): Feature[] {
  const names = readFeatureNames(text)
  const infos = text.head.has('feature_infos') ? text.head.words('feature_infos', names.length) : []
  const renamed = (name: string) => text.names === undefined && name.includes('_')
  const columns = names.map((name, i) => ({ name, renamed: renamed(name), ...readInfo(infos[i]) }))
  const lists = placeCategories(columns, listThresholds(names.length, trees), text)
  return columns.map((column, i) => {
    const list = lists.get(i)
    return list === undefined ? column : { ...column, categories: readList(list, column.name) }
  })
}

/** [nFeatures] What numerical splits compare each feature with. */
function listThresholds(nFeatures: number, trees: readonly Tree[]): Array<Set<number>> {
  const found = Array.from({ length: nFeatures }, () => new Set<number>())
  for (const { feature, kind, dump } of trees) {
    feature.forEach((f, node) => { if (kind[node] !== 'category') found[f].add(Number(dump.threshold[node])) })
  }
  return found
}

/** `[minimum:maximum]`, or codes of categories with -1 for what is rare or missing, or `none`. */
function readInfo(info = 'none'): Pick<Feature, 'range' | 'codes'> {
  const [, low, high] = /^\[([^:]+):([^:]+)\]$/.exec(info) ?? []
  if (low !== undefined) {
    const range = [Number(low), Number(high)] as const
    return range.every(Number.isFinite) ? { range } : {}
  }
  if (!/^-?\d+(:-?\d+)*$/.test(info)) return {}
  return { codes: info.split(':').map(Number).filter(code => code >= 0).sort((a, b) => a - b) }
}

function readList(list: readonly unknown[], name: string): NonNullable<Feature['categories']> {
  const isOf = <T>(is: (item: unknown) => item is T): readonly T[] | undefined => list.every(is) ? list : undefined
  const categories = isOf(item => typeof item === 'string') ?? isOf(item => typeof item === 'number') ??
    isOf(item => typeof item === 'boolean')
  const isSet = list.length > 0 && list.length <= MAX_CATEGORIES && new Set(list).size === list.length
  if (categories !== undefined && isSet) return categories
  throw new ConvertError(`pandas_categorical: expected 1 to ${MAX_CATEGORIES} categories of "${name}", each once and all ` +
    'of them text, numbers or true and false, found others.', {
    hint: 'Make the categories text before training: data[column].astype(str).astype("category").'
  })
}

/** The columns of the forest's row. */
export interface Columns {
  readonly names: string[]
  /** Place in the row of what a split reads. */
  placeOf(feature: number, kind: Kind): number
  /** Whether a NaN can come to the trees. */
  readonly missing: boolean
}

/** Columns that are there already, of a booster within a model of scikit-learn. */
export interface GivenColumns {
  /** [nFeatures] */
  readonly columns: readonly string[]
  /** The booster's estimator, for messages. */
  readonly at: Located
  /** Number of iterations that the answers are of; undefined for all. */
  readonly bestIteration: number | undefined
}

/**
 * Adds an input for each feature to the frame, unless the columns are given, and the steps that make of its value
 * what splits of each kind see. A feature whose splits are of several kinds, which LightGBM itself never writes, has a
 * column for each.
 */
export function addColumns(
  features: readonly Feature[], trees: readonly Tree[], frame: Frame, given?: GivenColumns
): Columns {
  const kinds = listKinds(features.length, trees)
  const names: string[] = []
  const places = new Map<string, number>()
  const columnsOf: Record<Kind, string[]> = { category: [], none: [], zero: [], nan: [] }
  features.forEach((feature, f) => {
    const { categories } = feature
    const source = given?.columns[f] ?? feature.name
    const { name, codes } = given === undefined
      ? addInput(feature, frame)
      : takeColumn(feature, frame, source, given.at)
    if (source === feature.name && feature.renamed) frame.markRenamed(source)
    pushCodes(name, feature, codes, kinds[f], frame.steps)
    ;[...kinds[f]].forEach((kind, i) => {
      const column = i === 0 ? name : frame.copy(name, kind)
      places.set(`${f}:${kind}`, names.push(column) - 1)
      // Codes are whole already.
      if (kind !== 'category' || categories === undefined) columnsOf[kind].push(column)
    })
  })
  pushSteps(columnsOf, frame.steps)
  return {
    names,
    placeOf: (feature, kind) => places.get(`${feature}:${kind}`) ?? 0,
    missing: kinds.some(set => [...set].some(kind => kind !== 'none'))
  }
}

/** A feature's column, and what it holds for each of its categories when these are text. */
interface FeatureColumn {
  readonly name: string
  readonly codes: readonly number[]
}

function addInput(feature: Feature, frame: Frame): FeatureColumn {
  frame.addInput(describeInput(feature))
  return { name: feature.name, codes: feature.categories?.map((_, code) => code) ?? [] }
}

/** A copy, since others may read the column too. */
function takeColumn({ categories = [] }: Feature, frame: Frame, column: string, at: Located): FeatureColumn {
  const name = frame.copy(column, 'booster')
  const texts = categories.filter(category => typeof category === 'string')
  const codes = texts.length > 0 ? frame.textCodes(name, texts, at) : []
  if (typeof categories[0] === 'boolean') frame.markBoolean(name)
  if (categories.length > 0) frame.readByEncoder(name, { missing: true, unknown: true })
  else frame.acceptMissing([name])
  return { name, codes }
}

/** [nFeatures] What the splits on each feature are. A forest reads one column at least. */
function listKinds(nFeatures: number, trees: readonly Tree[]): Array<Set<Kind>> {
  const kinds = Array.from({ length: nFeatures }, () => new Set<Kind>())
  for (const { feature, kind, linear } of trees) {
    feature.forEach((f, node) => kinds[f].add(kind[node]))
    // A leaf's model takes numbers as they are, and needs to know which are missing.
    for (const { features } of linear) for (const f of features) kinds[f].add('nan')
  }
  if (kinds.every(set => set.size === 0)) kinds[0].add('none')
  return kinds
}

function pushSteps(columns: Readonly<Record<Kind, string[]>>, steps: Step[]): void {
  // Copies were made above, before any of these changes a column that was copied.
  if (columns.none.length > 0) steps.push({ op: 'impute', columns: columns.none, statistics: columns.none.map(() => 0) })
  if (columns.zero.length > 0) steps.push({ op: 'zero-to-missing', columns: columns.zero, threshold: ZERO_THRESHOLD })
  // As a cast to int, for all numbers that are in a set; none that the cast cannot do is.
  if (columns.category.length > 0) steps.push({ op: 'apply', columns: columns.category, function: 'trunc' })
}

/** What pandas does: the code of a category, and NaN for anything else. */
function pushCodes(
  column: string, { categories }: Feature, codes: readonly number[], kinds: ReadonlySet<Kind>, steps: Step[]
): void {
  if (categories === undefined || kinds.size === 0) return
  const isText = typeof categories[0] === 'string'
  // Text is its code already, and -1 when unknown, which no set of categories has.
  const isCode = isText && codes.every((code, i) => code === i)
  if (isCode && kinds.size === 1 && kinds.has('category')) return
  const results = categories.map((_, code) => code)
  const values = isText ? [...codes] : categories.map(Number)
  steps.push({ op: 'lookup', column, values, results, missing: 'NaN', unknown: 'NaN' })
}

/** Whether a column may have been one of True and False, as pandas.get_dummies makes them: numbers to LightGBM. */
function isFlag({ range, codes, categories }: Feature): boolean {
  return codes === undefined && categories === undefined && (range === undefined || (range[0] === 0 && range[1] === 1))
}

/** Every value may be missing: where the trees take none, it counts as 0. */
function describeInput(feature: Feature): Input {
  const { name, range, codes, categories } = feature
  if (categories !== undefined && typeof categories[0] === 'string') {
    const texts = categories.map(String)
    return { name, type: 'category', categories: texts, example: texts[0], fallback: { missing: null, unknown: null } }
  }
  const number = { name, type: 'number' as const, fallback: { missing: 'NaN' as const } }
  if (categories !== undefined) {
    const areBooleans = typeof categories[0] === 'boolean'
    return {
      ...number, description: `A category: one of ${list(categories.map(String))}.`,
      ...(areBooleans && { boolean: true as const }), example: Number(categories[0])
    }
  }
  if (codes?.[0] !== undefined) return { ...number, description: `The code of a category: one of ${list(codes.map(String))}.`, example: codes[0] }
  const flag = isFlag(feature) && { boolean: true as const }
  if (range === undefined) {
    return { ...number, ...flag, description: 'Not used: all rows of the training data had the same.' }
  }
  const [low, high] = range
  return {
    ...number, ...flag, description: `${low} to ${high} in the training data.`,
    example: flag ? 1 : Number((low + 0.7 * (high - low)).toPrecision(3))
  }
}

function list(items: readonly string[]): string {
  const rest = items.length - LISTED
  return `${items.slice(0, LISTED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}
