import type { Recipe } from '../common/recipe.js'
import type { JsonFile } from '../common/source-file.js'
import { Frame } from '../common/frame.js'
import { convertMljs, isMljs } from './forest.js'
import { JsonPlace } from '../common/json-place.js'

/** A forest that was trained in Node. The library has no names of columns: they are x0, x1, ... */
export const mljsRecipe: Recipe<JsonFile> = {
  name: 'mljs',
  kinds: ['json'],
  parts: [{
    what: "JSON of ml-random-forest's toJSON()",
    matches: ({ json }) => isMljs(new JsonPlace(json))
  }],
  build([{ file, json }], progress) {
    const { className, ...converted } = convertMljs(new JsonPlace(json), progress)
    const { model } = converted
    const frame = new Frame()
    for (const name of model.features) frame.addInput({ name, type: 'number' })
    frame.assertNotMissing(model.features)
    return {
      ...converted,
      name: nameModel(file),
      description: `${className} of ml-random-forest from ${file}`,
      frame,
      estimator: `ml-random-forest ${className}`,
      sklearnVersion: undefined
    }
  }
}

/** A name that a model may have, from the file's, such as "forest" for "forest.json.gz". */
function nameModel(file: string): string {
  const stem = file.replace(/\.json(\.\w+)?$/i, '')
  return stem.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '').slice(0, 100) || 'model'
}
