"""A pytest plugin that keeps every model of trees that is fitted while others' tests run, with what it answers.

    python -m pytest -p recorder --pyargs sklearn.ensemble        # with this folder in PYTHONPATH

RECORDER_OUT names a folder, which gets what make_cases.py writes for a case: NAME.pkl and NAME.json. The rows are those
that the test asks, else those of the fit, as float64 where they are numbers, at most 200; the answers are those of a copy
with one job, so that neither the batch nor threads have a say. Where a lone row is asked it is asked twice over.

RECORDER_ABSENT names packages, by spaces, in whose place the tests get empty ones.

counts.json gets {seen, recorded, and why the rest was not}.
"""
import functools
import hashlib
import importlib
import json
import os
import pickle
import threading
import warnings
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse

import booster_recorder
import standins
from cells import label_kind, to_cell, to_cells, to_expected
from outputs import METHODS, find_classes, find_tiers, is_regressor, tell_task

OUT = Path(os.environ.get('RECORDER_OUT', 'recorded'))
MAX_ROWS, MAX_COLUMNS, MAX_BYTES = 200, 300, 3_000_000
SPIED = {
    'sklearn.tree': 'DecisionTreeClassifier DecisionTreeRegressor ExtraTreeClassifier ExtraTreeRegressor',
    'sklearn.ensemble': 'RandomForestClassifier RandomForestRegressor ExtraTreesClassifier ExtraTreesRegressor '
                        'GradientBoostingClassifier GradientBoostingRegressor HistGradientBoostingClassifier '
                        'HistGradientBoostingRegressor IsolationForest AdaBoostClassifier AdaBoostRegressor '
                        'BaggingClassifier BaggingRegressor VotingClassifier VotingRegressor StackingClassifier '
                        'StackingRegressor',
    'sklearn.calibration': 'CalibratedClassifierCV',
    'sklearn.pipeline': 'Pipeline',
    'sklearn.compose': 'TransformedTargetRegressor',
    'sklearn.feature_selection': 'RFE RFECV',
    'sklearn.model_selection': 'GridSearchCV RandomizedSearchCV HalvingGridSearchCV HalvingRandomSearchCV '
                               'FixedThresholdClassifier TunedThresholdClassifierCV',
    'sklearn.multioutput': 'MultiOutputClassifier MultiOutputRegressor ClassifierChain RegressorChain',
    'sklearn.multiclass': 'OneVsRestClassifier OneVsOneClassifier OutputCodeClassifier',
    'sklearn.semi_supervised': 'SelfTrainingClassifier',
    'xgboost': 'XGBClassifier XGBRegressor XGBRFClassifier XGBRFRegressor XGBRanker',
    'lightgbm': 'LGBMClassifier LGBMRegressor LGBMRanker',
}
SPIED_METHODS = ('predict', 'predict_proba', 'decision_function')
# One of these is in the pickle of whatever has trees.
TREES = (b'sklearn.tree._tree', b'TreePredictor', b'xgboost.core', b'lightgbm.basic')

# Fitted models of one test that wait for its end, where each that was not asked is recorded.
MAX_WAITING = 100

# Before the first conftest is imported.
standins.install(os.environ.get('RECORDER_ABSENT', '').split())

counts = Counter()
known = set()
waiting = {}
state = threading.local()


class Spy:
    """A method in place of another, which it calls; then `note` gets the model and X of the outermost call."""

    def __init__(self, original, note):
        self.original = original
        self.note = note

    def __get__(self, instance, owner=None):
        method = self.original.__get__(instance, owner)
        if instance is None:
            return method

        @functools.wraps(method)
        def call(*args, **kwargs):
            if getattr(state, 'busy', False):
                return method(*args, **kwargs)
            state.busy = True
            try:
                result = method(*args, **kwargs)
                x = args[0] if args else kwargs.get('X', kwargs.get('data'))
                if x is not None and threading.current_thread() is threading.main_thread():
                    try:
                        self.note(instance, x)
                    except Exception as error:
                        counts['cannot be asked again: %s' % type(error).__name__] += 1
                return result
            finally:
                state.busy = False
        return call


def canonical(x):
    """The rows as a caller of the service would send them; None when they are not rows of cells."""
    if sparse.issparse(x):
        x = x.toarray()
    if isinstance(x, pd.DataFrame):
        x = x.iloc[:MAX_ROWS]
        single = {name: np.float64 for name in x.columns if str(x[name].dtype) in ('float32', 'float16')}
        x = x.astype(single)
    else:
        x = np.asarray(x)[:MAX_ROWS]
        if x.ndim != 2 or x.dtype.kind not in 'biufO':
            return None
        x = np.ascontiguousarray(x, dtype=None if x.dtype.kind == 'O' else float)
    if not 0 < x.shape[1] <= MAX_COLUMNS or len(x) == 0:
        return None
    if len(x) > 1:
        return x
    return pd.concat([x, x]) if isinstance(x, pd.DataFrame) else np.concatenate([x, x])


