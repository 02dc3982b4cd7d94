/* SPDX-License-Identifier: Apache-2.0 */
/* Records with every member filled at random, from the rows themselves: a new row is tested at once. */
#ifndef RANDOM_RECORD_H
#define RANDOM_RECORD_H

#include "basedrift/version.h"

#include "base/auto.h"
#include "record/codec.h"

struct random_source {
	uint64_t state;
	struct bd_arena *arena;
};

static inline uint64_t random_next(struct random_source *r)
{
	r->state ^= r->state << 13;
	r->state ^= r->state >> 7;
	r->state ^= r->state << 17;
	return r->state >> 11;
}

static inline size_t random_below(struct random_source *r, size_t n)
{
	return (size_t)(random_next(r) % n);
}

/* Words, controls, quotes, UTF-8, and every now and then bytes that are none. */
static inline const char *random_text(struct random_source *r)
{
	static const char *const pieces[] = { "a", "Z9", " ", "/", "\"", "\\", "\n", "\t", "\x1b[0m", "\x7f",
		"caf\xc3\xa9", "\xe2\x80\xae", "\xf0\x9f\x8d\xba", "caf\xe9", "\xff", "\xc0\xaf", "\xed\xa0\x80",
		"{\"type\":1}", "=", "%2f" };
	AUTO(bd_buf_release) struct bd_buf buf = { 0 };
	const size_t usual = sizeof(pieces) / sizeof(pieces[0]) - (random_below(r, 3) != 0 ? 7 : 0);
	for (size_t n = random_below(r, 6); n > 0; n--) {
		bd_buf_add_str(&buf, pieces[random_below(r, usual)]);
	}
	return bd_arena_strdup(r->arena, bd_buf_str(&buf));
}

static inline void random_number(struct random_source *r, const struct field *field, void *item)
{
	int64_t value = (int64_t)random_below(r, 1000);
	if (field->kind == FIELD_NAME) {
		value = (int64_t)random_below(r, field->names->len);
	} else if (field->kind == FIELD_BOOL) {
		value = (int64_t)random_below(r, 2);
	} else if (field->kind == FIELD_TRI) {
		value = (int64_t)random_below(r, 3);
	} else if (field->kind == FIELD_ID && random_below(r, 4) == 0) {
		value = UINT32_MAX;
	} else if (field->kind == FIELD_TIME) {
		value -= 500;
	}
	if (field->rule == WHEN_KNOWN && random_below(r, 3) == 0) {
		value = field->fallback;
	}
	field_store(field, item, value);
}

static inline void random_fill(struct random_source *r, const struct shape *shape, void *item);

static inline void random_member(struct random_source *r, const struct field *field, void *item)
{
	char *at = (char *)item + field->offset;
	struct any_vec list = { .len = random_below(r, 4) };

	if (field->kind == FIELD_OBJECT) {
		random_fill(r, field->shape, at);
	} else if (field->kind == FIELD_LIST) {
		list.v = bd_arena_alloc(r->arena, list.len * field->shape->size + 1);
		for (size_t i = 0; i < list.len; i++) {
			random_fill(r, field->shape, (char *)list.v + i * field->shape->size);
		}
		memcpy(at, &list, sizeof(list));
	} else if (field->kind == FIELD_TEXTS) {
		struct bd_string_vec texts = { .len = list.len };
		texts.v = bd_arena_alloc(r->arena, list.len * sizeof(*texts.v) + 1);
		for (size_t i = 0; i < list.len; i++) {
			texts.v[i] = random_text(r);
		}
		memcpy(at, &texts, sizeof(texts));
	} else {
		const char *text = field->rule == REQUIRED || random_below(r, 3) != 0 ? random_text(r) : NULL;
		memcpy(at, &text, sizeof(text));
	}
}

static inline void random_fill(struct random_source *r, const struct shape *shape, void *item)
{
	for (size_t i = 0; i < shape->len; i++) {
		if (field_is_number(&shape->fields[i])) {
			random_number(r, &shape->fields[i], item);
		} else {
			random_member(r, &shape->fields[i], item);
		}
	}
}

