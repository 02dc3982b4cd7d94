/* SPDX-License-Identifier: Apache-2.0 */
/* "What was compared": every topic, always, in the page's order.  Ruling out is half of the work at night. */
#include <string.h>

#include "explain/parts.h"

static struct bd_compared *add_row(struct explanation *x, enum bd_topic topic, const char *label, enum bd_tri state)
{
	struct bd_compared *row = bd_vec_push(&x->report->compared);
	*row = (struct bd_compared){ .topic = topic, .label = label, .state = state, .cause = -1 };
	return row;
}

static void not_compared(struct explanation *x, struct bd_compared *row, const char *why)
{
	row->state = BD_CANNOT_TELL;
	row->detail = why;
	*bd_vec_push(&x->report->not_compared) = (struct bd_not_compared){ row->label, why };
}

static int cause_of_kind(const struct bd_report *report, enum bd_cause_kind kind)
{
	for (size_t i = 0; i < report->causes.len; i++) {
		if (report->causes.v[i].kind == kind) {
			return (int)i;
		}
	}
	return -1;
}

static void point_at(struct bd_compared *row, int cause, bool is_cause)
{
	row->cause = cause;
	row->is_cause = is_cause && cause >= 0;
}

/* ---- build inputs ------------------------------------------------------------------------------- */

static void compare_source(struct explanation *x)
{
	struct bd_report *report = x->report;
	struct bd_arena *arena = &report->arena;
	const struct bd_vcs *a = &report->a->source;
	const struct bd_vcs *b = &report->b->source;
	struct bd_compared *row = add_row(x, BD_TOPIC_TREE, "Source tree", report->diff.tree_same);

	if (row->state == BD_CANNOT_TELL) {
		not_compared(x, row,
			a->tree == NULL   ? "the last good build recorded no git tree"
			: b->tree == NULL ? "the failing build recorded no git tree"
					  : "one of the checkouts had changes that were not recorded");
	} else if (row->state == BD_SAME) {
		row->detail = bd_arena_printf(arena, "git tree %.7s%s", b->tree,
			b->dirty == BD_DIFFERENT ? ", with the same uncommitted changes" : "");
	} else {
		row->detail = bd_streq(a->tree, b->tree)
				      ? "the uncommitted changes differ"
				      : bd_arena_printf(arena, "git tree %.7s, then %.7s", a->tree, b->tree);
		point_at(row, cause_of_kind(report, BD_SOURCE_CHANGED), true);
	}
}

static void compare_dockerfile(struct explanation *x)
{
	struct bd_report *report = x->report;
	struct bd_compared *row = add_row(x, BD_TOPIC_DOCKERFILE, "Dockerfile", report->diff.dockerfile_same);
	if (row->state == BD_CANNOT_TELL) {
		not_compared(x, row, "not recorded in both builds");
	} else {
		row->detail = row->state == BD_SAME ? "byte for byte" : "its bytes differ";
		if (row->state == BD_DIFFERENT) {
			point_at(row, cause_of_kind(report, BD_SOURCE_CHANGED), true);
		}
	}
}

/* The inputs of one kind that a build recorded: how many, and the first. */
static size_t inputs_of_kind(const struct bd_record *record, const char *kind, const struct bd_input **first)
{
	size_t count = 0;
	*first = NULL;
	for (size_t i = 0; i < record->inputs.len; i++) {
		if (strcmp(record->inputs.v[i].kind, kind) == 0) {
			*first = count == 0 ? &record->inputs.v[i] : *first;
			count++;
		}
	}
	return count;
}

static size_t differing_inputs(const struct bd_diff *diff, const char *kind)
{
	size_t count = 0;
	for (size_t i = 0; i < diff->inputs.len; i++) {
		count += strcmp(diff->inputs.v[i].kind, kind) == 0;
	}
	return count;
}

