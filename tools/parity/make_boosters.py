"""Writes LightGBM's and XGBoost's own model files and what those libraries answer to their rows.

    python make_boosters.py --out DIR [--only REGEX] [--seed N] [--list]

As make_cases.py, in an environment that has both libraries (boosters-3, boosters-4).

Files
  DIR/<case>.txt, DIR/<case>.dump.json   LightGBM: Booster.save_model, Booster.dump_model
  DIR/<case>.xgb.json, DIR/<case>.ubj    XGBoost: Booster.save_model
  DIR/<case>.json    one object:
    case, library         name; lightgbm | xgboost
    params, rounds        what it was trained with
    files                 {kind: file}, kinds txt and dump, or json and ubj
    versions              {lightgbm, xgboost, numpy, pandas, python}
    precision             float64 (LightGBM) or float32 (XGBoost): of the answers, and of what XGBoost compares
    tiers                 {raw: 1, output: 1 | 3}: output is 3 when the objective turns raw through exp
    named, columns, kinds, rows, batchDependent   as in make_cases.py; kinds says category where codes are categories
    expected              one per row: {raw, output}, each a number, or a list with one number per class;
                          {error: true, why} where the library raises
  DIR/index.json          {versions, seed, seconds, cases: [{case, files, rows, errors, batchDependent, bytes,
                          jsonBytes}], lacking: {case: why}, failed: [case]}
"""
import os
import sys

os.environ['OMP_NUM_THREADS'] = '1'

import argparse  # noqa: E402
import json  # noqa: E402
import platform  # noqa: E402
import re  # noqa: E402
import time  # noqa: E402
import traceback  # noqa: E402
import warnings  # noqa: E402
from pathlib import Path  # noqa: E402
from zlib import crc32  # noqa: E402

import lightgbm  # noqa: E402
import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
import xgboost  # noqa: E402

from data import DATA, TARGETS, WEIGHTS, signal  # noqa: E402
from cells import to_cell, to_cells  # noqa: E402
from make_cases import FRESH_ROWS, ask  # noqa: E402
from rows import Rows  # noqa: E402
from spec import Lacks, parse_version  # noqa: E402

LIGHTGBM = {'num_leaves': 10, 'min_data_in_leaf': 5, 'learning_rate': 0.3, 'num_threads': 1, 'deterministic': True,
            'verbose': -1}
XGBOOST = {'max_depth': 4, 'learning_rate': 0.3, 'nthread': 1, 'verbosity': 0}
# Objectives whose output is the raw score.
IDENTITY = ('regression', 'regression_l1', 'huber', 'fair', 'quantile', 'mape', 'reg:squarederror',
            'reg:absoluteerror', 'reg:pseudohubererror', 'reg:quantileerror', 'reg:squaredlogerror')
CASES = []


def case(name, data, target, objective, categories=(), weights=None, since=None, rounds=6, **params):
    """`since`: the library's version. `categories`: columns of an array that hold codes."""
    CASES.append({'name': name, 'data': data, 'target': target, 'categories': list(categories), 'weights': weights,
                  'since': since, 'rounds': rounds, 'params': {'objective': objective, **params}})


