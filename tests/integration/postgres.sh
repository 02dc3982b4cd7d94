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
for test in records choose tags looks store; do
	"$tests/unit_store_$test" >out 2>&1 || fail "$test: $(grep -vE 'RUN|       OK' out)"
	wanted=$((2 * $(grep -c 'BOTH(test_' "$here/../unit/store/test_$test.c")))
	grep -q " $wanted test(s) run" out || fail "$test: not every test ran twice: $(grep 'run' out)"
done
