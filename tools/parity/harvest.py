"""Runs other projects' tests, keeps the models that they fit with what those answer, converts and compares them all.

    python3 harvest.py --out DIR [--minutes N] [--python PYTHON] [--absent PACKAGES] [TESTS ...]

TESTS are what pytest takes: packages with their tests inside (sklearn.tree), or files and folders of tests that are
unpacked anywhere, of sklearn-onnx, hummingbird, treelite, m2cgen, LightGBM, XGBoost. Without any they are those of
scikit-learn's own that have to do with trees. PYTHON is of an environment that has the libraries and pytest, without it
the environment `harvest` of versions.json. PACKAGES, by commas, are what the tests import and it has not: they find empty
ones. DIR/TESTS gets what recorder.py writes. Each of TESTS has N minutes; what was recorded by then counts, whether the
tests pass does not matter here.

Prints how many models were seen, recorded, converted, exact, and each that differs or is refused, by reason.
Exit status: 1 when an answer differs.
"""
import argparse
import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

from environments import HERE, ensure_environment, find_python, read_pins

CLI = HERE.parent.parent / 'dist' / 'tools' / 'cli.js'
SKLEARN = ['sklearn.' + name for name in (
    'tree ensemble compose feature_selection impute preprocessing model_selection inspection frozen semi_supervised '
    'tests.test_calibration tests.test_pipeline tests.test_multioutput tests.test_multiclass tests.test_common').split()]


def find_environment():
    wanted_python, _, boosters = read_pins()
    cache = os.environ.get('PARITY_CACHE', str(HERE / '.cache'))
    return str(ensure_environment('harvest', boosters['harvest'], cache, find_python(wanted_python)))


def folder_of(out, tests):
    return out.resolve() / tests.strip('/').replace('/', '-')


def run_tests(python, tests, out, minutes, absent):
    given = filter(None, os.environ.get('PYTHONPATH', '').split(os.pathsep))
    paths = [str(HERE), *(str(Path(path).resolve()) for path in given)]
    environment = {**os.environ, 'PYTHONPATH': os.pathsep.join(paths), 'RECORDER_OUT': str(out), 'OMP_NUM_THREADS': '1',
                   'RECORDER_ABSENT': absent.replace(',', ' '),
                   'NPY_DISABLE_CPU_FEATURES': 'AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL AVX512_SPR '
                                               'X86_V4'}
    where = [str(Path(tests).resolve())] if Path(tests).exists() else ['--pyargs', tests]
    process = subprocess.Popen(
        [python, '-m', 'pytest', '-q', '--continue-on-collection-errors', '-p', 'recorder', '-p', 'no:cacheprovider',
         '--tb=no', '-W', 'ignore', *where],
        env=environment, cwd=out.parent, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
        start_new_session=True)
    try:
        said, _ = process.communicate(timeout=60 * minutes)
    except subprocess.TimeoutExpired:
        # As Ctrl-C does, after which pytest ends in order.
        process.send_signal(signal.SIGINT)
        try:
            said, _ = process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            # With the workers of joblib, which hold its output open.
            os.killpg(process.pid, signal.SIGKILL)
            said, _ = process.communicate()
    return (said.strip().split('\n') or [''])[-1]


def compare(out):
    """One object per model, as compare.ts has them."""
    command = ['node', str(CLI), 'parity', '--json', str(out)]
    lines = subprocess.run(command, stdout=subprocess.PIPE, text=True).stdout.split('\n')
    return [json.loads(line) for line in lines if line.startswith('{')]


def shorten(reason):
    """A refusal without the names of files and places, so that the same reasons count as one."""
    reason = re.sub(r'^\S+\.(pkl|txt|json): ', '', reason)
    reason = re.sub(r'At byte \d+: |\[\d+\]|\d+', lambda found: '#' if found[0].isdigit() else '', reason)
    return reason.split(' (nothing was executed)')[0][:140]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('tests', nargs='*', metavar='TESTS', default=SKLEARN)
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--minutes', type=float, default=10)
    parser.add_argument('--python')
    parser.add_argument('--absent', default='', metavar='PACKAGES')
    options = parser.parse_args()
    python = options.python or find_environment()
    options.out.mkdir(parents=True, exist_ok=True)
    total, refusals, differing = Counter(), Counter(), []
    for tests in options.tests or SKLEARN:
        out = folder_of(options.out, tests)
        ending = run_tests(python, tests, out, options.minutes, options.absent)
        if not (out / 'index.json').exists():
            print('%s: nothing was recorded: %s' % (tests, ending))
            continue
        counts = json.loads((out / 'counts.json').read_text())
        results = compare(out)
        wrong = [result for result in results if result['wrong'] or result['different'] > 0]
        refused = [result['refused'] for result in results if 'refused' in result]
        exact = len(results) - len(wrong) - len(refused)
        print('%s (%s): %d seen, %d recorded, %d converted, %d exact, %d differ, %d refused' % (
            tests, ending, counts.get('seen', 0), len(results), len(results) - len(refused), exact, len(wrong),
            len(refused)), flush=True)
        total.update(recorded=len(results), converted=len(results) - len(refused), exact=exact, differ=len(wrong),
                     refused=len(refused))
        total.update({'not recorded: ' + why: count for why, count in counts.items() if why not in ('seen', 'recorded')})
        refusals.update(map(shorten, refused))
        differing += [(tests, result) for result in wrong]
    print('\nIn all: ' + ', '.join('%d %s' % (count, what) for what, count in total.items()))
    for tests, result in differing:
        case = json.loads((folder_of(options.out, tests) / (result['name'] + '.json')).read_text())
        print('  differs: %s, %s: %s' % (result['name'], case['test'], result['first']))
    for reason, count in refusals.most_common():
        print('  %d refused: %s' % (count, reason))
    return 1 if differing else 0


if __name__ == '__main__':
    sys.exit(main())
