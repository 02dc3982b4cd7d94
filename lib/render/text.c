/* SPDX-License-Identifier: Apache-2.0 */
/* The report for a terminal. */
#include <stdlib.h>
#include <string.h>

#include "render/words.h"

#define PACKAGE_ROWS  40U
#define MEASURED_ROWS 160U /* rows that decide how wide the columns are */
#define SETTING_ROWS  20U
#define FOLDER_ROWS   20U
#define OTHER_ROWS    20U

#define BOLD   "\x1b[1m"
#define BLUE   "\x1b[34m"
#define YELLOW "\x1b[33m"
#define OFF    "\x1b[0m"

struct text {
	const struct bd_report *report;
	const struct bd_render_options *options;
	struct bd_arena arena;
	struct bd_buf *out;
	const char *arrow;
	size_t width;
};

static void put(struct text *t, const char *s)
{
	bd_buf_add_str(t->out, s);
}

static void paint(struct text *t, const char *style, const char *s)
{
	if (t->options->color) {
		put(t, style);
		put(t, s);
		put(t, OFF);
	} else {
		put(t, s);
	}
}

static void pad(struct text *t, const char *s, size_t width)
{
	for (size_t n = render_width(s); n < width; n++) {
		bd_buf_add_char(t->out, ' ');
	}
}

static const char *shown(struct text *t, const char *s)
{
	return render_shown(&t->arena, s);
}

/* Words wrapped at the terminal's width; a word longer than a line stays whole. */
static void put_wrapped(struct text *t, const char *indent, const char *s)
{
	size_t column = render_width(indent);
	bool first = true;
	put(t, indent);
	while (*s != '\0') {
		const size_t n = strcspn(s, " ");
		const char *word = bd_arena_text(&t->arena, s, n);
		const size_t width = render_width(word);
		if (!first && column + 1 + width > t->width) {
			put(t, "\n");
			put(t, indent);
			column = render_width(indent);
			first = true;
		}
		put(t, first ? "" : " ");
		put(t, word);
		column += width + (first ? 0 : 1);
		first = false;
		s += n + (s[n] == ' ');
	}
	put(t, "\n");
}

static void put_heading(struct text *t, const char *title)
{
	put(t, "\n");
	paint(t, BOLD, title);
	put(t, "\n");
}

static void put_more(struct text *t, size_t left)
{
	if (left > 0) {
		bd_buf_printf(t->out, "  and %s more (-o json has them all)\n", bd_count_text(&t->arena, left));
	}
}

static void put_side(struct text *t, const char *who, const char *style, const struct bd_side *side)
{
	put(t, "  ");
	paint(t, style, who);
	pad(t, who, 12);
	put(t, shown(t, side->label));
	if (side->base_digest != NULL) {
		bd_buf_printf(t->out, "  base %s%s", side->base_digest_kind == BD_DIGEST_DIFF_ID ? "layers " : "",
			shown(t, bd_short_digest(&t->arena, side->base_digest)));
	}
	if (side->base_created != NULL) {
		bd_buf_printf(t->out, "  built %s", render_day(&t->arena, side->base_created));
	}
	put(t, "\n");
}

static void put_tree(struct text *t)
{
	const char *a = t->report->a->source.tree;
	const char *b = t->report->b->source.tree;
	if (a == NULL || b == NULL) {
		return;
	}
	const char *short_a = shown(t, bd_arena_text(&t->arena, a, strnlen(a, 7)));
	const char *short_b = shown(t, bd_arena_text(&t->arena, b, strnlen(b, 7)));
	if (strcmp(a, b) == 0) {
		bd_buf_printf(t->out, "  git tree    %s in both builds\n", short_a);
	} else {
		bd_buf_printf(t->out, "  git tree    %s %s %s\n", short_a, t->arrow, short_b);
	}
}

static void put_change(struct text *t, const char *a, const char *b)
{
	paint(t, BLUE, a);
	bd_buf_printf(t->out, " %s ", t->arrow);
	paint(t, YELLOW, b);
}

