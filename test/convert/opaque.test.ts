/** Classes that stand in the way by name: what they are for, and the shortest way out. */
import t from 'tap'
import { describeOpaque } from '../../tools/convert/common/opaque.js'
import { Global } from '../../tools/convert/pickle/values.js'

const KNOWN: Array<[module: string, name: string, says: RegExp, hint: RegExp]> = [
  ['sklearn.feature_extraction._hash', 'FeatureHasher', /hashes whatever fields/, /DictVectorizer/],
  ['sklearn_quantile.ensemble.quantile', 'RandomForestQuantileRegressor', /quantiles of the training rows/, /quantile-forest/],
  ['sksurv.linear_model.coxph', 'CoxPHSurvivalAnalysis', /curves of survival/, /GradientBoostingSurvivalAnalysis/],
  ['sklearn.cross_decomposition._pls', 'PLSRegression', /projects/, /PCA/]
]

for (const [module, name, says, hint] of KNOWN) {
  t.test(`${module}.${name}`, async t => {
    for (const [path, place] of [['', /^The file: /], ['steps[1][1]', /^steps\[1\]\[1\]: /]] as const) {
      const error = describeOpaque(new Global(module, name), path)
      t.match(error.problem, place)
      t.ok(error.problem.includes(`${module}.${name}`), 'names the class')
      t.match(error.problem, says)
      t.match(error.hint, hint)
    }
  })
}
