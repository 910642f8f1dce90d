/** The graph around the trees: what sklearn-onnx and onnxmltools write before and after them, step by step. */
import type { Output, Estimator } from '../../../src/dump/dump.js'
import { Frame } from '../common/frame.js'
import { ConvertError } from '../errors/convert-error.js'
import { TYPE, type OnnxModel, type OnnxNode } from './model.js'
import { convertOperator } from './operators.js'
import { addInputs, failOperator, limitColumns, MAX_COLUMNS, toExact, type Tensor } from './tensors.js'
import { convertTrees } from './trees.js'

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

/** @throws ConvertError naming the operator that stands in the way */
export function convertGraph(graph: OnnxModel): ConvertedGraph {
  const frame = new Frame()
  /** Before the trees. */
  const tensors = new Map<string, Tensor>(addInputs(graph.inputs, frame))
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
    if (/^TreeEnsemble(Classifier|Regressor)?$/.test(node.operator) && node.domain === 'ai.onnx.ml') {
      if (found !== undefined) failOperator(node, 'a second time')
      const { forest, outputs } = convertTrees(node, readFeatures(node, tensors.get(input), frame))
      const isClassifier = node.operator === 'TreeEnsembleClassifier'
      found = { model: forest, outputs, isClassifier }
      node.outputs.forEach((name, i) => (isClassifier && i === 0 ? labels : values).add(name))
      continue
    }
    const tensor = convertOperator(tensors, { node, constants: graph.constants, frame })
    const { length } = tensor.columns
    limitColumns(node, length)
    nColumns += length
    if (nColumns > MAX_ALL_COLUMNS) node.fail('output', `at most ${MAX_ALL_COLUMNS} columns in all tensors`, 'more')
    tensors.set(node.outputs[0] ?? '', tensor)
  }
  if (found === undefined) {
    throw new ConvertError('The graph has no TreeEnsemble, TreeEnsembleClassifier or TreeEnsembleRegressor.', {
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

/** The columns that reach the trees. Those of float32 and of whole numbers are rounded to float32 there. */
function readFeatures(node: OnnxNode, tensor: Tensor | undefined, frame: Frame): Tensor {
  if (tensor === undefined) return node.fail('input', 'a tensor of the graph', JSON.stringify(node.inputs[0]))
  if (tensor.type === TYPE.text) return failOperator(node, 'of texts')
  if (tensor.inner !== undefined) return failOperator(node, 'of a tensor with three axes')
  const features = tensor.type === TYPE.int64 ? toExact(tensor, { frame }) : tensor
  frame.acceptMissing(features.columns)
  return features
}
