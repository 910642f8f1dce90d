"""Makes a sample of the parity matrix from nothing but Python 3.11 and a package index: environments, models, answers.

    python3 sample.py --out DIR [--cache DIR]

DIR/FOLDER gets what make_cases.py writes, for each folder of PLAN. Environments are kept in --cache, else
in PARITY_CACHE, else they are made in a temporary folder and removed. All of them are worked on at once. What takes how
long goes to stderr.

Exit status: 0 when all was made; 1 when something went wrong; 3 when this machine cannot make it, for want of
Python 3.11 or of a package index, which the last line of stderr says.
"""
import argparse
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from environments import HERE, ensure_environment, find_python, read_pins

# environment in versions.json: {folder: what fills it}. The parts of the table are drawn by name, so that every case is
# asked of one version: the oldest and the newest scikit-learn, and one between. Estimators of LightGBM and XGBoost are a
# table of their own. Another row is all that another environment needs.
PLAN = {
    '1.2': {'1.2': ['make_cases.py', '--part', '1/3']},
    '1.6': {'1.6': ['make_cases.py', '--part', '0/3']},
    '1.9': {'1.9': ['make_cases.py', '--part', '2/3']},
    'boosters-4.5': {'estimators-4.5': ['make_cases.py', '--boosters', '--part', '0/3']},
    'boosters-4.7': {
        'boosters-4.7': ['make_boosters.py'],
        'estimators-4.7': ['make_cases.py', '--boosters', '--part', '1/3'],
    },
}
UNAVAILABLE = 3


def make(name, pins, cache, base_python, out):
    """Seconds of the environment and of its models; CalledProcessError when either fails."""
    start = time.monotonic()
    python = ensure_environment(name, pins, cache, base_python)
    middle = time.monotonic()
    for folder, (script, *options) in PLAN[name].items():
        subprocess.run([str(python), str(HERE / script), '--out', str(out / folder), *options], check=True,
                       stdout=sys.stderr, stdin=subprocess.DEVNULL)
    return middle - start, time.monotonic() - middle


def find_lack(base_python):
    """Why no environment can be made on this machine, None when one can."""
    with tempfile.TemporaryDirectory() as folder:
        if subprocess.run([base_python, '-m', 'venv', folder], stdout=sys.stderr).returncode:
            return '%s cannot make virtual environments' % base_python
        pip = [folder + '/bin/python', '-m', 'pip', '--disable-pip-version-check']
        fetch = ['download', '--quiet', '--no-deps', '--retries', '1', '--dest', folder, 'six==1.17.0']
        if subprocess.run(pip + fetch, stdout=sys.stderr).returncode:
            return 'no package index answers'
    return None


def give_up(why):
    print('The sample of the parity matrix cannot be made here: %s' % why, file=sys.stderr)
    return UNAVAILABLE


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--cache', default=os.environ.get('PARITY_CACHE'))
    options = parser.parse_args()
    wanted_python, sklearn_pins, booster_pins = read_pins()
    pins = {**sklearn_pins, **booster_pins}
    try:
        base_python = find_python(wanted_python)
    except SystemExit as reason:
        return give_up(reason)
    failed = False
    with tempfile.TemporaryDirectory() as temporary, ThreadPoolExecutor(len(PLAN)) as pool:
        cache = options.cache or temporary
        jobs = {name: pool.submit(make, name, pins[name], cache, base_python, options.out) for name in PLAN}
        for name, job in jobs.items():
            try:
                print('%s: environment %.0f s, models %.0f s' % (name, *job.result()), file=sys.stderr)
            except (subprocess.CalledProcessError, OSError) as error:
                print('%s: %s' % (name, error), file=sys.stderr)
                failed = True
    if not failed:
        return 0
    lack = find_lack(base_python)
    return give_up(lack) if lack else 1


if __name__ == '__main__':
    sys.exit(main())
