import { Frame } from '../sklearn/frame.js'
import type { Located } from '../sklearn/located.js'
import { convertModel, isEstimator } from '../sklearn/registry.js'
import { decodeLabels, isBundle, readBundle } from './bundle.js'
import { readColumns } from './columns.js'
import { describeEstimator, readSklearnVersion } from './describe-estimator.js'
import type { Recipe } from './recipe.js'

/**
 * A predictor or pipeline alone in a file, or in a dict with the LabelEncoder of its target and the names of its
 * columns. Columns have the model's own names, or those of the dict, or x0, x1, ... as scikit-learn calls them.
 */
export const plainRecipe: Recipe = {
  name: 'plain',
  parts: [{
    what: 'a predictor, a Pipeline that ends in one, or a dict with one of them',
    matches: ({ root }) => isEstimator(root) || isBundle(root)
  }],
  build([{ file, root }], progress) {
    const { model, encoder, features } = readBundle(root)
    const columns = nameColumns(model, features)
    const frame = new Frame()
    for (const name of columns) frame.addInput({ name, type: 'number' })
    const converted = convertModel(model, columns, frame, progress)
    return {
      ...converted,
      outputs: encoder === undefined ? converted.outputs : decodeLabels(converted.outputs, encoder),
      name: file.replace(/\.(pkl|joblib|pickle)(\.\w+)?$/i, '').replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '') || 'model',
      description: `${describeEstimator(model)} from ${file}`,
      frame,
      estimator: describeEstimator(model),
      sklearnVersion: readSklearnVersion(model)
    }
  }
}

/** The model's columns, by the names that stand beside it where it has none of its own. */
function nameColumns(model: Located, features: Located | undefined): string[] {
  const columns = readColumns(model)
  if (features === undefined) return columns
  const names = features.texts()
  const isArray = columns.every((name, i) => name === `x${i}`)
  const fits = names.length === columns.length && new Set(names).size === names.length
  if (fits && (isArray || columns.every(name => names.includes(name)))) return isArray ? names : columns
  return features.fail(
    isArray ? `the names of ${columns.length} columns, each once` : `the columns of the model: ${columns.join(', ')}`,
    'Name there the columns that the model was fitted on, or leave the names out.'
  )
}
