# SPDX-License-Identifier: Apache-2.0
# Ways to spoil what mkimage made, for @SETUP sections of tests/cli and for tests/integration.
# shellcheck shell=bash

flip() { # flip FILE OFFSET: turn one byte over
	local byte
	byte=$(od -An -tu1 -j "$2" -N1 "$1")
	# shellcheck disable=SC2059
	printf "\\x$(printf %02x $((byte ^ 255)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

half() { # half FILE: cut it in the middle
	truncate -s $(($(stat -c %s "$1") / 2)) "$1"
}

blob() { # blob LAYOUT FILTER: path of the blob whose descriptor jq FILTER finds in the (first) manifest
	local manifest
	manifest=$1/blobs/sha256/$(jq -r '.manifests[0].digest' "$1/index.json" | cut -d: -f2)
	echo "$1/blobs/sha256/$(jq -r "$2.digest" "$manifest" | cut -d: -f2)"
}

manifest() { # manifest LAYOUT: path of its (first) manifest
	echo "$1/blobs/sha256/$(jq -r '.manifests[0].digest' "$1/index.json" | cut -d: -f2)"
}

store() { # store LAYOUT FILE: add it as a blob; prints its digest
	local digest
	digest=$(sha256sum "$2" | cut -d' ' -f1)
	cp "$2" "$1/blobs/sha256/$digest"
	echo "sha256:$digest"
}

# new_manifest LAYOUT FILE: make FILE the layout's manifest
new_manifest() {
	local digest
	digest=$(store "$1" "$2")
	jq --arg d "$digest" --argjson s "$(stat -c %s "$2")" '.manifests[0].digest = $d | .manifests[0].size = $s' "$1/index.json" >"$1/i"
	mv "$1/i" "$1/index.json"
}

# new_config LAYOUT FILE: make FILE the config of the layout's manifest
new_config() {
	local digest
	digest=$(store "$1" "$2")
	jq --arg d "$digest" --argjson s "$(stat -c %s "$2")" '.config.digest = $d | .config.size = $s' "$(manifest "$1")" >"$1.manifest"
	new_manifest "$1" "$1.manifest"
	rm "$1.manifest"
}
