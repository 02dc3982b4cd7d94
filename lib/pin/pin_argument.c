/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FROM $BASE, with ARG BASE=python:2.7 before: the digest can stand in the ARG when nothing else is made from it.  Who
 * sets BASE when building overrides it, pinned or not.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/auto.h"
#include "origin/dockerfile.h"
#include "pin/pin_parts.h"

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* "$NAME" or "${NAME}", and nothing else. */
static struct bd_str whole_variable(const char *as_written)
{
	const struct bd_str none = { NULL, 0 };
	const char *name = as_written + 1;
	if (as_written[0] != '$') {
		return none;
	}
	const bool braces = *name == '{';
	name += braces;
	size_t n = 0;
	while (is_name(name[n])) {
		n++;
	}
	return n > 0 && strcmp(name + n, braces ? "}" : "") == 0 ? (struct bd_str){ name, n } : none;
}

/* How often the word stands in lines that are no comments. */
static size_t count_word(struct bd_str file, struct bd_str word)
{
	struct bd_str line;
	size_t count = 0;
	while (bd_str_line(&file, &line)) {
		if (bd_str_starts(bd_str_trim(line), "#")) {
			continue;
		}
		for (size_t i = 0; i + word.n <= line.n; i++) {
			count += memcmp(line.p + i, word.p, word.n) == 0 && (i == 0 || !is_name(line.p[i - 1])) &&
				 (i + word.n == line.n || !is_name(line.p[i + word.n]));
		}
	}
	return count;
}

/* The ARG of that name before the first FROM; NULL: none, or several. */
static const struct bd_instruction *only_argument(const struct bd_dockerfile *dockerfile, struct bd_str name)
{
	const struct bd_instruction *found = NULL;
	for (size_t i = 0; i < dockerfile->instructions.len; i++) {
		const struct bd_instruction *one = &dockerfile->instructions.v[i];
		if (one->stage < 0 && strcmp(one->name, "ARG") == 0 && count_word(bd_str(one->args), name) > 0) {
			if (found != NULL) {
				return NULL;
			}
			found = one;
		}
	}
	return found;
}

static bool is_given(const struct bd_dockerfile_options *options, struct bd_str name)
{
	for (size_t i = 0; options != NULL && i < options->build_arg_count; i++) {
		if (bd_str_is(name, options->build_args[i].key)) {
			return true;
		}
	}
	return false;
}

/* Its value, without quotes, in the joined line; n 0: not found, or written in pieces. */
static struct bd_str value_in(const struct logical_line *line, struct bd_str name)
{
	const struct bd_str text = bd_buf_view(&line->text);
	for (size_t i = 1; i + name.n < text.n; i++) {
		if ((text.p[i - 1] != ' ' && text.p[i - 1] != '\t') || memcmp(text.p + i, name.p, name.n) != 0 ||
			text.p[i + name.n] != '=') {
			continue;
		}
		size_t at = i + name.n + 1;
		const char quote = at < text.n && (text.p[at] == '"' || text.p[at] == '\'') ? text.p[at++] : ' ';
		size_t n = 0;
		while (at + n < text.n && text.p[at + n] != quote && strchr(" \t\r\n\"'\\`$", text.p[at + n]) == NULL) {
			n++;
		}
		const bool ends = at + n == text.n ? quote == ' '
						   : text.p[at + n] == quote ||
							     (quote == ' ' && isspace((unsigned char)text.p[at + n]));
		for (size_t k = 1; k < n; k++) {
			n = line->origin.v[at + k] == line->origin.v[at] + k ? n : 0;
		}
		return (struct bd_str){ text.p + at, ends ? n : 0 };
	}
	return (struct bd_str){ NULL, 0 };
}

static size_t count_uses(const struct bd_dockerfile *dockerfile, struct bd_str name)
{
	size_t count = 0;
	for (size_t i = 0; i < dockerfile->images.len; i++) {
		const struct bd_image_use *image = &dockerfile->images.v[i];
		const struct bd_str other = whole_variable(image->as_written);
		const bool from = image->role == BD_ROLE_BASE || image->role == BD_ROLE_BUILDER;
		count += from && other.n > 0 && bd_str_equal(other, name);
	}
	return count;
}

bool pin_locate_argument(struct bd_pin_use *use, const struct pin_reading *reading,
	const struct bd_dockerfile *dockerfile, const struct bd_image_use *image)
{
	AUTO(logical_line_release) struct logical_line line = { .line = 0 };
	const struct bd_str name = whole_variable(image->as_written);
	const struct bd_instruction *argument = name.n > 0 ? only_argument(dockerfile, name) : NULL;
	struct bd_reference parsed;
	struct bd_error ignored;
	if (argument == NULL || image->reference == NULL || is_given(reading->options, name) ||
		(image->role != BD_ROLE_BASE && image->role != BD_ROLE_BUILDER) ||
		count_word(reading->file->bytes, name) != 1 + count_uses(dockerfile, name)) {
		return false;
	}
	struct line_source source = { .file = reading->file->bytes,
		.at = pin_line_begin(reading->file->bytes, argument->line),
		.line = argument->line - 1,
		.escape = dockerfile->escape,
		.past_directives = true,
		.want_origin = true };
	if (logical_line_next(&source, &line, &ignored) <= 0) {
		return false;
	}
	const struct bd_str value = value_in(&line, name);
	const char *text = value.n > 0 ? bd_arena_text(reading->arena, value.p, value.n) : NULL;
	if (text == NULL || bd_reference_parse(value, reading->arena, &parsed, &ignored) < 0 ||
		strcmp(bd_reference_with_tag(&parsed, reading->arena).text, image->reference) != 0) {
		return false;
	}
	use->edited = text;
	use->edited_line = argument->line;
	use->at = line.origin.v[value.p - bd_buf_view(&line.text).p];
	use->n = value.n;
	return true;
}
