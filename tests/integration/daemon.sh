# SPDX-License-Identifier: Apache-2.0
# podman's service, asked by its own API (podman:) and by Docker's (docker-daemon:): the same inventory as the files the image came from,
# and the digests by which registries know it.
# shellcheck shell=bash disable=SC2154
export BASEDRIFT_OFFLINE= # this test's own registries, on loopback
need_tool podman skopeo docker-registry python3 jq
may_be_root
# shellcheck source=/dev/null
. "$here/../support/network/lib.sh"
unset DOCKER_HOST CONTAINER_HOST DOCKER_TLS_VERIFY HTTP_PROXY HTTPS_PROXY http_proxy https_proxy

registry open
"$MKIMAGE" "$here/../data/images/small.json" first --format oci
for format in oci v2s2; do
	skopeo --policy "$work/policy.json" copy -q --dest-tls-verify=false --format "$format" oci:first "docker://$open_at/services/$format:1" ||
		fail "skopeo push"
done
podman_here() {
	as_root podman --log-level error --events-backend file "$@"
}
printf 'unqualified-search-registries = []\n[[registry]]\nlocation = "%s"\ninsecure = true\n' "$open_at" >"$work/registries.conf"
mkdir -p "$HOME/.config/containers" && cp "$work/policy.json" "$HOME/.config/containers/policy.json"
for format in oci v2s2; do
	podman_here pull -q --signature-policy "$work/policy.json" "$open_at/services/$format:1" >pull.log 2>&1 ||
		skip "podman cannot pull here: $(tail -n 1 pull.log | cut -c1-200)"
done
podman_here system service --time 0 "unix://$work/podman.sock" >service.log 2>&1 </dev/null &
pids+=($!)
wait_for "podman's service" test -S "$work/podman.sock"

inventory oci:first >wanted
for format in oci v2s2; do
	name=$open_at/services/$format:1
	skopeo inspect --tls-verify=false "docker://$name" | jq -r .Digest >digest
	export CONTAINER_HOST=unix://$work/podman.sock DOCKER_HOST=unix://$work/podman.sock
	for image in "podman:$name" "docker-daemon:$name"; do
		inventory "$image" >got
		same "inventory of ${image%%:*}: $format" wanted got
		probe "$image" >got.json || fail "${image%%:*}: $format"
		# both tags have one config, so podman holds them for one image with several digests
		jq -e --arg wanted "$open_at/services/$format@$(cat digest)" '.repo_digests | index($wanted)' got.json >/dev/null ||
			fail "no repo digest of ${image%%:*}: $format: $(jq -c .repo_digests got.json)"
		[ "$(jq -r .reference got.json)" = "$name" ] || fail "another reference"
		# a manifest that was made for the export is nobody's
		jq -r '.digests[] | select(.kind == "manifest").value' got.json | while read -r digest; do
			jq -e --arg wanted "@$digest" '.repo_digests | any(endswith($wanted))' got.json >/dev/null || fail "${image%%:*}: a digest that no registry knows"
		done
	done
	unset CONTAINER_HOST DOCKER_HOST
done
skopeo inspect --tls-verify=false --config --raw "docker://$open_at/services/oci:1" | jq -r '.rootfs.diff_ids[]' >wanted
CONTAINER_HOST=unix://$work/podman.sock probe "podman:$open_at/services/oci:1" | jq -r '.diff_ids[]' >got
same "diff_ids" wanted got

export CONTAINER_HOST=unix://$work/podman.sock DOCKER_HOST=unix://$work/podman.sock
refused 4 '404 Not Found' "podman:localhost/nothing:1"
refused 4 '404 Not Found' "docker-daemon:localhost/nothing:1"
refused 7 'which image' podman:
CONTAINER_HOST=ssh://somewhere/socket refused 6 'CONTAINER_HOST.*ssh' podman:localhost/nothing:1
DOCKER_HOST=unix://$work/nowhere.sock refused 1 'nowhere.sock' docker-daemon:localhost/nothing:1
