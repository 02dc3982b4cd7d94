/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Maven's ComparableVersion: numbers and qualifiers between "." and "-" and where digits meet letters; what
 * stands behind "-" or such a meeting is one level deeper and less important.  A qualifier with a number
 * ("rc1", "rc-1") is one item.
 */
#include "basedrift/limits.h"

#include "base/auto.h"
#include "version/digits.h"
#include "version/schemes.h"

enum kind {
	MISSING,
	NUMBER,
	QUALIFIER,
	NUMBERED_QUALIFIER,
	LEVEL
};

struct item {
	enum kind kind;
	struct bd_str word, digits;
	struct level *level;
	struct item *next, *previous;
};

/* A list of items, the last of which may be the level below. */
struct level {
	struct item *first, *last;
	struct level *above;
};

static const struct item missing = { .kind = MISSING };

/* ---- qualifiers -------------------------------------------------------------------------------- */

enum {
	RELEASE = 5, /* the rank of no qualifier */
	UNKNOWN = 7
};

static int rank_of(struct bd_str word)
{
	static const struct {
		const char *word;
		int rank;
	} ranks[] = { { "alpha", 0 }, { "beta", 1 }, { "milestone", 2 }, { "rc", 3 }, { "snapshot", 4 },
		{ "", RELEASE }, { "ga", RELEASE }, { "final", RELEASE }, { "release", RELEASE }, { "sp", 6 } };
	for (size_t i = 0; i < sizeof(ranks) / sizeof(ranks[0]); i++) {
		if (bd_str_is(word, ranks[i].word)) {
			return ranks[i].rank;
		}
	}
	return UNKNOWN;
}

/* ---- parsing ----------------------------------------------------------------------------------- */

struct parser {
	struct bd_arena *arena;
	struct bd_str text; /* in lower case */
	struct level *level;
	size_t start; /* of the item that is being read */
	bool digits, numbered;
};

static void append(struct parser *parser, struct item value)
{
	struct item *item = bd_arena_alloc(parser->arena, sizeof(*item));
	*item = value;
	item->previous = parser->level->last;
	item->next = NULL;
	if (item->previous != NULL) {
		item->previous->next = item;
	} else {
		parser->level->first = item;
	}
	parser->level->last = item;
}

static void remove_item(struct level *level, struct item *item)
{
	*(item->previous != NULL ? &item->previous->next : &level->first) = item->next;
	*(item->next != NULL ? &item->next->previous : &level->last) = item->previous;
}

static void descend(struct parser *parser)
{
	struct level *below = bd_arena_alloc(parser->arena, sizeof(*below));
	below->above = parser->level;
	append(parser, (struct item){ .kind = LEVEL, .level = below });
	parser->level = below;
}

static struct bd_str qualifier_of(struct bd_str word, bool numbered)
{
	if (numbered && word.n == 1) {
		switch (word.p[0]) {
		case 'a':
			return BD_STR("alpha");
		case 'b':
			return BD_STR("beta");
		case 'm':
			return BD_STR("milestone");
		default:
			break;
		}
	}
	return bd_str_is(word, "cr") ? BD_STR("rc") : word;
}

static bool is_not_digit(char c)
{
	return !is_digit(c);
}

/* What stands between start and end. */
static void append_text(struct parser *parser, size_t end)
{
	struct bd_str text = { parser->text.p + parser->start, end - parser->start };
	struct item item = { .kind = parser->digits ? NUMBER : QUALIFIER };
	if (parser->numbered) {
		item.kind = NUMBERED_QUALIFIER;
		item.word = cut_while(&text, is_not_digit);
		item.word.n -= bd_str_ends(item.word, "-");
		item.word = qualifier_of(item.word, true);
		item.digits = text;
		if (rank_of(item.word) == RELEASE) {
			item = (struct item){ .kind = NUMBER, .digits = text }; /* 1-ga-1 is 1-1 */
		}
	} else if (parser->digits) {
		item.digits = text;
	} else {
		item.word = qualifier_of(text, false);
	}
	append(parser, item);
}

