/** The graph around the trees: what sklearn-onnx and onnxmltools write before and after them, step by step. */
import type { Output, Estimator } from '../../../src/dump/dump.js'
import { Frame } from '../common/frame.js'
import { ConvertError } from '../errors/convert-error.js'
import { TYPE, type OnnxInput, type OnnxModel, type OnnxNode } from './model.js'
import { convertTrees } from './trees.js'

const MAX_COLUMNS = 10_000

/** Most columns of all tensors together: each step makes as many again. */
const MAX_ALL_COLUMNS = 20 * MAX_COLUMNS

/** Those of ONNX itself. */
const DOMAINS: ReadonlySet<string> = new Set(['', 'ai.onnx', 'ai.onnx.ml'])

export interface ConvertedGraph {
  readonly frame: Frame
  readonly model: Estimator
  readonly outputs: Output[]
  readonly isClassifier: boolean
  /** Operators in their order, for people. */
  readonly title: string
}

const SUPPORTED = 'Cast, Identity, Concat, Imputer, Scaler, Add, Sub and Mul with constants, TreeEnsembleClassifier, ' +
  'TreeEnsembleRegressor, ZipMap'

/** @throws ConvertError naming the operator that stands in the way */
export function convertGraph(graph: OnnxModel): ConvertedGraph {
  const frame = new Frame()
  /** Columns of each tensor before the trees, in float32 each. */
  const tensors = new Map<string, readonly string[]>(addInputs(graph.inputs, frame))
  /** What the trees give: labels, and numbers. */
  const labels = new Set<string>()
  const values = new Set<string>()
  let found: Pick<ConvertedGraph, 'model' | 'outputs' | 'isClassifier'> | undefined
  let nColumns = 0
  const made = new Set(graph.inputs.map(({ name }) => name))
  for (const node of graph.nodes) {
    const [input = ''] = node.inputs
    const again = node.outputs.find(name => made.has(name) || graph.constants.has(name))
    if (again !== undefined) node.fail('output', 'a tensor of its own', JSON.stringify(again.slice(0, 60)))
    node.outputs.forEach(name => made.add(name))
    if (!DOMAINS.has(node.domain)) failOperator(node, `of ${JSON.stringify(node.domain.slice(0, 60))}`)
    const answers = [labels, values].find(names => names.has(input))
    if (answers !== undefined) {
      const type = answers === labels ? TYPE.int64 : TYPE.float
      const isPlain = node.operator === 'Identity' || (node.operator === 'Cast' && node.integer('to', 0) === type)
      if (!isPlain && node.operator !== 'ZipMap') failOperator(node, 'after the trees')
      node.outputs.forEach(name => answers.add(name))
      continue
    }
    if (/^TreeEnsemble(Classifier|Regressor)$/.test(node.operator) && node.domain === 'ai.onnx.ml') {
      if (found !== undefined) failOperator(node, 'a second time')
      const features = columnsOf(node, input, tensors)
      frame.acceptMissing(features)
      const { forest, outputs } = convertTrees(node, features)
      const isClassifier = node.operator === 'TreeEnsembleClassifier'
      found = { model: forest, outputs, isClassifier }
      node.outputs.forEach((name, i) => (isClassifier && i === 0 ? labels : values).add(name))
      continue
    }
    const columns = convertStep(node, graph, tensors, frame)
    nColumns += columns.length
    if (nColumns > MAX_ALL_COLUMNS) node.fail('output', `at most ${MAX_ALL_COLUMNS} columns in all tensors`, 'more')
    tensors.set(node.outputs[0] ?? '', columns)
  }
  if (found === undefined) {
    throw new ConvertError('The graph has no TreeEnsembleClassifier or TreeEnsembleRegressor.', {
      hint: 'Only models of trees are converted: docs/parity.md lists them.'
    })
  }
  const other = graph.outputs.find(name => !labels.has(name) && !values.has(name))
  if (other !== undefined) {
    throw new ConvertError(`The output ${JSON.stringify(other.slice(0, 60))}: expected what the trees give, found another tensor.`, {
      hint: 'Convert the model that the file was made of.'
    })
  }
  return { ...found, frame, title: graph.nodes.map(({ operator }) => operator).join(', ') }
}

