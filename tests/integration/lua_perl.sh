# SPDX-License-Identifier: Apache-2.0
# Rocks that luarocks makes and installs, and distributions that cpanm and "make install" install, all from local archives
# and without a network, against what these tools list.
# shellcheck shell=bash disable=SC2154
need_tool luarocks cpanm perl make zip
mkdir -p root/usr/local

# ---- LuaRocks: NAME VERSION MODULE, of which "tool" has a program and "two" is there in two versions
rock() {
	mkdir -p "$1-$2/src"
	printf 'return { name = "%s", version = "%s" }\n' "$1" "$2" >"$1-$2/src/$3.lua"
	printf '#!/usr/bin/env lua\nprint("%s")\n' "$1" >"$1-$2/src/run.lua"
	printf 'package = "%s"\nversion = "%s"\nsource = { url = "file://%s/%s.zip", dir = "%s" }\n' "${1^}" "$2" "$PWD" "$1-$2" "$1-$2" >"$1-$2.rockspec"
	printf 'description = { summary = "a test" }\ndependencies = {}\nbuild = { type = "builtin", modules = { %s = "src/%s.lua" }' "$3" "$3" >>"$1-$2.rockspec"
	if [ "$1" = tool ]; then printf ', install = { bin = { tool = "src/run.lua" } }' >>"$1-$2.rockspec"; fi
	printf ' }\n' >>"$1-$2.rockspec"
	zip -qr "$1-$2.zip" "$1-$2"
	luarocks --tree "$PWD/root/usr/local" build --keep "$1-$2.rockspec" >rocks.log 2>&1 || { cat rocks.log >&2; fail "luarocks does not install $1 $2"; }
}
rock plain 1.0-1 plain
rock tool 2.1-3 tool
rock two 1.0-1 two
rock two 1.1-1 two
luarocks --tree "$PWD/root/usr/local" list --porcelain | awk '{ print $1, $2 }' | sort >rocks.wanted
[ "$(wc -l <rocks.wanted)" -eq 4 ] || fail "luarocks lists $(wc -l <rocks.wanted) rocks"

# ---- Perl: NAME VERSION; the module's file states the version
distribution() {
	local module=${1//-/::} path=${1//-//}
	mkdir -p "$1-$2/lib/$(dirname "$path")"
	printf 'package %s;\nour $VERSION = "%s";\n1;\n' "$module" "$2" >"$1-$2/lib/$path.pm"
	printf 'use ExtUtils::MakeMaker;\nWriteMakefile(NAME => "%s", VERSION_FROM => "lib/%s.pm", DISTNAME => "%s");\n' "$module" "$path" "$1" >"$1-$2/Makefile.PL"
	printf 'Makefile.PL\nlib/%s.pm\n' "$path" >"$1-$2/MANIFEST"
	tar -czf "$1-$2.tar.gz" "$1-$2"
}
# a mirror of CPAN with one distribution, which cpanm installs: only then it writes .meta
from_mirror() {
	local module=${1//-/::}
	mkdir -p cpan/modules cpan/authors/id/T/TE/TESTER
	cp "$1-$2.tar.gz" cpan/authors/id/T/TE/TESTER/
	printf 'File: 02packages.details.txt\n\n%s %s T/TE/TESTER/%s.tar.gz\n' "$module" "$2" "$1-$2" | gzip >cpan/modules/02packages.details.txt.gz
	PERL_CPANM_HOME=$work/cpanm cpanm --quiet --notest --no-man-pages --mirror "file://$PWD/cpan" --mirror-only --local-lib-contained "$PWD/root/opt/perl" \
		"$module" >cpanm.log 2>&1 || { cat cpanm.log >&2; fail "cpanm does not install $1 $2"; }
}
distribution Test-Alpha 0.10
distribution Test-Alpha 0.11
distribution Test-Beta v1.2.3
distribution Test-Made 3.01
from_mirror Test-Alpha 0.10
from_mirror Test-Alpha 0.11
from_mirror Test-Beta v1.2.3
compgen -G 'root/opt/perl/lib/perl5/*/.meta/Test-Alpha-0.10/install.json' >/dev/null || fail "cpanm wrote no .meta"
(cd Test-Made-3.01 && perl Makefile.PL INSTALL_BASE="$OLDPWD/root/opt/perl" >/dev/null && make >/dev/null && make install >/dev/null) 2>make.log ||
	{ cat make.log >&2; fail "make does not install Test-Made"; }
# a distribution that an image has is below its own root: take the folder that the tests run in out of what was recorded
grep -rlF "$PWD/root" root/opt/perl | while read -r file; do chmod u+w "$file" && sed -i "s,$PWD/root,,g" "$file"; done
PERL5LIB=root/opt/perl/lib/perl5 perl -e 'for (@ARGV) { eval "require $_" or die $@; (my $n = $_) =~ s/::/-/g; print "$n ${\"${_}::VERSION\"}\n" }' \
	Test::Alpha Test::Beta Test::Made | sort >perl.wanted

for image in rootfs:root docker-archive:a.tar; do
	case $image in docker-archive:*) image_of root a.tar docker-archive ;; esac
	packages "$image" luarocks >rocks.got
	same "rocks of $image" rocks.wanted rocks.got
	packages "$image" cpan >perl.got
	same "distributions of $image" perl.wanted perl.got
	record "$image" >r.jsonl
	# every file of them is somebody's and as it was installed; what stays are the trees' own lists and what an upgrade left
	jq -r 'select(.type == "file" and (.kind // "file") == "file") | .path' r.jsonl |
		grep -vE '(^|/)(manifest(-[0-9.]+)?(\.zip)?|perllocal\.pod|index\.html|\.meta/Test-Alpha-0\.10/.*)$' >unowned || true
	[ ! -s unowned ] || fail "$image: nobody owns $(paste -sd' ' unowned)"
done
echo '-- changed' >>root/usr/local/share/lua/*/tool.lua
record rootfs:root | jq -se 'any(.[]; .type == "file" and (.path | endswith("/tool.lua")) and (.modified_from // "" | contains("luarocks/tool")))' >/dev/null ||
	fail "the edited file of a rock is not recorded"
