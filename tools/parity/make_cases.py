"""Writes the models of the parity matrix and what this environment's scikit-learn answers to their rows.

    python make_cases.py --out DIR [--boosters] [--only REGEX] [--part K/N] [--seed N] [--list]

Run it inside one environment (environments.py makes them). Everything is drawn from --seed and a case's name, so that
a case is the same alone and among the others. One job, one thread, and numpy without its AVX-512 kernels: the reference
is the C library's exp and log on x86-64. A case fails loudly: its trace goes to stderr, the others go on, the exit
status is 1. What this scikit-learn does not have is left out and listed. --boosters makes the cases that name another
library's estimators, and without it the others are made.

Files
  DIR/<case>.<ext>   the model; the extension is what people would use, the format is in the JSON
  DIR/<case>.json    one object:
    case, estimator       name, and the code that makes it
    file, bytes           the model file
    writer, protocol      writers.py: pickle, joblib, joblib-zlib, ..., pickle-big-endian, xgboost-json, ...; 0..5
    versions              {sklearn, numpy, scipy, joblib, pandas, python}, and {lightgbm, xgboost} with --boosters
    task                  classifier | regressor | anomaly
    tiers                 {output: 1 | 2 | 3}; absent for labels, which are always equal
    tier                  the highest of them
    named                 whether it was fitted on a DataFrame, whose columns then matter by name
    columns               input names in the order of the training data; x0, x1, ... for an array
    kinds                 {name: number | bool | text}; a text column may hold integers that are categories
    outputs               one entry for each output of a classifier, else []: {classes: [label, ...],
                          labels: string | int | float | bool}
    bundle                null, or {model, labelEncoder}: the file is a dict, these are its keys, and the labels here
                          are those of the LabelEncoder
    rows                  [{name: cell, ...}, ...], at least 200
    expected              one per row, the same order:
                            {error: true, why} where scikit-learn raises, else
                            classifier  {prediction, probabilities?, decision?}; several outputs: {outputs: [those]}
                            regressor   {value}; several outputs: {outputs: [{value}]}
                            anomaly     {prediction, score, decision}
                            and features: [cell, ...], what a pipeline's last step was given
    batchDependent        indices of rows that scikit-learn answers otherwise in another batch; [] is usual
  DIR/index.json          {versions, reference, seed, seconds (of CPU), cases: [{case, file, writer, protocol, task,
                          tier, rows, errors, batchDependent, bytes, jsonBytes, seconds}], lacking: {case: why},
                          failed: [case]}

Cells and numbers: a finite double is Python's repr, so that reading it gives the same bits (-0.0 too); the texts "NaN",
"Infinity" and "-Infinity" are always those doubles, for no category is spelled so; null is Python's None. A column of
texts may hold both "NaN" and null, and they differ. The answers are those of a batch of two rows or more.
"""
import os
import sys
import warnings

# Before numpy is imported. Names that a numpy does not know only make it warn.
AVX512 = 'AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL AVX512_SPR X86_V4'
os.environ['NPY_DISABLE_CPU_FEATURES'] = AVX512
warnings.filterwarnings('ignore', message='During parsing environment variable')
for variable in ('OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS'):
    os.environ[variable] = '1'

import argparse  # noqa: E402
import importlib  # noqa: E402
import json  # noqa: E402
import math  # noqa: E402
import platform  # noqa: E402
import re  # noqa: E402
import time  # noqa: E402
import traceback  # noqa: E402
from pathlib import Path  # noqa: E402
from zlib import crc32  # noqa: E402

import joblib  # noqa: E402
import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
import scipy  # noqa: E402
import sklearn  # noqa: E402
from sklearn.preprocessing import LabelEncoder  # noqa: E402

