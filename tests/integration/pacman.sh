# SPDX-License-Identifier: Apache-2.0
# Packages made by makepkg and installed by pacman into a root of its own, against pacman's own list.
# shellcheck shell=bash disable=SC2154
need_tool pacman makepkg fakeroot bsdtar
may_be_root

mkdir p
cat >p/PKGBUILD <<'PKGBUILD'
pkgbase=alpha
pkgname=(alpha alpha-libs)
epoch=2
pkgver=1.2.3
pkgrel=1
arch=(x86_64)
package_alpha() {
	backup=(etc/alpha.conf)
	mkdir -p "$pkgdir/usr/bin" "$pkgdir/etc"
	echo 1 >"$pkgdir/usr/bin/alpha"
	echo 2 >"$pkgdir/usr/bin/with space"
	ln -s alpha "$pkgdir/usr/bin/link"
	echo conf >"$pkgdir/etc/alpha.conf"
}
package_alpha-libs() {
	mkdir -p "$pkgdir/usr/lib"
	echo 3 >"$pkgdir/usr/lib/libalpha.so"
}
PKGBUILD
# makepkg refuses to be root
builder=()
if [ "$(id -u)" -eq 0 ]; then
	command -v setpriv >/dev/null || skip "there is no setpriv"
	chmod -R a+rX "$work" && chmod a+rwx p
	builder=(setpriv --reuid=65534 --regid=65534 --clear-groups)
fi
(cd p && HOME=$PWD TMPDIR=$PWD PKGEXT=.pkg.tar.gz CARCH=x86_64 "${builder[@]}" makepkg --nodeps >log 2>&1) || { cat p/log >&2; fail "makepkg fails"; }
mkdir -p root/var/lib/pacman root/etc
printf 'ID=arch\nBUILD_ID=rolling\n' >root/etc/os-release
printf '[options]\nArchitecture = x86_64\nSigLevel = Never\nLocalFileSigLevel = Never\n' >pacman.conf
pac() { as_root pacman --root "$PWD/root" --dbpath "$PWD/root/var/lib/pacman" --cachedir "$PWD/cache" --logfile /dev/null --config pacman.conf --noconfirm "$@"; }
pac -U p/*.pkg.tar.gz >log 2>&1 || { cat log >&2; fail "pacman does not install"; }
pac -Q | sort >wanted
[ "$(wc -l <wanted)" -eq 2 ] || fail "pacman lists $(wc -l <wanted)"
as_root chmod -R a+rwX root
echo changed >>root/usr/lib/libalpha.so
echo changed >>root/etc/alpha.conf
image_of root a.tar docker-archive
for image in rootfs:root docker-archive:a.tar; do
	packages "$image" alpm | sed 's,^arch/,,' >got
	same "packages of $image" wanted got
done
record docker-archive:a.tar >r.jsonl
jq -se 'any(.[]; .type == "package" and .purl == "pkg:alpm/arch/alpha-libs@2:1.2.3-1?arch=x86_64&distro=arch-rolling&upstream=alpha")' r.jsonl >/dev/null ||
	fail "the purl has not what the database says: $(jq -r 'select(.type == "package") | .purl' r.jsonl)"
jq -r 'select(.type == "file" and (.path | startswith("var/") | not) and .modified_from) | .path' r.jsonl | sort >modified
printf 'etc/alpha.conf\nusr/lib/libalpha.so\n' >modified.wanted
same "modified files" modified.wanted modified
jq -r 'select(.type == "file" and .kind != "directory" and (.path | startswith("usr/")) and (.modified_from | not)) | .path' r.jsonl >left
[ ! -s left ] || fail "of no package: $(head -3 left)"
