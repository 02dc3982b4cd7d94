# SPDX-License-Identifier: Apache-2.0
# `basedrift run` around real builds by buildah: one that passes, whose image is found without being named, one whose RUN step fails.
# shellcheck shell=bash disable=SC2154
need_tool buildah
may_be_root
buildah=(buildah --log-level error)
[ "$(id -u)" -eq 0 ] || buildah=(unshare -r "${buildah[@]}")
options=(--signature-policy "$work/policy.json" --isolation chroot --pull-never)
mkdir probe && echo 1 >probe/file && printf 'FROM scratch\nCOPY file /\n' >probe/Dockerfile
"${buildah[@]}" bud "${options[@]}" -q probe >probe.log 2>&1 ||
	skip "buildah cannot make an image here: $(tail -n 1 probe.log | cut -c1-200)"
run() { # run NAME COMMAND...: status in $status, output in NAME.out and NAME.err, record in NAME.jsonl
	local name=$1
	shift
	status=0
	"$BASEDRIFT" run -o "record=$name.jsonl" -- "$@" >"$name.out" 2>"$name.err" || status=$?
}
holds() { # holds NAME FILTER WHAT
	jq -se "$2" "$1.jsonl" >/dev/null || { cat "$1.err" >&2; fail "$1: $3"; }
}
mkdir -p base/root/var/lib/dpkg base/root/usr/lib app
printf 'ID=debian\nVERSION_ID="12"\n' >base/root/usr/lib/os-release
printf 'Package: tool\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0-1\n' >base/root/var/lib/dpkg/status
printf 'FROM scratch\nCOPY root /\n' >base/Dockerfile
printf 'ARG NAME\nFROM localhost/base/tool:1\nCOPY app.py .\nLABEL purpose=$NAME\n' >app/Build
echo 'print(1)' >app/app.py
run base "${buildah[@]}" bud "${options[@]}" -t localhost/base/tool:1 base
[ "$status" -eq 0 ] || { cat base.err >&2; fail "the base is not built (status $status)"; }
grep -qE '^[0-9a-f]{64}$' base.out || fail "the image's id is not printed any more"
version=$(buildah --version | sed -nE 's/^buildah version ([^ ]+).*/\1/p')
for tag in "-t localhost/services/app:1" ""; do
	# shellcheck disable=SC2086
	run app "${buildah[@]}" bud "${options[@]}" --build-arg NAME=test -f app/Build $tag app
	[ "$status" -eq 0 ] || { cat app.err >&2; fail "the application is not built (status $status)"; }
	holds app 'any(.[]; .type == "build" and .status == "passed" and .exit_code == 0 and .started and .finished)' "how it ended"
	holds app 'any(.[]; .type == "image")' "the image is not found"
	holds app 'any(.[]; .type == "package" and (.purl | startswith("pkg:deb/debian/tool@1.0-1")))' "the package is missing"
	holds app 'any(.[]; .type == "base" and .reference == "localhost/base/tool:1" and .line == 2)' "the base is not named"
	holds app 'any(.[]; .type == "layer" and .origin == "step" and .line == 3)' "no layer of line 3"
	holds app 'any(.[]; .type == "input" and .kind == "build-arg" and .key == "NAME" and .value == "test")' "the build argument"
	holds app "any(.[]; .type == \"input\" and .kind == \"builder\" and .key == \"buildah\" and .value == \"$version\")" "the tool's version"
	holds app 'any(.[]; .type == "log" and (.tail | contains("COMMIT")))' "the log"
done
# an archive that the build itself writes
run archive "${buildah[@]}" bud "${options[@]}" -f app/Build -t "oci-archive:$PWD/app.tar:app:1" app
[ "$status" -eq 0 ] || { cat archive.err >&2; fail "the archive is not built (status $status)"; }
holds archive 'any(.[]; .type == "image" and (.name | startswith("oci-archive:")))' "the archive is not found"
# a step that fails: no image, and still a record.  An image of that name is there from before; it is not this build's.
printf 'FROM localhost/base/tool:1\nRUN ["/no/such/program"]\n' >app/Broken
run broken "${buildah[@]}" bud "${options[@]}" -f app/Broken -t localhost/services/app:1 app
[ "$status" -ne 0 ] || fail "the broken build passes"
holds broken "any(.[]; .type == \"build\" and .status == \"failed\" and .exit_code == $status)" "how it ended"
holds broken 'all(.[]; .type != "image" and .type != "package")' "an image that is not of this build"
holds broken 'any(.[]; .type == "base" and .reference == "localhost/base/tool:1")' "the base is not named"
holds broken 'any(.[]; .type == "log" and (.tail | contains("/no/such/program")))' "the failing step is not in the log"
holds broken 'any(.[]; .type == "log" and (.failing_step // "" | startswith("RUN ")))' "the failing step is not named"
"$here/../lint/validate-record" base.jsonl app.jsonl archive.jsonl broken.jsonl || fail "a record is not valid"
