#!/usr/bin/env bash
# Makes the whole parity matrix: a folder in FOLDER for each environment and table. Models that are there are kept.
#   ./make_all.sh FOLDER
# Environments are those of environments.py, in PARITY_CACHE or .cache; about ten minutes of processor time beside them.
set -euo pipefail
out=$(realpath -m "$1")
cd "$(dirname "$0")"
python=${PARITY_PYTHON:-python3.11}
cache=${PARITY_CACHE:-.cache}
make() { # FOLDER ENVIRONMENT SCRIPT OPTION...
  local folder=$1 environment=$2
  shift 2
  [ -e "$out/$folder/index.json" ] || "$cache/$environment/bin/python" "$@" --out "$out/$folder"
}
names=(1.2 1.3 1.4 1.5 1.6 1.7 1.9)
boosters=(3 4.5 4.7 newest)
"$python" environments.py --cache "$cache" "${names[@]}" "${boosters[@]/#/boosters-}"
for name in "${names[@]}"; do make "$name" "$name" make_cases.py; done
for name in "${boosters[@]}"; do
  make "boosters-$name" "boosters-$name" make_boosters.py
  make "estimators-$name" "boosters-$name" make_cases.py --boosters
done
