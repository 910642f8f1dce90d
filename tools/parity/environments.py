"""Makes one virtual environment per row of versions.json, and keeps it while its pins stay the same.

    python3.11 environments.py [NAME ...] [--cache DIR]

NAME is a key of versions.json ('1.6', 'boosters-4'); without one, every scikit-learn version. The folder is DIR, else
PARITY_CACHE, else .cache beside this file. For each name one line goes to stdout: NAME, a tab, the Python of the
environment. Progress and pip's complaints go to stderr. Exit status 1 when an environment cannot be
made; the others are still made.

Only the standard library is used. The oldest version needs Python 3.11 or older and nearly all newer ones take it, so
the interpreter is PARITY_PYTHON, else this one when it is 3.11, else `python3.11` of the PATH. An environment whose row
has its own `python` is made with that one of the PATH.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def read_pins():
    """{'python': '3.11', 'pins': {name: {package: version}}}, scikit-learn versions first, then boosters."""
    versions = json.loads((HERE / 'versions.json').read_text())
    return versions['python'], versions['scikit-learn'], versions['boosters']


def find_python(wanted):
    """Path of an interpreter of version `wanted`; SystemExit says what to do when there is none."""
    chosen = os.environ.get('PARITY_PYTHON')
    if chosen is None and '%d.%d' % sys.version_info[:2] == wanted:
        chosen = sys.executable
    chosen = chosen or shutil.which('python' + wanted)
    if chosen is None:
        raise SystemExit('No Python %s found: install it, or name one in PARITY_PYTHON.' % wanted)
    return chosen


def ensure_environment(name, pins, cache, base_python):
    """
    Python of the environment `name` with exactly `pins`; made or remade only when the pins changed. OSError when its
    own Python is not there.
    """
    pins = dict(pins)
    own_python = pins.pop('python', None)
    if own_python:
        base_python = shutil.which('python' + own_python)
        if base_python is None:
            raise OSError('needs python%s on the PATH' % own_python)
    folder = Path(cache) / name
    python = folder / 'bin' / 'python'
    stamp = folder / 'pins.json'
    wanted = json.dumps(pins, indent=1, sort_keys=True)
    if python.exists() and stamp.exists() and stamp.read_text() == wanted:
        return python
    print('%s: installing %d packages into %s' % (name, len(pins), folder), file=sys.stderr)
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    run([base_python, '-m', 'venv', str(folder)])
    # --no-deps: the pins are the whole set, so that a run of next year installs the same files.
    # --no-compile: Python compiles what is imported, a small part.
    run([str(python), '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--no-compile',
         '--only-binary', ':all:'] + ['%s==%s' % pin for pin in pins.items()])
    run([str(python), '-m', 'pip', '--disable-pip-version-check', 'check'])
    stamp.write_text(wanted)
    return python


def run(command):
    """Runs `command` with its output on stderr; CalledProcessError when it fails."""
    subprocess.run(command, check=True, stdout=sys.stderr)


def main():
    wanted_python, sklearn_pins, booster_pins = read_pins()
    pins = {**sklearn_pins, **booster_pins}
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('names', nargs='*', metavar='NAME', help=', '.join(pins))
    parser.add_argument('--cache', default=os.environ.get('PARITY_CACHE', str(HERE / '.cache')))
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in pins]
    if unknown:
        parser.error('%s: not in versions.json, which has %s' % (', '.join(unknown), ', '.join(pins)))
    base_python = find_python(wanted_python)
    failed = False
    for name in options.names or sklearn_pins:
        try:
            python = ensure_environment(name, pins[name], options.cache, base_python)
        except (subprocess.CalledProcessError, OSError) as error:
            print('%s: %s' % (name, error), file=sys.stderr)
            failed = True
        else:
            print('%s\t%s' % (name, python), flush=True)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
