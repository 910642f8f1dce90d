"""Cases of models inside or behind other estimators of scikit-learn, and of what is changed after the fit."""
from sklearn.metrics import f1_score, make_scorer

from cases import (ADA, TREE_VOTERS, case, extra, forest, forest_regressor, gb, gb_regressor, hgb, hgb_regressor, pipe,
                   tree, tree_regressor)
from spec import E, N

# Selectors as the model
case('rfe', 'plain', 'binary', E('RFE', estimator=forest(), n_features_to_select=3))
case('rfe-named', 'named', 'strings-3', E('RFE', estimator=gb(n_estimators=4), n_features_to_select=2))
case('rfe-regressor', 'plain', 'number', E('RFE', estimator=forest_regressor(), n_features_to_select=4))
case('rfecv', 'plain', 'binary', E('RFECV', estimator=forest(n_estimators=4), cv=2, min_features_to_select=2))
case('pipe-rfe-last', 'named-missing', 'binary', pipe(E('SimpleImputer'), E(
    'RFE', estimator=extra(), n_features_to_select=3)))

# Selectors that refuse missing values before models that take them
REFUSING = {
    'gb': gb(n_estimators=3), 'ada': ADA, 'bagging': E('BaggingClassifier', estimator=tree(), n_estimators=3),
}
for name, estimator in REFUSING.items():
    case('select-from-%s-hgb' % name, 'plain', 'binary', pipe(E(
        'SelectFromModel', estimator=estimator if name != 'bagging' else gb(n_estimators=2), threshold=-1e9), hgb()))
    if name != 'bagging':
        case('rfe-%s-hgb' % name, 'named', 'binary', pipe(E(
            'RFE', estimator=estimator, n_features_to_select=4), hgb()))
case('select-from-forest-hgb', 'plain', 'binary', pipe(E('SelectFromModel', estimator=forest(), threshold=-1e9), hgb()))
case('select-k-best-hgb', 'plain', 'binary', pipe(E(
    'SelectKBest', score_func=N('f_classif', 'sklearn.feature_selection'), k=4), hgb()))
case('variance-threshold-hgb', 'plain-missing', 'binary', pipe(E('VarianceThreshold'), hgb()))

# One model an output
case('multi-output-classifier-forest', 'plain', 'outputs-ints', E('MultiOutputClassifier', estimator=forest()))
case('multi-output-classifier-gb', 'named', 'outputs-ints', E('MultiOutputClassifier', estimator=gb(n_estimators=4)))
case('multi-output-classifier-strings', 'plain', 'outputs-strings', E('MultiOutputClassifier', estimator=tree()))
case('multi-output-regressor-gb', 'plain', 'outputs-numbers', E('MultiOutputRegressor', estimator=gb_regressor()))
case('multi-output-regressor-hgb', 'named-missing', 'outputs-numbers', E(
    'MultiOutputRegressor', estimator=hgb_regressor()))
case('multi-output-regressor-pipeline', 'plain', 'outputs-numbers', E(
    'MultiOutputRegressor', estimator=pipe(E('StandardScaler'), forest_regressor(n_estimators=3))))
case('pipe-multi-output', 'plain-missing', 'outputs-numbers', pipe(E('SimpleImputer'), E(
    'MultiOutputRegressor', estimator=gb_regressor())))

# Thresholds of one's own
case('fixed-threshold', 'plain', 'binary', E('FixedThresholdClassifier', estimator=forest(), threshold=0.3))
case('fixed-threshold-strings', 'named', 'strings-2', E(
    'FixedThresholdClassifier', estimator=gb(), threshold=0.7, pos_label='leave'))
case('fixed-threshold-auto', 'plain', 'bool', E('FixedThresholdClassifier', estimator=hgb()))
case('fixed-threshold-decision', 'plain', 'binary', E(
    'FixedThresholdClassifier', estimator=gb(), threshold=-0.4, response_method='decision_function'))
case('tuned-threshold', 'plain', 'binary', E('TunedThresholdClassifierCV', estimator=forest(), cv=2))
case('tuned-threshold-pipeline', 'named-missing', 'strings-2', E(
    'TunedThresholdClassifierCV', cv=2, scoring=make_scorer(f1_score, pos_label='leave'),
    estimator=pipe(E('SimpleImputer'), forest())), since='1.5')
case('pipe-fixed-threshold', 'named-missing', 'binary', pipe(E('SimpleImputer'), E(
    'FixedThresholdClassifier', estimator=forest(), threshold=0.45)))

# A target that was transformed
case('transformed-target-log1p', 'plain', 'positive', E(
    'TransformedTargetRegressor', regressor=forest_regressor(), func=N('log1p'), inverse_func=N('expm1')))
case('transformed-target-log', 'named', 'positive', E(
    'TransformedTargetRegressor', regressor=gb_regressor(), func=N('log'), inverse_func=N('exp')))
case('transformed-target-sqrt', 'plain', 'positive', E(
    'TransformedTargetRegressor', regressor=tree_regressor(), func=N('sqrt'), inverse_func=N('square')))
case('transformed-target-scaler', 'plain-missing', 'number', E(
    'TransformedTargetRegressor', regressor=hgb_regressor(), transformer=E('StandardScaler')))
case('transformed-target-min-max', 'plain', 'number', E(
    'TransformedTargetRegressor', regressor=forest_regressor(), transformer=E('MinMaxScaler')))
case('transformed-target-identity', 'plain', 'number', E('TransformedTargetRegressor', regressor=forest_regressor()))
case('transformed-target-pipeline', 'named-missing', 'positive', E(
    'TransformedTargetRegressor', func=N('log1p'), inverse_func=N('expm1'),
    regressor=pipe(E('SimpleImputer'), forest_regressor())))
case('pipe-transformed-target', 'named-missing', 'positive', pipe(E('SimpleImputer'), E(
    'TransformedTargetRegressor', regressor=gb_regressor(), func=N('log1p'), inverse_func=N('expm1'))))

# Scorers that are not names
case('search-scorer', 'plain', 'binary', E(
    'GridSearchCV', estimator=forest(n_estimators=4), cv=2, param_grid={'max_depth': [2, 4]},
    scoring=make_scorer(f1_score)))

# Changed after the fit
case('bagging-classifier-fewer', 'plain', 'strings-3', E(
    'BaggingClassifier', n_estimators=9, estimator=tree()), changed={'n_estimators': 4})
case('bagging-regressor-fewer', 'plain', 'number', E(
    'BaggingRegressor', n_estimators=9, estimator=tree_regressor()), changed={'n_estimators': 5})
case('voting-weights-changed', 'plain', 'strings-3', E(
    'VotingClassifier', estimators=TREE_VOTERS, voting='soft'), changed={'weights': [1, 2, 4]})

# Priors whose logit was computed in two ways
for percent in (30, 38, 45, 52, 60, 64, 70):
    case('gb-classifier-prior-%d' % percent, 'plain', 'share-%d' % percent, gb(n_estimators=3))
