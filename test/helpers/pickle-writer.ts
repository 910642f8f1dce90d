/** Writes pickles, protocol 4, for tests of what a reader must refuse: the parts are as free as a hostile file's. */

/** A piece of a pickle program that leaves one object on the stack. */
export type Code = Uint8Array

export function bytes(...parts: Array<number | string | Uint8Array>): Code {
  return Buffer.concat(parts.map(part =>
    typeof part === 'number' ? Buffer.from([part]) : typeof part === 'string' ? Buffer.from(part, 'latin1') : part))
}

export function u32(value: number): Uint8Array {
  const buffer = Buffer.alloc(4)
  buffer.writeUInt32LE(value)
  return buffer
}

export function u64(value: bigint): Uint8Array {
  const buffer = Buffer.alloc(8)
  buffer.writeBigUInt64LE(value)
  return buffer
}

/** A whole file. */
export function file(...body: Code[]): Code {
  return bytes(0x80, 4, ...body, '.')
}

export const none = bytes('N')

export function str(text: string): Code {
  const utf8 = Buffer.from(text)
  return bytes('X', u32(utf8.length), utf8)
}

export function int(value: number): Code {
  return bytes('J', u32(value >>> 0))
}

export function float(value: number): Code {
  const data = new Uint8Array(8)
  new DataView(data.buffer).setFloat64(0, value)
  return bytes('G', data)
}

export function bool(value: boolean): Code {
  return bytes(value ? 0x88 : 0x89)
}

export function tuple(...items: Code[]): Code {
  return bytes('(', ...items, 't')
}

export function list(...items: Code[]): Code {
  return bytes('](', ...items, 'e')
}

export function dict(entries: Record<string, Code>): Code {
  return bytes('}(', ...Object.entries(entries).flatMap(([key, value]) => [str(key), value]), 'u')
}

/** A class or function by its dotted path. */
export function name(path: string): Code {
  const dot = path.lastIndexOf('.')
  return bytes(str(path.slice(0, dot)), str(path.slice(dot + 1)), 0x93)
}

export function call(path: string, ...args: Code[]): Code {
  return bytes(name(path), tuple(...args), 'R')
}

export function instance(path: string, state: Record<string, Code>): Code {
  return bytes(name(path), ')', 0x81, dict(state), 'b')
}

/** @param fields name, code and offset of each field of a structured dtype */
export function dtype(code: string, fields?: Array<[field: string, code: string, offset: number]>): Code {
  const base = call('numpy.dtype', str(code), bool(false), bool(true))
  if (fields === undefined) return bytes(base, tuple(int(3), str('<'), none, none, none, int(-1), int(-1), int(0)), 'b')
  const names = tuple(...fields.map(([field]) => str(field)))
  const described = fields.map(([field, kind, offset]) => [field, tuple(dtype(kind), int(offset))] as const)
  const entries = dict(Object.fromEntries(described))
  return bytes(base, tuple(int(3), str('|'), none, names, entries, int(Number(code.slice(1))), int(1), int(16)), 'b')
}

/** @param data bytes of the array, or a list for objects */
export function array(shape: number[], type: Code, data: Uint8Array | Code[]): Code {
  const empty = call('numpy.core.multiarray._reconstruct', name('numpy.ndarray'), tuple(int(0)), bytes('C', 1, 'b'))
  const content = Array.isArray(data) ? list(...data) : bytes(0x8e, u64(BigInt(data.length)), data)
  return bytes(empty, tuple(int(1), tuple(...shape.map(int)), type, bool(false), content), 'b')
}

export function floats(values: number[], shape = [values.length]): Code {
  return array(shape, dtype('f8'), new Uint8Array(Float64Array.from(values).buffer))
}

export function texts(values: string[]): Code {
  return array([values.length], dtype('O8'), values.map(str))
}

export interface TreeNode {
  left: number
  right: number
  feature: number
  threshold: number
}

const NODE_FIELDS: Array<[string, string, number]> = [
  ['left_child', 'i8', 0], ['right_child', 'i8', 8], ['feature', 'i8', 16], ['threshold', 'f8', 24],
  ['impurity', 'f8', 32], ['n_node_samples', 'i8', 40], ['weighted_n_node_samples', 'f8', 48],
  ['missing_go_to_left', 'u1', 56]
]

export const LEAF: TreeNode = { left: -1, right: -1, feature: -2, threshold: -2 }

/** A DecisionTreeClassifier. `values` has `nClasses` numbers per node. */
export function tree(nodes: TreeNode[], values: number[], nClasses = 2): Code {
  const records = Buffer.alloc(nodes.length * 64)
  nodes.forEach(({ left, right, feature, threshold }, i) => {
    records.writeBigInt64LE(BigInt(left), i * 64)
    records.writeBigInt64LE(BigInt(right), i * 64 + 8)
    records.writeBigInt64LE(BigInt(feature), i * 64 + 16)
    records.writeDoubleLE(threshold, i * 64 + 24)
    records.writeDoubleLE(10, i * 64 + 48)
  })
  const state = dict({
    nodes: array([nodes.length], dtype('V64', NODE_FIELDS), records),
    values: floats(values, [nodes.length, 1, nClasses])
  })
  const core = bytes(call('sklearn.tree._tree.Tree', int(2), none, int(1)), state, 'b')
  return instance('sklearn.tree._classes.DecisionTreeClassifier', { tree_: core, _sklearn_version: str('1.6.1') })
}

/** A RandomForestClassifier of two features and the classes "no" and "yes". */
export function forest(trees: Code[], state: Record<string, Code> = {}): Code {
  return instance('sklearn.ensemble._forest.RandomForestClassifier', {
    estimators_: list(...trees),
    n_features_in_: int(2),
    n_outputs_: int(1),
    classes_: texts(['no', 'yes']),
    _sklearn_version: str('1.6.1'),
    ...state
  })
}

/** A tree with one split that every test of damaged trees starts from. */
export const STUMP: TreeNode[] = [{ left: 1, right: 2, feature: 0, threshold: 0.5 }, LEAF, LEAF]
export const STUMP_VALUES = [0.5, 0.5, 1, 0, 0, 1]
