/* SPDX-License-Identifier: Apache-2.0 */
/* The verdict before the incident: what has moved, and what the next build will get. */
#include "basedrift/watch.h"

#include <stdlib.h>
#include <string.h>

#include "basedrift/store.h"

#include "ask.h"
#include "build.h"
#include "commands.h"
#include "console.h"
#include "keep.h"
#include "listing.h"
#include "output.h"

enum {
	BUILDS_LOOKED_AT = 1000 /* of each project, newest first, for its last good ones */
};

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
	{ .name = "project",
		.value = "NAME",
		.help = "only this one of the store; default: all",
		.take = take_project },
	{ 0 },
};

/* What was compared for one moved base. */
struct comparison_of_base {
	struct bd_record *a, *b;
	struct bd_diff diff;
};
struct watching {
	struct arguments *arguments;
	struct bd_arena arena;
	struct {
		struct bd_record **v;
		size_t len, cap;
	} records;
	struct bd_watched_vec watched;
	struct question_vec questions;
	struct {
		struct comparison_of_base **v;
		size_t len, cap;
	} comparisons;
};

/* ---- what is watched ----------------------------------------------------------------------------------------------
 */

static void add_bases(struct watching *watching, struct bd_record *record, const char *of)
{
	*bd_vec_push(&watching->records) = record;
	for (size_t i = 0; i < record->bases.len; i++) {
		const struct bd_base *base = &record->bases.v[i];
		if (base->reference != NULL) {
			*bd_vec_push(&watching->watched) =
				(struct bd_watched){ .of = bd_arena_strdup(&watching->arena, of),
					.platform = base->platform != NULL ? base->platform : record->image.platform,
					.base = base };
		}
	}
}

static bool is_alike(const struct bd_store_build *a, const struct bd_store_build *b)
{
	return strcmp(a->dockerfile, b->dockerfile) == 0 && strcmp(a->target, b->target) == 0 &&
	       strcmp(a->platform, b->platform) == 0;
}

/* The newest good build of each Dockerfile, target and platform. */
static int add_project(struct watching *watching, struct bd_store *store, const char *project, struct bd_error *err)
{
	const struct bd_store_filter filter = {
		.project = project, .branch = watching->arguments->branch, .limit = BUILDS_LOOKED_AT
	};
	struct bd_store_builds builds = { 0 };
	int result = bd_store_list(store, &filter, &builds, err);
	if (result < 0) {
		return result;
	}
	for (size_t i = 0; i < builds.len && result == 0; i++) {
		struct bd_record *record = NULL;
		bool newer = builds.v[i].status != BD_STATUS_PASSED;
		for (size_t k = 0; k < i && !newer; k++) {
			newer = builds.v[k].status == BD_STATUS_PASSED && is_alike(&builds.v[k], &builds.v[i]);
		}
		if (!newer) {
			result = bd_store_read(store, &builds.v[i], &record, err);
		}
		if (record != NULL) {
			add_bases(watching, record, builds.v[i].name);
		}
	}
	bd_store_builds_release(&builds);
	return result;
}

static int add_store(struct watching *watching, struct bd_error *err)
{
	struct arguments *arguments = watching->arguments;
	struct bd_store *store = NULL;
	struct bd_string_vec projects = { 0 };
	int result = open_store(arguments, false, &store, err);
	if (result == 0 && arguments->project != NULL) {
		result = add_project(watching, store, arguments->project, err);
	} else if (result == 0) {
		result = bd_store_projects(store, &watching->arena, &projects, err);
		for (size_t i = 0; i < projects.len && result == 0; i++) {
			result = add_project(watching, store, projects.v[i], err);
		}
		free(projects.v);
	}
	bd_store_close(store);
	return result;
}

static int add_operands(struct watching *watching, struct bd_error *err)
{
	struct arguments *arguments = watching->arguments;
	for (size_t i = 0; i < arguments->operands.len; i++) {
		struct bd_record *record = NULL;
		if (open_build(arguments, arguments->operands.v[i], &record, err) < 0) {
			return -(int)err->code;
		}
		add_bases(watching, record, arguments->operands.v[i]);
	}
	return arguments->operands.len > 0 ? 0 : add_store(watching, err);
}

/* ---- what it is now -----------------------------------------------------------------------------------------------
 */

/* The name by which its registry is asked: a digest beats the tag, as it does for who pulls it. */
static const char *asked_name(struct bd_arena *arena, const struct bd_base *base)
{
	struct bd_reference reference;
	struct bd_error ignored;
	if (bd_reference_parse(bd_str(base->reference), arena, &reference, &ignored) < 0) {
		return base->reference;
	}
	return reference.digest == NULL
		       ? bd_reference_with_tag(&reference, arena).text
		       : bd_arena_printf(arena, "%s/%s@%s", reference.registry, reference.repository, reference.digest);
}

static const char *digest_of(struct bd_arena *arena, const struct bd_digest_vec *digests, enum bd_digest_kind kind)
{
	return bd_arena_strdup(arena, bd_digest_of_kind(digests, kind));
}

