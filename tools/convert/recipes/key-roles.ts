/**
 * What the keys of people's dicts are for. The table is by words, as keys are spelled in many ways: `bestThreshold`,
 * `best_threshold` and "Best threshold" are one. A key that no row knows may have a part in the prediction, so it is
 * never passed over.
 */

/** What the value under a key is to the prediction. */
export type KeyRole =
  /** Names of the columns that the model takes. */
  | 'columns'
  /** From where on the second of two classes is predicted. */
  | 'threshold'
  /** Which class the threshold is for. */
  | 'positive-label'
  /** Labels of the classes. */
  | 'labels'
  /** Codes of the texts in columns. */
  | 'encodings'
  /** What was done to the target before the model was fitted, by the name of a function. */
  | 'target-function'
  /** How to undo that, by the name of a function. */
  | 'inverse-function'
  /** Which of the model's columns are of a kind. */
  | 'column-kinds'
  /** Names the target. */
  | 'target-name'
  /** Has no part in a prediction. */
  | 'note'
  /** Parameters, metrics and results, which may have anything within. */
  | 'report'
  /** Has, or may have, a part in it that cannot be told: with what to do. */
  | 'unclear'

/** Words that mean the target. */
const TARGET = '(target|y|label|labels|output|outcome|response)'

const ROWS: ReadonlyArray<readonly [role: KeyRole, pattern: RegExp, hint?: string]> = [
  ['column-kinds', /^(cat|categorical|num|numeric|numerical|text|binary|ordinal|bool|boolean|date|continuous|nominal)_(features?|columns?|cols|vars|variables)(_(names?|list))?$/],
  ['columns', /^((selected|final|used|best|important|input|model|all|train|training|top|kept|x)_)?(features?|columns?|cols|variables|predictors|fields)(_(names?|list|columns?|cols|order|in|used|selected))?$/],
  ['columns', /^(feature|input|column|x|train|training)_(features|columns|cols|names?|list|order|set)(_(in|list|order))?$/],
  ['columns', /^(names|order)_of_(the_)?(features|columns)$/],
  ['threshold', /^((best|optimal|optimum|decision|classification|class|prob|proba|probability|tuned|custom|chosen|final|prediction|model|f1|youden)_)*(threshold|thresh|thr|cut_?off|cut_?point)(_value)?$/],
  ['positive-label', /^(pos|positive)_(label|class)$/],
  ['labels', new RegExp(`^(class(es)?|${TARGET}|label)_(names?|labels?|map|mapping|maps|dict|decoder|decoding|categories|list)$`)],
  ['labels', /^(classes|labels?|label_names|(id|idx|index|int|code|num|class)_?(to|2)_?(label|class|name)s?|(label|class|name)s?_?(to|2)_?(id|idx|index|int|code|num)|inv(erse)?_(label_)?(map|mapping)|reverse_(label_)?(map|mapping))$/],
  ['encodings', /^((label|cat|category|categorical|column|ordinal|feature|text)_)?(encodings?|encoders?|mappings?|maps?|codes)$/],
  ['encodings', /^(cat|category|categorical)_(to_)?(codes|maps?|mappings?|encodings?)$|^(les|label_encoders|encoder_dict|encoders_dict)$/],
  ['target-function', new RegExp(`^${TARGET}_(transform|transformation|transformer|func|function)$`)],
  ['inverse-function', new RegExp(`^(inverse|inv)(_(transform|func|function))?(_${TARGET})?$|^${TARGET}_(inverse|inv)(_(transform|func|function))?$`)],
  ['target-name', /^(target|y|outcome|response|label_(name|col|column|field))(_(name|col|column|variable|field))?$|^(dependent|outcome)_variable$/],
  ['note', /(^|_)(at|date|datetime|time|timestamp|created|updated|saved|trained|day|when|duration|elapsed|seconds|secs|minutes)(_(s|utc|ms|sec|seconds))?$|^(date|created|trained|timestamp|saved|updated|time)(_|$)/],
  ['note', /(^|_)(version|versions|ver)$|^(versions?|sklearn|scikit_learn|python|numpy|pandas|xgboost|lightgbm|library|libraries|framework|requirements|environment|env|platform|os|host|hostname|machine)(_|$)/],
  ['note', /^(model_?)?(name|id|type|class|kind|title|algorithm|algo|desc|description|notes?|comments?|author|authors|owner|team|project|tags?|license|stage|status|path|file|filename|url|uri|source|hash|sha|md5|checksum|uuid|run_id|experiment|commit|git_\w+|readme|info_text|docs?|language|task|problem|problem_type|objective_name|use_case|created_by|trained_by|user)$/],
  ['note', /^(random_state|random_seed|seed|n_jobs|cv|n_splits|folds?|n_folds|n_(samples|rows|features|classes|estimators|trees|train|test)|num_(samples|rows|features|classes|trees)|(train|test|val|valid|validation|training)_(size|rows|samples|shape|n|index|idx|indices|ids)|shape|x_shape|dataset(_name)?|data_(path|source|file|name|hash))$/],
  ['note', /^(feature_)?importances?(_\w+)?$|^shap_\w+$|^(x|y)_(train|test|val|valid)(_\w+)?$|^(oof|y_pred|y_proba|predictions|test_predictions|oof_predictions|examples?|sample|sample_input|input_example)$/],
  ['report', /(^|_)(accuracy|acc|balanced_accuracy|f1|f_beta|precision|recall|specificity|sensitivity|auc|roc|roc_auc|pr_auc|ap|gini|ks|brier|logloss|log_loss|loss|mae|mse|rmse|rmsle|mape|smape|r2|r_2|r2_score|explained_variance|mcc|kappa|score|scores|error|errors|metric|metrics|performance|evaluation|report|confusion_matrix|result|results|cv_results|oob)(_(train|test|val|valid|validation|cv|macro|micro|weighted|mean|std|avg|curve|score|scores|report|history|dict))*$/],
  ['report', /^((best|model|hyper|tuned|search|train|training|final|fit|xgb|lgbm?|rf)_?)*(params|parameters|hyper_?params|hyper_?parameters|kwargs|args)(_\w+)?$|^(cv|evals?|training|search|fit)_(results?|history|log|curve)$|^history$/],
  ['unclear', new RegExp(`(^|_)log(1p)?(_|$)|^(is_)?log|^${TARGET}_(log\\w*|scaler?|scaling|mean|std|min|max|shift|offset)$`),
    'If the target was transformed, save a TransformedTargetRegressor, such as with func=np.log1p and inverse_func=np.expm1.'],
  ['unclear', /(^|_)(means?|stds?|stdev|std_devs?|vars?|variances?|mins?|maxs?|medians?|modes?|scale|scaling|scaled|scaler|scalers|normalize|normalization|normalizer|normalized|standardize|mu|sigma|quantiles?|stats|statistics|bounds|clip|clipping|imputer|imputation|impute|fill|fill_?values?|fill_?na|defaults?|default_values?)(_|$)/,
    'A Pipeline holds what happens to the columns before the predictor: save one.'],
  ['unclear', /(^|_)(categories|category|levels|dummies|dummy_columns|one_hot|ohe|vectorizer|selector|selection|mask|support|indices|pca|poly|transformer|transformers|preprocessor|preprocess|preprocessing|preprocessing_steps|steps|pipeline)(_|$)/,
    'A Pipeline holds what happens to the columns before the predictor: save one.'],
  ['unclear', /(^|_)(weights?|factor|multiplier|bias|offset|intercept|calibrat\w+|smearing|correction|scale_factor|units?)(_|$)/,
    'What happens to the answer after the model has no place here: leave it to the caller, and save the model without it.']
]

