/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "basedrift/version.h"

#include "commands.h"
#include "keep.h"
#include "listing.h"

static int take_package(struct arguments *a, const char *value, struct bd_error *err)
{
	(void)err;
	a->package = value;
	return 0;
}

static const struct option_row affected_options[] = {
	{ .name = "package",
		.value = "PURL",
		.help = "instead of a reference: projects whose last good build has this package",
		.take = take_package },
	{ 0 },
};

static void add_variant(const struct bd_store_use *use, struct bd_buf *out)
{
	const bool usual = *use->dockerfile == '\0' || strcmp(use->dockerfile, "Dockerfile") == 0;
	if (!usual || *use->target != '\0') {
		add_shown(out, " (%s%s%s)", usual ? "" : use->dockerfile, *use->target != '\0' ? " target " : "",
			use->target);
	}
	if (*use->platform != '\0') {
		add_shown(out, " %s", use->platform);
	}
}

/* ---- a tag --------------------------------------------------------------------------------------------------------
 */

static const char *sentence(struct bd_arena *arena, const struct bd_store_use *use)
{
	const char *failed =
		bd_arena_printf(arena, "%s failed %s", use->newest_build, short_time(arena, use->newest_started));
	switch (use->outlook) {
	case BD_OUTLOOK_NEXT:
		return use->newest_status == BD_STATUS_FAILED
			       ? bd_arena_printf(arena, "the tag has moved since; %s, but on the same image", failed)
			       : "the tag has moved since: its next build is the first on the new image";
	case BD_OUTLOOK_FAILING:
		return bd_arena_printf(arena, "the tag has moved since, and %s", failed);
	case BD_OUTLOOK_CURRENT:
		return "on the image that the tag has now";
	case BD_OUTLOOK_REPUBLISHED:
		return "on the image that the tag has now; only its index was republished";
	case BD_OUTLOOK_UNKNOWN:
	default:
		return *use->good_build == '\0'
			       ? bd_arena_printf(arena, "no build of it has passed; newest: %s", use->newest_build)
			       : "the digest that it was built on is not recorded";
	}
}

static void add_use(struct bd_arena *arena, const struct bd_store_use *use, struct bd_buf *out)
{
	add_shown(out, "  %-11s %s", bd_outlook_name(use->outlook), use->project);
	add_variant(use, out);
	bd_buf_add_char(out, '\n');
	if (*use->good_build != '\0') {
		const char *image = bd_store_state_digest(&use->on);
		add_shown(out, "              last good %s%s%s, %s, on %s\n", use->good_build,
			*use->good_branch != '\0' ? " of " : "", use->good_branch, short_time(arena, use->good_started),
			*image != '\0' ? short_digest(arena, image) : "a digest that is not recorded");
	}
	add_shown(out, "              %s\n", sentence(arena, use));
}

static void add_tag(
	struct bd_arena *arena, const char *reference, const struct bd_store_affected *affected, struct bd_buf *out)
{
	const struct bd_store_state *now = &affected->now;
	add_shown(out, "%s", shown_reference(arena, reference));
	if (now->first_seen != 0) {
		add_shown(out, " is %s, first seen %s", short_digest(arena, bd_store_state_digest(now)),
			short_time(arena, now->first_seen));
	}
	add_shown(out, affected->len == 0 ? ": no project builds on it\n" : "\n");
	for (size_t i = 0; i < affected->len; i++) {
		add_use(arena, &affected->v[i], out);
	}
}

/* ---- a package ------------------------------------------------------------------------------------------------------
 */

static int package_of(struct arguments *arguments, const char **key, const char **version, struct bd_error *err)
{
	struct bd_arena *arena = &arguments->arena;
	struct bd_purl purl;
	if (bd_purl_parse(bd_str(arguments->package), arena, &purl, err) < 0) {
		return bd_error_wrap(err, "--package %s", arguments->package);
	}
	const bool in_namespace = purl.namespace != NULL && *purl.namespace != '\0';
	*key = bd_arena_printf(
		arena, "%s/%s%s%s", purl.type, in_namespace ? purl.namespace : "", in_namespace ? "/" : "", purl.name);
	*version = purl.version;
	return 0;
}

static void add_packages(
	struct bd_arena *arena, const char *package, const struct bd_store_affected *affected, struct bd_buf *out)
{
	add_shown(out, affected->len == 0 ? "%s: in no last good build\n" : "%s\n", package);
	for (size_t i = 0; i < affected->len; i++) {
		const struct bd_store_use *use = &affected->v[i];
		add_shown(out, "  %-20s %s", use->version, use->project);
		add_variant(use, out);
		add_shown(out, "  last good %s, %s\n", use->good_build, short_time(arena, use->good_started));
	}
}

/* ---- the command
 * ----------------------------------------------------------------------------------------------------- */

static int ask(struct arguments *arguments, struct bd_store *store, const char **what,
	struct bd_store_affected *affected, struct bd_error *err)
{
	const char *version = NULL;
	if (arguments->package != NULL) {
		return package_of(arguments, what, &version, err) < 0
			       ? -(int)err->code
			       : bd_store_affected_package(store, *what, version, affected, err);
	}
	return stored_reference(&arguments->arena, arguments->operands.v[0], what, err) < 0
		       ? -(int)err->code
		       : bd_store_affected(store, *what, affected, err);
}

static int answer(struct arguments *arguments, struct bd_store *store, struct bd_error *err)
{
	struct bd_store_affected affected = { .len = 0 };
	struct bd_buf text = { 0 };
	struct bd_buf json = { 0 };
	const char *what = NULL;
	if (ask(arguments, store, &what, &affected, err) < 0) {
		return -(int)err->code;
	}
	if (arguments->package != NULL) {
		add_packages(&arguments->arena, arguments->package, &affected, &text);
	} else {
		add_tag(&arguments->arena, what, &affected, &text);
	}
	bd_store_affected_json(arguments->package != NULL ? arguments->package : what, &affected, &json);
	const int result = write_listing(arguments, &text, &json, err);
	bd_buf_release(&text);
	bd_buf_release(&json);
	bd_store_affected_release(&affected);
	return result;
}

static int run(struct arguments *arguments, struct bd_error *err)
{
	struct bd_store *store = NULL;
	if (arguments->operands.len != (arguments->package == NULL ? 1 : 0)) {
		return bd_error_set(
			err, BD_ERR_USAGE, "affected takes one reference, such as python:2.7, or --package PURL");
	}
	int result = check_listing(arguments, err);
	if (result == 0) {
		result = open_store(arguments, false, &store, err);
	}
	if (result == 0) {
		result = answer(arguments, store, err);
	}
	bd_store_close(store);
	return result < 0 ? result : EXIT_SAME;
}

static const struct option_row *const options[] = { output_options, affected_options, common_options, NULL };

const struct command command_affected = {
	.name = "affected",
	.synopsis = "REFERENCE | --package PURL [options]",
	.summary = "which projects build on this tag, and who breaks next",
	.example = "basedrift affected python:2.7",
	.details =
		"For each project (and Dockerfile, target, platform) whose newest build was made from the reference: the image\n"
		"of its last good build, and whether the tag has moved since, as other projects' builds have seen it.\n"
		"  next        moved, and the project has not been built on that: it breaks next, if it breaks\n"
		"  failing     moved, and its newest build, on another image, failed\n"
		"  republished another index, the same image;  current: nothing moved;  unknown: a digest is not recorded\n"
		"Formats: text, json.\n",
	.options = options,
	.run = run,
};
