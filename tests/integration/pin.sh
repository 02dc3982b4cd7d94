# SPDX-License-Identifier: Apache-2.0
# Pinning against a real registry: what it serves now, what a build recorded, what it serves no longer; `git apply` takes the patch and
# takes it back.
# shellcheck shell=bash disable=SC2154
export BASEDRIFT_OFFLINE= # this test's own registry, on loopback
need_tool docker-registry skopeo python3 jq git xmllint
# shellcheck source=/dev/null
. "$here/../support/network/lib.sh"
unset HTTP_PROXY HTTPS_PROXY http_proxy https_proxy ALL_PROXY all_proxy DOCKER_CONFIG
registry open
images=$(cd "$here/.." && pwd)/data/images

index() { # index NAME SPEC: the lowest layer of SPEC, in an index
	jq '.reference = "library/base:1" | .history |= .[:1] | .layers |= .[:1] | .index = true | .other_platforms = ["linux/arm64"]' "$images/$2.json" >"$1.json"
	"$MKIMAGE" "$1.json" "$1" --format oci
}
push() { # push LAYOUT NAME: prints the digest of what the tag names then
	skopeo --policy "$work/policy.json" copy -q --all --dest-tls-verify=false "oci:$1" "docker://$open_at/$2" >push.log 2>&1 || { cat push.log >&2; fail "no push of $2"; }
	skopeo inspect --raw --tls-verify=false "docker://$open_at/$2" | sha256sum | cut -d' ' -f1
}
pin() { # pin STATUS [OPTION...]
	local status=0
	"$BASEDRIFT" pin "${@:2}" 2>"$work/err" || status=$?
	[ "$status" -eq "$1" ] || { cat "$work/err" >&2; fail "pin ${*:2}: status $status, wanted $1"; }
}

index old small
index new small-moved
"$MKIMAGE" "$images/small.json" single --format oci
first=$(push old library/base:1)
tool=$(push old tools/tool:latest)
single=$(push single library/single:1.2.3)

mkdir -p "repo/my app"
cat >repo/Dockerfile <<DOCKERFILE
# syntax=$open_at/tools/tool
ARG VERSION=1
FROM $open_at/library/base:1 AS build
RUN --mount=type=bind,from=$open_at/tools/tool,target=/x true
FROM $open_at/library/base:\$VERSION
FROM $open_at/library/single:1.2.3
COPY --from=build /a /a
COPY --from=$open_at/library/none:1 /a /b
DOCKERFILE
printf 'services:\r\n  db: # ours\r\n    image: "%s/library/base:1"\r\n' "$open_at" >"repo/my app/compose.yml"
git -c init.defaultBranch=main init -q repo
git -C repo config core.autocrlf false
git -C repo add .
git -C repo -c user.name=t -c user.email=t@example.test commit -q -m one
cd repo

# to what the registry serves now: what it does not have is said, the rest is in the patch
pin 2 Dockerfile "my app/compose.yml" >../all.patch
grep -q "Dockerfile:8: $open_at/library/none:1 is left as it is: The registry has no such tag" "$work/err" || fail "no tag: $(cat "$work/err")"
grep -q 'Dockerfile:5: .*build argument VERSION (line 2)' "$work/err" || fail "the variable: $(cat "$work/err")"
git apply ../all.patch || fail "git apply does not take the patch"
cat >wanted <<DOCKERFILE
# syntax=$open_at/tools/tool:latest@sha256:$tool
ARG VERSION=1
FROM $open_at/library/base:1@sha256:$first AS build
RUN --mount=type=bind,from=$open_at/tools/tool:latest@sha256:$tool,target=/x true
FROM $open_at/library/base:\$VERSION
FROM $open_at/library/single:1.2.3@sha256:$single
COPY --from=build /a /a
COPY --from=$open_at/library/none:1 /a /b
DOCKERFILE
same "the pinned Dockerfile" wanted Dockerfile
printf 'services:\r\n  db: # ours\r\n    image: "%s/library/base:1@sha256:%s"\r\n' "$open_at" "$first" >wanted
same "the pinned compose file" wanted "my app/compose.yml"
git apply -R ../all.patch
rm wanted
[ -z "$(git status --porcelain)" ] || fail "taken back, something is left: $(git status --porcelain)"
# in a folder below, and --write does the same
(cd "my app" && pin 0 compose.yml >../../one.patch && git apply ../../one.patch && ! git diff --quiet -- compose.yml) || fail "in a folder below"
cp "my app/compose.yml" ../wanted
git checkout -q -- .
chmod 750 "my app/compose.yml"
pin 0 --write "my app/compose.yml" >/dev/null
[ "$(stat -c %a "my app/compose.yml")" = 750 ] || fail "--write changes the file's mode"
chmod 644 "my app/compose.yml"
same "--write" ../wanted "my app/compose.yml"
pin 0 "my app/compose.yml" >../none.patch
[ ! -s ../none.patch ] || fail "what is pinned needs no patch"
git checkout -q -- .

