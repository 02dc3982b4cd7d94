/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The images a build starts from: accuse what moved, acquit what did not.  A new index, a new digest or
 * a rebuild accuses nobody as long as packages, files and settings are what they were.
 */
#include <string.h>

#include "explain/parts.h"

static void rule_out(struct explanation *x, enum bd_cause_kind kind, const char *reference, const char *reason)
{
	*bd_vec_push(&x->report->ruled_out) = (struct bd_ruled_out){ kind, reference, reason };
}

static const struct bd_base *shown_base(const struct bd_base_pair *pair)
{
	return pair->b != NULL ? pair->b : pair->a;
}

static const char *reference_of(struct explanation *x, const struct bd_base *base)
{
	const char *familiar = familiar_reference(&x->report->arena, base->reference);
	return familiar != NULL ? familiar : base->as_written;
}

/*
 * Nobody recorded where the base's layers end, and yet: an image that starts from another has at least
 * its lowest layer from it.  If that one differs, the base does.  A single layer may be a squashed image's,
 * with the own steps in it.
 */
static void narrow(struct bd_report *report, struct bd_base_pair *pair)
{
	const struct bd_layer_line *a = layer_of(report->a, 0);
	const struct bd_layer_line *b = layer_of(report->b, 0);
	if (report->a->layers.len < 2 || report->b->layers.len < 2) {
		return;
	}
	if (pair->same == BD_CANNOT_TELL && shown_base(pair)->role == BD_ROLE_BASE && a != NULL && b != NULL &&
		a->diff_id != NULL && b->diff_id != NULL && strcmp(a->diff_id, b->diff_id) != 0) {
		pair->same = BD_DIFFERENT;
		pair->how = "lowest layer";
	}
}

static bool base_packages_differ(const struct bd_report *report)
{
	for (size_t i = 0; i < report->diff.packages.len; i++) {
		if (origin_of_package_change(report, &report->diff.packages.v[i]) != BD_LAYER_STEP) {
			return true;
		}
	}
	return false;
}

static bool base_files_differ(const struct bd_report *report)
{
	for (size_t i = 0; i < report->diff.files.len; i++) {
		const struct bd_file_change *change = &report->diff.files.v[i];
		if (file_change_counts(change) && origin_of_file_change(report, change) != BD_LAYER_STEP) {
			return true;
		}
	}
	return false;
}

/* Both inventories must be whole to say this: an error is never "same". */
static bool rebuilt_same_content(const struct bd_report *report, const struct bd_base_pair *pair)
{
	const struct bd_diff *diff = &report->diff;
	return diff->packages_same != BD_CANNOT_TELL && diff->files_same != BD_CANNOT_TELL &&
	       !base_packages_differ(report) && !base_files_differ(report) &&
	       bd_settings_equal(&pair->a->env, &pair->b->env);
}

/*
 * The final base's layers are in the image: that they differ is proven by bytes.  Digests, and images that leave
 * nothing in the result, are as sure as the weaker side's word; whose a setting is follows from the Dockerfile
 * not setting it.
 */
static enum bd_confidence confidence_of(const struct bd_report *report, const struct bd_base_pair *pair)
{
	const bool images = report->a->image.present && report->b->image.present;
	const enum bd_confidence weaker =
		pair->a->confidence < pair->b->confidence ? pair->a->confidence : pair->b->confidence;
	if (bd_streq(pair->how, "settings")) {
		return BD_INFERRED;
	}
	if (images && shown_base(pair)->role == BD_ROLE_BASE &&
		(bd_streq(pair->how, "diff_ids") || bd_streq(pair->how, "lowest layer"))) {
		return weaker == BD_STATED ? BD_STATED : BD_PROVEN; /* stated: given for an image that was squashed */
	}
	if (pair->reference_differs || pair->platform_differs) {
		return BD_PROVEN;
	}
	/* a build that failed: its base is what its tag serves now, if nothing more is known */
	return images && weaker < BD_STATED ? BD_STATED : weaker;
}

