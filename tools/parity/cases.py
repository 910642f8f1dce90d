"""The table of parity cases: estimator x options, as data. `grep "'hgb-" cases.py` lists a family.

case(name, data, target, model, ...): `data` and `target` are names of data.py. `since` and `until` are for what the
signatures of a scikit-learn do not tell; classes and parameters that it lacks are found out.
"""
import numpy as np
from scipy import stats
from sklearn.model_selection import KFold

from spec import E, Fitted, N, Since, Until


class Case:
    def __init__(self, name, data, target, model, weights=None, since=None, until=None, container=None,
                 stored_n_jobs=None, label_encoder=False, train_rows=250, stopped=False, changed=None, needs=None):
        """
        weights: name in data.py's WEIGHTS of the sample weights given to fit.
        container: (writer, protocol) instead of the turn's.
        stored_n_jobs: n_jobs that the file says; the answers are always those of one job.
        label_encoder: the target goes through a LabelEncoder, and the file is a dict of both (see make_cases.py).
        train_rows: how many rows the model is trained on.
        stopped: a booster that stops early, by the last third of the rows.
        changed: parameters that are set after the fit.
        needs: {package: least version}, of others than scikit-learn.
        """
        self.name = name
        self.data = data
        self.target = target
        self.model = model
        self.weights = weights
        self.since = since
        self.until = until
        self.container = container
        self.stored_n_jobs = stored_n_jobs
        self.label_encoder = label_encoder
        self.train_rows = train_rows
        self.stopped = stopped
        self.changed = changed
        self.needs = needs or {}


CASES = []


def case(name, *args, **options):
    CASES.append(Case(name, *args, **options))


def tree(**params):
    return E('DecisionTreeClassifier', **{'max_depth': 6, **params})


def tree_regressor(**params):
    return E('DecisionTreeRegressor', **{'max_depth': 6, **params})


def forest(**params):
    return E('RandomForestClassifier', **{'n_estimators': 7, 'max_depth': 6, **params})


def forest_regressor(**params):
    return E('RandomForestRegressor', **{'n_estimators': 7, 'max_depth': 6, **params})


def extra(**params):
    return E('ExtraTreesClassifier', **{'n_estimators': 7, 'max_depth': 6, **params})


def gb(**params):
    return E('GradientBoostingClassifier', **{'n_estimators': 8, 'max_depth': 3, **params})


def gb_regressor(**params):
    return E('GradientBoostingRegressor', **{'n_estimators': 10, 'max_depth': 3, **params})


def hgb(**params):
    return E('HistGradientBoostingClassifier', **{'max_iter': 8, 'max_leaf_nodes': 12, 'min_samples_leaf': 8, **params})


def hgb_regressor(**params):
    return E('HistGradientBoostingRegressor', **{'max_iter': 8, 'max_leaf_nodes': 12, 'min_samples_leaf': 8, **params})


def isolation(**params):
    return E('IsolationForest', **{'n_estimators': 10, 'max_samples': 64, **params})


def pipe(*steps):
    names = ['step%d' % i for i in range(len(steps) - 1)] + ['model']
    return E('Pipeline', steps=list(zip(names, steps)))


def columns(*transformers, **params):
    return E('ColumnTransformer', transformers=[tuple(entry) for entry in transformers], **params)


# Single trees
case('dt-classifier-binary', 'plain', 'binary', tree(max_depth=None))
case('dt-classifier-3-string-classes', 'plain', 'strings-3', tree(max_depth=None))
case('dt-classifier-bool-classes-entropy', 'named', 'bool', tree(criterion='entropy'))
case('dt-classifier-log-loss-object-classes', 'plain', 'objects-3', tree(criterion='log_loss'))
case('dt-classifier-weighted-12-classes', 'plain', 'classes-12', tree(max_depth=8), weights='uniform')
case('dt-classifier-max-leaf-nodes', 'plain', 'ints-3', tree(max_leaf_nodes=17, max_depth=None))
case('dt-classifier-pruned', 'plain', 'floats-3', tree(ccp_alpha=0.01, max_depth=None))
case('dt-classifier-random-splitter', 'named', 'binary', tree(splitter='random'))
case('dt-classifier-single-class', 'plain', 'single', tree())
case('dt-classifier-multi-output-ints', 'plain', 'outputs-ints', tree(), weights='uniform')
case('dt-classifier-multi-output-strings', 'named', 'outputs-strings', tree())
case('dt-classifier-missing', 'plain-missing', 'strings-3', tree(max_depth=8))
case('dt-classifier-monotonic', 'plain', 'binary', tree(monotonic_cst=[1, 0, -1, 0, 0, 0]))
case('dt-classifier-zero-weights', 'plain', 'ints-3', tree(class_weight={-3: 0, 0: 1, 12: 2}))
case('dt-regressor-squared-error', 'plain', 'number', tree_regressor(max_depth=9))
case('dt-regressor-absolute-error', 'named', 'number', tree_regressor(criterion='absolute_error'))
case('dt-regressor-friedman', 'plain', 'number', tree_regressor(criterion='friedman_mse'))
case('dt-regressor-poisson', 'plain', 'count', tree_regressor(criterion='poisson'))
case('dt-regressor-single-leaf', 'plain', 'constant', tree_regressor())
case('dt-regressor-multi-output', 'plain', 'outputs-numbers', tree_regressor(max_leaf_nodes=20))
case('dt-regressor-missing', 'named-missing', 'number', tree_regressor())
case('extra-tree-classifier', 'plain', 'strings-3', E('ExtraTreeClassifier', max_depth=7))
case('extra-tree-classifier-missing', 'plain-missing', 'binary', E('ExtraTreeClassifier', max_depth=7))
case('extra-tree-regressor', 'named', 'number', E('ExtraTreeRegressor', max_depth=7), weights='counts')
case('extra-tree-regressor-multi-output', 'plain', 'outputs-numbers', E('ExtraTreeRegressor', max_depth=5))

