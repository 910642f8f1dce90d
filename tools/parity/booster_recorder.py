"""What recorder.py keeps of LightGBM's and XGBoost's own boosters: a model file of theirs, and a case of make_boosters.py.

`lightgbm.train` and `xgboost.train` count as fits, `Booster.predict` as a question.
"""
import importlib
import json

import numpy as np
import pandas as pd
from scipy import sparse

from cells import to_cells

# Where each keeps `train`, which callers find in two modules.
TRAINERS = {'lightgbm': ('lightgbm', 'lightgbm.engine'), 'xgboost': ('xgboost', 'xgboost.training')}


def package_of(model):
    """lightgbm or xgboost for a Booster, else None."""
    module = type(model).__module__.split('.')[0]
    return module if type(model).__name__ == 'Booster' and module in TRAINERS else None


def watch(spy, wait, record):
    """
    Puts spies in place of what fits and asks boosters.

    @param spy: callable(original, note), a method in place of another, after which note(booster, rows) is called
    """
    for library, modules in TRAINERS.items():
        try:
            loaded = importlib.import_module(library)
        except ImportError:
            continue
        loaded.Booster.predict = spy(loaded.Booster.predict, lambda booster, x: record(booster, table_of(x)))
        train = watch_train(loaded.train, wait)
        for name in modules:
            importlib.import_module(name).train = train
    try:
        import xgboost
    except ImportError:
        return
    keep_data(xgboost.DMatrix)


def watch_train(original, wait):
    def train(params, data, *args, **kwargs):
        # Before it is trained with, since LightGBM frees it then.
        x = table_of(data)
        booster = original(params, data, *args, **kwargs)
        if package_of(booster) and x is not None:
            wait(booster, x)
        return booster
    return train


def keep_data(matrix):
    """A DMatrix knows its numbers alone: the table that it was made of has the names of categories."""
    original = matrix.__init__

    def init(self, data, *args, **kwargs):
        original(self, data, *args, **kwargs)
        missing = kwargs.get('missing')
        if isinstance(data, pd.DataFrame) and (missing is None or missing != missing):
            self.recorded = data
    matrix.__init__ = init


def table_of(data):
    """What a Dataset or DMatrix was made of; anything else is itself."""
    if type(data).__name__ == 'Dataset':
        return data.data
    if not hasattr(data, 'get_float_info'):
        return data
    if hasattr(data, 'recorded'):
        return data.recorded
    # What a DMatrix does not hold is missing, and zeros that it holds are zeros.
    held = sparse.coo_matrix(data.get_data())
    dense = np.full(held.shape, np.nan)
    dense[held.row, held.col] = held.data
    return dense


def save(booster):
    """The bytes of its model file; None when it has no trees."""
    if package_of(booster) == 'lightgbm':
        return booster.model_to_string().encode()
    saved = bytes(booster.save_raw('json'))
    return None if json.loads(saved)['learner']['gradient_booster']['name'] == 'gblinear' else saved


def describe(library, saved, x):
    """What a case of make_boosters.py has beside its rows and columns; answered by what the file holds."""
    outputs = ask_lightgbm(saved, x) if library == 'lightgbm' else ask_xgboost(saved, x)
    return {'library': library, 'kind': 'txt' if library == 'lightgbm' else 'json',
            'file': '.txt' if library == 'lightgbm' else '.xgb.json', 'tiers': {'raw': 1, 'output': 3},
            'expected': [{key: to_cells(found[i]) for key, found in outputs.items()} for i in range(len(x))]}


def ask_lightgbm(saved, x):
    import lightgbm
    booster = lightgbm.Booster(model_str=saved.decode())
    return {'raw': booster.predict(x, raw_score=True, num_threads=1), 'output': booster.predict(x, num_threads=1)}


def ask_xgboost(saved, x):
    import xgboost
    booster = xgboost.Booster({'nthread': 1})
    booster.load_model(bytearray(saved))
    named = isinstance(x, pd.DataFrame)
    data = xgboost.DMatrix(x, feature_names=None if named else booster.feature_names,
                           feature_types=None if named else booster.feature_types, enable_categorical=True)
    return {'raw': booster.predict(data, output_margin=True), 'output': booster.predict(data)}
