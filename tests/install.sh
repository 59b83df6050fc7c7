#!/bin/sh
# Installs what the tests need beside Python: PostgreSQL, Redis, nginx and Chromium, on Debian and Ubuntu by apt. Elsewhere, or without
# the right to install, it says which tests will be left out; with CI=true that is a failure.
set -eu

have_postgres() { command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; }
have_redis() { command -v redis-server >/dev/null 2>&1; }
have_nginx() { [ -x /usr/sbin/nginx ] || command -v nginx >/dev/null 2>&1; }
have_chromium() {
    for program in chromium chromium-browser google-chrome; do
        # Ubuntu has a chromium that only says how to get the real one, so it must answer.
        "$program" --version >/dev/null 2>&1 && return 0
    done
    return 1
}

as_root=
can_install() {
    command -v apt-get >/dev/null 2>&1 || return 1
    [ "$(id -u)" -ne 0 ] || return 0
    as_root="sudo -n"
    sudo -n true 2>/dev/null
}

packages=
have_postgres || packages="$packages postgresql"
have_redis || packages="$packages redis-server"
have_nginx || packages="$packages nginx"
have_chromium || packages="$packages chromium fonts-liberation"
[ -n "$packages" ] || exit 0

if can_install; then
    echo "tests: installing$packages"
    # shellcheck disable=SC2086 # several packages, several words
    {
        $as_root apt-get update -qq || true
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
            -o DPkg::Lock::Timeout=300 $packages >/dev/null || true
    }
fi

left_out=0
have_postgres || { left_out=1 && echo "tests: no PostgreSQL here; the tests of records run on SQLite only" >&2; }
have_redis || { left_out=1 && echo "tests: no Redis here; the tests of the shared cache are left out" >&2; }
have_nginx || { left_out=1 && echo "tests: no nginx here; the tests of its configuration are left out" >&2; }
have_chromium || { left_out=1 && echo "tests: no Chromium here; the tests of the page are left out" >&2; }
if [ "$left_out" -eq 1 ]; then
    echo "tests: install postgresql, redis-server, nginx and chromium by hand, or run this as root on Debian or Ubuntu" >&2
    [ "${CI:-}" != true ] || exit 1
fi