static const char *differing_of_total(struct explanation *x, const struct bd_compared *row)
{
	const size_t total = row->total > row->differing ? row->total : row->differing;
	return bd_arena_printf(&x->report->arena, "%s of %s", bd_count_text(&x->report->arena, row->differing),
		bd_count_text(&x->report->arena, total));
}

static void compare_build_args(struct explanation *x)
{
	const struct bd_input *first;
	struct bd_compared *row = add_row(x, BD_TOPIC_BUILD_ARGS, "Build arguments", BD_SAME);

	row->total = inputs_of_kind(x->report->b, "build-arg", &first);
	row->differing = differing_inputs(&x->report->diff, "build-arg");
	if (from_sbom(x->report)) {
		not_compared(x, row, "an SBOM does not tell them");
	} else if (row->differing > 0) {
		row->state = BD_DIFFERENT;
		row->detail = differing_of_total(x, row);
		point_at(row, cause_of_kind(x->report, BD_BUILD_INPUT_CHANGED), true);
	} else {
		row->detail = row->total == 0 ? "none recorded"
					      : bd_plural(&x->report->arena, row->total, "argument", "arguments");
	}
}

static void compare_builder(struct explanation *x)
{
	const struct bd_input *a;
	const struct bd_input *b;
	struct bd_compared *row = add_row(x, BD_TOPIC_BUILDER, "Builder", BD_SAME);
	const bool in_a = inputs_of_kind(x->report->a, "builder", &a) > 0;

	row->total = inputs_of_kind(x->report->b, "builder", &b);
	row->differing = differing_inputs(&x->report->diff, "builder");
	if (row->differing > 0) {
		row->state = BD_DIFFERENT;
		row->detail = differing_of_total(x, row);
		point_at(row, cause_of_kind(x->report, BD_BUILD_INPUT_CHANGED), true);
	} else if (b == NULL || !in_a) {
		not_compared(
			x, row, b != NULL ? "the last good build did not record it" : "these builds do not record it");
	} else {
		row->detail = bd_arena_printf(&x->report->arena, "%s%s%s", b->key != NULL ? b->key : "",
			b->key != NULL ? " " : "", b->value != NULL ? b->value : "");
	}
}

static void compare_platform(struct explanation *x)
{
	struct bd_report *report = x->report;
	struct bd_compared *row = add_row(x, BD_TOPIC_PLATFORM, "Platform", report->diff.platform_same);
	if (row->state == BD_CANNOT_TELL) {
		not_compared(x, row, "not recorded in both builds");
	} else if (row->state == BD_SAME) {
		row->detail = report->b->image.platform;
	} else {
		row->detail = bd_arena_printf(
			&report->arena, "%s, then %s", report->a->image.platform, report->b->image.platform);
		const int cause = cause_of_kind(report, BD_BASE_PLATFORM_CHANGED);
		point_at(row, cause >= 0 ? cause : x->base_cause, cause >= 0);
	}
}

/* ---- images ---------------------------------------------------------------------------------------- */

static const struct bd_base *shown(const struct bd_base_pair *pair)
{
	return pair->b != NULL ? pair->b : pair->a;
}

static const char *why_unknown(const struct bd_report *report, const struct bd_base_pair *pair)
{
	if (pair->a == NULL || pair->b == NULL) {
		const struct bd_record *silent = pair->a == NULL ? report->a : report->b;
		return silent->sbom.present ? "an SBOM does not tell it" : "only one of the builds uses it";
	}
	return pair->index_differs
		       ? "the index digests differ, but not which image of this platform each build took is known"
		       : "neither its digests nor its layers were recorded in both builds";
}

/* Differs, and yet is not to blame: rebuilt with the same content. */
static bool acquitted(const struct bd_report *report, enum bd_cause_kind kind)
{
	for (size_t i = 0; i < report->ruled_out.len; i++) {
		if (report->ruled_out.v[i].kind == kind) {
			return true;
		}
	}
	return false;
}

