/* SPDX-License-Identifier: Apache-2.0 */
/* The report for a pull request comment or a job summary. */
#include <stdlib.h>
#include <string.h>

#include "render/prose.h"
#include "render/words.h"

#define MAX_BYTES_DEFAULT 60000U /* fits a pull request comment (65,536 characters) */
#define MAX_BYTES_LEAST   1000U  /* below that nothing useful fits */
#define CLOSING_BYTES     300U   /* kept free for the end of a table and the sentence about what was left out */

struct markdown {
	const struct bd_report *report;
	const struct bd_render_options *options;
	struct bd_arena arena;
	struct bd_buf *out;
	struct bd_buf block; /* the row or paragraph that is being written */
	size_t start, max;
	size_t left_out;
};

static const char *shown(struct markdown *m, const char *s)
{
	return render_shown(&m->arena, s);
}

/* Take the finished block over into the output, or count it as left out; between blocks is the only place to cut. */
static bool put_block(struct markdown *m)
{
	const bool fits = m->left_out == 0 && m->out->n - m->start + m->block.n + CLOSING_BYTES <= m->max;
	if (fits) {
		bd_buf_add(m->out, m->block.p, m->block.n);
	} else {
		m->left_out++;
	}
	bd_buf_clear(&m->block);
	return fits;
}

