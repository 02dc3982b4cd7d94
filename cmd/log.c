/* SPDX-License-Identifier: Apache-2.0 */
/* Past builds, and the history of their bases. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "keep.h"
#include "listing.h"
#include "seen.h"

#define LIMIT_DEFAULT 30

static int take_bases(struct arguments *a, const char *value, struct bd_error *err)
{
	(void)value;
	(void)err;
	a->bases_log = true;
	return 0;
}

static int take_limit(struct arguments *a, const char *value, struct bd_error *err)
{
	uint64_t limit;
	if (!bd_str_to_u64(bd_str(value), &limit) || limit > 1000000000) {
		return bd_error_set(err, BD_ERR_USAGE, "--limit %s: how many builds; 0: all", value);
	}
	a->limit = (size_t)limit;
	a->has_limit = true;
	return 0;
}

static int take_reference(struct arguments *a, const char *value, struct bd_error *err)
{
	(void)err;
	a->reference = value;
	return 0;
}

static const struct option_row log_options[] = {
	{ .name = "bases", .help = "the history of each base: when each digest was first seen", .take = take_bases },
	{ .name = "reference",
		.value = "REF",
		.help = "with --bases: this one, in builds of all projects",
		.take = take_reference },
	{ .name = "limit", .value = "N", .help = "the newest N builds; 0: all; default 30", .take = take_limit },
	{ 0 },
};

/* ---- builds ---------------------------------------------------------------------------------------------------- */

static void add_bases(struct bd_arena *arena, const struct bd_store_build *build, struct bd_buf *out)
{
	for (size_t i = 0; i < build->base_count; i++) {
		const struct bd_store_base *base = &build->bases[i];
		const char *image = *base->image != '\0' ? short_digest(arena, base->image) : "digest not recorded";
		add_shown(out, "          %s%s %s\n", strcmp(base->role, "base") == 0 ? "FROM " : base->role,
			strcmp(base->role, "base") == 0
				? shown_reference(arena, base->reference)
				: bd_arena_printf(arena, " %s", shown_reference(arena, base->reference)),
			image);
	}
}

static void add_build(struct bd_arena *arena, const struct bd_store_build *build, bool with_project, struct bd_buf *out)
{
	const char *name = with_project ? build->name : build->name + strlen(build->project);
	add_shown(out, "  %-16s %-7s %s  %s%s%.12s  tree %.12s%s\n", name, bd_status_name(build->status),
		short_time(arena, build->started), build->branch, *build->branch != '\0' ? " " : "",
		*build->commit != '\0' ? build->commit : "-", *build->tree != '\0' ? build->tree : "-",
		build->marked != 0 ? "  (marked)" : "");
	add_bases(arena, build, out);
}

static int log_builds(struct arguments *arguments, struct bd_store *store, struct bd_error *err)
{
	struct bd_store_filter filter = selected_builds(arguments);
	struct bd_store_builds builds;
	struct bd_buf text = { 0 };
	struct bd_buf json = { 0 };

	filter.project = arguments->operands.len > 0 ? arguments->operands.v[0] : filter.project;
	filter.limit = arguments->has_limit ? arguments->limit : LIMIT_DEFAULT;
	if (bd_store_list(store, &filter, &builds, err) < 0) {
		return -(int)err->code;
	}
	add_shown(&text, "%s\n", filter.project != NULL ? filter.project : "all projects");
	for (size_t i = 0; i < builds.len; i++) {
		add_build(&arguments->arena, &builds.v[i], filter.project == NULL, &text);
	}
	if (builds.len == 0) {
		add_shown(&text, "  no builds%s%s\n", filter.branch != NULL ? " on branch " : "",
			filter.branch != NULL ? filter.branch : "");
	}
	bd_store_builds_json(&builds, &json);
	const int result = write_listing(arguments, &text, &json, err);
	bd_buf_release(&text);
	bd_buf_release(&json);
	bd_store_builds_release(&builds);
	return result;
}

/* ---- bases ------------------------------------------------------------------------------------------------------ */

static const char *move_of(const struct bd_store_state *state, bool first)
{
	if (first) {
		return "first";
	}
	return state->image_moved == BD_DIFFERENT     ? "image"
	       : state->index_moved == BD_DIFFERENT   ? "index"
	       : state->image_moved == BD_CANNOT_TELL ? "?"
						      : "same";
}

