/* links: oci */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every parser of image documents over the same bytes.  No document is both an index and a manifest;
 * what was accepted has valid digests and sizes; a refusal has a reason in valid UTF-8.
 */
#include <stdlib.h>
#include <string.h>

#include "basedrift/limits.h"
#include "basedrift/oci.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool holds)
{
	if (!holds) {
		abort();
	}
}

static bool accepted(int result, const struct bd_error *err)
{
	expect(result == 0 ||
		(result == -(int)err->code && err->msg[0] != '\0' && bd_utf8_valid(err->msg, strlen(err->msg))));
	return result == 0;
}

static void check_descriptors(const struct bd_descriptor_vec *descriptors, size_t most)
{
	expect(descriptors->len <= most);
	for (size_t i = 0; i < descriptors->len; i++) {
		const struct bd_descriptor *d = &descriptors->v[i];
		expect(d->media_type != NULL && d->size_bytes >= 0 && strchr(d->digest, ':') != NULL &&
			strchr(d->digest, '/') == NULL);
	}
}

static void check_config(const struct bd_config *config)
{
	for (size_t i = 0; i < config->diff_ids.len; i++) {
		expect(bd_digest_valid(config->diff_ids.v[i]));
	}
	for (size_t i = 1; i < config->volumes.len; i++) {
		expect(strcmp(config->volumes.v[i - 1], config->volumes.v[i]) < 0);
	}
}

static void check_archive(struct bd_str json, struct bd_arena *arena)
{
	struct bd_archive_image_vec images;
	struct bd_legacy_tag_vec tags;
	struct bd_legacy_layer layer;
	struct bd_error err = { 0 };
	if (accepted(bd_archive_manifest_parse(json, arena, &images, &err), &err)) {
		for (size_t i = 0; i < images.len; i++) {
			expect(images.v[i].config != NULL && images.v[i].layers.len <= BD_LIMIT_LAYERS);
		}
	}
	if (accepted(bd_legacy_repositories_parse(json, arena, &tags, &err), &err)) {
		for (size_t i = 0; i < tags.len; i++) {
			expect(tags.v[i].reference != NULL && tags.v[i].layer_id != NULL);
		}
	}
	if (accepted(bd_legacy_layer_parse(json, arena, &layer, &err), &err)) {
		expect(layer.id != NULL && layer.config.history.len == 1);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct bd_str json = { (const char *)data, size };
	struct bd_arena arena = { 0 };
	struct bd_index index;
	struct bd_manifest manifest;
	struct bd_config config;
	enum bd_media media;
	struct bd_error err = { 0 };

	const bool is_index = accepted(bd_index_parse(json, &arena, &index, &err), &err);
	const bool is_manifest = accepted(bd_manifest_parse(json, &arena, &manifest, &err), &err);
	expect(!(is_index && is_manifest));
	if (is_index) {
		check_descriptors(&index.manifests, BD_LIMIT_MANIFESTS);
	}
	if (is_manifest) {
		check_descriptors(&manifest.layers, BD_LIMIT_LAYERS);
		expect(manifest.config.digest != NULL);
	}
	if (accepted(bd_config_parse(json, &arena, &config, &err), &err)) {
		check_config(&config);
	}
	if (!accepted(bd_document_media(json, &media, &err), &err)) {
		expect(!is_index && !is_manifest);
	}
	(void)accepted(bd_image_layout_check(json, &err), &err);
	check_archive(json, &arena);
	bd_arena_release(&arena);
	return 0;
}
