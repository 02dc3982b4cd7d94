/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The picture of "when it happened": what stayed the same in git over what moved behind the tag, over the builds.
 * All places are computed here; the template draws them.
 */
#include <stdlib.h>
#include <string.h>

#include "render/tree.h"
#include "render/words.h"

#define WIDTH        760
#define LANE_LEFT    132 /* names of the lanes stand before it */
#define LANE_RIGHT   750
#define LANE_FIRST   8
#define CUT_HEIGHT   34 /* for the words over a cut */
#define LANE_STEP    48
#define APART        84 /* what a build's date takes */
#define BUILDS_MAX   7
#define LETTER       8 /* about the width of one, in this size */
#define LANE_LETTERS 16
#define DIGEST_SIZE  12

struct picture {
	struct tree *tree;
	const struct bd_sighting *builds[BUILDS_MAX];
	int x[BUILDS_MAX];
	size_t count, left_out;
	int y;
};

/* ---- which builds, and where ------------------------------------------------------------------------------ */

static size_t index_of(const struct bd_sighting_vec *all, enum bd_observed which)
{
	size_t i = 0;
	while (i < all->len && all->v[i].which != which) {
		i++;
	}
	return i;
}

static size_t distance(size_t a, size_t b)
{
	return a > b ? a - b : b - a;
}

/* The compared two, and of the others those that are nearest to either. */
static void choose_builds(const struct bd_sighting_vec *all, struct picture *p)
{
	const size_t a = index_of(all, BD_OBSERVED_A);
	const size_t b = index_of(all, BD_OBSERVED_B);
	bool *chosen = bd_xcalloc(all->len, sizeof(*chosen));
	size_t count = 0;
	for (size_t away = 0; away <= all->len && count < BUILDS_MAX; away++) {
		for (size_t i = 0; i < all->len && count < BUILDS_MAX; i++) {
			const bool near = distance(i, a) == away || distance(i, b) == away;
			count += near && !chosen[i];
			chosen[i] = chosen[i] || near;
		}
	}
	for (size_t i = 0; i < all->len; i++) {
		if (chosen[i]) {
			p->builds[p->count++] = &all->v[i];
		}
		p->left_out += !chosen[i] && all->v[i].which != BD_OBSERVED_LOOK;
	}
	free(chosen);
}

/* Along time, but far enough apart to be read. */
static void place_builds(struct picture *p)
{
	const size_t n = p->count;
	const int pad = n == 2 ? 170 : n == 3 ? 110 : 40;
	const int from = LANE_LEFT + pad;
	const int to = LANE_RIGHT - pad;
	const int64_t start = p->builds[0]->seconds;
	const int64_t span = p->builds[n - 1]->seconds - start;
	for (size_t i = 0; i < n; i++) {
		const double part = span == 0 ? 0 : (double)(p->builds[i]->seconds - start) / (double)span;
		p->x[i] = from + (int)(part * (to - from));
		p->x[i] = i > 0 && p->x[i] < p->x[i - 1] + APART ? p->x[i - 1] + APART : p->x[i];
	}
	p->x[n - 1] = to;
	for (size_t i = n - 1; i-- > 0;) {
		p->x[i] = p->x[i] > p->x[i + 1] - APART ? p->x[i + 1] - APART : p->x[i];
	}
}

/* ---- lanes -------------------------------------------------------------------------------------------------- */

static void number(struct tree *tree, xmlNode *node, const char *name, int n)
{
	tree_attr(tree, node, name, bd_arena_printf(&tree->arena, "%d", n));
}

/* What of a text fits a width; "" rather than a stump. */
static const char *fitting(struct tree *tree, const char *text, int width)
{
	const char *shown = render_shown(&tree->arena, text);
	return render_width(shown) * LETTER <= (size_t)(width > 0 ? width : 0) ? shown : "";
}

/* "orders-api-nightly-…": an end that says that there was more. */
static const char *shortened(struct tree *tree, const char *text, size_t most)
{
	const char *shown = render_shown(&tree->arena, text);
	if (render_width(shown) <= most) {
		return shown;
	}
	size_t at = 0;
	for (size_t letters = 0; letters + 1 < most;) {
		at++;
		letters += ((unsigned char)shown[at] & 0xc0) != 0x80;
	}
	return bd_arena_printf(&tree->arena, "%.*s…", (int)at, shown);
}

