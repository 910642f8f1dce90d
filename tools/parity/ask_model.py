"""Asks one model file, with the library that wrote it, what `recall-ml corpus --python` asked the converted model.

    python ask_model.py MODEL <questions.json >answers.json

questions.json is {columns: [name], kinds: {name: 'number' or 'category'}, rows: [{name: cell}]}; a cell is a number, a text or
null. answers.json is {expected: [answer per row]}, as make_cases.py writes them, or {problem: why there are none}.

A pickle is a program. Only classes of the libraries below are let in, none of their functions but those that rebuild
objects; a file that asks for anything else is not loaded.
"""
import importlib
import json
import pickle
import sys
import warnings
from pathlib import Path

LIBRARIES = ('sklearn', 'numpy', 'scipy', 'pandas', 'xgboost', 'lightgbm', 'imblearn', 'category_encoders', 'feature_engine',
             'sksurv', 'quantile_forest', 'collections')
FUNCTIONS = {'_reconstruct', 'scalar', '_frombuffer', '_ctor', '_unpickle_block', 'new_block', '_new_Index', '__newobj__',
             '_reconstructor', 'encode', 'array_type', 'asarray', '__generator_ctor', '__randomstate_ctor', '__bit_generator_ctor'}
BUILTINS = {'set', 'frozenset', 'slice', 'complex', 'bytearray', 'object', 'int', 'float', 'str', 'bool', 'list', 'dict',
            'tuple', 'bytes', 'range'}
# Names that modules had, or have in pickles alone.
ALIASES = {'copy_reg': 'copyreg', '_loss': 'sklearn._loss._loss'}
FRAMES = ('XGBModel', 'LGBMModel')


def find_class(module, name):
    """The class or function of that name; UnpicklingError when it is not one that a model is made of."""
    module = ALIASES.get(module, module)
    root = module.split('.')[0]
    if root in ('builtins', '__builtin__') and name in BUILTINS:
        return getattr(importlib.import_module('builtins'), name)
    if root in LIBRARIES or root in ('copyreg', '_codecs', 'joblib'):
        found = pickle._getattribute(importlib.import_module(module), name)
        found = found[0] if isinstance(found, tuple) else found
        if root in LIBRARIES and isinstance(found, type) or root == 'joblib' and name.endswith('Wrapper'):
            return found
        if name in FUNCTIONS or name.startswith('__pyx_unpickle'):
            return found
        if isinstance(found, importlib.import_module('numpy').ufunc):
            return found
    raise pickle.UnpicklingError('the file names %s.%s, which is not loaded' % (module, name))


class Unpickler(pickle._Unpickler):
    def find_class(self, module, name):
        return find_class(module, name)


def load_pickle(path):
    from joblib import numpy_pickle
    numpy_pickle.NumpyUnpickler.find_class = Unpickler.find_class
    # joblib reads arrays of objects with it.
    pickle.load = lambda file, **options: Unpickler(file).load()
    return numpy_pickle.load(path)


def load(path):
    """The object in a file, or a Booster."""
    start = path.read_bytes()[:200].lstrip()
    if start.startswith(b'tree') or path.suffix == '.txt':
        import lightgbm
        return lightgbm.Booster(model_file=str(path))
    if path.suffix in ('.json', '.ubj') or start.startswith((b'{"learner', b'{L')):
        import xgboost
        return xgboost.Booster(model_file=str(path))
    if path.suffix == '.skops':
        import skops.io
        return skops.io.load(path, trusted=skops.io.get_untrusted_types(file=path))
    return load_pickle(path)


def find_predictors(item, depth=0):
    """Those in a list or dict, or the object itself."""
    if hasattr(item, 'predict') or hasattr(item, 'score_samples'):
        return [item]
    inner = item.values() if isinstance(item, dict) else item if isinstance(item, (list, tuple)) else []
    return [found for part in inner if depth < 3 for found in find_predictors(part, depth + 1)]


def make_tables(model, columns, kinds, rows):
    """[(what it is, X)], the likeliest first: a model does not always say what it was fitted on."""
    import numpy as np
    import pandas as pd
    def cells(name):
        number = kinds[name] == 'number'
        return [float('nan') if row.get(name) is None and number else row.get(name) for row in rows]
    numbers = all(kind == 'number' for kind in kinds.values())
    series = {name: pd.Series(cells(name), dtype=float if kinds[name] == 'number' else object) for name in columns}
    frame = pd.DataFrame(series, columns=columns)
    array = frame.to_numpy(float) if numbers else frame.to_numpy(object)
    coded = frame.copy()
    for name in columns:
        if kinds[name] != 'number':
            coded[name] = pd.Categorical(frame[name])
    boosts = any(kind.__name__ in FRAMES for kind in type(model).__mro__)
    named = hasattr(model, 'feature_names_in_') and not boosts
    tables = [frame, coded, array] if named or not numbers else [array, frame]
    if len(columns) == 1 and not numbers:
        # What takes texts apart takes a list of them.
        tables.insert(0, frame[columns[0]].tolist())
    tables.append([{name: value for name, value in row.items() if value is not None} for row in rows])
    return [np.ascontiguousarray(table) if table is array else table for table in tables]


def ask_booster(model, table):
    import numpy as np
    import pandas as pd
    if type(model).__module__.startswith('lightgbm'):
        return model.predict(table)
    import xgboost
    names = model.feature_names
    frame = pd.DataFrame(table) if names is None else pd.DataFrame(np.asarray(table), columns=names, dtype=float)
    return model.predict(xgboost.DMatrix(frame, enable_categorical=True), validate_features=names is not None)


def ask(item, questions):
    """[answer per row]; ValueError when the file has no one predictor."""
    import numpy as np
    from cells import to_expected
    from outputs import METHODS, answer
    found = find_predictors(item)
    if len(found) != 1:
        raise ValueError('the file has %d predictors' % len(found))
    model = found[0]
    # What lies beside a predictor may rename its labels.
    methods = METHODS if model is item else {key: method for key, method in METHODS.items() if key != 'prediction'}
    if hasattr(model, 'get_params'):
        jobs = [name for name in model.get_params() if name.split('__')[-1] == 'n_jobs']
        model.set_params(**dict.fromkeys(jobs, 1))
    problems = []
    for table in make_tables(model, questions['columns'], questions['kinds'], questions['rows']):
        try:
            if type(model).__name__ == 'Booster':
                numbers = np.asarray(ask_booster(model, table))
                outputs = {'value': numbers, 'probabilities': numbers.reshape(len(numbers), -1)}
            else:
                outputs = answer(model, table, methods)
                outputs.pop('features', None)
            return [to_expected(outputs, k) for k in range(len(questions['rows']))]
        except Exception as error:
            problems.append(error)
    raise problems[0]


def main():
    warnings.simplefilter('ignore')
    sys.path.insert(0, str(Path(__file__).parent))
    out, sys.stdout = sys.stdout, sys.stderr
    try:
        result = {'expected': ask(load(Path(sys.argv[1])), json.load(sys.stdin))}
    except Exception as error:
        result = {'problem': '%s: %s' % (type(error).__name__, str(error).split('\n')[0][:200])}
    json.dump(result, out)


if __name__ == '__main__':
    main()
