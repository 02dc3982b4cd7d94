# SPDX-License-Identifier: Apache-2.0
# Baselines as dpkg-query, rpm, npm and pip themselves print them: the image that a list is of passes; with one package more, one less, one
# newer and one older, exactly that is told; --update writes a list that passes.
# shellcheck shell=bash disable=SC2154
need_tool jq python3 patch dpkg dpkg-deb dpkg-query

check() { # check STATUS LIST IMAGE [OPTION...]
	local status=0
	"$BASEDRIFT" check --baseline "$2" "$3" "${@:4}" -o json=check.json -o text=check.txt 2>err || status=$?
	[ "$status" -eq "$1" ] || { cat err check.txt >&2; fail "check of $2: status $status, wanted $1"; }
}
told() { # told: "kind what expected found change", sorted
	jq -r '.discrepancies[] | "\(.kind) \(.what) \(.expected // "-") \(.found // "-")\(if .change then " " + .change else "" end)"' check.json | sort
}
# round_trip LIST IMAGE BOGUS_LINE REMOVED_PATTERN SED_UP SED_DOWN EXPECTED...
round_trip() {
	local list=$1 image=$2
	check 0 "$list" "$image"
	{ cat "$list"; echo "$3"; } | sed -E "/$4/d; $5; $6" >"changed-$list"
	check 1 "changed-$list" "$image"
	told >got
	printf '%s\n' "${@:7}" | sort >wanted
	same "$list" wanted got
	check 1 "changed-$list" "$image" -o patch=list.patch
	cp "changed-$list" applied
	patch -s -p1 applied list.patch || fail "$list: the diff cannot be applied: $(cat list.patch)"
	check 0 "changed-$list" "$image" --update
	same "the diff of $list" "changed-$list" applied
	grep -q 'expected' check.txt || fail "--update shows nothing"
	check 0 "changed-$list" "$image"
	sort "$list" >wanted
	sort "changed-$list" >got
	same "the rewritten $list" wanted got
}

deb() { # deb NAME VERSION ARCH
	mkdir -p p/DEBIAN
	printf 'Package: %s\nVersion: %s\nArchitecture: %s\nMulti-Arch: %s\nMaintainer: Tests <tests@example.test>\nDescription: a test\n' "$1" "$2" "$3" \
		"$([ "$3" = all ] && echo foreign || echo same)" >p/DEBIAN/control
	[ "$1" != four ] || { mkdir p/etc && echo x >p/etc/four.conf && echo /etc/four.conf >p/DEBIAN/conffiles; }
	dpkg-deb --root-owner-group -b p "$1.deb" >/dev/null
	rm -r p
}
may_be_root
arch=$(dpkg --print-architecture)
deb one 1.0-1 all
deb two 2:1.5+dfsg-3+b1 "$arch"
deb three 1.0~rc1-1 all
deb four 4 all
deb five 5 all
mkdir -p debs/var/lib/dpkg/{info,updates,triggers} debs/etc debs/usr/lib
: >debs/var/lib/dpkg/status
printf 'ID=debian\nVERSION_ID="12"\n' >debs/usr/lib/os-release
as_root dpkg --root="$PWD/debs" --log=/dev/null --force-not-root --force-script-chrootless --force-unsafe-io -i ./*.deb >dpkg.log 2>&1 || { cat dpkg.log >&2; fail "dpkg"; }
dpkg-query --admindir="$PWD/debs/var/lib/dpkg" -W >dpkg.list
image_of debs debs.tar docker-archive
round_trip dpkg.list docker-archive:debs.tar $'zero\t1' '^five' 's/^three\t.*/three\t1.0-1/' "s/^two(:$arch)?\t.*/two\\1\t1.0-1/" \
	'package-missing zero 1 -' 'package-unexpected five - 5' 'package-version three 1.0-1 1.0~rc1-1 down' 'package-version two 1.0-1 2:1.5+dfsg-3+b1 up'
