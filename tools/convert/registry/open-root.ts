/** What a model file holds, as the values of a pickle, whichever library wrote it. */
import { catboostOf } from '../catboost/estimators.js'
import { isCatboostJson } from '../catboost/read-json.js'
import { JsonPlace } from '../common/json-place.js'
import { Located } from '../common/located.js'
import type { SourceFile } from '../common/source-file.js'
import { ConvertError } from '../errors/convert-error.js'
import { lightgbmOf } from '../lightgbm/estimators.js'
import { Dict, type Value } from '../pickle/values.js'
import { isBooster } from '../xgboost/booster.js'
import { xgboostOf } from '../xgboost/estimators.js'

/**
 * A model that another library saved in a format of its own is the object that a pickle of it would hold, so that it
 * can stand wherever a pickled one can: behind transformers, and beside other predictors.
 * @param isOneOfSeveral whether its name has to be a part of the places in it
 */
export function openRoot(source: SourceFile, isOneOfSeveral: boolean): Located {
  const path = isOneOfSeveral ? source.file : ''
  switch (source.kind) {
    case 'pickle': return isOneOfSeveral ? source.root.under(source.file) : source.root
    case 'text': return new Located(lightgbmOf(source.text), path)
    case 'catboost': return new Located(catboostOf(source.cbm), path)
    case 'json': return new Located(openJson(source.json, path), path)
    case 'onnx': throw new ConvertError(`${source.file}: an ONNX model is converted alone, with the steps that its graph has.`, {
      hint: 'Put the transformers into the Pipeline that ONNX is made of.'
    })
  }
}

/** Whether JSON is a model that a library saved, and not what stands beside one. */
export function isSavedModel(json: unknown): boolean {
  const place = new JsonPlace(json)
  return isBooster(place) || isCatboostJson(place)
}

/** Names, labels, a threshold: what people write beside a model, or a model. */
function openJson(json: unknown, path: string): Value {
  const place = new JsonPlace(json, () => path)
  if (isBooster(place)) return xgboostOf(place)
  return isCatboostJson(place) ? catboostOf(place) : valueOf(json)
}

/** What JSON holds, as the values of a pickle. */
function valueOf(json: unknown): Value {
  if (Array.isArray(json)) return json.map(valueOf)
  if (typeof json === 'object' && json !== null) {
    const dict = new Dict()
    for (const [key, value] of Object.entries(json)) dict.entries.set(key, valueOf(value))
    return dict
  }
  return typeof json === 'string' || typeof json === 'number' || typeof json === 'boolean' ? json : null
}
