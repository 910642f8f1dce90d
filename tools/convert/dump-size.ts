/** Whether a dump can be written and read: both are one text, which JavaScript limits to half a gigabyte. */
import { constants } from 'node:buffer'
import { ConvertError } from './errors/convert-error.js'
import { Dict, Instance, Tuple, type Value } from './pickle/values.js'
import { NdArray } from './pickle/numpy.js'
import type { SourceFile } from './common/source-file.js'

/** Of a node in a dump, at the very least: two children, a feature, a threshold, a weight and half a leaf. */
const MIN_BYTES_PER_NODE = 20

const HINT = 'Train fewer trees, or smaller ones: max_depth, max_leaf_nodes, min_samples_leaf.'

/**
 * Refuses a forest that is too large before anything is made of it.
 * @throws ConvertError saying how many nodes there are
 */
export function checkSize(files: readonly SourceFile[], maxLength = constants.MAX_STRING_LENGTH): void {
  for (const source of files) {
    if (source.kind !== 'pickle') continue
    const { file, root } = source
    const nodes = countNodes(root.value)
    if (nodes * MIN_BYTES_PER_NODE > maxLength) {
      throw new ConvertError(
        `${file}: ${nodes.toLocaleString('en')} nodes, whose dump would have more than the ` +
        `${Math.floor(maxLength / 1e6)} MB that can be read.`,
        { hint: HINT }
      )
    }
  }
}

/** @throws ConvertError when the text has become too long */
export function limitLength(make: () => string): string {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof RangeError) || !/string length/i.test(error.message)) throw error
    throw new ConvertError(`The dump has more than the ${Math.floor(constants.MAX_STRING_LENGTH / 1e6)} MB that can be read.`, {
      hint: HINT, cause: error
    })
  }
}

/** Nodes of all of scikit-learn's trees in a file, each tree once. */
function countNodes(root: Value | undefined): number {
  const seen = new Set<Value>()
  const pending: Array<Value | undefined> = [root]
  let nodes = 0
  while (pending.length > 0) {
    const value = pending.pop()
    if (typeof value !== 'object' || value === null || seen.has(value)) continue
    seen.add(value)
    if (value instanceof Instance) {
      const count = value.type.name === 'Tree' ? value.get('node_count') : undefined
      if (typeof count === 'number') nodes += count
      else pending.push(value.state, value.entries, ...value.args)
    } else if (value instanceof Dict) for (const item of value.entries.values()) pending.push(item)
    else if (value instanceof Tuple) for (const item of value.items) pending.push(item)
    else if (Array.isArray(value)) for (const item of value) pending.push(item)
    else if (value instanceof NdArray && !(value.data instanceof Uint8Array)) {
      for (const item of value.data) pending.push(item)
    }
  }
  return nodes
}