# the same as purls, out of a record
record docker-archive:debs.tar | jq -r 'select(.type == "package").purl' >purls.list
check 0 purls.list docker-archive:debs.tar
round_trip purls.list docker-archive:debs.tar pkg:deb/debian/zero@1 'deb.debian.five@' 's/three@[^?]*/three@1.0-1/' 's/two@[^?]*/two@1.0-1/' \
	'package-missing zero 1 -' 'package-unexpected five - 5' 'package-version three 1.0-1 1.0~rc1-1 down' 'package-version two 1.0-1 2:1.5+dfsg-3+b1 up'

# removed, its configuration left: dpkg-query lists it still, and so does the image's list
as_root dpkg --root="$PWD/debs" --log=/dev/null --force-not-root --force-script-chrootless --force-unsafe-io -r four >>dpkg.log 2>&1 || { cat dpkg.log >&2; fail "dpkg -r"; }
dpkg-query --admindir="$PWD/debs/var/lib/dpkg" -W >removed.list
grep -q '^four' removed.list || fail "dpkg-query lists no removed package: $(cat removed.list)"
image_of debs removed.tar docker-archive
check 0 removed.list docker-archive:removed.tar
jq -e '.removed == ["four"]' check.json >/dev/null || fail "removed: $(cat check.json)"

# rules, records and SBOMs are rewritten in their own form; what has no single answer is named
cat >rules.json <<'RULES'
{
  "schema": "basedrift/rules/1",
  "exact": ["deb"],
  "packages": [
    {"require": "pkg:deb/one@0.9-1", "reason": "ours"},
    {"require": "pkg:deb/two", "version": "vers:deb/1.0"},
    {"require": "pkg:deb/zero@1"},
    {"allow": "pkg:deb/f*"}
  ]
}
RULES
check 1 rules.json docker-archive:debs.tar
check 0 rules.json docker-archive:debs.tar --update
cat >wanted <<'RULES'
{
  "schema": "basedrift/rules/1",
  "exact": ["deb"],
  "packages": [
    {"require": "pkg:deb/one@1.0-1", "reason": "ours"},
    {"require": "pkg:deb/two", "version": "vers:deb/2:1.5+dfsg-3+b1"},
    {"allow": "pkg:deb/f*"},
    {"require": "pkg:deb/debian/three@1.0~rc1-1?arch=all"}
  ]
}
RULES
same "the rewritten rules" wanted rules.json
grep -qxF -- '-    {"require": "pkg:deb/zero@1"},' check.txt || fail "no diff: $(cat check.txt)"
check 0 rules.json docker-archive:debs.tar
sed 's|vers:deb/[^"]*|vers:deb/<1|' rules.json >range.json
cp range.json wanted
check 1 range.json docker-archive:debs.tar --update
same "a range is its author's" wanted range.json
grep -q 'left as it is: two is 2:1.5' check.txt || fail "what is left is not named: $(cat check.txt)"
record docker-archive:removed.tar >record.jsonl
check 1 record.jsonl docker-archive:debs.tar
check 0 record.jsonl docker-archive:debs.tar --update
grep -q 'four 4 is not expected' check.txt || fail "a record: nothing is shown"
check 0 record.jsonl docker-archive:debs.tar
for format in cyclonedx spdx; do
	"$BASEDRIFT" export docker-archive:debs.tar -o "$format=$format.json"
	sed -i 's/1\.0~rc1-1/0.1-1/g' "$format.json"
	check 1 "$format.json" docker-archive:debs.tar
	check 0 "$format.json" docker-archive:debs.tar --update
	grep -q 'expected 0.1-1' check.txt || fail "$format: nothing is shown"
	check 0 "$format.json" docker-archive:debs.tar
done

# pip freeze; another tree of packages in the image is not the list's
site=pip/usr/local/lib/python3.11/site-packages
for wheel in requests-2.31.0 zope.interface-6.0.post1 local_thing-1.0+build.7 six-1.16.0 pip-23.0 attrs-23.1; do
	mkdir -p "$site/$wheel.dist-info"
	printf 'Metadata-Version: 2.1\nName: %s\nVersion: %s\n' "${wheel%-*}" "${wheel##*-}" >"$site/$wheel.dist-info/METADATA"
	printf '%s.dist-info/METADATA,,\n%s.dist-info/RECORD,,\n' "$wheel" "$wheel" >"$site/$wheel.dist-info/RECORD"
