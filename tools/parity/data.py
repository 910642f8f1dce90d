"""Training data of the parity cases: a table of column kinds, the data sets made of them, and their targets.

Columns are made to hurt a converter that rounds: Unix times (float32 keeps 128 s of them), counts that tie, values six
orders of magnitude apart, decimals that binary cannot hold.
"""
import numpy as np
import pandas as pd

PLANS = ['Prepaid', 'Postpaid', 'Hybrid']
BRANDS = ['Apple', 'Huawei', 'Oppo', 'Realme', 'Samsung', 'Vivo', 'Xiaomi', 'Other']
# Sorted by code point, which is neither UTF-16 order nor anybody's alphabet.
CITIES = ['10', '9', 'Ankara', 'München', 'São Paulo', 'ankara', 'Åbo', '東京', '\uffee', '😀']
RARE = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']


def numbers(rng, n):
    """[n x 6] float64."""
    return {
        'x0': rng.normal(size=n),
        'x1': 1.7e9 + rng.integers(0, 4_000_000, n) / 8,
        'x2': rng.integers(0, 10, n).astype(float),
        'x3': rng.lognormal(3, 2, n),
        'x4': np.round(rng.uniform(-1, 1, n), 3),
        'x5': rng.normal(size=n) * 1e-6,
    }


def choose(rng, values, n, skew=1.0):
    """[n] objects of `values`, the first ones more often when `skew` is below 1."""
    weights = skew ** np.arange(len(values))
    return np.array(values, dtype=object)[rng.choice(len(values), n, p=weights / weights.sum())]


def blank(rng, column, share, value=np.nan):
    """`column` with `share` of its cells replaced by `value`."""
    column = column.astype(object) if value is None else column.copy()
    column[rng.random(len(column)) < share] = value
    return column


def frame(columns):
    """DataFrame whose texts stay Python objects in every pandas."""
    return pd.DataFrame({name: pd.Series(column, dtype=column.dtype) for name, column in columns.items()})


def named(rng, n):
    columns = numbers(rng, n)
    names = ['usage gb', 'since', 'calls', 'spend', 'score', 'drift']
    return frame(dict(zip(names, columns.values())))


def plain(rng, n):
    return np.column_stack(list(numbers(rng, n).values()))


def plain_missing(rng, n):
    x = plain(rng, n)
    for j, share in ((0, 0.1), (3, 0.25), (4, 0.05)):
        x[:, j] = blank(rng, x[:, j], share)
    return x


def named_missing(rng, n):
    x = named(rng, n)
    for name, share in (('usage gb', 0.1), ('spend', 0.25), ('calls', 0.05)):
        x[name] = blank(rng, x[name].to_numpy(copy=True), share)
    return x


def plain_with_constant(rng, n):
    """`plain` with a constant column second, and a nearly constant one last."""
    x = plain(rng, n)
    return np.column_stack([x[:, 0], np.full(n, 7.25), x[:, 1:], (rng.random(n) < 0.05).astype(float)])


def positive(rng, n):
    return np.column_stack([rng.lognormal(0, 1, n), rng.gamma(2, 3, n), rng.uniform(0.1, 5, n)])


def plain_empty_column(rng, n):
    """`plain_missing` with a column that is missing everywhere."""
    x = plain_missing(rng, n)
    x[:, 2] = np.nan
    return x


def minus_one_missing(rng, n):
    """`plain` where -1 stands for a missing value."""
    x = plain(rng, n)
    for j in (0, 2):
        x[:, j] = blank(rng, x[:, j], 0.2, -1.0)
    return x


def half_missing(rng, n):
    """[n x 3] where being missing tells more than the value."""
    return np.column_stack([blank(rng, rng.normal(size=n) * 1e-3, 0.5), blank(rng, rng.lognormal(0, 1, n), 0.4),
                            blank(rng, rng.integers(0, 5, n).astype(float), 0.4)])


def codes(rng, n):
    """Two numbers, and three columns of category codes; the last has missing codes."""
    return np.column_stack([
        rng.normal(size=n), rng.integers(0, 12, n), rng.integers(0, 40, n), rng.normal(size=n) * 1e3,
        rng.choice([0, 2, 5, 17, 200], n)]).astype(float)