# Forests
case('rf-classifier-binary', 'plain', 'binary', forest())
case('rf-classifier-37-trees', 'named', 'binary', forest(n_estimators=37, max_depth=4))
case('rf-classifier-3-string-classes-balanced', 'named', 'strings-3', forest(class_weight='balanced'))
case('rf-classifier-balanced-subsample', 'plain', 'ints-3', forest(class_weight='balanced_subsample'))
case('rf-classifier-weighted-12-classes', 'plain', 'classes-12', forest(max_depth=8), weights='uniform')
case('rf-classifier-10-string-classes', 'named', 'classes-10', forest(max_depth=8))
case('rf-classifier-ties', 'plain', 'binary', forest(n_estimators=10, max_depth=1, max_features=None))
case('rf-classifier-ties-pure-leaves', 'plain', 'ints-3', forest(n_estimators=4, max_depth=None))
case('rf-classifier-bool-classes', 'plain', 'bool', forest())
case('rf-classifier-float-classes', 'plain', 'floats-3', forest())
case('rf-classifier-object-classes', 'named', 'objects-3', forest())
case('rf-classifier-single-class', 'named', 'single', forest(n_estimators=3))
case('rf-classifier-max-leaf-nodes', 'plain', 'strings-3', forest(max_leaf_nodes=15, max_depth=None))
case('rf-classifier-entropy-no-bootstrap', 'plain', 'binary', forest(criterion='entropy', bootstrap=False))
case('rf-classifier-oob-max-samples', 'plain', 'binary', forest(max_samples=0.4, oob_score=True, n_estimators=15))
case('rf-classifier-stored-n-jobs', 'plain', 'strings-3', forest(), stored_n_jobs=-1)
case('rf-classifier-multi-output-ints', 'plain', 'outputs-ints', forest(), weights='counts')
case('rf-classifier-multi-output-strings', 'named', 'outputs-strings', forest())
case('rf-classifier-missing', 'plain-missing', 'strings-3', forest())
case('rf-classifier-missing-named-12-classes', 'named-missing', 'classes-12', forest(max_depth=8))
case('rf-classifier-monotonic', 'plain', 'binary', forest(monotonic_cst=[1, 0, 0, -1, 0, 0]))
case('rf-classifier-big-endian-pickle', 'plain', 'strings-3', forest(), container=('pickle-big-endian', 4))
case('rf-classifier-big-endian-joblib', 'named', 'strings-3', forest(), container=('joblib-big-endian', 3))
case('rf-classifier-32-bit', 'plain', 'ints-3', forest(), container=('pickle-32-bit', 2))
case('rf-classifier-half-missing', 'half-missing', 'ints-3', forest())
case('rf-regressor', 'plain', 'number', forest_regressor())
case('rf-regressor-named-deep', 'named', 'number', forest_regressor(n_estimators=20, max_depth=None), train_rows=150)
case('rf-regressor-absolute-error', 'plain', 'number', forest_regressor(criterion='absolute_error'), train_rows=150)
case('rf-regressor-poisson', 'plain', 'count', forest_regressor(criterion='poisson'))
case('rf-regressor-no-bootstrap-weighted', 'plain', 'ties', forest_regressor(bootstrap=False), weights='uniform')
case('rf-regressor-multi-output', 'named', 'outputs-numbers', forest_regressor())
case('rf-regressor-missing', 'plain-missing', 'number', forest_regressor())
case('et-classifier-binary', 'plain', 'binary', extra())
case('et-classifier-weighted-12-classes', 'plain', 'classes-12', extra(max_depth=8), weights='uniform')
case('et-classifier-bootstrap-strings', 'named', 'strings-2', extra(bootstrap=True))
case('et-classifier-multi-output', 'plain', 'outputs-strings', extra())
case('et-classifier-missing', 'plain-missing', 'ints-3', extra())
case('et-regressor', 'plain', 'number', E('ExtraTreesRegressor', n_estimators=9, max_depth=7))
case('et-regressor-multi-output', 'named', 'outputs-numbers', E('ExtraTreesRegressor', n_estimators=5, max_depth=6))

# GradientBoosting
case('gb-classifier-binary', 'plain', 'binary', gb())
case('gb-classifier-binary-rare', 'named', 'rare', gb())
case('gb-classifier-binary-strings-init-zero', 'plain', 'strings-2', gb(init='zero'))
case('gb-classifier-exponential', 'plain', 'binary', gb(loss='exponential'))
case('gb-classifier-3-classes', 'named', 'strings-3', gb(n_estimators=5))
case('gb-classifier-3-classes-init-zero', 'plain', 'ints-3', gb(n_estimators=5, init='zero'))
case('gb-classifier-12-classes', 'plain', 'classes-12', gb(n_estimators=3))
case('gb-classifier-init-tree', 'plain', 'binary', gb(init=tree(max_depth=2)))
case('gb-classifier-3-classes-init-forest', 'plain', 'strings-3', gb(n_estimators=4, init=forest(n_estimators=3)))
case('gb-classifier-subsample-max-features', 'plain', 'bool', gb(subsample=0.6, max_features=3, learning_rate=0.31))
case('gb-classifier-early-stopping', 'plain', 'binary', gb(n_estimators=30, n_iter_no_change=2))
case('gb-classifier-tie', 'plain', 'alternating', gb(n_estimators=2, min_samples_leaf=200))
case('gb-regressor-squared-error', 'plain', 'number', gb_regressor())
case('gb-regressor-absolute-error', 'named', 'number', gb_regressor(loss='absolute_error'))
case('gb-regressor-huber', 'plain', 'number', gb_regressor(loss='huber', alpha=0.8))
case('gb-regressor-quantile', 'plain', 'number', gb_regressor(loss='quantile', alpha=0.9, learning_rate=0.07))
case('gb-regressor-init-zero-weighted', 'plain', 'number', gb_regressor(init='zero'), weights='uniform')
case('gb-regressor-init-tree', 'plain', 'number', gb_regressor(init=tree_regressor(max_depth=2)))
case('gb-regressor-max-leaf-nodes', 'named', 'number', gb_regressor(max_leaf_nodes=7, max_depth=None))

