# SPDX-License-Identifier: Apache-2.0
# Registries on loopback, in the test's own folder, on ports of the moment.  Sourced by tests/integration/*.sh.
# shellcheck shell=bash disable=SC2154 # work and here are of tests/integration/run
network=$here/../support/network
pids=()

stop_all() {
	local status=$?
	[ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null || true
	wait 2>/dev/null || true
	return "$status"
}
trap 'stop_all; finish' EXIT

free_port() {
	python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

wait_for() { # wait_for WHAT COMMAND...
	local what=$1 i
	shift
	for ((i = 0; i < 200; i++)); do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.05
	done
	fail "$what did not start"
}

listens() { # listens PORT
	python3 -c 'import socket, sys; socket.create_connection(("127.0.0.1", int(sys.argv[1])), 1).close()' "$1"
}

# registry NAME [YAML]: sets NAME_at to HOST:PORT.  All of them serve one storage.
registry() {
	local name=$1 port
	port=$(free_port)
	{
		printf 'version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\n'
		printf 'storage:\n  filesystem: {rootdirectory: %s}\n  delete: {enabled: true}\n' "$work/registry"
		printf 'http:\n  addr: "127.0.0.1:%s"\n%s\n' "$port" "${2-}"
	} >"$work/registry-$name.yml"
	# it takes every REGISTRY_… variable for a setting
	env -u REGISTRY_AUTH_FILE docker-registry serve "$work/registry-$name.yml" >"$work/registry-$name.log" 2>&1 </dev/null &
	pids+=($!)
	wait_for "the registry ($name)" listens "$port"
	printf -v "${name}_at" '127.0.0.1:%s' "$port"
}

# certificate NAME: NAME.key and NAME.crt for 127.0.0.1, and a name that only a proxy knows
certificate() {
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$1" -addext 'subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:registry.test' \
		-keyout "$work/$1.key" -out "$work/$1.crt" 2>/dev/null
}

token_service() { # sets tokens_at; what it was asked goes to $work/tokens.log
	certificate tokens
	python3 "$network/tokend.py" "$work/tokens.port" "$work/tokens.key" "$work/tokens.crt" >"$work/tokens.log" 2>"$work/tokens.err" </dev/null &
	pids+=($!)
	wait_for "the token service" test -s "$work/tokens.port"
	tokens_at=127.0.0.1:$(cat "$work/tokens.port")
}

# probe ARGUMENTS of basedrift-probe image
probe() {
	"$PROBE" image "$@"
}

# refused CODE PATTERN ARGUMENTS: the probe fails so (codes of bd_error_code)
refused() {
	local code=$1 pattern=$2 status=0
	shift 2
	probe "$@" >out 2>err || status=$?
	[ "$status" -eq "$code" ] || fail "$*: status $status, wanted $code: $(cat err)"
	grep -qE -- "$pattern" err || fail "$*: \"$(cat err)\" has nothing of \"$pattern\""
}
