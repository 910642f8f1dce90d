import type { Located } from '../../tools/convert/common/located.js'
import { readSourceFile } from '../../tools/convert/sources/read-source-file.js'

/** What a pickle file holds. */
export async function readRoot(path: string): Promise<Located> {
  const source = await readSourceFile(path)
  if (source.kind !== 'pickle') throw new Error(`${path} is not a pickle`)
  return source.root
}
