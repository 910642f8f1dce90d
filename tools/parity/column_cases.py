"""Cases of columns: pandas' own objects where scikit-learn keeps them, booleans, dropped columns, missing texts, float32."""
import numpy as np
import pandas as pd

from cases import NUMBERS, SCALED, TEXTS, case, columns, forest, forest_regressor, gb, hgb, one_hot, ordinal, pipe
from data import BRANDS, PLANS
from spec import E, N

ENCODED = ('texts', one_hot(handle_unknown='ignore'), TEXTS)
ORDINAL = ordinal(handle_unknown='use_encoded_value', unknown_value=-1)

# pandas' objects
case('columns-index', 'customers', 'binary', pipe(columns(
    ('numbers', E('StandardScaler'), pd.Index(NUMBERS)), ('texts', one_hot(handle_unknown='ignore'), pd.Index(TEXTS))),
    forest()))
case('columns-index-object', 'customers', 'strings-3', pipe(columns(
    ('numbers', E('StandardScaler'), pd.Index(NUMBERS, dtype=object)), ENCODED), forest()))
case('columns-index-integers', 'plain', 'binary', pipe(columns(
    ('left', E('StandardScaler'), pd.Index([0, 1, 2])), ('right', 'passthrough', pd.RangeIndex(3, 6))), forest()))
case('columns-series', 'customers', 'binary', pipe(columns(
    ('numbers', E('StandardScaler'), pd.Series(NUMBERS)), ENCODED), forest()))
case('columns-series-mask', 'customers', 'binary', pipe(columns(
    ('numbers', E('StandardScaler'), pd.Series([True, True, True] + [False] * 6)), ENCODED), forest()))
case('columns-string-array', 'customers', 'binary', pipe(columns(
    ('numbers', E('StandardScaler'), pd.array(NUMBERS, dtype='string')), ENCODED), forest()), since='1.9')
case('columns-numpy-names', 'customers', 'binary', pipe(columns(
    ('numbers', E('StandardScaler'), np.array(NUMBERS)), ENCODED), forest()))
case('categories-index', 'customers', 'binary', pipe(columns(
    ('plan', one_hot(categories=[pd.Index(PLANS)], handle_unknown='ignore'), ['plan']), SCALED), forest()))
case('categories-string-array', 'customers', 'binary', pipe(columns(
    ('brand', ordinal(categories=[pd.array(sorted(BRANDS), dtype='string')], handle_unknown='use_encoded_value',
                      unknown_value=-1), ['brand']), SCALED), forest()))
case('categories-series-unique', 'customers', 'binary', pipe(columns(
    ('plan', ordinal(categories=[pd.Series(PLANS).unique()]), ['plan']), SCALED), forest()))
case('drop-array', 'customers', 'binary', pipe(columns(
    ('plan', one_hot(drop=np.array(['Prepaid'], dtype=object)), ['plan']), SCALED), forest()))
case('hgb-categories-index', 'customers-typed', 'binary', hgb(categorical_features=pd.Index(['plan', 'brand'])),
     since='1.4')
case('texts-inferred-ordinal', 'customers-inferred', 'strings-3', pipe(columns(SCALED, ('texts', ORDINAL, TEXTS)),
     forest()))
case('texts-inferred-imputed', 'customers-inferred-missing', 'binary', pipe(columns(
    ('numbers', E('SimpleImputer'), NUMBERS),
    ('texts', pipe(E('SimpleImputer', strategy='most_frequent'), one_hot(handle_unknown='ignore')), TEXTS)), forest()))
case('texts-inferred-missing', 'customers-inferred-missing', 'binary', pipe(columns(
    ('numbers', E('SimpleImputer'), NUMBERS), ENCODED), forest()))
case('texts-string-type', 'customers-strings', 'binary', pipe(columns(SCALED, ENCODED), forest()))
case('texts-string-type-imputed', 'customers-strings-missing', 'binary', pipe(columns(
    ('texts', pipe(E('SimpleImputer', missing_values=pd.NA, strategy='constant', fill_value='none'), ORDINAL),
     ['plan', 'brand']), ('numbers', E('SimpleImputer'), NUMBERS)), forest()))
case('texts-categorical-one-hot', 'customers-typed', 'binary', pipe(columns(
    ('texts', one_hot(handle_unknown='ignore'), ['plan', 'brand']), ('numbers', E('SimpleImputer'), ['age', 'income'])),
    forest()))

# Booleans
case('flags-forest', 'flags', 'binary', forest())
case('flags-extra-regressor', 'flags', 'number', E('ExtraTreesRegressor', n_estimators=5, max_depth=6))
case('flags-hgb', 'flags', 'strings-3', hgb(max_iter=4))
case('flags-gb', 'flags', 'bool', gb())
case('flags-passthrough', 'customers', 'binary', pipe(columns(
    ('flag', 'passthrough', ['active']), SCALED), forest()))
