# SPDX-License-Identifier: Apache-2.0
# Wheels unpacked as the wheel format says, a develop-style egg-info folder and file, against Python's own importlib.metadata.
# shellcheck shell=bash disable=SC2154
need_tool python3

site=root/usr/local/lib/python3.11/site-packages
mkdir -p $site
wheel() { # wheel NAME VERSION: unpacked by the rules of the wheel format
	local info=$site/$1-$2.dist-info file
	mkdir -p "$site/$1" "$info"
	echo "version = '$2'" >"$site/$1/__init__.py"
	printf 'Metadata-Version: 2.1\nName: %s\nVersion: %s\nSummary: a test\n' "$1" "$2" >"$info/METADATA"
	echo unpacked >"$info/INSTALLER"
	for file in "$1/__init__.py" "$1-$2.dist-info/METADATA" "$1-$2.dist-info/INSTALLER"; do
		printf '%s,sha256=%s,%s\n' "$file" "$(openssl dgst -sha256 -binary "$site/$file" | base64 | tr '+/' '-_' | tr -d =)" "$(stat -c %s "$site/$file")"
	done >"$info/RECORD"
	echo "$1-$2.dist-info/RECORD,," >>"$info/RECORD"
}
wheel requests 2.31.0
wheel zope.interface 6.0.post1
wheel local_thing 1.0+build.7
mkdir -p $site/old-0.9.egg-info
printf 'Metadata-Version: 1.0\nName: old\nVersion: 0.9\n' >$site/old-0.9.egg-info/PKG-INFO
printf 'Metadata-Version: 1.0\nName: older\nVersion: 0.8rc1\n' >$site/older-0.8rc1.egg-info
echo stale >>$site/requests/__init__.py

python3 - $site <<-'PYTHON' | sort >wanted
	import importlib.metadata, re, sys
	for d in importlib.metadata.distributions(path=[sys.argv[1]]):
	    print(re.sub(r"[-_.]+", "-", d.metadata["Name"]).lower(), d.version)
	PYTHON
[ "$(wc -l <wanted)" -eq 5 ] || fail "importlib.metadata lists $(wc -l <wanted)"
image_of root a.tar docker-archive
for image in rootfs:root docker-archive:a.tar; do
	packages "$image" pypi | sed -E 's/^([^ ]*)[._]([^ ]*) /\1-\2 /' | sort >got
	same "packages of $image" wanted got
done
record docker-archive:a.tar | jq -se 'any(.[]; .type == "file" and (.path | endswith("requests/__init__.py")))' >/dev/null ||
	fail "a module that differs from its RECORD is not recorded"
