/** A compiled forest for several threads: its arrays are there once, and each thread has its own scratch. */
import type { CompiledForest, ForestData } from './compiled-forest.js'

/**
 * Copies a forest's arrays to shared memory. What comes is for `postMessage` or `workerData`, which pass it on without
 * copying the arrays; the thread that receives it calls `openForest`. 1.2 MB of nodes take about 1 ms.
 */
export function shareForest(forest: CompiledForest): ForestData {
  const {
    nFeatures, nOutputs, nTrees, float32, acceptsMissing, ranks, leaves, categorySplits, nodes, slotBits, nSlots, depths
  } = forest
  return shareArrays({
    nFeatures, nOutputs, nTrees, float32, acceptsMissing, ranks, leaves, categorySplits, nodes, slotBits, nSlots, depths
  })
}

/** The same value with every typed array in it on shared memory. */
function shareArrays<T>(value: T): T {
  if (value instanceof Float64Array || value instanceof Int32Array || value instanceof Uint8Array) {
    return copyToShared(value) as T
  }
  if (Array.isArray(value)) return value.map(shareArrays) as T
  if (typeof value !== 'object' || value === null || value instanceof Map) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shareArrays<unknown>(item)])) as T
}

function copyToShared(array: Float64Array | Int32Array | Uint8Array): Float64Array | Int32Array | Uint8Array {
  const shared = new SharedArrayBuffer(array.byteLength)
  const copy = array instanceof Float64Array
    ? new Float64Array(shared)
    : array instanceof Int32Array ? new Int32Array(shared) : new Uint8Array(shared)
  copy.set(array)
  return copy
}
