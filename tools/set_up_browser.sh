#!/bin/sh
# Installs what pages are opened in, where it is missing: Chromium, and letters for it.
#
#     tools/set_up_browser.sh
#
# From Debian's packages (chromium, fonts-dejavu-core, fonts-liberation), as root or through sudo
# without a password. What is there already is left alone, so that it can be run again and again.
# Playwright, which drives it, comes with the extra `dev`.
set -eu

say() { printf '%s\n' "$*" >&2; }

missing=
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
for package in fonts-dejavu-core fonts-liberation; do
    [ -d "/usr/share/doc/$package" ] || missing="$missing $package"
done

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

chromium --version >/dev/null || {
    say "Chromium does not start"
    exit 1
}
