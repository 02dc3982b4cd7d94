/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "commands.h"
#include "console.h"
#include "keep.h"
#include "listing.h"
#include "output.h"

static int take_days(const char *name, const char *value, unsigned int *out, struct bd_error *err)
{
	uint64_t days;
	if (!bd_str_to_u64(bd_str(value), &days) || days > 36500) {
		return bd_error_set(err, BD_ERR_USAGE, "--%s %s: a number of days", name, value);
	}
	*out = (unsigned int)days;
	return 0;
}

static int take_older(struct arguments *a, const char *value, struct bd_error *err)
{
	a->has_older = true;
	return take_days("older-than", value, &a->older_days, err);
}

static int take_keep(struct arguments *a, const char *value, struct bd_error *err)
{
	uint64_t keep;
	if (!bd_str_to_u64(bd_str(value), &keep) || keep > 1000000000) {
		return bd_error_set(err, BD_ERR_USAGE, "--keep %s: a number of builds", value);
	}
	a->keep_builds = (size_t)keep;
	return 0;
}

static const struct option_row store_options[] = {
	{ .name = "older-than",
		.value = "DAYS",
		.help = "gc: also remove builds that began before; last good ones stay",
		.take = take_older },
	{ .name = "keep", .value = "N", .help = "gc: but keep the newest N of each project", .take = take_keep },
	{ 0 },
};

/* ---- what is done to it ------------------------------------------------------------------------------------------ */

static int init(struct arguments *arguments, struct bd_store *store, struct bd_error *err)
{
	(void)err;
	print_hint(arguments, "%s is ready", bd_store_name(store));
	return 0;
}

static int stats(struct arguments *arguments, struct bd_store *store, struct bd_error *err)
{
	struct bd_store_stats s;
	struct bd_buf text = { 0 };
	struct bd_buf json = { 0 };
	if (check_listing(arguments, err) < 0 || bd_store_stats(store, &s, err) < 0) {
		return -(int)err->code;
	}
	add_shown(&text, "%s (store version %lld)\n", bd_store_name(store), (long long)s.schema);
	add_shown(&text, "  %lld builds of %lld projects: %lld passed, %lld failed\n", (long long)s.builds,
		(long long)s.projects, (long long)s.passed, (long long)s.failed);
	add_shown(&text,
		"  %lld states of %lld references (%lld of them looked at without a build), %lld rows of packages\n",
		(long long)s.states, (long long)s.references, (long long)s.looks, (long long)s.packages);
	add_shown(&text, "  %lld parts of %lld bytes, and %lld bytes of builds' own; %lld bytes as record files\n",
		(long long)s.parts, (long long)s.part_bytes, (long long)s.head_bytes, (long long)s.record_bytes);
	add_shown(&text, "  %lld bytes on disk", (long long)s.disk_bytes);
	if (s.builds > 0) {
		add_shown(&text, ", %lld a build", (long long)(s.disk_bytes / s.builds));
	}
	bd_buf_add_char(&text, '\n');
	bd_store_stats_json(bd_store_name(store), &s, &json);
	const int result = write_listing(arguments, &text, &json, err);
	bd_buf_release(&text);
	bd_buf_release(&json);
	return result;
}

static int gc(struct arguments *arguments, struct bd_store *store, struct bd_error *err)
{
	struct bd_store_gc gc = { .keep = arguments->keep_builds, .grace_days = 2 };
	if (arguments->has_older) {
		gc.before = (int64_t)time(NULL) - (int64_t)arguments->older_days * 86400;
	}
	if (bd_store_gc(store, &gc, err) < 0) {
		return -(int)err->code;
	}
	print_hint(arguments, "%lld builds and %lld parts removed", (long long)gc.builds_removed,
		(long long)gc.parts_removed);
	return 0;
}

static void print_problem(const char *text, void *context)
{
	struct bd_buf *out = context;
	add_shown(out, "%s\n", text);
}

static int check(struct arguments *arguments, struct bd_store *store, struct bd_error *err)
{
	struct bd_buf text = { 0 };
	size_t problems = 0;
	int result = bd_store_check(store, print_problem, &text, &problems, err);
	if (result == 0) {
		result = write_output(NULL, bd_buf_view(&text), err);
	}
	bd_buf_release(&text);
	if (result == 0 && problems > 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "store %s: %zu %s", bd_store_name(store), problems,
			problems == 1 ? "problem" : "problems");
	}
	if (result == 0) {
		print_hint(arguments, "%s: nothing is wrong", bd_store_name(store));
	}
	return result;
}

static int write_bytes(struct bd_str bytes, void *context, struct bd_error *err)
{
	return bd_output_write(context, bytes, err);
}

static int export(struct arguments *arguments, struct bd_store *store, struct bd_error *err)
{
	struct bd_output *output = NULL;
	const char *file = arguments->operands.len > 1 ? arguments->operands.v[1] : "-";
	int result = bd_output_open(file, &output, err);
	if (result == 0) {
		result = bd_store_export(store, write_bytes, output, err);
	}
	if (result == 0) {
		result = bd_output_commit(output, err);
	}
	bd_output_close(output);
	return result;
}

/* ---- the command ----------------------------------------------------------------------------------------------------
 */

struct action {
	const char *name;
	bool write;
	size_t operands; /* at most, with its own name */
	int (*run)(struct arguments *arguments, struct bd_store *store, struct bd_error *err);
};

static const struct action actions[] = {
	{ "check", false, 1, check },
	{ "export", false, 2, export },
	{ "gc", true, 1, gc },
	{ "init", true, 1, init },
	{ "stats", false, 1, stats },
};

static const struct action *find_action(const struct arguments *arguments)
{
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]) && arguments->operands.len > 0; i++) {
		if (strcmp(actions[i].name, arguments->operands.v[0]) == 0) {
			return arguments->operands.len <= actions[i].operands ? &actions[i] : NULL;
		}
	}
	return NULL;
}

static int run(struct arguments *arguments, struct bd_error *err)
{
	struct bd_store *store = NULL;
	const struct action *action = find_action(arguments);
	if (action == NULL) {
		return bd_error_set(err, BD_ERR_USAGE, "store takes one of init, stats, gc, check, export [FILE]");
	}
	int result = open_store(arguments, action->write, &store, err);
	if (result == 0) {
		result = action->run(arguments, store, err);
	}
	bd_store_close(store);
	return result < 0 ? result : EXIT_SAME;
}

static const struct option_row *const options[] = { output_options, store_options, common_options, NULL };

const struct command command_store = {
	.name = "store",
	.synopsis = "init|stats|gc|check|export [FILE] [options]",
	.summary = "look after the store of past builds",
	.example = "basedrift store stats",
	.details =
		"init    make the store, or bring it to this version; collect and run do that by themselves\n"
		"stats   how much is in it (-o text, json)\n"
		"gc      remove parts that no build needs; with --older-than DAYS also builds, but never the last good ones of a\n"
		"        branch nor those that saw a state of a tag first\n"
		"check   read everything and hold it against its digests; exit status 2 when something is wrong\n"
		"export  every record, one after another, for 'basedrift import'\n"
		"The store: --store URL, BASEDRIFT_STORE, or $XDG_DATA_HOME/basedrift/store.db.  sqlite:PATH,\n"
		"postgresql://USER@HOST/DATABASE?sslmode=verify-full (PGPASSWORD, ~/.pgpass, PGSERVICE … as libpq has them), none.\n",
	.options = options,
	.run = run,
};