case('lightgbm-binary', 'plain', 'binary', 'binary')
case('lightgbm-binary-missing', 'plain-missing', 'binary', 'binary')
case('lightgbm-binary-half-missing', 'half-missing', 'binary', 'binary')
case('lightgbm-binary-not-missing', 'plain-missing', 'binary', 'binary', use_missing=False)
case('lightgbm-binary-zero-missing', 'codes', 'binary', 'binary', zero_as_missing=True)
case('lightgbm-binary-sigmoid', 'named', 'binary', 'binary', sigmoid=0.7)
case('lightgbm-binary-unbalanced', 'named', 'rare', 'binary', is_unbalance=True)
case('lightgbm-cross-entropy', 'plain', 'binary', 'cross_entropy')
case('lightgbm-categorical', 'codes', 'binary', 'binary', categories=[1, 2, 4], min_data_per_group=5, cat_smooth=1)
case('lightgbm-categorical-missing', 'codes-missing', 'number', 'regression', categories=[1, 2], min_data_per_group=5)
case('lightgbm-categorical-one-hot', 'codes', 'binary', 'binary', categories=[4], max_cat_to_onehot=10)
case('lightgbm-pandas-categories', 'customers-typed', 'binary', 'binary', min_data_per_group=5, cat_smooth=1)
case('lightgbm-multiclass', 'plain', None, 'multiclass', num_class=3)
case('lightgbm-multiclass-12', 'named-missing', None, 'multiclass', num_class=12, rounds=3)
case('lightgbm-multiclass-ova', 'plain', None, 'multiclassova', num_class=3)
case('lightgbm-regression', 'plain', 'number', 'regression', weights='uniform')
case('lightgbm-regression-sqrt', 'plain', 'number', 'regression', reg_sqrt=True)
case('lightgbm-regression-l1', 'named', 'number', 'regression_l1')
case('lightgbm-huber', 'plain', 'number', 'huber')
case('lightgbm-quantile', 'plain', 'number', 'quantile', alpha=0.8)
case('lightgbm-poisson', 'plain', 'count', 'poisson')
case('lightgbm-gamma', 'plain', 'positive', 'gamma')
case('lightgbm-tweedie', 'named', 'count', 'tweedie')
case('lightgbm-forest', 'plain', 'number', 'regression', boosting='rf', bagging_freq=1, bagging_fraction=0.6)
case('lightgbm-forest-binary', 'plain', 'binary', 'binary', boosting='rf', bagging_freq=1, bagging_fraction=0.6)
case('lightgbm-dart', 'named', 'binary', 'binary', boosting='dart', rounds=10)
case('lightgbm-linear-trees', 'plain', 'number', 'regression', linear_tree=True)
case('lightgbm-one-leaf', 'plain', 'constant', 'regression')

case('xgboost-binary', 'plain', 'binary', 'binary:logistic')
case('xgboost-binary-missing', 'plain-missing', 'binary', 'binary:logistic')
case('xgboost-binary-base-score', 'named', 'rare', 'binary:logistic', base_score=0.2, scale_pos_weight=3)
case('xgboost-binary-one-class', 'plain', 'ones', 'binary:logistic', since='3.2')
case('xgboost-binary-raw', 'named', 'binary', 'binary:logitraw')
case('xgboost-binary-hinge', 'plain', 'binary', 'binary:hinge')
case('xgboost-logistic-regression', 'plain', 'binary', 'reg:logistic')
case('xgboost-softprob', 'plain', None, 'multi:softprob', num_class=3)
case('xgboost-softmax', 'named', None, 'multi:softmax', num_class=3)
case('xgboost-softprob-12', 'named-missing', None, 'multi:softprob', num_class=12, rounds=3)
case('xgboost-squared-error', 'plain', 'number', 'reg:squarederror', weights='uniform')
case('xgboost-absolute-error', 'plain', 'number', 'reg:absoluteerror')
case('xgboost-pseudo-huber', 'plain', 'number', 'reg:pseudohubererror')
case('xgboost-quantile', 'plain', 'number', 'reg:quantileerror', quantile_alpha=0.8, since='2.0')
case('xgboost-quantiles', 'plain', 'number', 'reg:quantileerror', quantile_alpha=[0.4, 0.45, 0.5, 0.55, 0.6], since='2.0',
     max_depth=7)
case('xgboost-poisson', 'plain', 'count', 'count:poisson')
case('xgboost-gamma', 'plain', 'positive', 'reg:gamma')
case('xgboost-tweedie', 'named', 'count', 'reg:tweedie')
case('xgboost-categorical', 'codes', 'binary', 'binary:logistic', categories=[1, 2, 4], tree_method='hist')
case('xgboost-categorical-missing', 'codes-missing', 'number', 'reg:squarederror', categories=[1, 2],
     tree_method='hist')
case('xgboost-categorical-one-hot', 'codes', 'binary', 'binary:logistic', categories=[4], tree_method='hist',
     max_cat_to_onehot=300)
case('xgboost-pandas-categories', 'customers-typed', 'binary', 'binary:logistic', tree_method='hist', since='3.1')
case('xgboost-forest', 'plain', 'number', 'reg:squarederror', num_parallel_tree=5, subsample=0.7, rounds=1,
     learning_rate=1)
