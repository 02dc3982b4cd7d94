/* SPDX-License-Identifier: Apache-2.0 */
/* [epoch:]version[-release] of rpm and pacman. */
#ifndef VERSION_EVR_H
#define VERSION_EVR_H

#include "version/digits.h"

struct evr {
	struct bd_str epoch, version, release;
	bool has_release;
};

static inline struct evr evr_split(struct bd_str text)
{
	struct evr evr = { .version = bd_str_trim(text) };
	struct bd_str rest = evr.version;
	const struct bd_str digits = cut_while(&rest, is_digit);
	if (at_byte(rest, ':')) {
		evr.epoch = digits;
		skip_bytes(&rest, 1);
		evr.version = rest;
	}
	const char *dash = evr.version.n > 0 ? memrchr(evr.version.p, '-', evr.version.n) : NULL;
	if (dash != NULL) {
		const size_t n = (size_t)(dash - evr.version.p);
		evr.has_release = true;
		evr.release = (struct bd_str){ dash + 1, evr.version.n - n - 1 };
		evr.version.n = n;
	}
	return evr;
}

/* Both stand at a letter or digit: numbers are newer than letters. */
static inline int evr_compare_segment(struct bd_str *a, struct bd_str *b)
{
	const bool number = is_digit(a->p[0]);
	if (number != is_digit(b->p[0])) {
		return number ? 1 : -1;
	}
	if (number) {
		return digits_compare(cut_while(a, is_digit), cut_while(b, is_digit));
	}
	return bd_str_compare(cut_while(a, is_letter), cut_while(b, is_letter));
}

#endif
