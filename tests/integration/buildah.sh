# SPDX-License-Identifier: Apache-2.0
# A build by buildah from a Dockerfile, without a network: base and application, both formats; the base is found by what buildah records.
# shellcheck shell=bash disable=SC2154
need_tool buildah
may_be_root
bud() { # bud TAG DIR [OPTION...]
	as_root buildah --log-level error bud --signature-policy "$work/policy.json" --isolation chroot --pull-never -q -t "$1" "${@:3}" "$2" >bud.log 2>&1 ||
		{ cat bud.log >&2; fail "buildah does not build"; }
}
push() {
	as_root buildah push -q --signature-policy "$work/policy.json" "$1" "$2" >push.log 2>&1 || { cat push.log >&2; fail "buildah push $1"; }
}
# may this machine make containers at all?  (It may be one itself, without the rights.)
mkdir probe && echo 1 >probe/file && printf 'FROM scratch\nCOPY file /\n' >probe/Dockerfile
as_root buildah --log-level error bud --signature-policy "$work/policy.json" --isolation chroot -q probe >probe.log 2>&1 ||
	skip "buildah cannot make an image here: $(tail -n 1 probe.log | cut -c1-200)"
mkdir -p base/root/var/lib/dpkg base/root/usr/lib app
printf 'ID=debian\nVERSION_ID="12"\n' >base/root/usr/lib/os-release
printf 'Package: tool\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0-1\n' >base/root/var/lib/dpkg/status
printf 'FROM scratch\nCOPY root /\nENV TOOL_VERSION=1.0\n' >base/Dockerfile
printf 'FROM localhost/base/tool:1\nWORKDIR /srv\nCOPY app.py .\nLABEL purpose=test\nCMD ["/srv/app.py"]\n' >app/Dockerfile
echo 'print(1)' >app/app.py
bud localhost/base/tool:1 base
for format in oci docker; do
	bud "localhost/services/app:$format" app --format "$format" --layers
	push "localhost/services/app:$format" "oci:out-$format:services/app:1"
	push "localhost/services/app:$format" "docker-archive:out-$format.tar:services/app:1"
	for image in "oci:out-$format" "docker-archive:out-$format.tar"; do
		record "$image" --context app >r.jsonl
		jq -se 'any(.[]; .type == "package" and (.purl | startswith("pkg:deb/debian/tool@1.0-1")))' r.jsonl >/dev/null || fail "$image: the package is missing"
		jq -se 'any(.[]; .type == "base" and .reference == "localhost/base/tool:1" and .line == 1)' r.jsonl >/dev/null || fail "$image: the base is not named"
		jq -se '[.[] | select(.type == "layer") | .origin] | .[0] == "base" and .[-1] == "step"' r.jsonl >/dev/null || fail "$image: the base's layers are not told from the own"
		jq -se 'any(.[]; .type == "layer" and .origin == "step" and .line == 3)' r.jsonl >/dev/null || fail "$image: no layer of line 3"
		jq -se 'any(.[]; .type == "image" and (.config | .env + .labels | map({key, value}) | from_entries | .TOOL_VERSION == "1.0" and .purpose == "test"))' \
			r.jsonl >/dev/null || fail "$image: settings"
	done
done
inventory oci:out-oci >wanted
inventory docker-archive:out-oci.tar >got
same "inventory of the docker archive" wanted got
# the base's triggers run in the build above it: their layers are that build's, at the line of FROM
mkdir onbuild
printf 'FROM localhost/base/tool:1\nONBUILD COPY app.py /trigger/\nONBUILD ENV TRIGGERED=1\n' >onbuild/Dockerfile
bud localhost/base/onbuild:1 onbuild --format docker
printf 'FROM localhost/base/onbuild:1\nCOPY app.py /own/\n' >app/Dockerfile.triggers
printf 'FROM localhost/base/onbuild:1\n' >app/Dockerfile.alone
for layers in true false; do
	for name in triggers alone; do
		bud "localhost/services/$name:$layers" app --format docker --layers=$layers -f app/Dockerfile.$name
		push "localhost/services/$name:$layers" "oci:$name-$layers"
		record "oci:$name-$layers" --context app --dockerfile app/Dockerfile.$name >r.jsonl
		jq -c 'select(.type == "layer" and .origin == "step") | [.origin, .line, .instruction]' r.jsonl >got
		case $layers-$name in
		true-triggers) printf '%s\n' '["step",1,"ONBUILD COPY app.py /trigger/"]' '["step",2,"COPY app.py /own/"]' ;;
		true-alone | false-alone) echo '["step",1,"ONBUILD COPY app.py /trigger/"]' ;;
		false-triggers) echo '["step",null,null]' ;; # two COPY in one layer
		esac >wanted
		same "ONBUILD, $name, layers $layers" wanted got
	done
done
