/* SPDX-License-Identifier: Apache-2.0 */
/* One title and one sentence for each cause.  Only what is proven is claimed; no tag "moved at" any time. */
#include <string.h>

#include "explain/parts.h"

struct totals {
	size_t packages, added, removed, content, runtimes, settings, files;
	const struct bd_package_change *only; /* the one package, when there is one */
	const struct bd_file_change *file;    /* the first file */
};

static void count_package(struct totals *totals, const struct bd_package_change *change)
{
	totals->only = totals->packages == 0 ? change : NULL;
	totals->packages++;
	totals->added += change->change == BD_ADDED;
	totals->removed += change->change == BD_REMOVED;
	totals->content += change->change == BD_CONTENT;
	totals->runtimes += change->a != NULL && change->b != NULL && strcmp(change->a->type, "generic") == 0;
}

/* What one cause explains; a package that changed with its owner is counted with that one. */
static struct totals totals_of(const struct bd_report *report, int cause)
{
	struct totals totals = { 0 };
	for (size_t i = 0; i < report->diff.packages.len; i++) {
		const struct bd_package_change *change = &report->diff.packages.v[i];
		if (change->explained_by == cause && !changed_with_owner(report, change)) {
			count_package(&totals, change);
		}
	}
	for (size_t i = 0; i < report->diff.settings.len; i++) {
		totals.settings += report->diff.settings.v[i].explained_by == cause;
	}
	for (size_t i = 0; i < report->diff.files.len; i++) {
		const struct bd_file_change *change = &report->diff.files.v[i];
		if (change->explained_by == cause && file_change_counts(change)) {
			totals.file = totals.files == 0 ? change : totals.file;
			totals.files++;
		}
	}
	return totals;
}

/* "49 packages changed, 2 were added"; "" when none did. */
static const char *package_words(struct bd_arena *arena, const struct totals *t)
{
	const size_t changed = t->packages - t->added - t->removed - t->content;
	struct bd_buf text = { 0 };
	const struct {
		size_t n;
		const char *one, *many;
	} parts[] = { { changed, "package has another version", "packages have other versions" },
		{ t->added, "package was added", "packages were added" },
		{ t->removed, "package was removed", "packages were removed" },
		{ t->content, "package has the same version but other content",
			"packages have the same version but other content" } };
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (parts[i].n > 0) {
			bd_buf_printf(&text, "%s%s", text.n > 0 ? ", " : "",
				bd_plural(arena, parts[i].n, parts[i].one, parts[i].many));
		}
	}
	const char *copy = bd_arena_text(arena, bd_buf_str(&text), text.n);
	bd_buf_release(&text);
	return copy;
}

/* "openssl 1.1.1n → 3.0.2" of a single package, for titles. */
static const char *one_package(struct bd_arena *arena, const struct bd_package_change *change)
{
	if (change->a == NULL) {
		return bd_arena_printf(arena, "%s %s was added", change->b->name, change->b->version);
	}
	if (change->b == NULL) {
		return bd_arena_printf(arena, "%s %s was removed", change->a->name, change->a->version);
	}
	if (change->change == BD_CONTENT) {
		return bd_arena_printf(arena, "%s %s has other content", change->a->name, change->a->version);
	}
	return bd_arena_printf(arena, "%s went from %s to %s", change->a->name, change->a->version, change->b->version);
}

static const char *what_differs(struct bd_arena *arena, const struct totals *t)
{
	if (t->packages == 1 && t->only != NULL) {
		return one_package(arena, t->only);
	}
	if (t->packages > 0) {
		return package_words(arena, t);
	}
	if (t->files > 0) {
		return bd_plural(arena, t->files, "file differs", "files differ");
	}
	return t->settings > 0 ? bd_plural(arena, t->settings, "setting differs", "settings differ")
			       : "nothing else differs";
}

static const char *capital(struct bd_arena *arena, const char *text)
{
	char *copy = bd_arena_strdup(arena, text);
	if (copy[0] >= 'a' && copy[0] <= 'z') {
		copy[0] = (char)(copy[0] - 'a' + 'A');
	}
	return copy;
}

