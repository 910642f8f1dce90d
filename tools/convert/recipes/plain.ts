import { Frame } from '../sklearn/frame.js'
import type { Located } from '../sklearn/located.js'
import { pipelineSteps } from '../sklearn/pipeline.js'
import { convertModel, isEstimator } from '../sklearn/registry.js'
import { describeEstimator, readSklearnVersion } from './describe-estimator.js'
import type { Recipe } from './recipe.js'

/** A predictor or pipeline alone in a file: its own column names, or x0, x1, ... as scikit-learn calls them. */
export const plainRecipe: Recipe = {
  name: 'plain',
  parts: [{ what: 'a predictor, or a Pipeline that ends in one', matches: ({ root }) => isEstimator(root) }],
  build([{ file, root }], progress) {
    const columns = readColumns(root)
    const frame = new Frame()
    for (const name of columns) frame.addInput({ name, type: 'number' })
    return {
      ...convertModel(root, columns, frame, progress),
      name: file.replace(/\.(pkl|joblib|pickle)(\.\w+)?$/i, '').replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '') || 'model',
      description: `${describeEstimator(root)} from ${file}`,
      frame,
      estimator: describeEstimator(root),
      sklearnVersion: readSklearnVersion(root)
    }
  }
}

/** Wider models exist, but not here: every column is a field of a request. */
const MAX_COLUMNS = 10_000

/** Names of the columns that the model was fitted on, x0, x1, ... where it was an array. */
function readColumns(model: Located): string[] {
  let estimator = model
  for (let depth = 0; depth < 8; depth++) {
    const names = estimator.attr('feature_names_in_')
    if (!names.isAbsent) return names.texts()
    const count = estimator.anyAttr('n_features_in_', 'n_features_')
    if (!count.isAbsent) {
      if (!(count.number() <= MAX_COLUMNS)) count.fail(`at most ${MAX_COLUMNS} columns`)
      return Array.from({ length: count.number() }, (_, i) => `x${i}`)
    }
    // A pipeline counts as its first step does, an ensemble as its members do.
    estimator = firstPart(estimator)
  }
  return model.fail('a model that says how many columns it takes')
}

/** What an estimator that does not count its columns hands them to. */
function firstPart(estimator: Located): Located {
  if (estimator.className === 'Pipeline') {
    return pipelineSteps(estimator)[0] ?? estimator.attr('steps').fail('at least one step')
  }
  if (estimator.className === 'FeatureUnion') {
    const entry = estimator.attr('transformer_list').items()[0] ?? estimator.attr('transformer_list').fail('one entry')
    return entry.tuple(2)[1]
  }
  const wrapped = estimator.anyAttr('estimator_', 'estimator')
  const members = estimator.attr('estimators_')
  if (!members.isAbsent) return members.items()[0] ?? members.fail('at least one predictor')
  return wrapped.isNone ? estimator.fail('a fitted model', 'Fit the model before saving it.') : wrapped
}