static xmlNode *add_lane(struct picture *p, xmlNode *parent, const char *name)
{
	xmlNode *lane = tree_add(p->tree, parent, "lane");
	tree_attr(p->tree, lane, "name", shortened(p->tree, name, LANE_LETTERS));
	number(p->tree, lane, "y", p->y);
	p->y += LANE_STEP;
	return lane;
}

struct span {
	int from, to;
	const char *kind; /* same, a, b, other, gap, none */
	const char *text, *code;
};

static void add_span(struct picture *p, xmlNode *lane, const struct span *span)
{
	struct tree *tree = p->tree;
	const char *text = fitting(tree, span->text, span->to - span->from - 16);
	const int used = *text == '\0' ? 12 : 12 + (int)render_width(text) * LETTER + 12;
	const char *code = span->code == NULL ? "" : fitting(tree, span->code, span->to - span->from - used);
	xmlNode *node = tree_add(tree, lane, "span");
	tree_attr(tree, node, "kind", span->kind);
	number(tree, node, "x", span->from);
	number(tree, node, "width", span->to - span->from);
	if (*text != '\0') {
		tree_attr(tree, node, "text", text);
	}
	if (*code != '\0') {
		number(tree, node, "code-x", span->from + used);
		tree_attr(tree, node, "code", code);
	}
}

/* Runs of builds with one value; what lies between two runs is when it changed: nobody saw the moment. */
struct run {
	int value, from, to;
	size_t first; /* build */
};

static size_t find_runs(const struct picture *p, const int values[], struct run runs[])
{
	size_t n = 0;
	for (size_t i = 0; i < p->count; i++) {
		if (values[i] == 0) {
			continue;
		}
		if (n > 0 && runs[n - 1].value == values[i]) {
			runs[n - 1].to = p->x[i];
		} else {
			runs[n++] = (struct run){ values[i], p->x[i], p->x[i], i };
		}
	}
	if (n > 0) {
		runs[0].from = LANE_LEFT;
		runs[n - 1].to = LANE_RIGHT;
	}
	/* a run is as wide as its mark at least */
	for (size_t i = 0; i < n; i++) {
		runs[i].from -= i > 0 ? 14 : 0;
		runs[i].to += i + 1 < n ? 14 : 0;
	}
	return n;
}

struct lane_words {
	const char *between;             /* what happened where nobody looked */
	const char *throughout;          /* "the same tree 80655da throughout" */
	const char *texts[3], *codes[3]; /* of value 1 and 2 */
};

static void add_runs(
	struct picture *p, xmlNode *lane, const struct run runs[], size_t n, const struct lane_words *words)
{
	static const char *const kinds[] = { "none", "a", "b" };
	if (n == 0) {
		const struct span none = { LANE_LEFT, LANE_RIGHT, "none", "not recorded", NULL };
		add_span(p, lane, &none);
	}
	for (size_t i = 0; i < n; i++) {
		const int value = runs[i].value;
		struct span span = { .from = runs[i].from, .to = runs[i].to };
		span.kind = n == 1 ? "same" : value < 3 ? kinds[value] : "other";
		span.text = n == 1 ? words->throughout : value < 3 ? words->texts[value] : "another";
		span.code = n > 1 && value < 3 ? words->codes[value] : NULL;
		if (i > 0) {
			const struct span gap = { runs[i - 1].to + 2, runs[i].from - 2, "gap", words->between, NULL };
			add_span(p, lane, &gap);
		}
		add_span(p, lane, &span);
	}
}

/* Trees of git as numbers: 1 is that of the last good build, 2 that of the failing one. */
static void number_trees(const struct picture *p, int values[])
{
	const char *a = p->tree->report->a->source.tree;
	const char *b = p->tree->report->b->source.tree;
	for (size_t i = 0; i < p->count; i++) {
		const char *tree = p->builds[i]->tree;
		values[i] = tree == NULL ? 0 : bd_streq(tree, a) ? 1 : bd_streq(tree, b) ? 2 : 3 + (int)i;
		for (size_t k = 0; values[i] > 2 && k < i; k++) {
			values[i] = bd_streq(tree, p->builds[k]->tree) ? values[k] : values[i];
		}
	}
}

