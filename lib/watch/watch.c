/* SPDX-License-Identifier: Apache-2.0 */
#include "basedrift/watch.h"

#include <string.h>

#include "base/auto.h"

const char *bd_watch_state_name(enum bd_watch_state state)
{
	static const char *const names[] = {
		[BD_WATCH_UNKNOWN] = "unknown",
		[BD_WATCH_CURRENT] = "current",
		[BD_WATCH_REPUBLISHED] = "republished",
		[BD_WATCH_MOVED] = "moved",
		[BD_WATCH_GONE] = "gone",
	};
	return names[state];
}

/* ---- judging ------------------------------------------------------------------------------------------------------
 */

enum bd_watch_state bd_watch_glance(const struct bd_base *base, const struct bd_digest *head)
{
	const char *known = bd_digest_of_kind(&base->digests, head->kind);
	const char *stated = bd_digest_of_kind(&base->digests, BD_DIGEST_UNKNOWN);
	return bd_streq(known, head->value) || bd_streq(stated, head->value) ? BD_WATCH_CURRENT : BD_WATCH_UNKNOWN;
}

static enum bd_tri same_text(const char *a, const char *b)
{
	return a == NULL || b == NULL ? BD_CANNOT_TELL : strcmp(a, b) == 0 ? BD_SAME : BD_DIFFERENT;
}

static enum bd_tri same_layers(const struct bd_string_vec *a, const struct bd_string_vec *b)
{
	if (a->len == 0 || b->len == 0) {
		return BD_CANNOT_TELL;
	}
	for (size_t i = 0; i < a->len && i < b->len; i++) {
		if (strcmp(a->v[i], b->v[i]) != 0) {
			return BD_DIFFERENT;
		}
	}
	return a->len == b->len ? BD_SAME : BD_DIFFERENT;
}

enum bd_watch_state bd_watch_judge(const struct bd_base *base, const struct bd_watch_now *now)
{
	const char *index = bd_digest_of_kind(&base->digests, BD_DIGEST_INDEX);
	const char *manifest = bd_digest_of_kind(&base->digests, BD_DIGEST_MANIFEST);
	const char *stated = bd_digest_of_kind(&base->digests, BD_DIGEST_UNKNOWN);
	const enum bd_tri same_index = same_text(index, now->index);
	const enum bd_tri same_manifest = same_text(manifest, now->manifest);
	if (same_manifest == BD_SAME) {
		return same_index == BD_DIFFERENT ? BD_WATCH_REPUBLISHED : BD_WATCH_CURRENT;
	}
	if (same_index == BD_SAME ||
		(stated != NULL && (bd_streq(stated, now->index) || bd_streq(stated, now->manifest)))) {
		return BD_WATCH_CURRENT;
	}
	enum bd_tri same = same_layers(&base->diff_ids, &now->diff_ids);
	if (same == BD_CANNOT_TELL) {
		same = same_text(bd_digest_of_kind(&base->digests, BD_DIGEST_CONFIG), now->config);
	}
	if (same == BD_CANNOT_TELL) {
		same = same_manifest;
	}
	const bool known = index != NULL || manifest != NULL || stated != NULL;
	return same == BD_DIFFERENT ? BD_WATCH_MOVED
	       : same == BD_SAME    ? (known ? BD_WATCH_REPUBLISHED : BD_WATCH_CURRENT)
				    : BD_WATCH_UNKNOWN;
}

static bool counts(const struct bd_watched *one, bool index)
{
	return one->state == BD_WATCH_MOVED || one->state == BD_WATCH_GONE ||
	       (index && one->state == BD_WATCH_REPUBLISHED);
}

int bd_watch_status(const struct bd_watched_vec *watched, bool index)
{
	bool unknown = false;
	for (size_t i = 0; i < watched->len; i++) {
		if (counts(&watched->v[i], index)) {
			return 1;
		}
		unknown = unknown || watched->v[i].state == BD_WATCH_UNKNOWN;
	}
	return unknown ? 2 : 0;
}

/* ---- sentences ----------------------------------------------------------------------------------------------------
 */

