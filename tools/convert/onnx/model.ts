/** An ONNX model as plain data: the graph's inputs, nodes, constants and outputs. Source: onnx.proto. */
import { ConvertError } from '../errors/convert-error.js'
import { readDoubles, readFields, readFloats, readMessages, readTexts, readVarints, type Field } from './protobuf.js'

/** TensorProto.DataType */
export const TYPE = { float: 1, uint8: 2, int32: 6, int64: 7, text: 8, double: 11 } as const

export interface OnnxModel {
  /** Such as "skl2onnx 1.20.0". */
  readonly producer: string
  readonly inputs: readonly OnnxInput[]
  readonly nodes: readonly OnnxNode[]
  readonly constants: ReadonlyMap<string, Constant>
  readonly outputs: readonly string[]
}

/** Numbers of a type that graphs around trees have; of other types there are none. */
interface Constant {
  readonly type: number
  readonly dimensions: readonly number[]
  readonly numbers: readonly number[]
}

export interface OnnxInput {
  readonly name: string
  readonly type: number
  /** Columns; undefined where the file does not say. */
  readonly width: number | undefined
}

/** A node of the graph, whose attributes are read with a check of what they are. */
export class OnnxNode {
  readonly operator: string
  readonly domain: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  private readonly attributes: ReadonlyMap<string, readonly Field[]>

  constructor(bytes: Uint8Array) {
    const fields = readFields(bytes, 'a node')
    ;[this.operator = ''] = readTexts(fields, 4, 'op_type')
    ;[this.domain = ''] = readTexts(fields, 7, 'domain')
    this.inputs = readTexts(fields, 1, 'input')
    this.outputs = readTexts(fields, 2, 'output')
    this.attributes = byName(`${this.operator}, its attributes`, readMessages(fields, 5, 'attribute').map(attribute => {
      const entries = readFields(attribute, `${this.operator}, an attribute`)
      return [readTexts(entries, 1, 'name')[0] ?? '', entries] as const
    }))
  }

  get attributeNames(): string[] {
    return [...this.attributes.keys()]
  }

  has(name: string): boolean {
    return this.attributes.has(name)
  }

  integers(name: string): number[] {
    return readVarints(this.attributes.get(name) ?? [], 8, this.placeOf(name))
  }

  floats(name: string): number[] {
    return readFloats(this.attributes.get(name) ?? [], 7, this.placeOf(name))
  }

  texts(name: string): string[] {
    return readTexts(this.attributes.get(name) ?? [], 9, this.placeOf(name))
  }

  integer(name: string, absent: number): number {
    return readVarints(this.attributes.get(name) ?? [], 3, this.placeOf(name))[0] ?? absent
  }

  float(name: string): number | undefined {
    return readFloats(this.attributes.get(name) ?? [], 2, this.placeOf(name))[0]
  }

  text(name: string, absent: string): string {
    return readTexts(this.attributes.get(name) ?? [], 4, this.placeOf(name))[0] ?? absent
  }

  /** An attribute that is a tensor of this type; empty when there is none. */
  tensor(name: string, type: number): readonly number[] {
    const [bytes] = readMessages(this.attributes.get(name) ?? [], 5, this.placeOf(name))
    if (bytes === undefined) return []
    const [, tensor] = readConstant(bytes)
    return tensor.type === type ? tensor.numbers : this.fail(name, `a tensor of type ${type}`, `type ${tensor.type}`)
  }

  fail(name: string, expected: string, found: string, hint?: string): never {
    throw new ConvertError(`${this.placeOf(name)}: expected ${expected}, found ${found}.`, hint === undefined ? {} : { hint })
  }

  private placeOf(name: string): string {
    return `${this.operator}.${name}`
  }
}

/** Whether bytes are a model of ONNX: they begin with a small version, and have a graph. */
export function isOnnx(bytes: Uint8Array): boolean {
  if (bytes[0] !== 8 || !(bytes[1] > 0 && bytes[1] < 32)) return false
  try {
    return readFields(bytes, 'the model').some(({ number, value }) => number === 7 && typeof value !== 'number')
  } catch (error) {
    if (error instanceof ConvertError) return false
    throw error
  }
}

