# SPDX-License-Identifier: Apache-2.0
# Real registries on loopback: open, Basic, tokens, TLS.  What basedrift says of their images is what it says of the files they came
# from, and the digests are skopeo's.
# shellcheck shell=bash disable=SC2154
export BASEDRIFT_OFFLINE= # this test's own registries, on loopback
need_tool docker-registry skopeo htpasswd openssl python3 jq
# shellcheck source=/dev/null
. "$here/../support/network/lib.sh"
unset HTTP_PROXY HTTPS_PROXY http_proxy https_proxy ALL_PROXY all_proxy DOCKER_CONFIG SSL_CERT_FILE SSL_CERT_DIR

registry open
htpasswd -Bbn tester planted-secret >"$work/htpasswd" 2>/dev/null
registry basic "auth:
  htpasswd: {realm: tests, path: $work/htpasswd}"
token_service
registry token "auth:
  token: {realm: \"http://$tokens_at/token\", service: tests, issuer: tests, rootcertbundle: $work/tokens.crt}"
certificate tls
registry tls "  tls: {certificate: $work/tls.crt, key: $work/tls.key}"

push() { # push LAYOUT NAME [OPTION...]
	skopeo --policy "$work/policy.json" copy -q --all --dest-tls-verify=false "${@:3}" "oci:$1" "docker://$open_at/$2" >push.log 2>&1 ||
		{ cat push.log >&2; fail "skopeo pushes no $2"; }
}
digest_of() { # digest_of KIND < output of the probe
	jq -r --arg kind "$1" '.digests[] | select(.kind == $kind).value'
}
images=$(cd "$here/.." && pwd)/data/images
"$MKIMAGE" "$images/small.json" first --format oci
"$MKIMAGE" "$images/small-moved.json" second --format oci
"$MKIMAGE" "$images/small.json" attested --format oci
printf '{"_type": "https://in-toto.io/Statement/v0.1", "predicateType": "https://slsa.dev/provenance/v1", "predicate": {}}' >statement.json
index=$(python3 "$network/attest.py" attested statement.json)
push first services/app:1
push first services/docker:1 --format v2s2

# the same inventory and skopeo's digests, OCI and Docker manifests
inventory oci:first >wanted
for image in "docker://$open_at/services/app:1" "$open_at/services/app:1" "docker://$open_at/services/docker:1"; do
	inventory "$image" >got
	same "inventory of ${image#*"$open_at"/}" wanted got
done
for name in services/app:1 services/docker:1; do
	skopeo inspect --tls-verify=false "docker://$open_at/$name" | jq -r .Digest >wanted
	probe "docker://$open_at/$name" | digest_of manifest >got
	same "manifest digest of $name" wanted got
	probe "$open_at/$name" --resolve | digest_of manifest >got
	same "resolved digest of $name" wanted got
done

# an index with attestations: index, manifest and the provenance of this very manifest
skopeo --policy "$work/policy.json" copy -q --all oci:attested dir:attested-dir
python3 - "$open_at" attested <<'PUT'
import json, os, sys, urllib.request
at, layout = sys.argv[1:]
def put(method, url, data, kind):
    request = urllib.request.Request(url, data=data, method=method, headers={"Content-Type": kind})
    return urllib.request.urlopen(request)
base = "http://%s/v2/services/attested/" % at
def blob(digest):
    data = open(os.path.join(layout, "blobs/sha256", digest.split(":")[1]), "rb").read()
    place = put("POST", base + "blobs/uploads/", b"", "application/octet-stream").headers["Location"]
    put("PUT", place + "&digest=" + digest, data, "application/octet-stream")
    return data
def document(descriptor, name):
    data = open(os.path.join(layout, "blobs/sha256", descriptor["digest"].split(":")[1]), "rb").read()
    what = json.loads(data)
    for one in what.get("manifests", []):
        document(one, one["digest"])
    for one in ([what["config"]] + what["layers"] if "config" in what else []):
        blob(one["digest"])
    put("PUT", base + "manifests/" + name, data, descriptor["mediaType"])
document(json.load(open(os.path.join(layout, "index.json")))["manifests"][0], "1")
PUT
probe "docker://$open_at/services/attested:1" >got.json
[ "$(digest_of index <got.json)" = "$index" ] || fail "the index is not $index"
jq -r '.provenance | length, .[0].bytes' got.json >got
printf '1\n%s\n' "$(stat -c %s statement.json)" >wanted
same "provenance in the registry" wanted got
probe oci:attested | jq -S '{digests, provenance, diff_ids, layers}' >wanted
jq -S '{digests, provenance, diff_ids, layers}' got.json >got
same "the attested image" wanted got
refused 4 'linux/s390x' "docker://$open_at/services/attested:1" --platform linux/s390x
refused 4 'linux/s390x' "docker://$open_at/services/attested:1" --platform linux/s390x --resolve

# the tag moves; the digest stays
old=$(probe "$open_at/services/app:1" --resolve | digest_of manifest)
push second services/app:1
new=$(probe "$open_at/services/app:1" --resolve | digest_of manifest)
[ "$old" != "$new" ] || fail "the tag has not moved"
inventory oci:first >wanted
inventory "docker://$open_at/services/app@$old" >got
same "inventory by digest" wanted got
inventory oci:second >wanted
inventory "docker://$open_at/services/app:1" >got
same "inventory of the moved tag" wanted got
refused 4 '404 Not Found' "docker://$open_at/services/nothing:1"
refused 4 '404 Not Found' "docker://$open_at/services/app:nothing"
refused 6 'offline' "docker://$open_at/services/app:1" --offline

# credentials: none, wrong, and every kind of file
basic=$(printf 'tester:planted-secret' | base64)
wrong=$(printf 'tester:wrong-planted' | base64)
printf '{"auths": {"%s": {"auth": "%s"}, "%s": {"auth": "%s"}}}' "$basic_at" "$basic" "$token_at" "$basic" >auth.json
printf '{"auths": {"%s": {"auth": "%s"}, "%s": {"auth": "%s"}}}' "$basic_at" "$wrong" "$token_at" "$wrong" >wrong.json
printf '{"auths": {"%s": {"identitytoken": "planted-identity"}}}' "$token_at" >identity.json
mkdir -p bin "$HOME/.docker" docker-config
cat >bin/docker-credential-tests <<HELPER
#!/bin/sh
read -r server
echo "\$1 \$server" >>"$work/helper.log"
case \$server in
"$basic_at" | "https://$basic_at") echo '{"ServerURL": "x", "Username": "tester", "Secret": "planted-secret"}' ;;
"$token_at") echo '{"ServerURL": "x", "Username": "<token>", "Secret": "planted-identity"}' ;;
*) echo "credentials not found in native keychain"; exit 1 ;;
esac
HELPER
chmod +x bin/docker-credential-tests
for at in "$basic_at" "$token_at"; do
	refused 5 'wants credentials' "docker://$at/services/app:1"
	refused 5 'refuses our credentials' "docker://$at/services/app:1" --authfile wrong.json
	grep -q planted err && fail "a secret in a message"
	probe "docker://$at/services/app:1" --authfile auth.json >got.json || fail "no --authfile"
	[ "$(digest_of manifest <got.json)" = "$new" ] || fail "another image"
	REGISTRY_AUTH_FILE=auth.json probe "docker://$at/services/app:1" >got.json || fail "no REGISTRY_AUTH_FILE"
	cp auth.json docker-config/config.json
	DOCKER_CONFIG=$PWD/docker-config probe "docker://$at/services/app:1" >got.json || fail "no DOCKER_CONFIG"
	printf '{"credHelpers": {"%s": "tests"}}' "$at" >docker-config/config.json
	PATH=$PWD/bin:$PATH DOCKER_CONFIG=$PWD/docker-config probe "docker://$at/services/app:1" >got.json || fail "no credHelpers"
	printf '{"auths": {"%s": {}}, "credsStore": "tests"}' "$at" >"$HOME/.docker/config.json"
	PATH=$PWD/bin:$PATH probe "docker://$at/services/app:1" >got.json || fail "no credsStore"
	printf '{"credsStore": "missing"}' >"$HOME/.docker/config.json"
	refused 5 'docker-credential-missing' "docker://$at/services/app:1"
	rm "$HOME/.docker/config.json"
