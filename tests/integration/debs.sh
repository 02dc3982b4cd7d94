# SPDX-License-Identifier: Apache-2.0
# Packages made by dpkg-deb and installed by dpkg, against dpkg-query's list of what is installed.
# shellcheck shell=bash disable=SC2154
need_tool dpkg dpkg-deb dpkg-query
may_be_root

deb() { # deb NAME VERSION ARCH [FIELD: VALUE...]
	mkdir -p "p/DEBIAN" "p/usr/share/$1"
	{
		printf 'Package: %s\nVersion: %s\nArchitecture: %s\nMaintainer: Tests <tests@example.test>\nDescription: a test\n' "$1" "$2" "$3"
		[ $# -lt 4 ] || printf '%s\n' "${@:4}"
	} >p/DEBIAN/control
	echo "$1 $2" >"p/usr/share/$1/data"
	mkdir -p p/etc && echo "$1" >"p/etc/$1.conf" && echo "/etc/$1.conf" >p/DEBIAN/conffiles
	(cd p && find usr -type f -exec md5sum {} +) >p/DEBIAN/md5sums
	dpkg-deb --root-owner-group -b p "$1.deb" >/dev/null
	rm -r p
}

arch=$(dpkg --print-architecture)
deb plain 1.0-1 all
deb native 2:1.5+dfsg-3+b1 "$arch" 'Source: tools (1.5+dfsg-3)' 'Multi-Arch: same'
deb tilde 1.0~rc1-1~deb12u1 "$arch"
deb removed 1.0 all
deb edited 3.0 all
mkdir -p root/var/lib/dpkg/{info,updates,triggers} root/etc root/usr/lib
: >root/var/lib/dpkg/status
printf 'ID=debian\nVERSION_ID="12"\n' >root/usr/lib/os-release
install_debs() {
	as_root dpkg --root="$PWD/root" --log=/dev/null --force-not-root --force-script-chrootless --force-unsafe-io -i ./*.deb >dpkg.log 2>&1 &&
		as_root dpkg --root="$PWD/root" --log=/dev/null --force-not-root -r removed >>dpkg.log 2>&1
}
install_debs || { cat dpkg.log >&2; fail "dpkg does not install"; }
echo changed >>root/usr/share/edited/data

dpkg-query --admindir="$PWD/root/var/lib/dpkg" -W -f='${db:Status-Abbrev}${Package} ${Version}\n' | sed -n 's/^ii //p' | sort >wanted
[ "$(wc -l <wanted)" -eq 4 ] || fail "dpkg-query lists $(wc -l <wanted) packages"
for image in rootfs:root docker-archive:a.tar oci:layout; do
	case $image in docker-archive:*) image_of root a.tar docker-archive ;; oci:*) image_of root layout oci ;; esac
	packages "$image" deb | sed 's,^debian/,,' >got
	same "packages of $image" wanted got
	record "$image" >r.jsonl
	jq -se 'any(.[]; .type == "file" and .path == "usr/share/edited/data" and (.modified_from // "" | contains("edited")))' r.jsonl >/dev/null ||
		fail "$image: the edited file of a package is not recorded"
	jq -se 'all(.[]; .type != "file" or .path != "usr/share/plain/data")' r.jsonl >/dev/null ||
		fail "$image: a file that its package shipped as it is stands among the unowned"
done
