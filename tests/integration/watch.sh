# SPDX-License-Identifier: Apache-2.0
# The incident, seen before it happens, on a real registry, for a Python and for a Node.js service: the tag of the base moves; watch --explain
# says what the next build will get, and that is what the next build shows; check fails and names the move; the patch of pin --to last-good
# makes a build that passes.
# shellcheck shell=bash disable=SC2154
export BASEDRIFT_OFFLINE= # this test's own registry, on loopback
need_tool docker-registry skopeo python3 jq git xmllint
# shellcheck source=/dev/null
. "$here/../support/network/lib.sh"
unset HTTP_PROXY HTTPS_PROXY http_proxy https_proxy ALL_PROXY all_proxy DOCKER_CONFIG
registry open
export BASEDRIFT_STORE=sqlite:$work/store.db BASEDRIFT_CACHE=$work/cache

# spec KIND VERSION FROM PLATFORMS: base and application as one image specification
cat >spec.py <<'PYTHON'
import hashlib, json, sys
kind, version, source, platforms = sys.argv[1], int(sys.argv[2]), sys.argv[3], json.loads(sys.argv[4])
new = version == 2
entries, seen = [], set()
def add(to, path, content):
    parts = path.split("/")
    for i in range(1, len(parts)):
        folder = "/".join(parts[:i])
        if folder not in seen:
            seen.add(folder)
            to.append({"path": folder, "kind": "directory", "mode": "0755"})
    to.append({"path": path, "content": content})
add(entries, "usr/lib/os-release", 'ID=debian\nVERSION_ID="12"\n')
debs = {"libssl3": "3.0.15-1" if new else "3.0.11-1", "zlib1g": "1:1.2.13.dfsg-1"}
debs["libnew1" if new else "libold1"] = "1.0-1"
debs["libdown"] = "1.0-1" if new else "1.1-1"
status = ""
for name in sorted(debs):
    content = "%s %s\n" % (name, debs[name])
    add(entries, "usr/lib/%s.so" % name, content)
    add(entries, "var/lib/dpkg/info/%s.list" % name, "/.\n/usr\n/usr/lib\n/usr/lib/%s.so\n" % name)
    add(entries, "var/lib/dpkg/info/%s.md5sums" % name, "%s  usr/lib/%s.so\n" % (hashlib.md5(content.encode()).hexdigest(), name))
    status += "Package: %s\nStatus: install ok installed\nArchitecture: amd64\nVersion: %s\nMaintainer: T <t@example.test>\nDescription: a package\n\n" % (name, debs[name])
add(entries, "var/lib/dpkg/status", status)
env = ["PATH=/usr/local/bin:/usr/bin:/bin"]
app = []
if kind == "python":
    micro = 18 if new else 16
    add(entries, "usr/local/include/python2.7/patchlevel.h", "#define PY_MAJOR_VERSION\t2\n#define PY_MINOR_VERSION\t7\n#define PY_MICRO_VERSION\t%d\n#define PY_RELEASE_LEVEL\tPY_RELEASE_LEVEL_FINAL\n#define PY_VERSION\t\"2.7.%d\"\n" % (micro, micro))
    add(entries, "usr/local/lib/python2.7/site-packages/pip-%s.dist-info/METADATA" % ("20.0.2" if new else "19.0.3"), "Metadata-Version: 2.1\nName: pip\nVersion: %s\n" % ("20.0.2" if new else "19.0.3"))
    env.append("PYTHON_VERSION=2.7.%d" % micro)
    add(app, "usr/local/lib/python2.7/site-packages/requests-2.20.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: requests\nVersion: 2.20.0\n")
else:
    patch = 1 if new else 0
    add(entries, "usr/local/include/node/node_version.h", "#define NODE_MAJOR_VERSION 20\n#define NODE_MINOR_VERSION 11\n#define NODE_PATCH_VERSION %d\n#define NODE_VERSION_IS_RELEASE 1\n" % patch)
    add(entries, "usr/local/lib/node_modules/npm/package.json", '{"name": "npm", "version": "%s"}' % ("10.4.0" if new else "10.2.4"))
    env.append("NODE_VERSION=20.11.%d" % patch)
    add(app, "srv/app/node_modules/express/package.json", '{"name": "express", "version": "4.18.2"}')
add(app, "srv/main", "main of %s\n" % kind)
created = "2026-0%d-01T00:00:00Z" % version
spec = {"reference": "library/x:1", "platform": "linux/amd64", "created": created, "config": {"env": env, "cmd": ["/srv/main"]},
    "history": [{"created": created, "created_by": "/bin/sh -c #(nop) ADD file:1 in / "}], "layers": [{"mtime": 1767225600, "entries": entries}]}
