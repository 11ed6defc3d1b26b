#!/bin/sh
# Writes the query data of every query in the program into a folder, asking the database of DATABASE_URL.
# Started by `make sqlx` with the private cluster.
set -eu
folder=$1
target/debug/psfbot migrate >/dev/null
rm -rf "$folder"
mkdir -p "$folder"
# The macros write their data while they are expanded, so the crate must be compiled anew; its own folder keeps the
# ordinary build's results.
touch src/lib.rs
SQLX_OFFLINE=false SQLX_OFFLINE_DIR="$PWD/$folder" cargo check --locked --quiet --lib
