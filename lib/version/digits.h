/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers in versions are text of any length: they are compared without being converted. */
#ifndef VERSION_DIGITS_H
#define VERSION_DIGITS_H

#include <string.h>

#include "basedrift/version.h"

static inline bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline char to_lower(char c)
{
	if (c >= 'A' && c <= 'Z') {
		return (char)(c - 'A' + 'a');
	}
	return c;
}

static inline enum bd_order order_of(int difference)
{
	return difference < 0 ? BD_LESS : difference > 0 ? BD_GREATER : BD_EQUAL;
}

static inline void skip_bytes(struct bd_str *rest, size_t n)
{
	if (n > 0) { /* p may be NULL when there is nothing */
		rest->p += n;
		rest->n -= n;
	}
}

static inline bool is_letter_or_digit(char c)
{
	return is_letter(c) || is_digit(c);
}

static inline bool is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

static inline bool at_byte(struct bd_str rest, char c)
{
	return rest.n > 0 && rest.p[0] == c;
}

/* Cut the leading bytes that belong to a class. */
static inline struct bd_str cut_while(struct bd_str *rest, bool (*belongs)(char))
{
	struct bd_str head = { rest->p, 0 };
	while (head.n < rest->n && belongs(rest->p[head.n])) {
		head.n++;
	}
	skip_bytes(rest, head.n);
	return head;
}

static inline struct bd_str without_zeros(struct bd_str digits)
{
	while (digits.n > 0 && digits.p[0] == '0') {
		skip_bytes(&digits, 1);
	}
	return digits;
}

/* Two runs of decimal digits as numbers; the empty run is 0. */
static inline int digits_compare(struct bd_str a, struct bd_str b)
{
	a = without_zeros(a);
	b = without_zeros(b);
	return a.n != b.n ? (a.n > b.n) - (a.n < b.n) : bd_str_compare(a, b);
}

static inline bool all_digits(struct bd_str text)
{
	return cut_while(&text, is_digit).n > 0 && text.n == 0;
}

/* "01": semantic versions and others forbid what this finds. */
static inline bool has_leading_zero(struct bd_str digits)
{
	return digits.n > 1 && digits.p[0] == '0';
}

/* Dotted numbers; one that is missing is 0. */
static inline int digits_compare_dotted(struct bd_str a, struct bd_str b)
{
	while (a.n > 0 || b.n > 0) {
		const int difference = digits_compare(bd_str_cut(&a, '.'), bd_str_cut(&b, '.'));
		if (difference != 0) {
			return difference;
		}
	}
	return 0;
}

/* Words without regard to the case of ASCII letters, shorter first. */
static inline int words_compare(struct bd_str a, struct bd_str b)
{
	for (size_t i = 0; i < a.n && i < b.n; i++) {
		const int difference = (unsigned char)to_lower(a.p[i]) - (unsigned char)to_lower(b.p[i]);
		if (difference != 0) {
			return difference;
		}
	}
	return (a.n > b.n) - (a.n < b.n);
}

#endif