static const char *source_words(struct bd_report *report)
{
	struct bd_arena *arena = &report->arena;
	const char *tree = report->b->source.tree;
	switch (report->source_same) {
	case BD_SAME:
		return tree != NULL ? bd_arena_printf(arena, "Both builds used source tree %.7s.", tree)
				    : "Both builds used the same source.";
	case BD_DIFFERENT:
		if (tree != NULL && bd_streq(report->a->source.tree, tree)) {
			return bd_arena_printf(
				arena, "Both commits have source tree %.7s, but what was not committed differs.", tree);
		}
		return report->a->source.tree != NULL && tree != NULL
			       ? bd_arena_printf(
					 arena, "The source tree went from %.7s to %.7s.", report->a->source.tree, tree)
			       : "The source differs.";
	case BD_CANNOT_TELL:
	default:
		return "Whether the source is the same was not recorded.";
	}
}

/* ---- bases ------------------------------------------------------------------------------------ */

static void write_runtimes(struct explanation *x, struct bd_cause *cause)
{
	const struct bd_side *a = &x->report->side_a;
	const struct bd_side *b = &x->report->side_b;
	if (a->runtime != NULL && b->runtime != NULL && strcmp(a->runtime, b->runtime) != 0) {
		cause->a = a->runtime;
		cause->b = b->runtime;
	} else if (a->distro != NULL && b->distro != NULL && strcmp(a->distro, b->distro) != 0) {
		cause->a = a->distro;
		cause->b = b->distro;
	} else {
		cause->a = a->runtime != NULL ? a->runtime : a->distro;
		cause->b = b->runtime != NULL ? b->runtime : b->distro;
	}
}

/* The runtime's own row is said already. */
static const char *besides_runtime(struct bd_arena *arena, struct totals t)
{
	if (t.packages <= t.runtimes) {
		return "no other package differs";
	}
	t.packages -= t.runtimes;
	t.only = NULL;
	return bd_arena_printf(arena, "besides it, %s", package_words(arena, &t));
}

static void base_moved(struct explanation *x, struct bd_cause *cause, const struct totals *t)
{
	struct bd_arena *arena = &x->report->arena;
	write_runtimes(x, cause);
	cause->title = bd_arena_printf(arena, "%s now points to another image", cause->reference);
	const bool runtime_moved =
		cause->a != NULL && cause->a == x->report->side_a.runtime && !bd_streq(cause->a, cause->b);
	if (runtime_moved) {
		cause->sentence = bd_arena_printf(arena, "Between the two builds, %s moved from %s to %s; %s.",
			cause->reference, cause->a, cause->b, besides_runtime(arena, *t));
	} else if (cause->a != NULL && cause->b != NULL && strcmp(cause->a, cause->b) != 0) {
		cause->sentence = bd_arena_printf(arena, "Between the two builds, %s moved from %s to %s: %s.",
			cause->reference, cause->a, cause->b, what_differs(arena, t));
	} else {
		cause->sentence = bd_arena_printf(arena, "Between the two builds, %s moved to another image%s%s: %s.",
			cause->reference, cause->a != NULL ? ", still " : "", cause->a != NULL ? cause->a : "",
			what_differs(arena, t));
	}
}

static void base_reference(struct explanation *x, struct bd_cause *cause, const struct totals *t)
{
	struct bd_arena *arena = &x->report->arena;
	const struct bd_base_pair *pair = final_base_pair(x->report);
	cause->a = familiar_reference(arena, pair->a->reference);
	cause->b = familiar_reference(arena, pair->b->reference);
	cause->title = bd_arena_printf(arena, "The build starts from %s instead of %s", cause->b, cause->a);
	cause->sentence = bd_arena_printf(arena, "The base image's reference changed from %s to %s (%s, line %d): %s.",
		cause->a, cause->b, dockerfile_name(x->report), cause->line, what_differs(arena, t));
}

static void base_platform(struct explanation *x, struct bd_cause *cause, const struct totals *t)
{
	struct bd_arena *arena = &x->report->arena;
	const struct bd_base_pair *pair = final_base_pair(x->report);
	cause->a = pair->a->platform;
	cause->b = pair->b->platform;
	cause->title =
		bd_arena_printf(arena, "%s was taken for %s instead of %s", cause->reference, cause->b, cause->a);
	cause->sentence = bd_arena_printf(arena, "%s was taken for another platform, %s instead of %s: %s.",
		cause->reference, cause->b, cause->a, what_differs(arena, t));
}

static void stage_moved(struct explanation *x, struct bd_cause *cause, const struct totals *t)
{
	struct bd_arena *arena = &x->report->arena;
	cause->title = bd_arena_printf(arena, "%s, which another stage uses, is another image", cause->reference);
	cause->sentence = bd_arena_printf(arena,
		"Between the two builds, %s (%s, line %d) moved to another image; of what is copied from it, %s.",
		cause->reference, dockerfile_name(x->report), cause->line, what_differs(arena, t));
}

