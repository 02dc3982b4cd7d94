/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/java_archive.h"

#include <string.h>
#include <strings.h>

#include "basedrift/limits.h"

#include "base/auto.h"
#include "catalog/java_text.h"
#include "format/zip.h"

#define FIELD_BYTES 1024U /* names and versions are shorter; what is longer is no name */

/* Attributes that name or version an archive; those from the mark on also count in other sections. */
static const char *const attributes[] = { "Automatic-Module-Name", "Bundle-Name", "Bundle-SymbolicName", "Created-By",
	"Extension-Name", "Group-Id", "Implementation-Title", "Implementation-Vendor", "Implementation-Vendor-Id",
	"Name", "Short-Name", "Specification-Vendor", "Weave-Classes", "Implementation-Version",
	"Specification-Version", "Plugin-Version", "Bundle-Version" };
#define ATTRIBUTES     (sizeof(attributes) / sizeof(attributes[0]))
#define FIRST_OF_PARTS 13U

struct reading {
	struct bd_buf *path;   /* of this archive in the outermost one */
	struct bd_buf own;     /* lines of this archive */
	struct bd_buf *nested; /* of those in it */
	size_t *room;          /* bytes that may still be written */
	uint64_t *budget;
	unsigned int depth;
	bool has_manifest;
	bool seen[ATTRIBUTES]; /* in a section but the main one */
};

bool java_archive_name(struct bd_str name)
{
	static const char *const extensions[] = { ".jar", ".war", ".ear", ".par", ".sar", ".nar", ".kar", ".far",
		".rar", ".jpi", ".hpi", ".lpkg", ".zap" };
	for (size_t i = 0; i < sizeof(extensions) / sizeof(extensions[0]); i++) {
		const size_t n = strlen(extensions[i]);
		if (name.n > n && strncasecmp(name.p + name.n - n, extensions[i], n) == 0) {
			return true;
		}
	}
	return false;
}

/* ---- lines ------------------------------------------------------------------------------------------------ */

/* Tabs and line ends would be other fields. */
static void add_field(struct bd_buf *line, struct bd_str text)
{
	bd_buf_add_char(line, '\t');
	for (size_t i = 0; i < text.n && text.n <= FIELD_BYTES; i++) {
		const unsigned char c = (unsigned char)text.p[i];
		bd_buf_add_char(line, (char)(c < ' ' || c == 0x7f ? ' ' : c));
	}
}

static void add_line(struct reading *reading, const char *kind, const struct bd_str *fields, size_t count)
{
	AUTO(bd_buf_release) struct bd_buf line = { .n = 0 };
	bd_buf_add_str(&line, kind);
	for (size_t i = 0; i < count; i++) {
		add_field(&line, fields[i]);
	}
	bd_buf_add_char(&line, '\n');
	if (line.n <= *reading->room) {
		*reading->room -= line.n;
		bd_buf_add(&reading->own, line.p, line.n);
	}
}

/* ---- files ------------------------------------------------------------------------------------------------ */

static void on_attribute(bool in_main, struct bd_str key, struct bd_str value, void *context)
{
	struct reading *reading = context;
	for (size_t i = 0; i < ATTRIBUTES; i++) {
		if (key.n != strlen(attributes[i]) || strncasecmp(key.p, attributes[i], key.n) != 0 ||
			(!in_main && (i < FIRST_OF_PARTS || reading->seen[i]))) {
			continue;
		}
		reading->seen[i] |= !in_main;
		const struct bd_str fields[] = { bd_str(attributes[i]), value };
		add_line(reading, in_main ? "main" : "part", fields, 2);
	}
}

static void read_manifest(struct reading *reading, struct bd_str bytes)
{
	if (!reading->has_manifest) {
		reading->has_manifest = true;
		add_line(reading, "manifest", NULL, 0);
		java_manifest_read(bytes, on_attribute, reading);
	}
}

static void read_maven(struct reading *reading, struct bd_str name, struct bd_str bytes)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	struct java_coordinates found;
	const bool project = bd_str_ends(name, ".xml");
	if (project) {
		java_project_read(bytes, &arena, &found);
	} else {
		java_properties_read(bytes, &arena, &found);
	}
	const struct bd_str fields[] = { bd_path_dir(name), bd_str(found.group), bd_str(found.artifact),
		bd_str(found.version), bd_str(found.parent_group), bd_str(found.parent_version) };
	if (found.artifact[0] != '\0') {
		add_line(reading, project ? "project" : "properties", fields, project ? 6 : 4);
	}
}

