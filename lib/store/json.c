/* SPDX-License-Identifier: Apache-2.0 */
/* What the store says, for programs.  Times are RFC 3339; what is not known is left out. */
#include <jansson.h>

#include "base/auto.h"
#include "store/states.h"

static void put_text(json_t *object, const char *key, const char *text)
{
	if (text == NULL || *text == '\0') {
		return;
	}
	json_t *value = json_string(text);
	if (value == NULL) { /* bytes that are no UTF-8 */
		AUTO(bd_buf_release) struct bd_buf shown = { 0 };
		bd_display_text(&shown, text, strlen(text));
		value = json_string(bd_buf_str(&shown));
	}
	(void)json_object_set_new(object, key, value);
}

static void put_time(json_t *object, const char *key, int64_t seconds)
{
	char text[BD_TIME_TEXT];
	if (seconds != 0) {
		bd_time_text(seconds, text);
		put_text(object, key, text);
	}
}

static void put_number(json_t *object, const char *key, int64_t number)
{
	(void)json_object_set_new(object, key, json_integer((json_int_t)number));
}

static void put_moved(json_t *object, const char *key, enum bd_tri moved)
{
	(void)json_object_set_new(
		object, key, moved == BD_CANNOT_TELL ? json_null() : json_boolean(moved == BD_DIFFERENT));
}

static int add_bytes(const char *p, size_t n, void *buf)
{
	bd_buf_add(buf, p, n);
	return 0;
}

static void finish(json_t *object, const char *schema, struct bd_buf *out)
{
	put_text(object, "schema", schema);
	(void)json_dump_callback(object, add_bytes, out, JSON_INDENT(2) | JSON_SORT_KEYS);
	bd_buf_add_char(out, '\n');
	json_decref(object);
}

/* ---- builds
 * ---------------------------------------------------------------------------------------------------------- */

static json_t *bases_array(const struct bd_store_build *build)
{
	json_t *list = json_array();
	for (size_t i = 0; i < build->base_count; i++) {
		json_t *one = json_object();
		put_text(one, "reference", build->bases[i].reference);
		put_text(one, "role", build->bases[i].role);
		put_text(one, "image", build->bases[i].image);
		put_text(one, "index", build->bases[i].index);
		(void)json_array_append_new(list, one);
	}
	return list;
}

static json_t *build_object(const struct bd_store_build *build)
{
	json_t *object = json_object();
	put_text(object, "name", build->name);
	put_text(object, "project", build->project);
	put_text(object, "id", build->id);
	put_number(object, "attempt", build->attempt);
	put_text(object, "branch", build->branch);
	put_text(object, "status", bd_status_name(build->status));
	put_time(object, "marked", build->marked);
	put_time(object, "started", build->started);
	put_time(object, "finished", build->finished);
	put_time(object, "arrived", build->arrived / 1000000);
	put_text(object, "commit", build->commit);
	put_text(object, "tree", build->tree);
	put_text(object, "number", build->number);
	put_text(object, "url", build->url);
	put_text(object, "dockerfile", build->dockerfile);
	put_text(object, "target", build->target);
	put_text(object, "platform", build->platform);
	put_text(object, "record", build->record);
	put_number(object, "size_bytes", build->size_bytes);
	(void)json_object_set_new(object, "bases", bases_array(build));
	return object;
}

void bd_store_builds_json(const struct bd_store_builds *builds, struct bd_buf *out)
{
	json_t *object = json_object();
	json_t *list = json_array();
	for (size_t i = 0; i < builds->len; i++) {
		(void)json_array_append_new(list, build_object(&builds->v[i]));
	}
	(void)json_object_set_new(object, "builds", list);
	finish(object, "basedrift/log/1", out);
}

/* ---- tags
 * ---------------------------------------------------------------------------------------------------------------- */

static json_t *state_object(const struct bd_store_state *state)
{
	json_t *object = json_object();
	put_text(object, "platform", state->platform);
	put_text(object, "index", state->index);
	put_text(object, "manifest", state->manifest);
	put_text(object, "config", state->config);
	put_text(object, "layers", state->layers);
	put_text(object, "stated", state->stated);
	put_text(object, "created", state->created);
	put_time(object, "first_seen", state->first_seen);
	put_time(object, "last_seen", state->last_seen);
	return object;
}

