#!/bin/sh
# Makes .venv where there is none and installs capaian into it, editable, with the extras named.
#
#     tools/set_up.sh EXTRA[,EXTRA...]
#
# or, into a folder that VENV names, whatever else is to be tried as users have it:
#
#     VENV=FOLDER tools/set_up.sh --install REQUIREMENT...
#
# uv does the work where it is present and can; else the standard library's venv and pip. Both keep
# to constraints.txt. PYTHON names the interpreter (default: python3), VENV the folder.
set -eu

if [ "$1" = --install ]; then
    shift
    named=$*
else
    named="capaian[$1]"
    set -- --editable ".[$1]"
fi
python=${PYTHON:-python3}
venv=${VENV:-.venv}

say() { printf '%s\n' "$*" >&2; }

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    say "capaian needs Python 3.11 or newer, and '$python' is not: name one, as in make PYTHON=python3.12"
    exit 1
}
interpreter=$("$python" -c 'import sys; print(sys.executable)')

works() { [ -x "$venv/bin/python" ] && "$venv/bin/python" -c '' 2>/dev/null; }

# uv does not read pip's settings: hand it the index that pip was told to use, if there is one.
index() {
    [ -z "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}" ] || return 0
    UV_DEFAULT_INDEX=$("$interpreter" -m pip config list 2>/dev/null |
        sed -n "s/^[^=]*[.]index-url='\(.*\)'\$/\1/p" | tail -n 1)
    if [ -n "$UV_DEFAULT_INDEX" ]; then export UV_DEFAULT_INDEX; else unset UV_DEFAULT_INDEX; fi
}

with_uv() {
    command -v uv >/dev/null 2>&1 || return 1
    index
    works || uv venv --quiet --clear --python "$interpreter" "$venv" || return 1
    uv pip install --quiet --python "$venv/bin/python" --constraint constraints.txt "$@"
}

with_pip() {
    if ! works || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
        "$interpreter" -m venv --clear "$venv" || {
            say "'$python -m venv' failed: some systems keep it in a package of its own (python3-venv)"
            return 1
        }
    fi
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
        --constraint constraints.txt "$@"
}

say "Installing $named into $venv ..."
with_uv "$@" || {
    if command -v uv >/dev/null 2>&1; then say "uv could not: trying venv and pip"; fi
    with_pip "$@"
}
