# SPDX-License-Identifier: Apache-2.0
# A package packed and installed by pear below a root of its own, beside those that pear itself is made of, against pear's list.
# shellcheck shell=bash disable=SC2154
need_tool pear php

mkdir -p p/Acme
echo '<?php return 1;' >p/Acme/Plain.php
echo '<?php return "@package_version@";' >p/Acme/Replaced.php
echo 'key=1' >p/acme.cfg
cat >p/package.xml <<'XML'
<?xml version="1.0" encoding="UTF-8"?>
<package packagerversion="1.10.0" version="2.0" xmlns="http://pear.php.net/dtd/package-2.0" xmlns:tasks="http://pear.php.net/dtd/tasks-1.0">
 <name>Acme_Tool</name><channel>pear.php.net</channel><summary>s</summary><description>d</description>
 <lead><name>T</name><user>t</user><email>t@example.test</email><active>yes</active></lead>
 <date>2020-01-01</date><version><release>1.2.0RC1</release><api>1.0.0</api></version>
 <stability><release>beta</release><api>stable</api></stability><license>BSD</license><notes>n</notes>
 <contents><dir name="/">
  <file name="Acme/Plain.php" role="php"/>
  <file name="Acme/Replaced.php" role="php"><tasks:replace from="@package_version@" to="version" type="package-info"/></file>
  <file name="acme.cfg" role="data"/>
 </dir></contents>
 <dependencies><required><php><min>5.2.0</min></php><pearinstaller><min>1.4.0</min></pearinstaller></required></dependencies>
 <phprelease/>
</package>
XML
(cd p && pear -q package package.xml >log 2>&1) || { cat p/log >&2; fail "pear does not pack"; }
pear -q config-create "$PWD" "$PWD/pearrc" >/dev/null
options=()
for place in php_dir=/usr/local/lib/php data_dir=/usr/local/share/pear bin_dir=/usr/local/bin doc_dir=/usr/local/share/doc metadata_dir=; do options+=(-d "$place"); done
pear -q -c "$PWD/pearrc" "${options[@]}" install --offline --nodeps --force --packagingroot="$PWD/root" p/Acme_Tool-1.2.0RC1.tgz >log 2>&1 || { cat log >&2; fail "pear does not install"; }
found=$(find root -name acme_tool.reg)
[ -n "$found" ] || fail "pear wrote no registry: $(find root)"
registry=$(php -r 'error_reporting(0); require_once "PEAR/Config.php"; echo PEAR_Config::singleton()->get("php_dir");')/.registry
mkdir -p root/usr/share/php && cp -r "$registry" root/usr/share/php/.registry
php -r 'foreach (array_slice($argv, 1) as $file) { $r = unserialize(file_get_contents($file)); echo $r["channel"], "/", $r["name"], " ", $r["version"]["release"], "\n"; }' \
	"$found" root/usr/share/php/.registry/*.reg | sort >wanted
pear -q list -a 2>/dev/null | grep -q '^Archive_Tar ' && ! grep -q '^pear.php.net/Archive_Tar ' wanted && fail "the registry is another one than pear's"
echo changed >>"$(find root -name Plain.php)"
image_of root a.tar docker-archive
for image in rootfs:root docker-archive:a.tar; do
	packages "$image" pear >got
	same "packages of $image" wanted got
done
record docker-archive:a.tar >r.jsonl
jq -r 'select(.type == "file" and .modified_from) | .path | sub(".*/"; "")' r.jsonl >modified
echo Plain.php >modified.wanted
same "modified files" modified.wanted modified
