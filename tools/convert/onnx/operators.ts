/** The operators between the inputs and the trees, each by itself. */
import { convertLabels, convertOneHot } from './encoders.js'
import { TYPE, type OnnxNode } from './model.js'
import { cast, copyColumns, failOperator, limitColumns, toExact, type Context, type Tensor } from './tensors.js'

/**
 * @param tensors what there is so far
 * @returns what the node gives
 * @throws ConvertError naming an operator that is not converted
 */
export function convertOperator(tensors: ReadonlyMap<string, Tensor>, context: Context): Tensor {
  const { node } = context
  const read = (name: string) => {
    const tensor = tensors.get(name)
    if (tensor === undefined && context.constants.has(name)) return failOperator(node, 'of a constant')
    return tensor ?? node.fail('input', 'a tensor of the graph', JSON.stringify(name))
  }
  const [first = ''] = node.inputs
  const tensor = read(first)
  switch (node.operator) {
    case 'Identity': return tensor
    case 'Concat': return concatenate(node.inputs.map(read), node)
    case 'Cast': return cast(tensor, node.integer('to', 0), context)
    case 'Reshape': return reshape(tensor, context)
    case 'Gather': return take(tensor, axisOf(node, 0), context)
    case 'ArrayFeatureExtractor': return take(tensor, -1, context)
    case 'OneHotEncoder': return convertOneHot(tensor, context)
    case 'LabelEncoder': return convertLabels(tensor, context)
    default: return compute(tensor, context)
  }
}

function axisOf(node: OnnxNode, absent: number): number {
  return node.integer('axis', absent)
}

/** Of the axes of a row, which are one or two, the last. */
function isLastAxis(axis: number, { inner }: Tensor): boolean {
  return axis === -1 || axis === (inner === undefined ? 1 : 2)
}

function concatenate(tensors: readonly Tensor[], node: OnnxNode): Tensor {
  const [{ type, inner }] = tensors
  if (tensors.some(tensor => tensor.type !== type)) node.fail('input', 'tensors of one type', 'several')
  const isOfRank = (tensor: Tensor) => (tensor.inner === undefined) === (inner === undefined)
  if (!tensors.every(isOfRank)) failOperator(node, 'of tensors of several ranks')
  const axis = axisOf(node, 0)
  // Rows of several rows would have to be woven into one another.
  const isFlat = tensors.every(tensor => tensor.inner === undefined || tensor.inner === tensor.columns.length)
  const isAcross = tensors.every(tensor => isLastAxis(axis, tensor))
  if (!isAcross || !isFlat) failOperator(node, 'along another axis than the columns')
  limitColumns(node, tensors.reduce((sum, { columns }) => sum + columns.length, 0))
  const columns = tensors.flatMap(tensor => tensor.columns)
  const isExact = tensors.every(tensor => tensor.isExact)
  return { type, columns, isExact, ...(inner !== undefined && { inner: columns.length }) }
}

/** To rows of as many columns as there are. */
function reshape({ type, columns: all, isExact }: Tensor, { node, constants }: Context): Tensor {
  const shape = constants.get(node.inputs[1] ?? '')?.numbers ?? failOperator(node, 'to a shape that is no constant')
  const [rows, columns] = shape
  if (shape.length !== 2 || rows > 0 || (columns !== all.length && !(columns === -1 && rows === 0))) {
    failOperator(node, 'to other rows')
  }
  return { type, columns: all, isExact }
}

function take(tensor: Tensor, axis: number, { node, constants }: Context): Tensor {
  const indexes = constants.get(node.inputs[1] ?? '') ?? failOperator(node, 'of two tensors')
  const { columns, inner = columns.length } = tensor
  if (!isLastAxis(axis, tensor) || inner !== columns.length) failOperator(node, 'along another axis than the columns')
  // A lone number takes the axis away, but to ArrayFeatureExtractor.
  if (indexes.dimensions.length !== 1 && node.operator === 'Gather') failOperator(node, 'with a number that is no list')
  const taken = indexes.numbers.map(index => {
    const column = node.operator === 'Gather' && index < 0 ? index + inner : index
    return columns[column] ?? node.fail('indices', `columns in 0..${inner - 1}`, String(index))
  })
  if (taken.length === 0) node.fail('indices', 'at least one column', 'none')
  return { ...tensor, columns: taken, ...(tensor.inner !== undefined && { inner: taken.length }) }
}

