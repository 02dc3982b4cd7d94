# SPDX-License-Identifier: Apache-2.0
# Every test of the store once more, on a real PostgreSQL.
# shellcheck shell=bash disable=SC2154
need_tool python3
# shellcheck source=../support/network/postgres.sh
. "$here/../support/network/postgres.sh"
[ -n "$pg_programs" ] || skip "there is no PostgreSQL"
trap 'pg_stop; finish' EXIT
pg_start "fsync = off"
"$BASEDRIFT" --version | grep -q libpq || skip "built without libpq"
tests=$(dirname "$BASEDRIFT")/../tests
BASEDRIFT_TEST_POSTGRES=$(pg_database units)
export BASEDRIFT_TEST_POSTGRES
"$tests/unit_store_store" >out 2>&1 || fail "$(grep -vE 'RUN|       OK' out)"
grep -q '52 test(s) run' out || fail "not every test ran twice: $(grep 'run' out)"
