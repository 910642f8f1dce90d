/** The columns of a booster: their names, and the categories that it knows by name. */
import type { Input } from '../../../src/forest/dump.js'
import type { JsonPlace } from '../mljs/json-place.js'
import type { Frame } from '../sklearn/frame.js'
import type { Located } from '../sklearn/located.js'
import { countItems, readCount, readIntegers, readNumbers } from './lists.js'

/** Wider models exist, but not here: every column is a field of a request. */
const MAX_COLUMNS = 10_000
const MAX_NAME = 200

/** What the values of a categorical column are called, in the order of their codes. */
type Categories = { readonly texts: string[] } | { readonly numbers: Float64Array }

/**
 * @param learner `learner`
 * @returns [nFeatures] x0, x1, ... where the model was not told names
 */
export function readFeatureNames(learner: JsonPlace): string[] {
  const count = readCount(learner.key('learner_model_param').key('num_feature'), 1, MAX_COLUMNS)
  const list = learner.key('feature_names')
  if (list.isAbsent || countItems(list) === 0) return Array.from({ length: count }, (_, i) => `x${i}`)
  const names = list.items().map(item => {
    const { value } = item
    return typeof value === 'string' && value !== '' && value.length <= MAX_NAME
      ? value
      : item.fail(`a name of 1 to ${MAX_NAME} characters`)
  })
  if (names.length !== count) list.fail(`${count} names, one a feature`)
  if (new Set(names).size !== count) list.fail('each name once', 'Give the columns names of their own and train again.')
  return names
}

/** Columns that are there already, of a booster within a model of scikit-learn. */
export interface GivenColumns {
  /** [nFeatures] */
  readonly columns: readonly string[]
  /** The booster's estimator, for messages. */
  readonly at: Located
}

/** What is known of the features of a booster. */
export interface Features {
  readonly names: readonly string[]
  /** Whether trees ask for the categories of each. */
  readonly categorical: readonly boolean[]
  /** For each a number that it may well have. */
  readonly examples: ReadonlyArray<number | undefined>
}

/**
 * Adds the inputs to the frame, unless the columns are given, and the steps that turn what callers know into codes.
 * @param model `gbtree.model`, which has the categories' names since XGBoost 3.1
 * @returns [nFeatures] the columns that the trees read
 */
export function addInputs(frame: Frame, features: Features, model: JsonPlace, given?: GivenColumns): string[] {
  const { categorical } = features
  const known = readCategories(model.key('cats'), categorical.length)
  const coded: string[] = []
  const columns = known.map((categories, i) => {
    const column = given === undefined
      ? addInput(frame, features, i, categories)
      : takeColumn(frame, given.columns[i], given.at, categories, categorical[i])
    if (categories === undefined) {
      if (categorical[i]) coded.push(column)
    } else if ('numbers' in categories) addLookup(frame, column, categories.numbers)
    return column
  })
  if (coded.length > 0) {
    // A code is a float32, cut to an integer. Below 0 it is no category, which rounding down keeps so.
    frame.steps.push({ op: 'apply', columns: coded, function: 'float32' }, { op: 'apply', columns: coded, function: 'floor' })
    frame.compute(coded)
  }
  return columns
}

function addInput(
  frame: Frame, { names, categorical, examples }: Features, i: number, categories: Categories | undefined
): string {
  const name = names[i]
  if (categories !== undefined && 'texts' in categories) {
    // As in XGBoost: a gap goes where the trees send it, a text that it was not trained on is refused.
    frame.addInput({ name, type: 'category', categories: categories.texts, fallback: { missing: null } })
    return name
  }
  const example = examples[i]
  const input: Input = { name, type: 'number', ...(example !== undefined && { example }) }
  frame.addInput(categorical[i] && categories === undefined ? { ...input, description: 'Code of a category' } : input)
  frame.acceptMissing([name])
  return name
}

/** A copy when it is changed, since others may read the column too. */
function takeColumn(
  frame: Frame, given: string, at: Located, categories: Categories | undefined, categorical: boolean
): string {
  const column = categories !== undefined || categorical ? frame.copy(given, 'booster') : given
  if (categories === undefined || 'numbers' in categories) {
    frame.acceptMissing([column])
    return column
  }
  const values = frame.textCodes(column, categories.texts, at)
  frame.readByEncoder(column, { missing: true, unknown: false })
  frame.steps.push({ op: 'lookup', column, values, results: values.map((_, code) => code), missing: 'NaN' })
  return column
}

function addLookup(frame: Frame, column: string, numbers: Float64Array): void {
  const values = [...numbers]
  frame.readByEncoder(column, { missing: true, unknown: false }, values)
  frame.steps.push({ op: 'lookup', column, values, results: values.map((_, code) => code), missing: 'NaN' })
  frame.encode([column])
}

/** [nFeatures] Undefined for features without named categories. */
function readCategories(cats: JsonPlace, nFeatures: number): Array<Categories | undefined> {
  const none = Array.from({ length: nFeatures }, () => undefined)
  const list = cats.key('enc')
  if (cats.isAbsent || list.isAbsent || countItems(list) === 0) return none
  const encodings = list.items()
  if (encodings.length !== nFeatures) list.fail(`${nFeatures} entries, one a feature`)
  return encodings.map(encoding => {
    const values = encoding.key('values')
    if (countItems(values) === 0) return undefined
    const offsets = encoding.key('offsets')
    const categories = offsets.isAbsent ? { numbers: readNumbers(values) } : { texts: readTexts(values, offsets) }
    const all = 'texts' in categories ? categories.texts : [...categories.numbers]
    if (all.some(value => Number.isNaN(value)) || new Set<unknown>(all).size !== all.length) {
      values.fail('categories, each once and none of them NaN')
    }
    return categories
  })
}

/** Text, cut at the offsets. */
function readTexts(values: JsonPlace, offsets: JsonPlace): string[] {
  const bytes = Uint8Array.from(readIntegers(values, -128, 255))
  const cuts = readIntegers(offsets, 0, bytes.length)
  const falls = cuts.findIndex((cut, i) => i > 0 && cut < cuts[i - 1])
  if (falls >= 0) offsets.fail(`ascending offsets, but number ${falls} is ${cuts[falls]}`)
  // XGBoost counts characters for offsets and cuts the bytes accordingly, so that other text has lost its end.
  if (bytes.some(byte => byte > 127)) {
    values.fail('names in ASCII', 'XGBoost garbles others in the file: rename those categories and train again.')
  }
  const all = String.fromCharCode(...bytes)
  return Array.from({ length: cuts.length - 1 }, (_, i) => all.slice(cuts[i], cuts[i + 1]))
}