case('flags-scaled', 'customers', 'binary', pipe(columns(('all', E('MinMaxScaler'), ['active', 'age', 'rating'])),
     forest()))
case('flags-ordinal', 'customers', 'binary', pipe(columns(
    ('flag', ordinal(categories=[[False, True]]), ['active']), SCALED), forest()))
case('flags-one-hot-drop', 'customers', 'binary', pipe(columns(('flag', one_hot(drop='first'), ['active']), SCALED),
     forest()))
case('flags-select-k-best', 'flags', 'binary', pipe(E(
    'SelectKBest', score_func=N('chi2', 'sklearn.feature_selection'), k=5), forest()))

# Columns that nothing reads
case('dropped-texts', 'customers', 'binary', pipe(columns(SCALED, remainder='drop'), forest()))
case('dropped-texts-named', 'customers', 'strings-3', pipe(columns(
    SCALED, ('gone', 'drop', TEXTS + ['group']), remainder='passthrough'), forest()))
case('dropped-flag', 'customers', 'number', pipe(columns(('plan', one_hot(handle_unknown='ignore'), ['plan'])),
     forest_regressor()))
case('dropped-missing', 'customers-missing', 'binary', pipe(columns(
    ('numbers', E('SimpleImputer'), ['income', 'usage']), remainder='drop'), forest()))

# A missing text, seen by one transformer and filled by another
FILLED = pipe(E('SimpleImputer', strategy='most_frequent'), one_hot(handle_unknown='ignore'))
case('gap-indicator-beside-imputer', 'customers-nan', 'binary', pipe(columns(
    ('gap', E('MissingIndicator', features='all'), ['brand', 'city']), ('fill', FILLED, ['brand', 'city'])), forest()))
case('gap-encoder-beside-imputer', 'customers-nan', 'strings-3', pipe(columns(
    ('encoder', one_hot(handle_unknown='ignore'), ['brand', 'city']), ('fill', FILLED, ['brand', 'city'])), forest()))
case('gap-ordinal-beside-imputer', 'customers-nan', 'binary', pipe(columns(
    ('ordinal', ordinal(handle_unknown='use_encoded_value', unknown_value=-1, encoded_missing_value=-2), ['brand']),
    ('fill', pipe(E('SimpleImputer', strategy='constant', fill_value='?'), ORDINAL), ['brand'])), forest()))
case('gap-imputer-indicator', 'customers-nan', 'binary', pipe(columns(
    ('fill', pipe(E('SimpleImputer', strategy='most_frequent', add_indicator=True), ORDINAL), ['brand', 'city'])),
    forest()))
case('gap-union', 'customers-nan', 'binary', pipe(columns(('texts', E('FeatureUnion', transformer_list=[
    ('fill', FILLED), ('gap', E('MissingIndicator', features='all'))]), ['brand', 'city'])), forest()))
case('gap-two-imputers', 'customers-nan', 'binary', pipe(columns(
    ('frequent', FILLED, ['brand']),
    ('constant', pipe(E('SimpleImputer', strategy='constant', fill_value='Apple'), ORDINAL), ['brand'])), forest()))
case('gap-none-and-nan', 'customers-both-gaps', 'binary', pipe(columns(
    ('texts', one_hot(handle_unknown='ignore'), ['brand', 'plan'])), forest()))

# One column
case('normalizer-one-column', 'one-column', 'binary', pipe(E('Normalizer'), forest()))
case('normalizer-two-of-columns', 'customers', 'binary', pipe(columns(
    ('two', E('Normalizer'), ['age', 'income']), ('one', E('Normalizer'), ['usage'])), forest()))

# Steps that were fitted on float32 and are asked in float64
SINGLE = {
    'standard-scaler': E('StandardScaler'), 'min-max-scaler': E('MinMaxScaler', clip=True),
    'max-abs-scaler': E('MaxAbsScaler'), 'robust-scaler': E('RobustScaler'), 'power': E('PowerTransformer'),
    'power-plain': E('PowerTransformer', standardize=False),
    'power-box-cox': E('PowerTransformer', method='box-cox'), 'quantile': E('QuantileTransformer', n_quantiles=40),
    'quantile-normal': E('QuantileTransformer', n_quantiles=40, output_distribution='normal'),
    'bins': E('KBinsDiscretizer', n_bins=4, encode='ordinal', strategy='uniform'),
    'polynomial': E('PolynomialFeatures', degree=2), 'imputer': E('SimpleImputer', strategy='median'),
    'normalizer': E('Normalizer'),
}
for name, step in SINGLE.items():
    case('float32-%s' % name, 'positive-float32', 'number', pipe(step, forest_regressor(max_depth=None)))
case('float32-forest', 'plain-float32', 'binary', forest())
case('float32-hgb', 'plain-float32', 'number', E('HistGradientBoostingRegressor', max_iter=8, max_leaf_nodes=12))
case('float32-gb', 'plain-float32', 'strings-3', gb(n_estimators=4))
