# SPDX-License-Identifier: Apache-2.0
# Two days of python:2.7, reconstructed as scripts/demo does: the verdict, and exactly the package changes that the recorded facts have.
# shellcheck shell=bash disable=SC2154
need_tool python3 git
top=$(cd "$here/../.." && pwd)
facts=$top/tests/data/tag-history

git -c init.defaultBranch=main init -q app
cp "$facts"/app/* app
git -C app add .
git -C app -c user.name=t -c user.email=t@example.test commit -q -m one

one_build() { # one_build FACTS ID STATUS FORMAT
	local image=image-$2
	"$top/scripts/reconstruct" "$facts/$1.json" app 2017-12-12T20:00:00Z "orders-api:$2" >"$image.json"
	"$MKIMAGE" "$image.json" "$image" --format "$4"
	"$BASEDRIFT" collect "$4:$image" --context app --base "python:2.7@$(jq -r .index "$facts/$1.json")" --project orders-api --build-id "$2" \
		--status "$3" -o "record=$2.jsonl"
}

# changes GOOD BAD: "name arch good_version bad_version" of what differs between two lists of facts
changes() {
	jq -rs '[.[].packages | map({key: "\(.[0]) \(.[1] // "amd64")", value: .[2]}) | from_entries] | .[0] as $a | .[1] as $b
		| ($a + $b | keys[]) | select($a[.] != $b[.]) | "\(.) \($a[.]) \($b[.])"' "$facts/$1.json" "$facts/$2.json" | sort
}

pair() { # pair GOOD BAD FORMAT
	local status=0
	one_build "$1" 1 passed "$3"
	one_build "$2" 2 failed "$3"
	"$BASEDRIFT" diff 1.jsonl 2.jsonl -o json=j.json || status=$?
	[ "$status" -eq 1 ] || fail "$2: diff ended with status $status"
	"$here/../lint/validate-record" 1.jsonl 2.jsonl j.json || fail "$2: records or report do not hold to the schemas"
	jq -e '.verdict.cause == "base-image-moved" and .source.same == true and .causes[0].dockerfile_line == 1' j.json >/dev/null ||
		fail "$2: the verdict is $(jq -c .verdict j.json)"
	jq -e --arg good "$(jq -r .index "$facts/$1.json")" 'any(.remedy[]; .kind == "pin-base" and (.patch | contains("+FROM python:2.7@" + $good + "\n")))' j.json >/dev/null ||
		fail "$2: no remedy has the last good index digest"
	changes "$1" "$2" >wanted
	jq -r '.packages[] | select(.purl_type == "deb") | "\(.name) \(.arch) \(.a) \(.b)"' j.json | sort >got
	same "changed Debian packages of $2" wanted got
	jq -e 'all(.packages[]; .origin == "base")' j.json >/dev/null || fail "$2: a package change is not the base's"
	rm -rf image-* ./*.jsonl
}

pair python-2.7-2017-09-15 python-2.7-2017-09-18 docker-archive
[ ! -s wanted ] || fail "the facts say that no Debian package changed"
jq -e '[.packages[] | select(.purl_type == "generic") | [.name, .a, .b]] == [["python", "2.7.13", "2.7.14"]]' j.json >/dev/null ||
	fail "Python 2.7.13 -> 2.7.14 is not what changed: $(jq -c .packages j.json)"
jq -e '[.settings[] | select(.key == "PYTHON_VERSION") | [.a, .b]] == [["2.7.13", "2.7.14"]]' j.json >/dev/null || fail "PYTHON_VERSION: $(jq -c .settings j.json)"
pair python-2.7-2017-12-11 python-2.7-2017-12-12 oci
[ "$(wc -l <wanted)" -eq 49 ] || fail "the facts say that 49 Debian packages changed"
jq -e 'all(.packages[]; .purl_type == "deb")' j.json >/dev/null || fail "something else than Debian packages changed"