json.dump(dict(spec, index=True, other_platforms=platforms), open("base.json", "w"))
spec["history"].append({"created": "2026-03-01T00:00:00Z", "created_by": "/bin/sh -c #(nop) COPY dir:1 in /srv ", "comment": "FROM " + source})
spec["layers"].append({"mtime": 1767323045, "entries": app})
json.dump(spec, open("app.json", "w"))
PYTHON
make_base() { # make_base NAME KIND VERSION PLATFORMS
	python3 spec.py "$2" "$3" unused "$4"
	"$MKIMAGE" base.json "$1" --format oci
}
make_app() { # make_app NAME KIND VERSION: on what the Dockerfile says
	python3 spec.py "$2" "$3" "$(sed -n 's/^FROM //p' repo/Dockerfile)" '[]'
	"$MKIMAGE" app.json "$1" --format oci
}
move_to() { # move_to LAYOUT: prints the index
	skopeo --policy "$work/policy.json" copy -q --all --dest-tls-verify=false "oci:$1" "docker://$reference" >push.log 2>&1 || { cat push.log >&2; fail "no push"; }
	skopeo inspect --raw --tls-verify=false "docker://$reference" | sha256sum | cut -d' ' -f1
}
collect() { # collect NAME ID STATUS WHEN: as `date` takes it
	"$BASEDRIFT" collect "oci:$1" --context repo --platform linux/amd64 --project "$kind-api" --build-id "$2" --status "$3" --started "$(date -u -d "$4" +%FT%TZ)" -q -o "record=$1.jsonl"
}
layers_of() { # layers_of LAYOUT: the digests of all layers in it
	local blob
	for blob in "$1"/blobs/sha256/*; do
		jq -r '.layers[]?.digest' "$blob" 2>/dev/null || true
	done | sort -u
}
fetched() { # fetched: which layers of either image `watch -v` fetched
	sed -nE 's|^basedrift: GET .*/blobs/(sha256:[0-9a-f]{64}).*|\1|p' err | sort | grep -xF -f layers || true
}
watch() { # watch STATUS [OPTION...]
	local status=0
	"$BASEDRIFT" watch --project "$kind-api" "${@:2}" >watch.txt 2>err || status=$?
	[ "$status" -eq "$1" ] || { cat watch.txt err >&2; fail "$kind: watch ${*:2}: status $status, wanted $1"; }
}
check() { # check STATUS BASELINE BUILD [OPTION...]
	local status=0
	"$BASEDRIFT" check --baseline "$2" "$3" --project "$kind-api" "${@:4}" >check.txt 2>err || status=$?
	[ "$status" -eq "$1" ] || { cat check.txt err >&2; fail "$kind: check ${*:2}: status $status, wanted $1"; }
}

