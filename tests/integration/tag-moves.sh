# SPDX-License-Identifier: Apache-2.0
# The 37 recorded index moves of python:2.7 (tests/data/tag-history): 8 changed the image of linux/amd64, the others republished the
# index.  Records of a build on each state, compared with the next: exactly the 8 accuse the base, the others rule it out.
# shellcheck shell=bash disable=SC2154
need_tool python3 jq
cat >records.py <<'PY'
import json, sys

states, layers = [json.loads(line) for line in open(sys.argv[1])], None
for number, state in enumerate(states):
    layers = state.get("layers", layers)
    base = {"type": "base", "role": "base", "stage": 0, "line": 1, "as_written": "python:2.7", "reference": "docker.io/library/python:2.7", "pin": "tag",
            "platform": "linux/amd64", "confidence": "stated", "digests": [{"kind": "index", "value": state["index"]}, {"kind": "manifest", "value": state["manifest"]}]}
    lines = [{"type": "record", "schema": 1, "files_known": True}, {"type": "build", "status": "unknown", "id": str(number)},
             {"type": "source", "vcs": "git", "tree": "80655da8d80aaaf92ce5357e7828dc09adb00993", "dirty": False}, base,
             {"type": "image", "name": "oci:app", "platform": "linux/amd64", "config": {"env": [{"key": "A", "value": "b"}]}}]
    # the layers' recorded digests stand in for their content
    for index, digest in enumerate(layers):
        lines.append({"type": "layer", "index": index, "content": digest, "diff_id": digest, "origin": "base"})
    lines.append({"type": "package", "purl": "pkg:deb/debian/base-files@8?arch=amd64", "layer": 0, "path": "var/lib/dpkg/status"})
    for index, digest in enumerate(layers):
        lines.append({"type": "file", "path": "layer-%d" % index, "kind": "file", "mode": "0644", "uid": 0, "gid": 0, "mtime_sec": 0, "size_bytes": 1,
                      "digest": digest, "layer": index})
    with open("%03d.jsonl" % number, "w") as out:
        out.writelines(json.dumps(line) + "\n" for line in lines)
PY
python3 records.py "$here/../data/tag-history/moves.jsonl"
moves=0 accused=0 acquitted=0 last=
for state in [0-9]*.jsonl; do
	if [ -n "$last" ]; then
		status=0
		"$BASEDRIFT" diff "$last" "$state" -q -o json=report.json || status=$?
		moves=$((moves + 1))
		case $(jq -r '.verdict.cause' report.json):$status in
		base-image-moved:1) accused=$((accused + 1)) ;;
		nothing-differs:0)
			jq -e '.ruled_out[0].cause == "index-only-republished"' report.json >/dev/null || fail "$last, $state: not ruled out"
			acquitted=$((acquitted + 1))
			;;
		*) fail "$last, $state: $(jq -c .verdict report.json), status $status" ;;
		esac
	fi
	last=$state
done
[ "$moves:$accused:$acquitted" = 37:8:29 ] || fail "$moves moves: $accused accuse, $acquitted acquit"