static const char *familiar(struct bd_arena *arena, const struct bd_base *base)
{
	struct bd_reference parsed;
	struct bd_error ignored;
	if (base->reference == NULL) {
		return base->as_written;
	}
	return bd_reference_parse(bd_str(base->reference), arena, &parsed, &ignored) == 0 ? parsed.familiar
											  : base->reference;
}

/* "2 packages up, 1 down, 1 added; 1 setting" */
static const char *summary(const struct bd_diff *diff, struct bd_arena *arena)
{
	size_t n[BD_METADATA + 1] = { 0 };
	size_t settings = 0;
	for (size_t i = 0; i < diff->packages.len; i++) {
		n[diff->packages.v[i].change] += diff->packages.v[i].owner < 0;
	}
	for (size_t i = 0; i < diff->settings.len; i++) {
		settings += diff->settings.v[i].noise == NULL;
	}
	return bd_arena_printf(arena,
		"packages: %zu up, %zu down, %zu added, %zu removed, %zu otherwise changed; settings: %zu", n[BD_UP],
		n[BD_DOWN], n[BD_ADDED], n[BD_REMOVED], n[BD_CHANGED] + n[BD_CONTENT], settings);
}

/* "orders-api#4811", or what it was compared with instead of a build. */
static const char *since(const struct bd_watched *one, struct bd_arena *arena)
{
	return one->seen != NULL ? bd_arena_printf(arena, "%s (%s)", one->seen, one->of) : one->of;
}

static const char *current_sentence(const struct bd_watched *one, const char *name, struct bd_arena *arena)
{
	if (one->of_pin) {
		return bd_arena_printf(arena, "%s still is what %s pins.", name, one->of);
	}
	if (one->seen != NULL) {
		return bd_arena_printf(arena, "%s has not moved since %s.", name, since(one, arena));
	}
	return one->base->pin == BD_PIN_DIGEST ? bd_arena_printf(arena, "%s, which %s pins, is served.", name, one->of)
					       : bd_arena_printf(arena, "%s is what %s used.", name, one->of);
}

static const char *moved_sentence(const struct bd_watched *one, const char *name, struct bd_arena *arena)
{
	const char *what = one->of_pin ? bd_arena_printf(arena, "%s has moved on from what %s pins", name, one->of)
				       : bd_arena_printf(arena, "%s has moved since %s", name, since(one, arena));
	if (one->diff != NULL) {
		return bd_arena_printf(arena, "%s; %s %s.", what,
			one->of_pin ? "a new pin would bring" : "the next build gets", summary(one->diff, arena));
	}
	return bd_arena_printf(arena, "%s%s%s%s.", what,
		one->of_pin ? "" : ": the next build is the first on the new image",
		one->diff_problem != NULL ? "; what is in it could not be told: " : "",
		one->diff_problem != NULL ? one->diff_problem : "");
}

static const char *gone_sentence(const struct bd_watched *one, const char *name, struct bd_arena *arena)
{
	return one->of_pin ? bd_arena_printf(arena, "%s, the tag of what %s pins, is no longer served.", name, one->of)
			   : bd_arena_printf(arena, "%s, which %s %s, is no longer served: the next build fails.", name,
				     one->of, one->file != NULL ? "names" : "used");
}

const char *bd_watch_sentence(const struct bd_watched *one, struct bd_arena *arena)
{
	const char *name = familiar(arena, one->base);
	switch (one->state) {
	case BD_WATCH_CURRENT:
		return current_sentence(one, name, arena);
	case BD_WATCH_REPUBLISHED:
		return bd_arena_printf(
			arena, "%s was republished since %s, with the same image.", name, since(one, arena));
	case BD_WATCH_GONE:
		return gone_sentence(one, name, arena);
	case BD_WATCH_MOVED:
		return moved_sentence(one, name, arena);
	case BD_WATCH_UNKNOWN:
	default:
		return bd_arena_printf(arena, "%s of %s cannot be told: %s.", name, one->of,
			one->problem != NULL ? one->problem : "what the build used is not recorded");
	}
}

static void add_shown(struct bd_buf *out, const char *text)
{
	bd_display_text(out, text, strlen(text));
}