import booster_cases  # noqa: E402, F401
import column_cases  # noqa: E402, F401
import linear_cases  # noqa: E402, F401
import transformer_cases  # noqa: E402, F401
import wrapper_cases  # noqa: E402, F401
from cases import CASES  # noqa: E402
from cells import label_kind, to_cell, to_cells, to_expected  # noqa: E402
from data import DATA, TARGETS, WEIGHTS, signal  # noqa: E402
from outputs import answer, find_classes, find_tiers, tell_task  # noqa: E402
from rows import Rows  # noqa: E402
from spec import OTHERS, VERSION, Lacks, build, describe, names_of, parse_version  # noqa: E402
from writers import EXTENSIONS, FOREIGN_WRITERS, OWN_WRITERS, load_model, pick_container, write_model  # noqa: E402

try:
    from sklearn.utils._param_validation import InvalidParameterError
except ImportError:
    class InvalidParameterError(Exception):
        """Older than the checks of parameters."""

FRESH_ROWS = 110


def describe_reference(boosters):
    """Versions and the machine; RuntimeError when numpy's exp or log are not the C library's."""
    numbers = np.random.default_rng(0).uniform(1e-3, 20, 4096)
    for ours, c_library in ((np.exp, math.exp), (np.log, math.log), (np.log1p, math.log1p)):
        if ours(numbers).tolist() != [c_library(number) for number in numbers.tolist()]:
            raise RuntimeError('numpy.%s is not the C library\'s: this is not the reference machine' % ours.__name__)
    versions = {'sklearn': sklearn.__version__, 'numpy': np.__version__, 'scipy': scipy.__version__,
                'joblib': joblib.__version__, 'pandas': pd.__version__, 'python': platform.python_version()}
    for library in ('lightgbm', 'xgboost') if boosters else ():
        versions[library] = importlib.import_module(library).__version__
    reference = {'machine': platform.machine(), 'libc': ' '.join(platform.libc_ver()), 'numpyDisabled': AVX512}
    return versions, reference


def ask(model, rows, table):
    """
    What the model answers to each row of `table`: (outputs, good, errors, unsteady). `good` are the rows in the order
    of `outputs`; errors {row: why}; `unsteady` the good rows whose bits depend on the batch.
    """
    pieces, errors = [], {}

    def solve(index):
        # A single row is asked twice over: numpy adds up a lone row in another order.
        x = rows.present(table.iloc[index if len(index) > 1 else index * 2])
        try:
            outputs = answer(model, x)
        except Exception as error:
            if len(index) == 1:
                errors[index[0]] = '%s: %s' % (type(error).__name__, first_line(error))
            else:
                middle = len(index) // 2
                solve(index[:middle])
                solve(index[middle:])
        else:
            pieces.append((index, outputs))
    solve(list(range(len(table))))
    good = [i for index, _ in pieces for i in index]
    if len(pieces) < 2:
        return (pieces[0][1] if pieces else None), good, errors, []
    whole = answer(model, rows.present(table.iloc[good]))
    place = {row: k for k, row in enumerate(good)}
    unsteady = [row for index, outputs in pieces for k, row in enumerate(index)
                if to_expected(outputs, k) != to_expected(whole, place[row])]
    return whole, good, errors, unsteady


def first_line(error):
    """Its message without the clock and the source line that XGBoost begins with."""
    return re.sub(r'^\[[0-9:]+\] \S+ ', '', str(error).strip().split('\n')[0])[:120]


def fit(model, x, y, weights):
    return model.fit(x, y) if weights is None else model.fit(x, y, sample_weight=weights)


def fit_stopped(model, x, y, rounds=3):
    """A booster that stops when the last third of the rows has not become better for `rounds` rounds."""
    cut = len(x) * 2 // 3
    held = x[cut:], y[cut:]
    if type(model).__name__.startswith('LGBM'):
        import lightgbm
        model.fit(x[:cut], y[:cut], eval_set=[held], callbacks=[lightgbm.early_stopping(rounds, verbose=False)])
    else:
        model.set_params(early_stopping_rounds=rounds).fit(x[:cut], y[:cut], eval_set=[held], verbose=False)
    return model