done
probe "docker://$token_at/services/app:1" --authfile identity.json >got.json || fail "no identity token"
grep -q '^identity known repository:services/app:pull$' "$work/tokens.log" || fail "the token service was not asked for what is needed"
grep -q '^get ' "$work/helper.log" || fail "the helper was not asked"
# what a real login writes
skopeo login --tls-verify=false --authfile login.json -u tester -p planted-secret "$basic_at" >login.log 2>&1 || { cat login.log >&2; fail "skopeo login"; }
probe "docker://$basic_at/services/app:1" --authfile login.json >got.json || fail "no file of skopeo login"

# TLS: known by --cert-dir or by the system's authorities, or not asked
mkdir certs && cp "$work/tls.crt" certs/tests.crt
refused 1 'certificate' "docker://$tls_at/services/app:1" --tls-verify true
probe "docker://$tls_at/services/app:1" --cert-dir certs >got.json || fail "no --cert-dir"
[ "$(digest_of manifest <got.json)" = "$new" ] || fail "another image"
SSL_CERT_FILE=$work/tls.crt probe "docker://$tls_at/services/app:1" --tls-verify true >got.json || fail "no SSL_CERT_FILE"
probe "docker://$tls_at/services/app:1" --tls-verify false >got.json || fail "no --tls-verify=false"
refused 4 'nowhere' "docker://$tls_at/services/app:1" --cert-dir nowhere
# --tls-verify=true: no plain http, not even on loopback
refused 1 '.' "docker://$open_at/services/app:1" --tls-verify true
