import { Dict, type Value } from '../pickle/values.js'
import { readBoosterText, type BoosterText } from './read-text.js'
import type { Section } from './section.js'

/** What a person wants to know of a model first, whether or not it can be converted. */
const HEAD = ['version', 'objective', 'num_class', 'num_tree_per_iteration', 'average_output']
const PARAMETERS = ['boosting', 'num_iterations', 'learning_rate', 'num_leaves', 'max_depth', 'linear_tree']

/**
 * The text of a model of LightGBM as plain values.
 * @throws ConvertError when it is damaged
 */
export function summarizeBooster(bytes: Uint8Array): Value {
  const text = readBoosterText(bytes)
  const { head, trees, parameters, pandasCategories } = text
  return toDict([
    ...HEAD.filter(key => head.has(key)).map((key): [string, Value] => [key, toValue(head.text(key))]),
    ['features', toDict(listFeatures(text))],
    ['trees', trees.length],
    ['leaves', trees.reduce((sum, tree) => sum + (tree.has('num_leaves') ? Number(tree.text('num_leaves')) : 0), 0)],
    ['parameters', toDict(PARAMETERS.flatMap(key => {
      const value = parameters.get(key)
      return value === undefined ? [] : [[key, toValue(value)]]
    }))],
    ['pandas_categorical', Object.values(pandasCategories ?? []).map(list => JSON.stringify(list))]
  ])
}

/** Names with the range or the codes that the training data had. */
function listFeatures({ head }: BoosterText): Array<[string, Value]> {
  const infos = split(head, 'feature_infos')
  return split(head, 'feature_names').map((name, i) => [name, infos.at(i) ?? ''])
}

function split(head: Section, key: string): string[] {
  return head.has(key) ? head.text(key).split(' ') : []
}

function toValue(text: string): Value {
  return /^-?\d{1,15}(\.\d{1,15})?$/.test(text) ? Number(text) : text
}

function toDict(entries: ReadonlyArray<readonly [string, Value]>): Dict {
  const dict = new Dict()
  for (const [key, value] of entries) dict.entries.set(key, value)
  return dict
}