static void put_verdict(struct text *t)
{
	const struct bd_report *r = t->report;
	const char *reference = render_base_reference(r);

	paint(t, BOLD, shown(t, r->verdict.headline));
	put(t, "\n");
	if (r->verdict.sentence != NULL) {
		put_wrapped(t, "", shown(t, r->verdict.sentence));
	}
	if (r->verdict.flake != NULL) {
		put_wrapped(t, "", shown(t, r->verdict.flake));
	}
	put(t, "\n");
	if (reference != NULL && r->side_a.runtime != NULL && r->side_b.runtime != NULL) {
		bd_buf_printf(t->out, "  %s  ", shown(t, reference));
		if (strcmp(r->side_a.runtime, r->side_b.runtime) == 0) {
			bd_buf_printf(t->out, "%s in both builds\n", shown(t, r->side_a.runtime));
		} else {
			put_change(t, shown(t, r->side_a.runtime), shown(t, r->side_b.runtime));
			put(t, "\n");
		}
	}
	put_side(t, "last good", BLUE, &r->side_a);
	put_side(t, "failing", YELLOW, &r->side_b);
	put_tree(t);
	if (r->choice != NULL) {
		put_wrapped(t, "  ", shown(t, r->choice));
	}
}

/* More than one cause: each has its sentence; a single one is what the verdict says. */
static void put_causes(struct text *t)
{
	if (t->report->causes.len < 2) {
		return;
	}
	put_heading(t, "Causes");
	for (size_t i = 0; i < t->report->causes.len && i < OTHER_ROWS; i++) {
		put_wrapped(t, "  ", shown(t, t->report->causes.v[i].sentence));
	}
	put_more(t, t->report->causes.len > OTHER_ROWS ? t->report->causes.len - OTHER_ROWS : 0);
}

/* The line to paste is never cut and never wrapped. */
static void put_remedy(struct text *t, const struct bd_remedy *remedy)
{
	put_wrapped(t, "  ", shown(t, remedy->text));
	if (remedy->new_text != NULL) {
		put(t, "    ");
		paint(t, YELLOW, bd_display(&t->arena, remedy->new_text));
		put(t, "\n");
	}
	if (remedy->test != NULL) {
		put_wrapped(t, "  ", shown(t, remedy->test));
	}
}

static const char *remedy_place(struct text *t, const struct bd_remedy *remedy)
{
	if (remedy->file == NULL || remedy->new_text == NULL) {
		return "";
	}
	if (remedy->line <= 0) {
		return bd_arena_printf(&t->arena, ": %s", shown(t, remedy->file));
	}
	return bd_arena_printf(&t->arena, ": %s, line %d", shown(t, remedy->file), remedy->line);
}

static void put_remedies(struct text *t)
{
	const struct bd_remedy_vec *remedies = &t->report->remedy;
	for (size_t i = 0; i < remedies->len && i < OTHER_ROWS; i++) {
		const bool record = remedies->v[i].kind == BD_REMEDY_RECORD_MORE;
		const bool same_heading =
			i > 0 && remedies->v[i - 1].kind == remedies->v[i].kind && remedies->v[i].new_text == NULL;
		if (!same_heading) {
			put_heading(t, bd_arena_printf(&t->arena, "%s%s",
					       record ? "To know more next time" : "Get master green again",
					       remedy_place(t, &remedies->v[i])));
		}
		put_remedy(t, &remedies->v[i]);
	}
	put_more(t, remedies->len > OTHER_ROWS ? remedies->len - OTHER_ROWS : 0);
}

static size_t label_width(const struct text *t)
{
	size_t width = 0;
	for (size_t i = 0; i < t->report->compared.len; i++) {
		const size_t n = render_width(t->report->compared.v[i].label);
		const bool has_detail = t->report->compared.v[i].state != BD_SAME; /* those are one sentence */
		width = has_detail && n > width && n <= t->width / 2 ? n : width;
	}
	return width + 2;
}