static int cause_of_image(const struct bd_report *report, const struct bd_base *base)
{
	for (size_t i = 0; i < report->causes.len; i++) {
		const struct bd_cause *cause = &report->causes.v[i];
		if (cause->kind <= BD_FRONTEND_MOVED && cause->line == base->line && cause->stage == base->stage) {
			return (int)i;
		}
	}
	return -1;
}

static void compare_without_base(struct explanation *x)
{
	const struct bd_record *b = x->report->b;
	struct bd_compared *row = add_row(x, BD_TOPIC_BASE, "Base image", BD_SAME);
	if (b->source.dockerfile_text != NULL && b->bases.len > 0) {
		row->detail = "FROM scratch";
	} else if (b->sbom.present) {
		not_compared(x, row, "an SBOM does not tell it");
	} else {
		not_compared(x, row, "no base image is recorded: give the Dockerfile, or --base");
	}
}

static const char *how_base_differs(const struct bd_base_pair *pair)
{
	if (pair->reference_differs || pair->platform_differs) {
		return pair->reference_differs ? "another reference" : "another platform";
	}
	return bd_streq(pair->how, "settings") ? "the same layers with other settings" : "another image";
}

static const char *how_base_is_same(struct explanation *x, const struct bd_base_pair *pair, bool rebuilt)
{
	if (rebuilt) {
		return "rebuilt, the same packages, files and settings";
	}
	return pair->index_differs ? "index republished, the image of this platform is the same"
				   : bd_arena_printf(&x->report->arena, "equal %s", pair->how);
}

static const char *name_of(struct bd_report *report, const struct bd_base *base)
{
	const char *reference = familiar_reference(&report->arena, base->reference);
	return reference != NULL ? reference : base->as_written;
}

static void compare_final_base(struct explanation *x)
{
	struct bd_report *report = x->report;
	const struct bd_base_pair *pair = final_base_pair(report);
	if (pair == NULL) {
		compare_without_base(x);
		return;
	}
	const bool rebuilt =
		x->base_cause < 0 && pair->same == BD_DIFFERENT && acquitted(report, BD_BASE_REBUILT_SAME_CONTENT);
	struct bd_compared *row = add_row(x, BD_TOPIC_BASE,
		bd_arena_printf(&report->arena, "Base image %s", name_of(report, shown(pair))),
		x->base_cause >= 0 ? BD_DIFFERENT
		: rebuilt          ? BD_SAME
				   : pair->same);
	if (row->state == BD_CANNOT_TELL) {
		not_compared(x, row, why_unknown(report, pair));
	} else if (row->state == BD_DIFFERENT) {
		row->detail = how_base_differs(pair);
		point_at(row, x->base_cause, true);
	} else {
		row->detail = how_base_is_same(x, pair, rebuilt);
	}
}

static const char *label_of_image(struct bd_report *report, const struct bd_base *base)
{
	const char *name = name_of(report, base);
	switch (base->role) {
	case BD_ROLE_FRONTEND:
		return bd_arena_printf(&report->arena, "Dockerfile frontend %s", name);
	case BD_ROLE_SCANNER:
		return bd_arena_printf(&report->arena, "SBOM scanner %s", name);
	case BD_ROLE_BUILDER:
		return base->stage_name != NULL
			       ? bd_arena_printf(&report->arena, "Image of stage %s (%s)", base->stage_name, name)
			       : bd_arena_printf(&report->arena, "Image of stage %d (%s)", base->stage, name);
	case BD_ROLE_BASE:
	case BD_ROLE_COPY:
	case BD_ROLE_MOUNT:
	default:
		return bd_arena_printf(&report->arena, "Copied image %s", name);
	}
}

static enum bd_topic topic_of_image(const struct bd_base *base)
{
	if (base->role == BD_ROLE_FRONTEND) {
		return BD_TOPIC_FRONTEND;
	}
	return base->role == BD_ROLE_BUILDER ? BD_TOPIC_STAGE_IMAGES : BD_TOPIC_COPIED_IMAGES;
}

