# SPDX-License-Identifier: Apache-2.0
# A prefix as conda writes it (there is no conda to be had): what it installed owns the dist-info that came with it, what pip added stands alone.
# shellcheck shell=bash disable=SC2154
prefix=root/opt/conda site=lib/python3.11/site-packages
mkdir -p $prefix/{conda-meta,lib} $prefix/$site/{six-1.16.0,added-2.0}.dist-info
echo 'x = 1' >$prefix/$site/six.py
echo 'prefix=/opt/conda' >$prefix/lib/six.pc
ln -s six.pc $prefix/lib/six-link.pc
printf 'Metadata-Version: 2.1\nName: six\nVersion: 1.16.0\n' >$prefix/$site/six-1.16.0.dist-info/METADATA
printf 'Metadata-Version: 2.1\nName: added\nVersion: 2.0\n' >$prefix/$site/added-2.0.dist-info/METADATA
echo 'y = 1' >$prefix/$site/added.py
printf 'added.py,,\nadded-2.0.dist-info/METADATA,,\nadded-2.0.dist-info/RECORD,,\n' >$prefix/$site/added-2.0.dist-info/RECORD

entry() { # entry PATH TYPE [MEMBERS]
	printf '{"_path": "%s", "path_type": "%s", "sha256": "%s"%s}' "$1" "$2" "$(sha256sum "$prefix/$1" | cut -d' ' -f1)" "${3-}"
}
placeholder='"prefix_placeholder": "/opt/placehold_placehold", "file_mode": "text"'
{
	printf '{"name": "six", "version": "1.16.0", "build": "pyh_0", "build_number": 0, "noarch": "python", "subdir": "noarch",\n'
	printf '"channel": "https://example.test/conda-forge", "fn": "six-1.16.0-pyh_0.conda", "files": [], "paths_data": {"paths_version": 1, "paths": [\n'
	entry $site/six.py hardlink
	echo ,
	entry $site/six-1.16.0.dist-info/METADATA hardlink
	echo ,
	entry lib/six.pc hardlink ", $placeholder, \"sha256_in_prefix\": \"$(sha256sum $prefix/lib/six.pc | cut -d' ' -f1)\""
	echo ,
	entry lib/six-link.pc softlink
	echo ']}}'
} >$prefix/conda-meta/six-1.16.0-pyh_0.json
jq -e . $prefix/conda-meta/six-1.16.0-pyh_0.json >/dev/null
echo 'x = 2' >$prefix/$site/six.py

image_of root a.tar docker-archive
printf 'six 1.16.0\n' >conda.wanted
printf 'added 2.0\nsix 1.16.0\n' >pypi.wanted
for image in rootfs:root docker-archive:a.tar; do
	packages "$image" conda >got
	same "conda packages of $image" conda.wanted got
	packages "$image" pypi >got
	same "Python packages of $image" pypi.wanted got
	record "$image" >r.jsonl
	jq -r 'select(.type == "package" and .owned_by) | "\(.purl) \(.owned_by)"' r.jsonl >got
	echo 'pkg:pypi/six@1.16.0 pkg:conda/six@1.16.0?build=pyh_0&channel=conda-forge&subdir=noarch&type=conda' >wanted
	same "what conda installed in $image" wanted got
	jq -r 'select(.type == "file" and .kind != "directory" and (.path | contains("conda-meta") | not)) | "\(.path) \(.modified_from // "" | split("@")[0])"' r.jsonl >got
	echo "opt/conda/$site/six.py pkg:conda/six" >wanted
	same "files of $image that are not as conda left them" wanted got
done
