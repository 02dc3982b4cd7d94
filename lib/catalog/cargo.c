/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rust programs and libraries built by `cargo auditable`: a section .dep-v0 with JSON packed by zlib
 * (cargo-auditable, PARSING.md).  Crates of kind "build" ran while it was built and are not in it; other readers
 * leave them out too.  The root crate owns the file.
 */
#include <jansson.h>

#include "basedrift/compress.h"
#include "basedrift/limits.h"

#include "base/auto.h"
#include "catalog/catalogers.h"
#include "catalog/executable.h"
#include "catalog/owned.h"
#include "catalog/package.h"
#include "format/elf.h"
#include "format/json.h"

static bool sniff(const char *path, int64_t size_bytes, struct bd_str head)
{
	(void)path;
	(void)size_bytes;
	return executable_is_linked(head);
}

static int extract(const char *path, struct bd_str bytes, struct bd_buf *out, struct bd_error *err)
{
	struct elf_file file;
	struct bd_str section;
	(void)path;
	if (!elf_open(bytes, &file) || !elf_section_named(&file, ".dep-v0", &section)) {
		return 0;
	}
	if (bd_inflate(section, BD_LIMIT_MODULES_BYTES, out, err) < 0) {
		bd_buf_clear(out);
		return bd_error_wrap(err, "section .dep-v0");
	}
	return 0;
}

static int read_crate(const json_t *crate, struct bd_package *package, struct bd_arena *arena, struct bd_error *err)
{
	const char *kind = NULL;
	if (!json_is_object(crate)) {
		return bd_error_set(err, BD_ERR_FORMAT, "not an object");
	}
	if (format_json_text(crate, "name", arena, &package->name, err) < 0 ||
		format_json_text(crate, "version", arena, &package->version, err) < 0 ||
		format_json_text(crate, "kind", arena, &kind, err) < 0) {
		return -(int)err->code;
	}
	if (bd_streq(kind, "build")) {
		package->name = NULL;
	}
	package->database_offset = json_is_true(json_object_get(crate, "root")); /* owned(): this one */
	return 0;
}

static int parse(
	const struct bd_catalog_in *in, struct bd_arena *arena, struct bd_package_vec *out, struct bd_error *err)
{
	json_auto_t *document = format_json_object(in->bytes, BD_LIMIT_MODULES_BYTES, err);
	const json_t *crates = json_object_get(document, "packages");
	if (document == NULL) {
		return -(int)err->code;
	}
	if (!json_is_array(crates)) {
		return bd_error_set(err, BD_ERR_FORMAT, "no list of packages");
	}
	for (size_t i = 0; i < json_array_size(crates); i++) {
		struct bd_package package = package_at(in->path, "cargo");
		if (read_crate(json_array_get(crates, i), &package, arena, err) < 0) {
			return bd_error_wrap(err, "package %zu", i);
		}
		if (package_set_purl(&package, arena)) {
			*bd_vec_push(out) = package;
		}
	}
	return 0;
}

const struct bd_cataloger bd_cataloger_cargo = {
	.name = "cargo",
	.purl_type = "cargo",
	.sniff = sniff,
	.extract = extract,
	.parse = parse,
	.owned = owned_main_file,
};
