import { Frame } from '../sklearn/frame.js'
import type { Located } from '../sklearn/located.js'
import { pipelineSteps } from '../sklearn/pipeline.js'
import { convertModel } from '../sklearn/registry.js'
import { describeEstimator, readSklearnVersion } from './describe-estimator.js'
import type { Recipe } from './recipe.js'

/** A classifier or pipeline alone in a file: its own column names, or x0, x1, ... as scikit-learn calls them. */
export const plainRecipe: Recipe = {
  name: 'plain',
  parts: [{ what: 'a forest, or a Pipeline that ends in one', matches: ({ root }) => isModel(root) }],
  build([{ file, root }], progress) {
    const columns = readColumns(root)
    const frame = new Frame()
    for (const name of columns) frame.addInput({ name, type: 'number' })
    const { forest, labels } = convertModel(root, columns, frame, progress)
    return {
      name: file.replace(/\.(pkl|joblib|pickle)(\.\w+)?$/i, '').replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '') || 'model',
      description: `${describeEstimator(root)} from ${file}`,
      frame,
      forest,
      classes: labels,
      estimator: describeEstimator(root),
      sklearnVersion: readSklearnVersion(root)
    }
  }
}

function isModel(root: Located): boolean {
  return root.className === 'Pipeline' || !root.attr('estimators_').isAbsent
}

function readColumns(estimator: Located): string[] {
  const names = estimator.attr('feature_names_in_')
  if (!names.isAbsent) return names.texts()
  if (estimator.className === 'Pipeline') return readColumns(pipelineSteps(estimator)[0] ?? estimator.fail('at least one step'))
  const count = estimator.anyAttr('n_features_in_', 'n_features_').number()
  return Array.from({ length: count }, (_, i) => `x${i}`)
}
