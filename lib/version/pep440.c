/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PEP 440, and for what it does not accept the order that setuptools had before ("legacy"): every
 * legacy version is older than every PEP 440 version.
 */
#include "base/auto.h"
#include "version/digits.h"
#include "version/schemes.h"

/* A part that may be missing: its place decides whether missing is older or newer than any number. */
struct part {
	bool present;
	int label; /* of a prerelease: 0 alpha, 1 beta, 2 release candidate */
	struct bd_str number;
};

struct pep440 {
	struct bd_str epoch, release, local;
	struct part pre, post, dev;
};

struct label {
	const char *word;
	int label;
};

static bool starts_with_word(struct bd_str rest, const char *word)
{
	const size_t n = strlen(word);
	if (rest.n < n) {
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		if (to_lower(rest.p[i]) != word[i]) {
			return false;
		}
	}
	return true;
}

static bool is_joiner(char c)
{
	return c == '-' || c == '_' || c == '.';
}

/* "[-_.]?WORD[-_.]?[0-9]*"; the longer of two words that begin alike stands first in labels. */
static struct part parse_part(struct bd_str *rest, const struct label *labels)
{
	struct bd_str tail = *rest;
	skip_bytes(&tail, tail.n > 0 && is_joiner(tail.p[0]));
	for (const struct label *label = labels; label->word != NULL; label++) {
		if (!starts_with_word(tail, label->word)) {
			continue;
		}
		skip_bytes(&tail, strlen(label->word));
		skip_bytes(&tail, tail.n > 0 && is_joiner(tail.p[0]));
		*rest = tail;
		return (struct part){ .present = true, .label = label->label, .number = cut_while(rest, is_digit) };
	}
	return (struct part){ .present = false };
}

static struct part parse_post(struct bd_str *rest)
{
	static const struct label labels[] = { { "post", 0 }, { "rev", 0 }, { "r", 0 }, { NULL, 0 } };
	if (rest->n > 1 && rest->p[0] == '-' && is_digit(rest->p[1])) {
		skip_bytes(rest, 1);
		return (struct part){ .present = true, .number = cut_while(rest, is_digit) };
	}
	return parse_part(rest, labels);
}

static struct bd_str parse_release(struct bd_str *rest)
{
	struct bd_str release = cut_while(rest, is_digit);
	while (release.n > 0 && rest->n > 1 && rest->p[0] == '.' && is_digit(rest->p[1])) {
		skip_bytes(rest, 1);
		release.n += 1 + cut_while(rest, is_digit).n;
	}
	return release;
}

static bool parse_local(struct bd_str rest)
{
	bool after_joiner = true;
	for (size_t i = 0; i < rest.n; i++) {
		const bool joiner = is_joiner(rest.p[i]);
		if ((joiner && after_joiner) || (!joiner && !is_digit(rest.p[i]) && !is_letter(rest.p[i]))) {
			return false;
		}
		after_joiner = joiner;
	}
	return !after_joiner;
}

