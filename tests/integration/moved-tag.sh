# SPDX-License-Identifier: Apache-2.0
# The mission's own story on a real registry: the tag of a base really moves between two builds of one tree, and later its index is
# only republished.  Nobody tells basedrift a digest.
# shellcheck shell=bash disable=SC2154
export BASEDRIFT_OFFLINE= # this test's own registry, on loopback
need_tool docker-registry skopeo python3 jq git
# shellcheck source=/dev/null
. "$here/../support/network/lib.sh"
unset HTTP_PROXY HTTPS_PROXY http_proxy https_proxy ALL_PROXY all_proxy DOCKER_CONFIG
registry open
images=$(cd "$here/.." && pwd)/data/images
reference=$open_at/library/base:1

# base NAME SPEC OTHERS: the lowest layer of SPEC as a base image of its own, in an index with OTHERS
base() {
	jq --argjson others "$3" '.reference = "library/base:1" | .history |= .[:1] | .layers |= .[:1] | .index = true | .other_platforms = $others' \
		"$images/$2.json" >"$1.json"
	"$MKIMAGE" "$1.json" "$1" --format oci
}
# app NAME SPEC: SPEC as the build of our Dockerfile, as buildah writes its history
app() {
	jq --arg from "FROM $reference" '.history[1].comment = $from' "$images/$2.json" >"$1.json"
	"$MKIMAGE" "$1.json" "$1" --format oci
}
move_to() {
	skopeo --policy "$work/policy.json" copy -q --all --dest-tls-verify=false "oci:$1" "docker://$reference" >push.log 2>&1 ||
		{ cat push.log >&2; fail "skopeo does not push $1"; }
	skopeo inspect --raw --tls-verify=false "docker://$reference" | sha256sum | cut -d' ' -f1
}
collect() { # collect NAME
	"$BASEDRIFT" collect "oci:$1" --context repo --platform linux/amd64 -o "record=$1.jsonl"
}
compare() { # compare A B STATUS CAUSE
	local status=0
	"$BASEDRIFT" diff "$1.jsonl" "$2.jsonl" -q -o json=report.json -o text=report.txt || status=$?
	[ "$status:$(jq -r .verdict.cause report.json)" = "$3:$4" ] || { cat report.txt >&2; fail "$1, $2: status $status"; }
}
base_is() { # base_is NAME INDEX: proven, with this index
	jq -se --arg index "sha256:$2" 'map(select(.type == "base"))[0] | .confidence == "proven" and any(.digests[]; .kind == "index" and .value == $index) and any(.digests[]; .kind == "manifest")' \
		"$1.jsonl" >/dev/null || fail "$1: $(grep '"type":"base"' "$1.jsonl")"
}

mkdir repo
printf 'FROM %s\nCOPY app.py /srv/app.py\n' "$reference" >repo/Dockerfile
git -c init.defaultBranch=main init -q repo
git -C repo add .
git -C repo -c user.name=t -c user.email=t@example.test commit -q -m one
base old small '["linux/arm64"]'
base new small-moved '["linux/arm64"]'
base more small-moved '["linux/arm64", "linux/riscv64"]'
app good small
app bad small-moved
cp -r bad again

first=$(move_to old)
collect good
base_is good "$first"
second=$(move_to new)
collect bad
base_is bad "$second"
compare good bad 1 base-image-moved
jq -e --arg line "FROM $reference@sha256:$first" '.remedy[0].kind == "pin-base" and (.remedy[0].patch | contains("+" + $line))' report.json >/dev/null ||
	fail "the remedy is not the last good index: $(jq -c .remedy report.json)"
jq -e '.remedy[0].text | test("; its registry still serves it")' report.json >/dev/null || fail "whether the last good image is still served was not asked: $(jq -c .remedy report.json)"
"$BASEDRIFT" diff good.jsonl bad.jsonl --offline -o json=offline.json 2>err || [ $? -eq 1 ]
jq -e '.remedy[0] | .kind == "pin-base" and (.text | test("still serves") | not)' offline.json >/dev/null || fail "asked although offline: $(jq -c .remedy offline.json)"
jq -r '.remedy[0].patch' report.json | git -C repo apply --check - || fail "git apply does not take the patch"
jq -e '[.packages[] | [.name, .a, .b, .origin]] == [["libssl3", "3.0.11-1", "3.0.15-1", "base"]]' report.json >/dev/null || fail "packages: $(jq -c .packages report.json)"

# -v tells the requests and what the base is known by; without it nothing is told
"$BASEDRIFT" collect oci:bad --context repo --platform linux/amd64 -o record=again.jsonl 2>err
[ ! -s err ] || fail "told without -v: $(cat err)"
"$BASEDRIFT" collect oci:bad --context repo --platform linux/amd64 -v --no-progress -o record=again.jsonl 2>err
grep -qxF "basedrift: HEAD http://$open_at/v2/library/base/manifests/1: 200" err || fail "no request told: $(cat err)"
grep -qxF "basedrift: base $reference: proven" err || fail "no evidence told: $(cat err)"
grep -qE "^basedrift:   registry: .* index sha256:$second \(proven\)" err || fail "no index told: $(cat err)"
rm again.jsonl

# another platform finished building: another index, the same image of ours
third=$(move_to more)
[ "$second" != "$third" ] || fail "the index was not republished"
collect again
base_is again "$third"
compare bad again 0 nothing-differs
jq -e '.ruled_out[0].cause == "index-only-republished"' report.json >/dev/null || fail "not ruled out: $(jq -c .ruled_out report.json)"

