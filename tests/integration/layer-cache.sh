# SPDX-License-Identifier: Apache-2.0
# A layer that is known is not fetched again: the second image of a real registry that shares all but one layer costs one blob.
# shellcheck shell=bash disable=SC2154
export BASEDRIFT_OFFLINE= # this test's own registry, on loopback
need_tool docker-registry skopeo python3 jq
# shellcheck source=/dev/null
. "$here/../support/network/lib.sh"
unset HTTP_PROXY HTTPS_PROXY http_proxy https_proxy ALL_PROXY all_proxy DOCKER_CONFIG

registry open
images=$(cd "$here/.." && pwd)/data/images
"$MKIMAGE" "$images/small.json" first --format oci
jq '.layers += [{"mtime": 1767225900, "entries": [{"path": "srv/new", "content": "new"}]}]
	| .history += [{"created": "2026-01-03T00:00:00Z", "created_by": "COPY new /srv/new"}]' "$images/small.json" >more.json
"$MKIMAGE" more.json second --format oci
for name in first second; do
	skopeo --policy "$work/policy.json" copy -q --dest-tls-verify=false "oci:$name" "docker://$open_at/services/app:$name" >push.log 2>&1 ||
		{ cat push.log >&2; fail "skopeo pushes no $name"; }
done

# fetched IMAGE [OPTION...]: digests of the layers that were asked for; the record goes to IMAGE.jsonl
fetched() {
	"$BASEDRIFT" collect "docker://$open_at/services/app:$1" --store none -v -o "record=$1.jsonl" "${@:2}" 2>requests || { cat requests >&2; fail "collect of $1"; }
	jq -r 'select(.type == "layer") | .digest' "$1.jsonl" | while read -r digest; do
		if grep -q "GET .*/blobs/$digest" requests; then echo "$digest"; fi
	done | wc -l
}
export BASEDRIFT_CACHE=$work/layers
layers=$(jq -n 'input | .layers | length' "$images/small.json")
[ "$(fetched first)" = "$layers" ] || fail "a cold cache: not every layer was fetched"
[ "$(fetched first)" = 0 ] || fail "a known image: layers were fetched"
[ "$(fetched second)" = 1 ] || fail "one new layer: $(fetched second) were fetched"
[ "$(jq -s '[.[] | select(.type == "layer") | .cached // false]' -c second.jsonl)" = "[true,true,false]" ] || fail "which layers came from the cache is not recorded"
[ "$(fetched second --verify)" = $((layers + 1)) ] || fail "--verify: not every layer was fetched"
[ "$(fetched second --no-cache)" = $((layers + 1)) ] || fail "--no-cache: not every layer was fetched"
# what is known is what was read
inventory_of() { grep -v '"type":"record"' "$1" | sed 's/"cached":true,//; s/,"verified":true//'; }
inventory_of second.jsonl >read
fetched second >/dev/null
inventory_of second.jsonl >known
same "the inventory" read known

# several runs at once fill one cache
rm -r "$BASEDRIFT_CACHE"
runs=()
for n in 1 2 3 4 5 6; do
	"$BASEDRIFT" collect "docker://$open_at/services/app:second" --store none -o "record=run-$n.jsonl" 2>/dev/null &
	runs+=($!)
done
for run in "${runs[@]}"; do wait "$run" || fail "one of several runs at once failed"; done
for n in 1 2 3 4 5 6; do
	inventory_of "run-$n.jsonl" >got
	same "run $n" known got
done