done
for wheel in pip-22 six-1.0 other-1 another-2; do
	mkdir -p "pip/opt/venv/lib/python3.9/site-packages/$wheel.dist-info"
	printf 'Metadata-Version: 2.1\nName: %s\nVersion: %s\n' "${wheel%-*}" "${wheel##*-}" >"pip/opt/venv/lib/python3.9/site-packages/$wheel.dist-info/METADATA"
done
image_of pip pip.tar docker-archive
if python3 -m pip --version >/dev/null 2>&1; then
	python3 -m pip freeze --path "$site" >pip.list 2>/dev/null
else
	printf '%s\n' attrs==23.1 local_thing==1.0+build.7 requests==2.31.0 six==1.16.0 zope.interface==6.0.post1 >pip.list
fi
round_trip pip.list docker-archive:pip.tar Zero==1 '^attrs' 's/^requests==.*/requests==2.32.0/' 's/^six==.*/six==1.15/' \
	'package-missing zero 1 -' 'package-unexpected attrs - 23.1' 'package-version requests 2.32.0 2.31.0 down' 'package-version six 1.15 1.16.0 up'

# apk info -v
mkdir -p apk/lib/apk/db apk/etc
printf 'ID=alpine\nVERSION_ID=3.19.0\n' >apk/etc/os-release
for p in "musl 1.2.4_git20230717-r4" "libc-utils 0.7.2-r5" "a-b-c 1.0-r0" "zlib 1.3-r2"; do printf 'P:%s\nV:%s\nA:x86_64\n\n' $p; done >apk/lib/apk/db/installed
printf '%s\n' musl-1.2.4_git20230717-r4 libc-utils-0.7.2-r5 a-b-c-1.0-r0 zlib-1.3-r2 >apk.list
image_of apk apk.tar docker-archive
round_trip apk.list docker-archive:apk.tar zero-1-r0 '^zlib' 's/^a-b-c-.*/a-b-c-1.1-r0/' 's/^libc-utils-.*/libc-utils-0.7.1-r9/' \
	'package-missing zero 1-r0 -' 'package-unexpected zlib - 1.3-r2' 'package-version a-b-c 1.1-r0 1.0-r0 down' 'package-version libc-utils 0.7.1-r9 0.7.2-r5 up'

