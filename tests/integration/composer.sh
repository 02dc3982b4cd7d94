# SPDX-License-Identifier: Apache-2.0
# Packages that composer installs from folders beside the application, without a network, against composer's own list.
# shellcheck shell=bash disable=SC2154
need_tool composer php git
export COMPOSER_HOME=$work/composer COMPOSER_ALLOW_SUPERUSER=1 COMPOSER_DISABLE_NETWORK=1 COMPOSER_NO_INTERACTION=1

package() { # package FOLDER JSON
	mkdir -p "repo/$1/bin"
	echo "$2" >"repo/$1/composer.json"
	echo '<?php return 1;' >"repo/$1/a.php"
	printf '#!/usr/bin/env php\n<?php\n' >"repo/$1/bin/$1"
}
package one '{"name": "acme/one", "version": "v1.2.0", "require": {"acme/two": "*"}, "bin": ["bin/one"]}'
package two '{"name": "acme/Two", "version": "2.0.0-beta1"}'
package meta '{"name": "acme/meta", "version": "1.0", "type": "metapackage"}'
package branch '{"name": "acme/branch"}'
package dev '{"name": "acme/for-tests", "version": "0.1"}'
(cd repo/branch && git init -q -b main . && git add . && git -c user.name=t -c user.email=t@example.test commit -qm 1)
mkdir -p root/srv/app
cat >root/srv/app/composer.json <<JSON
{"name": "acme/app", "minimum-stability": "dev", "repositories": [
	{"type": "path", "url": "$PWD/repo/*", "options": {"symlink": false}}, {"packagist.org": false}],
 "require": {"acme/one": "*", "acme/meta": "*", "acme/branch": "dev-main"}, "require-dev": {"acme/for-tests": "*"}}
JSON
(cd root/srv/app && composer install -q >"$work/log" 2>&1) || { cat "$work/log" >&2; fail "composer does not install"; }
(cd root/srv/app && composer show --format=json 2>/dev/null) | jq -r '.installed[] | "\(.name | ascii_downcase) \(.version | split(" ")[0])"' | sort >wanted
[ "$(wc -l <wanted)" -eq 5 ] || fail "composer lists $(wc -l <wanted)"
echo changed >>root/srv/app/vendor/acme/one/a.php
image_of root a.tar docker-archive
for image in rootfs:root docker-archive:a.tar; do
	packages "$image" composer >got
	same "packages of $image" wanted got
done
record docker-archive:a.tar >r.jsonl
jq -r 'select(.type == "file" and .kind != "directory" and (.path | contains("/vendor/acme/"))) | .path' r.jsonl >left
[ ! -s left ] || fail "of no package: $(head -3 left)"
jq -se 'any(.[]; .type == "package" and (.purl | startswith("pkg:composer/acme/one@")) and .files == 4)' r.jsonl >/dev/null ||
	fail "acme/one does not own its three files and its program: $(jq -c 'select(.type == "package")' r.jsonl)"
