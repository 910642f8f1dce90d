import type { Located } from '../../tools/convert/common/located.js'
import { readSources } from '../../tools/convert/sources/read-sources.js'

/** What a pickle file holds. */
export async function readRoot(path: string): Promise<Located> {
  const [source] = await readSources(path)
  if (source.kind !== 'pickle') throw new Error(`${path} is not a pickle`)
  return source.root
}
