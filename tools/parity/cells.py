"""JSON's form of inputs, labels and answers; make_cases.py says what it means."""
import numpy as np
import pandas as pd

NON_FINITE = {'NaN', 'Infinity', '-Infinity'}
LABEL_KINDS = {'i': 'int', 'u': 'int', 'f': 'float', 'b': 'bool', 'U': 'string'}


def to_cell(value):
    """JSON's form of one cell, label or number."""
    if value is None:
        return None
    if value is pd.NA or value is pd.NaT:
        return 'NaN'
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        value = float(value)
        if value != value:
            return 'NaN'
        return value if abs(value) != np.inf else 'Infinity' if value > 0 else '-Infinity'
    text = str(value)
    if text in NON_FINITE:
        raise ValueError('a category is spelled %s, which stands for the number' % text)
    return text


def to_cells(array):
    """`to_cell` of one element, or a list of them."""
    return [to_cell(item) for item in array] if np.ndim(array) else to_cell(array)


def to_expected(outputs, k, encoder=None):
    """The entry of `expected` for row `k` of `outputs`."""
    result = {}
    for key in ('prediction', 'value', 'probabilities', 'decision', 'score'):
        found = outputs.get(key)
        if found is None:
            continue
        if isinstance(found, list) or key in ('prediction', 'value') and found.ndim == 2:
            several = [part[k] for part in found] if isinstance(found, list) else found[k]
            parts = result.setdefault('outputs', [{} for _ in several])
            for part, item in zip(parts, several):
                part[key] = to_cells(item)
        elif key == 'prediction' and encoder is not None:
            result[key] = to_cell(encoder.inverse_transform(found[k:k + 1])[0])
        else:
            result[key] = to_cells(found[k])
    if 'features' in outputs:
        result['features'] = to_cells(outputs['features'][k])
    return result


def label_kind(labels):
    """string, int, float or bool: the type that the labels of one output have in Python."""
    if labels.dtype.kind == 'O':
        return 'bool' if isinstance(labels[0], bool) else 'string' if isinstance(labels[0], str) else 'int'
    return LABEL_KINDS[labels.dtype.kind]
