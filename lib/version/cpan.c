/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Perl's version.pm: dotted (v1.2.3, 1.2.3) or decimal, whose fraction is read in groups of three digits
 * (1.002003 is v1.2.3, 1.1 is v1.100.0).  Underscores mark developer releases and do not count.
 */
#include "version/digits.h"
#include "version/schemes.h"

/* What is left of a version without its "v", and how it goes on. */
struct reader {
	struct bd_str rest;
	bool dotted, in_fraction;
};

static bool is_number_byte(char c)
{
	return is_digit(c) || c == '.' || c == '_';
}

/* CPAN marks developer releases of distributions so: 1.23-TRIAL, 1.23-TRIAL2. */
static struct bd_str without_trial(struct bd_str text)
{
	size_t at = 0;
	if (bd_str_find(text, "-TRIAL", &at)) {
		struct bd_str tail = { text.p + at + 6, text.n - at - 6 };
		(void)cut_while(&tail, is_digit);
		text.n = tail.n == 0 ? at : text.n;
	}
	return text;
}

static size_t count_dots(struct bd_str text)
{
	size_t dots = 0;
	for (size_t i = 0; i < text.n; i++) {
		dots += text.p[i] == '.';
	}
	return dots;
}

/* Underscores stand between digits, and no two dots without a digit between them. */
static bool well_formed(struct bd_str text, bool dotted)
{
	for (size_t i = 0; i < text.n; i++) {
		const bool digit_before = i > 0 && is_digit(text.p[i - 1]);
		const bool digit_behind = i + 1 < text.n && is_digit(text.p[i + 1]);
		const bool at_end = dotted && i + 1 == text.n;
		if (text.p[i] == '_' && (!digit_before || !(digit_behind || at_end))) {
			return false;
		}
		if (text.p[i] == '.' && ((!digit_before && !digit_behind) || (dotted && i > 0 && !digit_before))) {
			return false;
		}
	}
	return text.n > 0;
}

static bool parse(struct bd_str text, struct reader *out)
{
	text = without_trial(bd_str_trim(text));
	const bool prefix = text.n > 1 && text.p[0] == 'v' && is_digit(text.p[1]);
	skip_bytes(&text, prefix);
	*out = (struct reader){ .rest = text, .dotted = prefix || count_dots(text) > 1 };
	(void)cut_while(&text, is_number_byte);
	return text.n == 0 && well_formed(out->rest, out->dotted);
}

/* The next digit of this component, or NUL at its end. */
static char next_digit(struct reader *reader)
{
	while (at_byte(reader->rest, '_')) {
		skip_bytes(&reader->rest, 1);
	}
	if (reader->rest.n == 0 || !is_digit(reader->rest.p[0])) {
		return '\0';
	}
	const char digit = reader->rest.p[0];
	skip_bytes(&reader->rest, 1);
	return digit;
}

/* One component without leading zeros. */
static void next_component(struct reader *reader, struct bd_buf *out)
{
	const bool group = reader->in_fraction;
	bd_buf_clear(out);
	for (size_t i = 0; !group || i < 3; i++) {
		const char digit = next_digit(reader);
		if (digit == '\0' && !group) {
			break;
		}
		if (digit > '0' || (out->n > 0 && digit == '0') || (out->n > 0 && group)) {
			bd_buf_add_char(out, digit == '\0' ? '0' : digit);
		}
	}
	if (at_byte(reader->rest, '.')) {
		skip_bytes(&reader->rest, 1);
		reader->in_fraction = !reader->dotted;
	}
}

static enum bd_order compare(struct bd_str a, struct bd_str b)
{
	struct reader x;
	struct reader y;
	if (!parse(a, &x) || !parse(b, &y)) {
		return BD_UNORDERED;
	}
	struct bd_buf p = { .n = 0 };
	struct bd_buf q = { .n = 0 };
	int difference = 0;
	while (difference == 0 && (x.rest.n > 0 || y.rest.n > 0)) {
		next_component(&x, &p);
		next_component(&y, &q);
		difference = digits_compare(bd_buf_view(&p), bd_buf_view(&q));
	}
	bd_buf_release(&p);
	bd_buf_release(&q);
	return order_of(difference);
}

static bool valid(struct bd_str text)
{
	struct reader version;
	return parse(text, &version);
}

const struct bd_version_scheme bd_version_scheme_cpan = {
	.name = "cpan",
	.purl_types = (const char *const[]){ "cpan", NULL },
	.compare = compare,
	.valid = valid,
};
