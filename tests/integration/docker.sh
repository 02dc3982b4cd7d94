# SPDX-License-Identifier: Apache-2.0
# Docker's own engine, in this test's folder: what its classic builder and BuildKit log, what it knows of a base that it pulled, and what
# `docker save` writes.
# shellcheck shell=bash disable=SC2154,SC2015
export BASEDRIFT_OFFLINE= # this test's own registry, on loopback
PATH=$PATH:/usr/sbin
need_tool dockerd
PATH=$(realpath "$(dirname "$(command -v dockerd)")/../bin"):$PATH # the client of the same version: a newer one has no BuildKit without buildx
need_tool docker containerd runc docker-registry skopeo python3 jq
[ "$(id -u)" -eq 0 ] || skip "not root: dockerd needs that"
# shellcheck source=/dev/null
. "$here/../support/network/lib.sh"
unmount() {
	awk -v work="$work/" 'index($2, work) == 1 { print $2 }' /proc/mounts | sort -r | while read -r mount; do umount -l "$mount"; done
}
trap 'stop_all; unmount; finish' EXIT
unset DOCKER_CONTEXT DOCKER_TLS_VERIFY HTTP_PROXY HTTPS_PROXY http_proxy https_proxy ALL_PROXY all_proxy
export DOCKER_CONFIG=$PWD/docker-config DOCKER_HOST=unix://$work/docker.sock
registry open
# no network of its own, no rules in the machine's firewall, nothing outside this folder
dockerd --data-root "$work/docker" --exec-root "$work/docker-exec" -H "$DOCKER_HOST" -p "$work/docker.pid" --bridge none --iptables=false \
	--ip6tables=false --storage-driver vfs >"$work/dockerd.log" 2>&1 </dev/null &
pids+=($!)
for ((i = 0; i < 200; i++)); do
	docker version >/dev/null 2>&1 && break
	kill -0 "${pids[-1]}" 2>/dev/null || skip "dockerd cannot run here: $(tail -n 1 "$work/dockerd.log" | cut -c1-200)"
	sleep 0.1
done
docker version >/dev/null 2>&1 || skip "dockerd does not answer: $(tail -n 1 "$work/dockerd.log" | cut -c1-200)"
version=$(docker --version | sed -nE 's/^Docker version ([^, ]+).*/\1/p')

images=$here/../data/images
reference=$open_at/library/base:1
push_base() { # push_base SPEC: prints the index's digest
	jq '.reference = "library/base:1" | .history |= .[:1] | .layers |= .[:1] | .index = true | .other_platforms = ["linux/arm64"]' "$images/$1.json" >base.json
	rm -rf base && "$MKIMAGE" base.json base --format oci
	skopeo --policy "$work/policy.json" copy -q --all --dest-tls-verify=false oci:base "docker://$reference" || fail "skopeo push"
	skopeo inspect --raw --tls-verify=false "docker://$reference" | sha256sum | cut -d' ' -f1
}
holds() { # holds RECORD FILTER WHAT
	jq -se "$2" "$1" >/dev/null || fail "$3: $(grep -E '"type":"(base|log|build|image|diagnostic)"' "$1")"
}
base_filter='map(select(.type == "base" and .role == "base"))[0]'
mkdir app
echo 'print(1)' >app/app.py
printf 'FROM %s\nCOPY app.py /srv/app.py\n' "$reference" >app/Dockerfile
printf 'FROM %s\nCOPY app.py nowhere.py /srv/\n' "$reference" >app/BrokenCopy
printf 'FROM %s\nCOPY app.py /srv/app.py\nRUN check --strictly\n' "$reference" >app/BrokenRun # there is no shell in it
pulled=$(push_base small)
docker pull -q "$reference" >pull.log 2>&1 || fail "docker pull: $(cat pull.log)"

for buildkit in 0 1; do
	export DOCKER_BUILDKIT=$buildkit BUILDKIT_PROGRESS=plain
	app=app:kit$buildkit
	"$BASEDRIFT" run -o record=run.jsonl -- docker build --no-cache -t "$app" app >build.log 2>&1 || fail "docker build: $(cat build.log)"
	holds run.jsonl 'any(.[]; .type == "image") and any(.[]; .type == "package")' "buildkit=$buildkit: the image is not found"
	holds run.jsonl "any(.[]; .type == \"input\" and .kind == \"builder\" and .key == \"docker\" and .value == \"$version\")" "the tool's version"
	holds run.jsonl 'any(.[]; .type == "layer" and .origin == "step" and .line == 2) and any(.[]; .type == "layer" and .origin == "base")' "buildkit=$buildkit: layers"
	holds run.jsonl "$base_filter | .confidence == \"proven\" and any(.digests[]; .kind == \"index\" and .value == \"sha256:$pulled\")" "buildkit=$buildkit: the base"
	holds run.jsonl "$base_filter | any(.evidence[]; .source == \"log\" and .reference == \"$reference\")" "buildkit=$buildkit: the log names no base"
	"$BASEDRIFT" collect "docker-daemon:$app" --context app --offline -o record=offline.jsonl
	holds offline.jsonl "$base_filter | .confidence == \"inferred\" and any(.evidence[]; .source == \"repo-digest\" and .digest == \"sha256:$pulled\" and .confidence == \"inferred\")" \
		"buildkit=$buildkit: RepoDigests"
	# the same inventory from the engine, from what it saves, and from a registry that it pushed to
	inventory "docker-daemon:$app" >wanted
	docker save -o save.tar "$app"
	inventory docker-archive:save.tar >got
	same "buildkit=$buildkit: docker save" wanted got
	docker tag "$app" "$open_at/services/$app" && docker push -q "$open_at/services/$app" >push.log 2>&1 || fail "docker push: $(cat push.log)"
	inventory "docker://$open_at/services/$app" >got
	same "buildkit=$buildkit: docker push" wanted got
	# steps that fail
	for broken in BrokenCopy BrokenRun; do
		status=0
		"$BASEDRIFT" run -o record=broken.jsonl -- docker build --no-cache -f "app/$broken" -t app:broken app >"$broken.log" 2>&1 || status=$?
		[ "$status" -ne 0 ] || fail "$broken passes"
		step=$(sed -n '$p' "app/$broken")
		holds broken.jsonl "any(.[]; .type == \"build\" and .status == \"failed\" and .exit_code == $status)" "buildkit=$buildkit $broken: how it ended"
		holds broken.jsonl "any(.[]; .type == \"log\" and (.failing_step // \"\") == \"$step\")" "buildkit=$buildkit $broken: the failing step: $(cat "$broken.log")"
	done
done

# the tag moves on; the engine still knows what it pulled
moved=$(push_base small-moved)
[ "$pulled" != "$moved" ] || fail "the tag has not moved"
"$BASEDRIFT" collect docker-daemon:app:kit0 --context app -o record=r.jsonl
holds r.jsonl "$base_filter | .confidence == \"proven\" and any(.digests[]; .kind == \"index\" and .value == \"sha256:$pulled\")" "the base after the move"
docker pull -q "$reference" >pull.log 2>&1 || fail "docker pull: $(cat pull.log)"
"$BASEDRIFT" collect docker-daemon:app:kit0 --context app --offline -o record=r.jsonl
holds r.jsonl "$base_filter | (has(\"digests\") | not) and any(.evidence[]; .source == \"repo-digest\" and (.note | test(\"pulled or built since\")))" "a base that was pulled since"
kill "${pids[-1]}"
wait "${pids[-1]}" 2>/dev/null || true
