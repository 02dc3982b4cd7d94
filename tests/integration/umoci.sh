# SPDX-License-Identifier: Apache-2.0
# Layers inserted by umoci, with whiteouts and an opaque folder; the merged tree against the root file system umoci unpacks.
# shellcheck shell=bash disable=SC2154
need_tool umoci
umoci init --layout layout
umoci new --image layout:1
mkdir -p a/keep a/hidden/sub b
echo 1 >a/keep/one && echo 2 >a/keep/two && echo 3 >a/hidden/three && echo 4 >a/hidden/sub/four && echo 5 >a/file
ln -s one a/keep/link
ln a/keep/two a/keep/hard
echo 6 >b/six
insert() { umoci insert --rootless --image layout:1 "$@"; }
insert a /data
insert --opaque b /data/hidden
insert --whiteout /data/keep/one
insert b/six /data/file
umoci unpack --rootless --image layout:1 bundle >/dev/null 2>&1 || skip "umoci cannot unpack here"
find bundle/rootfs -mindepth 1 -printf '%P %y\n' | sed 's/ f$/ file/; s/ d$/ directory/; s/ l$/ symlink/' | LC_ALL=C sort >wanted
"$PROBE" tree oci:layout:1 | jq -r '"\(.path) \(if .kind == "hardlink" then "file" else .kind end)"' | LC_ALL=C sort >got
same "merged tree" wanted got