case('xgboost-forest-3-classes', 'plain', None, 'multi:softprob', num_class=3, num_parallel_tree=3,
     subsample=0.7, rounds=2)
case('xgboost-dart', 'named', 'binary', 'binary:logistic', booster='dart', rate_drop=0.3, rounds=10)
case('xgboost-max-leaves', 'plain', 'number', 'reg:squarederror', grow_policy='lossguide', max_leaves=9, max_depth=0,
     tree_method='hist')
case('xgboost-exact', 'plain-missing', 'binary', 'binary:logistic', tree_method='exact', gamma=0.5)


class BoosterRegressor:
    """A booster with the methods that `answer` asks for: `predict_proba` is the raw score, `predict` the output."""

    def __init__(self, raw, output, splits):
        self.predict_proba = raw
        self.predict = output
        self.splits = splits


def train_lightgbm(entry, x, y, weights, seed, out):
    data = lightgbm.Dataset(x, y, weight=weights, categorical_feature=entry['categories'] or 'auto', params=LIGHTGBM)
    booster = lightgbm.train({**LIGHTGBM, **entry['params'], 'seed': seed}, data, entry['rounds'])
    files = {'txt': entry['name'] + '.txt', 'dump': entry['name'] + '.dump.json'}
    booster.save_model(str(out / files['txt']))
    dump = booster.dump_model()
    (out / files['dump']).write_text(json.dumps(dump), encoding='utf-8')
    splits = []

    def walk(node):
        if 'split_feature' in node:
            if node['decision_type'] == '<=':
                splits.append((node['split_feature'], float(node['threshold'])))
            walk(node['left_child'])
            walk(node['right_child'])
    for tree in dump['tree_info']:
        walk(tree['tree_structure'])
    return files, BoosterRegressor(lambda z: booster.predict(z, raw_score=True), booster.predict, splits)


def train_xgboost(entry, x, y, weights, seed, out):
    types = None
    if entry['categories']:
        types = ['c' if j in entry['categories'] else 'q' for j in range(x.shape[1])]

    def matrix(z, **more):
        return xgboost.DMatrix(z, feature_types=types, enable_categorical=True, **more)
    booster = xgboost.train({**XGBOOST, **entry['params'], 'seed': seed}, matrix(x, label=y, weight=weights),
                            entry['rounds'])
    files = {'json': entry['name'] + '.xgb.json', 'ubj': entry['name'] + '.ubj'}
    for file in files.values():
        booster.save_model(str(out / file))
    model = json.loads((out / files['json']).read_text(encoding='utf-8'))['learner']['gradient_booster']
    trees = (model['gbtree'] if 'gbtree' in model else model)['model']['trees']
    splits = [(feature, threshold) for tree in trees for feature, threshold, left, kind in zip(
        tree['split_indices'], tree['split_conditions'], tree['left_children'], tree['split_type'])
        if left >= 0 and kind == 0]
    return files, BoosterRegressor(lambda z: booster.predict(matrix(z), output_margin=True),
                                   lambda z: booster.predict(matrix(z)), splits)


def find_strays(x, table):
    """{row: why} where a text is none of the categories. XGBoost refuses those that sort after all of them, and takes
    the others for the category that they sort before: the converter refuses them all."""
    texts = [name for name in x if str(x[name].dtype) == 'category' and isinstance(x[name].cat.categories[0], str)]
    return {i: '%s: %r is not a category' % (name, table[name].iloc[i]) for name in texts for i in range(len(table))
            if isinstance(table[name].iloc[i], str) and table[name].iloc[i] not in x[name].cat.categories}


