/** Whether the values of a JSON file fit in memory. */
import { getHeapStatistics } from 'node:v8'
import { ConvertError } from '../errors/convert-error.js'

/** Memory that a byte of JSON takes at the least: the text itself, and the numbers that it is mostly made of. */
const HEAP_PER_BYTE = 2

/**
 * Refuses JSON whose values do not fit in memory: Node.js would end without a word of ours.
 * @param bytes of the text
 * @param heapLimit of the process, in bytes
 * @throws ConvertError saying how much memory would do
 */
export function checkJsonSize(bytes: number, heapLimit = getHeapStatistics().heap_size_limit): void {
  const needed = HEAP_PER_BYTE * bytes
  if (needed <= heapLimit) return
  const mib = (size: number) => Math.ceil(size / 2 ** 20)
  throw new ConvertError(
    `${Math.round(bytes / 1e6)} MB of JSON, which take at least ${mib(needed)} MiB of memory; ` +
    `this process may have ${mib(heapLimit)}.`,
    { hint: `Set NODE_OPTIONS=--max-old-space-size=${mib(2 * needed)} and try again.` }
  )
}