/** Arithmetic, with one rounding to the tensor's type after each operation. */
function compute(tensor: Tensor, context: Context): Tensor {
  const { node, constants, frame } = context
  const { type } = tensor
  const isFloat = type === TYPE.float
  const arithmetic = ['Add', 'Sub', 'Mul', 'Div', 'Scaler', 'Imputer', 'Clip', 'Binarizer']
  if (!arithmetic.includes(node.operator)) return failOperator(node, 'before the trees')
  if (!isFloat && type !== TYPE.double) return failOperator(node, 'of texts or whole numbers')
  const columns = copyColumns(toExact(tensor, context).columns, frame, node.operator.toLowerCase())
  const each = (name: string, numbers: readonly number[]): number[] => {
    if (numbers.length !== columns.length && numbers.length !== 1) {
      node.fail(name, `${columns.length} numbers`, String(numbers.length))
    }
    if (!numbers.every(Number.isFinite)) node.fail(name, 'finite numbers', 'others')
    return columns.map((_, i) => numbers[numbers.length === 1 ? 0 : i])
  }
  const constant = (index: number) => {
    const found = constants.get(node.inputs[index] ?? '') ?? failOperator(node, 'of two tensors')
    if (found.type !== type) node.fail('input', 'numbers of one type', 'several')
    if (found.dimensions.slice(0, -1).some(length => length !== 1)) failOperator(node, 'with a constant for each row')
    return found.numbers
  }
  const push = (...steps: typeof frame.steps) => {
    frame.steps.push(...steps)
    if (isFloat) frame.steps.push({ op: 'apply', columns, function: 'float32' })
  }
  if (node.operator === 'Binarizer') frame.assertNotMissing(columns)
  else if (node.operator !== 'Imputer') frame.acceptMissing(columns)
  switch (node.operator) {
    case 'Add': push({ op: 'scale', columns, mean: each('input', constant(1)).map(x => -x) }); break
    case 'Sub': push({ op: 'scale', columns, mean: each('input', constant(1)) }); break
    case 'Mul': push({ op: 'multiply', columns, factor: each('input', constant(1)) }); break
    case 'Div': push({ op: 'scale', columns, scale: each('input', constant(1)) }); break
    case 'Clip': {
      const [minimum] = each('min', constant(1))
      const [maximum] = each('max', constant(2))
      push({ op: 'clip', columns, minimum, maximum })
      break
    }
    case 'Scaler':
      if (!isFloat) failOperator(node, 'of float64')
      push({ op: 'scale', columns, mean: each('offset', node.floats('offset')) })
      push({ op: 'multiply', columns, factor: each('scale', node.floats('scale')) })
      break
    case 'Binarizer':
      if (!isFloat) failOperator(node, 'of float64')
      frame.steps.push({ op: 'threshold', columns, threshold: node.float('threshold') ?? 0 })
      frame.encode(columns)
      return { ...tensor, columns, isExact: true }
    default:
      if (!isFloat) failOperator(node, 'of float64, which onnxruntime does not have either,')
      impute(columns, each, context)
      return { ...tensor, columns, isExact: true }
  }
  frame.compute(columns)
  return { ...tensor, columns, isExact: true }
}

function impute(
  columns: string[], each: (name: string, numbers: readonly number[]) => number[], { node, frame }: Context
): void {
  const missing = node.float('replaced_value_float')
  if (missing === undefined) return failOperator(node, 'of whole numbers')
  const statistics = each('imputed_value_floats', node.floats('imputed_value_floats'))
  frame.steps.push({ op: 'impute', columns, statistics, ...(!Number.isNaN(missing) && { missing }) })
  if (Number.isNaN(missing)) frame.impute(columns, columns.map(() => undefined))
  else frame.acceptMissing(columns)
}
