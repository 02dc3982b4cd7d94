/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gem::Version: numbers and words between dots and where they meet; a word is older than any number, and what
 * is missing is 0, so that 1.0.a < 1.0 = 1.  "-" stands for ".pre.".
 */
#include "version/digits.h"
#include "version/schemes.h"

struct segment {
	bool is_word;
	struct bd_str text;
};

/* The numbers before the first word, without zeros at their end, and everything behind them. */
struct reader {
	struct bd_str numbers, rest;
};

static bool is_word_byte(char c)
{
	return is_letter_or_digit(c) || c == '-';
}

/* Gem::Version::VERSION_PATTERN: [0-9]+(\.[0-9a-zA-Z]+)*(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)? */
static bool parse(struct bd_str *text)
{
	*text = bd_str_trim(*text);
	struct bd_str rest = *text;
	bool dashed = false;
	if (rest.n == 0) {
		return true; /* is "0" */
	}
	if (cut_while(&rest, is_digit).n == 0) {
		return false;
	}
	while (rest.n > 0) {
		dashed |= rest.p[0] == '-';
		if (rest.p[0] != '.' && rest.p[0] != '-') {
			return false;
		}
		skip_bytes(&rest, 1);
		if (cut_while(&rest, dashed ? is_word_byte : is_letter_or_digit).n == 0) {
			return false;
		}
	}
	return true;
}

static bool is_number_byte(char c)
{
	return is_digit(c) || c == '.';
}

/* Zeros before the first word do not count: 1.0.0.a is 1.a. */
static struct reader reader_of(struct bd_str text)
{
	struct reader reader = { .rest = text };
	struct bd_str numbers = cut_while(&reader.rest, is_number_byte);
	reader.numbers.p = numbers.p;
	while (numbers.n > 0) {
		const struct bd_str number = bd_str_cut(&numbers, '.');
		if (without_zeros(number).n > 0) {
			reader.numbers.n = (size_t)(number.p - reader.numbers.p) + number.n;
		}
	}
	return reader;
}

static struct segment next(struct reader *reader)
{
	struct bd_str *rest = &reader->rest;
	if (reader->numbers.n > 0) {
		return (struct segment){ false, bd_str_cut(&reader->numbers, '.') };
	}
	skip_bytes(rest, at_byte(*rest, '.'));
	if (at_byte(*rest, '-')) {
		skip_bytes(rest, 1);
		return (struct segment){ true, BD_STR("pre") };
	}
	if (rest->n == 0) {
		return (struct segment){ .is_word = false }; /* missing: 0 */
	}
	const bool is_word = !is_digit(rest->p[0]);
	return (struct segment){ is_word, cut_while(rest, is_word ? is_letter : is_digit) };
}

static int compare_segments(struct reader a, struct reader b)
{
	while (a.numbers.n > 0 || b.numbers.n > 0 || a.rest.n > 0 || b.rest.n > 0) {
		const struct segment x = next(&a);
		const struct segment y = next(&b);
		int difference = y.is_word - x.is_word;
		if (difference == 0) {
			difference = x.is_word ? bd_str_compare(x.text, y.text) : digits_compare(x.text, y.text);
		}
		if (difference != 0) {
			return difference;
		}
	}
	return 0;
}

static enum bd_order compare(struct bd_str a, struct bd_str b)
{
	if (!parse(&a) || !parse(&b)) {
		return BD_UNORDERED;
	}
	return order_of(compare_segments(reader_of(a), reader_of(b)));
}

static bool valid(struct bd_str text)
{
	return parse(&text);
}

/* CocoaPods compares with Gem::Version too. */
const struct bd_version_scheme bd_version_scheme_gem = {
	.name = "gem",
	.purl_types = (const char *const[]){ "cocoapods", "gem", NULL },
	.compare = compare,
	.valid = valid,
};