def check_needs(needs):
    for package, least in needs.items():
        version = importlib.import_module(package).__version__
        if parse_version('.'.join(version.split('.')[:2])) < parse_version(least):
            raise Lacks('only since %s %s' % (package, least))


def set_jobs(model, jobs):
    model.set_params(n_jobs=jobs)
    for member in getattr(model, 'estimators_', []):
        if 'n_jobs' in member.get_params(deep=False):
            member.set_params(n_jobs=jobs)


def ask_file(case, path, writer, x, written):
    """Outputs of the model that was written; None when it is of another machine and this one cannot run it."""
    try:
        model = load_model(path, writer, written)
        model = model['model'] if case.label_encoder else model
        if case.stored_n_jobs:
            set_jobs(model, 1)
        return answer(model, x)
    except Exception:
        if writer in FOREIGN_WRITERS:
            return None
        raise


def make_case(case, position, seed, out, versions):
    """Fits, writes, reads back, asks. Returns the case's entry of the index; raises Lacks."""
    for bound, outside in ((case.since, VERSION < parse_version(case.since or '0')),
                           (case.until, VERSION > parse_version(case.until or '999'))):
        if bound and outside:
            raise Lacks('only %s %s' % ('since' if bound == case.since else 'until', bound))
    check_needs(case.needs)
    rng = np.random.default_rng([seed, crc32(case.name.encode())])
    x = DATA[case.data](rng, case.train_rows)
    y = TARGETS[case.target](rng, signal(rng, x))
    weights = WEIGHTS[case.weights](rng, len(x)) if case.weights else None
    encoder = LabelEncoder().fit(y) if case.label_encoder else None
    if encoder:
        y = encoder.transform(y)
    model = build(case.model, int(rng.integers(2 ** 31)), lambda part: fit(part, x, y, None))
    try:
        fit_stopped(model, x, y) if case.stopped else fit(model, x, y, weights)
    except InvalidParameterError as error:
        raise Lacks(str(error).split(' Got')[0][:160]) from None
    except ValueError as error:
        if 'contains NaN' in str(error):
            raise Lacks('does not take missing values') from None
        raise
    if case.changed:
        model.set_params(**case.changed)
    writer, protocol = case.container or pick_container(position, VERSION[1])
    path = out / ('%s.%s' % (case.name, EXTENSIONS[writer]))
    if writer in OWN_WRITERS:
        # Such a file does not say all that the estimator was told: the answers are those of the file.
        write_model(model, path, writer, protocol)
        model = load_model(path, writer, model)
    rows = Rows(model, x, DATA[case.data](rng, FRESH_ROWS), rng)
    table = rows.make()
    outputs, good, errors, unsteady = ask(model, rows, table)
    if outputs is None or len(good) < 100:
        raise RuntimeError('only %d rows have answers: %s' % (len(good), set(errors.values())))

    if case.stored_n_jobs:
        set_jobs(model, case.stored_n_jobs)
    if writer not in OWN_WRITERS:
        write_model({'model': model, 'target_encoder': encoder} if encoder else model, path, writer, protocol)
    entry = {i: to_expected(outputs, k, encoder) for k, i in enumerate(good)}
    read_back = ask_file(case, path, writer, rows.present(table.iloc[good]), model)
    if read_back and any(to_expected(read_back, k, encoder) != entry[i] for k, i in enumerate(good)):
        raise RuntimeError('the file does not answer as the model did')

    presented = rows.present(table)
    presented = presented if rows.named else pd.DataFrame(presented, columns=table.columns)
    cells = {name: [to_cell(cell) for cell in presented[name].tolist()] for name in table.columns}
    tiers = find_tiers(model)
    classes = find_classes(model) if tell_task(model) == 'classifier' else []
    classes = [encoder.classes_] if encoder else classes
    document = {
        'case': case.name, 'estimator': describe(case.model), 'file': path.name, 'bytes': path.stat().st_size,
        'writer': writer, 'protocol': protocol, 'versions': versions, 'task': tell_task(model), 'tiers': tiers,
        'tier': max([1] + list(tiers.values())), 'named': rows.named, 'columns': list(table.columns),
        'kinds': rows.kinds,
        'outputs': [{'classes': to_cells(labels), 'labels': label_kind(labels)} for labels in classes],
        'bundle': {'model': 'model', 'labelEncoder': 'target_encoder'} if encoder else None,
        'rows': [{name: cells[name][i] for name in cells} for i in range(len(table))],
        'expected': [{'error': True, 'why': errors[i]} if i in errors else entry[i] for i in range(len(table))],
        'batchDependent': sorted(unsteady),
    }
    text = json.dumps(document, ensure_ascii=False, separators=(',', ':'), allow_nan=False)
    (out / (case.name + '.json')).write_text(text, encoding='utf-8')
    return {**{key: document[key] for key in ('case', 'file', 'writer', 'protocol', 'task', 'tier', 'bytes')},
            'rows': len(table), 'errors': len(errors), 'batchDependent': len(unsteady), 'jsonBytes': len(text.encode())}


