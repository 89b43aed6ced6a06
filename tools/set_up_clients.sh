#!/bin/sh
# Installs what the client examples run on, where it is missing: PHP's command line and Node.
#
#     tools/set_up_clients.sh
#
# From Debian's packages (php-cli, nodejs), as root or through sudo without a password. What is there
# already is left alone, so that it can be run again and again.
set -eu

say() { printf '%s\n' "$*" >&2; }

missing=
command -v php >/dev/null 2>&1 || missing="$missing php-cli"
command -v node >/dev/null 2>&1 || missing="$missing nodejs"

if [ -n "$missing" ]; then
    command -v apt-get >/dev/null 2>&1 || {
        say "install these by hand, there is no apt-get here:$missing"
        exit 1
    }
    as_root=
    if [ "$(id -u)" -ne 0 ]; then as_root="sudo --non-interactive"; fi
    say "Installing$missing ..."
    export DEBIAN_FRONTEND=noninteractive
    # The lists of packages are fetched only where those that are here do not do.
    # shellcheck disable=SC2086 # one word for each package
    $as_root apt-get install --yes --quiet --no-install-recommends $missing >/dev/null 2>&1 || {
        $as_root apt-get update --quiet >/dev/null
        $as_root apt-get install --yes --quiet --no-install-recommends $missing >/dev/null
    }
fi

php -r 'exit(PHP_VERSION_ID >= 80100 ? 0 : 1);' || {
    say "PHP 8.1 or newer is needed"
    exit 1
}
node -e 'process.exit(process.versions.node.split(".")[0] >= 18 ? 0 : 1)' || {
    say "Node 18 or newer is needed"
    exit 1
}