# HistGradientBoosting
case('hgb-classifier-binary', 'plain', 'binary', hgb())
case('hgb-classifier-binary-missing', 'plain-missing', 'strings-2', hgb())
case('hgb-classifier-3-string-classes', 'named', 'strings-3', hgb(max_iter=5))
case('hgb-classifier-12-classes', 'plain', 'classes-12', hgb(max_iter=3))
case('hgb-classifier-8-classes-or-more-named', 'named-missing', 'classes-10', hgb(max_iter=3))
case('hgb-classifier-categorical', 'codes', 'binary', hgb(categorical_features=[1, 2, 4]))
case('hgb-classifier-categorical-mask-missing', 'codes-missing', 'ints-3',
     hgb(categorical_features=np.array([False, True, True, False, True]), max_iter=5))
case('hgb-classifier-from-dtype', 'customers-typed', 'binary', hgb(categorical_features='from_dtype'), since='1.4')
case('hgb-classifier-categorical-names', 'customers-typed', 'strings-3',
     hgb(categorical_features=['plan', 'brand'], max_iter=5), since='1.4')
case('hgb-classifier-monotonic', 'plain', 'binary', hgb(monotonic_cst=[1, 0, -1, 0, 0, 0]))
case('hgb-classifier-interactions', 'plain', 'binary', hgb(interaction_cst=[{0, 1}, {2, 3, 4, 5}]))
case('hgb-classifier-balanced', 'plain', 'strings-3', hgb(class_weight='balanced', max_iter=4))
case('hgb-classifier-early-stopping', 'named', 'bool', hgb(early_stopping=True, max_iter=30, n_iter_no_change=3))
case('hgb-classifier-few-bins', 'plain', 'binary', hgb(max_bins=5, max_features=Since('1.4', 0.5)))
case('hgb-classifier-half-missing', 'half-missing', 'binary', hgb())
case('hgb-classifier-tie', 'plain', 'alternating', hgb(max_iter=2, min_samples_leaf=200))
case('hgb-classifier-big-endian', 'codes-missing', 'ints-3', hgb(categorical_features=[1, 2], max_iter=3),
     container=('pickle-big-endian', 2))
case('hgb-classifier-big-endian-numbers', 'plain-missing', 'binary', hgb(), container=('pickle-big-endian', 4))
case('hgb-regressor-squared-error', 'plain', 'number', hgb_regressor())
case('hgb-regressor-absolute-error', 'named', 'number', hgb_regressor(loss='absolute_error'))
case('hgb-regressor-quantile', 'plain', 'number', hgb_regressor(loss='quantile', quantile=0.8))
case('hgb-regressor-poisson', 'plain', 'count', hgb_regressor(loss='poisson'))
case('hgb-regressor-gamma', 'named-missing', 'positive', hgb_regressor(loss='gamma'), since='1.3')
case('hgb-regressor-missing', 'plain-missing', 'number', hgb_regressor(max_iter=15))
case('hgb-regressor-half-missing', 'half-missing', 'number', hgb_regressor())
case('hgb-regressor-categorical-weighted', 'codes', 'number', hgb_regressor(categorical_features=[1, 2]),
     weights='uniform')

# IsolationForest
case('isolation-forest', 'plain', 'none', isolation())
case('isolation-forest-contamination', 'named', 'none', isolation(contamination=0.1))
case('isolation-forest-max-features', 'plain', 'none', isolation(max_features=3, contamination=0.2))
case('isolation-forest-bootstrap-auto-samples', 'plain', 'none', isolation(bootstrap=True, max_samples='auto'))
case('isolation-forest-one-sample', 'plain', 'none', isolation(max_samples=1, n_estimators=3))
case('isolation-forest-missing', 'plain-missing', 'none', isolation())
case('isolation-forest-scaled', 'named', 'none', pipe(E('StandardScaler'), isolation(contamination=0.05)))

# AdaBoost
case('ada-classifier-samme', 'plain', 'binary', E(
    'AdaBoostClassifier', n_estimators=9, algorithm=Until('1.5', 'SAMME')))
case('ada-classifier-samme-3-classes', 'named', 'strings-3', E(
    'AdaBoostClassifier', estimator=tree(max_depth=2), n_estimators=9, algorithm=Until('1.5', 'SAMME')))
case('ada-classifier-samme-10-classes', 'plain', 'classes-10', E(
    'AdaBoostClassifier', estimator=tree(max_depth=4), n_estimators=12, learning_rate=0.7,
    algorithm=Until('1.5', 'SAMME')))
case('ada-classifier-samme-over-forest', 'plain', 'ints-3', E(
    'AdaBoostClassifier', estimator=forest(n_estimators=3, max_depth=2), n_estimators=4,
    algorithm=Until('1.5', 'SAMME')))
case('ada-classifier-samme-r', 'plain', 'binary', E('AdaBoostClassifier', n_estimators=9, algorithm='SAMME.R'),
     until='1.5')
case('ada-classifier-samme-r-3-classes', 'named', 'strings-3', E(
    'AdaBoostClassifier', estimator=tree(max_depth=3), n_estimators=7, algorithm='SAMME.R'), until='1.5')
case('ada-classifier-samme-r-10-classes', 'plain', 'classes-10', E(
    'AdaBoostClassifier', estimator=tree(max_depth=3), n_estimators=7, algorithm='SAMME.R'), until='1.5')
case('ada-regressor-linear', 'plain', 'number', E('AdaBoostRegressor', n_estimators=9))
case('ada-regressor-square', 'named', 'number', E('AdaBoostRegressor', n_estimators=7, loss='square'))
case('ada-regressor-exponential-trees', 'plain', 'number', E(
    'AdaBoostRegressor', estimator=tree_regressor(max_depth=5), n_estimators=8, loss='exponential', learning_rate=0.5))

