/* SPDX-License-Identifier: Apache-2.0 */
/* A look as a line of an exported store.  Times are seconds since 1970, as they are kept. */
#include <jansson.h>

#include "base/auto.h"
#include "store/looks.h"

/* The texts, in the order of lines. */
static const struct member {
	const char *key;
	size_t offset;
	bool is_digest;
} members[] = {
	{ "reference", offsetof(struct look_row, base.reference), false },
	{ "platform", offsetof(struct look_row, base.platform), false },
	{ "index", offsetof(struct look_row, base.index), true },
	{ "manifest", offsetof(struct look_row, base.manifest), true },
	{ "config", offsetof(struct look_row, base.config), true },
	{ "layers", offsetof(struct look_row, base.layers), true },
	{ "stated", offsetof(struct look_row, base.stated), true },
	{ "created", offsetof(struct look_row, base.created), false },
	{ "by", offsetof(struct look_row, by), false },
};
#define MEMBERS (sizeof(members) / sizeof(members[0]))

void look_line_add(const struct look_row *row, struct bd_buf *out)
{
	json_auto_t *object = json_object();
	(void)json_object_set_new(object, "type", json_string("seen"));
	for (size_t i = 0; i < MEMBERS; i++) {
		const char *text;
		memcpy(&text, (const char *)row + members[i].offset, sizeof(text));
		if (*text != '\0') {
			(void)json_object_set_new(object, members[i].key, json_string(text));
		}
	}
	(void)json_object_set_new(object, "first_seen", json_integer((json_int_t)row->first_seen));
	(void)json_object_set_new(object, "last_seen", json_integer((json_int_t)row->last_seen));
	AUTO(free_ptr) char *line = json_dumps(object, JSON_COMPACT | JSON_PRESERVE_ORDER);
	bd_buf_add_str(out, line);
	bd_buf_add_char(out, '\n');
}

static bool take_texts(const json_t *object, struct bd_arena *arena, struct look_row *out)
{
	for (size_t i = 0; i < MEMBERS; i++) {
		const json_t *value = json_object_get(object, members[i].key);
		const char *text = json_string_value(value);
		if ((value != NULL && text == NULL) ||
			(members[i].is_digest && text != NULL && !bd_digest_valid(text))) {
			return false;
		}
		text = text != NULL ? bd_arena_strdup(arena, text) : "";
		memcpy((char *)out + members[i].offset, &text, sizeof(text));
	}
	return true;
}

int look_line_parse(struct bd_str line, struct bd_arena *arena, struct look_row *out, struct bd_error *err)
{
	json_error_t problem;
	json_auto_t *object = json_loadb(line.p, line.n, JSON_REJECT_DUPLICATES, &problem);
	const json_t *first = json_object_get(object, "first_seen");
	const json_t *last = json_object_get(object, "last_seen");
	*out = (struct look_row){ .first_seen = json_integer_value(first), .last_seen = json_integer_value(last) };
	if (!json_is_integer(first) || !json_is_integer(last) || out->first_seen > out->last_seen ||
		!take_texts(object, arena, out)) {
		return bd_error_set(err, BD_ERR_FORMAT, "a line of type \"seen\" is damaged");
	}
	base_row_finish(&out->base, true);
	return out->base.is_state
		       ? 0
		       : bd_error_set(err, BD_ERR_FORMAT, "a line of type \"seen\" tells of no state of a tag");
}
