/** The keys of dicts, which JSON has as text, with the names of their types beside them. */
import { parseLong } from '../pickle/literals.js'
import type { Value } from '../pickle/values.js'
import type { Node } from './node.js'

const FLOATS: Readonly<Record<string, number>> = { NaN, Infinity, '-Infinity': -Infinity }

/**
 * A key as it was before it became text.
 * @param type full name of its type
 */
export function readKey(text: string, type: string, node: Node): Value {
  if (/^(builtins\.str|numpy\.str_)$/.test(type)) return text
  if (/^(builtins\.int|numpy\.(u?int(8|16|32|64)|u?intc|u?longlong))$/.test(type)) {
    return /^-?[0-9]{1,30}$/.test(text) ? parseLong(text) : wrong(text, type, node)
  }
  if (/^(builtins\.float|numpy\.float(16|32|64))$/.test(type)) {
    if (Object.hasOwn(FLOATS, text)) return FLOATS[text]
    return /^-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?$/i.test(text) && text.length < 100 ? Number(text) : wrong(text, type, node)
  }
  if (/^(builtins\.bool|numpy\.bool_?)$/.test(type)) {
    return text === 'true' || text === 'false' ? text === 'true' : wrong(text, type, node)
  }
  if (type === 'builtins.NoneType') return text === 'null' ? null : wrong(text, type, node)
  return node.fail(`a dict with keys of ${type}, expected str, int, float or bool`)
}

function wrong(text: string, type: string, node: Node): never {
  return node.fail(`the key ${JSON.stringify(text.slice(0, 40))} is not of the type ${type}`)
}
