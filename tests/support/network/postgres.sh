# SPDX-License-Identifier: Apache-2.0
# A PostgreSQL server of the test's own: its files in the test's folder, on loopback and a socket there.  Sourced by
# tests/integration/*.sh and tests/bench/store; sets pg_at (socket, no password), pg_tcp (host and port, with password).
# shellcheck shell=bash disable=SC2154 # work is of tests/integration/run
pg_programs=$(find /usr/lib/postgresql/*/bin -maxdepth 0 2>/dev/null | sort -V | tail -n 1)
pg_folder=$work/pg

# as_postgres COMMAND...: the server refuses to be root
as_postgres() {
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --reuid=postgres --regid=postgres --clear-groups -- "$@"
	else
		"$@"
	fi
}

pg_control() {
	(cd "$pg_folder" && as_postgres "$pg_programs/pg_ctl" -D "$pg_folder/data" -l "$pg_folder/log" -s -w "$@")
}

# pg_start [SETTING...]: postgresql.conf lines
pg_start() {
	local port
	mkdir -p "$pg_folder/socket"
	if [ "$(id -u)" -eq 0 ]; then
		chmod a+x "$work"
		chown -R postgres: "$pg_folder"
	fi
	port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	(cd "$pg_folder" && as_postgres "$pg_programs/initdb" -D "$pg_folder/data" -U basedrift -A trust -E UTF8 --locale=C.UTF-8 >/dev/null)
	{
		printf "listen_addresses = '127.0.0.1'\nport = %s\nunix_socket_directories = '%s'\n" "$port" "$pg_folder/socket"
		printf "max_connections = 80\nshared_buffers = 256MB\nlog_min_messages = fatal\n"
		printf '%s\n' "$@"
	} >>"$pg_folder/data/postgresql.conf"
	printf 'local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n' >"$pg_folder/data/pg_hba.conf"
	pg_control start
	pg_at="host=$pg_folder/socket&port=$port&user=basedrift"
	pg_tcp=127.0.0.1:$port
}

pg_stop() {
	[ ! -e "$pg_folder/data/postmaster.pid" ] || pg_control -m immediate stop || true
}

# pg_sql DATABASE TEXT
pg_sql() {
	"$pg_programs/psql" -X -q -A -t -v ON_ERROR_STOP=1 -d "postgresql:///$1?$pg_at" -c "$2"
}

# pg_database NAME: a new one; its URL goes to standard output
pg_database() {
	pg_sql postgres "DROP DATABASE IF EXISTS $1" 2>/dev/null
	pg_sql postgres "CREATE DATABASE $1"
	printf 'postgresql:///%s?%s' "$1" "$pg_at"
}
