"""Cases of transformers that compute with other rows, with predictors of their own, with curves, or with texts."""
from cases import NUMBERS, SCALED, TEXTS, case, columns, forest, forest_regressor, pipe, tree_regressor
from spec import E

LETTERS = E('CountVectorizer', analyzer='char', ngram_range=(1, 2))
SHORT = r'(?u)\b\w+\b'

# Encoders that know the target
for target in ('binary', 'number', 'strings-3'):
    case('target-encoder-%s' % target, 'customers', target, pipe(columns(
        ('texts', E('TargetEncoder', random_state=0), TEXTS), SCALED),
        forest_regressor() if target == 'number' else forest()), since='1.4' if target == 'strings-3' else None)

# Imputers; a mean of one neighbour has one order of summation
case('knn-imputer', 'plain-missing', 'binary', pipe(E('KNNImputer', n_neighbors=1), forest()))
case('knn-imputer-indicator', 'named-missing', 'strings-3', pipe(E('KNNImputer', n_neighbors=1, add_indicator=True), forest()))
for order in ('ascending', 'roman'):
    case('iterative-imputer-%s' % order, 'plain-missing', 'binary', pipe(E(
        'IterativeImputer', estimator=tree_regressor(max_depth=3), max_iter=2, imputation_order=order, random_state=0), forest()))

# Curves and leaves
for outside in ('constant', 'continue', 'error'):
    case('spline-%s' % outside, 'plain', 'binary', pipe(E('SplineTransformer', n_knots=4, extrapolation=outside), forest()))
case('spline-quantiles', 'named', 'strings-3', pipe(E(
    'SplineTransformer', degree=2, knots='quantile', include_bias=False), forest()))
case('tree-embedding', 'plain', 'binary', pipe(E('RandomTreesEmbedding', n_estimators=4, max_depth=3), forest()))
case('tree-embedding-dense', 'named', 'strings-3', pipe(E(
    'RandomTreesEmbedding', n_estimators=3, max_depth=4, sparse_output=False), forest()))

# Texts
for name, vectorizer in (
        ('count', LETTERS), ('count-binary', E('CountVectorizer', binary=True, token_pattern=SHORT, strip_accents='unicode')),
        ('tfidf', E('TfidfVectorizer', token_pattern=SHORT)), ('tfidf-char', E('TfidfVectorizer', analyzer='char_wb', ngram_range=(1, 3))),
        ('hashing', E('HashingVectorizer', n_features=32, token_pattern=SHORT))):
    case('text-%s' % name, 'customers', 'binary', pipe(columns(
        ('brand', vectorizer, 'brand'), ('numbers', 'passthrough', NUMBERS)), forest()))