# Bagging
case('bagging-classifier', 'plain', 'strings-3', E('BaggingClassifier', n_estimators=9, estimator=tree()))
case('bagging-classifier-default-tree', 'named', 'binary', E('BaggingClassifier', n_estimators=6), train_rows=150)
case('bagging-classifier-subset-features', 'plain', 'ints-3', E(
    'BaggingClassifier', estimator=tree(), n_estimators=9, max_features=0.5, bootstrap_features=True))
case('bagging-classifier-absent-classes', 'plain', 'classes-12', E(
    'BaggingClassifier', estimator=tree(), n_estimators=9, max_samples=12))
case('bagging-classifier-over-forests', 'named', 'strings-3', E(
    'BaggingClassifier', estimator=forest(n_estimators=3, max_depth=4), n_estimators=4, max_features=4))
case('bagging-classifier-over-hgb', 'plain-missing', 'binary', E(
    'BaggingClassifier', estimator=hgb(max_iter=4), n_estimators=3))
case('bagging-regressor', 'plain', 'number', E('BaggingRegressor', n_estimators=9, estimator=tree_regressor()))
case('bagging-regressor-subset-features', 'named', 'number', E(
    'BaggingRegressor', estimator=E('ExtraTreeRegressor', max_depth=5), n_estimators=9, max_features=3))
case('bagging-regressor-over-forests', 'plain', 'number', E(
    'BaggingRegressor', estimator=forest_regressor(n_estimators=3), n_estimators=4, bootstrap=False, max_samples=0.5))

# CalibratedClassifierCV
case('calibrated-sigmoid', 'plain', 'binary', E('CalibratedClassifierCV', estimator=forest(n_estimators=5), cv=3))
case('calibrated-isotonic', 'named', 'strings-2', E(
    'CalibratedClassifierCV', estimator=forest(n_estimators=5), method='isotonic', cv=3))
case('calibrated-sigmoid-3-classes', 'plain', 'strings-3', E(
    'CalibratedClassifierCV', estimator=forest(n_estimators=5), cv=2))
case('calibrated-isotonic-3-classes', 'plain', 'ints-3', E(
    'CalibratedClassifierCV', estimator=extra(n_estimators=5), method='isotonic', cv=2))
case('calibrated-isotonic-12-classes', 'plain', 'classes-12', E(
    'CalibratedClassifierCV', estimator=tree(), method='isotonic', cv=2))
case('calibrated-sigmoid-gb', 'plain', 'binary', E('CalibratedClassifierCV', estimator=gb(), cv=2))
case('calibrated-isotonic-gb-3-classes', 'plain', 'strings-3', E(
    'CalibratedClassifierCV', estimator=gb(n_estimators=4), method='isotonic', cv=2))
case('calibrated-sigmoid-hgb-missing', 'plain-missing', 'bool', E('CalibratedClassifierCV', estimator=hgb(), cv=2))
case('calibrated-one-calibrator', 'plain', 'binary', E(
    'CalibratedClassifierCV', estimator=forest(n_estimators=5), cv=3, ensemble=False))
case('calibrated-prefit', 'plain', 'binary', E(
    'CalibratedClassifierCV', estimator=Fitted(forest(n_estimators=5)), cv='prefit'), until='1.7')
case('calibrated-frozen-isotonic', 'named', 'strings-3', E(
    'CalibratedClassifierCV', estimator=Fitted(forest(n_estimators=5), frozen=True), method='isotonic'))
case('calibrated-temperature', 'plain', 'strings-3', E(
    'CalibratedClassifierCV', estimator=forest(n_estimators=5), method='temperature', cv=2), since='1.8')
case('calibrated-over-pipeline', 'named', 'binary', E(
    'CalibratedClassifierCV', estimator=pipe(E('StandardScaler'), forest(n_estimators=5)), cv=2))

# Voting
VOTERS = [('forest', forest(n_estimators=3)), ('gb', gb(n_estimators=4)), ('tree', tree(max_depth=4))]
TREE_VOTERS = [('forest', forest(n_estimators=3)), ('extra', extra(n_estimators=3)), ('tree', tree(max_depth=4))]
case('voting-classifier-soft', 'plain', 'strings-3', E('VotingClassifier', estimators=TREE_VOTERS, voting='soft'))
case('voting-classifier-soft-weights-gb', 'named', 'binary', E(
    'VotingClassifier', estimators=VOTERS, voting='soft', weights=[0.3, 1.1, 2]))
case('voting-classifier-hard', 'plain', 'strings-3', E('VotingClassifier', estimators=TREE_VOTERS, voting='hard'))
case('voting-classifier-hard-weights', 'plain', 'ints-3', E(
    'VotingClassifier', estimators=TREE_VOTERS, voting='hard', weights=[1, 1, 2]))
case('voting-classifier-dropped-soft', 'plain', 'classes-10', E(
    'VotingClassifier', estimators=TREE_VOTERS + [('gone', 'drop')], voting='soft', weights=[2, 1, 1, 5]))
case('voting-classifier-over-pipelines', 'named-missing', 'bool', E('VotingClassifier', voting='soft', estimators=[
    ('median', pipe(E('SimpleImputer', strategy='median'), forest(n_estimators=3))), ('hgb', hgb(max_iter=4))]))
REGRESSORS = [('forest', forest_regressor(n_estimators=3)), ('gb', gb_regressor(n_estimators=5)),
              ('tree', tree_regressor())]
case('voting-regressor', 'plain', 'number', E('VotingRegressor', estimators=REGRESSORS))
case('voting-regressor-weights', 'named', 'number', E(
    'VotingRegressor', estimators=REGRESSORS, weights=[0.2, 0.5, 1.7]))
case('voting-regressor-10-trees', 'plain', 'number', E('VotingRegressor', estimators=[
    ('tree%d' % i, tree_regressor(max_depth=3, max_features=2, random_state=i)) for i in range(10)]))

