/**
 * Predictors with what people save beside them: dicts, Bunches, tuples and lists, and objects that were dumped into one
 * file one after another. What stands beside the predictor may have a part in its answers, so nothing is passed over:
 * beside.ts uses it, takes it for a note, or refuses the file.
 */
import { ConvertError } from '../errors/convert-error.js'
import { Concatenated, Dict, Instance, Tuple, describeValue, type Value } from '../pickle/values.js'
import { Located } from '../common/located.js'
import { isEstimator } from '../registry/registry.js'
import { classifyKey } from './key-roles.js'

/** Something that stands beside the predictor. */
export interface Entry {
  /** Undefined in tuples and lists, whose places say nothing, and for keys that are not text. */
  readonly key: string | undefined
  readonly at: Located
}

/** The parts of a file that holds a predictor. */
export interface Bundle {
  readonly model: Located
  readonly others: readonly Entry[]
  /** What the file holds, such as "dict". */
  readonly kind: string
  /** What to do about a part that has nothing to do with the prediction; undefined for a key that can be removed. */
  readonly remedy?: (entry: Entry) => string
}

/** Dicts within dicts, such as {'model': ..., 'config': {...}}. */
const MAX_DEPTH = 4

/** Whether a file holds a predictor and other things, or nothing but other things. */
export function isBundle(root: Located): boolean {
  return kindOf(root.value) !== undefined
}

/**
 * @param root a predictor, or what has one among other things
 * @throws ConvertError when there is not exactly one predictor
 */
export function readBundle(root: Located): Bundle {
  if (isEstimator(root)) return { model: root, others: [], kind: 'file' }
  const kind = kindOf(root.value) ?? 'file'
  const entries = listEntries(root)
  const models = entries.filter(entry => isEstimator(entry.at))
  // A selector can be a predictor, and stands for what happens to the columns beside one that cannot be a selector.
  const predictors = models.length > 1 ? models.filter(({ at }) => !/^RFE(CV)?$/.test(at.className ?? '')) : models
  if (predictors.length === 1) {
    return { model: predictors[0].at, others: entries.filter(entry => entry !== predictors[0]), kind }
  }
  if (predictors.length === 0) {
    throw new ConvertError(`The ${kind} holds no predictor: ${list(entries) || 'nothing'}.`, {
      hint: 'Save the fitted predictor, or a Pipeline that ends in one.'
    })
  }
  throw new ConvertError(`The ${kind} holds ${predictors.length} predictors: ${list(predictors)}.`, {
    hint: 'Save the one to serve in a file of its own, and several that answer together as a VotingClassifier or VotingRegressor.'
  })
}

function kindOf(value: Value | undefined): string | undefined {
  if (asDict(value) !== undefined) return value instanceof Instance ? 'Bunch' : 'dict'
  if (value instanceof Concatenated) return 'file with several objects, one after another,'
  return value instanceof Tuple ? 'tuple' : Array.isArray(value) ? 'list' : undefined
}

/** A dict, or scikit-learn's Bunch, which is one. */
function asDict(value: Value | undefined): Dict | undefined {
  if (value instanceof Dict) return value
  return value instanceof Instance && value.type.name === 'Bunch' ? value.entries ?? new Dict() : undefined
}

/** Every entry of a dict by its key, every item of a list without one, and those of dicts whose keys say nothing. */
export function listEntries(root: Located, depth = 0): Entry[] {
  const dict = asDict(root.value)
  const isList = root.value instanceof Tuple || Array.isArray(root.value)
  if (dict === undefined) return isList ? root.items().flatMap(at => expand({ key: undefined, at }, depth)) : []
  return [...dict.entries].flatMap(([key, value]) => {
    const name = typeof key === 'string' ? key : undefined
    const path = name === undefined ? `${root.path}[${typeof key === 'number' ? key : '...'}]`
      : root.path === '' ? name : `${root.path}.${name}`
    return expand({ key: name, at: new Located(value, path) }, depth)
  })
}

/** A dict whose key says nothing, such as "config", is its entries. */
function expand(entry: Entry, depth: number): Entry[] {
  const { key, at } = entry
  if (at.isOpaque) return [entry]
  const nested = asDict(at.value)
  const opens = nested !== undefined && depth < MAX_DEPTH && nested.entries.size > 0 &&
    (key === undefined || classifyKey(key) === undefined)
  const inner = opens ? listEntries(at, depth + 1) : []
  // Texts and numbers by keys that no one knows may be a mapping: it is refused under its own name.
  const isKnown = ({ key: name, at: value }: Entry) =>
    isEstimator(value) || (name !== undefined && classifyKey(name) !== undefined)
  return inner.some(isKnown) ? inner : [entry]
}

/** Names and classes of entries, for messages. */
function list(entries: readonly Entry[]): string {
  const shown = entries.slice(0, MAX_LISTED).map(({ at }) => `${JSON.stringify(at.path)} (${at.isOpaque ? at.classPath : at.className ?? describeValue(at.value)})`)
  return entries.length > MAX_LISTED ? `${shown.join(', ')} and ${entries.length - MAX_LISTED} more` : shown.join(', ')
}

const MAX_LISTED = 10
