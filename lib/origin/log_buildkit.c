/* SPDX-License-Identifier: Apache-2.0 */
/* moby/buildkit, util/progress/progressui: the plain display ("#5 …"), and lines of the terminal's ("=> …"). */
#include <limits.h>
#include <string.h>

#include "origin/build_log.h"
#include "origin/white_space.h"

#define RULE         "--------------------"
#define INSTEAD_NAME "docker-image://"
#define OF_FRONTEND  "resolve image config for "

/* "[linux/amd64 build 1/3] FROM …", "[linux/amd64->arm64 …": what the step itself runs on. */
static struct bd_str platform_of(struct bd_str name)
{
	static const char *const systems[] = { "[linux/", "[windows/", "[freebsd/", "[darwin/" };
	for (size_t i = 0; i < sizeof(systems) / sizeof(systems[0]); i++) {
		if (bd_str_starts(name, systems[i])) {
			struct bd_str word = log_first_word((struct bd_str){ name.p + 1, name.n - 1 });
			word = bd_str_cut(&word, ']');
			size_t arrow = 0;
			if (bd_str_find(word, "->", &arrow)) {
				word.n = arrow;
			}
			return word;
		}
	}
	return (struct bd_str){ NULL, 0 };
}

static struct bd_str behind_bracket(struct bd_str name)
{
	size_t at = 0;
	if (bd_str_starts(name, "[") && bd_str_find(name, "] ", &at)) {
		return (struct bd_str){ name.p + at + 2, name.n - at - 2 };
	}
	return name;
}

/* What a step's name says about images. */
static void read_name(struct log_scan *scan, struct bd_str name)
{
	struct bd_str body = behind_bracket(name);
	struct log_image image = { .kind = BD_MATERIAL_IMAGE };
	size_t at = 0;
	if (log_cut_prefix(&body, OF_FRONTEND) || bd_str_starts(body, INSTEAD_NAME)) {
		image.kind = BD_MATERIAL_FRONTEND;
	} else if (bd_str_find(body, "generating sbom using ", &at)) {
		body.p += at + strlen("generating sbom using ");
		body.n -= at + strlen("generating sbom using ");
		image.kind = BD_MATERIAL_SCANNER;
	} else if (log_cut_prefix(&body, "FROM ")) {
		image.platform = platform_of(name);
	} else if (!log_cut_prefix(&body, "load metadata for ")) {
		return;
	}
	image.name = log_first_word(body);
	log_add_image(scan, &image);
}

static bool take_digest(struct log_scan *scan, struct bd_str text, const char *prefix, const char **out)
{
	char digest[BD_DIGEST_TEXT];
	if (!log_cut_prefix(&text, prefix) || !log_digest(text, digest)) {
		return false;
	}
	*out = log_keep_digest(scan, *out, digest);
	log_passed(scan);
	return true;
}

/* The exporter's lines. */
static void read_result(struct log_scan *scan, struct bd_str text)
{
	struct bd_build_papers *papers = scan->papers;
	if (take_digest(scan, text, "exporting manifest list ", &papers->image_digest)) {
		papers->image_digest_kind = BD_DIGEST_INDEX;
	} else if (papers->image_digest_kind != BD_DIGEST_INDEX &&
		   take_digest(scan, text, "exporting manifest ", &papers->image_digest)) {
		papers->image_digest_kind = BD_DIGEST_MANIFEST;
	} else if (!take_digest(scan, text, "exporting config ", &papers->config_digest) &&
		   !take_digest(scan, text, "writing image ", &papers->config_digest) &&
		   (bd_str_starts(text, "naming to ") || bd_str_starts(text, "pushing manifest for "))) {
		log_passed(scan);
	}
}

static void read_step_line(struct log_scan *scan, size_t number, struct bd_str text)
{
	scan->papers->cached_steps += scan->papers->cached_steps < 0 ? 1 : 0;
	if (bd_str_starts(text, "[") || bd_str_starts(text, INSTEAD_NAME) || bd_str_starts(text, OF_FRONTEND)) {
		if (number < BD_LIMIT_LOG_STEPS) {
			scan->steps[number] = scan->line;
		}
		read_name(scan, text);
	} else if (log_cut_prefix(&text, "resolve ")) {
		log_add_image(scan, &(struct log_image){ .name = log_first_word(text), .kind = BD_MATERIAL_IMAGE });
	} else if (bd_str_is(text, "CACHED")) {
		log_cached(scan);
	} else if (bd_str_starts(text, "ERROR")) {
		log_failed(scan, number < BD_LIMIT_LOG_STEPS ? scan->steps[number] : LOG_NO_PLACE);
	} else {
		read_result(scan, text);
	}
}