# Scalers and other steps on numbers, in a pipeline
case('pipe-standard-scaler', 'plain', 'binary', pipe(E('StandardScaler'), forest()))
case('pipe-standard-scaler-no-mean', 'named', 'ints-3', pipe(E('StandardScaler', with_mean=False), forest()))
case('pipe-standard-scaler-no-std', 'plain', 'number', pipe(E('StandardScaler', with_std=False), forest_regressor()))
case('pipe-standard-scaler-missing-hgb', 'named-missing', 'binary', pipe(E('StandardScaler'), hgb()))
case('pipe-min-max-scaler', 'plain', 'binary', pipe(E('MinMaxScaler'), forest()))
case('pipe-min-max-scaler-clip', 'named', 'strings-3', pipe(
    E('MinMaxScaler', feature_range=(-2, 3), clip=True), forest()))
case('pipe-max-abs-scaler', 'plain', 'binary', pipe(E('MaxAbsScaler'), extra()))
case('pipe-max-abs-scaler-clip', 'plain', 'binary', pipe(E('MaxAbsScaler', clip=True), forest()))
case('pipe-robust-scaler', 'named', 'number', pipe(E('RobustScaler'), gb_regressor()))
case('pipe-robust-scaler-unit-variance', 'plain', 'binary', pipe(
    E('RobustScaler', with_centering=False, quantile_range=(10, 80), unit_variance=True), forest()))
case('pipe-normalizer-l2', 'positive', 'binary', pipe(E('Normalizer'), forest()))
case('pipe-normalizer-l1', 'plain', 'binary', pipe(E('Normalizer', norm='l1'), forest()))
case('pipe-normalizer-max', 'plain', 'strings-3', pipe(E('Normalizer', norm='max'), forest()))
case('pipe-binarizer', 'plain', 'binary', pipe(E('Binarizer', threshold=0.25), forest()))
case('pipe-k-bins-one-hot', 'plain', 'strings-3', pipe(E(
    'KBinsDiscretizer', n_bins=4, encode='onehot', quantile_method=Since('1.7', 'averaged_inverted_cdf')), forest()))
case('pipe-k-bins-ordinal-uniform', 'named', 'binary', pipe(E(
    'KBinsDiscretizer', n_bins=[3, 4, 5, 6, 7, 8], encode='ordinal', strategy='uniform'), forest()))
case('pipe-k-bins-dense-kmeans', 'positive', 'number', pipe(E(
    'KBinsDiscretizer', n_bins=5, encode='onehot-dense', strategy='kmeans'), forest_regressor()))
case('pipe-polynomial-3', 'positive', 'binary', pipe(E('PolynomialFeatures', degree=3), forest()))
case('pipe-polynomial-interactions', 'plain', 'number', pipe(E(
    'PolynomialFeatures', interaction_only=True, include_bias=False), forest_regressor()))
case('pipe-polynomial-degrees-2-to-4', 'positive', 'strings-3', pipe(E('PolynomialFeatures', degree=(2, 4)), forest()))
case('pipe-power-yeo-johnson', 'positive', 'binary', pipe(E('PowerTransformer'), forest()))
case('pipe-power-box-cox', 'positive', 'strings-3', pipe(
    E('PowerTransformer', method='box-cox', standardize=False), forest()))
case('pipe-quantile-uniform', 'plain', 'binary', pipe(E('QuantileTransformer', n_quantiles=50), forest()))
case('pipe-quantile-normal', 'positive', 'number', pipe(E(
    'QuantileTransformer', n_quantiles=40, output_distribution='normal'), forest_regressor()))
case('pipe-variance-threshold', 'plain-with-constant', 'binary', pipe(E('VarianceThreshold', threshold=0.0), forest()))
case('pipe-select-from-model', 'named', 'strings-3', pipe(E(
    'SelectFromModel', estimator=forest(n_estimators=3)), forest()))
case('pipe-select-from-model-max-features', 'plain', 'number', pipe(E(
    'SelectFromModel', estimator=forest_regressor(n_estimators=3), threshold=-np.inf, max_features=2),
    gb_regressor()))
case('pipe-select-k-best', 'plain', 'binary', pipe(E(
    'SelectKBest', score_func=N('f_classif', 'sklearn.feature_selection'), k=3), forest()))
case('pipe-select-percentile', 'named', 'number', pipe(E(
    'SelectPercentile', score_func=N('f_regression', 'sklearn.feature_selection'), percentile=50), forest_regressor()))
case('pipe-function-identity', 'plain', 'binary', pipe(E('FunctionTransformer'), forest()))
case('pipe-function-log1p', 'positive', 'binary', pipe(E('FunctionTransformer', func=N('log1p')), forest()))
case('pipe-function-sqrt', 'positive', 'strings-3', pipe(
    E('FunctionTransformer', func=N('sqrt'), validate=True), forest()))
case('pipe-function-abs-floor', 'plain', 'number', pipe(
    E('FunctionTransformer', func=N('absolute')), E('FunctionTransformer', func=N('floor')), forest_regressor()))
case('pipe-passthrough-steps', 'plain', 'binary', pipe('passthrough', E('StandardScaler'), None, forest()))
case('pipe-pandas-output', 'named', 'binary', pipe(E('StandardScaler', set_output='pandas'), forest()))
case('pipe-nested', 'named-missing', 'binary', pipe(
    pipe(E('SimpleImputer'), E('StandardScaler')), E('MinMaxScaler'), forest()))
case('pipe-big-endian', 'named-missing', 'strings-3', pipe(E('SimpleImputer'), E('RobustScaler'), forest()),
     container=('pickle-big-endian', 5))
case('pipe-feature-union', 'plain', 'binary', pipe(E('FeatureUnion', transformer_list=[
    ('scaled', E('StandardScaler')), ('bins', E('KBinsDiscretizer', n_bins=3, encode='ordinal')), ('gone', 'drop'),
    ('as-is', 'passthrough')], transformer_weights={'scaled': 2.5, 'bins': 0.1}), forest()))

