#!/bin/sh
# Writes the query data of every query in the program into a folder, asking a new database that has the migrations.
#
# Needs PostgreSQL's server programs and psql, and not psfbot itself: after a query was changed it can't be built before
# its data are there.

set -eu

folder=$PWD/$1
bin=$(scripts/postgres-binaries.sh)
place=$(mktemp -d "${TMPDIR:-/tmp}/psfbot-queries.XXXXXX")
unset PGHOST PGPORT PGUSER PGDATABASE PGSERVICE PGPASSWORD PGOPTIONS

# PostgreSQL refuses to run as root.
if [ "$(id -u)" = 0 ]; then
    account=postgres
    id "$account" >/dev/null 2>&1 || account=nobody
    chown "$account" "$place"
    # shellcheck disable=SC2016 # its own shell is to expand them
    server() { (cd / && su -s /bin/sh -c 'exec "$0" "$@"' -- "$account" "$@"); }
else
    server() { "$@"; }
fi

finish() {
    server "$bin/pg_ctl" --pgdata="$place/data" --mode=immediate --silent stop >/dev/null 2>&1 || true
    rm -rf "$place"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

server "$bin/initdb" --pgdata="$place/data" --username=psfbot --encoding=UTF8 --locale=C --auth=trust --no-sync >/dev/null
server "$bin/pg_ctl" --pgdata="$place/data" --log="$place/log" --silent --wait \
    --options="-c listen_addresses= -c fsync=off -k $place" start >/dev/null || { cat "$place/log" >&2; exit 1; }
for migration in migrations/*.sql; do
    "$bin/psql" --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --host="$place" --username=psfbot --dbname=postgres \
        --file="$migration" >/dev/null
done

rm -rf "$folder"
mkdir -p "$folder"
# The macros write their data while they are expanded, so the crate must be compiled anew; its own folder keeps the
# ordinary build's results.
touch src/lib.rs
DATABASE_URL="postgres://psfbot@localhost/postgres?host=$place" SQLX_OFFLINE=false SQLX_OFFLINE_DIR="$folder" \
    "${CARGO:-cargo}" check --locked --quiet --lib
