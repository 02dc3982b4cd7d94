# SPDX-License-Identifier: Apache-2.0
# podman's service, asked by its own API (podman:) and by Docker's (docker-daemon:): the same inventory as the files the image came from,
# and the digests by which registries know it.
# shellcheck shell=bash disable=SC2154,SC2015
export BASEDRIFT_OFFLINE= # this test's own registries, on loopback
need_tool podman skopeo docker-registry python3 jq
may_be_root
# shellcheck source=/dev/null
. "$here/../support/network/lib.sh"
unset DOCKER_HOST CONTAINER_HOST DOCKER_TLS_VERIFY HTTP_PROXY HTTPS_PROXY http_proxy https_proxy

registry open
"$MKIMAGE" "$here/../data/images/small.json" first --format oci
for format in oci v2s2; do
	skopeo --policy "$work/policy.json" copy -q --dest-tls-verify=false --format "$format" oci:first "docker://$open_at/services/$format:1" ||
		fail "skopeo push"
done
podman_here() {
	as_root env -u CONTAINER_HOST podman --log-level error --events-backend file "$@"
}
printf 'unqualified-search-registries = []\n[[registry]]\nlocation = "%s"\ninsecure = true\n' "$open_at" >"$work/registries.conf"
mkdir -p "$HOME/.config/containers" && cp "$work/policy.json" "$HOME/.config/containers/policy.json"
for format in oci v2s2; do
	podman_here pull -q --signature-policy "$work/policy.json" "$open_at/services/$format:1" >pull.log 2>&1 ||
		skip "podman cannot pull here: $(tail -n 1 pull.log | cut -c1-200)"
done
podman_here system service --time 0 "unix://$work/podman.sock" >service.log 2>&1 </dev/null &
pids+=($!)
wait_for "podman's service" test -S "$work/podman.sock"

inventory oci:first >wanted
for format in oci v2s2; do
	name=$open_at/services/$format:1
	skopeo inspect --tls-verify=false "docker://$name" | jq -r .Digest >digest
	export CONTAINER_HOST=unix://$work/podman.sock DOCKER_HOST=unix://$work/podman.sock
	for image in "podman:$name" "docker-daemon:$name"; do
		inventory "$image" >got
		same "inventory of ${image%%:*}: $format" wanted got
		probe "$image" >got.json || fail "${image%%:*}: $format"
		# both tags have one config, so podman holds them for one image with several digests
		jq -e --arg wanted "$open_at/services/$format@$(cat digest)" '.repo_digests | index($wanted)' got.json >/dev/null ||
			fail "no repo digest of ${image%%:*}: $format: $(jq -c .repo_digests got.json)"
		[ "$(jq -r .reference got.json)" = "$name" ] || fail "another reference"
		# a manifest that was made for the export is nobody's
		jq -r '.digests[] | select(.kind == "manifest").value' got.json | while read -r digest; do
			jq -e --arg wanted "@$digest" '.repo_digests | any(endswith($wanted))' got.json >/dev/null || fail "${image%%:*}: a digest that no registry knows"
		done
	done
	unset CONTAINER_HOST DOCKER_HOST
done
skopeo inspect --tls-verify=false --config --raw "docker://$open_at/services/oci:1" | jq -r '.rootfs.diff_ids[]' >wanted
CONTAINER_HOST=unix://$work/podman.sock probe "podman:$open_at/services/oci:1" | jq -r '.diff_ids[]' >got
same "diff_ids" wanted got

export CONTAINER_HOST=unix://$work/podman.sock DOCKER_HOST=unix://$work/podman.sock
refused 4 '404 Not Found' "podman:localhost/nothing:1"
refused 4 '404 Not Found' "docker-daemon:localhost/nothing:1"
refused 7 'which image' podman:
CONTAINER_HOST=ssh://somewhere/socket refused 6 'CONTAINER_HOST.*ssh is not supported' podman:localhost/nothing:1
DOCKER_HOST=unix://$work/nowhere.sock refused 1 'nowhere.sock' docker-daemon:localhost/nothing:1

# contexts of docker: by DOCKER_CONTEXT, by config.json; DOCKER_HOST goes first
context() { # context NAME HOST
	local folder
	folder=$HOME/.docker/contexts/meta/$(printf %s "$1" | sha256sum | cut -d' ' -f1)
	mkdir -p "$folder"
	printf '{"Name": "%s", "Metadata": {}, "Endpoints": {"docker": {"Host": "%s", "SkipTLSVerify": false}}}' "$1" "$2" >"$folder/meta.json"
}
context tests "unix://$work/podman.sock"
context far ssh://user@far.example
unset DOCKER_HOST
DOCKER_CONTEXT=tests probe "docker-daemon:$open_at/services/oci:1" --no-layers >got.json || fail "DOCKER_CONTEXT"
printf '{"currentContext": "tests"}' >"$HOME/.docker/config.json"
probe "docker-daemon:$open_at/services/oci:1" --no-layers >got.json || fail "currentContext"
DOCKER_CONTEXT=far refused 6 'context far: a daemon by ssh is not supported' docker-daemon:localhost/nothing:1
DOCKER_CONTEXT=nowhere refused 4 'context nowhere: there is no such context' docker-daemon:localhost/nothing:1
DOCKER_CONTEXT=far DOCKER_HOST=unix://$work/podman.sock probe "docker-daemon:$open_at/services/oci:1" --no-layers >got.json || fail "DOCKER_HOST goes before a context"
rm "$HOME/.docker/config.json"
export DOCKER_HOST=unix://$work/podman.sock

