/** ONNX models of a few nodes, in Protocol Buffers' wire format. Field numbers are onnx.proto's. */

type Field = readonly [number: number, value: number | string | Uint8Array]

function varint(value: number): Buffer {
  const bytes: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest])
    bytes.push(rest % 128 + 128)
  }
}

function message(fields: readonly Field[]): Buffer {
  return Buffer.concat(fields.flatMap(([number, value]) => {
    if (typeof value === 'number') return [varint(number * 8), varint(value)]
    const bytes = Buffer.from(value as string)
    return [varint(number * 8 + 2), varint(bytes.length), bytes]
  }))
}

const float32s = (numbers: readonly number[]) => Buffer.from(Float32Array.from(numbers).buffer)

/** A number is an integer. */
type Attribute = readonly [
  name: string,
  value: number | readonly string[] | { readonly ints: readonly number[] } | { readonly floats: readonly number[] }
]

function attribute([name, value]: Attribute): Field {
  const fields: Field[] = typeof value === 'number' ? [[3, value], [20, 2]]
    : 'ints' in value ? [...value.ints.map((number): Field => [8, number]), [20, 7]]
    : 'floats' in value ? [[7, float32s(value.floats)], [20, 6]]
    : [...value.map((text): Field => [9, text]), [20, 8]]
  return [5, message([[1, name], ...fields])]
}

export function makeNode(
  operator: string, inputs: readonly string[], outputs: readonly string[], attributes: readonly Attribute[] = [], domain = ''
): Uint8Array {
  return message([
    ...inputs.map((name): Field => [1, name]), ...outputs.map((name): Field => [2, name]), [4, operator],
    ...attributes.map(attribute), [7, domain]
  ])
}

/** One tree of one question, about the first column of `input`. */
export function makeTrees(input: string, more: readonly Attribute[] = []): Uint8Array {
  return makeNode('TreeEnsembleRegressor', [input], ['y'], [
    ['n_targets', 1], ['nodes_treeids', { ints: [0, 0, 0] }], ['nodes_nodeids', { ints: [0, 1, 2] }],
    ['nodes_featureids', { ints: [0, 0, 0] }], ['nodes_modes', ['BRANCH_LEQ', 'LEAF', 'LEAF']],
    ['nodes_values', { floats: [0.5, 0, 0] }], ['nodes_truenodeids', { ints: [1, 0, 0] }],
    ['nodes_falsenodeids', { ints: [2, 0, 0] }], ['target_treeids', { ints: [0, 0] }],
    ['target_nodeids', { ints: [1, 2] }], ['target_ids', { ints: [0, 0] }], ['target_weights', { floats: [1, 2] }], ...more
  ], 'ai.onnx.ml')
}

const tensor = (name: string, width: number) => message([
  [1, name], [2, message([[1, message([[1, 1], [2, message([[1, message([[2, 'n']])], [1, message([[1, width]])]])]])]])]
])

/** A float32 constant. */
export const makeConstant = (name: string, numbers: readonly number[]) =>
  message([[1, numbers.length], [2, 1], [4, float32s(numbers)], [8, name]])

/** A model from the columns of `x` to `y`. */
export function makeOnnx(nodes: readonly Uint8Array[], width = 2, constants: readonly Uint8Array[] = []): Uint8Array {
  const graph = message([
    ...nodes.map((node): Field => [1, node]), [2, 'g'], ...constants.map((constant): Field => [5, constant]),
    [11, tensor('x', width)], [12, tensor('y', 1)]
  ])
  return message([
    [1, 8], [2, 'by hand'], [7, graph], [8, message([[2, 15]])], [8, message([[1, 'ai.onnx.ml'], [2, 1]])]
  ])
}