# SimpleImputer
case('pipe-imputer-mean', 'plain-missing', 'binary', pipe(E('SimpleImputer'), forest()))
case('pipe-imputer-median-indicator', 'named-missing', 'strings-3', pipe(
    E('SimpleImputer', strategy='median', add_indicator=True), forest()))
case('pipe-imputer-most-frequent', 'plain-missing', 'number', pipe(
    E('SimpleImputer', strategy='most_frequent'), gb_regressor()))
case('pipe-imputer-constant', 'named-missing', 'binary', pipe(
    E('SimpleImputer', strategy='constant', fill_value=-1.5, add_indicator=True), forest()))
case('pipe-imputer-marker', 'minus-one-missing', 'binary', pipe(E('SimpleImputer', missing_values=-1), forest()))
case('pipe-imputer-empty-column', 'plain-empty-column', 'binary', pipe(E('SimpleImputer'), forest()))
case('pipe-imputer-empty-column-kept', 'plain-empty-column', 'strings-3', pipe(
    E('SimpleImputer', strategy='median', keep_empty_features=True, add_indicator=True), forest()))
case('pipe-union-imputer-indicator', 'plain-missing', 'ints-3', pipe(E('FeatureUnion', transformer_list=[
    ('values', E('SimpleImputer', strategy='median')), ('missing', E('MissingIndicator'))]), forest()))

# ColumnTransformer and the encoders
NUMBERS = ['age', 'income', 'usage']
TEXTS = ['plan', 'brand', 'city']
SCALED = ('numbers', E('StandardScaler'), NUMBERS)


def one_hot(**params):
    return E('OneHotEncoder', **params)


def ordinal(**params):
    return E('OrdinalEncoder', **params)


case('columns-one-hot-ignore', 'customers', 'strings-3', pipe(
    columns(SCALED, ('texts', one_hot(handle_unknown='ignore'), TEXTS)), forest()))
case('columns-one-hot-error-dense', 'customers', 'binary', pipe(
    columns(SCALED, ('texts', one_hot(sparse_output=False), TEXTS), sparse_threshold=0), forest()))
case('columns-one-hot-drop-first', 'customers', 'number', pipe(
    columns(SCALED, ('texts', one_hot(drop='first', handle_unknown='ignore'), TEXTS)), forest_regressor()))
case('columns-one-hot-drop-if-binary', 'customers', 'binary', pipe(
    columns(('texts', one_hot(drop='if_binary'), ['plan', 'active']), SCALED), forest()))
case('columns-one-hot-infrequent', 'customers', 'strings-3', pipe(
    columns(SCALED, ('texts', one_hot(handle_unknown='infrequent_if_exist', min_frequency=30), ['brand', 'group'])),
    forest()))
case('columns-one-hot-infrequent-drop-first', 'customers', 'binary', pipe(
    columns(('texts', one_hot(handle_unknown='infrequent_if_exist', max_categories=4, drop='first'),
             ['brand', 'group', 'plan']), SCALED), forest()))
case('columns-one-hot-infrequent-drop-named', 'customers', 'binary', pipe(
    columns(('texts', one_hot(handle_unknown='ignore', min_frequency=0.1, drop=['Apple', 'b']), ['brand', 'group']),
            SCALED), forest()))
case('columns-one-hot-warn', 'customers', 'binary', pipe(
    columns(SCALED, ('texts', one_hot(handle_unknown='warn', min_frequency=30), ['brand', 'group'])), forest()),
     since='1.6')
case('columns-one-hot-missing', 'customers-nan', 'binary', pipe(
    columns(('texts', one_hot(handle_unknown='ignore'), ['brand', 'city', 'rating']),
            ('numbers', E('SimpleImputer', strategy='median'), NUMBERS)), forest()))
case('columns-one-hot-none', 'customers-missing', 'strings-3', pipe(
    columns(('texts', one_hot(handle_unknown='ignore'), ['brand', 'city', 'plan'])), forest()))
case('columns-one-hot-given-categories', 'customers', 'binary', pipe(columns(
    ('texts', one_hot(categories=[['Postpaid', 'Prepaid', 'Hybrid', 'Other']], handle_unknown='ignore'), ['plan']),
    ('ratings', ordinal(categories=[[1, 2, 3, 4, 5]]), ['rating']), SCALED), forest()))
case('columns-one-hot-integers', 'customers', 'binary', pipe(
    columns(('ratings', one_hot(handle_unknown='ignore'), ['rating']), SCALED), forest()))
case('columns-ordinal-error', 'customers', 'number', pipe(
    columns(('texts', ordinal(), TEXTS), remainder='drop'), forest_regressor()))
case('columns-ordinal-unknown-value', 'customers', 'strings-3', pipe(
    columns(('texts', ordinal(handle_unknown='use_encoded_value', unknown_value=-1), TEXTS), SCALED), forest()))
case('columns-ordinal-unknown-nan-hgb', 'customers-missing', 'binary', pipe(columns(
    ('texts', ordinal(handle_unknown='use_encoded_value', unknown_value=np.nan), TEXTS),
    ('numbers', 'passthrough', NUMBERS)), hgb(categorical_features=[0, 1, 2])))
case('columns-ordinal-missing-value', 'customers-nan', 'binary', pipe(columns(
    ('texts', ordinal(handle_unknown='use_encoded_value', unknown_value=-1, encoded_missing_value=-2), TEXTS),
    ('numbers', E('SimpleImputer', add_indicator=True), NUMBERS)), forest()))
case('columns-ordinal-infrequent', 'customers', 'strings-3', pipe(columns(
    ('texts', ordinal(handle_unknown='use_encoded_value', unknown_value=-1, min_frequency=30), ['brand', 'group']),
    SCALED), forest()))
case('columns-ordinal-infrequent-missing', 'customers-nan', 'binary', pipe(columns(
    ('texts', ordinal(handle_unknown='use_encoded_value', unknown_value=-1, encoded_missing_value=-3,
                      max_categories=4), TEXTS)), forest()))