static inline void random_package(struct random_source *r, struct bd_package *package)
{
	static const char *const types[] = { "deb", "apk", "npm", "pypi", "generic" };
	struct bd_key_value arch = { "arch", "amd64" };
	const char *type = types[random_below(r, 5)];
	const bool has_arch = random_below(r, 2) == 0;
	const struct bd_purl purl = {
		.type = type,
		.namespace = random_below(r, 2) == 0 && strcmp(type, "pypi") != 0 ? "debian" : NULL, /* pypi has none */
		.name = bd_arena_printf(r->arena, "Name_%zu", random_below(r, 50)),
		.version = random_below(r, 5) == 0
				   ? NULL
				   : bd_arena_printf(r->arena, "%zu:1+b%zu~rc", random_below(r, 3), random_below(r, 9)),
		.qualifiers = { &arch, has_arch ? 1 : 0, 0 },
	};
	package->purl = bd_purl_text(&purl, r->arena);
	package->type = random_below(r, 9) == 0 ? random_text(r) : purl.type;
	package->namespace = random_below(r, 5) == 0 ? NULL : purl.namespace;
	package->name = random_below(r, 3) == 0 ? random_text(r) : purl.name;
	package->version = random_below(r, 5) == 0 ? random_text(r) : purl.version;
	package->arch = random_below(r, 5) == 0 ? NULL : has_arch ? "amd64" : NULL;
	package->of_base = random_below(r, 5) == 0;
}

static inline int random_layer(struct random_source *r, const struct bd_record *record)
{
	return (int)random_below(r, record->layers.len + 1) - 1;
}

static inline void random_lists(struct random_source *r, struct bd_record *record)
{
	for (size_t n = random_below(r, 4), i = 0; i < n; i++) {
		random_fill(r, &shape_base, bd_vec_push(&record->bases));
		random_fill(r, &shape_input, bd_vec_push(&record->inputs));
		random_fill(r, &shape_diagnostic, bd_vec_push(&record->diagnostics));
	}
	for (size_t n = random_below(r, 5), i = 0; i < n; i++) {
		struct bd_layer_line *layer = bd_vec_push(&record->layers);
		random_fill(r, &shape_layer, layer);
		layer->index = (int)i;
	}
	for (size_t n = random_below(r, 6); n > 0; n--) {
		struct bd_package *package = bd_vec_push(&record->packages);
		random_fill(r, &shape_package, package);
		random_package(r, package);
		package->layer = random_layer(r, record);
	}
	for (size_t n = random_below(r, 6); n > 0; n--) {
		struct bd_file_line *file = bd_vec_push(&record->files);
		random_fill(r, &shape_file, file);
		file->path = bd_arena_printf(r->arena, "%s-%zu", file->path, n); /* one line a path */
		file->layer = random_layer(r, record);
	}
}

static inline struct bd_record *random_record(uint64_t seed)
{
	struct bd_record *record = bd_record_new();
	struct random_source r = { .state = seed * 0x9e3779b97f4a7c15ULL + 1, .arena = &record->arena };

	for (size_t i = 0; i < 8; i++) {
		(void)random_next(&r);
	}
	random_fill(&r, &shape_record, record);
	random_fill(&r, &shape_build, &record->build);
	random_fill(&r, &shape_source, &record->source);
	random_fill(&r, &shape_image, &record->image);
	random_fill(&r, &shape_log, &record->log);
	random_fill(&r, &shape_sbom, &record->sbom);
	record->source.present = random_below(&r, 2) == 0;
	record->image.present = random_below(&r, 2) == 0;
	record->log.present = random_below(&r, 2) == 0;
	record->sbom.present = random_below(&r, 2) == 0;
	random_lists(&r, record);
	return record;
}

static inline void record_auto(struct bd_record **record)
{
	bd_record_free(*record);
}

#endif