def codes_missing(rng, n):
    x = codes(rng, n)
    for j in (0, 1, 2):
        x[:, j] = blank(rng, x[:, j], 0.1)
    return x


def customers(rng, n):
    """Numbers, texts, a truth value, and integers that are categories; nothing missing."""
    return frame({
        'age': rng.integers(18, 80, n), 'income': np.round(rng.lognormal(11, 0.5, n)), 'usage': rng.gamma(2, 3, n),
        'plan': choose(rng, PLANS, n), 'brand': choose(rng, BRANDS, n, 0.7), 'active': rng.random(n) < 0.6,
        'city': choose(rng, CITIES, n), 'rating': rng.choice([1, 2, 3, 5], n), 'group': choose(rng, RARE, n, 0.5),
    })


def customers_missing(rng, n):
    """`customers` with NaN in numbers and in one text, None in another."""
    x = customers(rng, n)
    x['income'] = blank(rng, x['income'].to_numpy(copy=True), 0.15)
    x['usage'] = blank(rng, x['usage'].to_numpy(copy=True), 0.05)
    x['brand'] = pd.Series(blank(rng, x['brand'].to_numpy(dtype=object), 0.1, None), dtype=object)
    x['city'] = pd.Series(blank(rng, x['city'].to_numpy(dtype=object), 0.1), dtype=object)
    return x


def customers_nan(rng, n):
    """`customers_missing` where what is missing is NaN everywhere."""
    x = customers_missing(rng, n)
    x['brand'] = x['brand'].where(x['brand'].notna(), np.nan)
    return x


def customers_inferred(rng, n):
    """`customers` with the text type that this pandas infers: `str` from pandas 3 on."""
    x = customers(rng, n)
    return pd.DataFrame({name: column.tolist() for name, column in x.items()})


def customers_typed(rng, n):
    """`customers_nan` with pandas' category type."""
    x = customers_nan(rng, n)[['age', 'plan', 'income', 'brand', 'usage', 'rating']]
    return x.assign(**{name: x[name].astype('category') for name in ('plan', 'brand', 'rating')})


def customers_inferred_missing(rng, n):
    """`customers_nan` with the text type that this pandas infers."""
    return pd.DataFrame({name: column.tolist() for name, column in customers_nan(rng, n).items()})


def customers_strings(rng, n):
    """`customers` with pandas' own text type."""
    return customers(rng, n).astype(dict.fromkeys(['plan', 'brand', 'city', 'group'], 'string'))


def customers_strings_missing(rng, n):
    """The same with pandas.NA in one text, and NaN in numbers."""
    return customers_missing(rng, n).astype(dict.fromkeys(['plan', 'brand', 'city', 'group'], 'string'))


def customers_both_gaps(rng, n):
    """`customers` with None and NaN in each of two texts."""
    x = customers(rng, n)
    for name in ('brand', 'plan'):
        cells = blank(rng, x[name].to_numpy(dtype=object), 0.1, None)
        x[name] = pd.Series(blank(rng, cells, 0.1), dtype=object)
    return x


def texts(rng, n):
    return customers(rng, n)[['plan', 'brand', 'city', 'group']]


def flags(rng, n):
    """Two numbers and the columns of get_dummies, which are truth values from pandas 2 on."""
    x = customers(rng, n)
    dummies = pd.get_dummies(x[['plan', 'brand']]).astype(bool)
    return pd.concat([x[['age', 'usage', 'active']], dummies], axis=1)


def minus_999_missing(rng, n):
    """`plain` where -999 stands for a missing value."""
    x = plain(rng, n)
    for j in (0, 2, 4):
        x[:, j] = blank(rng, x[:, j], 0.2, -999.0)
    return x


def one_column(rng, n):
    return rng.normal(size=(n, 1)) * 1e3


def plain_float32(rng, n):
    return plain(rng, n).astype(np.float32)


def positive_float32(rng, n):
    return positive(rng, n).astype(np.float32)


