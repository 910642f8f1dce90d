"""Cases of estimators of LightGBM and XGBoost: alone, in scikit-learn's ensembles and wrappers, and behind its steps."""
import numpy as np

from cases import SCALED, TEXTS, case, columns, forest, forest_regressor, gb, ordinal, one_hot, pipe, tree
from spec import E, Fitted, N, Until


def xgb(**params):
    return E('XGBClassifier', **{'n_estimators': 7, 'max_depth': 3, 'learning_rate': 0.3, 'n_jobs': 1, **params})


def xgb_regressor(**params):
    return E('XGBRegressor', **{'n_estimators': 7, 'max_depth': 3, 'learning_rate': 0.3, 'n_jobs': 1, **params})


def lgbm(**params):
    return E('LGBMClassifier', **{'n_estimators': 7, 'num_leaves': 8, 'min_child_samples': 5, 'n_jobs': 1,
                                  'verbose': -1, 'deterministic': True, **params})


def lgbm_regressor(**params):
    return E('LGBMRegressor', **{**lgbm().params, **params})


def calibrated(estimator, **params):
    return E('CalibratedClassifierCV', **{'estimator': estimator, 'cv': 2, **params})


def voting(*estimators, **params):
    return E('VotingClassifier', **{'estimators': name_members(estimators), 'voting': 'soft', **params})


def voting_regressor(*estimators, **params):
    return E('VotingRegressor', estimators=name_members(estimators), **params)


def name_members(estimators):
    return [('member%d' % i, estimator) for i, estimator in enumerate(estimators)]


SPARSE = columns(('numbers', 'passthrough', ['age', 'rating']), ('texts', one_hot(handle_unknown='ignore'), TEXTS),
                 sparse_threshold=1)
DENSE = columns(('numbers', 'passthrough', ['age', 'rating']), ('texts', one_hot(handle_unknown='ignore'), TEXTS),
                sparse_threshold=0)
TEXT_STEPS = {
    'sparse-columns': SPARSE,
    'dense-columns': DENSE,
    'default-columns': columns(SCALED, ('texts', one_hot(handle_unknown='ignore'), TEXTS)),
    'mostly-zero-columns': columns(('counts', 'passthrough', ['rating']), (
        'texts', one_hot(handle_unknown='ignore'), TEXTS + ['group'])),
    'ordinal-columns': columns(
        ('texts', ordinal(handle_unknown='use_encoded_value', unknown_value=-1), TEXTS), SCALED),
    'missing-ordinal-columns': columns(
        ('texts', ordinal(handle_unknown='use_encoded_value', unknown_value=np.nan), TEXTS), SCALED),
    'sparse-union': E('FeatureUnion', transformer_list=[('sparse', SPARSE), ('scaled', columns(SCALED))]),
    'sparse-scaled': pipe(SPARSE, E('MaxAbsScaler')),
    'sparse-selected': pipe(SPARSE, E(
        'SelectKBest', score_func=N('chi2', 'sklearn.feature_selection'), k=9)),
}
# (its name, classifier, regressor)
LIBRARIES = [('xgb', xgb, xgb_regressor), ('lgbm', lgbm, lgbm_regressor)]

