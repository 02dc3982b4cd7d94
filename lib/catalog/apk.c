/* SPDX-License-Identifier: Apache-2.0 */
/*
 * apk: the installed database, apk-installed(5): records of "X:value" lines with an empty line
 * between them.  Virtual packages (".build-deps") are packages here as they are for `apk info`.
 */
#include "basedrift/limits.h"

#include "base/auto.h"
#include "catalog/catalogers.h"
#include "catalog/distro_purl.h"

struct apk_record {
	struct bd_str name, version, arch, origin;
	size_t offset; /* of the byte after its "P:NAME" */
	size_t line;   /* its first, from 1; 0: no record is open */
};

static struct bd_str *member(struct apk_record *record, char field)
{
	switch (field) {
	case 'P':
		return &record->name;
	case 'V':
		return &record->version;
	case 'A':
		return &record->arch;
	case 'o':
		return &record->origin;
	default:
		return NULL;
	}
}

static const char *copy(struct bd_arena *arena, struct bd_str text)
{
	return text.n > 0 ? bd_arena_text(arena, text.p, text.n) : NULL;
}

static int add_package(const struct bd_catalog_in *in, const struct apk_record *record, struct bd_arena *arena,
	struct bd_package_vec *out, struct bd_error *err)
{
	struct bd_package package = { .path = in->path, .layer = -1, .files = -1, .size_bytes = -1 };
	package.database_offset = record->offset;
	if (record->name.n == 0 || record->version.n == 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "line %zu: a record without %s", record->line,
			record->name.n == 0 ? "a name (P:)" : "a version (V:)");
	}
	if (out->len >= BD_LIMIT_PACKAGES) {
		return bd_error_set(err, BD_ERR_LIMIT, "more than %u packages", BD_LIMIT_PACKAGES);
	}
	package.name = copy(arena, record->name);
	package.version = copy(arena, record->version);
	package.arch = copy(arena, record->arch);
	package.source = copy(arena, record->origin);
	set_distro_purl(&package, "apk", "alpine", in->os, arena);
	*bd_vec_push(out) = package;
	return 0;
}

static int parse(
	const struct bd_catalog_in *in, struct bd_arena *arena, struct bd_package_vec *out, struct bd_error *err)
{
	struct apk_record record = { .line = 0 };
	struct bd_str rest = in->bytes;
	struct bd_str line;
	for (size_t number = 1; bd_str_line(&rest, &line); number++) {
		if (line.n == 0) {
			if (record.line > 0 && add_package(in, &record, arena, out, err) < 0) {
				return -(int)err->code;
			}
			record = (struct apk_record){ .line = 0 };
			continue;
		}
		if (line.n < 2 || line.p[1] != ':' || memchr(line.p, '\0', line.n) != NULL) {
			return bd_error_set(err, BD_ERR_FORMAT, "line %zu: not a field (\"X:value\")", number);
		}
		struct bd_str *value = member(&record, line.p[0]);
		if (value != NULL) {
			*value = (struct bd_str){ line.p + 2, line.n - 2 };
		}
		record.offset = line.p[0] == 'P' ? (size_t)(line.p + line.n - in->bytes.p) : record.offset;
		record.line = record.line > 0 ? record.line : number;
	}
	return record.line > 0 ? add_package(in, &record, arena, out, err) : 0;
}

/* ---- files ------------------------------------------------------------------------------------- */

/* apk keeps what the administrator changed below /etc, but for these two (its default protected paths). */
static bool is_config(struct bd_str path)
{
	return bd_str_starts(path, "etc/") && !bd_str_starts(path, "etc/init.d/") && !bd_str_starts(path, "etc/apk/");
}

/* Z: "Q1" base64 of SHA-1, "Q2" base64 of SHA-256, or the MD5 in hex of very old databases. */
static void read_checksum(struct bd_str text, struct bd_owned_file *file)
{
	AUTO(bd_buf_release) struct bd_buf bytes = { .n = 0 };
	if (text.n == 32 && bd_unhex(text, file->checksum)) {
		file->algorithm = BD_CHECKSUM_MD5;
		return;
	}
	const bool sha1 = bd_str_starts(text, "Q1");
	if ((!sha1 && !bd_str_starts(text, "Q2")) || !bd_unbase64(&bytes, (struct bd_str){ text.p + 2, text.n - 2 }) ||
		bytes.n != (sha1 ? 20U : 32U)) {
		return;
	}
	memcpy(file->checksum, bytes.p, bytes.n);
	file->algorithm = sha1 ? BD_CHECKSUM_SHA1 : BD_CHECKSUM_SHA256;
}

struct emission {
	bd_owned_fn *each;
	void *context;
	struct bd_buf folder, path;
	struct bd_owned_file file;
	bool pending; /* a path waits for its checksum, which follows it */
};

static void flush(struct emission *emission)
{
	if (emission->pending) {
		emission->each(&emission->file, emission->context);
	}
	emission->pending = false;
}

static void begin(struct emission *emission, bool clean, bool is_folder)
{
	const struct bd_str path = bd_buf_view(&emission->path);
	flush(emission);
	emission->pending = clean && path.n > 0;
	emission->file = (struct bd_owned_file){ .path = path, .config = !is_folder && is_config(path) };
}

static void emit_line(struct emission *emission, struct bd_str line)
{
	const struct bd_str value = { line.p + 2, line.n - 2 };
	if (line.p[0] == 'F') {
		flush(emission);
		const bool clean = bd_path_clean(&emission->folder, value.p, value.n);
		bd_buf_clear(&emission->path);
		bd_buf_add(&emission->path, emission->folder.p, emission->folder.n);
		begin(emission, clean, true);
	} else if (line.p[0] == 'R') {
		AUTO(bd_buf_release) struct bd_buf joined = { .n = 0 };
		flush(emission);
		bd_buf_printf(&joined, "%s/%.*s", bd_buf_str(&emission->folder), (int)value.n, value.p);
		begin(emission, bd_path_clean(&emission->path, joined.p, joined.n), false);
	} else if (line.p[0] == 'Z' && emission->pending) {
		read_checksum(value, &emission->file);
	}
}

/* The lines after "P:NAME" to the record's end; F: and R: stand after P:. */
static struct bd_str rest_of_record(struct bd_str bytes, size_t offset)
{
	const size_t start = offset < bytes.n ? offset : bytes.n;
	struct bd_str rest = { bytes.p + start, bytes.n - start };
	size_t end = rest.n;
	(void)bd_str_find(rest, "\n\n", &end);
	return (struct bd_str){ rest.p, end };
}

static int owned(const struct bd_catalog_in *in, const struct bd_package *package, bd_owned_fn *each, void *context,
	struct bd_error *err)
{
	struct emission emission = { .each = each, .context = context };
	struct bd_str rest = rest_of_record(in->bytes, package->database_offset);
	struct bd_str line;
	(void)err;
	while (bd_str_line(&rest, &line)) {
		if (line.n >= 2 && line.p[1] == ':') {
			emit_line(&emission, line);
		}
	}
	flush(&emission);
	bd_buf_release(&emission.folder);
	bd_buf_release(&emission.path);
	return 0;
}

const struct bd_cataloger bd_cataloger_apk = {
	.name = "apk",
	.purl_type = "apk",
	.primary = (const char *const[]){ "lib/apk/db/installed", "usr/lib/apk/db/installed", NULL },
	.parse = parse,
	.owned = owned,
};
