/* SPDX-License-Identifier: Apache-2.0 */
/* apk-package(5), "pkgver": number{.number}{letter}{_suffix{number}}{~hash}{-r#}, as apk-tools 3 orders it. */
#include "version/digits.h"
#include "version/schemes.h"

/*
 * The kinds of tokens in the order in which they follow each other.  Of two versions equal so far,
 * the one whose next token comes earlier here is the newer, but for a prerelease suffix, which is
 * older than everything.
 */
enum kind {
	FIRST_NUMBER,
	NUMBER,
	LETTER,
	SUFFIX,
	SUFFIX_NUMBER,
	HASH,
	REVISION,
	END,
	INVALID
};

struct token {
	enum kind kind;
	int suffix; /* negative: a prerelease */
	struct bd_str value;
};

/* Rank of a suffix, 0 for none of apk's. */
static int suffix_rank(struct bd_str word)
{
	static const struct {
		const char *word;
		int rank;
	} ranks[] = { { "alpha", -4 }, { "beta", -3 }, { "pre", -2 }, { "rc", -1 }, { "cvs", 1 }, { "svn", 2 },
		{ "git", 3 }, { "hg", 4 }, { "p", 5 } };
	for (size_t i = 0; i < sizeof(ranks) / sizeof(ranks[0]); i++) {
		if (bd_str_is(word, ranks[i].word)) {
			return ranks[i].rank;
		}
	}
	return 0;
}

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_hash_digit(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f');
}

static struct token number(struct bd_str *rest, enum kind kind)
{
	const struct bd_str digits = cut_while(rest, is_digit);
	return (struct token){ .kind = digits.n > 0 ? kind : INVALID, .value = digits };
}

static struct token word(struct bd_str *rest)
{
	const struct bd_str text = cut_while(rest, is_lower);
	const int rank = suffix_rank(text);
	return (struct token){ .kind = rank != 0 ? SUFFIX : INVALID, .suffix = rank, .value = text };
}

static struct token after_mark(struct bd_str *rest, enum kind before)
{
	const struct token invalid = { .kind = INVALID };
	const char mark = rest->p[0];
	skip_bytes(rest, 1);
	if (mark == '.' && before <= NUMBER) {
		return number(rest, NUMBER);
	}
	if (mark == '_' && before <= SUFFIX_NUMBER) {
		return word(rest);
	}
	if (mark == '~' && before < HASH) {
		const struct bd_str hash = cut_while(rest, is_hash_digit);
		return (struct token){ .kind = hash.n > 0 ? HASH : INVALID, .value = hash };
	}
	if (mark == '-' && before < REVISION && rest->n > 0 && rest->p[0] == 'r') {
		skip_bytes(rest, 1);
		return number(rest, REVISION);
	}
	return invalid;
}

/* On INVALID rest stays at the token that apk does not know. */
static struct token next(struct bd_str *rest, enum kind before)
{
	const struct bd_str start = *rest;
	struct token token = { .kind = INVALID };
	if (rest->n == 0) {
		return (struct token){ .kind = END };
	}
	if (is_lower(rest->p[0]) && before <= NUMBER) {
		token = (struct token){ .kind = LETTER, .value = { rest->p, 1 } };
		skip_bytes(rest, 1);
	} else if (is_digit(rest->p[0])) {
		token = before == SUFFIX ? number(rest, SUFFIX_NUMBER) : token;
	} else {
		token = after_mark(rest, before);
	}
	if (token.kind == INVALID) {
		*rest = start;
	}
	return token;
}

static int compare_tokens(const struct token *a, const struct token *b)
{
	switch (a->kind) {
	case NUMBER:
		/* a leading zero makes both fractions, as in Gentoo */
		if (a->value.p[0] == '0' || b->value.p[0] == '0') {
			return bd_str_compare(a->value, b->value);
		}
		return digits_compare(a->value, b->value);
	case FIRST_NUMBER:
	case SUFFIX_NUMBER:
	case REVISION:
		return digits_compare(a->value, b->value);
	case SUFFIX:
		return a->suffix - b->suffix;
	case LETTER:
	case HASH:
	case END:
	case INVALID:
		break;
	}
	return bd_str_compare(a->value, b->value);
}

/*
 * Neither is an apk version from here on, which apk itself calls equal.  Text that has changed is
 * ordered anyway, so that a report can say "newer"; only what should have been a revision is not.
 */
static int compare_invalid(struct bd_str a, struct bd_str b)
{
	const bool dash_a = a.n > 0 && a.p[0] == '-';
	const bool dash_b = b.n > 0 && b.p[0] == '-';
	if (dash_a || dash_b) {
		return dash_b - dash_a;
	}
	while (a.n > 0 && b.n > 0) {
		int difference = 0;
		if (is_digit(a.p[0]) && is_digit(b.p[0])) {
			difference = digits_compare(cut_while(&a, is_digit), cut_while(&b, is_digit));
		} else {
			difference = (unsigned char)a.p[0] - (unsigned char)b.p[0];
			skip_bytes(&a, 1);
			skip_bytes(&b, 1);
		}
		if (difference != 0) {
			return difference;
		}
	}
	return (a.n > 0) - (b.n > 0);
}

static enum bd_order compare(struct bd_str a, struct bd_str b)
{
	struct token x = number(&a, FIRST_NUMBER);
	struct token y = number(&b, FIRST_NUMBER);
	while (x.kind == y.kind && x.kind < END) {
		const int difference = compare_tokens(&x, &y);
		if (difference != 0) {
			return order_of(difference);
		}
		x = next(&a, x.kind);
		y = next(&b, y.kind);
	}
	if (x.kind == y.kind) {
		return x.kind == INVALID ? order_of(compare_invalid(a, b)) : BD_EQUAL;
	}
	if (x.kind == SUFFIX && x.suffix < 0) {
		return BD_LESS;
	}
	if (y.kind == SUFFIX && y.suffix < 0) {
		return BD_GREATER;
	}
	return x.kind > y.kind ? BD_LESS : BD_GREATER;
}

static bool valid(struct bd_str text)
{
	struct token token = number(&text, FIRST_NUMBER);
	while (token.kind < END) {
		token = next(&text, token.kind);
	}
	return token.kind == END;
}

const struct bd_version_scheme bd_version_scheme_apk = {
	.name = "apk",
	.purl_types = (const char *const[]){ "alpine", "apk", NULL },
	.compare = compare,
	.valid = valid,
};
