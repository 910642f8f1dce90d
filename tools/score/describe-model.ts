/** Which model has scored, in words. */
import { basename, resolve } from 'node:path'
import type { Provenance } from '../../src/model/types.js'

/** What the provenance of the models that come with this package says of the customers they learnt from. */
const INVENTED = 'synthetic customers'

/** @param path of the dump */
export function describeModel(path: string, { sources, quality }: Provenance): string {
  const files = sources.length === 0 ? '' : ` of ${sources.slice(0, 5).map(({ file }) => file).join(', ')}`
  const isInvented = quality?.data === INVENTED
  return `model ${basename(path, '.json')}${files} (${resolve(path)})` +
    (isInvented ? ': a demonstration that learnt from invented customers, not for real ones; MODEL_PATH names the folder of yours' : '')
}