static void frontend_moved(struct explanation *x, struct bd_cause *cause, const struct totals *t)
{
	(void)t;
	struct bd_arena *arena = &x->report->arena;
	cause->title = bd_arena_printf(arena, "The Dockerfile frontend %s is another image", cause->reference);
	cause->sentence = bd_arena_printf(
		arena, "Between the two builds, the Dockerfile frontend %s moved to another image.", cause->reference);
}

/* ---- own steps ---------------------------------------------------------------------------------- */

static const struct bd_layer_line *layer_at(const struct bd_record *record, int line)
{
	for (size_t i = 0; line > 0 && i < record->layers.len; i++) {
		if (record->layers.v[i].line == line) {
			return &record->layers.v[i];
		}
	}
	return NULL;
}

static const char *stage_name(struct bd_report *report, const struct bd_layer_line *layer)
{
	return layer->copied_from_stage >= 0 ? bd_arena_printf(&report->arena, "stage %s", layer->copied_from)
					     : bd_arena_printf(&report->arena, "image %s", layer->copied_from);
}

static bool drifted_in_own_step(const struct bd_report *report, int cause)
{
	for (size_t i = 0; i < report->diff.packages.len; i++) {
		const struct bd_package_change *change = &report->diff.packages.v[i];
		if (change->explained_by == cause && origin_of_package_change(report, change) != BD_LAYER_STEP) {
			return false;
		}
	}
	return true;
}

/* Several layers may stand at one line: a base's triggers run at FROM. */
static const struct bd_layer_line *layer_of_cause(const struct bd_report *report, const struct bd_cause *cause)
{
	const int index = (int)(cause - report->causes.v);
	for (size_t i = 0; cause->line > 0 && i < report->diff.packages.len; i++) {
		const struct bd_package_change *change = &report->diff.packages.v[i];
		const struct bd_layer_line *layer = change->b != NULL && change->explained_by == index
							    ? layer_of_package_change(report, change)
							    : NULL;
		if (layer != NULL && layer->line == cause->line) {
			return layer;
		}
	}
	return layer_at(report->b, cause->line);
}

static void own_step(struct explanation *x, struct bd_cause *cause, const struct totals *t)
{
	struct bd_report *report = x->report;
	struct bd_arena *arena = &report->arena;
	const struct bd_layer_line *layer = layer_of_cause(report, cause);

	cause->title = bd_arena_printf(arena, "%s%s%s", what_differs(arena, t), cause->line > 0 ? " in " : "",
		cause->line > 0 ? bd_arena_printf(arena, "%s line %d", dockerfile_name(report), cause->line) : "");
	if (layer == NULL && drifted_in_own_step(report, (int)(cause - report->causes.v))) {
		cause->sentence = bd_arena_printf(arena,
			"The same instructions brought other packages: %s. Which of them did is not recorded: they share one layer.",
			what_differs(arena, t));
	} else if (layer == NULL) {
		cause->sentence = bd_arena_printf(
			arena, "Packages differ that no recorded layer accounts for: %s.", what_differs(arena, t));
		cause->confidence = BD_INFERRED;
	} else if (layer->copied_from != NULL) {
		cause->sentence = bd_arena_printf(arena,
			"What %s line %d copies from %s differs: %s. The image does not record what that one was built from.",
			dockerfile_name(report), cause->line, stage_name(report, layer), what_differs(arena, t));
	} else {
		cause->sentence =
			bd_arena_printf(arena, "The same instruction (%s, line %d) brought other packages: %s.",
				dockerfile_name(report), cause->line, what_differs(arena, t));
	}
	if (layer != NULL && layer->instruction != NULL) {
		add_text(arena, &cause->evidence,
			bd_arena_printf(
				arena, "%s, line %d: %s", dockerfile_name(report), cause->line, layer->instruction));
	}
}

/* "build argument HTTP_PROXY", "builder buildah". */
static const char *input_name(struct bd_arena *arena, const struct bd_input_change *change)
{
	const char *kind = strcmp(change->kind, "build-arg") == 0 ? "build argument" : change->kind;
	return change->key != NULL ? bd_arena_printf(arena, "%s %s", kind, change->key) : kind;
}

static const char *input_value(const char *value)
{
	return value != NULL ? value : "not recorded";
}