/* Manifest and config, as what a HEAD request told is not what the build used. */
static int look(struct watching *watching, struct bd_watched *one, const char *name, struct bd_error *err)
{
	struct bd_arena *arena = &watching->arena;
	struct bd_image *image = NULL;
	struct bd_source_options source = source_options(watching->arguments);
	source.platform = one->platform;
	if (bd_image_open(bd_arena_printf(arena, "docker://%s", name), &source, &image, err) < 0) {
		return -(int)err->code;
	}
	one->now.index = digest_of(arena, &image->digests, BD_DIGEST_INDEX);
	one->now.manifest = digest_of(arena, &image->digests, BD_DIGEST_MANIFEST);
	one->now.config = digest_of(arena, &image->digests, BD_DIGEST_CONFIG);
	const size_t count = image->config.diff_ids.len;
	one->now.diff_ids =
		(struct bd_string_vec){ bd_arena_alloc(arena, (count + 1) * sizeof(const char *)), count, count };
	for (size_t i = 0; i < count; i++) {
		one->now.diff_ids.v[i] = bd_arena_strdup(arena, image->config.diff_ids.v[i]);
	}
	bd_image_close(image);
	return 0;
}

static bool take_known(const struct watching *watching, struct bd_watched *one)
{
	for (size_t i = 0; i < watching->watched.len && &watching->watched.v[i] != one; i++) {
		const struct bd_watched *before = &watching->watched.v[i];
		if (before->now.manifest != NULL && bd_streq(before->platform, one->platform) &&
			strcmp(before->base->reference, one->base->reference) == 0) {
			one->now = before->now;
			return true;
		}
	}
	return false;
}

static void judge(struct watching *watching, struct bd_watched *one)
{
	const char *name = asked_name(&watching->arena, one->base);
	const struct question *question = find_question(&watching->questions, name);
	struct bd_error err;
	if (question->answer == BD_PIN_GONE) {
		one->state = BD_WATCH_GONE;
		return;
	}
	if (question->answer != BD_PIN_SERVED) {
		one->problem = question->problem != NULL ? question->problem : "nobody was asked: this is offline";
		return;
	}
	one->state = bd_watch_glance(one->base, &question->digest);
	if (one->state == BD_WATCH_CURRENT) {
		return;
	}
	if (!take_known(watching, one) && look(watching, one, name, &err) < 0) {
		one->problem = bd_arena_strdup(&watching->arena, err.msg);
		return;
	}
	one->state = bd_watch_judge(one->base, &one->now);
}

static void ask(struct watching *watching)
{
	for (size_t i = 0; i < watching->watched.len; i++) {
		(void)put_question(&watching->questions, asked_name(&watching->arena, watching->watched.v[i].base));
	}
	ask_registries(watching->arguments, &watching->questions);
	for (size_t i = 0; i < watching->watched.len; i++) {
		judge(watching, &watching->watched.v[i]);
	}
}

/* ---- what the next build gets ---------------------------------------------------------------------------------------
 */

/* An image by itself, whatever Dockerfile lies in this folder; layers that the cache knows are not read. */
static int collect_alone(const struct watching *watching, const struct bd_watched *one, const char *digest,
	struct bd_record **out, struct bd_error *err)
{
	const struct arguments *given = watching->arguments;
	struct bd_reference reference;
	struct bd_arena arena = { 0 };
	struct arguments alone = { .command = given->command,
		.quiet = given->quiet,
		.platform = one->platform,
		.context_elsewhere = true,
		.dockerfile_elsewhere = true,
		.authfile = given->authfile,
		.cert_dir = given->cert_dir,
		.tls_verify = given->tls_verify,
		.offline = given->offline,
		.no_cache = given->no_cache,
		.verify = given->verify,
		.verbose = given->verbose,
		.jobs = given->jobs };
	int result = bd_reference_parse(bd_str(one->base->reference), &arena, &reference, err);
	if (result == 0) {
		const char *name =
			bd_arena_printf(&arena, "docker://%s/%s@%s", reference.registry, reference.repository, digest);
		result = collect_build(&alone, name, false, out, err);
	}
	bd_arena_release(&arena);
	return result;
}

/* The image that the build used, by the best digest that is still served. */
static int collect_used(
	const struct watching *watching, const struct bd_watched *one, struct bd_record **out, struct bd_error *err)
{
	const char *digest = bd_pin_pullable(one->base, NULL);
	if (digest == NULL) {
		return bd_error_set(err, BD_ERR_NOT_FOUND, "the build does not say for certain which digest it had");
	}
	int result = collect_alone(watching, one, digest, out, err);
	const char *next = bd_pin_pullable(one->base, digest);
	if (result < 0 && err->code == BD_ERR_NOT_FOUND && next != NULL) {
		result = collect_alone(watching, one, next, out, err);
	}
	return result;
}