static void add_state(struct bd_arena *arena, const struct bd_store_state *state, bool first, struct bd_buf *out)
{
	const char *digest = bd_store_state_digest(state);
	digest = digest == state->index ? "" : digest;
	const char *moved = moved_between(arena, state);
	add_shown(out, "  %s  %-5s  image %s  index %s  %s, %zu %s%s%s\n", short_time(arena, state->first_seen),
		move_of(state, first), *digest != '\0' ? short_digest(arena, digest) : "not recorded",
		*state->index != '\0' ? short_digest(arena, state->index) : "not recorded", state->first_by,
		state->builds, state->builds == 1 ? "build" : "builds", *moved != '\0' ? "; " : "", moved);
}

static void add_history(struct bd_arena *arena, const struct bd_store_history *history, struct bd_buf *out)
{
	const char *platform = NULL;
	add_shown(out, "%s: %zu %s of the image, %zu %s of the index, as builds and watch have seen them\n",
		shown_reference(arena, history->reference), history->image_moves,
		history->image_moves == 1 ? "move" : "moves", history->index_moves,
		history->index_moves == 1 ? "move" : "moves");
	for (size_t i = 0; i < history->len; i++) {
		const struct bd_store_state *state = &history->v[i];
		const bool first = platform == NULL || strcmp(platform, state->platform) != 0;
		if (first) {
			add_shown(out, " %s\n", *state->platform != '\0' ? state->platform : "platform not recorded");
		}
		add_state(arena, state, first, out);
		platform = state->platform;
	}
	if (history->len == 0) {
		add_shown(out, "  nobody has seen a digest of it\n");
	}
}

static int references(
	struct arguments *arguments, struct bd_store *store, struct bd_string_vec *out, struct bd_error *err)
{
	const struct bd_store_filter filter = selected_builds(arguments);
	const char *project = arguments->operands.len > 0 ? arguments->operands.v[0] : filter.project;
	const char *reference = NULL;
	*out = (struct bd_string_vec){ .len = 0 };
	if (arguments->reference == NULL) {
		return bd_store_references(store, project, &arguments->arena, out, err);
	}
	if (stored_reference(&arguments->arena, arguments->reference, &reference, err) < 0) {
		return -(int)err->code;
	}
	*bd_vec_push(out) = reference;
	return 0;
}

static int log_histories(
	struct arguments *arguments, struct bd_store *store, const struct bd_string_vec *names, struct bd_error *err)
{
	struct bd_store_history *histories = bd_xcalloc(names->len, sizeof(*histories));
	struct bd_buf text = { 0 };
	struct bd_buf json = { 0 };
	int result = 0;
	size_t count = 0;

	for (; count < names->len && result == 0; count++) {
		result = bd_store_history(store, names->v[count], &histories[count], err);
		if (result == 0) {
			add_history(&arguments->arena, &histories[count], &text);
		}
	}
	if (result == 0) {
		bd_store_histories_json(histories, count, &json);
		result = write_listing(arguments, &text, &json, err);
	}
	for (size_t i = 0; i < count; i++) {
		bd_store_history_release(&histories[i]);
	}
	bd_buf_release(&text);
	bd_buf_release(&json);
	free(histories);
	return result;
}

static int log_bases(struct arguments *arguments, struct bd_store *store, struct bd_error *err)
{
	struct bd_string_vec names;
	if (references(arguments, store, &names, err) < 0) {
		return -(int)err->code;
	}
	const int result = log_histories(arguments, store, &names, err);
	free(names.v);
	return result;
}

static int run(struct arguments *arguments, struct bd_error *err)
{
	struct bd_store *store = NULL;
	if (arguments->operands.len > 1) {
		return bd_error_set(err, BD_ERR_USAGE, "log takes one project");
	}
	int result = check_listing(arguments, err);
	if (result == 0) {
		result = open_store(arguments, false, &store, err);
	}
	if (result == 0) {
		result = arguments->bases_log ? log_bases(arguments, store, err) : log_builds(arguments, store, err);
	}
	bd_store_close(store);
	return result < 0 ? result : EXIT_SAME;
}

static const struct option_row *const options[] = { output_options, log_options, select_options, common_options, NULL };

const struct command command_log = {
	.name = "log",
	.synopsis = "[PROJECT] [options]",
	.summary = "past builds, and when each digest of a base was first seen",
	.example = "basedrift log --bases",
	.details =
		"Builds are listed newest first: name, status, start, branch, commit, git tree, bases.  With --bases, for each\n"
		"reference that builds of the project were made from: every digest it had, when a build or watch saw it first\n"
		"(nobody is told when a tag moves), and whether the image of the platform moved or only the index around it.\n"
		"Formats: text, json.\n",
	.options = options,
	.run = run,
};