def parse_part(text):
    part, parts = map(int, text.split('/'))
    if not 0 <= part < parts:
        raise ValueError(text)
    return part, parts


def is_in_part(case, part, parts):
    """Every case is in one part. By its name, so that writers and protocols, which take turns, are in all parts."""
    return crc32(case.name.encode()) % parts == part


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--out', type=Path)
    parser.add_argument('--boosters', action='store_true', help="the cases that name other libraries' estimators")
    parser.add_argument('--only', default='', metavar='REGEX', help='cases whose name it finds')
    parser.add_argument('--part', type=parse_part, default=(0, 1), metavar='K/N',
                        help='the Kth (from 0) of N parts of the table, drawn by the names of the cases')
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--list', action='store_true', help='only print the names')
    options = parser.parse_args()
    chosen = [(i, case) for i, case in enumerate(CASES)
              if re.search(options.only, case.name) and is_in_part(case, *options.part)
              and options.boosters != names_of(case.model).isdisjoint(OTHERS)]
    if options.list:
        print('\n'.join(case.name for _, case in chosen))
        return 0
    if options.out is None or not chosen:
        parser.error('--out is needed' if chosen else 'no case is called like %r' % options.only)
    versions, reference = describe_reference(options.boosters)
    options.out.mkdir(parents=True, exist_ok=True)
    warnings.simplefilter('ignore')
    np.seterr(all='ignore')
    made, lacking, failed, start = [], {}, [], time.process_time()
    for position, case in chosen:
        began = time.process_time()
        try:
            entry = make_case(case, position, options.seed, options.out, versions)
        except Lacks as reason:
            lacking[case.name] = str(reason)
        except Exception:
            failed.append(case.name)
            print('%s\n%s' % (case.name, traceback.format_exc()), file=sys.stderr)
        else:
            made.append({**entry, 'seconds': round(time.process_time() - began, 3)})
    seconds = round(time.process_time() - start, 1)
    index = {'versions': versions, 'reference': reference, 'seed': options.seed, 'seconds': seconds, 'cases': made,
             'lacking': lacking, 'failed': failed}
    (options.out / 'index.json').write_text(json.dumps(index, indent=1, ensure_ascii=False), encoding='utf-8')
    print('scikit-learn %s: %d models, %d rows (%d refused), %.1f MB, %.0f s of CPU; %d lacking, %d failed' % (
        versions['sklearn'], len(made), sum(e['rows'] for e in made), sum(e['errors'] for e in made),
        sum(e['bytes'] + e['jsonBytes'] for e in made) / 1e6, seconds, len(lacking), len(failed)))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
