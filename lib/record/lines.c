/* SPDX-License-Identifier: Apache-2.0 */
#include "base/auto.h"
#include "record/codec.h"

/* The row holds the value; on this line a digest can only be that of a layer's blob. */
static int layer_decode(const json_t *object, void *item, struct bd_arena *arena, struct bd_error *err)
{
	struct bd_layer_line *layer = item;
	(void)object;
	(void)arena;
	(void)err;
	layer->digest.kind = layer->digest.value != NULL ? BD_DIGEST_LAYER : BD_DIGEST_UNKNOWN;
	return 0;
}

/* clang-format off */
#define AT(member) .offset = offsetof(struct bd_record, member)
#define PRESENT(member) .has_present = true, .present_offset = offsetof(struct bd_record, member.present)
const struct line_type line_types[] = {
	{ "build", &shape_build, AT(build) },
	{ "source", &shape_source, AT(source), PRESENT(source) },
	{ "base", &shape_base, AT(bases), .many = true },
	{ "image", &shape_image, AT(image), PRESENT(image) },
	{ "layer", &shape_layer, AT(layers), .many = true, .decode = layer_decode },
	{ "package", &shape_package, AT(packages), .many = true, .encode = package_encode, .is_plain = package_is_plain, .decode = package_decode },
	{ "file", &shape_file, AT(files), .many = true },
	{ "input", &shape_input, AT(inputs), .many = true },
	{ "log", &shape_log, AT(log), PRESENT(log) },
	{ "sbom", &shape_sbom, AT(sbom), PRESENT(sbom) },
	{ "diagnostic", &shape_diagnostic, AT(diagnostics), .many = true },
};
/* clang-format on */
const size_t line_type_count = sizeof(line_types) / sizeof(line_types[0]);

static int check_layers(const struct bd_record *record, struct bd_error *err)
{
	for (size_t i = 0; i < record->layers.len; i++) {
		if (record->layers.v[i].index != (int)i) {
			return bd_error_set(err, BD_ERR_FORMAT, "layer %zu is missing or there twice", i);
		}
	}
	return 0;
}

static bool is_layer(const struct bd_record *record, int layer)
{
	return layer >= -1 && layer < (int)record->layers.len;
}

/* "WHAT NAME: …": names come from images, so they are made safe for people first. */
static int complain(const char *what, const char *name, const char *problem, struct bd_error *err)
{
	AUTO(bd_buf_release) struct bd_buf shown = { 0 };
	bd_display_text(&shown, name, strlen(name));
	return bd_error_set(err, BD_ERR_FORMAT, "%s %.200s: %s", what, bd_buf_str(&shown), problem);
}

int record_check(const struct bd_record *record, struct bd_error *err)
{
	if (check_layers(record, err) < 0) {
		return -(int)err->code;
	}
	for (size_t i = 0; i < record->packages.len; i++) {
		if (!is_layer(record, record->packages.v[i].layer)) {
			return complain("package", record->packages.v[i].purl, "its layer does not exist", err);
		}
	}
	for (size_t i = 0; i < record->files.len; i++) {
		const struct bd_file_line *file = &record->files.v[i];
		if (!is_layer(record, file->layer)) {
			return complain("file", file->path, "its layer does not exist", err);
		}
		if (i > 0 && bd_streq(file->path, record->files.v[i - 1].path)) {
			return complain("file", file->path, "two lines have this path", err);
		}
	}
	return 0;
}
