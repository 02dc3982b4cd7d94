# SPDX-License-Identifier: Apache-2.0
# Proxies of the environment: a tunnel to a registry with TLS, plain requests to one without.  The names of these registries are known to
# the proxy alone.  No credential of a registry reaches the proxy or another host, and the proxy's own password is never shown or recorded.
# shellcheck shell=bash disable=SC2154
export BASEDRIFT_OFFLINE= # this test's own registries, on loopback
need_tool docker-registry skopeo openssl htpasswd python3 jq
# shellcheck source=/dev/null
. "$here/../support/network/lib.sh"
unset HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy ALL_PROXY all_proxy DOCKER_CONFIG SSL_CERT_FILE SSL_CERT_DIR REQUEST_METHOD

registry open
certificate tls
htpasswd -Bbn tester planted-secret >"$work/htpasswd" 2>/dev/null
registry tls "  tls: {certificate: $work/tls.crt, key: $work/tls.key}
auth:
  htpasswd: {realm: tests, path: $work/htpasswd}"
images=$(cd "$here/.." && pwd)/data/images
"$MKIMAGE" "$images/small.json" first --format oci
skopeo --policy "$work/policy.json" copy -q --dest-tls-verify=false oci:first "docker://$open_at/services/app:1" || fail "skopeo push"
mkdir faults
python3 "$network/faultd.py" faults first >faults/log 2>&1 </dev/null &
pids+=($!)
wait_for "the faulty registry" test -s faults/port
plain=127.0.0.1:$(cat faults/port)
other=127.0.0.1:$(cat faults/other)
mkdir proxy
touch proxy/requests
python3 "$network/proxyd.py" proxy user:planted-proxy "registry.test:443=$tls_at" "plain.test:5000=$plain" "$plain=$plain" "$other=$other" >proxy/log 2>&1 </dev/null &
pids+=($!)
wait_for "the proxy" test -s proxy/port
proxy=http://user:planted-proxy@127.0.0.1:$(cat proxy/port)
wrong=http://user:planted-wrong@127.0.0.1:$(cat proxy/port)

mkdir certs && cp "$work/tls.crt" certs/
secret=$(printf 'tester:planted-secret' | base64)
printf '{"auths": {"registry.test": {"auth": "%s"}, "plain.test:5000": {"auth": "%s"}, "%s": {"auth": "%s"}}}' "$secret" "$secret" "$plain" "$secret" >auth.json
export REGISTRY_AUTH_FILE=$PWD/auth.json
probe oci:first | jq -S '{diff_ids, layers}' >wanted
asked() { # asked JQ_FILTER: how many requests to the proxy since the last `forget` match
	jq -s "map(select($1)) | length" proxy/requests
}
forget() {
	: >proxy/requests
	: >faults/requests
}
good() { # good IMAGE [OPTION...]
	probe "$@" >got.json 2>err || fail "$*: $(cat err)"
	jq -S '{diff_ids, layers}' got.json >got
	same "$1" wanted got
}
silent() { # nothing secret in what was said
	! grep -q -e planted -e "$secret" err || fail "a secret in the message: $(cat err)"
}

# a tunnel: what goes through it the proxy does not see
HTTPS_PROXY=$proxy good docker://registry.test/services/app:1 --cert-dir certs
[ "$(asked '.known and .method == "CONNECT" and .target == "registry.test:443"')" -ge 1 ] || fail "no tunnel: $(cat proxy/requests)"
[ "$(asked '.method != "CONNECT" or .authorization != null')" -eq 0 ] || fail "more than a tunnel: $(cat proxy/requests)"
forget
https_proxy=$proxy good docker://registry.test/services/app:1 --cert-dir certs
ALL_PROXY=$proxy good docker://registry.test/services/app:1 --cert-dir certs
[ "$(asked .known)" -ge 2 ] || fail "https_proxy, ALL_PROXY"

