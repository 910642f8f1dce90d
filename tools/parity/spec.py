"""Estimators as data: `E(class name, **parameters)`, and how a scikit-learn of any version builds one."""
import importlib
import inspect

import numpy as np
import sklearn
from sklearn.experimental import enable_halving_search_cv, enable_iterative_imputer  # noqa: F401

VERSION = tuple(int(part) for part in sklearn.__version__.split('.')[:2])

MODULES = {
    'tree': 'DecisionTreeClassifier DecisionTreeRegressor ExtraTreeClassifier ExtraTreeRegressor',
    'ensemble': 'RandomForestClassifier RandomForestRegressor ExtraTreesClassifier ExtraTreesRegressor '
                'GradientBoostingClassifier GradientBoostingRegressor HistGradientBoostingClassifier '
                'HistGradientBoostingRegressor IsolationForest AdaBoostClassifier AdaBoostRegressor BaggingClassifier '
                'BaggingRegressor VotingClassifier VotingRegressor StackingClassifier StackingRegressor '
                'RandomTreesEmbedding',
    'feature_extraction.text': 'CountVectorizer TfidfVectorizer HashingVectorizer',
    'calibration': 'CalibratedClassifierCV',
    'frozen': 'FrozenEstimator',
    'pipeline': 'Pipeline FeatureUnion',
    'compose': 'ColumnTransformer make_column_selector TransformedTargetRegressor',
    'impute': 'SimpleImputer MissingIndicator KNNImputer IterativeImputer',
    'preprocessing': 'StandardScaler MinMaxScaler MaxAbsScaler RobustScaler Normalizer OrdinalEncoder OneHotEncoder '
                     'LabelEncoder KBinsDiscretizer PolynomialFeatures Binarizer PowerTransformer QuantileTransformer '
                     'FunctionTransformer TargetEncoder SplineTransformer',
    'feature_selection': 'VarianceThreshold SelectFromModel SelectKBest SelectPercentile RFE RFECV',
    'model_selection': 'GridSearchCV HalvingGridSearchCV RandomizedSearchCV FixedThresholdClassifier '
                       'TunedThresholdClassifierCV',
    'multioutput': 'MultiOutputClassifier MultiOutputRegressor ClassifierChain RegressorChain',
    'multiclass': 'OneVsRestClassifier OneVsOneClassifier OutputCodeClassifier',
    'linear_model': 'LinearRegression Ridge RidgeCV Lasso LassoCV ElasticNet BayesianRidge HuberRegressor SGDRegressor '
                    'PoissonRegressor GammaRegressor TweedieRegressor LogisticRegression LogisticRegressionCV '
                    'RidgeClassifier Perceptron SGDClassifier',
    'svm': 'LinearSVC LinearSVR',
    'decomposition': 'PCA IncrementalPCA TruncatedSVD',
    'discriminant_analysis': 'LinearDiscriminantAnalysis',
    'dummy': 'DummyClassifier DummyRegressor',
}
# Other libraries', by module.
OTHER_MODULES = {
    'xgboost': 'XGBClassifier XGBRegressor XGBRFClassifier XGBRFRegressor',
    'lightgbm': 'LGBMClassifier LGBMRegressor',
    'imblearn.pipeline': 'SamplingPipeline',
    'imblearn.over_sampling': 'RandomOverSampler SMOTE',
    'imblearn.under_sampling': 'RandomUnderSampler',
    'imblearn.ensemble': 'BalancedRandomForestClassifier',
}
OTHERS = {name: module for module, names in OTHER_MODULES.items() for name in names.split()}
MODULE_OF = {**{name: 'sklearn.' + module for module, names in MODULES.items() for name in names.split()}, **OTHERS}
# imbalanced-learn's Pipeline has the name of scikit-learn's.
NAME_IN_MODULE = {'SamplingPipeline': 'Pipeline'}
# Names that scikit-learn changed: ours is the newest.
OLD_NAMES = {'estimator': 'base_estimator', 'sparse_output': 'sparse'}
SEEDED = 'random_state'


