# SPDX-License-Identifier: Apache-2.0
# A registry of ours that misbehaves: each fault ends in a clear error within its limits, or is got over; no credential reaches another host.
# shellcheck shell=bash disable=SC2154
export BASEDRIFT_OFFLINE= # this test's own registries, on loopback
need_tool python3 jq
# shellcheck source=/dev/null
. "$here/../support/network/lib.sh"
unset HTTP_PROXY HTTPS_PROXY http_proxy https_proxy ALL_PROXY all_proxy DOCKER_CONFIG SSL_CERT_FILE SSL_CERT_DIR

python3 - >bulk.json <<'SPEC'
import json
layers = [{"entries": [{"path": "noise%d" % i, "content_base64": __import__("base64").b64encode(bytes((j * j * 7 + j // 251 + i) % 251 for j in range(300000))).decode()}]} for i in range(2)]
print(json.dumps({"reference": "app:1", "platform": "linux/amd64", "created": "2026-01-02T03:04:05Z", "layers": layers,
                  "history": [{"created": "2026-01-02T03:04:05Z", "created_by": "COPY . /"}] * 2}))
SPEC
"$MKIMAGE" bulk.json layout --format oci
mkdir faults
python3 "$network/faultd.py" faults layout >faults/log 2>&1 </dev/null &
pids+=($!)
wait_for "the faulty registry" test -s faults/port
at=127.0.0.1:$(cat faults/port)
secret=$(printf 'tester:planted-secret' | base64)
printf '{"auths": {"%s": {"auth": "%s"}}}' "$at" "$secret" >auth.json
export REGISTRY_AUTH_FILE=$PWD/auth.json
probe oci:layout | jq -S '{diff_ids, layers}' >wanted

requests() { # requests JQ_FILTER: how many requests since the last call of `forget` match
	jq -s "map(select($1)) | length" faults/requests
}
forget() {
	: >faults/requests
}
good() { # good FAULT [OPTION...]: got over
	probe "docker://$at/$1:1" "${@:2}" >got.json 2>err || fail "$1: $(cat err)"
	jq -S '{diff_ids, layers}' got.json >got
	same "$1" wanted got
}
bad() { # bad FAULT CODE PATTERN [OPTION...], within a minute
	local begin=$SECONDS
	refused "$2" "$3" "docker://$at/$1:1" "${@:4}"
	[ $((SECONDS - begin)) -le 60 ] || fail "$1 took $((SECONDS - begin)) s"
	! grep -q -e planted -e "$secret" -e 'good-' err || fail "$1: a secret in the message: $(cat err)"
}

# what is wrong stays wrong
bad wrong-digest 2 'digest mismatch'
bad wrong-manifest 2 'manifest: digest mismatch'
bad longer 2 'size mismatch'
bad schema1 6 'schema 1.*not supported'
bad huge-manifest 3 'announces a manifest of 10737418240 bytes'
bad huge 2 'size mismatch: expected [0-9]+ bytes, there are more'
good bomb # Content-Encoding is not undone: a digest is of the bytes as stored
bad endless 3 'more than 10 redirects'
bad to-file 2 'redirect to nothing'
bad no-location 2 'redirect to nothing'
bad loop 5 'refuses'
bad negotiate 6 'neither by Basic nor by Bearer'
bad nonsense 2 'no WWW-Authenticate'
bad header-in-token 2 'no token'
bad denied 5 '403 Forbidden: .*DENIED'
! grep -q $'\033' err || fail "an escape sequence in the message"
forget
bad throttled-for-long 1 'asked to wait 3600 seconds.*429'
[ "$(requests '.path | test("throttled-for-long/blobs")')" -le 4 ] || fail "throttled for long, and asked again"
forget
bad always-500 1 'given up after 5 tries.*500'
bad truncated 1 'given up after|broke'
bad wrong-range 2 'sends others'
bad silent 1 'stalled' --stall 1
bad stall 1 'stalled' --stall 1

# what passes is got over
good sound
good no-digest
good broken-gateway
good stall-once --stall 2
begin=$SECONDS
good throttled
[ $((SECONDS - begin)) -ge 2 ] || fail "Retry-After was not heeded"
forget
good resume
[ "$(requests '.range != null')" -eq 2 ] || fail "not resumed with Range"
good no-range
forget
good expires-in-resume
[ "$(requests '.path | startswith("/token")')" -ge 2 ] || fail "no new token"
good expires

# HEAD before GET, and GET by the digest that it told
forget
probe "$at/sound:1" --resolve >got.json
jq -r 'select(.path | test("manifests")) | "\(.method) \(.path | ltrimstr("/v2/sound/manifests/") | .[0:7])"' faults/requests >got
printf 'HEAD 1\nGET sha256:\n' >wanted-requests
same "requests for a manifest" wanted-requests got

# credentials: to the registry and its token service, nowhere else
forget
good redirect
good private
[ "$(requests '.server == "other" and (.path | test("blob"))')" -ge 4 ] || fail "the redirects were not followed"
[ "$(requests '.server == "other" and .authorization != null')" -eq 0 ] || fail "credentials reached another host"
[ "$(requests '.server == "port" and .authorization != null and (.path | test("private"))')" -ge 3 ] || fail "no credentials where they belong"
forget
good there-and-back
[ "$(requests '(.server == "other" or (.path | test("landed"))) and .authorization != null')" -eq 0 ] || fail "credentials after a redirect to another host"

# -v tells addresses, and never a credential or the query of a signed address
"$BASEDRIFT" collect "docker://$at/private:1" -v -o record=r.jsonl 2>err || fail "private: $(cat err)"
grep -qE "^basedrift: GET http://$at/v2/private/blobs/sha256:[0-9a-f]{64}: 307" err || fail "no redirect told: $(cat err)"
! grep -q -e planted -e "$secret" -e 'good-' -e '?' err || fail "a secret was told: $(cat err)"