# npm ls --all --json: its tree, and npm's own in the same image
if command -v npm >/dev/null && command -v node >/dev/null; then
	export npm_config_cache=$work/npm npm_config_offline=true npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
	pack() { # pack NAME VERSION DEPENDENCIES
		mkdir p
		printf '{"name": "%s", "version": "%s", "dependencies": %s}' "$1" "$2" "$3" >p/package.json
		npm pack --silent ./p >/dev/null
		rm -r p
	}
	pack leaf 1.0.0 '{}'
	mv leaf-1.0.0.tgz leaf-old.tgz
	pack leaf 2.0.0-rc.1 '{}'
	pack @scope/tool 0.3.1 "{\"leaf\": \"file:$PWD/leaf-old.tgz\"}"
	pack more 1.0.0 '{}'
	mkdir -p npm/srv/app npm/usr/local/lib/node_modules/npm/node_modules/inner
	printf '{"name": "npm", "version": "10.0.0"}' >npm/usr/local/lib/node_modules/npm/package.json
	printf '{"name": "inner", "version": "1.0.0"}' >npm/usr/local/lib/node_modules/npm/node_modules/inner/package.json
	printf '{"name": "app", "version": "9.9.9", "private": true}' >npm/srv/app/package.json
	(cd npm/srv/app && npm install --silent --install-strategy=hoisted "$OLDPWD"/{leaf-2.0.0-rc.1,scope-tool-0.3.1,more-1.0.0}.tgz >/dev/null && npm ls --all --json) >npm.list
	image_of npm npm.tar docker-archive
	check 0 npm.list docker-archive:npm.tar
	jq '.dependencies |= (del(.more) | .zero = {version: "1.0.0"} | .leaf.version = "2.0.0" | ."@scope/tool".version = "0.3.0")' npm.list >changed.list
	check 1 changed.list docker-archive:npm.tar
	told >got
	printf '%s\n' 'package-missing zero 1.0.0 -' 'package-unexpected more - 1.0.0' 'package-version @scope/tool 0.3.0 0.3.1 up' 'package-version leaf 2.0.0 2.0.0-rc.1 down' >wanted
	same npm.list wanted got
	check 0 changed.list docker-archive:npm.tar --update
	check 0 changed.list docker-archive:npm.tar
	jq -S '[.. | .version? // empty] | sort' npm.list >wanted
	jq -S '[.. | .version? // empty] | sort' changed.list >got
	same "the rewritten tree" wanted got
	# an alias is known by its folder; a linked folder is the project's own; extraneous is there as well
	pack real 3.0.0 '{}'
	mkdir -p npm/srv/app/packages/ws npm/srv/app/node_modules/extra
	printf '{"name": "ws", "version": "0.0.1"}' >npm/srv/app/packages/ws/package.json
	jq '.workspaces = ["packages/*"]' npm/srv/app/package.json >package.json && mv package.json npm/srv/app/package.json
	(cd npm/srv/app && npm install --silent --install-strategy=hoisted "alias@$OLDPWD/real-3.0.0.tgz" >/dev/null 2>&1)
	mkdir -p npm/srv/app/node_modules/extra
	printf '{"name": "extra", "version": "7.0.0"}' >npm/srv/app/node_modules/extra/package.json
	(cd npm/srv/app && npm ls --all --json 2>/dev/null) >more.list || true
	jq -e '.dependencies | .alias.version == "3.0.0" and .extra.extraneous and .ws.version == "0.0.1"' more.list >/dev/null || fail "npm ls: $(cat more.list)"
	image_of npm more.tar docker-archive
	check 0 more.list docker-archive:more.tar
	jq '.dependencies.alias.version = "2.0.0"' more.list >changed.list
	check 1 changed.list docker-archive:more.tar
	check 0 changed.list docker-archive:more.tar --update
	check 0 changed.list docker-archive:more.tar
fi

# rpm -qa
if command -v rpm >/dev/null && command -v rpmbuild >/dev/null; then
	mkdir -p top rpms/usr/lib
	printf 'ID=fedora\nVERSION_ID=39\n' >rpms/usr/lib/os-release
	for p in "one 1.0 1" "two 2.0~rc1 1" "three 3 2" "four 4 1"; do
		read -r name version release <<<"$p"
		printf 'Name: %s\nVersion: %s\nRelease: %s\n%s\nSummary: t\nLicense: x\nBuildArch: noarch\n%%description\nt\n%%files\n' "$name" "$version" "$release" \
			"$([ "$name" = three ] && echo 'Epoch: 1')" >"$name.spec"
		rpmbuild --define "_topdir $PWD/top" -bb "$name.spec" >rpm.log 2>&1 || { cat rpm.log >&2; fail "rpmbuild"; }
	done
	on_rpm() { as_root rpm --root "$PWD/rpms" --define '_dbpath /usr/lib/sysimage/rpm' --define '_db_backend sqlite' "$@" 2>rpm.log; }
	on_rpm -i --nodeps top/RPMS/noarch/*.rpm || { cat rpm.log >&2; fail "rpm does not install"; }
	if command -v gpg >/dev/null; then
		mkdir -m 700 keys
		printf '%%no-protection\nKey-Type: RSA\nKey-Length: 2048\nName-Real: Tests\n%%commit\n' | gpg --homedir keys --batch -q --gen-key 2>/dev/null
		gpg --homedir keys --armor --export >key.asc
		on_rpm --import key.asc || { cat rpm.log >&2; fail "rpm takes no key"; }
	fi
	on_rpm -qa >rpm.list
	[ -s rpm.list ] || fail "rpm lists nothing"
	image_of rpms rpms.tar docker-archive
	round_trip rpm.list docker-archive:rpms.tar zero-1-1.noarch '^four' 's/^one-.*/one-1.1-1.noarch/' 's/^three-.*/three-2-9.noarch/' \
		'package-missing zero 1-1 -' 'package-unexpected four - 4-1' 'package-version one 1.1-1 1.0-1 down' 'package-version three 2-9 1:3-2 up'
fi
