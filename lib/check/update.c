/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "check/update_parts.h"

const char *update_purl(const struct bd_package *package, struct bd_arena *arena)
{
	struct bd_purl purl;
	struct bd_error ignored;
	if (bd_purl_parse_lenient(bd_str(package->purl), arena, &purl, &ignored) < 0) {
		return NULL;
	}
	struct bd_key_value arch = { "arch", bd_key_value_get(&purl.qualifiers, "arch") };
	purl.qualifiers = (struct bd_key_value_vec){ &arch, arch.value != NULL ? 1 : 0, 1 };
	return bd_purl_text(&purl, arena);
}

void update_add_once(struct bd_arena *arena, struct bd_string_vec *list, const char *text)
{
	for (size_t i = 0; i < list->len; i++) {
		if (strcmp(list->v[i], text) == 0) {
			return;
		}
	}
	*arena_push(arena, list) = text;
}

void bd_baseline_update(
	struct bd_str bytes, const struct bd_check *check, struct bd_arena *arena, struct bd_edit_vec *out)
{
	const enum bd_baseline_format format = check->baseline->format;
	const size_t mark = bd_str_starts(bytes, BASELINE_MARK) ? strlen(BASELINE_MARK) : 0;
	const struct bd_str text = { bytes.p + mark, bytes.n - mark };
	*out = (struct bd_edit_vec){ 0 };
	if (format == BD_BASELINE_RULES) {
		update_rules(text, check, arena, out);
	} else if (format == BD_BASELINE_NPM) {
		update_npm(text, check, arena, out);
	} else if (format != BD_BASELINE_RECORD) {
		update_list(text, check, arena, out);
	}
	for (size_t i = 0; i < out->len; i++) {
		out->v[i].at += mark;
	}
}