for name, classifier, regressor in LIBRARIES:
    # Alone
    case(name + '-classifier', 'named-missing', 'binary', classifier())
    case(name + '-classifier-3', 'plain', 'codes-3', classifier(n_estimators=4))
    case(name + '-regressor', 'plain-missing', 'number', regressor(), weights='uniform')
    case(name + '-regressor-count', 'plain', 'count', regressor(
        objective='count:poisson' if name == 'xgb' else 'poisson'))
    case(name + '-classifier-booleans', 'flags', 'binary', classifier())

    # Calibrated
    for method in ('sigmoid', 'isotonic'):
        for target in ('binary', 'codes-3'):
            case('calibrated-%s-%s-%s' % (method, name, target), 'plain', target, calibrated(
                classifier(n_estimators=4), method=method))
        case('calibrated-%s-%s-missing' % (method, name), 'named-missing', 'binary', calibrated(
            classifier(), method=method, cv=3))
        case('calibrated-prefit-%s-%s' % (method, name), 'plain', 'binary', calibrated(
            Fitted(classifier()), method=method, cv='prefit'), until='1.7')
        case('calibrated-frozen-%s-%s' % (method, name), 'named', 'codes-3', calibrated(
            Fitted(classifier(n_estimators=4), frozen=True), method=method))
        case('calibrated-one-%s-%s' % (method, name), 'plain', 'binary', calibrated(
            classifier(), method=method, ensemble=False))
    case('calibrated-temperature-%s-binary' % name, 'plain', 'binary', calibrated(
        classifier(), method='temperature'), since='1.8')
    case('calibrated-temperature-%s-codes-3' % name, 'plain', 'codes-3', calibrated(
        classifier(n_estimators=4), method='temperature'), since='1.8')
    case('calibrated-%s-pipeline' % name, 'named', 'binary', calibrated(pipe(E('StandardScaler'), classifier())))
    case('calibrated-%s-columns' % name, 'customers', 'binary', calibrated(pipe(SPARSE, classifier())))
    case('pipe-calibrated-%s' % name, 'named-missing', 'binary', pipe(E('SimpleImputer'), calibrated(
        classifier(), method='isotonic')))
    case('calibrated-bagging-%s' % name, 'plain', 'binary', calibrated(E(
        'BaggingClassifier', estimator=classifier(n_estimators=3), n_estimators=3)))
    case('calibrated-voting-%s' % name, 'plain', 'binary', calibrated(voting(classifier(n_estimators=3), forest())))

    # Voting
    several = [classifier(n_estimators=3 + i, max_depth=2 + i) for i in range(3)]
    case('voting-soft-%s' % name, 'plain', 'strings-3', voting(*several))
    case('voting-soft-%s-weights' % name, 'named-missing', 'binary', voting(*several, weights=[0.3, 1.1, 2]))
    case('voting-soft-%s-10' % name, 'plain', 'binary', voting(*[
        classifier(n_estimators=3, max_depth=2 + i % 3, random_state=i) for i in range(10)]))
    case('voting-soft-%s-forest' % name, 'plain', 'strings-3', voting(forest(n_estimators=3), *several))
    case('voting-soft-%s-forest-weights' % name, 'plain', 'binary', voting(
        classifier(), gb(n_estimators=4), tree(max_depth=4), weights=[2, 1, 0.7]))
    case('voting-hard-%s' % name, 'plain', 'strings-3', voting(*several, voting='hard'))
    case('voting-hard-%s-weights' % name, 'plain', 'strings-3', voting(
        classifier(), forest(), tree(), voting='hard', weights=[1, 1, 2]))
    case('voting-soft-%s-pipelines' % name, 'named-missing', 'binary', voting(
        pipe(E('SimpleImputer'), classifier()), classifier()))
    members = [regressor(n_estimators=3 + i, max_depth=2 + i) for i in range(3)]
    case('voting-regressor-%s' % name, 'plain', 'number', voting_regressor(*members))
    case('voting-regressor-%s-weights' % name, 'named', 'number', voting_regressor(*members, weights=[0.2, 0.5, 1.7]))
    case('voting-regressor-%s-10' % name, 'plain', 'number', voting_regressor(*[
        regressor(n_estimators=3, max_depth=2 + i % 3, random_state=i) for i in range(10)]))
    case('voting-regressor-%s-forest' % name, 'plain', 'number', voting_regressor(
        *members, forest_regressor(n_estimators=3)))
    case('voting-regressor-%s-forest-weights' % name, 'plain', 'number', voting_regressor(
        forest_regressor(n_estimators=3), *members, weights=[3, 1, 1, 0.25]))

    # Bagging and AdaBoost
    case('bagging-classifier-%s' % name, 'plain-missing', 'binary', E(
        'BaggingClassifier', estimator=classifier(n_estimators=4), n_estimators=5))
    case('bagging-classifier-%s-3' % name, 'named', 'strings-3', E(
        'BaggingClassifier', estimator=classifier(n_estimators=3), n_estimators=4, max_features=4))
    case('bagging-classifier-%s-pipeline' % name, 'named-missing', 'binary', E(
        'BaggingClassifier', estimator=pipe(E('StandardScaler'), classifier(n_estimators=3)), n_estimators=3))
    case('bagging-regressor-%s' % name, 'plain', 'number', E(
        'BaggingRegressor', estimator=regressor(n_estimators=4), n_estimators=6))
    case('bagging-regressor-%s-10' % name, 'plain-missing', 'number', E(
        'BaggingRegressor', estimator=regressor(n_estimators=3), n_estimators=10, max_samples=0.5))
    case('bagging-regressor-%s-subset' % name, 'named', 'number', E(
        'BaggingRegressor', estimator=regressor(n_estimators=4), n_estimators=5, max_features=3))
    case('bagging-regressor-voting-%s' % name, 'plain', 'number', E(
        'BaggingRegressor', estimator=voting_regressor(regressor(n_estimators=2), regressor(n_estimators=3)),
        n_estimators=3))
    case('ada-classifier-%s' % name, 'plain', 'binary', E(
        'AdaBoostClassifier', estimator=classifier(n_estimators=2, max_depth=1), n_estimators=4,
        algorithm=Until('1.5', 'SAMME')))
    case('ada-regressor-%s' % name, 'plain', 'number', E(
        'AdaBoostRegressor', estimator=regressor(n_estimators=2), n_estimators=4))

    # Behind steps
    for steps, transformer in TEXT_STEPS.items():
        case('%s-%s' % (name, steps), 'customers', 'binary', pipe(transformer, classifier()))
    case(name + '-one-hot-alone', 'texts', 'binary', pipe(one_hot(handle_unknown='ignore'), classifier()))
    case(name + '-one-hot-dense', 'texts', 'codes-3', pipe(
        one_hot(handle_unknown='ignore', sparse_output=False), classifier(n_estimators=4)))
    case(name + '-sparse-columns-regressor', 'customers', 'number', pipe(SPARSE, regressor()))
    case(name + '-sparse-bins', 'plain', 'binary', pipe(E(
        'KBinsDiscretizer', n_bins=4, strategy='uniform'), classifier()))
    case(name + '-sparse-infrequent', 'customers', 'binary', pipe(columns(
        SCALED, ('texts', one_hot(handle_unknown='infrequent_if_exist', min_frequency=30), ['brand', 'group']),
        sparse_threshold=1), classifier()))
    case(name + '-sparse-voting', 'customers', 'binary', pipe(SPARSE, voting(classifier(), forest(n_estimators=3))))
    case(name + '-grid-search', 'customers', 'binary', E(
        'GridSearchCV', cv=2, param_grid={'model__max_depth': [2, 3]}, estimator=pipe(SPARSE, classifier())))
    case(name + '-dropped-texts', 'customers', 'binary', pipe(columns(SCALED, remainder='drop'), classifier()))
    case(name + '-select-from-model', 'plain', 'binary', pipe(E('SelectFromModel', estimator=classifier()), forest()))
    case(name + '-selected', 'plain-missing', 'binary', pipe(E('SelectFromModel', estimator=classifier()), classifier()))

    # Wrapped
    case(name + '-rfe', 'plain', 'binary', E('RFE', estimator=classifier(), n_features_to_select=3))
    case(name + '-multi-output-classifier', 'plain', 'outputs-ints', E(
        'MultiOutputClassifier', estimator=classifier(n_estimators=4)))
    case(name + '-multi-output-regressor', 'plain-missing', 'outputs-numbers', E(
        'MultiOutputRegressor', estimator=regressor()))
    case(name + '-fixed-threshold', 'plain', 'binary', E(
        'FixedThresholdClassifier', estimator=classifier(), threshold=0.3))
    case(name + '-transformed-target', 'plain', 'positive', E(
        'TransformedTargetRegressor', regressor=regressor(), func=N('log1p'), inverse_func=N('expm1')))
    case(name + '-sampled', 'plain', 'rare', E('SamplingPipeline', steps=[
        ('sampler', E('RandomOverSampler')), ('model', classifier())]))

    # Stopped early, as a pickle and as the library's own file
    own_file = {'xgb': ('xgboost-json', 0), 'lgbm': ('lightgbm-text', 0)}[name]
    for suffix, container in (('', None), ('-file', own_file)):
        stop = dict(container=container, stopped=True)
        case('%s-stopped%s' % (name, suffix), 'plain', 'binary', classifier(n_estimators=60), **stop)
        case('%s-stopped-3%s' % (name, suffix), 'named', 'codes-3', classifier(n_estimators=60), **stop)
        case('%s-stopped-regressor%s' % (name, suffix), 'plain-missing', 'number', regressor(n_estimators=60), **stop)
        case('%s-whole%s' % (name, suffix), 'plain', 'binary', classifier(), container=container)