/** One column per input, or as many as its tensor has: x0, x1, ... of a tensor alone. */
function addInputs(inputs: readonly OnnxInput[], frame: Frame): Array<readonly [string, readonly string[]]> {
  return inputs.map(({ name, type, width }) => {
    if (type !== TYPE.float) {
      throw new ConvertError(`The input ${JSON.stringify(name)}: expected numbers of float32, found another type.`, {
        hint: 'Convert the model that the file was made of.'
      })
    }
    if (width === undefined || !(width >= 1 && width <= MAX_COLUMNS)) {
      throw new ConvertError(`The input ${JSON.stringify(name)}: expected a tensor of 1 to ${MAX_COLUMNS} columns.`)
    }
    const columns = Array.from({ length: width }, (_, i) =>
      inputs.length === 1 ? `x${i}` : width === 1 ? name : `${name}_${i}`)
    for (const column of columns) frame.addInput({ name: column, type: 'number' })
    return [name, columns] as const
  })
}

function columnsOf(node: OnnxNode, name: string, tensors: ReadonlyMap<string, readonly string[]>): readonly string[] {
  return tensors.get(name) ?? node.fail('input', 'a tensor of the graph', JSON.stringify(name))
}

/** @returns the columns that come of it */
function convertStep(
  node: OnnxNode, { constants }: OnnxModel, tensors: ReadonlyMap<string, readonly string[]>, frame: Frame
): readonly string[] {
  const [first = '', second = ''] = node.inputs
  if (node.operator === 'Concat' && Math.abs(node.integer('axis', 0)) === 1) {
    const parts = node.inputs.map(name => columnsOf(node, name, tensors))
    const width = parts.reduce((sum, { length }) => sum + length, 0)
    return width <= MAX_COLUMNS ? parts.flat() : node.fail('inputs', `at most ${MAX_COLUMNS} columns`, String(width))
  }
  const columns = columnsOf(node, first, tensors)
  if (node.operator === 'Identity' || (node.operator === 'Cast' && node.integer('to', 0) === TYPE.float)) return columns
  const each = (name: string, numbers: readonly number[]): number[] => {
    if (numbers.length !== columns.length && numbers.length !== 1) {
      node.fail(name, `${columns.length} numbers`, String(numbers.length))
    }
    if (!numbers.every(Number.isFinite)) node.fail(name, 'finite numbers', 'others')
    return columns.map((_, i) => numbers[numbers.length === 1 ? 0 : i])
  }
  const constant = () => each('input', constants.get(second) ?? failOperator(node, 'of two tensors'))
  switch (node.operator) {
    case 'Scaler': {
      const offset = each('offset', node.floats('offset'))
      const scaled = change(columns, frame, 'scale', as => [{ op: 'scale', columns: as, mean: offset }])
      const factor = each('scale', node.floats('scale'))
      return change(scaled, frame, 'scale', as => [{ op: 'multiply', columns: as, factor }])
    }
    case 'Mul': return change(columns, frame, 'scale', as => [{ op: 'multiply', columns: as, factor: constant() }])
    case 'Add': return change(columns, frame, 'add', as => [{ op: 'scale', columns: as, mean: constant().map(x => -x) }])
    case 'Sub': return change(columns, frame, 'subtract', as => [{ op: 'scale', columns: as, mean: constant() }])
    case 'Imputer': return convertImputer(node, columns, frame, each)
    default: return failOperator(node, 'before the trees')
  }
}

function convertImputer(
  node: OnnxNode, columns: readonly string[], frame: Frame,
  each: (name: string, numbers: readonly number[]) => number[]
): readonly string[] {
  const missing = node.float('replaced_value_float')
  if (missing === undefined) return failOperator(node, 'of whole numbers')
  const statistics = each('imputed_value_floats', node.floats('imputed_value_floats'))
  const copies = columns.map(column => frame.copy(column, 'imputer'))
  frame.steps.push({ op: 'apply', columns: copies, function: 'float32' })
  frame.steps.push({ op: 'impute', columns: copies, statistics, ...(!Number.isNaN(missing) && { missing }) })
  if (Number.isNaN(missing)) frame.impute(copies, copies.map(() => undefined))
  else frame.acceptMissing(copies)
  return copies
}

/** Copies of columns, in which steps compute from float32 to float32: each has one operation, and so one rounding. */
function change(
  columns: readonly string[], frame: Frame, name: string, steps: (columns: string[]) => Frame['steps']
): readonly string[] {
  const copies = columns.map(column => frame.copy(column, name))
  frame.acceptMissing(copies)
  const round = { op: 'apply' as const, columns: copies, function: 'float32' as const }
  frame.steps.push(round, ...steps(copies), round)
  frame.compute(copies)
  return copies
}

function failOperator({ operator }: OnnxNode, where: string): never {
  throw new ConvertError(`The operator ${JSON.stringify(operator.slice(0, 60))} ${where} is not converted.`, {
    hint: `Of ONNX these are: ${SUPPORTED}. Convert the model that the file was made of.`
  })
}
