/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "keep.h"
#include "report.h"
#include "seen.h"

/* ---- the timeline ----------------------------------------------------------------------------------------------- */

#define TIMELINE_BUILDS 60 /* the newest of the branch */

/* Of the base of the final stage: the first one with that role. */
static const struct bd_store_base *base_of(const struct bd_store_build *build)
{
	for (size_t i = 0; i < build->base_count; i++) {
		if (strcmp(build->bases[i].role, "base") == 0 && *build->bases[i].image != '\0') {
			return &build->bases[i];
		}
	}
	return NULL;
}

struct timeline {
	struct bd_arena *arena;
	struct bd_store_history history; /* of the failing build's base */
	struct observations seen;
};

static void observe(struct timeline *timeline, const struct bd_store_build *build, enum bd_observed which)
{
	struct bd_arena *arena = timeline->arena;
	const struct bd_store_base *base = base_of(build);
	const char *image = base != NULL ? image_name(&timeline->history, base->image) : NULL;
	char time[BD_TIME_TEXT];
	bd_time_text(build->started, time);
	*bd_vec_push(&timeline->seen) = (struct bd_observation){
		.which = which,
		.time = bd_arena_strdup(arena, time),
		.label = bd_arena_printf(arena, "build %s", build->name + strlen(build->project) + 1),
		.status = build->status,
		.tree = *build->tree != '\0' ? bd_arena_strdup(arena, build->tree) : NULL,
		.image = bd_arena_strdup(arena, image),
	};
}

static bool is_one_of(const struct bd_store_choice *choice, const struct bd_store_build *build)
{
	return strcmp(choice->builds.v[0].record, build->record) == 0 ||
	       strcmp(choice->builds.v[1].record, build->record) == 0;
}

/* Builds that can be compared with these two, and the two themselves. */
static int add_builds(
	struct timeline *timeline, struct bd_store *store, const struct bd_store_choice *choice, struct bd_error *err)
{
	const struct bd_store_build *failing = &choice->builds.v[1];
	const struct bd_store_filter filter = {
		.project = failing->project, .branch = failing->branch, .limit = TIMELINE_BUILDS
	};
	struct bd_store_builds builds;

	if (bd_store_list(store, &filter, &builds, err) < 0) {
		return -(int)err->code;
	}
	for (size_t i = 0; i < builds.len; i++) {
		const struct bd_store_build *build = &builds.v[i];
		if (!is_one_of(choice, build) && strcmp(build->dockerfile, failing->dockerfile) == 0 &&
			strcmp(build->target, failing->target) == 0 &&
			strcmp(build->platform, failing->platform) == 0) {
			observe(timeline, build, BD_OBSERVED_OTHER);
		}
	}
	observe(timeline, &choice->builds.v[0], BD_OBSERVED_A);
	observe(timeline, failing, BD_OBSERVED_B);
	bd_store_builds_release(&builds);
	return 0;
}

/* And what was seen of the failing build's base in between, without a build. */
static int read_timeline(
	struct timeline *timeline, struct bd_store *store, const struct bd_store_choice *choice, struct bd_error *err)
{
	const struct bd_store_build *good = &choice->builds.v[0];
	const struct bd_store_build *failing = &choice->builds.v[1];
	const struct bd_store_base *base = base_of(failing);
	if (base != NULL && bd_store_history(store, base->reference, &timeline->history, err) < 0) {
		return -(int)err->code;
	}
	const int result = add_builds(timeline, store, choice, err);
	if (result == 0) {
		add_looks(timeline->arena, &timeline->history, failing->platform, good->started, failing->started,
			&timeline->seen);
	}
	return result;
}

/* ---- the comparison -----------------------------------------------------------------------------------------------
 */

static int compare(
	struct arguments *arguments, struct bd_store *store, const struct bd_store_choice *choice, struct bd_error *err)
{
	struct bd_record *a = NULL;
	struct bd_record *b = NULL;
	const struct bd_store_build *builds = choice->builds.v;
	struct timeline timeline = { .arena = &arguments->arena };
	int result = bd_store_read(store, &builds[0], &a, err);
	if (result == 0) {
		result = bd_store_read(store, &builds[1], &b, err);
	}
	if (result == 0) {
		result = read_timeline(&timeline, store, choice, err);
	}
	if (result == 0) {
		const struct comparison comparison = {
			.a = a,
			.b = b,
			.label_a = builds[0].id,
			.label_b = builds[1].id,
			.command = bd_arena_printf(
				&arguments->arena, "basedrift diff '%s' '%s'", builds[0].name, builds[1].name),
			.choice = choice->reason,
			.observations = timeline.seen.v,
			.observation_count = timeline.seen.len,
		};
		result = report_comparison(arguments, &comparison, err);
	}
	bd_record_free(a);
	bd_record_free(b);
	free(timeline.seen.v);
	bd_store_history_release(&timeline.history);
	return result;
}

static int choose(
	struct arguments *arguments, struct bd_store *store, struct bd_store_choice *choice, struct bd_error *err)
{
	struct bd_store_filter filter = selected_builds(arguments);
	const char *operand = arguments->operands.len > 0 ? arguments->operands.v[0] : NULL;
	if (operand != NULL && bd_store_name_likely(operand)) {
		return bd_store_choose_for(store, operand, &filter, choice, err); /* that one is the failing build */
	}
	filter.project = operand != NULL ? operand : filter.project;
	return need_project(&filter, err) < 0 ? -(int)err->code : bd_store_choose(store, &filter, choice, err);
}

static int run(struct arguments *arguments, struct bd_error *err)
{
	struct bd_store *store = NULL;
	struct bd_store_choice choice = { .reason = NULL };

	if (arguments->operands.len > 1) {
		return bd_error_set(err, BD_ERR_USAGE, "why takes one project, or one failing build");
	}
	int result = check_report_formats(arguments, err);
	if (result == 0) {
		result = open_store(arguments, false, &store, err);
	}
	if (result == 0) {
		result = choose(arguments, store, &choice, err);
		if (result == 0 && choice.builds.v != NULL) {
			result = compare(arguments, store, &choice, err);
			bd_store_choice_release(&choice);
		}
	}
	bd_store_close(store);
	return result;
}

static const struct option_row *const options[] = { output_options, report_options, select_options, registry_options,
	common_options, NULL };

const struct command command_why = {
	.name = "why",
	.synopsis = "[PROJECT | BUILD] [options]",
	.summary = "compare the newest failing build with the last good one, and say why",
	.example = "basedrift why",
	.details =
		"The newest failing build of the project (or of --branch), or BUILD, against the newest build before it that\n"
		"passed and can be compared: of the same branch (else of any), Dockerfile, target and platform.  The project\n"
		"is by default the CI's, or that of this git checkout.  Where no build has a status, the newest two are\n"
		"compared.  The report says why these two.\n"
		"Exit status: as 'basedrift diff'; 2 also when there is nothing to compare.\n",
	.options = options,
	.run = run,
};
