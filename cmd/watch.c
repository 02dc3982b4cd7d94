/* SPDX-License-Identifier: Apache-2.0 */
/* The verdict before the incident: what has moved, and what the next build will get. */
#include <stdlib.h>
#include <string.h>

#include "case_output.h"
#include "commands.h"
#include "console.h"
#include "listing.h"
#include "output.h"
#include "watching.h"

static int take_index(struct arguments *a, const char *value, struct bd_error *err)
{
	(void)value;
	(void)err;
	a->index_counts = true;
	return 0;
}

static int take_explain(struct arguments *a, const char *value, struct bd_error *err)
{
	(void)value;
	(void)err;
	a->explain = true;
	return 0;
}

static int take_tags(struct arguments *a, const char *value, struct bd_error *err)
{
	(void)value;
	(void)err;
	a->tags = true;
	return 0;
}

static int take_project(struct arguments *a, const char *value, struct bd_error *err)
{
	(void)err;
	a->project = value;
	return 0;
}

static const struct option_row watch_options[] = {
	{ .name = "index",
		.help = "an index that was republished around the same image counts, too",
		.take = take_index },
	{ .name = "explain",
		.help = "read the image that the tag has now, and say what the next build will get",
		.take = take_explain },
	{ .name = "tags",
		.help = "also the tags of images that are pinned by digest: have they moved on?",
		.take = take_tags },
	{ .name = "project",
		.value = "NAME",
		.help = "only this one of the store; default: all",
		.take = take_project },
	{ 0 },
};

/* ---- outputs
 * ---------------------------------------------------------------------------------------------------------- */

static void add_text(void *context, struct bd_buf *out)
{
	struct watching *watching = context;
	for (size_t i = 0; i < watching->watched.len; i++) {
		const struct bd_watched *one = &watching->watched.v[i];
		struct bd_buf lines = { 0 };
		struct bd_str line;
		add_shown(out, "%-11s %s\n", bd_watch_state_name(one->state), bd_watch_sentence(one, &watching->arena));
		bd_watch_lines(one, &lines);
		struct bd_str rest = bd_buf_view(&lines);
		while (bd_str_line(&rest, &line)) {
			bd_buf_printf(out, "              %.*s\n", (int)line.n, line.p);
		}
		bd_buf_release(&lines);
	}
	if (watching->watched.len == 0) {
		add_shown(out, watching->arguments->operands.len > 0 ? "No image to watch is named there.\n"
								     : "No good build names an image to watch.\n");
	}
}

static void add_json(void *context, struct bd_buf *out)
{
	const struct watching *watching = context;
	bd_watch_json(&watching->watched, out);
}

static void list_cases(void *context, struct bd_cases *out)
{
	struct watching *watching = context;
	bd_watch_cases(&watching->watched, watching->arguments->index_counts, &watching->arena, out);
}

static const struct own_format own_formats[] = { { "text", add_text }, { "json", add_json }, { NULL, NULL } };
static const struct case_outputs outputs = {
	.title = "basedrift watch", .formats = own_formats, .plain = "text", .list_cases = list_cases
};

/* Kept last: who did not hear of a move hears of it the next time. */
static int watch(struct watching *watching, struct bd_error *err)
{
	const struct arguments *arguments = watching->arguments;
	if (find_watched(watching, err) < 0) {
		return -(int)err->code;
	}
	ask_watched(watching);
	if (arguments->explain) {
		explain_watched(watching);
	}
	if (write_case_outputs(arguments, &outputs, watching, err) < 0 || keep_watched(watching, err) < 0) {
		return -(int)err->code;
	}
	return bd_watch_status(&watching->watched, arguments->index_counts);
}

static void watching_release(struct watching *watching)
{
	for (size_t i = 0; i < watching->comparisons.len; i++) {
		struct comparison_of_base *one = watching->comparisons.v[i];
		bd_diff_release(&one->diff);
		bd_record_free(one->a);
		bd_record_free(one->b);
		free(one);
	}
	for (size_t i = 0; i < watching->records.len; i++) {
		bd_record_free(watching->records.v[i]);
	}
	free(watching->comparisons.v);
	free(watching->records.v);
	free(watching->watched.v);
	free(watching->failed_looks.v);
	free(watching->last_states.v);
	pin_files_release(&watching->files);
	questions_release(&watching->questions);
	bd_arena_release(&watching->arena);
}

static int run(struct arguments *arguments, struct bd_error *err)
{
	struct watching watching = { .arguments = arguments };
	int result = check_case_outputs(arguments, &outputs, err);
	if (result == 0) {
		result = watch(&watching, err);
	}
	watching_release(&watching);
	return result;
}

static const struct option_row *const options[] = { output_options, case_options, watch_options, file_options,
	registry_options, common_options, NULL };

const struct command command_watch = {
	.name = "watch",
	.synopsis = "[BUILD|DOCKERFILE|COMPOSE]... [options]",
	.summary = "have the images of the last good builds moved since?",
	.example = "basedrift watch --explain -o junit=watch.xml",
	.details =
		"For each image that the last good builds in the store (or BUILD) were made from: does its registry still serve\n"
		"what they used?  Of a Dockerfile or compose file, each image that it names: is its digest served, or, without\n"
		"one, has the tag moved since it was last seen?  Asked by HEAD; the image is only looked at when that says\n"
		"something new.  --explain reads it, too, except layers that the cache knows, and says what the next build will\n"
		"get.  What was seen goes into the store ('basedrift log --bases').\n"
		"Formats: text, json, junit, github, markdown.\n"
		"Exit status: 0 no platform's image moved, 1 one moved (--index: or an index), 2 trouble, or one cannot be told:\n"
		"also the first time that a file's image is seen, when there is nothing to compare it with.\n",
	.options = options,
	.run = run,
};
