import { findNearName } from '../../../src/model/near-names.js'

/** `, did you mean "columns"?` for a name that is near to a known one; nothing where none is. */
export function suggest(given: string, known: Iterable<string>): string {
  const near = findNearName(given, known)
  return near === undefined || near === given ? '' : `, did you mean ${JSON.stringify(near)}?`
}
