import type { ConvertEstimator } from '../common/estimator.js'
import type { Located } from '../common/located.js'

/** `GridSearchCV` and its kin: the predictor that was fitted again with the best parameters, which is what answers. */
export const convertSearch: ConvertEstimator = (estimator, columns, { unwrap }) =>
  unwrap(bestEstimator(estimator), columns)

/** @throws ConvertError for a search that kept none */
export function bestEstimator(search: Located): Located {
  const best = search.attr('best_estimator_')
  if (!best.isNone) return best
  return best.fail('the best predictor of a fitted search', search.attr('refit').value === false
    ? 'With refit=False a search keeps no predictor: fit one with best_params_ and save that, or search with refit=True.'
    : 'Fit the search before saving it.')
}

export function isSearch({ className }: Located): boolean {
  return className?.endsWith('SearchCV') === true
}
