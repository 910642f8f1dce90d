"""A pytest plugin that keeps every fitted model of trees that predicts while others' tests run, with what it answers.

    python -m pytest -p recorder --pyargs sklearn.ensemble        # with this folder in PYTHONPATH

RECORDER_OUT names a folder, which gets what make_cases.py writes for a case: NAME.pkl and NAME.json. The rows are those
of the test, as float64 where they are numbers, at most 200; the answers are those of a copy with one job, so that neither
the batch nor threads have a say. Where a lone row is asked it is asked twice over.

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
    'sklearn.multioutput': 'MultiOutputClassifier MultiOutputRegressor',
    'sklearn.multiclass': 'OneVsRestClassifier',
    'xgboost': 'XGBClassifier XGBRegressor XGBRFClassifier XGBRFRegressor',
    'lightgbm': 'LGBMClassifier LGBMRegressor',
}
SPIED_METHODS = ('predict', 'predict_proba', 'decision_function')
# One of these is in the pickle of whatever has trees.
TREES = (b'sklearn.tree._tree', b'TreePredictor', b'xgboost.core', b'lightgbm.basic')

counts = Counter()
known = set()
state = threading.local()


class Spy:
    """A method in place of another, which it calls; the outermost call of a model is recorded."""

    def __init__(self, original):
        self.original = original

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
                if args and not kwargs and threading.current_thread() is threading.main_thread():
                    try:
                        record(instance, args[0])
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


def with_one_job(model):
    jobs = [name for name in model.get_params() if name.split('__')[-1] == 'n_jobs']
    return model.set_params(**dict.fromkeys(jobs, 1))


def record(model, x):
    counts['seen'] += 1
    try:
        blob = pickle.dumps(model)
    except Exception:
        counts['cannot be pickled'] += 1
        return
    if not any(mark in blob for mark in TREES):
        counts['without trees'] += 1
        return
    key = hashlib.sha256(blob).hexdigest()[:16]
    if key in known:
        counts['seen before'] += 1
        return
    known.add(key)
    if len(blob) > MAX_BYTES:
        counts['too large'] += 1
        return
    x = canonical(x)
    if x is None:
        counts['rows are no table of numbers and texts'] += 1
        return
    copy = with_one_job(pickle.loads(blob))
    outputs = {}
    for key_of, method in METHODS.items():
        if key_of != 'decision' and hasattr(copy, method):
            outputs['value' if key_of == 'prediction' and is_regressor(copy) else key_of] = getattr(copy, method)(x)
    if tell_task(copy) == 'anomaly':
        outputs['decision'] = copy.decision_function(x)
    write(copy, blob, x, outputs, '%s-%s' % (type(model).__name__, key))
    counts['recorded'] += 1


def write(model, blob, x, outputs, name):
    named = isinstance(x, pd.DataFrame)
    table = x if named else pd.DataFrame(x, columns=['x%d' % j for j in range(x.shape[1])])
    kinds = {str(column): 'bool' if table[column].dtype.kind == 'b' else
             'number' if table[column].dtype.kind in 'iuf' else 'text' for column in table}
    task = tell_task(model)
    tiers = find_tiers(model)
    classes = find_classes(model) if task == 'classifier' else []
    document = {
        'case': name, 'file': name + '.pkl', 'task': task, 'tiers': tiers, 'tier': max([1, *tiers.values()]),
        'named': named, 'columns': [str(column) for column in table], 'kinds': kinds, 'test': current_test(),
        'outputs': [{'classes': to_cells(labels), 'labels': label_kind(labels)} for labels in classes],
        'rows': [{str(column): to_cell(cell) for column, cell in zip(table, cells)}
                 for cells in table.astype(object).to_numpy().tolist()],
        'expected': [to_expected(outputs, i) for i in range(len(table))],
    }
    text = json.dumps(document, ensure_ascii=False, allow_nan=False)
    (OUT / (name + '.pkl')).write_bytes(blob)
    (OUT / (name + '.json')).write_text(text, encoding='utf-8')


def current_test():
    return os.environ.get('PYTEST_CURRENT_TEST', '').split(' ')[0]


def pytest_configure(config):
    OUT.mkdir(parents=True, exist_ok=True)
    from sklearn.experimental import enable_halving_search_cv  # noqa: F401
    for module, names in SPIED.items():
        try:
            loaded = importlib.import_module(module)
        except ImportError:
            continue
        for cls in (getattr(loaded, name) for name in names.split() if hasattr(loaded, name)):
            for method in SPIED_METHODS:
                if hasattr(cls, method):
                    owner = next(base for base in cls.__mro__ if method in vars(base))
                    if not isinstance(vars(owner)[method], Spy):
                        setattr(owner, method, Spy(vars(owner)[method]))


def pytest_unconfigure(config):
    import sklearn
    versions = {'sklearn': sklearn.__version__, 'numpy': np.__version__, 'pandas': pd.__version__}
    (OUT / 'index.json').write_text(json.dumps({'versions': versions, 'failed': []}))
    (OUT / 'counts.json').write_text(json.dumps(counts, indent=1))


warnings.filterwarnings('ignore', category=FutureWarning, module='recorder')
