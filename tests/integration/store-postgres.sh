# SPDX-License-Identifier: Apache-2.0
# The store on a real PostgreSQL: what store.sh does, and what only a server does: connections that are cut, passwords, TLS.
# shellcheck shell=bash disable=SC2154
need_tool python3 jq openssl
# shellcheck source=../support/network/postgres.sh
. "$here/../support/network/postgres.sh"
# shellcheck source=../support/store.sh
. "$here/../support/store.sh"
[ -n "$pg_programs" ] || skip "there is no PostgreSQL"
"$BASEDRIFT" --version | grep -q libpq || skip "built without libpq"
trap 'pg_stop; finish' EXIT
mkdir -p "$work/pg"
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext 'subjectAltName=IP:127.0.0.1' \
	-keyout "$work/pg/server.key" -out "$work/pg/server.crt" 2>/dev/null
chmod 600 "$work/pg/server.key"
pg_start "ssl = on" "ssl_cert_file = '$work/pg/server.crt'" "ssl_key_file = '$work/pg/server.key'"

check_story "$(pg_database story)"
check_bytes "postgresql:///story?$pg_at"
check_history "$(pg_database history)"
check_killed "$(pg_database killed)" 200
check_writers "$(pg_database writers)" 32

# connections are cut while 8 write: each is made again, and nothing is lost
store=$(pg_database cut)
on "$store" store init
(while sleep 0.02; do pg_sql postgres "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = 'cut'" || exit 0; done) >cuts 2>/dev/null &
cutter=$!
check_writers_of() { (mkdir -p "$1" && cd "$1" && "$records" many "$1" 40 cut && "$BASEDRIFT" import -q --store "$store" ./*.jsonl); }
writers=()
for n in 1 2 3 4 5 6 7 8; do
	check_writers_of "c$n" 2>>cut.err &
	writers+=($!)
done
for n in "${writers[@]}"; do wait "$n" || fail "a connection that was cut: $(cat cut.err)"; done
kill "$cutter"
[ "$(awk '{ n += $1 } END { print n }' cuts)" -gt 0 ] || fail "no connection was cut"
[ "$(on "$store" log cut --limit 0 --format json | jq '.builds | length')" -eq 320 ] || fail "builds were lost"
clean "$store"

# passwords: right, wrong, and one that breaks the URL; none is printed
pg_sql postgres "CREATE ROLE ci LOGIN PASSWORD 'ge:heim@1'"
pg_sql postgres "CREATE DATABASE ci OWNER ci"
shown() { # shown STATUS PATTERN URL
	local status=0
	"$BASEDRIFT" store init --store "$3" >out 2>&1 || status=$?
	[ "$status" -eq "$1" ] || fail "status $status, wanted $1: $(cat out)"
	grep -qE -- "$2" out || fail "\"$(cat out)\" has nothing of \"$2\""
	! grep -q heim out || fail "a password is printed: $(cat out)"
}
shown 0 'is ready' "postgresql://ci:ge%3Aheim%401@$pg_tcp/ci"
shown 0 'is ready' "postgresql://ci@$pg_tcp/ci?password=ge:heim%401"
shown 2 'password authentication failed' "postgresql://ci:geheim@$pg_tcp/ci"
shown 2 'does not understand this URL' "postgresql://ci:ge%zzheim@$pg_tcp/ci"
PGPASSWORD=ge:heim@1 shown 0 'is ready' "postgresql://ci@$pg_tcp/ci"
"$BASEDRIFT" import -q --store "postgresql://ci:ge%3Aheim%401@$pg_tcp/ci" story/*.jsonl
! "$BASEDRIFT" store export --store "postgresql://ci:ge%3Aheim%401@$pg_tcp/ci" | grep -q heim || fail "a password is in a record"

# TLS as libpq has it
cp "$work/pg/server.crt" root.crt
export PGPASSWORD=ge:heim@1
shown 0 'is ready' "postgresql://ci@$pg_tcp/ci?sslmode=verify-full&sslrootcert=$PWD/root.crt"
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=other -keyout other.key -out other.crt 2>/dev/null
shown 2 'certificate verify failed' "postgresql://ci@$pg_tcp/ci?sslmode=verify-full&sslrootcert=$PWD/other.crt"

# who may only read is told so, and may read
pg_sql ci "CREATE ROLE reader LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader"
reader="postgresql:///ci?${pg_at/user=basedrift/user=reader}"
on "$reader" log orders >out
grep -q '#5' out || fail "$(cat out)"
status=0
"$BASEDRIFT" mark --store "$reader" 'orders#5' passed >out 2>&1 || status=$?
[ "$status" -eq 2 ] && grep -q 'permission denied' out || fail "$(cat out)"

# a server that may only be read, and one that is gone
pg_sql postgres "ALTER DATABASE ci SET default_transaction_read_only = on"
status=0
"$BASEDRIFT" mark --store "postgresql://ci@$pg_tcp/ci" 'orders#5' passed >out 2>&1 || status=$?
[ "$status" -eq 2 ] && grep -q 'may only read' out || fail "$(cat out)"
pg_stop
shown 2 'Connection refused' "postgresql://ci@$pg_tcp/ci"