static const char *short_tree(struct tree *tree, const char *id)
{
	return id == NULL ? "" : bd_arena_text(&tree->arena, id, strnlen(id, 7));
}

static size_t add_git_lane(struct picture *p, xmlNode *parent)
{
	struct tree *tree = p->tree;
	const char *a = tree->report->a->source.tree;
	const char *b = tree->report->b->source.tree;
	int values[BUILDS_MAX];
	struct run runs[BUILDS_MAX];
	number_trees(p, values);
	const size_t n = find_runs(p, values, runs);
	const bool everywhere = a != NULL && b != NULL;
	const struct lane_words words = {
		.between = "changed in between",
		.throughout =
			n == 0       ? ""
			: everywhere ? bd_arena_printf(&tree->arena, "the same tree %s throughout", short_tree(tree, a))
				     : bd_arena_printf(&tree->arena, "tree %s; not every build recorded one",
					       short_tree(tree, p->builds[runs[0].first]->tree)),
		.texts = { "", "tree", "tree" },
		.codes = { NULL, short_tree(tree, a), short_tree(tree, b) },
	};
	add_runs(p, add_lane(p, parent, "git tree"), runs, n, &words);
	return n;
}

static const char *short_digest(struct tree *tree, const char *digest)
{
	const char *colon = digest == NULL ? NULL : strchr(digest, ':');
	return colon == NULL ? "" : bd_arena_text(&tree->arena, colon + 1, strnlen(colon + 1, DIGEST_SIZE));
}

/* What the two images are called in the lane: by version where that differs, else by digest. */
static struct lane_words image_words(struct tree *tree)
{
	const struct bd_side *a = &tree->report->side_a;
	const struct bd_side *b = &tree->report->side_b;
	struct lane_words words = { .between = "moved in between",
		.throughout = "the same image throughout",
		.texts = { "", "last good", "failing" } };
	if (!bd_streq(tree->report->timeline_reference, render_base_reference(tree->report))) {
		return words; /* the sides speak of the base only */
	}
	if (a->runtime != NULL && b->runtime != NULL && strcmp(a->runtime, b->runtime) != 0) {
		words.texts[1] = a->runtime;
		words.texts[2] = b->runtime;
	} else {
		words.texts[1] = words.texts[2] = "";
	}
	words.codes[1] = short_digest(tree, a->base_digest);
	words.codes[2] = short_digest(tree, b->base_digest);
	return words;
}

static void add_cut(struct picture *p, xmlNode *parent, const struct run *run)
{
	struct tree *tree = p->tree;
	xmlNode *cut = tree_add(tree, parent, "cut");
	number(tree, cut, "x", run->from - 2);
	tree_attr(tree, cut, "anchor", run->from > WIDTH / 2 ? "end" : "start");
	tree_attr(tree, cut, "text",
		bd_arena_printf(&tree->arena, "new image first seen %s",
			render_short_time(&tree->arena, p->builds[run->first]->time, p->builds[0]->time)));
}

/* "python:2.7" of "registry.example/library/python:2.7" where all of it does not fit. */
static const char *lane_name(const char *reference)
{
	const char *slash = strrchr(reference, '/');
	return strlen(reference) > LANE_LETTERS && slash != NULL && slash[1] != '\0' ? slash + 1 : reference;
}

static bool has_cut(const struct picture *p)
{
	bool before = false;
	for (size_t i = 0; i < p->count; i++) {
		if (p->builds[i]->image == 2) {
			return before;
		}
		before = before || p->builds[i]->image != 0;
	}
	return false;
}

static size_t add_image_lane(struct picture *p, xmlNode *parent)
{
	struct tree *tree = p->tree;
	int values[BUILDS_MAX];
	struct run runs[BUILDS_MAX];
	for (size_t i = 0; i < p->count; i++) {
		values[i] = p->builds[i]->image;
	}
	const size_t n = find_runs(p, values, runs);
	const struct lane_words words = image_words(tree);
	add_runs(p, add_lane(p, parent, lane_name(tree->report->timeline_reference)), runs, n, &words);
	for (size_t i = 1; i < n; i++) {
		if (runs[i].value == 2) {
			add_cut(p, parent, &runs[i]);
			break;
		}
	}
	return n;
}