def wait(model, x):
    """After a fit: `x` is kept as it is now, since tests change what they fitted on."""
    if len(waiting) >= MAX_WAITING:
        counts['fitted and not asked, among more than %d of a test' % MAX_WAITING] += 1
    else:
        waiting[id(model)] = (model, x[:MAX_ROWS].copy() if isinstance(x, (np.ndarray, pd.DataFrame)) else x)


def pytest_runtest_teardown():
    state.busy = True
    for model, x in list(waiting.values()):
        try:
            record(model, x)
        except Exception as error:
            counts['cannot be asked: %s' % type(error).__name__] += 1
    waiting.clear()
    state.busy = False
    # Now rather than at the end, which a process out of time may not see.
    (OUT / 'counts.json').write_text(json.dumps(counts, indent=1))


def with_one_job(model):
    jobs = [name for name in model.get_params() if name.split('__')[-1] == 'n_jobs']
    return model.set_params(**dict.fromkeys(jobs, 1))


def record(model, x):
    waiting.pop(id(model), None)
    counts['seen'] += 1
    package = booster_recorder.package_of(model)
    saved = booster_recorder.save(model) if package else pickle_with_trees(model)
    if saved is None:
        return
    key = hashlib.sha256(saved).hexdigest()[:16]
    if key in known:
        counts['seen before'] += 1
        return
    known.add(key)
    if len(saved) > MAX_BYTES:
        counts['too large'] += 1
        return
    x = canonical(x)
    if x is None:
        counts['rows are no table of numbers and texts'] += 1
        return
    name = '%s-%s' % (type(model).__name__, key)
    if package:
        write(name, x, saved, **booster_recorder.describe(package, saved, x))
    else:
        write(name, x, saved, **describe(with_one_job(pickle.loads(saved)), x))
    counts['recorded'] += 1


def pickle_with_trees(model):
    """The pickle of a model that has trees somewhere; else None, which is counted."""
    try:
        saved = pickle.dumps(model)
    except Exception:
        counts['cannot be pickled'] += 1
        return None
    if any(mark in saved for mark in TREES):
        return saved
    counts['without trees'] += 1
    return None


def describe(model, x):
    """What a case of make_cases.py has beside its rows and columns."""
    outputs = {}
    for key, method in METHODS.items():
        if key != 'decision' and hasattr(model, method):
            outputs['value' if key == 'prediction' and is_regressor(model) else key] = getattr(model, method)(x)
    task = tell_task(model)
    if task == 'anomaly':
        outputs['decision'] = model.decision_function(x)
    tiers = find_tiers(model)
    classes = find_classes(model) if task == 'classifier' else []
    return {
        'file': '.pkl', 'task': task, 'tiers': tiers, 'tier': max([1, *tiers.values()]),
        'outputs': [{'classes': to_cells(labels), 'labels': label_kind(labels)} for labels in classes],
        'expected': [to_expected(outputs, i) for i in range(len(x))],
    }


def write(name, x, saved, *, file, **case):
    """`file` is the end of the model file's name, and `case` what is not known from the rows."""
    named = isinstance(x, pd.DataFrame)
    table = x if named else pd.DataFrame(x, columns=['x%d' % j for j in range(x.shape[1])])
    kinds = {str(column): 'bool' if table[column].dtype.kind == 'b' else
             'number' if table[column].dtype.kind in 'iuf' else 'text' for column in table}
    document = {
        'case': name, **case, 'named': named, 'columns': [str(column) for column in table], 'kinds': kinds,
        'test': current_test(),
        'rows': [{str(column): to_cell(cell) for column, cell in zip(table, cells)}
                 for cells in table.astype(object).to_numpy().tolist()],
    }
    document.update({'files': {case['kind']: name + file}} if 'library' in case else {'file': name + file})
    text = json.dumps(document, ensure_ascii=False, allow_nan=False)
    (OUT / (name + file)).write_bytes(saved)
    (OUT / (name + '.json')).write_text(text, encoding='utf-8')


def current_test():
    return os.environ.get('PYTEST_CURRENT_TEST', '').split(' ')[0]


def pytest_configure(config):
    import sklearn
    OUT.mkdir(parents=True, exist_ok=True)
    versions = {'sklearn': sklearn.__version__, 'numpy': np.__version__, 'pandas': pd.__version__}
    (OUT / 'index.json').write_text(json.dumps({'versions': versions, 'failed': []}))
    (OUT / 'counts.json').write_text('{}')
    from sklearn.experimental import enable_halving_search_cv  # noqa: F401
    for module, names in SPIED.items():
        try:
            loaded = importlib.import_module(module)
        except ImportError:
            continue
        for cls in (getattr(loaded, name) for name in names.split() if hasattr(loaded, name)):
            for method, note in {'fit': wait, **dict.fromkeys(SPIED_METHODS, record)}.items():
                if hasattr(cls, method):
                    owner = next(base for base in cls.__mro__ if method in vars(base))
                    if not isinstance(vars(owner)[method], Spy):
                        setattr(owner, method, Spy(vars(owner)[method], note))
    booster_recorder.watch(Spy, wait, record)


warnings.filterwarnings('ignore', category=FutureWarning, module='recorder')