static int read_archive(struct reading *reading, struct bd_str bytes, struct bd_error *err);

static int read_nested(struct reading *outer, struct bd_str name, struct bd_str bytes, struct bd_error *err)
{
	const size_t before = outer->path->n;
	struct reading inner = {
		.path = outer->path, .room = outer->room, .budget = outer->budget, .depth = outer->depth + 1
	};
	AUTO(bd_buf_release) struct bd_buf nested = { .n = 0 };
	inner.nested = &nested;
	if (!zip_begins(bytes)) { /* an empty file of that name, a placeholder */
		return 0;
	}
	if (inner.depth > BD_LIMIT_JAR_DEPTH) {
		return bd_error_set(err, BD_ERR_LIMIT, "more than %u archives in each other", BD_LIMIT_JAR_DEPTH);
	}
	bd_buf_add_str(outer->path, before > 0 ? "!/" : "");
	bd_buf_add(outer->path, name.p, name.n);
	const int r = read_archive(&inner, bytes, err);
	bd_buf_add(outer->nested, bd_buf_str(&inner.own), inner.own.n);
	bd_buf_add(outer->nested, bd_buf_str(&nested), nested.n);
	bd_buf_release(&inner.own);
	outer->path->n = before;
	return r < 0 ? bd_error_wrap(err, "%.*s", (int)name.n, name.p) : 0;
}

/* Templates of projects (Maven archetypes) are elsewhere in an archive. */
static bool is_project_file(struct bd_str name)
{
	return bd_str_is(bd_path_name(name), "pom.xml") && bd_str_find(name, "META-INF/maven/", NULL);
}

static bool is_manifest(struct bd_str name)
{
	return name.n == 20 && strncasecmp(name.p, "META-INF/MANIFEST.MF", 20) == 0;
}

static size_t wants(const char *name, void *context)
{
	const struct bd_str view = bd_str(name);
	(void)context;
	if (is_manifest(view) || is_project_file(view) || bd_str_is(bd_path_name(view), "pom.properties")) {
		return BD_LIMIT_JAR_TEXT_BYTES;
	}
	return java_archive_name(view) ? BD_LIMIT_JAR_NESTED_BYTES : 0;
}

static int file(const char *name, struct bd_str bytes, void *context, struct bd_error *err)
{
	struct reading *reading = context;
	const struct bd_str view = bd_str(name);
	if (is_manifest(view)) {
		read_manifest(reading, bytes);
	} else if (java_archive_name(view)) {
		return read_nested(reading, view, bytes, err);
	} else {
		read_maven(reading, view, bytes);
	}
	return 0;
}

static int read_archive(struct reading *reading, struct bd_str bytes, struct bd_error *err)
{
	const struct zip_reader reader = {
		.wants = wants, .file = file, .context = reading, .budget = reading->budget
	};
	const struct bd_str path = bd_buf_view(reading->path);
	add_line(reading, "jar", &path, 1);
	return zip_read(bytes, &reader, err);
}

int java_archive_read(struct bd_str bytes, struct bd_buf *out, struct bd_error *err)
{
	AUTO(bd_buf_release) struct bd_buf path = { .n = 0 };
	AUTO(bd_buf_release) struct bd_buf nested = { .n = 0 };
	size_t room = BD_LIMIT_JAR_EXTRACT;
	uint64_t budget = BD_LIMIT_JAR_BYTES;
	struct reading reading = { .path = &path, .nested = &nested, .room = &room, .budget = &budget };
	int r = read_archive(&reading, bytes, err);
	bd_buf_add(out, bd_buf_str(&reading.own), reading.own.n);
	bd_buf_add(out, bd_buf_str(&nested), nested.n);
	bd_buf_release(&reading.own);
	if (r == 0 && room < FIELD_BYTES * 8) {
		r = bd_error_set(err, BD_ERR_LIMIT, "more than %u bytes of names and versions", BD_LIMIT_JAR_EXTRACT);
	}
	return r;
}
