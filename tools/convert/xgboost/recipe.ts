import { JsonPlace } from '../common/json-place.js'
import { ConvertError } from '../errors/convert-error.js'
import type { Recipe } from '../common/recipe.js'
import type { JsonFile } from '../common/source-file.js'
import { Frame } from '../common/frame.js'
import { convertBooster, isBooster } from './booster.js'

/** A model that XGBoost saved, as JSON or UBJSON. */
export const xgboostRecipe: Recipe<JsonFile> = {
  name: 'xgboost',
  kinds: ['json'],
  parts: [{
    what: "a model of XGBoost's save_model",
    matches: ({ json }) => isBooster(new JsonPlace(json)) || isTextDump(json)
  }],
  build([{ file, json, signature }], progress) {
    if (isTextDump(json)) {
      throw new ConvertError("The file is XGBoost's dump of the trees for people to read, which lacks half of the model.", {
        hint: "Save the model itself: booster.save_model('model.json')."
      })
    }
    const frame = new Frame()
    const booster = convertBooster(new JsonPlace(json), frame, progress, undefined, signature)
    const { title, rounds: { all, best, used }, ...converted } = booster
    const note = best === all ? ''
      : used === all ? `; all ${all} rounds, of which early stopping preferred the first ${best}`
        : `; the first ${used} of ${all} rounds, as early stopping preferred them`
    return {
      ...converted,
      name: nameModel(file),
      description: `${title} from ${file}${note}`,
      frame,
      estimator: title,
      sklearnVersion: undefined
    }
  }
}

/** What Booster.dump_model(dump_format='json') writes: a list of nested nodes. */
function isTextDump(json: unknown): boolean {
  const [root] = Array.isArray(json) ? json as unknown[] : []
  const place = new JsonPlace(root)
  return !place.key('nodeid').isAbsent && !(place.key('leaf').isAbsent && place.key('split').isAbsent)
}

/** A name that a model may have, from the file's, such as "churn" for "churn.ubj" and "churn.xgb.json.gz". */
function nameModel(file: string): string {
  const stem = file.replace(/(\.(xgb|xgboost))?\.(json|ubj|model|bin|deprecated)(\.\w+)?$/i, '')
  return stem.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '').slice(0, 100) || 'model'
}