/** What a key says of its value. */
export interface KeyMeaning {
  readonly role: KeyRole
  /** What to do where it is unclear. */
  readonly hint?: string
}

/** @returns undefined for a key that the table does not know */
export function classifyKey(key: string): KeyMeaning | undefined {
  const words = toWords(key)
  const row = ROWS.find(([, pattern]) => pattern.test(words))
  if (row === undefined) return undefined
  const [role, , hint] = row
  return hint === undefined ? { role } : { role, hint }
}

/** "bestThreshold", "Best Threshold" and "best-threshold" as "best_threshold". */
export function toWords(key: string): string {
  return key
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '')
    .toLowerCase()
}

/** LabelEncoders of the target, by their key: it has to say so, as any column may have one. */
const TARGET_ENCODER =
  /^((target|class|classes|y|output|outcome|response)_(le|enc|encoder|label_?enc(oder)?)|(le|enc|encoder|label_?enc(oder)?)_(target|labels?|class|classes|y|output|outcome|response)|labels_encoder)$/

export function isTargetEncoder(key: string): boolean {
  return TARGET_ENCODER.test(toWords(key))
}

/** Keys of what was done to the target. */
export function isOfTarget(key: string): boolean {
  return /(^|_)(target|y|label|labels|output|outcome|response)(_|$)/.test(toWords(key))
}

/** Keys of a LabelEncoder that name neither the target nor a column. */
const SOME_ENCODER = /^(le|enc|encoder|label_?enc(oder)?)$/

export function isSomeEncoder(key: string): boolean {
  return SOME_ENCODER.test(toWords(key))
}
