/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which ecosystems a side looked for.  A package of another one is missing there for no reason that means
 * anything: it is not compared.
 */
#ifndef DIFF_COVERAGE_H
#define DIFF_COVERAGE_H

#include "basedrift/diff.h"

struct coverage {
	bool all;                   /* nothing else is known: a record that does not say */
	bool foreign;               /* an SBOM of another program: what it lists it looked for, and it says no more */
	struct bd_string_vec types; /* sorted, unique */
};

void coverage_of(const struct bd_record *record, const struct bd_record *other, struct coverage *out);
void coverage_release(struct coverage *coverage);
/*
 * Would `side` have the other side's package of this type, if it were there?  "generic" has no common catalogue:
 * each program knows others of them.
 */
bool coverage_has(const struct coverage *side, const struct coverage *other, const char *type);

#endif