static json_t *history_object(const struct bd_store_history *history)
{
	json_t *object = json_object();
	json_t *list = json_array();
	for (size_t i = 0; i < history->len; i++) {
		const struct bd_store_state *state = &history->v[i];
		json_t *one = state_object(state);
		put_text(one, "first_by", state->first_by);
		put_time(one, "first_look", state->first_look);
		put_time(one, "last_look", state->last_look);
		put_time(one, "moved_after", state->moved_after);
		put_text(one, "first_project", state->first_project);
		put_text(one, "first_build", state->first_build);
		put_number(one, "builds", (int64_t)state->builds);
		put_moved(one, "image_moved", state->image_moved);
		put_moved(one, "index_moved", state->index_moved);
		(void)json_array_append_new(list, one);
	}
	put_text(object, "reference", history->reference);
	put_number(object, "image_moves", (int64_t)history->image_moves);
	put_number(object, "index_moves", (int64_t)history->index_moves);
	(void)json_object_set_new(object, "states", list);
	return object;
}

void bd_store_histories_json(const struct bd_store_history *histories, size_t count, struct bd_buf *out)
{
	json_t *object = json_object();
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++) {
		(void)json_array_append_new(list, history_object(&histories[i]));
	}
	(void)json_object_set_new(object, "references", list);
	finish(object, "basedrift/bases/1", out);
}

static json_t *use_object(const struct bd_store_use *use)
{
	json_t *object = json_object();
	json_t *good = json_object();
	json_t *newest = json_object();
	put_text(object, "project", use->project);
	put_text(object, "dockerfile", use->dockerfile);
	put_text(object, "target", use->target);
	put_text(object, "platform", use->platform);
	put_text(object, "version", use->version);
	put_text(good, "build", use->good_build);
	put_text(good, "branch", use->good_branch);
	put_time(good, "started", use->good_started);
	put_text(newest, "build", use->newest_build);
	put_time(newest, "started", use->newest_started);
	put_text(newest, "image", use->newest_image);
	put_text(newest, "status", bd_status_name(use->newest_status));
	if (use->version == NULL) {
		put_text(object, "outlook", bd_outlook_name(use->outlook));
		(void)json_object_set_new(good, "on", state_object(&use->on));
	}
	(void)json_object_set_new(object, "last_good", good);
	(void)json_object_set_new(object, "newest", newest);
	return object;
}

void bd_store_affected_json(const char *what, const struct bd_store_affected *affected, struct bd_buf *out)
{
	json_t *object = json_object();
	json_t *list = json_array();
	for (size_t i = 0; i < affected->len; i++) {
		(void)json_array_append_new(list, use_object(&affected->v[i]));
	}
	put_text(object, "of", what);
	if (affected->now.first_seen != 0) {
		(void)json_object_set_new(object, "now", state_object(&affected->now));
	}
	(void)json_object_set_new(object, "projects", list);
	finish(object, "basedrift/affected/1", out);
}

/* ---- the store itself
 * ------------------------------------------------------------------------------------------------------ */

void bd_store_stats_json(const char *name, const struct bd_store_stats *stats, struct bd_buf *out)
{
	json_t *object = json_object();
	put_text(object, "store", name);
	put_number(object, "version", stats->schema);
	put_number(object, "projects", stats->projects);
	put_number(object, "builds", stats->builds);
	put_number(object, "passed", stats->passed);
	put_number(object, "failed", stats->failed);
	put_number(object, "record_bytes", stats->record_bytes);
	put_number(object, "parts", stats->parts);
	put_number(object, "part_bytes", stats->part_bytes);
	put_number(object, "head_bytes", stats->head_bytes);
	put_number(object, "references", stats->references);
	put_number(object, "states", stats->states);
	put_number(object, "looks", stats->looks);
	put_number(object, "packages", stats->packages);
	put_number(object, "disk_bytes", stats->disk_bytes);
	finish(object, "basedrift/store/1", out);
}