case('columns-impute-texts-one-hot', 'customers-nan', 'strings-3', pipe(columns(
    ('texts', pipe(E('SimpleImputer', strategy='most_frequent'), one_hot(handle_unknown='ignore')), TEXTS),
    ('numbers', pipe(E('SimpleImputer', strategy='median'), E('StandardScaler')), NUMBERS)), forest()))
case('columns-impute-texts-constant', 'customers-nan', 'binary', pipe(columns(
    ('texts', pipe(E('SimpleImputer', strategy='constant', fill_value='?'), one_hot(handle_unknown='ignore')), TEXTS),
    ('numbers', E('SimpleImputer'), NUMBERS)), gb()))
case('columns-impute-none', 'customers-missing', 'binary', pipe(columns(
    ('texts', pipe(E('SimpleImputer', missing_values=None, strategy='constant', fill_value='none'), ordinal(
        handle_unknown='use_encoded_value', unknown_value=-1)), ['brand']),
    ('numbers', E('SimpleImputer', strategy='mean'), NUMBERS)), forest()))
case('columns-remainder-passthrough', 'customers', 'binary', pipe(columns(
    ('texts', ordinal(handle_unknown='use_encoded_value', unknown_value=-1), TEXTS + ['group']),
    remainder='passthrough'), forest()))
case('columns-remainder-scaled', 'customers', 'binary', pipe(columns(
    ('texts', one_hot(handle_unknown='ignore'), TEXTS + ['group']), remainder=E('MinMaxScaler')), forest()))
case('columns-positions', 'plain', 'binary', pipe(columns(
    ('a', E('StandardScaler'), [0, -1]), ('b', E('MinMaxScaler'), [3]), remainder='passthrough'), forest()))
case('columns-slices-masks', 'plain', 'strings-3', pipe(columns(
    ('slice', E('RobustScaler'), slice(1, 4)), ('mask', E('MinMaxScaler'), [True, False, False, False, True, True]),
    ('array', 'passthrough', np.array([5, 0]))), forest()))
case('columns-name-slices', 'customers', 'number', pipe(columns(
    ('numbers', E('StandardScaler'), slice('age', 'usage')), ('rest', 'drop', slice('plan', 'active')),
    ('mask', 'passthrough', [False] * 7 + [True, False])), forest_regressor()))
case('columns-selectors', 'customers-missing', 'binary', pipe(columns(
    ('numbers', E('SimpleImputer'), E('make_column_selector', dtype_include=np.number)),
    ('texts', one_hot(handle_unknown='ignore'), E('make_column_selector', dtype_include=object))), forest()))
case('columns-empty-selection', 'customers-nan', 'binary', pipe(columns(
    ('none', E('SimpleImputer'), []), ('mask', one_hot(), [False] * 9), ('numbers', E('SimpleImputer'), NUMBERS),
    transformer_weights={'numbers': 0.3}), forest()))
case('columns-weights-log', 'customers', 'binary', pipe(columns(
    ('log', pipe(E('FunctionTransformer', func=N('log1p')), E('StandardScaler')), ['income', 'usage']),
    ('texts', one_hot(handle_unknown='ignore', min_frequency=5), TEXTS),
    transformer_weights={'log': 1.7, 'texts': 0.5}), forest()))
case('columns-inferred-texts', 'customers-inferred', 'binary', pipe(
    columns(SCALED, ('texts', one_hot(handle_unknown='ignore'), TEXTS)), forest()))
case('columns-in-feature-union', 'customers', 'strings-3', pipe(E('FeatureUnion', transformer_list=[
    ('left', columns(SCALED)), ('right', columns(('texts', one_hot(handle_unknown='ignore'), TEXTS)))]), forest()))
case('columns-calibrated-hgb', 'customers-nan', 'strings-2', E('CalibratedClassifierCV', cv=2, estimator=pipe(columns(
    ('texts', ordinal(handle_unknown='use_encoded_value', unknown_value=-1), TEXTS),
    ('numbers', 'passthrough', NUMBERS)), hgb(max_iter=4))))
case('columns-grid-search', 'customers', 'binary', E('GridSearchCV', cv=2, param_grid={'model__max_depth': [2, 4]},
     estimator=pipe(columns(SCALED, ('texts', one_hot(handle_unknown='ignore'), TEXTS)), forest(n_estimators=4))))

# A target that went through a LabelEncoder
case('label-encoder-strings', 'plain', 'strings-3', forest(), label_encoder=True)
case('label-encoder-columns', 'customers', 'classes-10', pipe(
    columns(SCALED, ('texts', one_hot(handle_unknown='ignore'), TEXTS)), forest()), label_encoder=True)

# Searches, which answer as the best of their models does
case('search-random-distributions', 'named', 'strings-3', E(
    'RandomizedSearchCV', estimator=forest(n_estimators=4), cv=2, n_iter=3, scoring='f1_macro', random_state=1,
    param_distributions={'max_depth': stats.randint(2, 6), 'ccp_alpha': stats.loguniform(1e-5, 1e-3)}))
case('search-halving', 'plain', 'binary', E(
    'HalvingGridSearchCV', estimator=gb(n_estimators=4), cv=2, param_grid={'max_depth': [2, 3]}))
case('search-several-scores', 'plain', 'number', E(
    'GridSearchCV', estimator=forest_regressor(n_estimators=4), cv=KFold(2), param_grid={'max_depth': [2, 4]},
    scoring=['r2', 'neg_mean_absolute_error'], refit='r2'))
case('search-as-last-step', 'named-missing', 'binary', pipe(E('SimpleImputer'), E(
    'GridSearchCV', estimator=hgb(max_iter=3), cv=2, param_grid={'max_leaf_nodes': [4, 8]})))
case('search-in-voting', 'plain', 'strings-3', E('VotingClassifier', voting='soft', estimators=[
    ('search', E('GridSearchCV', cv=2, param_grid={'model__max_depth': [2, 3]},
                 estimator=pipe(E('StandardScaler'), forest(n_estimators=3)))), ('tree', tree(max_depth=3))]))