static int accuse(struct explanation *x, enum bd_cause_kind kind, const struct bd_base_pair *pair)
{
	const struct bd_base *base = shown_base(pair);
	const int index = add_cause(x, kind);
	struct bd_cause *cause = &x->report->causes.v[index];

	cause->reference = reference_of(x, base);
	cause->line = base->line;
	cause->stage = base->stage;
	cause->confidence = confidence_of(x->report, pair);
	if (pair->how != NULL) {
		add_text(&x->report->arena, &cause->evidence,
			bd_arena_printf(&x->report->arena, "Compared by %s.", pair->how));
	}
	return index;
}

static void acquit(struct explanation *x, const struct bd_base_pair *pair)
{
	struct bd_arena *arena = &x->report->arena;
	const char *reference = reference_of(x, shown_base(pair));

	if (pair->index_differs) {
		rule_out(x, BD_INDEX_ONLY_REPUBLISHED, reference,
			bd_arena_printf(arena,
				"%s: the index was republished, the image of this platform is the same (equal %s).",
				reference, pair->how));
	} else {
		rule_out(x, BD_BASE_SAME_IMAGE, reference,
			bd_arena_printf(
				arena, "%s is the same image in both builds (equal %s).", reference, pair->how));
	}
}

static void judge_final(struct explanation *x, struct bd_base_pair *pair)
{
	struct bd_arena *arena = &x->report->arena;

	narrow(x->report, pair);
	if (pair->reference_differs) {
		x->base_cause = accuse(x, BD_BASE_REFERENCE_CHANGED, pair);
	} else if (pair->platform_differs) {
		x->base_cause = accuse(x, BD_BASE_PLATFORM_CHANGED, pair);
	} else if (pair->same == BD_SAME) {
		acquit(x, pair);
	} else if (pair->same == BD_DIFFERENT && rebuilt_same_content(x->report, pair)) {
		const char *reference = reference_of(x, shown_base(pair));
		rule_out(x, BD_BASE_REBUILT_SAME_CONTENT, reference,
			bd_arena_printf(arena, "%s was rebuilt, but its packages, files and settings are the same.",
				reference));
	} else if (pair->same == BD_DIFFERENT) {
		x->base_cause = accuse(x, BD_BASE_IMAGE_MOVED, pair);
	}
}

static void judge_other(struct explanation *x, const struct bd_base_pair *pair)
{
	const enum bd_role role = shown_base(pair)->role;

	if (pair->same == BD_SAME) {
		acquit(x, pair);
	} else if (pair->same == BD_DIFFERENT) {
		(void)accuse(x, role == BD_ROLE_FRONTEND ? BD_FRONTEND_MOVED : BD_STAGE_IMAGE_MOVED, pair);
	}
}

/* Packages differ, no base is found guilty or innocent, and no layer tells whose they are. */
static bool is_undecided(const struct explanation *x)
{
	const struct bd_report *report = x->report;
	const struct bd_base_pair *pair = final_base_pair(report);
	const bool known = pair != NULL && (pair->same == BD_SAME || x->base_cause >= 0);

	for (size_t i = 0; !known && report->source_same != BD_DIFFERENT && i < report->diff.packages.len; i++) {
		if (origin_of_package_change(report, &report->diff.packages.v[i]) == BD_LAYER_UNKNOWN) {
			return true;
		}
	}
	return false;
}

void judge_bases(struct explanation *x)
{
	for (size_t i = 0; i < x->report->diff.bases.len; i++) {
		struct bd_base_pair *pair = &x->report->diff.bases.v[i];
		if (pair->a == NULL || pair->b == NULL) {
			continue; /* an image that only one build used: the Dockerfile says so, and it differs */
		}
		if (shown_base(pair)->role == BD_ROLE_BASE) {
			judge_final(x, pair);
		} else {
			judge_other(x, pair);
		}
	}
	x->undecided = is_undecided(x);
}
