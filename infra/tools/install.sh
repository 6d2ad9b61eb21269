#!/bin/sh
# Makes .venv and installs one lock and this tree into it: sh infra/tools/install.sh requirements.lock
# Whatever is fetched is checked against the hashes of the lock; nothing but Python is needed beforehand.
set -eu
lock=$1
venv=.venv

python_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

make_venv() {
    for python in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if python_new_enough "$python"; then
            "$python" -m venv --clear "$venv"
            return
        fi
    done
    echo "huanjie needs Python 3.11 or newer; set PYTHON to one, as in: make run PYTHON=/path/to/python3" >&2
    exit 1
}

# uv does not read pip's settings, so a mirror or a certificate set for pip is handed over.
hand_over_pip_settings() {
    index=${PIP_INDEX_URL:-$("$venv/bin/pip" config get global.index-url 2>/dev/null || true)}
    if [ -n "$index" ]; then export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$index}"; fi
    if [ -n "${PIP_CERT:-}" ]; then export SSL_CERT_FILE="${SSL_CERT_FILE:-$PIP_CERT}"; fi
}

# uv is quick; where it cannot reach the index, pip may.
install() {
    VIRTUAL_ENV=$venv "$venv/bin/uv" pip install --quiet --no-deps --no-build-isolation "$@" ||
        "$venv/bin/pip" install --quiet --no-deps --no-build-isolation "$@"
}

python_new_enough "$venv/bin/python" || make_venv
echo "Installing $lock into $venv" >&2
export PIP_DISABLE_PIP_VERSION_CHECK=1
"$venv/bin/pip" install -qq --no-deps --require-hashes -r requirements-build.lock
hand_over_pip_settings
install --require-hashes -r "$lock"
install --editable .
