# SPDX-License-Identifier: Apache-2.0
# Gems built and installed by gem, and by bundler into vendor/bundle with one from a git repository, against what RubyGems reads.
# shellcheck shell=bash disable=SC2154
need_tool gem ruby git
export GEM_SPEC_CACHE=$work/specs BUNDLE_USER_HOME=$work/bundle BUNDLE_DISABLE_VERSION_CHECK=1 BUNDLE_FROZEN=false

gem_of() { # gem_of NAME VERSION [LINES]
	mkdir -p "p/$1/lib" "p/$1/exe"
	echo "# $2" >"p/$1/lib/$1.rb"
	printf '#!/usr/bin/env ruby\nputs 1\n' >"p/$1/exe/$1"
	printf 'Gem::Specification.new do |s|\ns.name = "%s"\ns.version = "%s"\ns.summary = "a \\"test\\" \xc3\xbc #{1 + 1}"\ns.authors = ["T"]\ns.files = ["lib/%s.rb", "exe/%s"]\n%s\nend\n' \
		"$1" "$2" "$1" "$1" "${3-}" >"p/$1/$1.gemspec"
	(cd "p/$1" && gem build -q "$1.gemspec" >/dev/null 2>&1 && mv ./*.gem "$OLDPWD")
}
gem_of plain 1.0.0 's.bindir = "exe"; s.executables = ["plain"]'
gem_of early 2.0.0.pre1
gem_of native_one 0.3 's.platform = "x86_64-linux"'
gem_of older 1.0 's.add_dependency "plain", ">= 1"'
mv older-1.0.gem kept.gem
gem_of older 1.1

home=root/usr/local/bundle
install_gems() { GEM_HOME=$PWD/$home gem install --local --force --no-document --no-user-install -q "$@"; }
install_gems plain-1.0.0.gem early-2.0.0.pre1.gem native_one-0.3-*.gem kept.gem older-1.1.gem >gem.log 2>&1 || { cat gem.log >&2; fail "gem does not install"; }
# the gems that came with ruby, as they are on this machine
default=$(ruby -e 'print Gem.default_specifications_dir')
if [ -d "$default" ]; then
	mkdir -p root/usr/lib/ruby/gems/3.1.0/specifications
	cp -r "$default" root/usr/lib/ruby/gems/3.1.0/specifications/default
fi
if command -v bundle >/dev/null; then
	gem_of vcs 0.0.1
	(cd p/vcs && git init -q . && git add . && git -c user.name=t -c user.email=t@example.test commit -qm 1)
	mkdir -p root/srv/app/vendor/cache
	cp plain-1.0.0.gem root/srv/app/vendor/cache
	printf 'source "https://example.test"\ngem "plain"\ngem "vcs", git: "%s"\n' "$PWD/p/vcs" >root/srv/app/Gemfile
	(cd root/srv/app && GEM_HOME=$work/none BUNDLE_PATH=vendor/bundle bundle install --local --quiet >"$work/bundle.log" 2>&1) ||
		{ cat "$work/bundle.log" >&2; fail "bundler does not install"; }
	rm -rf root/srv/app/vendor/bundle/ruby/*/cache
fi

{
	find root -path '*/specifications/*.gemspec'
	find root -path '*/bundler/gems/*/*.gemspec'
} | ruby -e 'STDIN.each_line { |f| s = Gem::Specification.load(f.chomp); puts "#{s.name} #{s.version}" }' | sort >wanted
[ "$(wc -l <wanted)" -ge 5 ] || fail "RubyGems reads $(wc -l <wanted)"
GEM_HOME=$PWD/$home GEM_PATH=$PWD/$home gem list --local -q | grep -q '^early (2.0.0.pre1)' || fail "gem does not list what it installed"
image_of root a.tar docker-archive
for image in rootfs:root docker-archive:a.tar; do
	packages "$image" gem >got
	same "packages of $image" wanted got
done
record docker-archive:a.tar >r.jsonl
jq -se 'any(.[]; .type == "package" and .purl == "pkg:gem/native_one@0.3?platform=x86_64-linux")' r.jsonl >/dev/null || fail "no platform"
# everything below the gems' home is of a gem
jq -r 'select(.type == "file" and .kind != "directory" and (.path | startswith("usr/local/bundle/"))) | .path' r.jsonl >left
[ ! -s left ] || fail "of no gem: $(head -3 left)"
