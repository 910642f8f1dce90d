import { isVersion } from '../common/estimator.js'
import type { Frame } from '../common/frame.js'
import type { Located } from '../common/located.js'

/** Criteria of trees that take missing values before scikit-learn 1.9, in which all do. */
const CRITERIA = ['gini', 'entropy', 'log_loss', 'squared_error', 'friedman_mse', 'poisson']

/**
 * The check of a selector before it selects: of all columns, also of those that it leaves out. With `set_output` a
 * selector hands a DataFrame on as it is.
 */
export function checkSelection(
  selector: Located, columns: readonly string[], frame: Frame, { allowNaN }: { allowNaN: boolean }
): void {
  const output = selector.attr('_sklearn_output_config').key('transform').value
  const keepsFrame = output === 'pandas' && isVersion(selector, 1, 3, false)
  if (!allowNaN && !keepsFrame) frame.checkNumbers(columns, { missing: false })
}

/**
 * scikit-learn's tag `allow_nan`: selectors take NaN and infinities where the estimator that they select by has it, and
 * otherwise refuse both. It is about the parameters as they are, fitted or not, in the version that wrote the file.
 */
export function allowsNaN(estimator: Located): boolean {
  const name = estimator.className ?? ''
  if (/^(HistGradientBoosting|XGB|LGBM)/.test(name)) return true
  if (/^(DecisionTree|ExtraTree)(Classifier|Regressor)$/.test(name)) {
    const splitter = estimator.attr('splitter').value
    // Since 1.6 extra-trees go by what they are, and not by what they inherit.
    if (name.startsWith('Extra') && splitter !== 'random' && isVersion(estimator, 1, 6)) return false
    return allowsNaNInTree(estimator, splitter)
  }
  if (name.startsWith('RandomForest')) return isVersion(estimator, 1, 4, false) && allowsNaNInTree(estimator, 'best')
  if (name.startsWith('ExtraTrees')) return isVersion(estimator, 1, 4, false) && allowsNaNInTree(estimator, 'random')
  if (name.startsWith('Bagging')) {
    const member = estimator.anyAttr('estimator', 'base_estimator')
    return isVersion(estimator, 1, 3, false) && (member.isNone || allowsNaN(member))
  }
  if (/^(Voting|Stacking)/.test(name)) {
    return isVersion(estimator, 1, 4, false) && estimator.attr('estimators').items()
      .every(entry => entry.items()[1].value === 'drop' || allowsNaN(entry.items()[1]))
  }
  if (name === 'IsolationForest') return isVersion(estimator, 1, 6, false)
  return name === 'FrozenEstimator' && allowsNaN(estimator.attr('estimator'))
}

function allowsNaNInTree(estimator: Located, splitter: unknown): boolean {
  if (!isVersion(estimator, 1, 3, false)) return false
  if (splitter !== 'best' && !isVersion(estimator, 1, 6)) return false
  const { value: criterion } = estimator.attr('criterion')
  return isVersion(estimator, 1, 9) || (typeof criterion === 'string' && CRITERIA.includes(criterion))
}
