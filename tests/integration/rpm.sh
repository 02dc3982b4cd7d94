# SPDX-License-Identifier: Apache-2.0
# Packages made by rpmbuild, installed, upgraded and erased by rpm, against `rpm -qa` and `rpm -V`; the same headers in hashes that
# Berkeley DB wrote, of every page size and byte order, against rpm again, which reads them; in ndb, which Debian's rpm does not have; and a
# database of which rpm was killed.
# shellcheck shell=bash disable=SC2154
need_tool rpm rpmbuild sqlite3 db5.3_load python3
may_be_root

spec() { # spec NAME VERSION RELEASE EXTRA: preamble and sections of one package; its files lie in src-NAME
	printf 'Name: %s\nVersion: %s\nRelease: %s\nSummary: a test\nLicense: none\n%s\n' "$1" "$2" "$3" "$4" >"$1.spec"
	rpmbuild --quiet -bb --define "_topdir $PWD/top" --define '_build_id_links none' --define 'debug_package %{nil}' "${defines[@]}" "$1.spec" >rpmbuild.log 2>&1 || {
		cat rpmbuild.log >&2
		fail "rpmbuild does not build $1"
	}
}
defines=()

tools() { # tools VERSION RELEASE
	spec tools "$1" "$2" "Epoch: 2
%description
d
%package libs
Summary: libraries
Epoch: 0
%description libs
d
%install
mkdir -p %{buildroot}/usr/bin %{buildroot}/usr/lib %{buildroot}/etc/tools.d %{buildroot}/var/lib/tools %{buildroot}/var/log
echo $1 >%{buildroot}/usr/bin/tool
echo $1 >%{buildroot}/usr/bin/other
ln %{buildroot}/usr/bin/tool %{buildroot}/usr/bin/tool-hard
ln -s tool %{buildroot}/usr/bin/tool-soft
echo conf >%{buildroot}/etc/tools.conf
echo state >%{buildroot}/var/lib/tools/state
touch %{buildroot}/var/log/tools.log
echo $1 >%{buildroot}/usr/lib/libtools.so.1
%files
/usr/bin/*
%config(noreplace) /etc/tools.conf
%dir /etc/tools.d
%verify(not md5 size mtime) /var/lib/tools/state
%ghost /var/log/tools.log
%files libs
/usr/lib/libtools.so.1"
}
tools 1.0 1
tools 1.1~rc2 3.fc39
defines=(--define '_binary_filedigest_algorithm 1')
spec many 20240101 1 'BuildArch: noarch
Vendor: Tests, Inc. <tests@example.test>
%description
d
%install
for i in $(seq 400); do mkdir -p %{buildroot}/usr/share/many/$((i % 20)); echo $i >"%{buildroot}/usr/share/many/$((i % 20))/file-with-a-longer-name-$i"; done
%files
/usr/share/many
%post -p <lua>
if posix.access("/kill-rpm") then posix.kill(posix.getprocessid("pid"), 9) end'
defines=()
for i in $(seq 30); do
	spec "small$i" "$i.0" 1 'BuildArch: noarch
%description
d
%files'
done
spec removed 1 1 'BuildArch: noarch
%description
d
%install
mkdir -p %{buildroot}/usr/share; echo r >%{buildroot}/usr/share/removed
%files
/usr/share/removed'

on() { # on ROOT OPTION...: rpm on that root, its database where distributions have it
	as_root rpm --root "$PWD/$1" --define '_dbpath /usr/lib/sysimage/rpm' --define "_db_backend $backend" "${@:2}" 2>rpm.log
}
backend=sqlite
make_root() {
	mkdir -p "$1/usr/lib/sysimage/rpm" "$1/var/lib" "$1/etc"
	ln -s ../../usr/lib/sysimage/rpm "$1/var/lib/rpm"
	printf 'ID=fedora\nVERSION_ID=39\n' >"$1/usr/lib/os-release"
	ln -s ../usr/lib/os-release "$1/etc/os-release"
	on "$1" -i --nodeps top/RPMS/*/{tools-1.0-1,tools-libs-1.0-1,small*,removed-1-1}.*.rpm || { cat rpm.log >&2; fail "rpm does not install"; }
	on "$1" -i --nodeps top/RPMS/noarch/many-*.rpm || fail "rpm does not install"
	on "$1" -U --nodeps top/RPMS/*/tools-1.1*.rpm top/RPMS/*/tools-libs-1.1*.rpm || fail "rpm does not upgrade"
	on "$1" -e removed small7 || fail "rpm does not erase"
}

