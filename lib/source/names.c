/* SPDX-License-Identifier: Apache-2.0 */
#include "source/names.h"

#include "source/place.h"

#define SHORT_ID   12U /* what Docker prints */
#define MOST_NAMES 20U

static void arena_auto(struct bd_arena *arena)
{
	bd_arena_release(arena);
}

bool name_is(const char *wanted, const char *name)
{
	AUTO(arena_auto) struct bd_arena arena = { 0 };
	struct bd_reference a, b;
	struct bd_error err;
	if (name == NULL) {
		return false;
	}
	if (strcmp(wanted, name) == 0) {
		return true;
	}
	if (bd_reference_parse(bd_str(wanted), &arena, &a, &err) < 0 ||
		bd_reference_parse(bd_str(name), &arena, &b, &err) < 0) {
		return false;
	}
	return strcmp(bd_reference_with_tag(&a, &arena).text, bd_reference_with_tag(&b, &arena).text) == 0;
}

bool digest_is(const char *wanted, const char *digest)
{
	const char *at = strrchr(wanted, '@');
	const char *hex = digest != NULL ? strchr(digest, ':') : NULL;
	if (at != NULL) {
		wanted = at + 1;
	}
	if (hex == NULL || wanted[0] == '\0') {
		return false;
	}
	return strcmp(wanted, digest) == 0 || (strlen(wanted) >= SHORT_ID && bd_str_starts(bd_str(hex + 1), wanted));
}

bool position_is(const char *wanted, size_t position)
{
	uint64_t number = 0;
	return wanted[0] == '@' && bd_str_to_u64(bd_str(wanted + 1), &number) && number == position;
}

void name_list_add(struct name_list *list, const char *name, struct bd_arena *arena)
{
	for (size_t i = 0; i < list->names.len; i++) {
		if (strcmp(list->names.v[i], name) == 0) {
			return;
		}
	}
	*bd_vec_push(&list->names) = bd_arena_strdup(arena, name);
}

const char *name_list_text(struct name_list *list)
{
	bd_buf_clear(&list->text);
	for (size_t i = 0; i < list->names.len && i < MOST_NAMES; i++) {
		bd_buf_add_str(&list->text, i > 0 ? ", " : "");
		bd_display_text(&list->text, list->names.v[i], strlen(list->names.v[i]));
	}
	if (list->names.len > MOST_NAMES) {
		bd_buf_printf(&list->text, " and %zu more", list->names.len - MOST_NAMES);
	}
	return list->names.len > 0 ? bd_buf_str(&list->text) : "none";
}

void name_list_release(struct name_list *list)
{
	free(list->names.v);
	bd_buf_release(&list->text);
}
