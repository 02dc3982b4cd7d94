/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Composer compares with PHP's version_compare(): segments between ".", "-", "_", "+" and between letters and
 * digits; dev < alpha < beta < RC < the end < a number < pl.  A "v" in front does not count.
 */
#include "version/digits.h"
#include "version/schemes.h"

/* What may stand in one place, oldest first. */
enum stage {
	NOTHING, /* behind a separator at the end of the text */
	UNKNOWN_WORD,
	DEV,
	ALPHA,
	BETA,
	CANDIDATE,
	END,
	NUMBER,
	PATCH
};

struct segment {
	enum stage stage;
	struct bd_str number;
};

struct reader {
	struct bd_str rest;
	bool at_start, after_number, branch;
};

/* version_compare() looks at how a word begins, in its own spelling: "RC" and "rc", but not "Rc". */
static enum stage stage_of(struct bd_str word)
{
	static const struct {
		const char *word;
		enum stage stage;
	} stages[] = { { "dev", DEV }, { "a", ALPHA }, { "b", BETA }, { "RC", CANDIDATE }, { "rc", CANDIDATE },
		{ "p", PATCH } };
	for (size_t i = 0; i < sizeof(stages) / sizeof(stages[0]); i++) {
		if (bd_str_starts(word, stages[i].word)) {
			return stages[i].stage;
		}
	}
	return UNKNOWN_WORD;
}

static bool is_separator(char c)
{
	return !is_letter_or_digit(c);
}

/* "2.1.x-dev" is the branch of all 2.1 versions to come: Composer reads x as 9999999. */
static bool is_wildcard(const struct reader *reader, struct bd_str word)
{
	return reader->branch && (bd_str_is(word, "x") || bd_str_is(word, "X"));
}

/* Where a number has just ended, and at the very beginning, a foreign byte begins a word that nobody knows. */
static bool at_foreign_word(const struct reader *reader)
{
	const struct bd_str rest = reader->rest;
	return rest.n > 0 && is_separator(rest.p[0]) &&
	       (reader->at_start || (reader->after_number && !is_one_of(rest.p[0], ".-_+")));
}

static struct segment next(struct reader *reader)
{
	struct bd_str *rest = &reader->rest;
	const bool foreign = at_foreign_word(reader);
	reader->at_start = false;
	reader->after_number = false;
	if (foreign) {
		skip_bytes(rest, 1);
		(void)cut_while(rest, is_letter);
		return (struct segment){ .stage = UNKNOWN_WORD };
	}
	const struct bd_str gap = cut_while(rest, is_separator);
	if (rest->n == 0) {
		return (struct segment){ .stage = gap.n > 0 ? NOTHING : END };
	}
	const struct bd_str word = cut_while(rest, is_letter);
	if (word.n > 0 && !is_wildcard(reader, word)) {
		return (struct segment){ .stage = stage_of(word) };
	}
	reader->after_number = word.n == 0;
	return (struct segment){ NUMBER, word.n > 0 ? BD_STR("9999999") : cut_while(rest, is_digit) };
}

static int compare_segments(struct reader a, struct reader b)
{
	for (;;) {
		const struct segment x = next(&a);
		const struct segment y = next(&b);
		if (x.stage != y.stage) {
			return x.stage < y.stage ? -1 : 1;
		}
		if (x.stage == END) {
			return 0;
		}
		const int difference = digits_compare(x.number, y.number);
		if (difference != 0) {
			return difference;
		}
	}
}

/* PHP keeps "#" for its own marks: such words equal the end and every number, which is no order. */
static bool has_mark(struct bd_str text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '#' && (i == 0 || is_digit(text.p[i - 1]))) {
			return true;
		}
	}
	return false;
}

static struct reader reader_of(struct bd_str text)
{
	text = bd_str_trim(text);
	skip_bytes(&text, text.n > 1 && to_lower(text.p[0]) == 'v' && is_digit(text.p[1]));
	return (struct reader){ .rest = text, .at_start = true, .branch = bd_str_ends(text, "-dev") };
}

static enum bd_order compare(struct bd_str a, struct bd_str b)
{
	const struct reader x = reader_of(a);
	const struct reader y = reader_of(b);
	if (x.rest.n == 0 || y.rest.n == 0 || has_mark(x.rest) || has_mark(y.rest)) {
		return BD_UNORDERED;
	}
	if (bd_str_starts(x.rest, "dev-") && bd_str_starts(y.rest, "dev-")) {
		return bd_str_equal(x.rest, y.rest) ? BD_EQUAL : BD_UNORDERED; /* branches */
	}
	return order_of(compare_segments(x, y));
}

/* PEAR, PECL and WordPress compare with version_compare() as well. */
const struct bd_version_scheme bd_version_scheme_composer = {
	.name = "composer",
	.purl_types = (const char *const[]){ "composer", "pear", "pecl", "wordpress-plugin", NULL },
	.compare = compare,
};
