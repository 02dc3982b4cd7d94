/* SPDX-License-Identifier: Apache-2.0 */
/* The layer stack of both builds, runs of alike layers folded, so that nine replaced layers do not look like nine
 * causes. */
#include <string.h>

#include "explain/parts.h"

enum {
	LABEL_BYTES = 160
};

/* What made the layer, for people: the Dockerfile's own line, else what the history says. */
static const char *label_of(struct bd_report *report, const struct bd_layer_line *layer)
{
	static const char *const marks[] = { "/bin/sh -c #(nop) ", "/bin/sh -c ", "RUN /bin/sh -c " };
	if (layer->instruction != NULL) {
		return layer->instruction;
	}
	struct bd_str text = bd_str_trim(bd_str(layer->created_by));
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if (bd_str_starts(text, marks[i])) {
			const size_t n = strlen(marks[i]);
			text = bd_str_trim((struct bd_str){ text.p + n, text.n - n });
			break;
		}
	}
	if (bd_str_ends(text, " # buildkit")) {
		text.n -= strlen(" # buildkit");
	}
	if (text.n == 0) {
		return bd_arena_printf(&report->arena, "layer %d", layer->index);
	}
	size_t shown = text.n < LABEL_BYTES ? text.n : LABEL_BYTES;
	while (shown < text.n && shown > 0 && ((unsigned char)text.p[shown] & 0xc0) == 0x80) {
		shown--; /* not inside a UTF-8 character */
	}
	return bd_arena_printf(&report->arena, "%.*s%s", (int)shown, text.p, shown < text.n ? " …" : "");
}

static const char *detail_of(struct bd_report *report, const struct bd_layer_pair *pair)
{
	switch (pair->state) {
	case BD_LAYER_IDENTICAL:
		return "identical";
	case BD_LAYER_SAME_CONTENT:
		return "new digest, same files";
	case BD_LAYER_ONLY_A:
		return "only in the last good build";
	case BD_LAYER_ONLY_B:
		return pair->packages > 0 ? bd_plural(&report->arena, pair->packages, "package", "packages")
					  : "only in the failing build";
	case BD_LAYER_DIFFERS:
	default:
		return pair->packages > 0
			       ? bd_plural(&report->arena, pair->packages, "package differs", "packages differ")
			       : "new digest, same packages, other files";
	}
}

static bool folds(const struct bd_layer_row *row, const struct bd_layer_pair *pair, enum bd_layer_origin origin)
{
	return row->origin == origin && row->state == pair->state && pair->packages == 0 &&
	       pair->state != BD_LAYER_DIFFERS && (pair->a < 0 || row->a_last + 1 == pair->a) &&
	       (pair->b < 0 || row->b_last + 1 == pair->b);
}

/* The layer that carries the first cause: the base's layers that brought other packages, or the step's own. */
static bool is_cause(const struct bd_report *report, const struct bd_layer_pair *pair,
	const struct bd_layer_line *layer, enum bd_layer_origin origin)
{
	const struct bd_cause *first = &report->causes.v[0];
	if (first->kind <= BD_BASE_IMAGE_MOVED) {
		return origin == BD_LAYER_BASE && pair->packages > 0;
	}
	return first->kind >= BD_STAGE_IMAGE_MOVED && layer->line > 0 && first->line == layer->line &&
	       origin == BD_LAYER_STEP;
}

static void add_row(struct bd_report *report, const struct bd_layer_pair *pair)
{
	const struct bd_layer_line *a = layer_of(report->a, pair->a);
	const struct bd_layer_line *b = layer_of(report->b, pair->b);
	const struct bd_layer_line *shown = b != NULL ? b : a;
	const enum bd_layer_origin origin =
		b != NULL ? origin_of_layer(report->b, pair->b) : origin_of_layer(report->a, pair->a);
	if (shown == NULL) {
		return; /* a pair has at least one side, which the analyser cannot know */
	}
	struct bd_layer_row *last =
		report->layer_rows.len > 0 ? &report->layer_rows.v[report->layer_rows.len - 1] : NULL;

	if (last != NULL && pair->packages == 0 && folds(last, pair, origin)) {
		last->a_last = pair->a >= 0 ? pair->a : last->a_last;
		last->b_last = pair->b >= 0 ? pair->b : last->b_last;
		return;
	}
	*bd_vec_push(&report->layer_rows) = (struct bd_layer_row){
		.a_first = pair->a,
		.a_last = pair->a,
		.b_first = pair->b,
		.b_last = pair->b,
		.state = pair->state,
		.origin = origin,
		.label = label_of(report, shown),
		.detail = detail_of(report, pair),
		.a_digest = a != NULL ? a->diff_id : NULL,
		.b_digest = b != NULL ? b->diff_id : NULL,
		.line = shown->line,
		.is_cause = is_cause(report, pair, shown, origin),
	};
}

void list_layer_rows(struct explanation *x)
{
	for (size_t i = 0; i < x->report->diff.layers.len; i++) {
		add_row(x->report, &x->report->diff.layers.v[i]);
	}
}