static void read_dot(struct parser *parser, size_t at)
{
	if (at == parser->start) {
		append(parser, (struct item){ .kind = NUMBER });
	} else {
		append_text(parser, at);
	}
	parser->numbered = false;
	parser->start = at + 1;
}

static void read_dash(struct parser *parser, size_t at)
{
	if (at == parser->start) {
		append(parser, (struct item){ .kind = NUMBER });
	} else if (!parser->digits && at + 1 < parser->text.n && is_digit(parser->text.p[at + 1])) {
		parser->numbered = true; /* x-1 is x1 */
		return;
	} else {
		append_text(parser, at);
	}
	parser->start = at + 1;
	parser->numbered = false;
	descend(parser);
}

static void read_digit(struct parser *parser, size_t at)
{
	if (!parser->digits && at > parser->start) {
		parser->numbered = true;
		if (parser->level->first != NULL) {
			descend(parser);
		}
	}
	parser->digits = true;
}

static void read_other(struct parser *parser, size_t at)
{
	if (parser->digits && at > parser->start) {
		append_text(parser, at);
		parser->start = at;
		parser->numbered = false;
		descend(parser);
	}
	parser->digits = false;
}

static bool is_null(const struct item *item)
{
	switch (item->kind) {
	case NUMBER:
		return without_zeros(item->digits).n == 0;
	case QUALIFIER:
		return item->word.n == 0;
	case LEVEL:
		return item->level->first == NULL;
	case MISSING:
	case NUMBERED_QUALIFIER:
		break;
	}
	return false;
}

static bool is_qualifier(const struct item *item)
{
	return item->kind == QUALIFIER || item->kind == NUMBERED_QUALIFIER;
}

/* Zeros at the end, and before a qualifier, do not count. */
static bool is_superfluous(const struct item *item)
{
	if (!is_null(item)) {
		return false;
	}
	const struct item *next = item->next;
	if (next == NULL || next->kind == QUALIFIER) {
		return true;
	}
	return next->kind == LEVEL && is_qualifier(next->level->first);
}

static void normalise(struct level *level)
{
	for (struct item *item = level->last; item != NULL; item = item->previous) {
		if (is_superfluous(item)) {
			remove_item(level, item);
		}
	}
	if (level->first != NULL && level->first == level->last && level->first->kind == LEVEL) {
		const struct level below = *level->first->level;
		level->first = below.first;
		level->last = below.last;
	}
}

/* Lower case of ASCII and, in UTF-8, of Latin-1. */
static char *lower_case(struct bd_str text, struct bd_arena *arena)
{
	char *lower = bd_arena_text(arena, text.p, text.n);
	for (size_t i = 0; i < text.n; i++) {
		const unsigned char byte = (unsigned char)lower[i];
		const bool latin = i > 0 && (unsigned char)lower[i - 1] == 0xc3;
		lower[i] = to_lower(lower[i]);
		if (latin && byte >= 0x80 && byte <= 0x9e && byte != 0x97) {
			lower[i] = (char)(byte + 0x20);
		}
	}
	return lower;
}

static const struct level *parse(struct bd_str text, struct bd_arena *arena)
{
	const char *lower = lower_case(text, arena);
	struct level *top = bd_arena_alloc(arena, sizeof(*top));
	struct parser parser = { .arena = arena, .text = { lower, text.n }, .level = top };
	for (size_t i = 0; i < text.n; i++) {
		if (lower[i] == '.') {
			read_dot(&parser, i);
		} else if (lower[i] == '-') {
			read_dash(&parser, i);
		} else if (is_digit(lower[i])) {
			read_digit(&parser, i);
		} else {
			read_other(&parser, i);
		}
	}
	if (text.n > parser.start) {
		if (!parser.digits && parser.level->first != NULL) {
			descend(&parser); /* 1.x is 1-x */
		}
		append_text(&parser, text.n);
	}
	for (struct level *level = parser.level; level != NULL; level = level->above) {
		normalise(level);
	}
	return top;
}

