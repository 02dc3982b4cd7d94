/* SPDX-License-Identifier: Apache-2.0 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "basedrift/watch.h"

#include "base/auto.h"

/* Bytes that are not UTF-8 are shown, never dropped. */
static void set_text(json_t *object, struct bd_arena *arena, const char *key, const char *text)
{
	if (text != NULL) {
		(void)json_object_set_new(
			object, key, json_string(bd_utf8_valid(text, strlen(text)) ? text : bd_display(arena, text)));
	}
}

static json_t *packages_json(const struct bd_diff *diff, struct bd_arena *arena)
{
	json_t *list = json_array();
	for (size_t i = 0; i < diff->packages.len; i++) {
		const struct bd_package_change *change = &diff->packages.v[i];
		const struct bd_package *shown = change->b != NULL ? change->b : change->a;
		json_t *object = json_object();
		set_text(object, arena, "purl_type", shown->type);
		set_text(object, arena, "name", shown->name);
		set_text(object, arena, "arch", shown->arch);
		set_text(object, arena, "owned_by", shown->owned_by);
		set_text(object, arena, "change", bd_change_name(change->change));
		set_text(object, arena, "a", change->a != NULL ? change->a->version : NULL);
		set_text(object, arena, "b", change->b != NULL ? change->b->version : NULL);
		(void)json_array_append_new(list, object);
	}
	return list;
}

static json_t *settings_json(const struct bd_diff *diff, struct bd_arena *arena)
{
	json_t *list = json_array();
	for (size_t i = 0; i < diff->settings.len; i++) {
		const struct bd_setting_change *change = &diff->settings.v[i];
		json_t *object = json_object();
		if (change->noise != NULL) {
			json_decref(object);
			continue;
		}
		set_text(object, arena, "kind", change->kind);
		set_text(object, arena, "key", change->key);
		set_text(object, arena, "change", bd_change_name(change->change));
		set_text(object, arena, "a", change->redacted ? NULL : change->a);
		set_text(object, arena, "b", change->redacted ? NULL : change->b);
		(void)json_array_append_new(list, object);
	}
	return list;
}

static json_t *digests_json(const struct bd_digest_vec *digests, struct bd_arena *arena)
{
	json_t *object = json_object();
	for (size_t i = 0; i < digests->len; i++) {
		set_text(object, arena, bd_digest_kind_name(digests->v[i].kind), digests->v[i].value);
	}
	return object;
}

static json_t *one_json(const struct bd_watched *one, struct bd_arena *arena)
{
	json_t *object = json_object();
	json_t *now = json_object();
	set_text(object, arena, "reference", one->base->reference);
	set_text(object, arena, "role", bd_role_name(one->base->role));
	set_text(object, arena, "platform", one->platform);
	set_text(object, arena, one->file != NULL ? "named_by" : "build", one->of);
	set_text(object, arena, "seen", one->seen);
	(void)json_object_set_new(object, "pinned", json_boolean(one->of_pin || one->base->pin == BD_PIN_DIGEST));
	set_text(object, arena, "state", bd_watch_state_name(one->state));
	set_text(object, arena, "problem", one->problem);
	(void)json_object_set_new(object, "used", digests_json(&one->base->digests, arena));
	set_text(now, arena, "index", one->now.index);
	set_text(now, arena, "manifest", one->now.manifest);
	set_text(now, arena, "config", one->now.config);
	(void)json_object_set_new(object, "now", now);
	set_text(object, arena, "text", bd_watch_sentence(one, arena));
	if (one->diff != NULL) {
		(void)json_object_set_new(object, "packages", packages_json(one->diff, arena));
		(void)json_object_set_new(object, "settings", settings_json(one->diff, arena));
	}
	return object;
}

void bd_watch_json(const struct bd_watched_vec *watched, struct bd_buf *out)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	json_auto_t *document = json_pack("{s:s, s:[]}", "schema", "basedrift/watch/1", "bases");
	for (size_t i = 0; i < watched->len; i++) {
		(void)json_array_append_new(json_object_get(document, "bases"), one_json(&watched->v[i], &arena));
	}
	char *text = json_dumps(document, JSON_INDENT(2));
	bd_buf_add_str(out, text);
	bd_buf_add_char(out, '\n');
	free(text);
}