static void compare_image(struct explanation *x, const struct bd_base_pair *pair)
{
	struct bd_report *report = x->report;
	const struct bd_base *base = shown(pair);
	struct bd_compared *row = add_row(x, topic_of_image(base), label_of_image(report, base), pair->same);

	if (pair->same == BD_CANNOT_TELL) {
		not_compared(x, row, why_unknown(report, pair));
	} else if (pair->same == BD_DIFFERENT) {
		row->detail = "another image";
		point_at(row, cause_of_image(report, base), true);
	} else {
		row->detail = bd_arena_printf(&report->arena, "equal %s", pair->how);
	}
}

static void compare_other_images(struct explanation *x)
{
	for (size_t i = 0; i < x->report->diff.bases.len; i++) {
		if (shown(&x->report->diff.bases.v[i])->role != BD_ROLE_BASE) {
			compare_image(x, &x->report->diff.bases.v[i]);
		}
	}
}

/* ---- findings ----------------------------------------------------------------------------------------- */

static const char *unreadable(const struct bd_record *record)
{
	for (size_t i = 0; i < record->diagnostics.len; i++) {
		if (strncmp(record->diagnostics.v[i].code, "package-", strlen("package-")) == 0) {
			return record->diagnostics.v[i].text;
		}
	}
	return NULL;
}

static void finish_packages(struct explanation *x, struct bd_compared *row, int first_cause, bool has_inventory)
{
	struct bd_report *report = x->report;
	const char *problem = unreadable(report->b) != NULL ? unreadable(report->b) : unreadable(report->a);

	if (row->differing > 0) {
		row->detail = bd_arena_printf(&report->arena, "%s of %s", bd_count_text(&report->arena, row->differing),
			bd_count_text(&report->arena, row->total > row->differing ? row->total : row->differing));
		point_at(row, first_cause,
			first_cause >= 0 && report->causes.v[first_cause].kind > BD_FRONTEND_MOVED &&
				report->causes.v[first_cause].kind != BD_SOURCE_CHANGED);
	} else if (!has_inventory) {
		not_compared(x, row, "a package inventory is missing on one side");
	} else if (problem != NULL) {
		row->unreadable = true;
		not_compared(x, row, problem);
	} else if (report->diff.gaps.len > 0) {
		not_compared(x, row, gap_text(x));
	} else {
		row->detail = row->total > 0 ? bd_plural(&report->arena, row->total, "package", "packages") : "none";
	}
}

static void compare_packages(struct explanation *x, enum bd_topic topic, const char *label, bool of_base, size_t total)
{
	struct bd_report *report = x->report;
	int first = -1;
	struct bd_compared *row = add_row(x, topic, label, BD_SAME);

	row->total = total;
	for (size_t i = 0; i < report->diff.packages.len; i++) {
		const struct bd_package_change *change = &report->diff.packages.v[i];
		if (changed_with_owner(report, change) ||
			(origin_of_package_change(report, change) == BD_LAYER_BASE) != of_base) {
			continue;
		}
		row->differing++;
		if (first < 0 || change->explained_by < first) {
			first = change->explained_by;
		}
	}
	if (x->undecided && of_base) {
		not_compared(
			x, row, "no layer is known to be the base's alone: all packages are listed with your steps'");
		return;
	}
	if (from_sbom(report) && of_base && total == 0 && row->differing == 0) {
		not_compared(x, row, "an SBOM does not tell which these are: all packages are listed with your steps'");
		return;
	}
	if (!of_base && (!report->a->image.present || !report->b->image.present)) {
		not_compared(x, row,
			report->b->image.present ? "the last good build left no image: bases were compared"
						 : "the failing build left no image: bases were compared");
		return;
	}
	row->state = row->differing > 0 ? BD_DIFFERENT : BD_SAME;
	finish_packages(x, row, first,
		(report->a->image.present || report->a->packages.len > 0) &&
			(report->b->image.present || report->b->packages.len > 0));
}

