# SPDX-License-Identifier: Apache-2.0
# Shared by the scripts beside it; source it.  Sets top, the folder of the project, and goes there.
# shellcheck shell=bash
set -euo pipefail
export LC_ALL=C.UTF-8
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$top"

say() {
	printf '== %s\n' "$*"
}

die() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 2
}

# as_root COMMAND...: with sudo where this is not root
as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo -- "$@"
	else
		die "needs root to install packages, and there is no sudo: $*"
	fi
}

apt_get() {
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 -qq "$@" </dev/null
}

is_installed() {
	[ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# need PACKAGE...: install the Debian packages that are missing; COMMAND=PACKAGE is satisfied by the command itself,
# wherever it comes from.  The machine's own apt configuration is used as it is.
need() {
	local wanted missing=() log
	for wanted; do
		case $wanted in
		*=*) command -v "${wanted%%=*}" >/dev/null || missing+=("${wanted#*=}") ;;
		*) is_installed "$wanted" || missing+=("$wanted") ;;
		esac
	done
	[ ${#missing[@]} -eq 0 ] && return 0
	say "installing ${missing[*]}"
	log=$(mktemp)
	if ! { apt_get update && apt_get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
		tail -n 20 "$log" >&2
		rm -f "$log"
		die "could not install ${missing[*]}"
	fi
	rm -f "$log"
}

# unpack FOLDER COMMAND PACKAGE...: where there is no such command, the files of these packages in that folder, and the folder in PATH.  Nothing is
# installed, so no service begins and no package of the machine changes.  What needs them is skipped where that cannot be had.
unpack() {
	local folder=$1 command=$2 package
	shift 2
	if ! PATH=$PATH:/usr/sbin command -v "$command" >/dev/null && [ ! -d "$folder" ]; then
		say "unpacking $* into $folder"
		mkdir -p "$folder.new"
		for package; do
			(cd "$folder.new" && apt-get -qq download "$package" >/dev/null 2>&1 && dpkg-deb -x "$package"_*.deb . && rm "$package"_*.deb) || {
				say "no $package: tests that need $command are skipped"
				rm -rf "$folder.new"
				return 0
			}
		done
		mv "$folder.new" "$folder"
	fi
	[ ! -d "$folder" ] || export PATH=$PATH:$folder/usr/bin:$folder/usr/sbin
}

# need_to_build [PACKAGE...]: what the build needs, and these
need_to_build() {
	need gcc libc6-dev cmake=cmake ninja=ninja-build pkg-config=pkg-config git=git libssl-dev libzstd-dev zlib1g-dev libisal-dev libxxhash-dev \
		libjansson-dev libarchive-dev libcurl4-openssl-dev libgit2-dev libxml2-dev libxslt1-dev libsqlite3-dev libpq-dev libyaml-dev libcmocka-dev "$@"
}

# configure PRESET: quiet unless it fails
configure() {
	local log
	log=$(mktemp)
	if ! cmake --preset "$1" >"$log" 2>&1; then
		cat "$log" >&2
		rm -f "$log"
		die "cmake --preset $1 failed"
	fi
	rm -f "$log"
}

# build FOLDER [TARGET...]: quiet unless it fails
build() {
	local log folder=$1
	shift
	log=$(mktemp)
	if ! cmake --build "$folder" ${1:+--target "$@"} >"$log" 2>&1; then
		grep -vE '^\[[0-9]+/[0-9]+\] (Building|Linking)' "$log" | tail -n 60 >&2
		rm -f "$log"
		die "the build in $folder failed"
	fi
	rm -f "$log"
}
