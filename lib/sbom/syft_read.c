/* SPDX-License-Identifier: Apache-2.0 */
/* syft's own JSON (its schema/json): artifacts, where each was found, and the image as syft saw it. */
#include <string.h>

#include "basedrift/limits.h"

#include "base/auto.h"
#include "sbom/reading.h"

static int read_descriptor(struct sbom_reading *reading, const struct at *document, struct bd_error *err)
{
	const struct at schema = at_member(document, "schema");
	const struct at descriptor = at_member(document, "descriptor");
	const char *version = NULL;
	const char *tool = NULL;
	const char *tool_version = NULL;
	if (at_object(&schema, err) < 0 || get_text(&schema, "version", &version, err) < 0 ||
		at_object(&descriptor, err) < 0 || get_text(&descriptor, "name", &tool, err) < 0 ||
		get_text(&descriptor, "version", &tool_version, err) < 0) {
		return -(int)err->code;
	}
	reading->format = version != NULL ? bd_arena_printf(&reading->record->arena, "syft %s", version) : "syft";
	sbom_tool(reading, tool, tool_version);
	return 0;
}

static int read_distro(struct sbom_reading *reading, const struct at *document, struct bd_error *err)
{
	const struct at distro = at_member(document, "distro");
	const char *id = NULL;
	const char *version = NULL;
	const char *title = NULL;
	if (at_object(&distro, err) < 0 || get_text(&distro, "name", &id, err) < 0 ||
		get_text(&distro, "id", &id, err) < 0 || get_text(&distro, "version", &version, err) < 0 ||
		get_text(&distro, "versionID", &version, err) < 0 || get_text(&distro, "prettyName", &title, err) < 0) {
		return -(int)err->code;
	}
	if (id != NULL && *id != '\0') {
		sbom_distro(reading, id, version, title);
	}
	return 0;
}

/* syft calls a layer by the digest of its unpacked bytes. */
static int read_layers(struct sbom_reading *reading, const struct at *image, struct bd_error *err)
{
	const struct at list = at_member(image, "layers");
	if (at_array(&list, BD_LIMIT_LAYERS, err) < 0) {
		return -(int)err->code;
	}
	for (size_t i = 0; i < json_array_size(list.value); i++) {
		const struct at layer = at_element(&list, i);
		const char *digest = NULL;
		if (at_object(&layer, err) < 0 || get_text(&layer, "digest", &digest, err) < 0) {
			return -(int)err->code;
		}
		reading->layers_in_order |= sbom_layer(reading, digest, NULL) >= 0;
	}
	return 0;
}

static int read_platform(struct sbom_reading *reading, const struct at *image, struct bd_error *err)
{
	struct bd_platform platform = { .os = NULL };
	if (get_text(image, "os", &platform.os, err) < 0 ||
		get_text(image, "architecture", &platform.architecture, err) < 0 ||
		get_text(image, "variant", &platform.variant, err) < 0) {
		return -(int)err->code;
	}
	if (platform.variant != NULL && *platform.variant == '\0') {
		platform.variant = NULL;
	}
	if (platform.os != NULL && *platform.os != '\0' && platform.architecture != NULL) {
		reading->record->image.platform = bd_platform_text(&platform, &reading->record->arena);
	}
	return 0;
}

static int read_image(struct sbom_reading *reading, const struct at *image, struct bd_error *err)
{
	struct bd_string_vec repo_digests = { 0 };
	const char *name = NULL;
	const char *manifest = NULL;
	const char *config = NULL;
	if (get_text(image, "userInput", &name, err) < 0 || get_text(image, "manifestDigest", &manifest, err) < 0 ||
		get_text(image, "imageID", &config, err) < 0 ||
		get_texts(image, "repoDigests", &repo_digests, err) < 0 || read_platform(reading, image, err) < 0) {
		return -(int)err->code;
	}
	reading->record->image.name = bd_arena_strdup(&reading->record->arena, name);
	sbom_image_digest(reading, BD_DIGEST_MANIFEST, manifest);
	sbom_image_digest(reading, BD_DIGEST_CONFIG, config);
	for (size_t i = 0; i < repo_digests.len; i++) { /* of an index or of a manifest: it does not say */
		sbom_image_digest(reading, BD_DIGEST_UNKNOWN, repo_digests.v[i]);
	}
	return read_layers(reading, image, err);
}

/* `metadata` since schema 9, `target` before; of a folder or a file it is a text, or says nothing that is read. */
static int read_source(struct sbom_reading *reading, const struct at *document, struct bd_error *err)
{
	const struct at source = at_member(document, "source");
	const char *type = NULL;
	const char *name = NULL;
	if (at_object(&source, err) < 0 || get_text(&source, "type", &type, err) < 0 ||
		get_text(&source, "name", &name, err) < 0) {
		return -(int)err->code;
	}
	const struct at metadata = at_member(&source, "metadata");
	const struct at target = at_member(&source, "target");
	const struct at *image = metadata.value != NULL ? &metadata : &target;
	if (bd_streq(type, "image") && image->value != NULL) {
		return at_object(image, err) < 0 ? -(int)err->code : read_image(reading, image, err);
	}
	if (name == NULL && json_is_string(target.value)) {
		name = json_string_value(target.value);
	}
	reading->record->image.name = bd_arena_strdup(&reading->record->arena, name);
	return 0;
}

static int read_locations(const struct at *artifact, struct sbom_package *package, struct bd_error *err)
{
	const struct at list = at_member(artifact, "locations");
	if (at_array(&list, BD_LIMIT_SBOM_VALUES, err) < 0) {
		return -(int)err->code;
	}
	for (size_t i = 0; i < json_array_size(list.value); i++) {
		const struct at element = at_element(&list, i);
		struct sbom_location location = { .number = i };
		if (at_object(&element, err) < 0 || get_text(&element, "path", &location.path, err) < 0 ||
			get_text(&element, "layerID", &location.layer, err) < 0) {
			return -(int)err->code;
		}
		*bd_vec_push(&package->locations) = location;
	}
	return 0;
}

static void package_release(struct sbom_package *package)
{
	free(package->locations.v);
}

static int read_artifact(struct sbom_reading *reading, const struct at *at, struct bd_error *err)
{
	AUTO(package_release) struct sbom_package package = { .name = NULL };
	if (at->value == NULL) {
		return at_error(at, err, "not an object");
	}
	if (at_object(at, err) < 0 || get_text(at, "name", &package.name, err) < 0 ||
		get_text(at, "version", &package.version, err) < 0 || get_text(at, "type", &package.kind, err) < 0 ||
		get_text(at, "purl", &package.purl, err) < 0 || read_locations(at, &package, err) < 0) {
		return -(int)err->code;
	}
	return sbom_add_package(reading, at, &package, err);
}

int sbom_read_syft(struct sbom_reading *reading, const struct at *document, struct bd_error *err)
{
	const struct at list = at_member(document, "artifacts");
	if (read_descriptor(reading, document, err) < 0 || read_distro(reading, document, err) < 0 ||
		read_source(reading, document, err) < 0 || at_array(&list, BD_LIMIT_PACKAGES, err) < 0) {
		return -(int)err->code;
	}
	for (size_t i = 0; i < json_array_size(list.value); i++) {
		const struct at artifact = at_element(&list, i);
		if (read_artifact(reading, &artifact, err) < 0) {
			return -(int)err->code;
		}
	}
	return 0;
}
