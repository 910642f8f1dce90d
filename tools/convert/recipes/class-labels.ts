/** Labels of classes, as people write them beside a predictor. */
import type { Label } from '../../../src/dump/dump.js'
import { Dict, type Value } from '../pickle/values.js'
import type { Located } from '../common/located.js'
import { isSequence } from './plain-values.js'

/**
 * The labels that a list or a dict gives to the classes; the classes themselves where it says nothing new.
 * @returns undefined when it does not fit them
 */
export function nameClasses(at: Located, classes: readonly Label[]): readonly Label[] | undefined {
  if (at.value instanceof Dict) return mapClasses(at.value, classes)
  if (!isSequence(at.value)) return undefined
  const names = at.items().map(item => item.value)
  if (!isListOfLabels(names) || names.length !== classes.length || new Set(names).size < names.length) return undefined
  if (classes.every(label => names.includes(label))) return classes
  return classes.every((label, i) => label === i) ? names : undefined
}

/** A dict from the classes to their labels, or the other way round. */
function mapClasses({ entries }: Dict, classes: readonly Label[]): readonly Label[] | undefined {
  const from = [...entries.keys()]
  const to = [...entries.values()]
  if (from.length !== classes.length || !isListOfLabels(from) || !isListOfLabels(to)) return undefined
  if (new Set(to).size < to.length) return undefined
  const forwards = classes.every(label => from.includes(label))
  const backwards = classes.every(label => to.includes(label))
  if (forwards && backwards) return classes.every(label => entries.get(label) === label) ? classes : undefined
  if (forwards) return classes.map(label => to[from.indexOf(label)])
  return backwards ? classes.map(label => from[to.indexOf(label)]) : undefined
}

function isListOfLabels(values: ReadonlyArray<Value | undefined>): values is Label[] {
  return values.every(value => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
}