# a base that podman pulled: RepoDigests say which, also when its tag has moved on since.  The log is podman's own.
push_base() { # push_base SPEC
	jq '.reference = "library/base:1" | .history |= .[:1] | .layers |= .[:1] | .index = true | .other_platforms = ["linux/arm64"]' \
		"$here/../data/images/$1.json" >base.json
	rm -rf base && "$MKIMAGE" base.json base --format oci
	skopeo --policy "$work/policy.json" copy -q --all --dest-tls-verify=false oci:base "docker://$open_at/library/base:1" || fail "skopeo push"
}
build() { # build NAME DOCKERFILE: its log in NAME.log
	podman_here build --signature-policy "$work/policy.json" --isolation chroot -t "$1" -f "$2" app >"${1##*/}.log" 2>&1
}
digests_of() { # digests_of KIND_OR_UNKNOWN: of the final base
	jq -r --arg kind "$1" 'select(.type == "base" and .role == "base") | .digests // [] | .[] | select((.kind // "unknown") == $kind).value' r.jsonl
}
base_holds() { # base_holds FILTER WHAT
	jq -se "map(select(.type == \"base\"))[0] | $1" r.jsonl >/dev/null || fail "$2: $(grep '"type":"base"' r.jsonl)"
}
mkdir app
echo 'print(1)' >app/app.py
printf 'FROM %s/library/base:1\nCOPY app.py /srv/app.py\n' "$open_at" >app/Dockerfile
push_base small
pulled=$(skopeo inspect --raw --tls-verify=false "docker://$open_at/library/base:1" | sha256sum | cut -d' ' -f1)
build localhost/services/app app/Dockerfile || skip "podman cannot build here: $(tail -n 1 app.log | cut -c1-200)"
for image in podman:localhost/services/app docker-daemon:localhost/services/app; do
	record "$image" --context app --offline >r.jsonl
	base_holds '.confidence == "inferred" and ([.evidence[] | select(.source == "repo-digest" and .confidence == "inferred")] | length > 0)' "$image, offline: no RepoDigests"
	digests_of unknown | grep -qxF "sha256:$pulled" || fail "$image, offline: the index is not among the RepoDigests: $(grep '"type":"base"' r.jsonl)"
done
push_base small-moved
moved=$(skopeo inspect --raw --tls-verify=false "docker://$open_at/library/base:1" | sha256sum | cut -d' ' -f1)
[ "$pulled" != "$moved" ] || fail "the tag has not moved"
for image in podman:localhost/services/app docker-daemon:localhost/services/app; do
	record "$image" --context app --platform linux/amd64 --log app.log >r.jsonl
	base_holds '.confidence == "proven"' "$image: the RepoDigest is not confirmed by the registry"
	[ "$(digests_of index)" = "sha256:$pulled" ] || fail "$image: another index: $(digests_of index), wanted $pulled"
	[ -n "$(digests_of manifest)" ] && [ -z "$(digests_of unknown)" ] || fail "$image: kinds of digests: $(grep '"type":"base"' r.jsonl)"
	jq -se --arg name "$open_at/library/base:1" 'any(.[]; .type == "base" and any(.evidence[]; .source == "log" and .reference == $name))' r.jsonl >/dev/null ||
		fail "$image: podman's own log names no base: $(cat app.log)"
done
# what has the base's name now is another image: its RepoDigests say nothing of this build
podman_here pull -q --signature-policy "$work/policy.json" "$open_at/library/base:1" >pull.log 2>&1 || fail "podman pull: $(cat pull.log)"
record podman:localhost/services/app --context app --offline >r.jsonl
base_holds '(has("digests") | not) and any(.evidence[]; .source == "repo-digest" and .confidence == "hint" and (.note | test("pulled or built since")))' "a base that was pulled since"
# a base that was only ever built here: podman lists a digest that no registry knows
printf 'FROM %s/library/base:1\nENV OWN=1\n' "$open_at" >app/Own
printf 'FROM %s/own/base:1\nCOPY app.py /srv/app.py\n' "$open_at" >app/OnOwn
build "$open_at/own/base:1" app/Own && build localhost/services/own app/OnOwn || fail "podman build: $(cat own.log)"
record podman:localhost/services/own --context app --dockerfile app/OnOwn >r.jsonl
base_holds '(has("digests") | not) and any(.evidence[]; .source == "repo-digest" and .confidence == "hint" and (.note | test("does not serve")))' "a digest of no registry"
# a step that fails: the log is podman's own, and it names the step
printf 'FROM %s/library/base:1\nCOPY app.py nowhere.py /srv/\n' "$open_at" >app/Broken
! build localhost/services/broken app/Broken || fail "the broken build passes"
"$BASEDRIFT" collect podman:localhost/services/app --context app --dockerfile app/Broken --offline --log broken.log -o record=r.jsonl
jq -se 'any(.[]; .type == "log" and (.failing_step // "" | startswith("COPY app.py nowhere.py")))' r.jsonl >/dev/null || fail "the failing step of podman's log: $(cat broken.log)"