/* Settings that the base explains, or the application's own. */
static void compare_settings(struct explanation *x, enum bd_topic topic, const char *label, bool of_base)
{
	struct bd_report *report = x->report;
	int first = -1;
	struct bd_compared *row = add_row(x, topic, label, BD_SAME);

	for (size_t i = 0; i < report->diff.settings.len; i++) {
		const struct bd_setting_change *change = &report->diff.settings.v[i];
		const bool base = change->explained_by >= 0 && change->explained_by == x->base_cause;
		if (change->noise != NULL || base != of_base) {
			continue;
		}
		row->differing++;
		first = first < 0 || change->explained_by < first ? change->explained_by : first;
	}
	if (x->undecided && of_base) {
		not_compared(
			x, row, "which settings are the base's is not known: all are listed with the application's");
	} else if (report->diff.settings_same == BD_CANNOT_TELL) {
		not_compared(x, row,
			from_sbom(report) ? "an SBOM does not tell them" : "the image of one build was not recorded");
	} else if (row->differing > 0) {
		row->state = BD_DIFFERENT;
		row->detail = bd_plural(&report->arena, row->differing, "setting", "settings");
		point_at(row, first, !of_base && first >= 0 && report->causes.v[first].kind == BD_SETTINGS_CHANGED);
	} else {
		row->detail = "environment, labels, command, user, ports, volumes";
	}
}

static void compare_files(struct explanation *x)
{
	struct bd_report *report = x->report;
	int first = -1;
	struct bd_compared *row = add_row(x, BD_TOPIC_FILES, "Files outside packages", report->diff.files_same);

	for (size_t i = 0; i < report->diff.files.len; i++) {
		const struct bd_file_change *change = &report->diff.files.v[i];
		if (file_change_counts(change)) {
			row->differing++;
			first = first < 0 || change->explained_by < first ? change->explained_by : first;
		}
	}
	row->total = report->b->files.len + report->b->files_left_out;
	if (row->state == BD_CANNOT_TELL) {
		not_compared(x, row,
			from_sbom(report) ? "an SBOM does not tell them"
					  : "the file list of one build was not recorded");
	} else if (row->state == BD_DIFFERENT) {
		row->detail = bd_arena_printf(&report->arena, "%s of %s", bd_count_text(&report->arena, row->differing),
			bd_count_text(&report->arena, row->total > row->differing ? row->total : row->differing));
		point_at(row, first, first >= 0 && report->causes.v[first].kind == BD_FILES_OUTSIDE_PACKAGES);
	} else {
		row->detail = report->files_noise + report->files_metadata > 0
				      ? bd_arena_printf(&report->arena, "the same bytes; %s in times, owners or noise",
						bd_plural(&report->arena, report->files_noise + report->files_metadata,
							"file differs", "files differ"))
				      : bd_plural(&report->arena, row->total, "file", "files");
	}
}

void list_compared(struct explanation *x)
{
	struct bd_report *report = x->report;
	const size_t base_total = report->side_b.base_packages;

	compare_source(x);
	compare_dockerfile(x);
	compare_final_base(x);
	compare_other_images(x);
	compare_packages(x, BD_TOPIC_BASE_PACKAGES, "Packages in the base image", true, base_total);
	compare_settings(x, BD_TOPIC_BASE_SETTINGS, "Settings of the base image", true);
	compare_packages(x, BD_TOPIC_OWN_PACKAGES,
		x->undecided || (from_sbom(report) && base_total == 0) ? "Packages of unknown origin"
								       : "Packages your steps install",
		false, report->side_b.packages - base_total);
	compare_settings(x, BD_TOPIC_OWN_SETTINGS, "Settings of the application image", false);
	compare_files(x);
	compare_build_args(x);
	compare_platform(x);
	compare_builder(x);
	list_package_gaps(x);
	*bd_vec_push(&report->not_compared) =
		(struct bd_not_compared){ "Network mirrors and proxies", "these builds do not record them" };
}