# plain requests, also by the name in upper case that other tools read; a redirect leads to another host, and no credentials with it
for variable in http_proxy HTTP_PROXY; do
	forget
	env "$variable=$proxy" "$PROBE" image docker://plain.test:5000/private:1 --tls-verify false >got.json 2>err || fail "$variable: $(cat err)"
	jq -S '{diff_ids, layers}' got.json >got
	same "$variable" wanted got
	[ "$(asked ".known and .target == \"plain.test:5000\" and (.authorization // \"\" | startswith(\"Bearer good-\"))")" -ge 3 ] || fail "$variable: $(cat proxy/requests)"
	[ "$(asked ".target == \"$other\"")" -ge 1 ] || fail "$variable: the redirect was not followed: $(cat proxy/requests)"
	[ "$(asked ".target == \"$other\" and .authorization != null")" -eq 0 ] || fail "$variable: credentials for another host: $(cat proxy/requests)"
	[ "$(jq -s 'map(select(.proxy_authorization != null)) | length' faults/requests)" -eq 0 ] || fail "the proxy's password reached a registry"
done
# as in other programs: a server's CGI variable of that name is none of ours
forget
HTTP_PROXY=$proxy REQUEST_METHOD=GET refused 1 'resolve' docker://plain.test:5000/sound:1 --tls-verify false
[ "$(asked true)" -eq 0 ] || fail "HTTP_PROXY of a CGI request"

# who is not to be asked through it: NO_PROXY, and this machine
for not in registry.test .test '*' other.example,registry.test; do
	HTTPS_PROXY=$proxy NO_PROXY=$not refused 1 'resolve' docker://registry.test/services/app:1 --cert-dir certs
	silent
done
http_proxy=$proxy HTTP_PROXY=$proxy HTTPS_PROXY=$proxy good "docker://$plain/sound:1"
[ "$(asked true)" -eq 0 ] || fail "asked although NO_PROXY or loopback says not to: $(cat proxy/requests)"

# a proxy that refuses, that is not there, that knows no such host
HTTPS_PROXY=$wrong refused 1 'tunnel failed, response 407' docker://registry.test/services/app:1 --cert-dir certs
silent
[ "$(asked '.known | not')" -eq 1 ] || fail "the proxy is to be asked once: $(cat proxy/requests)"
http_proxy=$wrong HTTPS_PROXY=$wrong refused 1 '407' docker://plain.test:5000/sound:1 --tls-verify false
silent
HTTPS_PROXY=http://user:planted-proxy@127.0.0.1:1 refused 1 '127.0.0.1 port 1' docker://registry.test/services/app:1 --cert-dir certs
silent
HTTPS_PROXY=$proxy refused 1 '502' docker://unknown.test/services/app:1 --cert-dir certs
silent

# in no record and no report, whichever way it is known
mkdir repo
printf 'FROM registry.test/services/app:1\nARG HTTPS_PROXY\nCOPY app.py /srv/app.py\n' >repo/Dockerfile
HTTPS_PROXY=$proxy "$BASEDRIFT" collect oci:first --context repo --cert-dir certs --build-arg "HTTPS_PROXY=$proxy" -o record=a.jsonl 2>err || fail "collect: $(cat err)"
HTTPS_PROXY=$wrong "$BASEDRIFT" collect oci:first --context repo --cert-dir certs --build-arg "HTTPS_PROXY=$proxy" -o record=b.jsonl 2>err || fail "collect: $(cat err)"
jq -se 'any(.[]; .type == "diagnostic" and .code == "registry-not-asked")' b.jsonl >/dev/null || fail "the refusal is not recorded"
jq -se 'all(.[]; .code != "registry-not-asked")' a.jsonl >/dev/null || fail "not asked: $(grep registry-not-asked a.jsonl)"
"$BASEDRIFT" diff a.jsonl b.jsonl -o json=report.json -o text=report.txt -o html=report.html >/dev/null 2>&1 || [ $? -ne 2 ] || fail "diff"
! grep -l -e planted -e "$secret" a.jsonl b.jsonl report.* err || fail "a secret was written down"
