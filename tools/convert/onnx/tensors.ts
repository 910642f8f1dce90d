/** What flows through a graph before its trees: columns of one type. */
import type { Frame } from '../common/frame.js'
import { ConvertError } from '../errors/convert-error.js'
import { TYPE, type OnnxInput, type OnnxModel, type OnnxNode } from './model.js'

/** Most columns of a tensor. */
export const MAX_COLUMNS = 10_000

/** To be called before they are made. @throws ConvertError when a tensor gets too many columns */
export function limitColumns(node: OnnxNode, count: number): void {
  if (count > MAX_COLUMNS) node.fail('output', `at most ${MAX_COLUMNS} columns`, String(count))
}

/** Numbers in whole that float64 has, and nothing beyond. */
const LARGEST_INTEGER = 2 ** 53

const CONVERT_OTHER = 'Convert the model that the file was made of.'

export interface Tensor {
  /** TensorProto.DataType; whole numbers are int64. */
  readonly type: number
  /** In the order of the tensor's numbers in a row. */
  readonly columns: readonly string[]
  /** Whether the columns hold numbers of the type, and not yet those of float64 that were sent. */
  readonly isExact: boolean
  /** Length of the last axis where there are two in a row, as OneHotEncoder leaves them. */
  readonly inner?: number
}

/** A node that is being converted, with what is known of the graph. */
export interface Context {
  readonly node: OnnxNode
  readonly constants: OnnxModel['constants']
  readonly frame: Frame
}

/** One column per input, or as many as its tensor has: x0, x1, ... of a tensor alone. */
export function addInputs(inputs: readonly OnnxInput[], frame: Frame): Array<readonly [string, Tensor]> {
  return inputs.map(({ name, type, width }) => {
    if (!([TYPE.float, TYPE.double, TYPE.int64, TYPE.int32, TYPE.text] as number[]).includes(type)) {
      throw new ConvertError(`The input ${JSON.stringify(name)}: expected numbers or texts, found another type.`, {
        hint: CONVERT_OTHER
      })
    }
    if (width === undefined || !(width >= 1 && width <= MAX_COLUMNS)) {
      throw new ConvertError(`The input ${JSON.stringify(name)}: expected a tensor of 1 to ${MAX_COLUMNS} columns.`)
    }
    const columns = Array.from({ length: width }, (_, i) =>
      inputs.length === 1 ? `x${i}` : width === 1 ? name : `${name}_${i}`)
    for (const column of columns) frame.addInput({ name: column, type: 'number' })
    return [name, { type: type === TYPE.int32 ? TYPE.int64 : type, columns, isExact: type === TYPE.double }] as const
  })
}

/** The same values in columns of their own, which steps may change. */
export function copyColumns(columns: readonly string[], frame: Frame, name: string): string[] {
  return columns.map(column => frame.copy(column, name))
}

/** Copies with numbers of the type, where the columns do not hold such yet. */
export function toExact({ type, columns, isExact, ...rest }: Tensor, { frame }: Pick<Context, 'frame'>): Tensor {
  if (isExact) return { type, columns, isExact, ...rest }
  const copies = copyColumns(columns, frame, 'typed')
  if (type === TYPE.int64) truncate(copies, frame)
  else round(copies, frame)
  return { ...rest, type, columns: copies, isExact: true }
}

/** @param to TYPE.float, TYPE.double or TYPE.int64 */
export function cast(tensor: Tensor, to: number, context: Context): Tensor {
  if (tensor.type === to || (to === TYPE.int32 && tensor.type === TYPE.int64)) return tensor
  if (tensor.type === TYPE.text) return failOperator(context.node, 'of texts')
  const { columns, ...rest } = toExact(tensor, context)
  // Every float32 is a float64.
  if (to === TYPE.double) return { ...rest, type: to, columns }
  const { frame } = context
  const copies = copyColumns(columns, frame, 'cast')
  switch (to) {
    case TYPE.float: round(copies, frame); break
    case TYPE.int64: truncate(copies, frame); break
    default: return context.node.fail('to', 'float, double or int64', String(to))
  }
  return { ...rest, type: to, columns: copies }
}

function round(copies: string[], frame: Frame): void {
  frame.acceptMissing(copies)
  frame.steps.push({ op: 'apply', columns: copies, function: 'float32' })
  frame.compute(copies)
}

/** As numpy makes whole numbers of others. They are never missing. */
function truncate(copies: string[], frame: Frame): void {
  frame.assertNotMissing(copies)
  for (const copy of copies) frame.limit(copy, -LARGEST_INTEGER, LARGEST_INTEGER)
  frame.steps.push({ op: 'apply', columns: copies, function: 'trunc' })
  frame.compute(copies)
}

const SUPPORTED = 'Cast, Identity, Concat, Gather, ArrayFeatureExtractor, Reshape, OneHotEncoder, LabelEncoder, Imputer, Scaler, ' +
  'Binarizer, Clip, Add, Sub, Mul and Div with constants, TreeEnsemble, TreeEnsembleClassifier, TreeEnsembleRegressor, ZipMap'

export function failOperator({ operator }: OnnxNode, where: string): never {
  throw new ConvertError(`The operator ${JSON.stringify(operator.slice(0, 60))} ${where} is not converted.`, {
    hint: `Of ONNX these are: ${SUPPORTED}. ${CONVERT_OTHER}`
  })
}