for kind in python node; do
	rm -rf repo good bad again old new more
	mkdir repo
	reference=$open_at/library/$kind:1
	printf '# the service\nFROM %s\nCOPY . /srv\n' "$reference" >repo/Dockerfile
	git -c init.defaultBranch=main init -q repo
	git -C repo add .
	git -C repo -c user.name=t -c user.email=t@example.test commit -q -m one
	make_base old "$kind" 1 '["linux/arm64"]'
	make_base new "$kind" 2 '["linux/arm64"]'
	make_base more "$kind" 1 '["linux/arm64", "linux/riscv64"]'

	# a good build, and its baselines
	first=$(move_to old)
	make_app good "$kind" 1
	collect good 1 passed yesterday
	jq -r 'select(.type == "package").purl' good.jsonl >"$kind.list"
	check 0 good.jsonl oci:good --context repo
	check 0 "$kind.list" good.jsonl
	watch 0 -v
	grep -q "^current  *$reference is what $kind-api#1 used" watch.txt || fail "current: $(cat watch.txt)"
	! grep -qE 'GET [^ ]*/manifests/|/blobs/' err || fail "more than HEAD: $(cat err)"

	# only its index is published again
	move_to more >/dev/null
	watch 0
	grep -q '^republished' watch.txt || fail "republished: $(cat watch.txt)"
	watch 1 --index

	sleep 1 # times are in seconds
	# the tag moves: what will the next build get?
	second=$(move_to new)
	[ "$first" != "$second" ] || fail "the tag has not moved"
	{ layers_of old && layers_of new; } | sort -u >layers
	watch 1 --explain -v
	fetched >fetched.txt
	[ -s fetched.txt ] && [ -z "$(uniq -d fetched.txt)" ] || fail "$kind: layers fetched: $(cat fetched.txt)"
	! grep -qxF "$(layers_of old | head -n 1)" fetched.txt || fail "$kind: a layer that the good build's collect had read was fetched"
	watch 1 --explain -v
	[ -z "$(fetched)" ] || fail "$kind: layers fetched again: $(fetched)"
	watch 1 --explain -o json=watch.json -o junit=watch.xml -o text -o markdown=watch.md
	xmllint --noout --nonet --schema "$here/../../schema/junit-basedrift.xsd" watch.xml 2>xml.log || fail "JUnit: $(cat xml.log)"
	grep -q 'libssl3 3.0.11-1 -> 3.0.15-1' watch.txt || fail "explained: $(cat watch.txt)"
	jq -e --arg index "sha256:$second" '.bases | length == 1 and .[0].state == "moved" and .[0].now.index == $index' watch.json >/dev/null || fail "JSON: $(cat watch.json)"

	# the next build gets exactly that
	make_app bad "$kind" 2
	collect bad 2 failed "+1 minute"
	"$BASEDRIFT" diff good.jsonl bad.jsonl -q -o json=diff.json && fail "nothing differs"
	jq -S '[.packages[] | select(.origin == "base" and .owned_by == null) | {name, change, a, b}] | sort_by(.name)' diff.json >wanted
	jq -S '[.bases[0].packages[] | select(.owned_by == null) | {name, change, a: (.a // null), b: (.b // null)}] | sort_by(.name)' watch.json >got
	[ "$(jq length wanted)" -ge 6 ] || fail "$kind: the build shows few changes: $(cat wanted)"
	same "$kind: what watch predicted" wanted got
	jq -S '[.settings[] | select(.noise == null) | {kind, key, a, b}] | sort_by(.key)' diff.json >wanted
	jq -S '[.bases[0].settings[] | {kind, key, a: (.a // null), b: (.b // null)}] | sort_by(.key)' watch.json >got
	[ "$(jq length wanted)" -ge 1 ] || fail "$kind: no setting differs"
	same "$kind: settings that watch predicted" wanted got

	# its check fails and says why
	check 1 good.jsonl bad.jsonl -o text -o junit=check.xml -o json=check.json
	xmllint --noout --nonet --schema "$here/../../schema/junit-basedrift.xsd" check.xml 2>xml.log || fail "JUnit: $(cat xml.log)"
	grep -q 'type="base-moved"' check.xml || fail "the move is not named: $(cat check.xml)"
	jq -e '[.discrepancies[] | select(.kind | startswith("package"))] | length >= 6 and all(.[]; (.since | test("now points to another image")) and (.where == null or (.where | startswith("base image"))))' check.json >/dev/null ||
		fail "$kind: not explained: $(jq -c '.discrepancies[]' check.json)"
	check 1 "$kind.list" bad.jsonl
	grep -qE "libssl3 is 3.0.15-1, expected 3.0.11-1 \(base image .*\), since .* now points to another image, first seen .* by watch, moved between .* and " check.txt || fail "the list's check does not say why: $(cat check.txt)"

	# what watch saw is in the tag's history, without a build, and narrows when it moved
	"$BASEDRIFT" log --bases --reference "$reference" -o json=log.json -o text=log.txt
	jq -e '.references[0] | .image_moves == 1 and .index_moves == 2 and (.states | length) == 3' log.json >/dev/null || fail "history: $(cat log.txt)"
	jq -e '.references[0].states | .[0].first_by == "'"$kind"'-api#1" and .[0].last_look != null and .[1].builds == 0 and .[1].first_by == "watch" and (.[1] | has("first_build") | not)
		and .[2].first_by == "watch" and .[2].first_build == "#2" and .[2].moved_after == .[1].last_seen and .[2].first_seen < "'"$(jq -r 'select(.type == "build").started' bad.jsonl)"'"' log.json >/dev/null || fail "states: $(cat log.json)"
	grep -qE 'watch, 1 build; moved between [0-9: -]+ and [0-9: -]+$' log.txt || fail "log --bases: $(cat log.txt)"
	"$BASEDRIFT" why "$kind-api" -q --offline -o json=why.json -o html=why.html && fail "nothing to explain"
	jq -e '[.causes[] | select(.cause == "base-image-moved").evidence[] | select(test("^The tag moved between .*, when watch still saw another image, and .*, when watch saw this one"))] | length == 1' why.json >/dev/null ||
		fail "why: $(jq -c .causes why.json)"
	grep -q 'looked at the tag' why.html || fail "the picture has no looks"

	# back to the last good image
	(cd repo && "$BASEDRIFT" pin --to last-good --project "$kind-api" >../pin.patch && git apply ../pin.patch) || fail "no patch: $(cat pin.patch)"
	grep -qxF "FROM $reference@sha256:$first" repo/Dockerfile || fail "pinned: $(cat repo/Dockerfile)"
	make_app again "$kind" 1
	collect again 3 passed "+2 minutes"
	check 0 good.jsonl again.jsonl
	check 0 "$kind.list" again.jsonl
	watch 0
done
# builds by name, all projects, and who cannot be asked
"$BASEDRIFT" watch good.jsonl >watch.txt && fail "the tag has moved since that record"
"$BASEDRIFT" watch >watch.txt || fail "all projects: $(cat watch.txt)"
[ "$(grep -c '^current' watch.txt)" -eq 2 ] || fail "both projects: $(cat watch.txt)"
kill "${pids[0]}"
wait "${pids[0]}" 2>/dev/null || true
kind=node
watch 2
grep -q '^unknown' watch.txt || fail "not asked: $(cat watch.txt)"
watch 2 --offline
