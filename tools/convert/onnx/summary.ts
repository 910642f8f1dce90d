import { Dict, type Value } from '../pickle/values.js'
import { readOnnx } from './model.js'

/**
 * What an ONNX model is, as plain values, without its numbers.
 * @throws ConvertError when it is damaged
 */
export function summarizeOnnx(bytes: Uint8Array): Value {
  const { producer, inputs, nodes, outputs } = readOnnx(bytes)
  return toDict([
    ['producer', producer],
    ['inputs', toDict(inputs.map(({ name, width }) => [name, width ?? null]))],
    ['operators', nodes.map(({ operator, domain }) => domain === '' ? operator : `${domain}.${operator}`)],
    ['outputs', [...outputs]]
  ])
}

function toDict(entries: ReadonlyArray<readonly [string, Value]>): Dict {
  const dict = new Dict()
  for (const [key, value] of entries) dict.entries.set(key, value)
  return dict
}