static void build_input(struct explanation *x, struct bd_cause *cause, const struct totals *t)
{
	(void)t;
	struct bd_arena *arena = &x->report->arena;
	const struct bd_input_change_vec *inputs = &x->report->diff.inputs;
	const struct bd_input_change *first = &inputs->v[0];

	cause->a = input_value(first->a);
	cause->b = input_value(first->b);
	cause->title = inputs->len == 1 ? bd_arena_printf(arena, "%s differs", input_name(arena, first))
					: bd_plural(arena, inputs->len, "build input differs", "build inputs differ");
	cause->sentence = bd_arena_printf(arena, "The %s was %s and is %s%s.", input_name(arena, first), cause->a,
		cause->b, inputs->len > 1 ? "; other build inputs differ too" : "");
	for (size_t i = 0; i < inputs->len; i++) {
		const struct bd_input_change *change = &inputs->v[i];
		add_text(arena, &cause->evidence,
			bd_arena_printf(arena, "%s: %s, then %s.", input_name(arena, change), input_value(change->a),
				input_value(change->b)));
	}
}

static void other_content(struct explanation *x, struct bd_cause *cause, const struct totals *t)
{
	struct bd_arena *arena = &x->report->arena;
	cause->title = what_differs(arena, t);
	cause->sentence =
		bd_arena_printf(arena, "Versions are the same and files are not: %s.", what_differs(arena, t));
}

static void settings_changed(struct explanation *x, struct bd_cause *cause, const struct totals *t)
{
	struct bd_arena *arena = &x->report->arena;
	const struct bd_setting_change *first = NULL;
	for (size_t i = 0; first == NULL && i < x->report->diff.settings.len; i++) {
		const struct bd_setting_change *change = &x->report->diff.settings.v[i];
		first = change->explained_by == (int)(cause - x->report->causes.v) ? change : NULL;
	}
	cause->title = bd_plural(arena, t->settings, "image setting differs", "image settings differ");
	if (first == NULL) {
		cause->sentence =
			bd_arena_printf(arena, "%s, and nothing else that was recorded explains it.", cause->title);
		return;
	}
	cause->sentence =
		bd_arena_printf(arena, "%s %s%swas %s and is %s%s; nothing else that was recorded explains it.",
			first->kind, first->key != NULL ? first->key : "", first->key != NULL ? " " : "",
			first->a != NULL ? first->a : "not set", first->b != NULL ? first->b : "not set",
			t->settings > 1 ? " (and others differ)" : "");
}

static const char *first_file(struct bd_report *report, const struct totals *t)
{
	const char *path = t->file->b != NULL ? t->file->b->path : t->file->a->path;
	return t->files == 1 ? bd_arena_strdup(&report->arena, path)
			     : bd_arena_printf(&report->arena, "%s, the first being %s",
				       bd_plural(&report->arena, t->files, "file", "files"), path);
}

static void files_outside(struct explanation *x, struct bd_cause *cause, const struct totals *t)
{
	struct bd_report *report = x->report;
	struct bd_arena *arena = &report->arena;
	const struct bd_layer_line *layer = layer_at(report->b, cause->line);
	const char *differ = t->files == 1 ? "differs" : "differ";

	cause->title = bd_arena_printf(arena, "%s outside packages%s",
		bd_plural(arena, t->files, "file differs", "files differ"),
		cause->line > 0 ? bd_arena_printf(arena, ", in %s line %d", dockerfile_name(report), cause->line) : "");
	if (t->file == NULL) {
		cause->sentence = "Files outside packages differ.";
		return;
	}
	if (layer != NULL && layer->copied_from != NULL) {
		cause->sentence = bd_arena_printf(arena,
			"What %s line %d copies from %s %s: %s. The image records nothing of that %s; "
			"record it with --base-image %s=IMAGE to know why.",
			dockerfile_name(report), cause->line, stage_name(report, layer), differ, first_file(report, t),
			layer->copied_from_stage >= 0 ? "stage, neither its base image nor its packages"
						      : "image, neither its digest nor its packages",
			layer->copied_from);
	} else {
		cause->sentence = bd_arena_printf(arena, "No package accounts for what %s%s: %s.", differ,
			cause->line > 0 ? bd_arena_printf(arena, " in the layer of %s line %d", dockerfile_name(report),
						  cause->line)
					: "",
			first_file(report, t));
	}
	if (layer != NULL && layer->instruction != NULL) {
		add_text(arena, &cause->evidence,
			bd_arena_printf(
				arena, "%s, line %d: %s", dockerfile_name(report), cause->line, layer->instruction));
	}
}

