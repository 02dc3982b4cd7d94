/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Workflow commands of GitHub Actions: one annotation a cause, on the Dockerfile's line.
 * docs.github.com, "Workflow commands": a command is one line; values escape "%", CR, LF, properties also ":" and ",".
 */
#include <string.h>

#include "render/words.h"

#define ANNOTATIONS_MAX 10U  /* of a kind in a step: what comes after them is dropped without a word */
#define TITLE_BYTES     200U /* 255 characters is the limit */

static void add_value(struct bd_buf *out, const char *text, bool property)
{
	for (; *text != '\0'; text++) {
		if (*text == '%' || *text == '\r' || *text == '\n' || (property && (*text == ':' || *text == ','))) {
			bd_buf_printf(out, "%%%02X", (unsigned int)(unsigned char)*text);
		} else {
			bd_buf_add_char(out, *text);
		}
	}
}

static const char *title_of(struct bd_arena *arena, const char *text)
{
	const char *shown = render_shown(arena, text);
	size_t n = strlen(shown);
	if (n <= TITLE_BYTES) {
		return shown;
	}
	n = TITLE_BYTES;
	while (n > 0 && ((unsigned char)shown[n] & 0xc0) == 0x80) {
		n--;
	}
	return bd_arena_printf(arena, "%.*s…", (int)n, shown);
}

/* A cannot-tell is no difference, and what only differs in metadata is no error. */
static const char *level_of(const struct bd_report *report)
{
	return report->exit_status == 0 ? "notice" : report->exit_status == 1 ? "error" : "warning";
}

struct annotation {
	const char *file;
	int line;
	const char *title;
	struct bd_buf message;
};

static void put(struct bd_buf *out, const char *level, struct annotation *annotation, struct bd_arena *arena)
{
	bd_buf_printf(out, "::%s ", level);
	if (annotation->file != NULL && annotation->line > 0) {
		bd_buf_add_str(out, "file=");
		add_value(out, render_shown(arena, annotation->file), true);
		bd_buf_printf(out, ",line=%d,", annotation->line);
	}
	bd_buf_add_str(out, "title=");
	add_value(out, title_of(arena, annotation->title), true);
	bd_buf_add_str(out, "::");
	add_value(out, bd_buf_str(&annotation->message), false);
	bd_buf_add_char(out, '\n');
	bd_buf_release(&annotation->message);
}

static void add_paragraph(struct bd_buf *message, struct bd_arena *arena, const char *text)
{
	if (text != NULL && *text != '\0') {
		bd_buf_printf(message, "%s%s", message->n > 0 ? "\n" : "", render_shown(arena, text));
	}
}

/* The line to paste for that line of the Dockerfile; without a line, the first remedy there is. */
static void add_remedy(struct bd_buf *message, struct bd_arena *arena, const struct bd_report *report, int line)
{
	for (size_t i = 0; i < report->remedy.len; i++) {
		const struct bd_remedy *remedy = &report->remedy.v[i];
		if (line == 0 || remedy->line == line) {
			add_paragraph(message, arena, remedy->text);
			if (remedy->new_text != NULL) {
				bd_buf_printf(message, "\n%s", bd_display(arena, remedy->new_text));
			}
			return;
		}
	}
}

static void put_cause(
	struct bd_buf *out, struct bd_arena *arena, const struct bd_report *report, const struct bd_cause *cause)
{
	struct annotation annotation = { .file = report->dockerfile,
		.line = cause->line,
		.title = cause == report->causes.v ? report->verdict.headline : cause->title };
	add_paragraph(&annotation.message, arena, cause->sentence);
	if (cause == report->causes.v) {
		add_paragraph(&annotation.message, arena, report->verdict.flake);
	}
	if (cause->line > 0) {
		add_remedy(&annotation.message, arena, report, cause->line);
	}
	put(out, level_of(report), &annotation, arena);
}

/* Nothing that differs is to be shown at a line; the verdict still is. */
static void put_verdict(struct bd_buf *out, struct bd_arena *arena, const struct bd_report *report)
{
	struct annotation annotation = { .title = report->verdict.headline };
	add_paragraph(&annotation.message, arena, report->verdict.sentence);
	add_paragraph(&annotation.message, arena, report->verdict.flake);
	if (report->exit_status == 2) {
		add_remedy(&annotation.message, arena, report, 0);
	}
	if (annotation.message.n == 0) {
		add_paragraph(&annotation.message, arena, report->verdict.headline);
	}
	put(out, level_of(report), &annotation, arena);
}

static void put_rest(struct bd_buf *out, struct bd_arena *arena, const struct bd_report *report, size_t left)
{
	struct annotation annotation = { .title = bd_plural(arena, left, "more cause", "more causes") };
	bd_buf_add_str(&annotation.message, "GitHub shows ten annotations of a step; the report has the others.");
	put(out, level_of(report), &annotation, arena);
}

static int render(const struct bd_report *report, const struct bd_render_options *options, struct bd_buf *out,
	struct bd_error *err)
{
	struct bd_arena arena = { 0 };
	const size_t causes = report->exit_status == 1 ? report->causes.len : 0;
	const size_t shown = causes > ANNOTATIONS_MAX ? ANNOTATIONS_MAX - 1 : causes;
	(void)options;
	(void)err; /* nothing can fail */
	if (causes == 0) {
		put_verdict(out, &arena, report);
	}
	for (size_t i = 0; i < shown; i++) {
		put_cause(out, &arena, report, &report->causes.v[i]);
	}
	if (causes > shown) {
		put_rest(out, &arena, report, causes - shown);
	}
	bd_arena_release(&arena);
	return 0;
}

const struct bd_renderer bd_renderer_github = {
	.name = "github",
	.extension = "txt",
	.media_type = "text/plain",
	.render = render,
};