/* "=> ERROR [3/4] RUN make   1.2s", "=> => resolve REF@sha256:…  0.0s" */
static void read_terminal_line(struct log_scan *scan, struct bd_str text)
{
	while (log_cut_prefix(&text, "=> ")) {
	}
	if (log_cut_prefix(&text, "ERROR ")) {
		log_failed(scan, scan->line);
	}
	(void)log_cut_prefix(&text, "CACHED ");
	if (bd_str_starts(text, "[")) {
		read_name(scan, text);
	} else if (log_cut_prefix(&text, "resolve ")) {
		log_add_image(scan, &(struct log_image){ .name = log_first_word(text), .kind = BD_MATERIAL_IMAGE });
	} else {
		read_result(scan, text);
	}
}

static size_t to_number(struct bd_str digits)
{
	uint64_t number = 0;
	return bd_str_to_u64(digits, &number) && number < SIZE_MAX ? (size_t)number : SIZE_MAX;
}

int excerpt_mark(struct bd_str line)
{
	line = trim_left(line);
	const size_t number = to_number(bd_str_cut(&line, ' '));
	return number < INT_MAX && bd_str_starts(line, "| >>>") ? (int)number : 0;
}

/* "Dockerfile:4" */
static int named_line(struct bd_str line)
{
	const char *colon = line.n > 0 ? memrchr(line.p, ':', line.n) : NULL;
	if (colon == NULL || colon == line.p || memchr(line.p, ' ', line.n) != NULL) {
		return 0;
	}
	const size_t at = (size_t)(colon - line.p) + 1;
	const size_t number = to_number((struct bd_str){ line.p + at, line.n - at });
	return number < INT_MAX ? (int)number : 0;
}

int excerpt_line(struct bd_str excerpt)
{
	struct bd_str line;
	int named = 0;
	while (bd_str_line(&excerpt, &line)) {
		const int marked = excerpt_mark(line);
		if (marked > 0) {
			return marked;
		}
		named = named == 0 ? named_line(line) : named;
	}
	return named;
}

/* The Dockerfile's own lines between two rules, below "Dockerfile:4". */
static bool read_excerpt(struct log_scan *scan, struct bd_str line)
{
	const bool rule = bd_str_is(line, RULE);
	if (scan->excerpt == EXCERPT_OPEN) {
		const int marked = excerpt_mark(line);
		if (marked > 0 &&
			(scan->papers->failing_line == 0 || scan->papers->failing_line == scan->excerpt_line)) {
			scan->papers->failing_line = marked;
			scan->excerpt_line = 0;
		}
		scan->excerpt = rule ? EXCERPT_NONE : EXCERPT_OPEN;
		return true;
	}
	if (scan->excerpt == EXCERPT_NAMED && rule) {
		scan->papers->failing_line = scan->excerpt_line;
		scan->excerpt = EXCERPT_OPEN;
		return true;
	}
	scan->excerpt_line = named_line(line);
	scan->excerpt = scan->excerpt_line > 0 ? EXCERPT_NAMED : EXCERPT_NONE;
	return false;
}

static bool is_final_error(struct bd_str line)
{
	static const char *const starts[] = { "ERROR: failed to ", "ERROR: target ", "ERROR: process \"",
		"error: failed to solve", "failed to solve", "executor failed running [" };
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		if (bd_str_starts(line, starts[i])) {
			return true;
		}
	}
	return false;
}

bool log_read_buildkit(struct log_scan *scan, struct bd_str line)
{
	const struct bd_str text = trim_left(line);
	struct bd_str rest = line;
	if (bd_str_starts(line, "#")) {
		struct bd_str number = bd_str_cut(&rest, ' ');
		number.p++;
		number.n--;
		const size_t n = to_number(number);
		if (n != SIZE_MAX) {
			scan->excerpt = EXCERPT_NONE;
			read_step_line(scan, n, rest);
			return true;
		}
	}
	if (bd_str_starts(text, "=> ")) {
		read_terminal_line(scan, text);
		return true;
	}
	if (bd_str_starts(text, "> [") && bd_str_ends(text, ":")) {
		log_failed(scan, scan->line);
		return true;
	}
	if (read_excerpt(scan, line)) {
		return true;
	}
	if (is_final_error(line)) {
		log_failed(scan, LOG_NO_PLACE);
		return true;
	}
	return false;
}
