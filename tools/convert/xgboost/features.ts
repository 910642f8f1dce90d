/** The columns of a booster: their names, and the categories that it knows by name. */
import type { Input } from '../../../src/dump/dump.js'
import type { JsonPlace } from '../common/json-place.js'
import type { Frame } from '../common/frame.js'
import type { Located } from '../common/located.js'
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
  if (countNames(learner) === 0) return Array.from({ length: count }, (_, i) => `x${i}`)
  const names = list.items().map(item => {
    const { value } = item
    return typeof value === 'string' && value !== '' && value.length <= MAX_NAME
      ? value
      : item.fail(`a name of 1 to ${MAX_NAME} characters`)
  })
  if (names.length !== count) list.fail(`${count} names, one per feature`)
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

function countNames(learner: JsonPlace): number {
  const list = learner.key('feature_names')
  return list.isAbsent ? 0 : countItems(list)
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
 * @param learner `learner`
 * @param model `gbtree.model`, which has the categories' names since XGBoost 3.1
 * @param missing the number that counts as missing, a float32; undefined where there is none beside NaN
 * @returns [nFeatures] the columns that the trees read
 * @throws ConvertError where the file does not say which value is which category, or which is missing
 */
export function addInputs(
  frame: Frame, features: Features, learner: JsonPlace, model: JsonPlace, missing?: number, given?: GivenColumns
): string[] {
  const { categorical } = features
  const known = readCategories(model.key('cats'), categorical.length)
  const types = readTypes(learner)
  checkNamed(learner, types, known, categorical)
  const numbers: string[] = []
  const coded: string[] = []
  const columns = known.map((categories, i) => {
    const isChanged = categories !== undefined || categorical[i] || missing !== undefined
    const column = given === undefined
      ? addInput(frame, types[i] === 'i' ? { ...features, examples: [] } : features, i, categories, missing)
      : takeColumn(frame, given.columns[i], given.at, categories, isChanged)
    if (categories === undefined) {
      numbers.push(column)
      if (categorical[i]) coded.push(column)
    } else {
      checkMissing(model, categories, missing)
      if ('numbers' in categories) addLookup(frame, column, categories.numbers)
    }
    return column
  })
  if (missing !== undefined && numbers.length > 0) {
    frame.steps.push(
      { op: 'apply', columns: numbers, function: 'float32' },
      { op: 'impute', columns: numbers, missing, statistics: numbers.map(() => 'NaN') }
    )
    frame.compute(numbers)
  }
  if (coded.length > 0) {
    // A code is a float32, cut to an integer. Below 0 it is not a category, which rounding down keeps so.
    frame.steps.push({ op: 'apply', columns: coded, function: 'float32' }, { op: 'apply', columns: coded, function: 'floor' })
    frame.compute(coded)
  }
  return columns
}

/** What each feature was: "c" a category, "i" True and False, else a number. Empty when the file does not say. */
function readTypes(learner: JsonPlace): unknown[] {
  const list = learner.key('feature_types')
  return list.isAbsent || countItems(list) === 0 ? [] : list.items().map(({ value }) => value)
}

/**
 * XGBoost before 3.1 saves no more than the codes of a pandas column's categories, and nothing says which code is which
 * category. Columns of DataFrames have names, and types other than "q", which only people give: whose codes are codes.
 */
function checkNamed(
  learner: JsonPlace, types: readonly unknown[], known: ReadonlyArray<Categories | undefined>,
  categorical: readonly boolean[]
): void {
  if (countNames(learner) === 0 || !types.includes('c') || types.includes('q')) return
  const unnamed = known.findIndex((categories, i) => categories === undefined && categorical[i])
  if (unnamed < 0) return
  const name = JSON.stringify(learner.key('feature_names').items()[unnamed].value)
  const declare = types.every(type => type === 'c') ? 'booster.feature_names = None'
    : 'booster.feature_types = ["c" if t == "c" else "q" for t in booster.feature_types]'
  learner.key('feature_types').fail(
    `the categories of ${name}, of which XGBoost before 3.1 keeps the codes alone`,
    'Train the model with XGBoost 3.1 or newer, or put an OrdinalEncoder before it into a Pipeline. If callers send the ' +
    `codes, 0 for the first category, then say so and save the model again: ${declare}.`
  )
}

/** The number is compared with the code that the category has in a caller's own DataFrame, which may be any. */
function checkMissing(model: JsonPlace, categories: Categories, missing: number | undefined): void {
  const count = 'texts' in categories ? categories.texts.length : categories.numbers.length
  if (missing === undefined || !Number.isInteger(missing) || missing < 0 || missing >= count) return
  model.key('cats').fail(
    `no categories beside missing=${missing}, which is the code of one of them`,
    'Train the model with missing=numpy.nan, and with NaN in place of that number.'
  )
}

function addInput(
  frame: Frame, { names, categorical, examples }: Features, i: number, categories: Categories | undefined,
  missing: number | undefined
): string {
  const name = names[i]
  if (categories !== undefined && 'texts' in categories) {
    // As in XGBoost: a missing value goes where the trees send it, a text that it was not trained on is refused.
    frame.addInput({ name, type: 'category', categories: categories.texts, fallback: { missing: null } })
    return name
  }
  const example = examples[i]
  const description = [
    ...categorical[i] && categories === undefined ? ['Code of a category'] : [],
    ...missing !== undefined && categories === undefined ? [`${missing} counts as missing`] : []
  ].join('; ')
  const input: Input = { name, type: 'number', ...(example !== undefined && { example }) }
  frame.addInput(description === '' ? input : { ...input, description })
  frame.acceptMissing([name])
  return name
}

/** A copy when it is changed, since others may read the column too. */
function takeColumn(
  frame: Frame, given: string, at: Located, categories: Categories | undefined, isChanged: boolean
): string {
  const column = isChanged ? frame.copy(given, 'booster') : given
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
  if (encodings.length !== nFeatures) list.fail(`${nFeatures} entries, one per feature`)
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