def make_case(entry, seed, out, versions):
    library = entry['name'].split('-')[0]
    module = {'lightgbm': lightgbm, 'xgboost': xgboost}[library]
    if entry['since'] and parse_version('.'.join(module.__version__.split('.')[:2])) < parse_version(entry['since']):
        raise Lacks('only since %s %s' % (library, entry['since']))
    rng = np.random.default_rng([seed, crc32(entry['name'].encode())])
    x = DATA[entry['data']](rng, 300)
    level = signal(rng, x)
    classes = entry['params'].get('num_class')
    y = np.searchsorted(np.quantile(level, np.arange(1, classes) / classes), level) if classes else \
        TARGETS[entry['target']](rng, level)
    weights = WEIGHTS[entry['weights']](rng, len(x)) if entry['weights'] else None
    train = train_lightgbm if library == 'lightgbm' else train_xgboost
    files, model = train(entry, x, y, weights, int(rng.integers(2 ** 31)), out)
    rows = Rows(model, x, DATA[entry['data']](rng, FRESH_ROWS), rng)
    table = rows.make()
    outputs, good, errors, unsteady = ask(model, rows, table)
    if library == 'xgboost' and rows.named:
        errors = {**find_strays(x, table), **errors}
    place = {row: k for k, row in enumerate(good)}
    presented = rows.present(table)
    presented = presented if rows.named else pd.DataFrame(presented, columns=table.columns)
    cells = {name: [to_cell(cell) for cell in presented[name].tolist()] for name in table.columns}
    coded = {'x%d' % j for j in entry['categories']}
    kinds = {name: 'category' if name in coded else kind for name, kind in rows.kinds.items()}
    document = {
        'case': entry['name'], 'library': library, 'params': entry['params'], 'rounds': entry['rounds'], 'files': files,
        'versions': versions, 'precision': 'float64' if library == 'lightgbm' else 'float32',
        'tiers': {'raw': 1, 'output': 1 if entry['params']['objective'] in IDENTITY else 3}, 'named': rows.named,
        'columns': list(table.columns), 'kinds': kinds,
        'rows': [{name: cells[name][i] for name in cells} for i in range(len(table))],
        'expected': [{'error': True, 'why': errors[i]} if i in errors else {
            'raw': to_cells(outputs['probabilities'][place[i]]), 'output': to_cells(outputs['value'][place[i]])}
            for i in range(len(table))],
        'batchDependent': sorted(unsteady),
    }
    text = json.dumps(document, ensure_ascii=False, separators=(',', ':'), allow_nan=False)
    (out / (entry['name'] + '.json')).write_text(text, encoding='utf-8')
    return {'case': entry['name'], 'files': files, 'rows': len(table), 'errors': len(errors),
            'batchDependent': len(unsteady), 'bytes': sum((out / file).stat().st_size for file in files.values()),
            'jsonBytes': len(text.encode())}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--out', type=Path)
    parser.add_argument('--only', default='', metavar='REGEX', help='cases whose name it finds')
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--list', action='store_true', help='only print the names')
    options = parser.parse_args()
    chosen = [entry for entry in CASES if re.search(options.only, entry['name'])]
    if options.list:
        print('\n'.join(entry['name'] for entry in chosen))
        return 0
    if options.out is None or not chosen:
        parser.error('--out is needed' if chosen else 'no case is called like %r' % options.only)
    versions = {'lightgbm': lightgbm.__version__, 'xgboost': xgboost.__version__, 'numpy': np.__version__,
                'pandas': pd.__version__, 'python': platform.python_version()}
    options.out.mkdir(parents=True, exist_ok=True)
    warnings.simplefilter('ignore')
    made, lacking, failed, start = [], {}, [], time.process_time()
    for entry in chosen:
        try:
            made.append(make_case(entry, options.seed, options.out, versions))
        except Lacks as reason:
            lacking[entry['name']] = str(reason)
        except Exception:
            failed.append(entry['name'])
            print('%s\n%s' % (entry['name'], traceback.format_exc()), file=sys.stderr)
    seconds = round(time.process_time() - start, 1)
    index = {'versions': versions, 'seed': options.seed, 'seconds': seconds, 'cases': made, 'lacking': lacking,
             'failed': failed}
    (options.out / 'index.json').write_text(json.dumps(index, indent=1, ensure_ascii=False), encoding='utf-8')
    print('LightGBM %s, XGBoost %s: %d models, %d rows (%d refused), %.1f MB, %.0f s of CPU; %d lacking, %d failed' % (
        versions['lightgbm'], versions['xgboost'], len(made), sum(e['rows'] for e in made),
        sum(e['errors'] for e in made), sum(e['bytes'] + e['jsonBytes'] for e in made) / 1e6, seconds, len(lacking),
        len(failed)))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