static void add_package(struct bd_buf *out, const struct bd_package_change *change)
{
	const struct bd_package *shown = change->b != NULL ? change->b : change->a;
	bd_buf_printf(out, "%-8s ", bd_change_name(change->change));
	add_shown(out, shown->name);
	if (change->a != NULL) {
		bd_buf_add_char(out, ' ');
		add_shown(out, change->a->version != NULL ? change->a->version : "?");
	}
	if (change->b != NULL) {
		bd_buf_add_str(out, change->a != NULL ? " -> " : " ");
		add_shown(out, change->b->version != NULL ? change->b->version : "?");
	}
	bd_buf_add_char(out, '\n');
}

void bd_watch_lines(const struct bd_watched *one, struct bd_buf *out)
{
	for (size_t i = 0; one->diff != NULL && i < one->diff->packages.len; i++) {
		const struct bd_package_change *change = &one->diff->packages.v[i];
		if (change->owner < 0) {
			add_package(out, change);
		}
	}
	for (size_t i = 0; one->diff != NULL && i < one->diff->settings.len; i++) {
		const struct bd_setting_change *change = &one->diff->settings.v[i];
		if (change->noise == NULL) {
			bd_buf_printf(out, "setting  %s ", change->kind);
			add_shown(out, change->key != NULL ? change->key : "");
			bd_buf_add_str(out, change->key != NULL ? " " : "");
			add_shown(out, change->redacted ? "(secret)" : change->a != NULL ? change->a : "not set");
			bd_buf_add_str(out, " -> ");
			add_shown(out, change->redacted ? "(secret)" : change->b != NULL ? change->b : "not set");
			bd_buf_add_char(out, '\n');
		}
	}
}

/* ---- cases --------------------------------------------------------------------------------------------------------
 */

static const char *type_of(const struct bd_watched *one)
{
	return one->state == BD_WATCH_GONE          ? "image-gone"
	       : one->state == BD_WATCH_UNKNOWN     ? "cannot-tell"
	       : one->state == BD_WATCH_REPUBLISHED ? "index-republished"
	       : one->of_pin                        ? "pin-outdated"
						    : "base-moved";
}

static const char *group_of(const struct bd_watched *one, struct bd_arena *arena)
{
	const char *of = one->of;
	return one->file != NULL ? one->file
				 : bd_arena_text(arena, of, strcspn(of, "#") > 0 ? strcspn(of, "#") : strlen(of));
}

static bool is_taken(const struct bd_cases *cases, const char *group, const char *name)
{
	for (size_t i = 0; i < cases->len; i++) {
		if (strcmp(cases->v[i].group, group) == 0 && strcmp(cases->v[i].name, name) == 0) {
			return true;
		}
	}
	return false;
}

void bd_watch_cases(const struct bd_watched_vec *watched, bool index, struct bd_arena *arena, struct bd_cases *out)
{
	for (size_t i = 0; i < watched->len; i++) {
		const struct bd_watched *one = &watched->v[i];
		AUTO(bd_buf_release) struct bd_buf lines = { .n = 0 };
		const bool failed = counts(one, index);
		const char *group = group_of(one, arena);
		const char *name = bd_arena_printf(
			arena, "%s of %s has not moved", bd_role_name(one->base->role), familiar(arena, one->base));
		for (size_t k = 2; is_taken(out, group, name); k++) {
			name = bd_arena_printf(arena, "%s of %s has not moved (%zu)", bd_role_name(one->base->role),
				familiar(arena, one->base), k);
		}
		bd_watch_lines(one, &lines);
		*bd_vec_push(out) = (struct bd_case){ .result = failed                           ? BD_CASE_FAILED
								: one->state == BD_WATCH_UNKNOWN ? BD_CASE_ERROR
												 : BD_CASE_PASSED,
			.group = group,
			.name = name,
			.type = type_of(one),
			.message = bd_watch_sentence(one, arena),
			.detail = lines.n > 0 ? bd_arena_text(arena, lines.p, lines.n) : NULL,
			.file = one->file,
			.line = one->file != NULL ? one->base->line : 0 };
	}
}
