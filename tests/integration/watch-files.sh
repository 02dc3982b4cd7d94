# SPDX-License-Identifier: Apache-2.0
# Dockerfiles and compose files that were never built: `watch` compares with what it saw the last time. On a real registry, and on one that is busy.
# shellcheck shell=bash disable=SC2154
export BASEDRIFT_OFFLINE= # this test's own registries, on loopback
need_tool docker-registry skopeo python3 jq xmllint
# shellcheck source=/dev/null
. "$here/../support/network/lib.sh"
unset HTTP_PROXY HTTPS_PROXY http_proxy https_proxy ALL_PROXY all_proxy DOCKER_CONFIG
registry open
export BASEDRIFT_STORE=sqlite:$work/store.db BASEDRIFT_CACHE=$work/cache

image() { # image NAME VERSION PLATFORMS
	jq -n --arg version "$2" --argjson platforms "$3" '{reference: "library/x:1", platform: "linux/amd64", created: "2026-01-01T00:00:00Z", index: true, other_platforms: $platforms,
		config: {env: ["PATH=/bin", "VERSION=" + $version]}, history: [{created: "2026-01-01T00:00:00Z", created_by: "ADD file:1 in / "}],
		layers: [{mtime: 1767225600, entries: [{path: "usr/lib/os-release", content: "ID=debian\nVERSION_ID=\"12\"\n"},
			{path: "var/lib/dpkg/status", content: ("Package: libssl3\nStatus: install ok installed\nArchitecture: amd64\nVersion: " + $version + "\nMaintainer: T <t@example.test>\nDescription: d\n\n")}]}]}' >spec.json
	"$MKIMAGE" spec.json "$1" --format oci
}
move_to() { # move_to LAYOUT: prints the index
	skopeo --policy "$work/policy.json" copy -q --all --dest-tls-verify=false "oci:$1" "docker://$tag" >push.log 2>&1 || { cat push.log >&2; fail "no push"; }
	skopeo inspect --raw --tls-verify=false "docker://$tag" | sha256sum | cut -d' ' -f1
}
watch() { # watch STATUS [OPERAND|OPTION...]
	local status=0
	"$BASEDRIFT" watch --platform linux/amd64 "${@:2}" >watch.txt 2>err || status=$?
	[ "$status" -eq "$1" ] || { cat watch.txt err >&2; fail "watch ${*:2}: status $status, wanted $1"; }
}
says() { # says PATTERN
	grep -qE -- "$1" watch.txt || fail "\"$1\" is not in: $(cat watch.txt err)"
}
image old 3.0.11-1 '["linux/arm64"]'
image more 3.0.11-1 '["linux/arm64", "linux/riscv64"]'
image new 3.0.15-1 '["linux/arm64"]'
tag=$open_at/library/base:1
printf '# the service\nFROM %s\nRUN make\n' "$tag" >Dockerfile
first=$(move_to old)

# the first time there is nothing to compare with: that is said, and it is kept
watch 2 Dockerfile -o text -o junit=watch.xml -o json=watch.json
says "^unknown  *$tag of Dockerfile:2 cannot be told: first observation, nothing to compare with\.$"
xmllint --noout --nonet --schema "$here/../../schema/junit-basedrift.xsd" watch.xml 2>xml.log || fail "JUnit: $(cat xml.log)"
jq -e --arg index "sha256:$first" '.bases | length == 1 and .[0].named_by == "Dockerfile:2" and .[0].state == "unknown" and .[0].now.index == $index' watch.json >/dev/null || fail "JSON: $(cat watch.json)"
watch 0 Dockerfile -v
says "^current  *$tag has not moved since [0-9-]+ [0-9:]+ \(Dockerfile:2\)\.$"
[ "$(grep -c 'HEAD .*/manifests/' err)" -eq 1 ] || fail "not one HEAD: $(cat err)"
! grep -qE 'GET [^ ]*/manifests/|/blobs/' err || fail "more than HEAD: $(cat err)"

# only the index; then the image, which is told once
move_to more >/dev/null
watch 1 Dockerfile --index
says '^republished'
sleep 1 # times are in seconds
second=$(move_to new)
watch 1 Dockerfile --explain -o text -o github=github.txt -o json=watch.json
says "^moved  *$tag has moved since .* \(Dockerfile:2\); the next build gets packages: 1 up"
says 'libssl3 3.0.11-1 -> 3.0.15-1'
grep -qE '^::error .*file=Dockerfile,line=2' github.txt || fail "github: $(cat github.txt)"
jq -e '.bases[0] | .state == "moved" and (.seen | length) > 0 and (.packages | length) == 1' watch.json >/dev/null || fail "JSON: $(cat watch.json)"
watch 0 Dockerfile
"$BASEDRIFT" log --bases --reference "$tag" >log.txt
[ "$(grep -c 'watch, 0 builds' log.txt)" -eq 3 ] && grep -q '; moved between' log.txt || fail "log: $(cat log.txt)"
"$BASEDRIFT" store check -q || fail "the store is damaged"