# HistGradientBoosting stopped by a score of one's own choice
case('hgb-classifier-scorer', 'plain', 'strings-3', hgb(
    early_stopping=True, scoring='accuracy', max_iter=20, n_iter_no_change=2))
case('hgb-regressor-scorer', 'named-missing', 'number', hgb_regressor(
    early_stopping=True, scoring='neg_mean_absolute_error', max_iter=20))

# GradientBoosting that starts at another model
case('gb-classifier-init-uniform', 'plain', 'binary', gb(init=E('DummyClassifier', strategy='uniform')))
case('gb-classifier-3-classes-init-most-frequent', 'named', 'strings-3', gb(
    n_estimators=4, init=E('DummyClassifier', strategy='most_frequent')))
case('gb-classifier-exponential-init-forest', 'plain', 'strings-2', gb(
    loss='exponential', init=forest(n_estimators=3, max_depth=3)))
case('gb-classifier-12-classes-init-forest', 'plain', 'classes-12', gb(n_estimators=2, init=forest(n_estimators=20)))
case('gb-regressor-init-median', 'plain', 'number', gb_regressor(init=E('DummyRegressor', strategy='median')))
case('gb-regressor-init-forest', 'named', 'number', gb_regressor(init=forest_regressor(n_estimators=6)))
case('gb-regressor-init-gb', 'plain', 'number', gb_regressor(init=gb_regressor(n_estimators=4)))

# Powers, before trees that are deep enough to notice a last bit
case('pipe-power-yeo-johnson-deep', 'plain', 'number', pipe(
    E('PowerTransformer'), forest_regressor(n_estimators=20, max_depth=None)))
case('pipe-power-box-cox-deep', 'positive', 'number', pipe(
    E('PowerTransformer', method='box-cox'), forest_regressor(n_estimators=20, max_depth=None)))
case('pipe-function-expm1', 'plain', 'binary', pipe(
    E('MinMaxScaler', feature_range=(-2, 3)), E('FunctionTransformer', func=N('expm1')), forest(max_depth=None)))

# Calibration of decision functions, and by temperature
ADA = E('AdaBoostClassifier', estimator=tree(max_depth=2), n_estimators=6, algorithm=Until('1.5', 'SAMME'))
case('calibrated-sigmoid-ada', 'plain', 'binary', E('CalibratedClassifierCV', estimator=ADA, cv=2))
case('calibrated-isotonic-ada-3-classes', 'named', 'strings-3', E(
    'CalibratedClassifierCV', estimator=ADA, method='isotonic', cv=2))
case('calibrated-sigmoid-ada-r-3-classes', 'plain', 'ints-3', E('CalibratedClassifierCV', cv=2, estimator=E(
    'AdaBoostClassifier', estimator=tree(max_depth=2), n_estimators=5, algorithm='SAMME.R')), until='1.5')
case('calibrated-sigmoid-gb-exponential', 'plain', 'binary', E(
    'CalibratedClassifierCV', estimator=gb(loss='exponential'), cv=2))
case('calibrated-sigmoid-gb-init', 'plain', 'binary', E(
    'CalibratedClassifierCV', estimator=gb(init=tree(max_depth=2)), cv=2))
case('calibrated-one-calibrator-hgb', 'named-missing', 'strings-3', E(
    'CalibratedClassifierCV', estimator=hgb(max_iter=4), cv=3, ensemble=False))
case('calibrated-search', 'plain', 'strings-2', E('CalibratedClassifierCV', cv=2, estimator=E(
    'GridSearchCV', estimator=gb(n_estimators=3), cv=2, param_grid={'max_depth': [1, 2]})))
for method_data, target in (('plain', 'binary'), ('named', 'strings-3')):
    for base_name, base in (('forest', forest(n_estimators=5)), ('gb', gb(n_estimators=4)), ('ada', ADA)):
        case('calibrated-temperature-%s-%s' % (base_name, target), method_data, target, E(
            'CalibratedClassifierCV', estimator=base, method='temperature', cv=2), since='1.8')

# AdaBoost, bagging and voting over more than trees
case('ada-classifier-over-extra-trees', 'named', 'binary', E(
    'AdaBoostClassifier', estimator=extra(n_estimators=3, max_depth=2), n_estimators=4, algorithm=Until('1.5', 'SAMME')))
case('ada-classifier-over-hgb', 'plain', 'strings-3', E(
    'AdaBoostClassifier', estimator=hgb(max_iter=2, max_leaf_nodes=4), n_estimators=3, algorithm=Until('1.5', 'SAMME')))
case('ada-classifier-samme-r-over-forest', 'plain', 'strings-3', E(
    'AdaBoostClassifier', estimator=forest(n_estimators=3, max_depth=2), n_estimators=4, algorithm='SAMME.R'),
     until='1.5')
case('ada-regressor-over-forest', 'plain', 'number', E(
    'AdaBoostRegressor', estimator=forest_regressor(n_estimators=3), n_estimators=5))
case('bagging-classifier-over-pipelines', 'named-missing', 'strings-3', E(
    'BaggingClassifier', estimator=pipe(E('SimpleImputer'), E('StandardScaler'), forest(n_estimators=3)), n_estimators=3,
    max_features=4))
case('bagging-regressor-over-pipelines', 'plain', 'number', E(
    'BaggingRegressor', estimator=pipe(E('RobustScaler'), gb_regressor(n_estimators=4)), n_estimators=3))
case('voting-classifier-hard-over-pipelines', 'plain', 'strings-3', E('VotingClassifier', estimators=[
    ('scaled', pipe(E('StandardScaler'), forest(n_estimators=3))), ('gb', gb(n_estimators=3)), ('ada', ADA)]))

# Flags
case('columns-booleans', 'customers', 'binary', pipe(columns(
    ('flags', one_hot(handle_unknown='ignore'), ['active']), ('codes', ordinal(), ['active', 'plan']), SCALED), forest()))