/* ---- nothing of these ----------------------------------------------------------------------------- */

static void source_changed(struct explanation *x, struct bd_cause *cause, const struct totals *t)
{
	struct bd_report *report = x->report;
	cause->title = report->diff.dockerfile_same == BD_DIFFERENT ? "The Dockerfile differs" : "The source differs";
	cause->sentence = bd_arena_printf(&report->arena, "%s In the steps of the build, %s.", source_words(report),
		what_differs(&report->arena, t));
}

static void only_metadata(struct explanation *x, struct bd_cause *cause, const struct totals *t)
{
	(void)t;
	const struct bd_report *report = x->report;
	cause->title = "Only timestamps and other metadata differ";
	cause->sentence = bd_arena_printf(&x->report->arena,
		"Packages, settings and the bytes of all files are the same; what differs are times, owners or files that differ in every build (%s).",
		bd_plural(&x->report->arena, report->diff.files.len, "file", "files"));
}

static void nothing_differs(struct explanation *x, struct bd_cause *cause, const struct totals *t)
{
	(void)x;
	(void)t;
	cause->title = "Everything compared is equal";
	cause->sentence = "Packages, settings, files and layers are the same in both builds.";
}

static void cannot_tell(struct explanation *x, struct bd_cause *cause, const struct totals *t)
{
	(void)t;
	const struct bd_record *a = x->report->a;
	const struct bd_record *b = x->report->b;
	if (x->undecided) {
		const struct totals open = totals_of(x->report, -1);
		cause->title = "Packages differ, and nothing recorded tells who brought them";
		cause->sentence = bd_arena_printf(&x->report->arena,
			"In packages of unknown origin, %s. Whether the base image or the build's own steps brought that, %s do not tell: no record "
			"of the base, and no layers that hold the base alone.",
			what_differs(&x->report->arena, &open), from_sbom(x->report) ? "SBOMs" : "these images");
		return;
	}
	if (from_sbom(x->report) && x->report->diff.packages_same == BD_SAME) {
		cause->title = "The packages are the same, and an SBOM tells no more";
		cause->sentence =
			"No difference was found in the packages' versions; files and settings were not compared.";
		return;
	}
	const bool missing_a = !a->image.present && a->packages.len == 0;
	const bool missing_b = !b->image.present && b->packages.len == 0;
	cause->title = missing_a              ? "The last good build has no package inventory"
		       : missing_b            ? "The failing build has no package inventory"
		       : from_sbom(x->report) ? "An SBOM does not tell what would decide"
					      : "Part of an image could not be read";
	cause->sentence = "No difference was found, but what would decide was not recorded or could not be read.";
}

typedef void sentence_fn(struct explanation *x, struct bd_cause *cause, const struct totals *totals);

static sentence_fn *const sentences[] = {
	[BD_BASE_REFERENCE_CHANGED] = base_reference,
	[BD_BASE_PLATFORM_CHANGED] = base_platform,
	[BD_BASE_IMAGE_MOVED] = base_moved,
	[BD_STAGE_IMAGE_MOVED] = stage_moved,
	[BD_FRONTEND_MOVED] = frontend_moved,
	[BD_OWN_STEP_DRIFTED] = own_step,
	[BD_BUILD_INPUT_CHANGED] = build_input,
	[BD_SAME_VERSION_OTHER_CONTENT] = other_content,
	[BD_SETTINGS_CHANGED] = settings_changed,
	[BD_FILES_OUTSIDE_PACKAGES] = files_outside,
	[BD_SOURCE_CHANGED] = source_changed,
	[BD_ONLY_METADATA] = only_metadata,
	[BD_NOTHING_DIFFERS] = nothing_differs,
	[BD_CANNOT_TELL_CAUSE] = cannot_tell,
};

void write_cause_sentences(struct explanation *x)
{
	for (size_t i = 0; i < x->report->causes.len; i++) {
		struct bd_cause *cause = &x->report->causes.v[i];
		const struct totals totals = totals_of(x->report, (int)i);
		sentences[cause->kind](x, cause, &totals);
		if ((int)i == x->base_cause) {
			add_consequences(x, cause);
		}
	}
}

/* ---- the headline --------------------------------------------------------------------------------- */

