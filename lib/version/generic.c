/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Language runtimes and other things without a packager: dotted numbers, then words.  3.14.0a1 and
 * 8.3.0RC1 and 3.3.0-preview1 come before the release; 2.0.0p648, 1.1.1g and 3.12.0+ after it.
 */
#include "version/digits.h"
#include "version/schemes.h"

/* What may come next, oldest first; words of stage PRERELEASE are ranked among themselves. */
enum stage {
	PRERELEASE,
	END,
	AFTER_RELEASE,
	WORD,
	NUMBER
};

struct token {
	enum stage stage;
	int rank;
	struct bd_str text;
};

static int prerelease_rank(struct bd_str word, bool number_follows)
{
	static const struct {
		const char *word;
		int rank;
		bool needs_number; /* a letter alone is a patch level: 1.0.2a */
	} words[] = { { "dev", 1, false }, { "nightly", 2, false }, { "snapshot", 2, false }, { "a", 3, true },
		{ "alpha", 3, false }, { "b", 4, true }, { "beta", 4, false }, { "pre", 5, false },
		{ "preview", 5, false }, { "c", 6, true }, { "rc", 6, false } };
	char lower[16];
	if (word.n >= sizeof(lower)) {
		return 0;
	}
	for (size_t i = 0; i < word.n; i++) {
		lower[i] = to_lower(word.p[i]);
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (bd_str_is((struct bd_str){ lower, word.n }, words[i].word) &&
			(number_follows || !words[i].needs_number)) {
			return words[i].rank;
		}
	}
	return 0;
}

static bool is_separator(char c)
{
	return !is_digit(c) && !is_letter(c) && c != '+';
}

static bool is_plus(char c)
{
	return c == '+';
}

static struct token next(struct bd_str *rest)
{
	(void)cut_while(rest, is_separator);
	if (rest->n == 0) {
		return (struct token){ .stage = END };
	}
	if (is_digit(rest->p[0])) {
		return (struct token){ .stage = NUMBER, .text = cut_while(rest, is_digit) };
	}
	if (is_plus(rest->p[0])) {
		(void)cut_while(rest, is_plus);
		return (struct token){ .stage = AFTER_RELEASE };
	}
	const struct bd_str word = cut_while(rest, is_letter);
	const int rank = prerelease_rank(word, rest->n > 0 && is_digit(rest->p[0]));
	return (struct token){ .stage = rank > 0 ? PRERELEASE : WORD, .rank = rank, .text = word };
}

static int compare_tokens(const struct token *a, const struct token *b)
{
	if (a->stage != b->stage) {
		return (int)a->stage - (int)b->stage;
	}
	if (a->stage == NUMBER) {
		return digits_compare(a->text, b->text);
	}
	return a->stage == WORD ? words_compare(a->text, b->text) : a->rank - b->rank;
}

/* "1.2.3" off the front of "1.2.3rc1"; zeros at its end do not count: 3.11 is 3.11.0. */
static struct bd_str cut_release(struct bd_str *rest)
{
	struct bd_str release = { rest->p, 0 };
	size_t significant = 0;
	while (release.n < rest->n) {
		struct bd_str tail = { rest->p + release.n, rest->n - release.n };
		skip_bytes(&tail, release.n > 0);
		const struct bd_str digits = cut_while(&tail, is_digit);
		if (digits.n == 0 || (release.n > 0 && rest->p[release.n] != '.')) {
			break;
		}
		release.n += digits.n + (release.n > 0);
		significant = without_zeros(digits).n > 0 ? release.n : significant;
	}
	skip_bytes(rest, release.n);
	release.n = significant;
	return release;
}

static bool has_release(struct bd_str *text)
{
	*text = bd_str_trim(*text);
	if (text->n > 1 && to_lower(text->p[0]) == 'v') {
		skip_bytes(text, 1);
	}
	return text->n > 0 && is_digit(text->p[0]);
}

static enum bd_order compare(struct bd_str a, struct bd_str b)
{
	if (!has_release(&a) || !has_release(&b)) {
		return BD_UNORDERED;
	}
	int difference = digits_compare_dotted(cut_release(&a), cut_release(&b));
	while (difference == 0 && (a.n > 0 || b.n > 0)) {
		const struct token x = next(&a);
		const struct token y = next(&b);
		difference = compare_tokens(&x, &y);
	}
	return order_of(difference);
}

const struct bd_version_scheme bd_version_scheme_generic = {
	.name = "generic",
	.purl_types = (const char *const[]){ "bitnami", "brew", "generic", "github", "otp", "snap", NULL },
	.compare = compare,
};
