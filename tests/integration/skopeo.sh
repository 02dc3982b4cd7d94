# SPDX-License-Identifier: Apache-2.0
# One image copied by skopeo through every form it knows: the same inventory, and skopeo's own digests.
# shellcheck shell=bash disable=SC2154
need_tool skopeo
image=$(cd "$here/.." && pwd)/data/images/small.json
"$MKIMAGE" "$image" first --format oci
skopeo_copy oci:first oci:layout:services/app:1
skopeo_copy oci:first oci-archive:a.oci.tar:services/app:1
skopeo_copy oci:first docker-archive:a.docker.tar:services/app:1
skopeo_copy oci:first dir:folder
skopeo_copy docker-archive:a.docker.tar oci:back:services/app:1
inventory oci:first >wanted
[ "$(grep -c '"purl"' wanted)" -eq 2 ] || fail "the image has two packages"
for form in oci:layout oci-archive:a.oci.tar docker-archive:a.docker.tar dir:folder oci:back; do
	inventory "$form" >got
	same "inventory of $form" wanted got
done
for form in oci:layout oci-archive:a.oci.tar dir:folder oci:back; do
	skopeo --policy "$work/policy.json" inspect "$form" | jq -r .Digest >wanted
	record "$form" | jq -r 'select(.type == "image") | .digests[] | select(.kind == "manifest") | .value' >got
	same "manifest digest of $form" wanted got
done
for form in oci:layout docker-archive:a.docker.tar dir:folder; do
	skopeo --policy "$work/policy.json" inspect --config --raw "$form" | jq -r '.rootfs.diff_ids[]' >wanted
	record "$form" | jq -r 'select(.type == "layer").diff_id' >got
	same "diff_ids of $form" wanted got
done
