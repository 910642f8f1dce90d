/** OneHotEncoder and LabelEncoder: categories, which are texts or whole numbers, to numbers. */
import { Located } from '../common/located.js'
import { TYPE } from './model.js'
import { copyColumns, failOperator, limitColumns, toExact, type Context, type Tensor } from './tensors.js'

/** Most keys of all columns of a tensor: each column has a list of its own. */
const MAX_KEYS = 1_000_000

/** What is not a category gives zeros everywhere, or is refused. */
export function convertOneHot(tensor: Tensor, context: Context): Tensor {
  const { node, frame } = context
  if (tensor.inner !== undefined) failOperator(node, 'of a tensor with three axes')
  const { columns, categories } = readKeys(tensor, context, 'cats_strings', 'cats_int64s')
  limitColumns(node, columns.length * categories[0].length)
  const ignoresUnknown = node.integer('zeros', 1) !== 0
  const outputs = columns.flatMap((column, i) => {
    const values = categories[i]
    frame.readByEncoder(column, { missing: false, unknown: ignoresUnknown }, values)
    if (!ignoresUnknown) {
      frame.steps.push({ op: 'lookup', column, values: [...values], results: [...values] })
      frame.encode([column])
    }
    const as = values.map((_, k) => frame.addColumn(`${column}_${k}`))
    frame.steps.push({ op: 'one-hot', column, values: [...values], as })
    return as
  })
  return { type: TYPE.float, columns: outputs, isExact: true, inner: categories[0].length }
}

/** Each key to its value, and all else to a default. */
export function convertLabels(tensor: Tensor, context: Context): Tensor {
  const { node, frame } = context
  const isInteger = node.has('values_int64s')
  const results = isInteger ? node.integers('values_int64s') : node.floats('values_floats')
  const other = isInteger ? node.integer('default_int64', -1) : node.float('default_float') ?? -0
  if (results.length === 0) failOperator(node, 'to other values than whole numbers and float32s')
  if (![...results, other].every(Number.isFinite)) node.fail('values', 'finite numbers', 'others')
  const { columns, categories } = readKeys(tensor, context, 'keys_strings', 'keys_int64s')
  columns.forEach((column, i) => {
    const values = categories[i]
    if (values.length !== results.length) node.fail('values', `${values.length} values, one per key`, String(results.length))
    frame.readByEncoder(column, { missing: false, unknown: true }, values)
    frame.steps.push({ op: 'lookup', column, values: [...values], results, unknown: other })
    frame.encode([column])
  })
  return { ...tensor, type: isInteger ? TYPE.int64 : TYPE.float, columns, isExact: true }
}

/** Copies of the columns, and for each what it holds for the keys. */
function readKeys(
  tensor: Tensor, context: Context, textKeys: string, integerKeys: string
): { columns: string[], categories: number[][] } {
  const { node, frame } = context
  const isText = tensor.type === TYPE.text
  if (!isText && tensor.type !== TYPE.int64) failOperator(node, 'of numbers that are not whole')
  const keys = isText ? node.texts(textKeys) : node.integers(integerKeys)
  const name = isText ? textKeys : integerKeys
  if (keys.length === 0) node.fail(name, 'at least one category', 'none')
  if (new Set<string | number>(keys).size < keys.length) node.fail(name, 'each category once', 'one again')
  const nKeys = tensor.columns.length * keys.length
  if (nKeys > MAX_KEYS) node.fail(name, `at most ${MAX_KEYS} for all columns together`, String(nKeys))
  const columns = copyColumns((isText ? tensor : toExact(tensor, context)).columns, frame, node.operator)
  return {
    columns,
    categories: columns.map(column =>
      isTexts(keys) ? frame.textCodes(column, keys, new Located(keys, `${node.operator}.${name}`)) : keys)
  }
}

function isTexts(keys: string[] | number[]): keys is string[] {
  return typeof keys[0] === 'string'
}
