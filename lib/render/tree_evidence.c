/* SPDX-License-Identifier: Apache-2.0 */
/* What the report rests on: both builds, their images, every digest in full, and where it was read. */
#include <string.h>

#include "render/tree.h"
#include "render/words.h"

#define BASES_SHOWN 100U

/* One row with a value on each side; the template shows what is missing as "not recorded". */
static xmlNode *add_fact(struct tree *tree, xmlNode *parent, const char *label)
{
	xmlNode *fact = tree_add(tree, parent, "fact");
	tree_attr(tree, fact, "label", label);
	return fact;
}

static void add_value(struct tree *tree, xmlNode *fact, const char *side, const char *value, bool code)
{
	xmlNode *node = tree_text(tree, fact, side, value);
	if (node != NULL && code) {
		tree_attr(tree, node, "code", "yes");
	}
}

static void add_pair(struct tree *tree, xmlNode *parent, const char *label, const char *const sides[2], bool code)
{
	if (sides[0] != NULL || sides[1] != NULL) {
		xmlNode *fact = add_fact(tree, parent, label);
		add_value(tree, fact, "a", sides[0], code);
		add_value(tree, fact, "b", sides[1], code);
	}
}

#define PAIR(member)  ((const char *const[2]){ tree->report->a->member, tree->report->b->member })
#define SIDES(member) ((const char *const[2]){ tree->report->side_a.member, tree->report->side_b.member })

static void add_digests(struct tree *tree, xmlNode *fact, const char *side, const struct bd_digest_vec *digests)
{
	for (size_t i = 0; i < digests->len; i++) {
		xmlNode *node = tree_text_whole(tree, fact, side, digests->v[i].value);
		if (node != NULL) {
			tree_attr(tree, node, "code", "yes");
			tree_attr(tree, node, "kind", bd_digest_kind_name(digests->v[i].kind));
		}
	}
}

static void add_base_side(struct tree *tree, xmlNode *fact, const char *side, const struct bd_base *base)
{
	if (base == NULL) {
		return;
	}
	add_value(tree, fact, side, base->reference != NULL ? base->reference : base->as_written, true);
	add_digests(tree, fact, side, &base->digests);
	if (base->confidence != BD_CONFIDENCE_UNKNOWN) {
		const char *source = base->evidence.len > 0 ? base->evidence.v[0].source : NULL;
		add_value(tree, fact, side,
			bd_arena_printf(&tree->arena, "%s%s%s", bd_confidence_name(base->confidence),
				source == NULL ? "" : ", by ", source == NULL ? "" : source),
			false);
	}
}

static const char *base_label(struct tree *tree, const struct bd_base *base)
{
	static const char *const words[] = {
		[BD_ROLE_BASE] = "Base image",
		[BD_ROLE_BUILDER] = "Stage image",
		[BD_ROLE_COPY] = "Copied image",
		[BD_ROLE_MOUNT] = "Mounted image",
		[BD_ROLE_FRONTEND] = "Dockerfile frontend",
		[BD_ROLE_SCANNER] = "Scanner image",
	};
	const char *word = words[base->role];
	if (base->stage_name != NULL && base->role == BD_ROLE_BUILDER) {
		word = bd_arena_printf(&tree->arena, "%s (%s)", word, render_shown(&tree->arena, base->stage_name));
	}
	return base->line > 0 ? bd_arena_printf(&tree->arena, "%s, line %d", word, base->line) : word;
}

static void add_bases(struct tree *tree, xmlNode *parent)
{
	const struct bd_base_pair_vec *bases = &tree->report->diff.bases;
	for (size_t i = 0; i < bases->len && i < BASES_SHOWN; i++) {
		const struct bd_base_pair *pair = &bases->v[i];
		const struct bd_base *any = pair->b != NULL ? pair->b : pair->a;
		if (any == NULL) {
			continue;
		}
		xmlNode *fact = add_fact(tree, parent, base_label(tree, any));
		tree_attr(tree, fact, "how", pair->how);
		add_base_side(tree, fact, "a", pair->a);
		add_base_side(tree, fact, "b", pair->b);
	}
	if (bases->len > BASES_SHOWN) {
		xmlNode *more = tree_add(tree, parent, "more");
		tree_attr(tree, more, "count",
			bd_plural(&tree->arena, bases->len - BASES_SHOWN, "more image", "more images"));
	}
}

static void add_image(struct tree *tree, xmlNode *parent)
{
	const struct bd_built_image *a = &tree->report->a->image;
	const struct bd_built_image *b = &tree->report->b->image;
	if (!a->present && !b->present) {
		return;
	}
	xmlNode *fact = add_fact(tree, parent, "Built image");
	add_value(tree, fact, "a", a->name, true);
	add_digests(tree, fact, "a", &a->digests);
	add_value(tree, fact, "b", b->name, true);
	add_digests(tree, fact, "b", &b->digests);
	add_pair(tree, parent, "Image made",
		(const char *const[2]){ render_time(&tree->arena, a->created), render_time(&tree->arena, b->created) },
		false);
	add_pair(tree, parent, "Platform", PAIR(image.platform), true);
}

static const char *status_words(const struct bd_record *record)
{
	return record->build.status == BD_STATUS_UNKNOWN ? NULL : bd_status_name(record->build.status);
}

static const char *package_words(struct tree *tree, const struct bd_side *side)
{
	return side->packages == 0 ? NULL : bd_plural(&tree->arena, side->packages, "package", "packages");
}

static void add_builds(struct tree *tree, xmlNode *parent)
{
	const struct bd_report *r = tree->report;
	add_pair(tree, parent, "Build", SIDES(label), false);
	add_pair(tree, parent, "Status", (const char *const[2]){ status_words(r->a), status_words(r->b) }, false);
	add_pair(tree, parent, "Started",
		(const char *const[2]){ render_time(&tree->arena, r->a->build.started),
			render_time(&tree->arena, r->b->build.started) },
		false);
	add_pair(tree, parent, "git commit", PAIR(source.commit), true);
	add_pair(tree, parent, "git tree", PAIR(source.tree), true);
	add_pair(tree, parent, "Dockerfile", PAIR(source.dockerfile_digest), true);
	add_bases(tree, parent);
	add_image(tree, parent);
	add_pair(tree, parent, "System", SIDES(distro), false);
	add_pair(tree, parent, "Inventory",
		(const char *const[2]){ package_words(tree, &r->side_a), package_words(tree, &r->side_b) }, false);
	add_pair(tree, parent, "Record", PAIR(digest), true);
}

void tree_evidence(struct tree *tree, xmlNode *root)
{
	xmlNode *evidence = tree_add(tree, root, "evidence");
	add_builds(tree, evidence);
	if (tree->report->choice != NULL) {
		(void)tree_text_whole(tree, evidence, "choice", tree->report->choice);
	}
	for (size_t i = 0; i < tree->report->commands.len; i++) {
		(void)tree_text_whole(tree, evidence, "command", tree->report->commands.v[i]);
	}
}