# Dockerfiles of every kind: git takes the patch and takes it back, byte for byte, and only the references differ
printf '# syntax=%s/tools/tool\nARG BASE="%s/library/base:1"\nFROM --platform=$BUILDPLATFORM $BASE AS a\nRUN <<EOF\nFROM %s/library/base:1\nEOF\nFROM ${BASE}\n' "$open_at" "$open_at" "$open_at" >kind.argument
printf '\xef\xbb\xbfFROM\t%s/library/base:1\tAS\tx\r\nRUN a \\\r\n  b\r\n# FROM y\r\nCOPY --from=%s/tools/tool a b\r\n' "$open_at" "$open_at" >kind.crlf
printf '# escape=`\nFROM `\n  # why\n\n  %s/library/base:1 `\n  AS x\nONBUILD COPY --from=%s/tools/tool a b' "$open_at" "$open_at" >kind.escape
printf 'FROM %s/library/base:1\nRUN --mount=from=%s/tools/tool,target=/x --mount=type=cache,target=/c \\\n # FROM z\n true\nCOPY <<A <<"B" /x/\nFROM z\nA\nFROM z\nB\n' "$open_at" "$open_at" >kind.mount
references() { # references FILE: where what is named
	{ "$BASEDRIFT" pin --check --offline -o json "$1" || true; } | jq -c '.files[].images[] | [.line, .where, .reference]'
}
for kind in kind.*; do
	cp "$kind" before
	references "$kind" >wanted
	[ -s wanted ] || fail "$kind: nothing is read"
	pin 0 "$kind" >kind-patch
	git apply kind-patch || fail "$kind: git does not take the patch: $(cat kind-patch)"
	references "$kind" >got
	same "the references of $kind" wanted got
	! "$BASEDRIFT" pin --check --offline -o json "$kind" | grep -q '"holds": false' || fail "$kind: not all is pinned: $(cat kind-patch)"
	git apply -R kind-patch
	cmp before "$kind" || fail "$kind: taken back, it is another file"
done
rm before wanted got kind.* kind-patch

# what builds recorded, while the tag moves on
cd ..
sed -i '/none:1/d; /VERSION/d' repo/Dockerfile
git -C repo -c user.name=t -c user.email=t@example.test commit -q -a -m two
export BASEDRIFT_STORE=sqlite:$work/store.db
printf 'FROM %s/library/base:1\nCOPY app.py /srv/app.py\n' "$open_at" >Dockerfile.app
jq --arg from "FROM $open_at/library/base:1" '.history[1].comment = $from' "$images/small.json" >app.json
"$MKIMAGE" app.json app --format oci
"$BASEDRIFT" collect oci:app --dockerfile Dockerfile.app --platform linux/amd64 --project app --build-id 1 --status passed --started 2026-01-01T00:00:00Z -o record=good.jsonl
second=$(push new library/base:1)
[ "$first" != "$second" ] || fail "the tag has not moved"
pin 0 Dockerfile.app | grep -qxF "+FROM $open_at/library/base:1@sha256:$second" || fail "--to current"
for how in "--to last-good --project app" "--to recorded --project app" "--record good.jsonl" "--record app#1" "--record app#1 --project app"; do
	# shellcheck disable=SC2086
	pin 0 Dockerfile.app $how | grep -qxF "+FROM $open_at/library/base:1@sha256:$first" || fail "$how"
done
pin 2 repo/Dockerfile --record good.jsonl >/dev/null
grep -q 'tools/tool is left as it is: good.jsonl has no such image' "$work/err" || fail "not recorded: $(cat "$work/err")"

# judging
pin 1 --check Dockerfile.app -o junit=pin.xml -o github=pin.txt -o json=pin.json -o text -o markdown=pin.md >pin.out
xmllint --noout --nonet --schema "$here/../../schema/junit-basedrift.xsd" pin.xml 2>xml.log || fail "JUnit: $(cat xml.log)"
pin 1 --check Dockerfile.app -o junit=strict.xml --junit-strict
xmllint --noout --nonet --schema "$here/../../schema/junit-strict.xsd" strict.xml 2>xml.log || fail "strict JUnit: $(cat xml.log)"
grep -q 'type="floating-tag"' pin.xml || fail "JUnit: $(cat pin.xml)"
grep -q "^::error file=Dockerfile.app,line=1,title=.*serves index sha256:$second under it" pin.txt || fail "annotation: $(cat pin.txt)"
jq -e --arg index "sha256:$second" '.files[0].images[0] | .pinned == "floating-tag" and .now.index == $index and .holds == false' pin.json >/dev/null || fail "JSON: $(cat pin.json)"
"$BASEDRIFT" pin --write --to last-good --project app Dockerfile.app >/dev/null
pin 0 --check Dockerfile.app >pin.out
grep -q "Its tag is another image by now: sha256:$second" pin.out || fail "moved on: $(cat pin.out)"

# a digest that is no longer served: the platform's manifest remains, then nothing
remove() { # remove DIGEST
	python3 - "http://$open_at/v2/library/base/manifests/$1" <<-'DELETE'
		import sys, urllib.request
		urllib.request.urlopen(urllib.request.Request(sys.argv[1], method="DELETE"))
	DELETE
}
manifest=$(jq -r 'select(.type == "base").digests[] | select(.kind == "manifest").value' good.jsonl)
remove "sha256:$first"
pin 1 --check Dockerfile.app -o junit=pin.xml
grep -q 'type="digest-gone"' pin.xml || fail "gone: $(cat pin.xml)"
pin 0 --record good.jsonl Dockerfile.app | grep -qxF "+FROM $open_at/library/base:1@$manifest" || fail "the manifest is still there"
remove "$manifest"
pin 2 --record good.jsonl Dockerfile.app >none.patch
[ ! -s none.patch ] || fail "a line that would not build: $(cat none.patch)"
grep -q 'no longer serves' "$work/err" || fail "not said: $(cat "$work/err")"

# nobody can be asked
kill "${pids[0]}"
wait "${pids[0]}" 2>/dev/null || true
pin 2 --check Dockerfile.app >pin.out
grep -q 'could not be asked' pin.out || fail "not asked: $(cat pin.out)"
pin 0 --check --offline Dockerfile.app >pin.out
pin 0 --offline --record good.jsonl Dockerfile.app >/dev/null