static void put_compared_row(struct text *t, const char *label, const char *detail, size_t width)
{
	const char *name = shown(t, label);
	bd_buf_printf(t->out, "  %s", name);
	if (detail != NULL && *detail != '\0') {
		pad(t, name, width);
		if (render_width(name) >= width) {
			put(t, "  ");
		}
		put(t, shown(t, detail));
	}
	put(t, "\n");
}

static void put_same(struct text *t)
{
	struct bd_buf list = { 0 };
	for (size_t i = 0; i < t->report->compared.len; i++) {
		if (t->report->compared.v[i].state == BD_SAME) {
			bd_buf_add_str(&list, list.n > 0 ? ", " : "");
			bd_buf_add_str(&list, shown(t, t->report->compared.v[i].label));
		}
	}
	if (list.n > 0) {
		put_heading(t, render_state_word(BD_SAME));
		put_wrapped(t, "  ", list.p);
	}
	bd_buf_release(&list);
}

static void put_state(struct text *t, enum bd_tri state)
{
	bool headed = false;
	const size_t width = label_width(t);
	for (size_t i = 0; i < t->report->compared.len; i++) {
		const struct bd_compared *row = &t->report->compared.v[i];
		if (row->state == state) {
			if (!headed) {
				put_heading(t, render_state_word(state));
				headed = true;
			}
			put_compared_row(t, row->label, row->detail, width);
		}
	}
	for (size_t i = 0; state == BD_CANNOT_TELL && i < t->report->not_compared.len; i++) {
		if (!render_said_already(t->report, i)) {
			if (!headed) {
				put_heading(t, render_state_word(state));
				headed = true;
			}
			put_compared_row(t, t->report->not_compared.v[i].what, t->report->not_compared.v[i].why, width);
		}
	}
}

struct columns {
	size_t name, a, b;
};

static size_t widest(size_t now, const char *s, size_t most)
{
	const size_t n = render_width(s);
	return n > now && n <= most ? n : now;
}

static struct columns package_columns(struct text *t, enum bd_layer_origin origin)
{
	struct columns columns = { 0 };
	for (size_t i = 0; i < t->report->package_rows.len && i < MEASURED_ROWS; i++) {
		const struct bd_package_row *row = &t->report->package_rows.v[i];
		if (row->origin == origin) {
			columns.name = widest(columns.name, render_package_name(&t->arena, row), t->width / 3);
			columns.a = widest(columns.a, shown(t, row->version_a), t->width / 4);
			columns.b = widest(columns.b, shown(t, row->version_b), t->width / 4);
		}
	}
	return columns;
}

static void put_package(struct text *t, const struct bd_package_row *row, const struct columns *columns)
{
	const char *name = render_package_name(&t->arena, row);
	const char *a = shown(t, row->version_a);
	const char *b = shown(t, row->version_b);
	const bool both = row->version_a != NULL && row->version_b != NULL;

	bd_buf_printf(t->out, "  %s %s", render_mark(row->change), name);
	pad(t, name, columns->name);
	put(t, "  ");
	paint(t, BLUE, a);
	pad(t, a, columns->a);
	put(t, both ? " " : "");
	put(t, both ? t->arrow : "");
	pad(t, both ? t->arrow : "", both ? 0 : render_width(t->arrow) + 1);
	put(t, " ");
	paint(t, YELLOW, b);
	if (row->where != NULL) {
		pad(t, b, columns->b);
		bd_buf_printf(t->out, "  %s", shown(t, row->where));
	}
	put(t, "\n");
}

static void put_packages(struct text *t, enum bd_layer_origin origin, const char *title)
{
	const struct columns columns = package_columns(t, origin);
	size_t n = 0;
	for (size_t i = 0; i < t->report->package_rows.len; i++) {
		const struct bd_package_row *row = &t->report->package_rows.v[i];
		if (row->origin != origin) {
			continue;
		}
		if (n == 0) {
			put_heading(t, title);
		}
		if (n < PACKAGE_ROWS) {
			put_package(t, row, &columns);
		}
		n++;
	}
	put_more(t, n > PACKAGE_ROWS ? n - PACKAGE_ROWS : 0);
}

