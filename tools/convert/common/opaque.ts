/** What to say of a class or function of which a file has no more than the name, where it stands in the way. */
import { ConvertError } from '../errors/convert-error.js'
import type { Global } from '../pickle/values.js'

/** What stands at places that are read, by the last part of their path. */
const ROLES: ReadonlyArray<readonly [place: RegExp, role: string, hint: string]> = [
  [
    /(^|\.)steps\[\d+\](\[1\])?$/, 'a step of the Pipeline',
    'Do what it does before the rows are sent, fit the Pipeline without it and save that, or put one of the converted steps in its place.'
  ],
  [
    /(^|\.)(transformers_?|transformer_list)\[\d+\](\[1\])?$/, 'what happens to some of the columns',
    'Do what it does before the rows are sent, fit without it and save that, or put one of the converted transformers in its place.'
  ],
  [
    /(^|\.)(base_)?estimators?_?(\[\d+\])*(\[1\])?$|(^|\.)((best|final)_estimator_|regressor_|init_|calibrated_classifiers_\[\d+\]|classifier)$/,
    'a predictor that takes part in the answer', 'Put one of the converted predictors in its place.'
  ]
]

/** What some classes are for, and the shortest way to a model without them. */
const KNOWN: ReadonlyArray<readonly [path: RegExp, what: string, hint: string]> = [
  [
    /^sklearn\..*\.FeatureHasher$/, 'hashes whatever fields it gets, and its file does not say which those are',
    'Put a DictVectorizer in its place, and fit again.'
  ],
  [
    /^sklearn_quantile\./, 'answers with quantiles of the training rows that share leaves with a row',
    "quantile-forest's RandomForestQuantileRegressor is converted."
  ],
  [
    /^sksurv\./, 'answers with curves of survival or hazard over time',
    'Survival trees, forests of them and GradientBoostingSurvivalAnalysis are converted, with the risk score that they predict.'
  ],
  [
    /^sklearn\.cross_decomposition\./, 'projects on what columns and target share',
    'Put a PCA in its place, and fit again.'
  ]
]

const LISTED = 'docs/parity.md lists what is converted.'

/** What a recipe says of a function, to be filled in. */
export function functionLines(name: string): string {
  return `functions:\n  ${JSON.stringify(name)}: { each: x }  # what becomes of the number x, such as log1p(x); or adds or gives: docs/recipes.md`
}

/** How to convert a file with a function of the team's own. */
export function describeFunction(name: string): string {
  return 'Functions are not in the file and are never executed. Say in a recipe what it does, and convert with ' +
    `--recipe recipe.yaml:\nchain: [model.pkl]  # the name of the file\n${functionLines(name)}`
}

/** The error for a name that nothing is known of, and what to do about it. */
export function describeOpaque(name: Global, path: string): ConvertError {
  const what = `${name.path}, of which only the name is known (nothing was executed)`
  const known = KNOWN.find(([pattern]) => pattern.test(name.path))
  if (known !== undefined) {
    const [, why, hint] = known
    return new ConvertError(`${path || 'The file'}: found ${name.path}, which ${why} (nothing was executed).`, { hint })
  }
  if (path === '') {
    return new ConvertError(`The file holds ${what}.`, {
      hint: !name.module.startsWith('sklearn.')
        ? 'If it is a class of your own, save the fitted model that is inside it, such as ' +
          `joblib.dump(object.model, "model.pkl"); if it is a kind of LightGBM's or XGBoost's, save its booster: ` +
          `object.booster_.save_model("model.txt"), object.get_booster().save_model("model.json"). ${LISTED}`
        : LISTED
    })
  }
  if (/(^|\.)func$/.test(path)) {
    return new ConvertError(`${path}: the function of a FunctionTransformer is ${what}.`, { hint: describeFunction(name.path) })
  }
  const role = ROLES.find(([place]) => place.test(path))
  if (role !== undefined) return new ConvertError(`${path}: ${role[1]} is ${what}.`, { hint: `${role[2]} ${LISTED}` })
  const key = /^[^.[\]]+$/.test(path) ? JSON.stringify(path) : undefined
  return new ConvertError(`${path}: found ${what}.`, {
    hint: key === undefined ? LISTED : `If the model does not need it, remove the key ${key} (del d[${key}]) and save again.`
  })
}
