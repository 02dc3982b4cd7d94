/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conda's VersionOrder: [epoch!]version[+local]; components between "." and "_", each of numbers and words in
 * turn, beginning with a number; a word is older than any number, "dev" the oldest word, "post" newer than
 * all numbers.
 */
#include "version/digits.h"
#include "version/schemes.h"

struct conda {
	struct bd_str epoch, release, local;
	char joiner; /* "-" stands for "_" where there is no "_" */
};

enum rank {
	WORD,
	NUMBER,
	POST
};

struct part {
	enum rank rank;
	struct bd_str text;
};

static bool is_component_byte(char c)
{
	return is_letter_or_digit(c) || is_one_of(c, "*._");
}

static bool contains(struct bd_str text, char c)
{
	return text.n > 0 && memchr(text.p, c, text.n) != NULL;
}

/* Cut the next component.  A joiner that ends the whole text belongs to the component (openssl's "1.0.1_"). */
static struct bd_str cut_component(struct bd_str *rest, char joiner)
{
	struct bd_str head = { rest->p, 0 };
	while (head.n < rest->n && rest->p[head.n] != '.' && (rest->p[head.n] != joiner || head.n + 1 == rest->n)) {
		head.n++;
	}
	skip_bytes(rest, head.n < rest->n ? head.n + 1 : head.n);
	return head;
}

/* No component is empty. */
static bool components_valid(struct bd_str text, char joiner, bool keeps_last)
{
	bool joined = true;
	const bool keeps = keeps_last && text.n > 0 && text.p[text.n - 1] == joiner;
	for (size_t i = 0; i < text.n; i++) {
		const bool joins = text.p[i] == '.' || (text.p[i] == joiner && !(keeps && i + 1 == text.n));
		if (joins && joined) {
			return false;
		}
		if (!joins && !is_component_byte(text.p[i]) && text.p[i] != joiner) {
			return false;
		}
		joined = joins;
	}
	return !joined;
}

static bool parse(struct bd_str text, struct conda *out)
{
	struct bd_str rest = bd_str_trim(text);
	*out = (struct conda){ .joiner = contains(rest, '_') ? '_' : '-' };
	struct bd_str after = rest;
	const struct bd_str digits = cut_while(&after, is_digit);
	if (digits.n > 0 && at_byte(after, '!')) {
		out->epoch = digits;
		skip_bytes(&after, 1);
		rest = after;
	}
	const bool has_local = contains(rest, '+');
	out->release = bd_str_cut(&rest, '+');
	out->local = rest;
	return components_valid(out->release, out->joiner, true) &&
	       (!has_local || components_valid(out->local, out->joiner, false));
}

static bool is_star(char c)
{
	return c == '*';
}

static bool is_word_byte(char c)
{
	return !is_digit(c) && c != '*';
}

/* The parts of a component are numbers at even places; a missing one is 0. */
static struct part cut_part(struct bd_str *component, bool first)
{
	static const struct part zero = { .rank = NUMBER };
	if (component->n == 0 || (first && !is_digit(component->p[0]))) {
		return zero;
	}
	if (is_digit(component->p[0])) {
		return (struct part){ NUMBER, cut_while(component, is_digit) };
	}
	const struct bd_str word = cut_while(component, component->p[0] == '*' ? is_star : is_word_byte);
	return (struct part){ words_compare(word, BD_STR("post")) == 0 ? POST : WORD, word };
}

static bool is_dev(struct bd_str word)
{
	return words_compare(word, BD_STR("dev")) == 0;
}

/* By bytes, in lower case but for "DEV", and the joiner as "_": "*" < "DEV" < "_" < "a". */
static int compare_words(struct bd_str a, struct bd_str b)
{
	const bool upper_a = is_dev(a);
	const bool upper_b = is_dev(b);
	for (size_t i = 0; i < a.n && i < b.n; i++) {
		const int x = upper_a ? "DEV"[i] : a.p[i] == '-' ? '_' : (unsigned char)to_lower(a.p[i]);
		const int y = upper_b ? "DEV"[i] : b.p[i] == '-' ? '_' : (unsigned char)to_lower(b.p[i]);
		if (x != y) {
			return x - y;
		}
	}
	return (a.n > b.n) - (a.n < b.n);
}

static int compare_component(struct bd_str a, struct bd_str b)
{
	for (bool first = true; a.n > 0 || b.n > 0; first = false) {
		const struct part x = cut_part(&a, first);
		const struct part y = cut_part(&b, first);
		if (x.rank != y.rank) {
			return x.rank < y.rank ? -1 : 1;
		}
		int difference = 0;
		if (x.rank != POST) {
			difference = x.rank == WORD ? compare_words(x.text, y.text) : digits_compare(x.text, y.text);
		}
		if (difference != 0) {
			return difference;
		}
	}
	return 0;
}

static int compare_components(struct bd_str a, char joiner_a, struct bd_str b, char joiner_b)
{
	while (a.n > 0 || b.n > 0) {
		const int difference = compare_component(cut_component(&a, joiner_a), cut_component(&b, joiner_b));
		if (difference != 0) {
			return difference;
		}
	}
	return 0;
}

static enum bd_order compare(struct bd_str a, struct bd_str b)
{
	struct conda x;
	struct conda y;
	if (!parse(a, &x) || !parse(b, &y)) {
		return BD_UNORDERED;
	}
	int difference = digits_compare(x.epoch, y.epoch);
	if (difference == 0) {
		difference = compare_components(x.release, x.joiner, y.release, y.joiner);
	}
	return order_of(difference != 0 ? difference : compare_components(x.local, x.joiner, y.local, y.joiner));
}

static bool valid(struct bd_str text)
{
	struct conda version;
	return parse(text, &version);
}

const struct bd_version_scheme bd_version_scheme_conda = {
	.name = "conda",
	.purl_types = (const char *const[]){ "conda", NULL },
	.compare = compare,
	.valid = valid,
};