# recorded late: the tag serves another image by then, and that is said, not taken for the base
collect good
jq -se 'map(select(.type == "base"))[0] | .confidence == "inferred" and (has("digests") | not) and any(.evidence[]; .source == "registry" and (.note | test("moved since")))' \
	good.jsonl >/dev/null || fail "moved since: $(grep '"type":"base"' good.jsonl)"
compare good bad 1 base-image-moved

# one index, two platforms, and the failing build picked the other one
other_spec() { # other_spec NAME: its image of linux/arm64, other packages and all
	jq '.platform = "linux/arm64" | walk(if type == "string" then gsub("amd64"; "arm64") | gsub("3\\.0\\.11-1"; "3.0.11-1+b1") else . end)' "$1.json"
}
jq '.reference = "library/base:1" | .history |= .[:1] | .layers |= .[:1]' "$images/small.json" >one.json
other_spec one >two.json
jq -s '{images: [.[0], (.[1] | .reference = "library/base:2")]}' one.json two.json >both.json
"$MKIMAGE" both.json both --format oci
jq '{schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json",
	manifests: [.manifests | to_entries[] | .value | {mediaType, digest, size, platform: {os: "linux", architecture: (if (.annotations | tostring | test("base:1")) then "amd64" else "arm64" end)}}]}' \
	both/index.json >index.json
digest=$(sha256sum <index.json | cut -d' ' -f1)
cp index.json "both/blobs/sha256/$digest"
jq -n --arg digest "sha256:$digest" --argjson size "$(stat -c %s index.json)" '{schemaVersion: 2, manifests: [{mediaType: "application/vnd.oci.image.index.v1+json",
	$digest, $size, annotations: {"org.opencontainers.image.ref.name": "library/base:1"}}]}' >both/index.json
[ "$(move_to both)" = "$digest" ] || fail "the index was changed on its way"
collect good
jq --arg from "FROM $reference" '.history[1].comment = $from' "$images/small.json" >switched.json
other_spec switched >switched-arm64.json
"$MKIMAGE" switched-arm64.json switched --format oci
"$BASEDRIFT" collect oci:switched --context repo --platform linux/arm64 -o record=switched.jsonl
base_is good "$digest"
base_is switched "$digest"
[ "$(jq -r 'select(.type == "base").platform' good.jsonl switched.jsonl | tr '\n' ' ')" = "linux/amd64 linux/arm64 " ] || fail "platforms of the base"
compare good switched 1 base-platform-changed
jq -e '[.packages[] | [.name, .a, .b]] == [["libssl3", "3.0.11-1", "3.0.11-1+b1"]]' report.json >/dev/null || fail "packages of the other platform: $(jq -c .packages report.json)"
jq -e '.ruled_out == [] and ([.causes[].cause] | index("base-image-moved") | not)' report.json >/dev/null || fail "the platform's switch is a moved base: $(jq -c '[.causes, .ruled_out]' report.json)"

# before a line is offered it is asked for: of a deleted index the platform's image remains, and of that, too, nothing
remove() { # remove DIGEST
	python3 - "http://$open_at/v2/library/base/manifests/$1" <<-'DELETE'
		import sys, urllib.request
		urllib.request.urlopen(urllib.request.Request(sys.argv[1], method="DELETE"))
	DELETE
}
first=$(move_to old)
collect good
cp good.jsonl kept.jsonl
second=$(move_to new)
cp -r bad bad2
"$BASEDRIFT" collect oci:bad2 --context repo --platform linux/amd64 -o record=bad.jsonl
manifest=$(jq -r 'select(.type == "base").digests[] | select(.kind == "manifest").value' kept.jsonl)
remove "sha256:$first"
compare kept bad 1 base-image-moved
jq -e --arg line "$reference@$manifest" '.remedy[0] | .kind == "pin-base" and (.new_text | endswith($line)) and (.text | test("no longer serves the index"))' report.json >/dev/null ||
	fail "the index is gone: $(jq -c .remedy report.json)"
remove "$manifest"
compare kept bad 1 base-image-moved
jq -e '.remedy[0] | .kind == "pin-base" and .new_text == null and .patch == null and (.text | test("no longer serves"))' report.json >/dev/null || fail "the image is gone: $(jq -c .remedy report.json)"
jq -e '.remedy[1] | .kind == "pin-package" and (.new_text | test("libssl3=3.0.11-1"))' report.json >/dev/null || fail "no other remedy: $(jq -c .remedy report.json)"
! grep -q "$manifest\|$first" report.txt || fail "a line that would not build: $(cat report.txt)"
# a build that failed without an image: its base is what the tag serves now, which nothing proves
"$BASEDRIFT" run -q -o record=failed.jsonl --context repo --platform linux/amd64 -- false && fail "false passes"
jq -se 'map(select(.type == "base"))[0].confidence == "inferred"' failed.jsonl >/dev/null || fail "a failed build: $(grep '"type":"base"' failed.jsonl)"
compare kept failed 1 base-image-moved
jq -e '.verdict.confidence == "inferred"' report.json >/dev/null || fail "too sure of a failed build: $(jq -c .verdict report.json)"
# a registry that cannot be asked: the line is offered as recorded, and that nobody was asked is said
kill "${pids[0]}"
wait "${pids[0]}" 2>/dev/null || true
"$BASEDRIFT" diff kept.jsonl bad.jsonl -o json=report.json 2>err || [ $? -eq 1 ] || fail "diff: $(cat err)"
jq -e '.remedy[0] | .kind == "pin-base" and .patch != null and (.text | test("serves") | not)' report.json >/dev/null || fail "nobody was asked: $(jq -c .remedy report.json)"
grep -q 'not checked whether the last good image is still served' err || fail "not said: $(cat err)"