/* The white space that Python strips: of Unicode, in UTF-8. */
static struct bd_str trim(struct bd_str text)
{
	static const char *const spaces[] = { " ", "\t", "\n", "\v", "\f", "\r", "\x1c", "\x1d", "\x1e", "\x1f",
		"\xc2\x85", "\xc2\xa0", "\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x81", "\xe2\x80\x82", "\xe2\x80\x83",
		"\xe2\x80\x84", "\xe2\x80\x85", "\xe2\x80\x86", "\xe2\x80\x87", "\xe2\x80\x88", "\xe2\x80\x89",
		"\xe2\x80\x8a", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80" };
	for (size_t i = 0; i < sizeof(spaces) / sizeof(spaces[0]); i++) {
		const size_t n = strlen(spaces[i]);
		if (bd_str_starts(text, spaces[i])) {
			skip_bytes(&text, n);
			i = (size_t)-1;
		} else if (bd_str_ends(text, spaces[i])) {
			text.n -= n;
			i = (size_t)-1;
		}
	}
	return text;
}

static bool parse(struct bd_str text, struct pep440 *out)
{
	static const struct label pre[] = { { "alpha", 0 }, { "a", 0 }, { "beta", 1 }, { "b", 1 }, { "preview", 2 },
		{ "pre", 2 }, { "rc", 2 }, { "c", 2 }, { NULL, 0 } };
	static const struct label dev[] = { { "dev", 0 }, { NULL, 0 } };
	struct bd_str rest = trim(text);
	*out = (struct pep440){ .epoch = { NULL, 0 } };
	skip_bytes(&rest, rest.n > 0 && to_lower(rest.p[0]) == 'v');
	struct bd_str after = rest;
	const struct bd_str digits = cut_while(&after, is_digit);
	if (digits.n > 0 && after.n > 0 && after.p[0] == '!') {
		out->epoch = digits;
		skip_bytes(&after, 1);
		rest = after;
	}
	out->release = parse_release(&rest);
	if (out->release.n == 0) {
		return false;
	}
	out->pre = parse_part(&rest, pre);
	out->post = parse_post(&rest);
	out->dev = parse_part(&rest, dev);
	if (rest.n > 0 && rest.p[0] == '+') {
		skip_bytes(&rest, 1);
		out->local = rest;
		return parse_local(rest);
	}
	return rest.n == 0;
}

/* if_missing: where a version without the part stands against those with it. */
static int compare_part(const struct part *a, const struct part *b, int if_missing)
{
	if (a->present != b->present) {
		return a->present ? -if_missing : if_missing;
	}
	return a->label != b->label ? a->label - b->label : digits_compare(a->number, b->number);
}

/* 1.0.dev1 is older than 1.0a1: without pre and post, dev stands before every prerelease. */
static int pre_class(const struct pep440 *version)
{
	if (version->pre.present) {
		return 1;
	}
	return version->dev.present && !version->post.present ? 0 : 2;
}

static bool is_local_byte(char c)
{
	return !is_joiner(c);
}

static int compare_local(struct bd_str a, struct bd_str b)
{
	while (a.n > 0 && b.n > 0) {
		const struct bd_str x = cut_while(&a, is_local_byte);
		const struct bd_str y = cut_while(&b, is_local_byte);
		const bool number = all_digits(x);
		int difference = number - all_digits(y); /* numbers are newer than words */
		if (difference == 0) {
			difference = number ? digits_compare(x, y) : words_compare(x, y);
		}
		if (difference != 0) {
			return difference;
		}
		skip_bytes(&a, a.n > 0);
		skip_bytes(&b, b.n > 0);
	}
	return (a.n > 0) - (b.n > 0);
}

static int compare_parsed(const struct pep440 *a, const struct pep440 *b)
{
	int difference = digits_compare(a->epoch, b->epoch);
	if (difference == 0) {
		difference = digits_compare_dotted(a->release, b->release);
	}
	if (difference == 0) {
		difference = pre_class(a) - pre_class(b);
	}
	if (difference == 0) {
		difference = compare_part(&a->pre, &b->pre, 1);
	}
	if (difference == 0) {
		difference = compare_part(&a->post, &b->post, -1);
	}
	if (difference == 0) {
		difference = compare_part(&a->dev, &b->dev, 1);
	}
	return difference != 0 ? difference : compare_local(a->local, b->local);
}

/* ---- legacy: setuptools' parse_version before PEP 440 ------------------------------------------ */

struct legacy_key {
	struct bd_arena arena;
	const char **v;
	size_t len, cap;
};

static void release_key(struct legacy_key *key)
{
	free(key->v);
	bd_arena_release(&key->arena);
}

static void pop_while(struct legacy_key *key, const char *part)
{
	while (key->len > 0 && strcmp(key->v[key->len - 1], part) == 0) {
		key->len--;
	}
}

static void push_word(struct legacy_key *key, const char *word)
{
	if (strcmp(word, "*final") < 0) {
		pop_while(key, "*final-");
	}
	pop_while(key, "00000000");
	*bd_vec_push(key) = word;
}

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_other(char c)
{
	return !is_digit(c) && !is_lower(c) && c != '.' && c != '-';
}

static void push_component(struct legacy_key *key, struct bd_str *rest)
{
	static const char *const replaced[][2] = { { "pre", "*c" }, { "preview", "*c" }, { "rc", "*c" },
		{ "dev", "*@" } };
	if (is_digit(rest->p[0])) {
		const struct bd_str digits = cut_while(rest, is_digit);
		const int zeros = digits.n < 8 ? (int)(8 - digits.n) : 0;
		*bd_vec_push(key) =
			bd_arena_printf(&key->arena, "%.*s%.*s", zeros, "00000000", (int)digits.n, digits.p);
		return;
	}
	if (rest->p[0] == '-' || rest->p[0] == '.') {
		if (rest->p[0] == '-') {
			push_word(key, "*final-");
		}
		skip_bytes(rest, 1);
		return;
	}
	const struct bd_str word = cut_while(rest, is_lower(rest->p[0]) ? is_lower : is_other);
	for (size_t i = 0; i < sizeof(replaced) / sizeof(replaced[0]); i++) {
		if (bd_str_is(word, replaced[i][0])) {
			push_word(key, replaced[i][1]);
			return;
		}
	}
	push_word(key, bd_arena_printf(&key->arena, "*%.*s", (int)word.n, word.p));
}

static void make_key(struct bd_str text, struct legacy_key *key)
{
	char *lower = bd_arena_text(&key->arena, text.p, text.n);
	for (size_t i = 0; i < text.n; i++) {
		lower[i] = to_lower(lower[i]);
	}
	struct bd_str rest = bd_str_trim((struct bd_str){ lower, text.n });
	while (rest.n > 0) {
		push_component(key, &rest);
	}
	push_word(key, "*final");
}

static int compare_legacy(struct bd_str a, struct bd_str b)
{
	AUTO(release_key) struct legacy_key x = { .len = 0 };
	AUTO(release_key) struct legacy_key y = { .len = 0 };
	make_key(a, &x);
	make_key(b, &y);
	for (size_t i = 0; i < x.len && i < y.len; i++) {
		const int difference = strcmp(x.v[i], y.v[i]);
		if (difference != 0) {
			return difference;
		}
	}
	return (x.len > y.len) - (x.len < y.len);
}

static enum bd_order compare(struct bd_str a, struct bd_str b)
{
	struct pep440 x;
	struct pep440 y;
	const bool modern_a = parse(a, &x);
	const bool modern_b = parse(b, &y);
	if (modern_a != modern_b) {
		return modern_a ? BD_GREATER : BD_LESS;
	}
	return order_of(modern_a ? compare_parsed(&x, &y) : compare_legacy(a, b));
}

static bool valid(struct bd_str text)
{
	struct pep440 version;
	return parse(text, &version);
}

const struct bd_version_scheme bd_version_scheme_pep440 = {
	.name = "pep440",
	.purl_types = (const char *const[]){ "pypi", NULL },
	.compare = compare,
	.valid = valid,
};
