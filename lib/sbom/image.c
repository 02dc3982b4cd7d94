/* SPDX-License-Identifier: Apache-2.0 */
/* What documents say of the image as a whole: digests, layers, distribution; and who wrote them. */
#include <string.h>

#include "basedrift/limits.h"
#include "basedrift/version.h"

#include "sbom/reading.h"

int sbom_layer(struct sbom_reading *reading, const char *diff_id, const char *digest)
{
	struct bd_record *record = reading->record;
	if (diff_id == NULL || !bd_digest_valid(diff_id)) {
		return -1;
	}
	size_t at = 0;
	while (at < record->layers.len && !bd_streq(record->layers.v[at].diff_id, diff_id)) {
		at++;
	}
	if (at == record->layers.len) {
		if (at == BD_LIMIT_LAYERS) {
			return -1;
		}
		*bd_vec_push(&record->layers) = (struct bd_layer_line){
			.index = (int)at,
			.diff_id = bd_arena_strdup(&record->arena, diff_id),
			.size_bytes = -1,
			.files = -1,
			.copied_from_stage = -1,
		};
	}
	if (digest != NULL && bd_digest_valid(digest) && record->layers.v[at].digest.value == NULL) {
		record->layers.v[at].digest =
			(struct bd_digest){ BD_DIGEST_LAYER, bd_arena_strdup(&record->arena, digest) };
	}
	return (int)at;
}

void sbom_image_digest(struct sbom_reading *reading, enum bd_digest_kind kind, const char *value)
{
	const char *at = value != NULL ? strrchr(value, '@') : NULL;
	value = at != NULL ? at + 1 : value;
	if (value == NULL || !bd_digest_valid(value)) {
		return;
	}
	for (size_t i = 0; i < reading->digests.len; i++) {
		if (strcmp(reading->digests.v[i].value, value) == 0) {
			return;
		}
	}
	*bd_vec_push(&reading->digests) = (struct bd_digest){ kind, bd_arena_strdup(&reading->record->arena, value) };
}

void sbom_image_purl(struct sbom_reading *reading, const char *purl)
{
	struct bd_purl parts;
	struct bd_error ignored;
	if (purl != NULL && bd_purl_parse(bd_str(purl), &reading->scratch, &parts, &ignored) == 0 &&
		strcmp(parts.type, "oci") == 0) {
		sbom_image_digest(reading, BD_DIGEST_MANIFEST, parts.version);
	}
}

void sbom_tool(struct sbom_reading *reading, const char *name, const char *version)
{
	struct bd_arena *arena = &reading->record->arena;
	if (name == NULL || *name == '\0') {
		return;
	}
	*bd_vec_push(&reading->tools) = version != NULL && *version != '\0'
						? bd_arena_printf(arena, "%s %s", name, version)
						: bd_arena_strdup(arena, name);
}

void sbom_distro(struct sbom_reading *reading, const char *id, const char *version, const char *title)
{
	struct bd_built_image *image = &reading->record->image;
	struct bd_arena *arena = &reading->record->arena;
	if (image->distro_id != NULL || reading->own) { /* the first one holds */
		return;
	}
	image->distro_id = bd_arena_strdup(arena, id);
	image->distro_version = version != NULL && *version != '\0' ? bd_arena_strdup(arena, version) : NULL;
	image->distro_name = bd_arena_strdup(arena, title);
}

/*
 * A RepoDigest is that of an index where the tag has several platforms, else that of a manifest: which, it does not say
 * (docs/record.md, kinds).  The purl that trivy makes out of it says no more.
 */
void sbom_trivy_image(struct sbom_reading *reading, const char *name, const char *value)
{
	if (strcmp(name, "ImageID") == 0) {
		sbom_image_digest(reading, BD_DIGEST_CONFIG, value);
	} else if (strcmp(name, "RepoDigest") == 0) {
		sbom_image_digest(reading, BD_DIGEST_UNKNOWN, value);
	} else if (strcmp(name, "DiffID") == 0) {
		reading->layers_in_order |= sbom_layer(reading, value, NULL) >= 0;
	}
}

void sbom_trivy_package(struct sbom_package *package, const char *name, const char *value)
{
	if (strcmp(name, "LayerDiffID") == 0) {
		package->layer = value;
	} else if (strcmp(name, "LayerDigest") == 0) {
		package->layer_digest = value;
	} else if (strcmp(name, "FilePath") == 0) {
		*bd_vec_push(&package->locations) = (struct sbom_location){ .path = value };
	} else if (strcmp(name, "SrcName") == 0) {
		package->source = value;
	} else if (strcmp(name, "SrcVersion") == 0) {
		package->source_version = value;
	} else if (strcmp(name, "PkgType") == 0 || strcmp(name, "Type") == 0) {
		package->kind = value;
	}
}