ours() { # ours IMAGE: "name evr arch source version", sorted
	record "$1" | jq -r --slurp '.[] | select(.type == "package" and (.purl | startswith("pkg:rpm/fedora/"))) |
		(.purl | split("?")[1] // "" | split("&") | map(split("=") | {(.[0]): .[1]}) | add) as $q |
		[.name // (.purl | ltrimstr("pkg:rpm/fedora/") | split("@")[0]), .version // (.purl | split("@")[1] | split("?")[0]), $q.arch // "(none)", $q.upstream // "(none)"] | join(" ")' |
		sed -E 's,%7E,~,g; s,%2B,+,g' | sort
}
theirs() {
	on "$1" -qa --qf '%{NAME} %{EVR} %{ARCH} %{SOURCERPM}\n' | sort
}
modified() { # of a record: owned files that are not what their package shipped
	record "$1" | jq -r 'select(.type == "file" and .modified_from) | .path' | sort
}

make_root root
theirs root >wanted
[ "$(wc -l <wanted)" -eq 32 ] || fail "rpm lists $(wc -l <wanted) packages"
grep -q '^tools 2:1.1~rc2-3.fc39 ' wanted || fail "rpm did not upgrade"
for image in rootfs:root docker-archive:a.tar; do
	case $image in docker-archive:*) image_of root a.tar docker-archive ;; esac
	ours "$image" >got
	same "packages of $image" wanted got
	modified "$image" >got
	[ ! -s got ] || fail "$image: $(head -n 3 got) stand as modified, and nothing is"
	# every file that rpm lists and that is there is owned: none of them stands among the others
	on root -qal | sed 's,^/,,' | sort -u >listed
	record "$image" | jq -r 'select(.type == "file" and .kind != "directory") | .path' | sort | comm -12 - listed >got
	[ ! -s got ] || fail "$image: $(head -n 3 got) are owned, and not known to be"
done
echo more >>root/usr/bin/other
echo more >>root/etc/tools.conf
echo more >>root/var/lib/tools/state
mkdir -p root/var/log && echo more >root/var/log/tools.log
echo more >>root/usr/share/many/7/file-with-a-longer-name-7
rm root/usr/share/many/8/file-with-a-longer-name-8
on root -Va >verified || true
awk 'substr($1, 3, 1) == "5" { print substr($NF, 2) }' verified | sort >wanted
[ "$(wc -l <wanted)" -eq 3 ] || fail "rpm -V sees $(wc -l <wanted) changed files"
modified rootfs:root >got
same "modified files" wanted got

# ---- the same headers in the other databases
rm -rf root
make_root root
theirs root >wanted
sqlite3 root/usr/lib/sysimage/rpm/rpmdb.sqlite "SELECT hnum, lower(hex(blob)) FROM Packages" >headers
rm root/usr/lib/sysimage/rpm/rpmdb.sqlite*
check() { # check WHAT: root has what rpm said of it before, and nothing is modified
	ours rootfs:root >got
	same "packages in $1" wanted got
	modified rootfs:root >got
	[ ! -s got ] || fail "$1: $(head -n 3 got) stand as modified, and nothing is"
	record rootfs:root | jq -se '[.[] | select(.type == "package" and (.purl | contains("/many@"))) | .files] == [400]' >/dev/null ||
		fail "$1: the files of many are not known"
}
number() { # number ORDER N: 4 bytes in hex
	if [ "$1" = 1234 ]; then printf '%02x%02x0000' $(($2 & 255)) $(($2 >> 8)); else printf '0000%02x%02x' $(($2 >> 8)) $(($2 & 255)); fi
}
backend=bdb_ro
for order in 1234 4321; do
	for size in 512 1024 4096 16384 65536; do
		rm -f root/usr/lib/sysimage/rpm/Packages
		{
			printf 'VERSION=3\nformat=bytevalue\ntype=hash\ndb_pagesize=%s\ndb_lorder=%s\nHEADER=END\n' "$size" "$order"
			printf ' %s\n %s\n' "$(number "$order" 0)" "$(number "$order" 99)"
			while IFS='|' read -r key value; do printf ' %s\n %s\n' "$(number "$order" "$key")" "$value"; done <headers
			printf 'DATA=END\n'
		} | db5.3_load root/usr/lib/sysimage/rpm/Packages || fail "db5.3_load does not load pages of $size bytes"
		check "a hash with pages of $size bytes in order $order"
		theirs root >got
		same "rpm's own view of pages of $size bytes in order $order" wanted got
	done
done
rm root/usr/lib/sysimage/rpm/Packages
"$(dirname "${BASH_SOURCE[0]}")/../support/make-rpmdb" --ndb root/usr/lib/sysimage/rpm/Packages.db <headers
check ndb
rm root/usr/lib/sysimage/rpm/Packages.db

# ---- rpm killed while it installs: what it did is in the write-ahead log only
rm -rf root
backend=sqlite
mkdir -p root/etc root/usr/lib
printf 'ID=fedora\nVERSION_ID=39\n' >root/usr/lib/os-release
on root -i --nodeps top/RPMS/*/{tools-1.0-1,small1-1.0-1,small2-2.0-1}.*.rpm || fail "rpm does not install"
touch root/kill-rpm
on root -i --nodeps top/RPMS/noarch/many-*.rpm && fail "rpm was not killed"
[ -s root/usr/lib/sysimage/rpm/rpmdb.sqlite-wal ] || fail "rpm left no write-ahead log"
ours rootfs:root >got
grep -q '^many ' got || fail "what stands in the write-ahead log is not seen"
theirs root >wanted # reads the log too, and writes it back
same "packages after rpm was killed" wanted got
