"""What scikit-learn answers to rows, as arrays, and how exactly those bits can be expected elsewhere."""
import numpy as np
from scipy import sparse
from sklearn import base

from spec import VERSION

SELECTORS = ('RFE', 'RFECV')
THRESHOLDS = ('FixedThresholdClassifier', 'TunedThresholdClassifierCV')
BOOSTERS = ('XGBClassifier', 'XGBRegressor', 'XGBRFClassifier', 'XGBRFRegressor', 'LGBMClassifier', 'LGBMRegressor',
            'XGBRanker', 'LGBMRanker')
METHODS = {'probabilities': 'predict_proba', 'decision': 'decision_function', 'score': 'score_samples',
           'prediction': 'predict'}


def answer(model, x, methods=METHODS):
    """
    {output name: [n x ...] array} of every one of `methods` that the model has. A list of arrays for the outputs of a
    classifier with several. 'features' is what the last step of a pipeline was given. Raises what scikit-learn raises.
    """
    result = {}
    if type(model).__name__ == 'Pipeline':
        # What Pipeline itself does, once for all methods.
        before = x
        for _, step in model.steps[:-1]:
            # Samplers of imbalanced-learn have done their work at the fit.
            idle = step in (None, 'passthrough') or hasattr(step, 'fit_resample')
            x = x if idle else step.transform(x)
        if x is not before:
            result['features'] = dense(x)
        model = model.steps[-1][1]
    for key, method in methods.items():
        if hasattr(model, method):
            name = 'value' if key == 'prediction' and is_regressor(model) else key
            result[name] = getattr(model, method)(x)
    return result


def dense(x):
    """[n x columns] ndarray of a matrix, sparse matrix or DataFrame."""
    return x.toarray() if sparse.issparse(x) else np.asarray(x)


def is_regressor(model):
    """Whether `predict` gives numbers and not labels."""
    name = type(model).__name__
    if name.endswith('SearchCV'):
        return is_regressor(model.best_estimator_)
    if name in SELECTORS:
        return is_regressor(model.estimator_)
    if name == 'Pipeline':
        return is_regressor(model.steps[-1][1])
    if name == 'LGBMClassifier' and callable(model.objective):
        # Raw scores, of a function of the user's own.
        return True
    return name.endswith(('Regressor', 'Ranker', 'RegressorChain')) or base.is_regressor(model)


def find_classes(model):
    """classes_ arrays, one per output; [] for what has no classes."""
    classes = getattr(model, 'classes_', None)
    if classes is None:
        return []
    return list(classes) if isinstance(classes, list) else [classes]


def tell_task(model):
    if type(model).__name__ == 'Pipeline':
        return tell_task(model.steps[-1][1])
    if type(model).__name__ == 'IsolationForest':
        return 'anomaly'
    return 'regressor' if is_regressor(model) else 'classifier'


def find_tiers(model):
    """
    {'features': t, 'decision': t, 'probabilities': t, 'value': t, 'score': t}, those that the model has. Tier 1 is made
    of comparisons and + - x /, tier 2 of one exp or log of the C library, tier 3 of numpy's own. Labels have no tier:
    they are always equal.
    """
    name = type(model).__name__
    if name == 'Pipeline':
        features = max([1] + [transformer_tier(step) for _, step in model.steps[:-1]])
        tiers = {key: max(tier, features) for key, tier in find_tiers(model.steps[-1][1]).items()}
        return {'features': features, **tiers}
    if name.endswith('SearchCV'):
        return without_features(model.best_estimator_)
    if name in SELECTORS or name in THRESHOLDS:
        return without_features(model.estimator_)
    if name in BOOSTERS:
        # Its own exp is the C library's; what is multiplied and added before is the same everywhere.
        return {'value' if is_regressor(model) else 'probabilities': 2}
    if name in MAKERS:
        return MAKERS[name](model)
    return {'value': 1} if is_regressor(model) else {'probabilities': 1}


def without_features(model):
    return {key: tier for key, tier in find_tiers(model).items() if key != 'features'}


def worst(model):
    """Highest tier of a model inside another."""
    return max([1, *without_features(model).values()])


def gb_classifier(model):
    binary = len(model.classes_) == 2
    if model.init_ == 'zero':
        base = 1
    else:
        # scipy's logit is the C library's log; scikit-learn 1.3 and numpy took numpy's.
        base = 2 if binary and VERSION >= (1, 4) else 3
    return {'decision': base, 'probabilities': max(base, 2 if binary else 3)}


def gb_regressor(model):
    return {'value': 1 if isinstance(model.init_, str) else worst(model.init_)}


def hgb_classifier(model):
    return {'decision': 1, 'probabilities': 2 if len(model.classes_) == 2 else 3}


def hgb_regressor(model):
    return {'value': 3 if model.loss in ('poisson', 'gamma') else 1}


def calibrated(model):
    tier = 1
    for one in model.calibrated_classifiers_:
        base = one.estimator if hasattr(one, 'estimator') else one.base_estimator
        base = getattr(base, 'estimator', base) if type(base).__name__ == 'FrozenEstimator' else base
        tiers = find_tiers(base)
        tier = max(tier, tiers.get('decision', tiers.get('probabilities', 1)))
    method = {'isotonic': 1, 'sigmoid': 2}.get(model.method, 3)
    return {'probabilities': max(tier, method)}


def ada_classifier(model):
    # SAMME only asks the members for labels.
    log = getattr(model, 'algorithm', 'SAMME') == 'SAMME.R'
    return {'decision': 3 if log else 1, 'probabilities': 3}


def over_members(key):
    def find(model):
        tier = max(worst(member) for member in model.estimators_ if member != 'drop')
        return {key: tier} if getattr(model, 'voting', 'soft') == 'soft' else {}
    return find


def transformed_target(model):
    # The functions are numpy's; scalers are arithmetic.
    return {'value': max(worst(model.regressor_), transformer_tier(model.transformer_))}


MAKERS = {
    'GradientBoostingClassifier': gb_classifier, 'GradientBoostingRegressor': gb_regressor,
    'HistGradientBoostingClassifier': hgb_classifier, 'HistGradientBoostingRegressor': hgb_regressor,
    'IsolationForest': lambda model: {'score': 3, 'decision': 3}, 'CalibratedClassifierCV': calibrated,
    'AdaBoostClassifier': ada_classifier, 'BaggingClassifier': over_members('probabilities'),
    'BaggingRegressor': over_members('value'), 'AdaBoostRegressor': over_members('value'),
    'VotingClassifier': over_members('probabilities'), 'VotingRegressor': over_members('value'),
    'MultiOutputClassifier': over_members('probabilities'), 'MultiOutputRegressor': over_members('value'),
    'TransformedTargetRegressor': transformed_target,
}

EXACT_FUNCTIONS = ('absolute', 'floor', 'ceil', 'rint', 'square', 'negative', 'sqrt', 'sign')


def transformer_tier(step):
    name = type(step).__name__
    if name == 'Pipeline':
        return max(transformer_tier(inner) for _, inner in step.steps)
    if name == 'FeatureUnion':
        return max(transformer_tier(inner) for _, inner in step.transformer_list)
    if name == 'ColumnTransformer':
        return max(transformer_tier(entry[1]) for entry in step.transformers_)
    if name == 'FunctionTransformer' and step.func is not None:
        functions = [function for function in (step.func, step.inverse_func) if function is not None]
        return 1 if all(getattr(function, '__name__', '') in EXACT_FUNCTIONS for function in functions) else 3
    if name == 'QuantileTransformer':
        return 3 if step.output_distribution == 'normal' else 1
    return 3 if name == 'PowerTransformer' else 1