/* ---- comparing --------------------------------------------------------------------------------- */

static int compare_words(struct bd_str a, struct bd_str b)
{
	const int rank = rank_of(a);
	const int difference = rank - rank_of(b);
	return difference == 0 && rank == UNKNOWN ? bd_str_compare(a, b) : difference;
}

static int compare_items(const struct item *a, const struct item *b);

static int compare_levels(const struct level *a, const struct level *b)
{
	const struct item *x = a->first;
	const struct item *y = b->first;
	while (x != NULL || y != NULL) {
		const int difference = compare_items(x != NULL ? x : &missing, y != NULL ? y : &missing);
		if (difference != 0) {
			return difference;
		}
		x = x != NULL ? x->next : NULL;
		y = y != NULL ? y->next : NULL;
	}
	return 0;
}

/* A single item against a level: against its first item, and the others against nothing. */
static int compare_with_level(const struct item *item, const struct level *level)
{
	const struct item *first = level->first != NULL ? level->first : &missing;
	int difference = compare_items(item, first);
	for (const struct item *other = first->next; difference == 0 && other != NULL; other = other->next) {
		difference = compare_items(&missing, other);
	}
	return difference;
}

static int compare_qualifiers(const struct item *a, const struct item *b)
{
	const int difference = compare_words(a->word, b->word);
	if (difference != 0) {
		return difference;
	}
	if (a->kind != b->kind) {
		return a->kind == NUMBERED_QUALIFIER ? 1 : -1; /* x1 is newer than x */
	}
	return digits_compare(a->digits, b->digits);
}

/* Against nothing: 1.0 = 1, 1-rc < 1, 1-ga = 1. */
static int compare_with_missing(const struct item *item)
{
	switch (item->kind) {
	case NUMBER:
		return without_zeros(item->digits).n > 0;
	case QUALIFIER:
	case NUMBERED_QUALIFIER:
		return rank_of(item->word) - RELEASE;
	case LEVEL:
		for (const struct item *i = item->level->first; i != NULL; i = i->next) {
			const int difference = compare_with_missing(i);
			if (difference != 0) {
				return difference;
			}
		}
		break;
	case MISSING:
		break;
	}
	return 0;
}

/* Numbers are newer than anything else. */
static int compare_items(const struct item *a, const struct item *b)
{
	if (b->kind == MISSING) {
		return compare_with_missing(a);
	}
	if (a->kind == MISSING) {
		return -compare_with_missing(b);
	}
	if (a->kind == NUMBER || b->kind == NUMBER) {
		return a->kind != b->kind ? (a->kind == NUMBER ? 1 : -1) : digits_compare(a->digits, b->digits);
	}
	if (a->kind == LEVEL && b->kind == LEVEL) {
		return compare_levels(a->level, b->level);
	}
	if (a->kind == LEVEL) {
		return -compare_with_level(b, a->level);
	}
	return b->kind == LEVEL ? compare_with_level(a, b->level) : compare_qualifiers(a, b);
}

static enum bd_order compare(struct bd_str a, struct bd_str b)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	a = bd_str_trim(a);
	b = bd_str_trim(b);
	if (a.n == 0 || b.n == 0 || a.n > BD_LIMIT_MAVEN_VERSION || b.n > BD_LIMIT_MAVEN_VERSION) {
		return BD_UNORDERED;
	}
	return order_of(compare_levels(parse(a, &arena), parse(b, &arena)));
}

const struct bd_version_scheme bd_version_scheme_maven = {
	.name = "maven",
	.purl_types = (const char *const[]){ "maven", NULL },
	.compare = compare,
};
