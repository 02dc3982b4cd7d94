/* SPDX-License-Identifier: Apache-2.0 */
#include <jansson.h>
#include <string.h>

#include "base/auto.h"
#include "pin/pin_parts.h"

/* Bytes that are not UTF-8 are shown, never dropped. */
static void set_text(json_t *object, struct bd_arena *arena, const char *key, const char *text)
{
	if (text != NULL) {
		(void)json_object_set_new(
			object, key, json_string(bd_utf8_valid(text, strlen(text)) ? text : bd_display(arena, text)));
	}
}

static json_t *now_json(const struct bd_pin_use *use, struct bd_arena *arena)
{
	static const char *const answers[] = { "not-asked", "served", "gone", "unknown" };
	json_t *object = json_object();
	set_text(object, arena, "answer", answers[use->now.answer]);
	set_text(object, arena, "index", use->now.index);
	set_text(object, arena, "manifest", use->now.manifest);
	set_text(object, arena, "problem", use->now.problem);
	return object;
}

static json_t *use_json(const struct bd_pin_use *use, struct bd_arena *arena)
{
	static const char *const answers[] = { "not-asked", "served", "gone", "unknown" };
	json_t *object = json_object();
	(void)json_object_set_new(object, "line", json_integer(use->line));
	set_text(object, arena, "where", use->where);
	set_text(object, arena, "as_written", use->as_written);
	set_text(object, arena, "reference", use->name);
	set_text(object, arena, "digest", use->digest);
	set_text(object, arena, "platform", use->platform);
	set_text(object, arena, "pinned", bd_pinned_name(use->pinned));
	set_text(object, arena, "problem", use->problem);
	set_text(object, arena, "not_editable", use->not_editable);
	if (use->edited != NULL) {
		(void)json_object_set_new(object, "edited_line", json_integer(use->edited_line));
	}
	set_text(object, arena, "digest_served", use->digest != NULL ? answers[use->served] : NULL);
	(void)json_object_set_new(object, "now", now_json(use, arena));
	set_text(object, arena, "wanted", use->wanted);
	set_text(object, arena, "wanted_from", use->wanted_from);
	set_text(object, arena, "unwanted", use->unwanted);
	set_text(object, arena, "sentence", bd_pin_sentence(use, arena));
	const enum bd_tri holds = bd_pin_holds(use);
	(void)json_object_set_new(
		object, "holds", holds == BD_CANNOT_TELL ? json_null() : json_boolean(holds == BD_SAME));
	return object;
}

void bd_pin_json(const struct bd_pin_file *files, size_t count, struct bd_buf *out)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	json_auto_t *document = json_pack("{s:s, s:[]}", "schema", "basedrift/pin/1", "files");
	for (size_t i = 0; i < count; i++) {
		json_t *file = json_object();
		json_t *uses = json_array();
		set_text(file, &arena, "file", files[i].path);
		for (size_t k = 0; k < files[i].uses.len; k++) {
			(void)json_array_append_new(uses, use_json(&files[i].uses.v[k], &arena));
		}
		(void)json_object_set_new(file, "images", uses);
		(void)json_array_append_new(json_object_get(document, "files"), file);
	}
	char *text = json_dumps(document, JSON_INDENT(2));
	bd_buf_add_str(out, text);
	bd_buf_add_char(out, '\n');
	free(text);
}