# What only XGBoost has
for suffix, container in (('', None), ('-file', ('xgboost-json', 0)), ('-ubj', ('xgboost-ubj', 0))):
    case('xgb-missing-999' + suffix, 'minus-999-missing', 'binary', xgb(missing=-999.0), container=container)
    case('xgb-missing-999-regressor' + suffix, 'minus-999-missing', 'number', xgb_regressor(missing=-999.0),
         container=container)
case('xgb-missing-0-sparse', 'customers', 'binary', pipe(SPARSE, xgb(missing=0.0)))
case('xgb-pipe-missing-999', 'minus-999-missing', 'number', pipe(
    E('SelectFromModel', estimator=xgb_regressor(missing=-999.0)), xgb_regressor(missing=-999.0)))
case('xgb-dart', 'plain', 'binary', xgb(booster='dart', rate_drop=0.3))
case('xgb-dart-stopped', 'plain', 'number', xgb_regressor(booster='dart', rate_drop=0.3, n_estimators=40), stopped=True)
case('xgb-forest-classifier', 'plain', 'binary', E('XGBRFClassifier', n_estimators=5, max_depth=3, n_jobs=1))
case('xgb-forest-regressor', 'named', 'number', E('XGBRFRegressor', n_estimators=5, max_depth=3, n_jobs=1))
case('xgb-multi-output', 'plain', 'outputs-numbers', xgb_regressor(tree_method='hist'))
case('xgb-multi-output-file', 'plain', 'outputs-numbers', xgb_regressor(tree_method='hist'),
     container=('xgboost-json', 0))