/** @throws ConvertError naming the message that is damaged */
export function readOnnx(bytes: Uint8Array): OnnxModel {
  const fields = readFields(bytes, 'the model')
  const [graphBytes] = readMessages(fields, 7, 'the graph')
  const graph = readFields(graphBytes, 'the graph')
  const constants = byName('the constants', readMessages(graph, 5, 'initializer').map(readConstant))
  const producer = [...readTexts(fields, 2, 'producer_name'), ...readTexts(fields, 3, 'producer_version')].join(' ').trim()
  return {
    producer: producer || 'an unknown program',
    inputs: readMessages(graph, 11, 'input').map(readInput).filter(({ name }) => !constants.has(name)),
    nodes: readMessages(graph, 1, 'node').map(node => new OnnxNode(node)),
    constants,
    outputs: readMessages(graph, 12, 'output').map(output => readInput(output).name)
  }
}

/** @throws ConvertError for a name that is there twice: readers would differ in which of them counts */
function byName<T>(what: string, entries: ReadonlyArray<readonly [name: string, value: T]>): Map<string, T> {
  const map = new Map<string, T>()
  for (const [name, value] of entries) {
    if (map.has(name)) {
      throw new ConvertError(`${what}: duplicate name ${JSON.stringify(name.slice(0, 60))}.`, {
        hint: 'onnxruntime refuses such a file or chooses one of them: save it again.'
      })
    }
    map.set(name, value)
  }
  return map
}

function readInput(bytes: Uint8Array): OnnxInput {
  const fields = readFields(bytes, 'an input')
  const inner = (outer: readonly Field[], number: number) =>
    readMessages(outer, number, 'the type of an input').map(message => readFields(message, 'the type of an input'))
  const [tensor = []] = inner(fields, 2).flatMap(type => inner(type, 1))
  const dimensions = inner(tensor, 2).flatMap(shape => inner(shape, 1))
  const width = dimensions.length === 2 ? readVarints(dimensions[1], 1, 'a dimension')[0] : undefined
  return { name: readTexts(fields, 1, 'name')[0] ?? '', type: readVarints(tensor, 1, 'elem_type')[0] ?? 0, width }
}

/** A TensorProto, whose numbers are in a field of their type or raw. */
function readConstant(bytes: Uint8Array): readonly [name: string, constant: Constant] {
  const fields = readFields(bytes, 'a constant')
  const [name = ''] = readTexts(fields, 8, 'name')
  const [type = 0] = readVarints(fields, 2, 'data_type')
  const [raw] = readMessages(fields, 9, 'raw_data')
  const numbers = raw === undefined ? readNumbers(fields, type) : readRaw(raw, type, name)
  return [name, { type, dimensions: readVarints(fields, 1, 'dims'), numbers }]
}

function readNumbers(fields: readonly Field[], type: number): number[] {
  switch (type) {
    case TYPE.float: return readFloats(fields, 4, 'float_data')
    case TYPE.double: return readDoubles(fields, 10, 'double_data')
    case TYPE.int64: return readVarints(fields, 7, 'int64_data')
    case TYPE.uint8: return readVarints(fields, 5, 'int32_data')
    default: return []
  }
}

function readRaw(raw: Uint8Array, type: number, name: string): number[] {
  const fields = [{ number: 9, value: raw }]
  switch (type) {
    case TYPE.float: return readFloats(fields, 9, 'raw_data')
    case TYPE.double: return readDoubles(fields, 9, 'raw_data')
    case TYPE.uint8: return [...raw]
    case TYPE.int64: {
      if (raw.length % 8 !== 0) throw new ConvertError(`The constant ${name}: expected whole numbers of 8 bytes.`)
      const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength)
      return Array.from({ length: raw.length / 8 }, (_, i) => Number(view.getBigInt64(8 * i, true)))
    }
    default: return []
  }
}