/* ---- builds --------------------------------------------------------------------------------------------------- */

static bool is_first_failure(const struct picture *p, size_t at)
{
	for (size_t i = 0; i < at; i++) {
		if (p->builds[i]->status == BD_STATUS_FAILED) {
			return false;
		}
	}
	return p->builds[at]->status == BD_STATUS_FAILED;
}

static const char *note_of(const struct picture *p, size_t i)
{
	const enum bd_observed which = p->builds[i]->which;
	return which == BD_OBSERVED_A      ? "last good"
	       : which == BD_OBSERVED_B    ? "this build"
	       : which == BD_OBSERVED_LOOK ? "no build"
	       : is_first_failure(p, i)    ? "first failure"
					   : NULL;
}

static void add_marks(struct picture *p, xmlNode *parent)
{
	struct tree *tree = p->tree;
	for (size_t i = 0; i < p->count; i++) {
		const struct bd_sighting *build = p->builds[i];
		const char *label = strncmp(build->label, "build ", 6) == 0 ? build->label + 6 : build->label;
		xmlNode *mark = tree_add(tree, parent, "mark");
		number(tree, mark, "x", p->x[i]);
		tree_attr(tree, mark, "status", bd_status_name(build->status));
		tree_attr(tree, mark, "label", shortened(tree, label, 11));
		tree_attr(tree, mark, "when", render_short_time(&tree->arena, build->time, p->builds[0]->time));
		tree_attr(tree, mark, "note", note_of(p, i));
		tree_attr(tree, mark, "ring",
			build->which == BD_OBSERVED_A || build->which == BD_OBSERVED_B ? "yes" : NULL);
	}
}

/* ---- for those who do not see it --------------------------------------------------------------------------------- */

static const char *describe(struct picture *p, size_t trees, size_t images)
{
	struct tree *tree = p->tree;
	struct bd_buf text = { 0 };
	bd_buf_add_str(&text, trees == 0   ? "The git tree was not recorded."
			      : trees == 1 ? "The git lane does not change."
					   : "The git lane changes.");
	if (tree->report->timeline_reference != NULL) {
		bd_buf_printf(&text, " The lane of %s %s.", tree->report->timeline_reference,
			images == 0   ? "is not known"
			: images == 1 ? "does not change"
				      : "changes");
	}
	bd_buf_add_str(&text, " Builds:");
	for (size_t i = 0; i < p->count; i++) {
		bd_buf_printf(&text, "%s %s %s", i > 0 ? "," : "", p->builds[i]->label,
			p->builds[i]->which == BD_OBSERVED_LOOK     ? "(looked at the tag)"
			: p->builds[i]->status == BD_STATUS_UNKNOWN ? "(status not recorded)"
								    : bd_status_name(p->builds[i]->status));
	}
	bd_buf_add_char(&text, '.');
	const char *copy = bd_arena_text(&tree->arena, text.p, text.n);
	bd_buf_release(&text);
	return copy;
}

void tree_timeline(struct tree *tree, xmlNode *events)
{
	const struct bd_sighting_vec *all = &tree->report->timeline;
	struct picture p = { .tree = tree };
	if (all->len < 2) {
		return; /* one build is no story */
	}
	choose_builds(all, &p);
	place_builds(&p);
	p.y = LANE_FIRST + (tree->report->timeline_reference != NULL && has_cut(&p) ? CUT_HEIGHT : 0);
	xmlNode *picture = tree_add(tree, events, "picture");
	const bool git = tree->report->a->source.present || tree->report->b->source.present;
	const size_t trees = git ? add_git_lane(&p, picture) : 0;
	const size_t images = tree->report->timeline_reference != NULL ? add_image_lane(&p, picture) : 0;
	number(tree, picture, "builds-y", p.y);
	number(tree, picture, "width", WIDTH);
	number(tree, picture, "height", p.y + 90);
	add_marks(&p, picture);
	tree_attr(tree, picture, "description", describe(&p, trees, images));
	tree_attr(tree, picture, "left-out",
		p.left_out > 0 ? bd_plural(&tree->arena, p.left_out, "more build", "more builds") : NULL);
}
