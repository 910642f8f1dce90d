import { JsonPlace } from '../common/json-place.js'
import { Dict, type Value } from '../pickle/values.js'

const PARAMETERS = ['num_feature', 'num_class', 'num_target', 'base_score']

/**
 * What a model of XGBoost is, as plain values, without its trees. Nothing is checked: what is not there, or is no plain
 * value, is left out.
 * @param json what the file holds
 */
export function summarizeXgboost(json: unknown): Value {
  const root = new JsonPlace(json)
  const learner = root.key('learner')
  const booster = learner.key('gradient_booster')
  const inner = booster.key('gbtree').isAbsent ? booster : booster.key('gbtree')
  const model = inner.key('model')
  const parameters = learner.key('learner_model_param')
  const names = toList(learner.key('feature_names').value)
  const types = toList(learner.key('feature_types').value)
  const attributes = learner.key('attributes').value
  return toDict([
    ['version', toList(root.key('version').value).map(toText).join('.')],
    ['booster', toText(booster.key('name').value)],
    ['objective', toText(learner.key('objective').key('name').value)],
    ...PARAMETERS.map((name): [string, Value] => [name, toText(parameters.key(name).value)]),
    ['num_parallel_tree', toText(model.key('gbtree_model_param').key('num_parallel_tree').value)],
    ['trees', toList(model.key('trees').value).length],
    ['features', toDict(names.map((name, i) => [toText(name), toText(types[i])]))],
    ['attributes', toDict(Object.entries(Object(attributes) as object).map(([key, value]) => [key, toText(value)]))]
  ])
}

function toList(value: unknown): unknown[] {
  if (Array.isArray(value)) return value
  return ArrayBuffer.isView(value) && !(value instanceof DataView) ? [...value as Uint8Array] : []
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

function toDict(entries: ReadonlyArray<readonly [string, Value]>): Dict {
  const dict = new Dict()
  for (const [key, value] of entries) if (value !== '') dict.entries.set(key, value)
  return dict
}