class Lacks(Exception):
    """This scikit-learn has no such class, parameter or value."""


def names_of(value):
    """Names of all classes in a description."""
    if isinstance(value, E):
        return {value.name}.union(*map(names_of, value.params.values()))
    if isinstance(value, (list, tuple)):
        return set().union(*map(names_of, value))
    if isinstance(value, Fitted):
        return names_of(value.spec)
    return names_of(value.value) if isinstance(value, (Until, Since)) else set()


class E:
    """
    An estimator as data: the name of its class and its parameters, which may be E, N, Until or lists of them.
    `set_output='pandas'` is not a parameter but a call.
    """

    def __init__(self, name, **params):
        self.name = name
        self.params = params


class N:
    """A numpy function by name, for FunctionTransformer and SelectKBest-like parameters: `N('log1p')`."""

    def __init__(self, name, module='numpy'):
        self.name = name
        self.module = module


class Until:
    """A parameter's value up to a version; later ones do not get the parameter."""

    def __init__(self, version, value):
        self.version = parse_version(version)
        self.value = value


class Since:
    """A parameter's value from a version on; earlier ones do not get the parameter."""

    def __init__(self, version, value):
        self.version = parse_version(version)
        self.value = value


class Fitted:
    """An estimator that is fitted before the one it is given to."""

    def __init__(self, spec, frozen=False):
        self.spec = spec
        self.frozen = frozen


def parse_version(text):
    return tuple(int(part) for part in text.split('.'))


def find_class(name):
    try:
        return getattr(importlib.import_module(MODULE_OF[name]), NAME_IN_MODULE.get(name, name))
    except (ImportError, AttributeError):
        raise Lacks('no ' + name) from None


def build(value, seed, fit):
    """The object that `value` describes; `fit(estimator)` fits a Fitted. Raises Lacks."""
    if isinstance(value, E):
        return build_estimator(value, seed, fit)
    if isinstance(value, N):
        return getattr(importlib.import_module(value.module), value.name)
    if isinstance(value, Fitted):
        estimator = fit(build(value.spec, seed, fit))
        return find_class('FrozenEstimator')(estimator) if value.frozen else estimator
    if isinstance(value, (list, tuple)):
        return type(value)(build(item, seed, fit) for item in value)
    return value


def build_estimator(spec, seed, fit):
    cls = find_class(spec.name)
    known = inspect.signature(cls).parameters
    # Boosters pass on what their signatures do not name.
    takes_more = any(parameter.kind is parameter.VAR_KEYWORD for parameter in known.values())
    params = {}
    for name, value in spec.params.items():
        if isinstance(value, (Until, Since)):
            outside = VERSION > value.version if isinstance(value, Until) else VERSION < value.version
            if outside:
                continue
            value = value.value
        if name == 'set_output':
            continue
        if name not in known and not takes_more:
            if OLD_NAMES.get(name) not in known:
                raise Lacks('%s has no parameter %s' % (spec.name, name))
            name = OLD_NAMES[name]
        params[name] = build(value, seed, fit)
    if (SEEDED in known or takes_more) and SEEDED not in params:
        params[SEEDED] = seed
    estimator = cls(**params)
    if 'set_output' in spec.params:
        estimator.set_output(transform=spec.params['set_output'])
    return estimator


def describe(value):
    """One line that reads like the code that makes it."""
    if isinstance(value, E):
        inner = ', '.join('%s=%s' % (name, describe(item)) for name, item in value.params.items())
        return '%s(%s)' % (value.name, inner)
    if isinstance(value, N):
        return value.name
    if isinstance(value, (Until, Since)):
        return describe(value.value)
    if isinstance(value, Fitted):
        return describe(value.spec)
    if isinstance(value, list):
        return '[%s]' % ', '.join(map(describe, value))
    if isinstance(value, tuple):
        return '(%s)' % ', '.join(map(describe, value))
    if isinstance(value, np.ndarray):
        return repr(value.tolist())
    return repr(value)
