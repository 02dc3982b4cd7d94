/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "basedrift/oci.h"

struct media_row {
	const char *type;
	enum bd_media media;
};

/* OCI image-spec, media-types.md; distribution, "Image Manifest V 2, Schema 2". */
static const struct media_row media_rows[] = {
	{ "application/vnd.oci.image.index.v1+json", BD_MEDIA_INDEX },
	{ "application/vnd.docker.distribution.manifest.list.v2+json", BD_MEDIA_LIST },
	{ "application/vnd.oci.image.manifest.v1+json", BD_MEDIA_MANIFEST },
	{ "application/vnd.docker.distribution.manifest.v2+json", BD_MEDIA_V2S2 },
	{ "application/vnd.docker.distribution.manifest.v1+json", BD_MEDIA_V2S1 },
	{ "application/vnd.docker.distribution.manifest.v1+prettyjws", BD_MEDIA_V2S1 },
	{ "application/vnd.oci.image.config.v1+json", BD_MEDIA_CONFIG },
	{ "application/vnd.docker.container.image.v1+json", BD_MEDIA_CONFIG },
};

/* The framing after these (".gzip", "+gzip", "+zstd", none) is told by content. */
static const char *const layer_prefixes[] = {
	"application/vnd.oci.image.layer.v1.tar", "application/vnd.oci.image.layer.nondistributable.v1.tar",
	"application/vnd.docker.image.rootfs.diff.tar", "application/vnd.docker.image.rootfs.foreign.diff.tar",
	"application/vnd.docker.container.image.rootfs.diff+x-gtar", /* buildah, docker save to OCI, before 2017 */
};

/* Type names are case-insensitive (RFC 6838, 4.2); parameters after ";" do not matter here. */
static bool media_is(const char *media_type, size_t n, const char *name, bool prefix)
{
	const size_t len = strlen(name);
	return (prefix ? n >= len : n == len) && strncasecmp(media_type, name, len) == 0;
}

enum bd_media bd_media_parse(const char *media_type)
{
	if (media_type == NULL) {
		return BD_MEDIA_UNKNOWN;
	}
	const size_t n = strcspn(media_type, "; ");
	for (size_t i = 0; i < sizeof(media_rows) / sizeof(media_rows[0]); i++) {
		if (media_is(media_type, n, media_rows[i].type, false)) {
			return media_rows[i].media;
		}
	}
	for (size_t i = 0; i < sizeof(layer_prefixes) / sizeof(layer_prefixes[0]); i++) {
		const size_t len = strlen(layer_prefixes[i]);
		if (media_is(media_type, n, layer_prefixes[i], true) &&
			(n == len || media_type[len] == '+' || media_type[len] == '.')) {
			return BD_MEDIA_LAYER;
		}
	}
	return BD_MEDIA_UNKNOWN;
}

const char *bd_key_value_get(const struct bd_key_value_vec *pairs, const char *key)
{
	for (size_t i = 0; i < pairs->len; i++) {
		if (strcmp(pairs->v[i].key, key) == 0) {
			return pairs->v[i].value;
		}
	}
	return NULL;
}
