"""The rows that a model is asked about: the ordinary, and those that sit on its edges."""
import numpy as np
import pandas as pd

from outputs import METHODS, answer

FLT_MAX = 3.4028234663852886e38
# What a tree's float32 makes of a double: to zero, to a subnormal, to the largest, to infinity.
NUMBERS = [0.0, -0.0, 5e-324, -1e-46, 1e-40, 1.0, -1.0, 0.1, 1e7 + 0.5, 2.0 ** 53, -1e30, FLT_MAX, -FLT_MAX,
           3.4028235677973362e38, 3.4028235677973366e38, 1e300, np.inf, -np.inf, np.nan]
# What an encoder has not seen; some only look like what it has.
TEXTS = [None, np.nan, 'Zeta', '', 'prepaid', ' Apple', 'nan', '10.0', '１０', 'é']
CODES = [-1.0, -0.5, 0.5, 3.7, 4.0, 255.0, 256.0, 259.0, 1e9]
WAYS = 16
PROBABILITIES = {'probabilities': METHODS['probabilities']}


def kind_of(column):
    """'number', 'bool' or 'text' of a column of the training data."""
    if column.dtype.kind == 'b':
        return 'bool'
    return 'number' if column.dtype.kind in 'iuf' else 'text'


def add_unknown(categories, cells):
    """`categories` of the training data and, after them, those of `cells` that are new."""
    known = list(categories)
    return known + [cell for cell in dict.fromkeys(cells) if not pd.isna(cell) and cell not in known]


