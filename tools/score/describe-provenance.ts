/** Which model has scored, in words. */
import { basename, resolve } from 'node:path'
import { isDemonstration } from '../../src/model/demonstration.js'
import type { Provenance } from '../../src/model/types.js'

/** @param path of the dump */
export function describeProvenance(path: string, provenance: Provenance): string {
  const { sources } = provenance
  const files = sources.length === 0 ? '' : ` of ${sources.slice(0, 5).map(({ file }) => file).join(', ')}`
  return `model ${basename(path, '.json')}${files} (${resolve(path)})` +
    (isDemonstration(provenance) ? ': a demonstration, trained on synthetic data and not for real customers; MODEL_PATH names the folder of yours' : '')
}
