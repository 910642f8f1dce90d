import { Dict, type Value } from '../pickle/values.js'
import { listNames } from './booster.js'
import type { CatboostModel } from './model.js'

const NOTES = [
  'params', 'class_params', 'multiclass_params', 'binclass_probability_threshold', 'train_finish_time', 'model_guid'
]

/** What a model of CatBoost is, as plain values, without its trees. */
export function summarizeCatboost(model: CatboostModel): Value {
  const kinds = new Map<number, string>([
    ...model.floatFeatures.map(({ flatIndex, borders }) => [flatIndex, `number, ${borders.length} borders`] as const),
    ...model.catFeatures.map(({ flatIndex }) => [flatIndex, 'category'] as const)
  ])
  const names = listNames(model)
  return toDict([
    ...NOTES.filter(name => model.info.has(name)).map((name): [string, Value] => [name, toValue(model.info.get(name))]),
    ['trees', model.trees.length],
    ['dimension', model.dimension],
    ['scale', model.scale],
    ['bias', [...model.bias]],
    ['CTRs', model.ctrs.length],
    ['features', toDict(names.map((name, i) => [name, kinds.get(i) ?? 'not used']))]
  ])
}

function toDict(entries: ReadonlyArray<readonly [string, Value]>): Dict {
  const dict = new Dict()
  for (const [key, value] of entries) dict.entries.set(key, value)
  return dict
}

/** JSON as plain values. */
function toValue(value: unknown): Value {
  if (Array.isArray(value)) return value.map(toValue)
  if (typeof value === 'object' && value !== null) {
    return toDict(Object.entries(value).map(([key, item]) => [key, toValue(item)]))
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
}