/* Own packages that drifted beside a moved base, on their own account. */
static size_t drifted_packages(const struct bd_report *report)
{
	size_t count = 0;
	for (size_t i = 0; i < report->causes.len; i++) {
		if (report->causes.v[i].kind == BD_OWN_STEP_DRIFTED) {
			count += totals_of(report, (int)i).packages;
		}
	}
	return count;
}

/* "the image of stage make", or of the first of several. */
static const char *subject_of_stage(struct bd_report *report)
{
	const struct bd_cause *cause = &report->causes.v[0];
	for (size_t i = 0; i < report->b->bases.len; i++) {
		const struct bd_base *base = &report->b->bases.v[i];
		if (base->line == cause->line && base->stage == cause->stage && base->stage_name != NULL) {
			return bd_arena_printf(&report->arena, "the image of stage %s", base->stage_name);
		}
	}
	return "an image that is copied from";
}

/* What changed, as the subject of "… did."; NULL: the verdict has a headline of its own. */
static const char *subject(struct bd_report *report)
{
	static const char *const subjects[] = {
		[BD_BASE_REFERENCE_CHANGED] = "the base image's reference",
		[BD_BASE_PLATFORM_CHANGED] = "the platform",
		[BD_BASE_IMAGE_MOVED] = "the base image",
		[BD_FRONTEND_MOVED] = "the Dockerfile frontend",
		[BD_OWN_STEP_DRIFTED] = "packages installed during the build",
		[BD_BUILD_INPUT_CHANGED] = "the build's inputs",
		[BD_SAME_VERSION_OTHER_CONTENT] = "the content of packages",
		[BD_SETTINGS_CHANGED] = "the image's settings",
		[BD_FILES_OUTSIDE_PACKAGES] = "files outside packages",
		[BD_CANNOT_TELL_CAUSE] = NULL,
	};
	struct bd_arena *arena = &report->arena;
	const enum bd_cause_kind cause = report->verdict.cause;
	const size_t drifted = drifted_packages(report);

	if (cause == BD_BASE_IMAGE_MOVED && drifted > 0) {
		return bd_arena_printf(arena, "the base image and %s",
			bd_plural(arena, drifted, "installed package", "installed packages"));
	}
	if (cause == BD_BUILD_INPUT_CHANGED && strcmp(report->diff.inputs.v[0].kind, "builder") == 0) {
		return "the builder";
	}
	if (cause == BD_STAGE_IMAGE_MOVED) {
		return subject_of_stage(report);
	}
	return subjects[cause];
}

static const char *headline_without_subject(const struct bd_report *report)
{
	const bool same = report->source_same == BD_SAME;
	if (report->verdict.cause == BD_SOURCE_CHANGED) {
		return report->diff.tree_same == BD_DIFFERENT &&
				       !bd_streq(report->a->source.tree, report->b->source.tree)
			       ? "Git changed. Nothing else that was recorded did."
			       : "What was built changed. Nothing else that was recorded did.";
	}
	if (report->verdict.cause == BD_ONLY_METADATA) {
		return same ? "Nothing in git changed. Only timestamps and other metadata did."
			    : "Only timestamps and other metadata differ.";
	}
	return "No difference found in anything we could compare.";
}

void write_headline(struct explanation *x)
{
	struct bd_report *report = x->report;
	struct bd_arena *arena = &report->arena;
	const char *changed = subject(report);
	const struct bd_cause *first = &report->causes.v[0];

	if (report->verdict.cause == BD_CANNOT_TELL_CAUSE) {
		char *reason = bd_arena_strdup(arena, first->title);
		reason[0] = (char)(reason[0] - 'A' + 'a');
		report->verdict.headline = bd_arena_printf(arena, "Cannot tell yet: %s.", reason);
	} else if (changed == NULL) {
		report->verdict.headline = headline_without_subject(report);
	} else if (report->source_same == BD_SAME) {
		report->verdict.headline =
			bd_arena_printf(arena, "Nothing in git changed. %s did.", capital(arena, changed));
	} else if (report->source_same == BD_DIFFERENT) {
		report->verdict.headline = bd_arena_printf(arena, "Git changed, and so did %s.", changed);
	} else {
		report->verdict.headline = bd_arena_printf(
			arena, "%s changed. Whether git did was not recorded.", capital(arena, changed));
	}
	report->verdict.sentence = report->verdict.cause == BD_SOURCE_CHANGED
					   ? first->sentence
					   : bd_arena_printf(arena, "%s %s", source_words(report), first->sentence);
}