DATA = {make.__name__.replace('_', '-'): make for make in (
    plain, plain_missing, named, named_missing, plain_with_constant, plain_empty_column, positive, minus_one_missing,
    half_missing, codes, codes_missing, customers, customers_missing, customers_nan, customers_inferred,
    customers_typed, customers_inferred_missing, customers_strings, customers_strings_missing, customers_both_gaps, texts,
    flags, minus_999_missing, one_column, plain_float32, positive_float32)}


def signal(rng, x):
    """[n] roughly normal: what a forest can learn about `x`, with noise."""
    table = pd.DataFrame(x)
    total = np.zeros(len(table))
    for i, name in enumerate(table.columns):
        column = table[name]
        if column.dtype.kind in 'ifb':
            z = column.astype(float)
        else:
            z = column.astype(object).map(lambda cell: float(sum(map(ord, str(cell))) * 7 % 11))
        rank = z.rank(pct=True).fillna(2).to_numpy()
        total += np.sin(3 * rank + i) / (1 + 0.3 * i)
    total += 0.3 * rng.normal(size=len(total)) * total.std()
    return (total - total.mean()) / (total.std() or 1)


def cut(values, shares, labels):
    """Labels of `values` by cumulative `shares` of their ranks."""
    rank = np.argsort(np.argsort(values)) / len(values)
    return np.array(labels)[np.searchsorted(shares, rank, side='right')]


def equal_cut(values, labels):
    return cut(values, np.arange(1, len(labels)) / len(labels), labels)


TARGETS = {
    'binary': lambda rng, s: cut(s, [0.55], [0, 1]),
    'rare': lambda rng, s: cut(s, [0.92], [0, 1]),
    'bool': lambda rng, s: cut(s, [0.4], [False, True]),
    'strings-2': lambda rng, s: cut(s, [0.6], ['stay', 'leave']),
    'strings-3': lambda rng, s: cut(s, [0.2, 0.5], ['silver', 'gold', 'Ünïque 😀']),
    'objects-3': lambda rng, s: cut(s, [0.3, 0.6], ['low', 'middle', 'high']).astype(object),
    'ints-3': lambda rng, s: cut(s, [0.3, 0.7], [-3, 0, 12]),
    'floats-3': lambda rng, s: cut(s, [0.3, 0.7], [-1.0, 1.0, 4.0]),
    'codes-3': lambda rng, s: cut(s, [0.3, 0.7], [0, 1, 2]),
    'classes-10': lambda rng, s: equal_cut(s, ['c%d' % i for i in range(10)]),
    'classes-12': lambda rng, s: equal_cut(s, [3 * i - 5 for i in range(12)]),
    'alternating': lambda rng, s: np.arange(len(s)) % 2,
    'single': lambda rng, s: np.full(len(s), 'only'),
    'outputs-ints': lambda rng, s: np.column_stack([cut(s, [0.3, 0.6], [0, 1, 2]), cut(-s ** 2, [0.5], [0, 1])]),
    'outputs-binary': lambda rng, s: np.column_stack([cut(s, [0.4], [0, 1]), cut(-s ** 2, [0.5], [0, 1])]),
    'outputs-strings': lambda rng, s: np.column_stack(
        [equal_cut(s, ['a', 'b', 'c', 'd', 'e']), cut(s ** 2, [0.5], ['near', 'far']), np.full(len(s), 'same')]),
    'number': lambda rng, s: np.exp(s) * 100 + rng.normal(size=len(s)),
    'ties': lambda rng, s: np.round(s),
    'constant': lambda rng, s: np.full(len(s), 4.1),
    'ones': lambda rng, s: np.ones(len(s)),
    'count': lambda rng, s: rng.poisson(np.exp(s)).astype(float),
    'positive': lambda rng, s: np.exp(s) + 0.1,
    'outputs-numbers': lambda rng, s: np.column_stack([s, s ** 2 * 10, np.abs(s) + 1]),
    'none': lambda rng, s: None,
}

TARGETS.update({'share-%d' % percent: lambda rng, s, share=percent / 100: cut(s, [1 - share], [0, 1])
                for percent in (30, 38, 45, 52, 60, 64, 70)})

WEIGHTS = {
    'uniform': lambda rng, n: rng.uniform(0.1, 3, n),
    'counts': lambda rng, n: rng.integers(1, 5, n).astype(float),
}