static void put_settings(struct text *t)
{
	const struct bd_setting_change_vec *settings = &t->report->diff.settings;
	for (size_t i = 0; i < settings->len && i < SETTING_ROWS; i++) {
		const struct bd_setting_change *s = &settings->v[i];
		if (i == 0) {
			put_heading(t, "Settings");
		}
		bd_buf_printf(t->out, "  %s %s  ", render_mark(s->change), render_setting_name(&t->arena, s));
		put_change(t, render_setting_value(&t->arena, s, s->a), render_setting_value(&t->arena, s, s->b));
		put(t, s->noise != NULL ? "  (noise)\n" : "\n");
	}
	put_more(t, settings->len > SETTING_ROWS ? settings->len - SETTING_ROWS : 0);
}

static void put_files(struct text *t)
{
	const struct bd_folder_row_vec *folders = &t->report->folders;
	size_t width = 0;
	for (size_t i = 0; i < folders->len && i < FOLDER_ROWS; i++) {
		width = widest(width, shown(t, folders->v[i].folder), t->width / 2);
	}
	for (size_t i = 0; i < folders->len && i < FOLDER_ROWS; i++) {
		const char *folder = shown(t, folders->v[i].folder);
		if (i == 0) {
			put_heading(t, "Files outside packages, by folder");
		}
		bd_buf_printf(t->out, "  %s/", folder);
		pad(t, folder, width);
		bd_buf_printf(t->out, "  %s\n", render_folder_counts(&t->arena, &folders->v[i]));
	}
	put_more(t, folders->len > FOLDER_ROWS ? folders->len - FOLDER_ROWS : 0);
}

static void put_ruled_out(struct text *t)
{
	const struct bd_ruled_out_vec *ruled = &t->report->ruled_out;
	for (size_t i = 0; i < ruled->len && i < OTHER_ROWS; i++) {
		if (i == 0) {
			put_heading(t, "Ruled out");
		}
		put_wrapped(t, "  ", shown(t, ruled->v[i].reason));
	}
	put_more(t, ruled->len > OTHER_ROWS ? ruled->len - OTHER_ROWS : 0);
}

static void put_report(struct text *t)
{
	put_verdict(t);
	put_causes(t);
	put_remedies(t);
	put_state(t, BD_DIFFERENT);
	put_same(t);
	put_state(t, BD_CANNOT_TELL);
	put_packages(t, BD_LAYER_BASE, "Packages in the base image");
	put_packages(t, BD_LAYER_STEP, "Packages your steps install");
	put_packages(t, BD_LAYER_UNKNOWN, "Packages in layers of unknown origin");
	put_settings(t);
	put_files(t);
	put_ruled_out(t);
}

/* With --ascii the marks that we and the sentences use are spelled with ASCII; other characters of names stay. */
static void spell_ascii(struct bd_buf *out, const char *text)
{
	static const struct {
		const char *mark, *ascii;
	} marks[] = { { "→", "->" }, { "…", "..." }, { "–", "-" } };
	while (*text != '\0') {
		size_t i = 0;
		while (i < sizeof(marks) / sizeof(marks[0]) && strncmp(text, marks[i].mark, 3) != 0) {
			i++;
		}
		if (i < sizeof(marks) / sizeof(marks[0])) {
			bd_buf_add_str(out, marks[i].ascii);
			text += 3;
		} else {
			bd_buf_add_char(out, *text++);
		}
	}
}

static int render(const struct bd_report *report, const struct bd_render_options *options, struct bd_buf *out,
	struct bd_error *err)
{
	struct bd_buf text = { 0 };
	struct text t = { .report = report, .options = options, .out = options->ascii ? &text : out };
	t.arrow = options->ascii ? "->" : "→";
	t.width = options->width > 20 ? (size_t)options->width : 80;
	(void)err; /* nothing can fail */
	put_report(&t);
	if (options->ascii) {
		spell_ascii(out, bd_buf_str(&text));
	}
	bd_buf_release(&text);
	bd_arena_release(&t.arena);
	return 0;
}

const struct bd_renderer bd_renderer_text = {
	.name = "text",
	.extension = "txt",
	.media_type = "text/plain",
	.render = render,
};
