/* SPDX-License-Identifier: Apache-2.0 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "check/check_parts.h"

/* Bytes that are not UTF-8 are shown, never dropped. */
static void set_text(json_t *object, struct bd_arena *arena, const char *key, const char *text)
{
	if (text != NULL) {
		(void)json_object_set_new(
			object, key, json_string(bd_utf8_valid(text, strlen(text)) ? text : bd_display(arena, text)));
	}
}

static json_t *one_json(const struct bd_discrepancy *one, struct bd_arena *arena)
{
	json_t *object = json_object();
	set_text(object, arena, "kind", bd_discrepancy_name(one->kind));
	set_text(object, arena, "type", one->type);
	set_text(object, arena, "what", one->what);
	set_text(object, arena, "expected", one->wanted);
	set_text(object, arena, "found", one->found);
	set_text(object, arena, "change", one->kind == BD_PACKAGE_VERSION ? bd_change_name(one->change) : NULL);
	set_text(object, arena, "purl", one->package != NULL ? one->package->purl : NULL);
	set_text(object, arena, "rule", one->rule != NULL ? one->rule->text : NULL);
	set_text(object, arena, "reason", one->rule != NULL ? one->rule->reason : NULL);
	set_text(object, arena, "where", one->where);
	set_text(object, arena, "since", one->since);
	set_text(object, arena, "origin", one->package != NULL ? bd_layer_origin_name(one->origin) : NULL);
	if (one->layer >= 0) {
		(void)json_object_set_new(object, "layer", json_integer(one->layer));
	}
	if (one->line > 0) {
		(void)json_object_set_new(object, "dockerfile_line", json_integer(one->line));
	}
	if (one->rule != NULL && one->rule->line > 0) {
		(void)json_object_set_new(object, "baseline_line", json_integer((json_int_t)one->rule->line));
	}
	set_text(object, arena, "text", bd_discrepancy_text(one, arena));
	return object;
}

void bd_check_json(const struct bd_check *check, struct bd_buf *out)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	json_auto_t *document = json_pack("{s:s, s:s, s:s, s:i, s:i, s:[], s:[], s:[]}", "schema", "basedrift/check/1",
		"baseline", bd_baseline_format_name(check->baseline->format), "result",
		check->status == 0   ? "holds"
		: check->status == 1 ? "fails"
				     : "cannot-tell",
		"rules", (int)check->baseline->rules.len, "packages", (int)check->packages, "discrepancies",
		"not_checked", "removed");
	for (size_t i = 0; i < check->discrepancies.len; i++) {
		(void)json_array_append_new(
			json_object_get(document, "discrepancies"), one_json(&check->discrepancies.v[i], &arena));
	}
	for (size_t i = 0; i < check->unknown.len; i++) {
		(void)json_array_append_new(json_object_get(document, "not_checked"), json_string(check->unknown.v[i]));
	}
	for (size_t i = 0; i < check->removed.len; i++) {
		(void)json_array_append_new(json_object_get(document, "removed"), json_string(check->removed.v[i]));
	}
	char *text = json_dumps(document, JSON_INDENT(2));
	bd_buf_add_str(out, text);
	bd_buf_add_char(out, '\n');
	free(text);
}