static size_t longest_run(const char *s, char c)
{
	size_t longest = 0;
	size_t run = 0;
	for (; *s != '\0'; s++) {
		run = *s == c ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	return longest;
}

static void repeat(struct bd_buf *out, char c, size_t n)
{
	while (n-- > 0) {
		bd_buf_add_char(out, c);
	}
}

/* CommonMark, "Code spans"; GFM, "Tables": a pipe is escaped even there. */
static void add_code(struct bd_buf *out, const char *text, bool in_table)
{
	const size_t fence = longest_run(text, '`') + 1;
	const size_t n = strlen(text);
	if (n == 0) {
		return;
	}
	const bool spaced = text[0] == '`' || text[n - 1] == '`' || (text[0] == ' ' && text[n - 1] == ' ');
	repeat(out, '`', fence);
	repeat(out, ' ', spaced);
	for (const char *p = text; *p != '\0'; p++) {
		if (in_table && *p == '|') {
			bd_buf_add_char(out, '\\');
		}
		bd_buf_add_char(out, *p);
	}
	repeat(out, ' ', spaced);
	repeat(out, '`', fence);
}

/* Words: nothing in them may become markup.  At the start of a line more characters are live. */
static void add_words(struct bd_buf *out, const char *text, bool line_start)
{
	if (line_start) {
		const size_t digits = strspn(text, "0123456789");
		if (digits > 0 && (text[digits] == '.' || text[digits] == ')')) {
			bd_buf_add(out, text, digits);
			bd_buf_add_char(out, '\\');
			text += digits;
		} else if (*text != '\0' && strchr("-+=#", *text) != NULL) {
			bd_buf_add_char(out, '\\');
		}
	}
	for (; *text != '\0'; text++) {
		if (strchr("\\`*_[]<>&|~", *text) != NULL) {
			bd_buf_add_char(out, '\\');
		}
		bd_buf_add_char(out, *text);
	}
}

static void add_prose(struct markdown *m, const char *sentence, bool line_start, bool in_table)
{
	struct render_run_vec runs = { 0 };
	render_prose(&m->arena, shown(m, sentence), &runs);
	for (size_t i = 0; i < runs.len; i++) {
		if (runs.v[i].code) {
			add_code(&m->block, runs.v[i].text, in_table);
		} else {
			add_words(&m->block, runs.v[i].text, line_start && i == 0);
		}
	}
	free(runs.v);
}

static void put_paragraph(struct markdown *m, const char *sentence)
{
	if (sentence != NULL && *sentence != '\0') {
		add_prose(m, sentence, true, false);
		bd_buf_add_str(&m->block, "\n\n");
		(void)put_block(m);
	}
}

/* "| Row | a | b |" unless neither side has anything. */
static void add_fact(struct markdown *m, const char *name, const char *a, const char *b)
{
	if (a == NULL && b == NULL) {
		return;
	}
	bd_buf_printf(&m->block, "| %s | ", name);
	add_code(&m->block, shown(m, a), true);
	bd_buf_add_str(&m->block, " | ");
	add_code(&m->block, shown(m, b), true);
	bd_buf_add_str(&m->block, " |\n");
}

static void put_facts(struct markdown *m)
{
	const struct bd_report *r = m->report;
	const struct bd_side *a = &r->side_a;
	const struct bd_side *b = &r->side_b;

	bd_buf_add_str(&m->block, "| | Last good, ");
	add_prose(m, a->label, false, true);
	bd_buf_add_str(&m->block, " | Failing, ");
	add_prose(m, b->label, false, true);
	bd_buf_add_str(&m->block, " |\n| :-- | :-- | :-- |\n");
	add_fact(m, "Base image", bd_short_digest(&m->arena, a->base_digest),
		bd_short_digest(&m->arena, b->base_digest));
	add_fact(m, "Base is", a->runtime, b->runtime);
	add_fact(m, "Built", render_day(&m->arena, a->base_created), render_day(&m->arena, b->base_created));
	add_fact(m, "System", a->distro, b->distro);
	bd_buf_add_char(&m->block, '\n');
	if (r->choice != NULL) {
		add_prose(m, r->choice, true, false);
		bd_buf_add_str(&m->block, "\n\n");
	}
	(void)put_block(m);
}

static void put_causes(struct markdown *m)
{
	if (m->report->causes.len < 2) {
		return;
	}
	for (size_t i = 0; i < m->report->causes.len; i++) {
		bd_buf_add_str(&m->block, "* ");
		add_prose(m, m->report->causes.v[i].sentence, true, false);
		bd_buf_add_str(&m->block, i + 1 < m->report->causes.len ? "\n" : "\n\n");
		(void)put_block(m);
	}
}

/* A fenced block: the fence is longer than any run of backticks inside; CommonMark, "Fenced code blocks". */
static void add_diff_block(struct markdown *m, const struct bd_remedy *remedy)
{
	const char *old_text = remedy->old_text == NULL ? "" : bd_display(&m->arena, remedy->old_text);
	const char *new_text = bd_display(&m->arena, remedy->new_text);
	size_t fence = longest_run(old_text, '`');
	fence = longest_run(new_text, '`') > fence ? longest_run(new_text, '`') : fence;
	fence = fence < 3 ? 3 : fence + 1;

	repeat(&m->block, '`', fence);
	bd_buf_add_str(&m->block, "diff\n");
	if (remedy->old_text != NULL) {
		bd_buf_printf(&m->block, "-%s\n", old_text);
	}
	bd_buf_printf(&m->block, "+%s\n", new_text);
	repeat(&m->block, '`', fence);
	bd_buf_add_str(&m->block, "\n\n");
}

static void put_remedy(struct markdown *m, const struct bd_remedy *remedy)
{
	bd_buf_add_str(&m->block, remedy->kind == BD_REMEDY_RECORD_MORE ? "**To know more next time:** "
									: "**Get master green again:** ");
	add_prose(m, remedy->text, false, false);
	bd_buf_add_str(&m->block, "\n\n");
	if (remedy->new_text != NULL) {
		add_diff_block(m, remedy);
	}
	if (remedy->test != NULL) {
		add_prose(m, remedy->test, true, false);
		bd_buf_add_str(&m->block, "\n\n");
	}
	(void)put_block(m);
}

static void add_compared(struct markdown *m, const char *label, const char *detail, bool *first)
{
	bd_buf_add_str(&m->block, *first ? " " : ", ");
	*first = false;
	add_prose(m, label, false, false);
	if (detail != NULL && *detail != '\0') {
		bd_buf_add_str(&m->block, " (");
		add_prose(m, detail, false, false);
		bd_buf_add_char(&m->block, ')');
	}
}

static void put_state(struct markdown *m, enum bd_tri state)
{
	const struct bd_report *r = m->report;
	bool first = true;
	bd_buf_printf(&m->block, "**%s:**", render_state_word(state));
	for (size_t i = 0; i < r->compared.len; i++) {
		if (r->compared.v[i].state == state) {
			add_compared(
				m, r->compared.v[i].label, state == BD_SAME ? NULL : r->compared.v[i].detail, &first);
		}
	}
	for (size_t i = 0; state == BD_CANNOT_TELL && i < r->not_compared.len; i++) {
		if (!render_said_already(r, i)) {
			add_compared(m, r->not_compared.v[i].what, r->not_compared.v[i].why, &first);
		}
	}
	if (first) {
		bd_buf_clear(&m->block);
		return;
	}
	bd_buf_add_str(&m->block, ".\n\n");
	(void)put_block(m);
}

static void put_ruled_out(struct markdown *m)
{
	for (size_t i = 0; i < m->report->ruled_out.len; i++) {
		bd_buf_add_str(&m->block, "**Ruled out:** ");
		add_prose(m, m->report->ruled_out.v[i].reason, false, false);
		bd_buf_add_str(&m->block, "\n\n");
		(void)put_block(m);
	}
}

/* Opens a folded table; false when even its head does not fit, and then none of its rows does. */
static bool open_table(struct markdown *m, const char *summary, const char *heads)
{
	bd_buf_printf(&m->block, "<details><summary>%s</summary>\n\n%s\n", summary, heads);
	return put_block(m);
}

static void close_table(struct markdown *m)
{
	bd_buf_add_str(m->out, "\n</details>\n\n");
}

static void add_package(struct markdown *m, const struct bd_package_row *row)
{
	bd_buf_printf(&m->block, "| %s | ",
		row->change == BD_REMOVED ? "\\-"
		: row->change == BD_ADDED ? "\\+"
					  : "\\~");
	add_code(&m->block, render_name(&m->arena, row->name), true);
	if (row->members.len > 1) {
		bd_buf_printf(&m->block, " (%zu packages)", row->members.len);
	}
	bd_buf_add_str(&m->block, " | ");
	add_code(&m->block, shown(m, row->version_a), true);
	bd_buf_add_str(&m->block, " | ");
	add_code(&m->block, shown(m, row->version_b), true);
	bd_buf_add_str(&m->block, " | ");
	add_prose(m, row->where, false, true);
	bd_buf_add_str(&m->block, " |\n");
}

/* Rows are source packages; what people count is what is installed. */
static size_t count_packages(const struct bd_package_row_vec *rows)
{
	size_t count = 0;
	for (size_t i = 0; i < rows->len; i++) {
		count += rows->v[i].members.len > 1 ? rows->v[i].members.len : 1;
	}
	return count;
}

static void put_packages(struct markdown *m)
{
	const struct bd_package_row_vec *rows = &m->report->package_rows;
	if (rows->len == 0) {
		return;
	}
	const char *summary = bd_arena_printf(
		&m->arena, "%s", bd_plural(&m->arena, count_packages(rows), "package differs", "packages differ"));
	const bool opened =
		open_table(m, summary, "| | Package | Last good | Failing | Where |\n| :-- | :-- | :-- | :-- | :-- |");
	for (size_t i = 0; i < rows->len; i++) {
		add_package(m, &rows->v[i]);
		(void)put_block(m);
	}
	if (opened) {
		close_table(m);
	}
}

static void put_settings(struct markdown *m)
{
	const struct bd_setting_change_vec *settings = &m->report->diff.settings;
	if (settings->len == 0) {
		return;
	}
	const bool opened = open_table(m, bd_plural(&m->arena, settings->len, "setting differs", "settings differ"),
		"| Setting | Last good | Failing |\n| :-- | :-- | :-- |");
	for (size_t i = 0; i < settings->len; i++) {
		const struct bd_setting_change *s = &settings->v[i];
		bd_buf_add_str(&m->block, "| ");
		add_code(&m->block, render_setting_name(&m->arena, s), true);
		bd_buf_add_str(&m->block, " | ");
		add_code(&m->block, render_setting_value(&m->arena, s, s->a), true);
		bd_buf_add_str(&m->block, " | ");
		add_code(&m->block, render_setting_value(&m->arena, s, s->b), true);
		bd_buf_add_str(&m->block, " |\n");
		(void)put_block(m);
	}
	if (opened) {
		close_table(m);
	}
}

static void put_folders(struct markdown *m)
{
	const struct bd_folder_row_vec *folders = &m->report->folders;
	if (folders->len == 0) {
		return;
	}
	const bool opened = open_table(m, "Files outside packages", "| Folder | Files |\n| :-- | :-- |");
	for (size_t i = 0; i < folders->len; i++) {
		bd_buf_add_str(&m->block, "| ");
		add_code(&m->block, shown(m, *folders->v[i].folder == '\0' ? "/" : folders->v[i].folder), true);
		bd_buf_printf(&m->block, " | %s |\n", render_folder_counts(&m->arena, &folders->v[i]));
		(void)put_block(m);
	}
	if (opened) {
		close_table(m);
	}
}

static void put_report(struct markdown *m)
{
	bd_buf_add_str(&m->block, "## ");
	add_prose(m, m->report->verdict.headline, false, false);
	bd_buf_add_str(&m->block, "\n\n");
	(void)put_block(m);
	put_paragraph(m, m->report->verdict.sentence);
	put_paragraph(m, m->report->verdict.flake);
	put_facts(m);
	put_causes(m);
	for (size_t i = 0; i < m->report->remedy.len; i++) {
		put_remedy(m, &m->report->remedy.v[i]);
	}
	for (size_t i = 0; i < sizeof(render_states) / sizeof(render_states[0]); i++) {
		put_state(m, render_states[i]);
	}
	put_ruled_out(m);
	put_packages(m);
	put_settings(m);
	put_folders(m);
}

static int render(const struct bd_report *report, const struct bd_render_options *options, struct bd_buf *out,
	struct bd_error *err)
{
	struct markdown m = { .report = report, .options = options, .out = out, .start = out->n };
	m.max = options->md_max_bytes == 0 ? MAX_BYTES_DEFAULT : options->md_max_bytes;
	m.max = m.max < MAX_BYTES_LEAST ? MAX_BYTES_LEAST : m.max;
	(void)err; /* nothing can fail */
	put_report(&m);
	if (m.left_out > 0) {
		bd_buf_printf(out, "%s of this report did not fit here: see ",
			bd_plural(&m.arena, m.left_out, "row or paragraph", "rows and paragraphs"));
		const char *name = render_json_name(&m.arena, options);
		add_code(out, options->json_name == NULL || strlen(name) > 100 ? "-o json" : name, false);
		bd_buf_add_str(out, ".\n");
	}
	bd_buf_release(&m.block);
	bd_arena_release(&m.arena);
	return 0;
}

const struct bd_renderer bd_renderer_markdown = {
	.name = "markdown",
	.extension = "md",
	.media_type = "text/markdown",
	.render = render,
};