static const struct bd_diff *explained_before(const struct watching *watching, const struct bd_watched *one)
{
	for (size_t i = 0; i < watching->watched.len && &watching->watched.v[i] != one; i++) {
		const struct bd_watched *before = &watching->watched.v[i];
		if (before->diff != NULL && bd_streq(before->platform, one->platform) &&
			bd_streq(before->now.manifest, one->now.manifest) &&
			bd_streq(bd_pin_pullable(before->base, NULL), bd_pin_pullable(one->base, NULL))) {
			return before->diff;
		}
	}
	return NULL;
}

static void explain(struct watching *watching, struct bd_watched *one)
{
	struct bd_error err;
	struct comparison_of_base *comparison = NULL;
	one->diff = explained_before(watching, one);
	if (one->diff != NULL) {
		return;
	}
	comparison = bd_xcalloc(1, sizeof(*comparison));
	*bd_vec_push(&watching->comparisons) = comparison;
	if (collect_used(watching, one, &comparison->a, &err) < 0 ||
		collect_alone(watching, one, one->now.manifest, &comparison->b, &err) < 0) {
		one->diff_problem = bd_arena_strdup(&watching->arena, err.msg);
		return;
	}
	const struct bd_diff_options options = { .ignore = NULL };
	bd_record_sort(comparison->a);
	bd_record_sort(comparison->b);
	bd_diff_compute(comparison->a, comparison->b, &options, &comparison->diff);
	one->diff = &comparison->diff;
}

/* ---- outputs
 * ---------------------------------------------------------------------------------------------------------- */

static void add_text(struct watching *watching, struct bd_buf *out)
{
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
		add_shown(out, "No good build names an image to watch.\n");
	}
}

static int write_one(const struct output *output, struct bd_output *to, void *context, struct bd_error *err)
{
	struct watching *watching = context;
	struct bd_buf bytes = { 0 };
	struct bd_cases cases = { .title = "basedrift watch" };
	bd_watch_cases(&watching->watched, watching->arguments->index_counts, &watching->arena, &cases);
	if (strcmp(output->format, "text") == 0) {
		add_text(watching, &bytes);
	} else if (strcmp(output->format, "json") == 0) {
		bd_watch_json(&watching->watched, &bytes);
	} else if (strcmp(output->format, "junit") == 0) {
		bd_cases_junit(&cases, &bytes);
	} else {
		bd_cases_markdown(&cases, &bytes);
	}
	const int result = bd_output_write(to, bd_buf_view(&bytes), err);
	free(cases.v);
	bd_buf_release(&bytes);
	return result;
}

static int check_formats(const struct arguments *arguments, struct bd_error *err)
{
	static const char *const formats[] = { "text", "json", "junit", "markdown" };
	for (size_t i = 0; i < arguments->outputs.len; i++) {
		bool known = false;
		for (size_t k = 0; k < sizeof(formats) / sizeof(formats[0]); k++) {
			known = known || strcmp(arguments->outputs.v[i].format, formats[k]) == 0;
		}
		if (!known) {
			return bd_error_set(err, BD_ERR_USAGE, "-o %s: watch writes text, json, junit and markdown",
				arguments->outputs.v[i].format);
		}
	}
	return check_outputs(arguments, err);
}

static int watch(struct watching *watching, struct bd_error *err)
{
	const struct arguments *arguments = watching->arguments;
	static const struct output plain = { "text", NULL };
	const size_t count = arguments->outputs.len;
	if (add_operands(watching, err) < 0) {
		return -(int)err->code;
	}
	ask(watching);
	for (size_t i = 0; arguments->explain && i < watching->watched.len; i++) {
		if (watching->watched.v[i].state == BD_WATCH_MOVED) {
			explain(watching, &watching->watched.v[i]);
		}
	}
	if (write_output_set(
		    count > 0 ? arguments->outputs.v : &plain, count > 0 ? count : 1, write_one, watching, err) < 0) {
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
	questions_release(&watching->questions);
	bd_arena_release(&watching->arena);
}

static int run(struct arguments *arguments, struct bd_error *err)
{
	struct watching watching = { .arguments = arguments };
	int result = check_formats(arguments, err);
	if (result == 0) {
		result = watch(&watching, err);
	}
	watching_release(&watching);
	return result;
}

static const struct option_row *const options[] = { output_options, watch_options, registry_options, common_options,
	NULL };

const struct command command_watch = {
	.name = "watch",
	.synopsis = "[BUILD]... [options]",
	.summary = "have the images of the last good builds moved since?",
	.example = "basedrift watch --explain -o junit=watch.xml",
	.details =
		"For each image that the last good builds in the store (or BUILD) were made from: does its registry still serve\n"
		"what they used?  Asked by HEAD; the image is only looked at when that says something new.  --explain reads it,\n"
		"too, except layers that the cache knows, and says what the next build will get.\n"
		"Formats: text, json, junit, markdown.\n"
		"Exit status: 0 no platform's image moved, 1 one moved (--index: or an index), 2 trouble, or one cannot be told.\n",
	.options = options,
	.run = run,
};