# pinned: the digest counts; with --tags also whether the tag has moved on
printf 'FROM %s@sha256:%s\n' "$tag" "$first" >pinned.Dockerfile
watch 0 pinned.Dockerfile
says '^current .*, which pinned.Dockerfile:1 pins, is served\.$'
watch 1 pinned.Dockerfile --tags --explain
says "^current .* pins, is served"
says "^moved  *$tag has moved on from what pinned.Dockerfile:1 pins; a new pin would bring packages: 1 up"
printf 'FROM %s@sha256:%s\n' "$tag" "$second" >pinned.Dockerfile
watch 0 pinned.Dockerfile --tags
says "^current  *$tag still is what pinned.Dockerfile:1 pins"
printf 'FROM %s@sha256:%064d\n' "$tag" 1 >gone.Dockerfile
watch 1 gone.Dockerfile
says '^gone .*, which gone.Dockerfile:1 names, is no longer served: the next build fails'

# every reference of a Dockerfile and of a compose file; one that cannot be resolved is no "same"
printf '# syntax=%s\nFROM %s AS a\nFROM scratch\nCOPY --from=a /x /x\nCOPY --from=%s /y /y\nRUN --mount=type=bind,from=%s,target=/z true\n' "$tag" "$tag" "$tag" "$tag" >all.Dockerfile
printf 'services:\n  web:\n    image: %s\n' "$tag" >compose.yml
watch 0 all.Dockerfile compose.yml -v
[ "$(grep -c '^current' watch.txt)" -eq 5 ] || fail "references: $(cat watch.txt)"
[ "$(grep -c 'HEAD .*/manifests/' err)" -eq 1 ] || fail "asked more than once: $(cat err)"
# shellcheck disable=SC2016
printf 'ARG VERSION\nFROM %s:$VERSION\n' "$open_at/library/base" >arg.Dockerfile
watch 2 arg.Dockerfile
says '^unknown'
watch 0 arg.Dockerfile --build-arg VERSION=1

# a record by its path, beside a Dockerfile
"$BASEDRIFT" collect oci:old --platform linux/amd64 --dockerfile Dockerfile --base "$tag@sha256:$first" -q -o record=build.jsonl --store none
watch 1 Dockerfile build.jsonl
says "^moved .* has moved since build.jsonl"
says '^current .*\(Dockerfile:2\)'

# without a store each time is the first; one that cannot be written is an error
watch 2 Dockerfile --store none
says 'nothing to compare with, and no store that would keep this observation'
watch 2 Dockerfile --store "sqlite:$work/missing/store.db"
grep -q 'what was seen is not kept' err || fail "not kept, and not said: $(cat err)"
(unset BASEDRIFT_STORE && HOME=/proc/none XDG_DATA_HOME=/proc/none watch 1 build.jsonl) || exit 1
grep -q 'warning: what was seen is not kept' err || fail "no warning: $(cat err)"

# many at once
watchers=()
for n in 1 2 3 4 5 6; do
	"$BASEDRIFT" watch --platform linux/amd64 Dockerfile compose.yml >"many.$n" 2>&1 &
	watchers+=($!)
done
for n in "${watchers[@]}"; do wait "$n" || fail "one of many: $(cat many.*)"; done
"$BASEDRIFT" store stats --format json | jq -e '.looks == 3' >/dev/null || fail "looks: $("$BASEDRIFT" store stats)"

# a registry that is busy: what it asks for is kept to; one that has had enough is left alone
mkdir faults
jq 'del(.index, .other_platforms)' spec.json >plain.json
"$MKIMAGE" plain.json plain --format oci
python3 "$network/faultd.py" faults plain >faults/log 2>&1 </dev/null &
pids+=($!)
wait_for "the faulty registry" test -s faults/port
at=127.0.0.1:$(cat faults/port)
requests() { # requests JQ_FILTER
	jq -s "map(select($1)) | length" faults/requests
}
printf 'FROM %s/busy:1\n' "$at" >busy.Dockerfile
begin=$SECONDS
watch 2 busy.Dockerfile
says 'first observation'
[ $((SECONDS - begin)) -ge 2 ] || fail "Retry-After was not heeded"
printf 'FROM %s/busy-reset:1\n' "$at" >busy.Dockerfile
begin=$SECONDS
watch 2 busy.Dockerfile
says 'first observation'
[ $((SECONDS - begin)) -ge 2 ] || fail "RateLimit-Reset was not heeded"
for n in 1 2 3 4 5 6 7 8; do printf 'FROM %s/busy-for-long:%s\n' "$at" "$n"; done >busy.Dockerfile
: >faults/requests
watch 2 busy.Dockerfile
[ "$(grep -c '^unknown.*asked to wait 3600 seconds' watch.txt)" -eq 8 ] || fail "$(cat watch.txt)"
[ "$(requests '.path | test("manifests")')" -eq 1 ] || fail "busy, and asked again: $(cat faults/requests)"
for n in 1 2 3 4; do printf 'FROM %s/busy-for-get:%s\n' "$at" "$n"; done >busy.Dockerfile
: >faults/requests
watch 2 busy.Dockerfile
[ "$(requests '.method == "GET" and (.path | test("manifests"))')" -eq 1 ] || fail "busy, and looked again: $(cat faults/requests)"
for n in 1 2 3 4 5 6 7 8; do printf 'FROM %s/sound:%s\n' "$at" "$n"; done >sound.Dockerfile
watch 2 sound.Dockerfile
: >faults/requests
watch 0 sound.Dockerfile
[ "$(requests '.method == "HEAD" and (.path | test("manifests"))')" -eq 8 ] && [ "$(requests '.path | test("manifests|blobs")')" -eq 8 ] || fail "more than HEAD: $(cat faults/requests)"
