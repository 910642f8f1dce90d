import { Frame } from '../common/frame.js'
import { JsonPlace } from '../common/json-place.js'
import type { Recipe } from '../common/recipe.js'
import type { CatboostFile, JsonFile } from '../common/source-file.js'
import { convertCatboost } from './booster.js'
import { readCbm } from './read-cbm.js'
import { isCatboostJson, readCatboostJson } from './read-json.js'

/** A model that CatBoost saved, as .cbm or as JSON. */
export const catboostRecipe: Recipe<CatboostFile | JsonFile> = {
  name: 'catboost',
  kinds: ['catboost', 'json'],
  parts: [{
    what: "a model of CatBoost's save_model, .cbm or .json",
    matches: file => file.kind === 'catboost' || isCatboostJson(new JsonPlace(file.json))
  }],
  build([source], progress) {
    const { file, signature } = source
    const frame = new Frame()
    const model = source.kind === 'catboost' ? readCbm(source.cbm) : readCatboostJson(new JsonPlace(source.json))
    const { title, ...converted } = convertCatboost(model, frame, progress, undefined, undefined, signature)
    return { ...converted, name: nameModel(file), description: `${title} from ${file}`, frame, estimator: title, sklearnVersion: undefined }
  }
}

/** A name that a model may have, from the file's, such as "churn" for "churn.cbm" and "churn.catboost.json.gz". */
function nameModel(file: string): string {
  const stem = file.replace(/(\.catboost)?\.(json|cbm|cb)(\.\w+)?$/i, '')
  return stem.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '').slice(0, 100) || 'model'
}
