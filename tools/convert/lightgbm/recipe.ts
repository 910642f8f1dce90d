import { ConvertError } from '../errors/convert-error.js'
import type { Recipe } from '../common/recipe.js'
import type { JsonFile, TextFile } from '../common/source-file.js'
import { Frame } from '../common/frame.js'
import { convertBooster } from './forest.js'
import { nameBySignature, type Signature } from '../common/signature.js'
import { readFeatureNames } from './features.js'
import { readBoosterText, type BoosterText } from './read-text.js'

/** A model of LightGBM: the text that Booster.save_model writes. */
export const lightgbmRecipe: Recipe<TextFile | JsonFile> = {
  name: 'lightgbm',
  kinds: ['text', 'json'],
  parts: [{
    what: "a text that LightGBM's Booster.save_model wrote",
    matches: file => file.kind === 'text' || isModelDump(file.json)
  }],
  build([source], progress) {
    if (source.kind === 'json') {
      throw new ConvertError("JSON of LightGBM's Booster.dump_model, which is not converted.", {
        hint: 'Booster.save_model("model.txt") writes the file to convert.'
      })
    }
    const { file, text, signature } = source
    const frame = new Frame()
    const { objective, ...converted } = convertBooster(nameFeatures(readBoosterText(text), signature), frame, progress)
    return {
      ...converted,
      name: nameModel(file),
      description: `LightGBM model (${objective}) from ${file}`,
      frame,
      estimator: `LightGBM Booster (${objective})`,
      sklearnVersion: undefined
    }
  }
}

/** With the names that stand beside the file for features that have none in it. */
function nameFeatures(text: BoosterText, signature: Signature | undefined): BoosterText {
  return signature === undefined ? text : { ...text, names: nameBySignature(readFeatureNames(text), signature) }
}

/** What dump_model() gives, as JSON. */
function isModelDump(json: unknown): boolean {
  return typeof json === 'object' && json !== null && Object.hasOwn(json, 'tree_info') && Object.hasOwn(json, 'feature_names')
}

/** A name that a model may have, from the file's, such as "churn" for "churn.txt.gz". */
function nameModel(file: string): string {
  const stem = file.replace(/\.(txt|model|lgb|lightgbm)(\.\w+)?$/i, '')
  return stem.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '').slice(0, 100) || 'model'
}