class Rows:
    """Makes the rows of one model. A table is a DataFrame of object columns; `present` gives what the model takes."""

    def __init__(self, model, train, fresh, rng):
        """train: X that the model was fitted on. fresh: [n] rows of the same kind that it has not seen."""
        self.model = model
        self.rng = rng
        self.named = isinstance(train, pd.DataFrame)
        self.train = train if self.named else pd.DataFrame(train, columns=['x%d' % j for j in range(train.shape[1])])
        self.fresh = fresh if self.named else pd.DataFrame(fresh, columns=self.train.columns)
        self.kinds = {name: kind_of(self.train[name]) for name in self.train.columns}
        self.numeric = [name for name, kind in self.kinds.items() if kind == 'number']

    def present(self, table):
        """`table` as the model takes it: an array, or a DataFrame of the training data's types, integers as floats."""
        if not self.named:
            # Row-major, as an array of rows is: pandas gives its own column-major layout, which numpy sums in
            # another order.
            return np.ascontiguousarray(table.to_numpy(dtype=float))
        columns = {}
        for name, kind in self.kinds.items():
            cells = table[name].tolist()
            trained = self.train[name].dtype
            if kind == 'number':
                columns[name] = pd.Series(cells, dtype=float)
            elif kind == 'bool' and all(isinstance(cell, (bool, np.bool_)) for cell in cells):
                columns[name] = pd.Series(cells, dtype=bool)
            elif trained == object:
                columns[name] = pd.Series(cells, dtype=object)
            elif str(trained) == 'category':
                columns[name] = pd.Series(pd.Categorical(cells, add_unknown(trained.categories, cells)))
            else:
                columns[name] = pd.Series(cells, dtype=trained)
        return pd.DataFrame(columns)

    def to_table(self, x):
        return pd.DataFrame({name: pd.Series(x[name].tolist(), dtype=object) for name in self.train.columns})

    def make(self, least=200):
        """DataFrame of object columns, at least `least` rows."""
        base = self.to_table(self.fresh)
        parts = [base, self.special_rows(base), self.threshold_rows(base)]
        parts.append(self.edge_rows(base, 10))
        table = pd.concat(parts, ignore_index=True)
        missing = least - len(table)
        if missing > 0:
            again = base.sample(missing, replace=True, random_state=int(self.rng.integers(2 ** 31)))
            for name in self.train.columns:
                again[name] = self.rng.permutation(again[name].to_numpy(dtype=object))
            table = pd.concat([table, again], ignore_index=True)
        return table.astype(object)

    def pick(self, base):
        return base.iloc[int(self.rng.integers(len(base)))].to_dict()

    def special_rows(self, base):
        """One cell at a time set to each special value, then rows that are missing or zero in every number."""
        rows = []

        def put(name, value):
            row = self.pick(base)
            row[name] = value
            rows.append(row)
        # Those that a model may refuse stand together: halving finds them sooner.
        for i, value in enumerate(NUMBERS if self.numeric else []):
            put(self.numeric[i % len(self.numeric)], value)
            if not np.isfinite(value):
                put(self.numeric[(i + 1) % len(self.numeric)], value)
        for name in self.numeric:
            seen = self.train[name].dropna()
            if len(seen) and (seen == seen.round()).all() and seen.nunique() < 50:
                for value in CODES[:: 1 if len(self.numeric) < 6 else 2]:
                    put(name, value)
        for name, kind in self.kinds.items():
            if kind == 'text':
                integers = isinstance(self.train[name].dropna().iloc[0], (int, float, np.integer))
                for value in ([7, np.nan] if integers else TEXTS):
                    put(name, value)
        for value in (np.nan, 0.0, -0.0):
            row = self.pick(base)
            row.update({name: value for name in self.numeric})
            rows.append(row)
        return pd.DataFrame(rows, dtype=object)

    def threshold_rows(self, base, count=9):
        """A cell on a threshold of the model's trees, and one unit of float32 and of float64 to either side of it."""
        splits = [(f, t) for f, t in find_splits(self.model) if f < len(self.numeric) == len(self.kinds)]
        if not splits:
            return pd.DataFrame(columns=base.columns)
        rows = []
        for i in self.rng.choice(len(splits), min(count, len(splits)), replace=False):
            feature, threshold = splits[i]
            name = self.numeric[feature]
            single = np.float32(threshold)
            for value in (threshold, np.nextafter(threshold, -np.inf), np.nextafter(threshold, np.inf), single,
                          np.nextafter(single, np.float32(-np.inf)), np.nextafter(single, np.float32(np.inf))):
                row = self.pick(base)
                row[name] = float(value)
                rows.append(row)
        return pd.DataFrame(rows, dtype=object)

    def edge_rows(self, base, count):
        """
        Pairs of rows that differ in one cell by one unit in the last place of float64 and that the model answers
        differently: its thresholds as they look from outside, through scaling, float32 and all.
        """
        bounds = {name: self.train[name].dropna().astype(float) for name in self.numeric}
        names = [name for name in self.numeric if bounds[name].nunique() > 1]
        pairs = []
        for i in range(3 * count if names else 0):
            name = names[i % len(names)]
            low, high = np.sort(self.rng.choice(bounds[name].unique(), 2, replace=False))
            pairs.append((self.pick(base), name, order_of(low), order_of(high)))
        if not pairs:
            return pd.DataFrame(columns=base.columns)
        marks = self.marks([with_cell(row, name, low) for row, name, low, _ in pairs]
                           + [with_cell(row, name, high) for row, name, _, high in pairs])
        if marks is None:
            return pd.DataFrame(columns=base.columns)
        n = len(pairs)
        live = [(pair, marks[i]) for i, pair in enumerate(pairs) if marks[i] != marks[n + i]][:count]
        while any(high - low > 1 for (_, _, low, high), _ in live):
            points = [[low + (high - low) * k // WAYS for k in range(1, WAYS)] for (_, _, low, high), _ in live]
            marks = self.marks([with_cell(row, name, p) for ((row, name, _, _), _), ps in zip(live, points)
                                for p in ps])
            if marks is None:
                return pd.DataFrame(columns=base.columns)
            narrowed = []
            for i, ((row, name, low, high), mark) in enumerate(live):
                for k, point in enumerate(points[i]):
                    if marks[i * (WAYS - 1) + k] != mark:
                        high = point
                        break
                    low = max(low, point)
                narrowed.append(((row, name, low, high), mark))
            live = narrowed
        rows = [with_cell(row, name, p) for (row, name, low, high), _ in live for p in (low, high)]
        return pd.DataFrame(rows, columns=base.columns, dtype=object)

    def marks(self, rows):
        """One value per row that tells different answers apart; None when scikit-learn refuses a row."""
        try:
            x = self.present(pd.DataFrame(rows, dtype=object))
            outputs = answer(self.model, x, PROBABILITIES) if hasattr(self.model, 'predict_proba') else None
            outputs = outputs or answer(self.model, x)
        except Exception:
            return None
        arrays = []
        for key in ('probabilities', 'value', 'score', 'prediction'):
            found = outputs.get(key, [])
            arrays += found if isinstance(found, list) else [found]
        return [tuple(array[i:i + 1].tobytes() for array in arrays) for i in range(len(rows))]


def with_cell(row, name, order):
    return {**row, name: float_of(order)}


def order_of(value):
    """Integer whose order is that of the doubles: neighbours differ by one."""
    bits = int(np.float64(value).view(np.int64))
    return bits if bits >= 0 else -(bits & 0x7fffffffffffffff)


def float_of(order):
    value = np.int64(abs(order)).view(np.float64)
    return float(value if order >= 0 else -value)


def find_splits(model):
    """(column, threshold) of the trees that see the model's own columns."""
    name = type(model).__name__
    splits = []
    if hasattr(model, 'splits'):
        splits = model.splits
    elif hasattr(model, 'tree_'):
        tree = model.tree_
        splits = [(int(f), float(t)) for f, t in zip(tree.feature, tree.threshold) if f >= 0]
    elif hasattr(model, '_predictors'):
        splits = [(int(node['feature_idx']), float(node['num_threshold'])) for stage in model._predictors
                  for predictor in stage for node in predictor.nodes if not node['is_leaf']]
    elif hasattr(model, 'calibrated_classifiers_'):
        for one in model.calibrated_classifiers_:
            splits += find_splits(getattr(one, 'estimator', None) or one.base_estimator)
    elif hasattr(model, 'estimators_') and not hasattr(model, 'estimators_features_'):
        members = model.estimators_
        for member in members.ravel() if isinstance(members, np.ndarray) else members:
            splits += [] if isinstance(member, str) else find_splits(member)
    elif name in ('BaggingClassifier', 'BaggingRegressor', 'IsolationForest'):
        for member, chosen in zip(model.estimators_, model.estimators_features_):
            splits += [(int(chosen[f]), t) for f, t in find_splits(member)]
    return splits
