/* SPDX-License-Identifier: Apache-2.0 */
/* What both formats that are written have in common. */
#include <stdio.h>
#include <string.h>

#include "base/auto.h"
#include "sbom/writing.h"

#define UUID_TEXT 37

static void writing_release(struct sbom_writing *writing)
{
	bd_arena_release(&writing->scratch);
}

json_t *sbom_text(struct sbom_writing *writing, const char *text)
{
	return bd_utf8_valid(text, strlen(text)) ? json_string_nocheck(text)
						 : json_string_nocheck(bd_display(&writing->scratch, text));
}

void sbom_put_text(struct sbom_writing *writing, json_t *object, const char *key, const char *text)
{
	if (text != NULL) {
		(void)json_object_set_new_nocheck(object, key, sbom_text(writing, text));
	}
}

const char *sbom_subject(const struct bd_record *record)
{
	if (record->image.name != NULL && *record->image.name != '\0') {
		return record->image.name;
	}
	return record->build.project != NULL && *record->build.project != '\0' ? record->build.project : "image";
}

bool sbom_is_incomplete(const struct bd_record *record)
{
	for (size_t i = 0; i < record->diagnostics.len; i++) {
		if (bd_str_starts(bd_str(record->diagnostics.v[i].code), "package-")) {
			return true;
		}
	}
	return false;
}

/* ---- names ---------------------------------------------------------------------------------------------- */

static bool same_place(const struct bd_package *a, const struct bd_package *b)
{
	return bd_streq(a->purl, b->purl) && bd_streq(a->path, b->path);
}

/* SPDX 2.3, clause 7.2: letters, digits, "." and "-". */
static void add_word(struct bd_buf *out, const char *text)
{
	for (; text != NULL && *text != '\0'; text++) {
		const char c = *text;
		const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
				   c == '.' || c == '-';
		if (plain) {
			bd_buf_add_char(out, c);
		} else {
			bd_buf_add_char(out, '-');
		}
	}
}

const char *sbom_package_id(struct sbom_writing *writing, size_t index)
{
	const struct bd_package_vec *packages = &writing->record->packages;
	const struct bd_package *package = &packages->v[index];
	AUTO(bd_buf_release) struct bd_buf text = { 0 };
	char digest[BD_DIGEST_TEXT];
	/* one database may name one package twice; sorted, these stand together */
	const bool repeated = index > 0 && same_place(package, &packages->v[index - 1]);
	writing->doubles = repeated ? writing->doubles + 1 : 0;
	bd_buf_printf(
		&text, "%s\n%s\n%zu", package->purl, package->path != NULL ? package->path : "", writing->doubles);
	bd_sha256_text(text.p, text.n, digest);
	bd_buf_clear(&text);
	add_word(&text, package->type);
	bd_buf_add_char(&text, '-');
	add_word(&text, package->name);
	bd_buf_printf(&text, "-%.16s", digest + strlen("sha256:"));
	return bd_arena_text(&writing->scratch, text.p, text.n);
}

/* RFC 9562, section 5.5: SHA-1 over the name space's UUID and the name; the bits of version and variant set. */
static void uuid_of(struct bd_str name, char *out)
{
	static const uint8_t url_space[16] = { 0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0,
		0x4f, 0xd4, 0x30, 0xc8 }; /* section 6.6, URL */
	uint8_t bytes[64];
	char hex[2 * 16 + 1];
	struct bd_hash *hash = bd_hash_new(BD_SHA1);
	bd_hash_update(hash, url_space, sizeof(url_space));
	bd_hash_update(hash, name.p, name.n);
	(void)bd_hash_final(hash, bytes);
	bd_hash_free(hash);
	bytes[6] = (uint8_t)((bytes[6] & 0x0fU) | 0x50U);
	bytes[8] = (uint8_t)((bytes[8] & 0x3fU) | 0x80U);
	bd_hex(bytes, 16, hex);
	(void)snprintf(out, UUID_TEXT, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
}

const char *sbom_document_uuid(struct sbom_writing *writing, const json_t *document)
{
	char uuid[UUID_TEXT];
	AUTO(free_ptr) char *text = json_dumps(document, JSON_COMPACT);
	AUTO(bd_buf_release) struct bd_buf name = { 0 };
	char digest[BD_DIGEST_TEXT];
	bd_sha256_text(text != NULL ? text : "", text != NULL ? strlen(text) : 0, digest);
	bd_buf_printf(&name, "basedrift:%s", digest);
	uuid_of(bd_buf_view(&name), uuid);
	return bd_arena_strdup(&writing->scratch, uuid);
}

/* ---- time --------------------------------------------------------------------------------------------------- */

/* The first of these that is a time. */
static const char *time_of(struct sbom_writing *writing, const char *given)
{
	const struct bd_record *record = writing->record;
	const char *const times[] = { given, record->build.finished, record->build.started, record->written,
		record->image.created };
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		int64_t seconds;
		char text[BD_TIME_TEXT];
		if (times[i] != NULL && bd_time_parse(times[i], &seconds) && seconds >= 0 && seconds < 253402300800) {
			bd_time_text(seconds, text); /* to the year 9999: RFC 3339 has four digits */
			return bd_arena_strdup(&writing->scratch, text);
		}
	}
	return NULL;
}

/* ---- formats ------------------------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	int (*make)(struct sbom_writing *writing, json_t **out, struct bd_error *err);
	void (*set_name)(json_t *document, const char *uuid);
} formats[] = {
	[BD_SBOM_CYCLONEDX] = { "cyclonedx", sbom_make_cyclonedx, sbom_name_cyclonedx },
	[BD_SBOM_SPDX] = { "spdx", sbom_make_spdx, sbom_name_spdx },
};

bool bd_sbom_format_parse(const char *name, enum bd_sbom_format *out)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (strcmp(formats[i].name, name) == 0) {
			*out = (enum bd_sbom_format)i;
			return true;
		}
	}
	return false;
}

static int add_bytes(const char *p, size_t n, void *data)
{
	bd_buf_add(data, p, n);
	return 0;
}

int bd_sbom_write(struct bd_record *record, enum bd_sbom_format format, const char *time, struct bd_buf *out,
	struct bd_error *err)
{
	AUTO(writing_release) struct sbom_writing writing = { .record = record };
	json_auto_t *document = NULL;
	const size_t before = out->n;

	bd_record_sort(record);
	writing.time = time_of(&writing, time);
	if (formats[format].make(&writing, &document, err) < 0) {
		return bd_error_wrap(err, "%s", formats[format].name);
	}
	formats[format].set_name(document, sbom_document_uuid(&writing, document));
	if (json_dump_callback(document, add_bytes, out, JSON_INDENT(2)) != 0) {
		out->n = before;
		return bd_error_set(err, BD_ERR_FORMAT, "%s: cannot be written as JSON", formats[format].name);
	}
	bd_buf_add_char(out, '\n');
	return 0;
}
