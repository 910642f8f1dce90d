/** Nodes of .skops files, as skops writes them and as it does not. */
import { zip, type Member } from './zip-writer.js'

export type SkopsNode = Record<string, unknown>

let ids = 0

export function node(className: string, loader: string, more: SkopsNode = {}): SkopsNode {
  const at = className.lastIndexOf('.')
  const [module, name] = [className.slice(0, at), className.slice(at + 1)]
  return { __class__: name, __module__: module, __loader__: loader, __id__: ++ids, ...more }
}

/** A value, or the text of a number that JSON has no way to say. */
export function json(value: unknown): SkopsNode {
  const isNumber = typeof value === 'string' && /^-?(NaN|Infinity|\d+)$/.test(value)
  return node('builtins.str', 'JsonNode', { content: isNumber ? value : JSON.stringify(value), is_json: true })
}

export const list = (...items: SkopsNode[]): SkopsNode => node('builtins.list', 'ListNode', { content: items })
export const tuple = (...items: SkopsNode[]): SkopsNode => node('builtins.tuple', 'TupleNode', { content: items })
export const type = (name: string): SkopsNode => node(name, 'TypeNode')

/** A dict by the text of its keys; those without a type are strs. */
export function dict(entries: Record<string, SkopsNode>, types: Record<string, string> = {}, className = 'builtins.dict'): SkopsNode {
  const keyTypes = Object.keys(entries).map(key => type(types[key] ?? 'builtins.str'))
  return node(className, 'DictNode', { content: entries, key_types: list(...keyTypes) })
}

export const object = (className: string, attributes: Record<string, SkopsNode>): SkopsNode =>
  node(className, 'ObjectNode', { content: dict(attributes) })

/** An array, or a scalar where the class says so, in a member of the archive. */
export const array = (file: string, className = 'numpy.ndarray'): SkopsNode => node(className, 'NdArrayNode', { type: 'numpy', file })

/** A member as numpy.save writes it. */
export function npy(name: string, header: string, data: Uint8Array, version = 1): Member {
  const text = Buffer.from(`${header}\n`, version === 3 ? 'utf8' : 'latin1')
  const start = Buffer.alloc(version === 1 ? 10 : 12)
  start.write('\x93NUMPY', 'latin1')
  start[6] = version
  if (version === 1) start.writeUInt16LE(text.length, 8)
  else start.writeUInt32LE(text.length, 8)
  return { name, content: Buffer.concat([start, text, data]) }
}

export const header = (descr: string, shape: string, fortran = 'False'): string =>
  `{'descr': ${descr}, 'fortran_order': ${fortran}, 'shape': ${shape}, }`

export const float64s = (...values: number[]): Uint8Array => new Uint8Array(Float64Array.from(values).buffer)

/** The file, with more members beside the schema. */
export function skops(root: SkopsNode, members: readonly Member[] = [], protocol: unknown = 2): Buffer {
  return zip([...members, { name: 'schema.json', content: JSON.stringify({ ...root, protocol, _skops_version: '0.16.0' }) }])
}

/** The same with the text of the schema as it is. */
export function skopsText(schema: string | Uint8Array, members: readonly Member[] = []): Buffer {
  return zip([...members, { name: 'schema.json', content: schema }])
}
