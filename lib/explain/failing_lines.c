/* SPDX-License-Identifier: Apache-2.0 */
#include "explain/failing_lines.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define FOLLOW 5U /* lines behind one that tells of a failure: lists of what conflicts, of what was expected */

static bool is_one_of(struct bd_str word, const char *const *list)
{
	for (; *list != NULL; list++) {
		if (word.n == strlen(*list) && strncasecmp(word.p, *list, word.n) == 0) {
			return true;
		}
	}
	return false;
}

static bool ends_like_exception(struct bd_str word)
{
	return bd_str_ends(word, "Error") || bd_str_ends(word, "Exception");
}

static bool has_failing_word(struct bd_str line)
{
	static const char *const words[] = { "error", "errors", "err", "failed", "failure", "failures", "fail", "fails",
		"fatal", "exception", "traceback", "cannot", "can't", "couldn't", "undefined", "unresolved", "unable",
		"conflict", "conflicts", "conflicting", "unmet", "incompatible", "mismatch", "mismatched", "missing",
		"broken", "panic", "segfault", "segmentation", "denied", "refused", "killed", "expected", "unexpected",
		"aborted", "assertion", "unsatisfiable", "unsupported", "rejected", "forbidden", "violation", NULL };
	size_t i = 0;
	while (i < line.n) {
		size_t end = i;
		while (end < line.n && (isalnum((unsigned char)line.p[end]) != 0 || line.p[end] == '\'')) {
			end++;
		}
		const struct bd_str word = { line.p + i, end - i };
		if (word.n > 0 && (is_one_of(word, words) || ends_like_exception(word))) {
			return true;
		}
		i = end + 1;
	}
	return false;
}

static bool has_failing_phrase(struct bd_str line)
{
	static const char *const phrases[] = { "not found", "o such file", "o matching", "ould not", "o module named",
		"did not", "does not", "is not", "are not", "o version", "have requested", "depends on" };
	for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++) {
		if (bd_str_find(line, phrases[i], NULL)) {
			return true;
		}
	}
	return false;
}

/* What installers say of every package, wanted or not. */
static bool is_chatter(struct bd_str line)
{
	static const char *const starts[] = { "Collecting ", "Downloading ", "Using cached ", "Requirement already ",
		"Installing collected ", "Successfully installed ", "Get:", "Hit:", "Fetched ", "Selecting previously ",
		"Preparing to unpack ", "Unpacking ", "Setting up ", "Processing triggers ", "Reading package lists",
		"Building dependency tree", "The following NEW packages ", "Need to get ", "fetch http",
		"Installing: ", "Downloaded ", "Compiling ", "Building wheel", "Created wheel" };
	line = bd_str_trim(line);
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		if (bd_str_starts(line, starts[i])) {
			return true;
		}
	}
	return bd_str_starts(line, "(") && bd_str_find(line, ") Installing ", NULL);
}

static size_t digits(struct bd_str s, size_t i)
{
	while (i < s.n && isdigit((unsigned char)s.p[i]) != 0) {
		i++;
	}
	return i;
}

struct bd_str line_of_step(struct bd_str line)
{
	size_t i = 0;
	if (bd_str_starts(line, "#") && digits(line, 1) > 1) {
		i = digits(line, 1);
		i += i < line.n && line.p[i] == ' ';
	}
	const size_t dot = digits(line, i);
	if (dot > i && dot + 1 < line.n && line.p[dot] == '.' && isdigit((unsigned char)line.p[dot + 1]) != 0) {
		const size_t end = digits(line, dot + 1);
		if (end < line.n && line.p[end] == ' ') {
			i = end + 1;
		}
	}
	return (struct bd_str){ line.p + i, line.n - i };
}

bool is_failing_line(struct failing_lines *state, struct bd_str line)
{
	const struct bd_str text = line_of_step(line);
	const bool indented = text.n > 0 && isspace((unsigned char)text.p[0]) != 0;
	if (is_chatter(text)) {
		state->traceback = false;
		return false;
	}
	if (bd_str_find(text, "Traceback (most recent call last)", NULL)) {
		state->traceback = true;
		return true;
	}
	if (state->traceback) {
		state->traceback = indented; /* the line that ends it names the exception */
		state->follow = FOLLOW;
		return true;
	}
	if (has_failing_word(text) || has_failing_phrase(text)) {
		state->follow = FOLLOW;
		return true;
	}
	if (state->follow > 0) {
		state->follow--;
		return true;
	}
	return false;
}