case('xgb-categories', 'customers-typed', 'binary', xgb(enable_categorical=True, tree_method='hist'),
     needs={'xgboost': '3.1'})
case('xgb-columns-categories', 'codes', 'number', xgb_regressor(
    enable_categorical=True, tree_method='hist', feature_types=['q', 'c', 'c', 'q', 'q']))
case('xgb-base-score', 'plain', 'rare', xgb(base_score=0.2, scale_pos_weight=3))
case('voting-xgb-lgbm-forest', 'plain', 'strings-3', voting(xgb(n_estimators=4), lgbm(n_estimators=4), forest()))
case('voting-regressor-xgb-lgbm', 'plain', 'number', voting_regressor(xgb_regressor(), lgbm_regressor()))

# What only LightGBM has
case('lgbm-strings', 'plain', 'strings-3', lgbm(n_estimators=4))
case('lgbm-categories', 'customers-typed', 'binary', lgbm(cat_smooth=1, min_data_per_group=5))
case('lgbm-categories-file', 'customers-typed', 'binary', lgbm(cat_smooth=1, min_data_per_group=5),
     container=('lightgbm-text', 0))
case('lgbm-categories-3', 'customers-typed', 'strings-3', lgbm(cat_smooth=1, min_data_per_group=5, n_estimators=4))
case('lgbm-calibrated-categories', 'customers-typed', 'binary', calibrated(lgbm(cat_smooth=1, min_data_per_group=5)))
case('lgbm-forest', 'plain', 'binary', lgbm(boosting_type='rf', subsample_freq=1, subsample=0.6))
case('lgbm-dart', 'plain', 'number', lgbm_regressor(boosting_type='dart'))
case('lgbm-prediction-parameters', 'plain', 'number', lgbm_regressor(predict_disable_shape_check=True))
case('lgbm-balanced', 'plain', 'rare', lgbm(class_weight='balanced'))

# imbalanced-learn
case('sampled-forest', 'plain', 'rare', E('SamplingPipeline', steps=[
    ('scaler', E('StandardScaler')), ('sampler', E('SMOTE')), ('model', forest())]))
case('sampled-columns', 'customers', 'binary', E('SamplingPipeline', steps=[
    ('columns', columns(SCALED, ('texts', one_hot(handle_unknown='ignore'), TEXTS))),
    ('sampler', E('RandomUnderSampler')), ('model', gb())]))
case('balanced-forest', 'plain', 'rare', E(
    'BalancedRandomForestClassifier', n_estimators=7, max_depth=5, sampling_strategy='all', replacement=True,
    bootstrap=False))
