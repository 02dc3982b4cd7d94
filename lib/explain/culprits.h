/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Culprits in the log (docs/verdicts.md): which packages, versions and files are named, as whole words, in the lines of
 * a build log's tail that tell of a failure.  Pure: text and names in, places out.
 */
#ifndef EXPLAIN_CULPRITS_H
#define EXPLAIN_CULPRITS_H

#include "basedrift/base.h"

enum culprit_kind {
	CULPRIT_PACKAGE,
	CULPRIT_VERSION,
	CULPRIT_FILE
};
/*
 * package: case and "_" for "-" do not matter; a name that is also an everyday word ("file", "make") counts only
 * where it is quoted or stands with a version.  file: as in the record, without leading "/"; a shared library is
 * also known by its last component.
 */
struct culprit_name {
	enum culprit_kind kind;
	const char *text;
};
struct culprit {
	size_t name;       /* index into the names */
	int line;          /* of the tail, from 1: the first that names it */
	const char *quote; /* that line, without the builder's "#7 1.234 ", in the arena */
};
struct culprit_vec {
	struct culprit *v; /* in the arena, in the order of the names; each name once */
	size_t len;
};
void find_culprits(const char *tail, const struct culprit_name *names, size_t count, struct bd_arena *arena,
	struct culprit_vec *out);

#endif
