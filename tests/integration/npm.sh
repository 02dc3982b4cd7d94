# SPDX-License-Identifier: Apache-2.0
# Local packages packed and installed by npm, without a network, against npm's own list.
# shellcheck shell=bash disable=SC2154
need_tool npm node
export npm_config_cache=$work/npm npm_config_offline=true npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false

pack() { # pack NAME VERSION DEPENDENCIES
	mkdir p
	printf '{"name": "%s", "version": "%s", "dependencies": %s}' "$1" "$2" "$3" >p/package.json
	echo 'module.exports = 1' >p/index.js
	npm pack --silent ./p >/dev/null
	rm -r p
}
pack leaf 1.0.0 '{}'
mv leaf-1.0.0.tgz leaf-old.tgz
pack leaf 2.0.0-rc.1 '{}'
pack @scope/tool 0.3.1 "{\"leaf\": \"file:$PWD/leaf-old.tgz\"}"
mkdir -p root/srv/app
printf '{"name": "app", "version": "9.9.9", "private": true}' >root/srv/app/package.json
(cd root/srv/app && npm install --silent --install-strategy=hoisted "$OLDPWD/leaf-2.0.0-rc.1.tgz" "$OLDPWD/scope-tool-0.3.1.tgz" >/dev/null)

# what npm says is installed below the application
(cd root/srv/app && npm ls --all --json) |
	jq -r '[.. | .dependencies? // empty | to_entries[] | "\(.key) \(.value.version)"] | unique[]' | sort >wanted
grep -qx '@scope/tool 0.3.1' wanted || fail "npm did not install what it should have"
[ "$(grep -c '^leaf ' wanted)" -eq 2 ] || fail "npm lists one leaf only"
image_of root a.tar docker-archive
for image in rootfs:root docker-archive:a.tar; do
	packages "$image" npm | grep -v '^app ' >got
	same "packages of $image" wanted got
done
