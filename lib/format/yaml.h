/* SPDX-License-Identifier: Apache-2.0 */
/* YAML 1.1 documents as package managers leave them in images: only their scalars are of interest. */
#ifndef FORMAT_YAML_H
#define FORMAT_YAML_H

#include "basedrift/base.h"

/* path: "name", "packages[]", "apps/x/command": the keys that lead to the value.  Both die when the call returns. */
typedef void format_yaml_fn(struct bd_str path, struct bd_str value, void *context);
/*
 * Every scalar value of the first document that is at most `limit` bytes, in order; aliases are not followed.
 * Fails: BD_ERR_FORMAT with the line, BD_ERR_LIMIT.
 */
int format_yaml_scalars(
	struct bd_str bytes, size_t limit, format_yaml_fn *each, void *context, struct bd_error *err) BD_CHECKED;

/* The same, with where the value stands. */
struct format_yaml_place {
	struct bd_str path, value;
	size_t line;     /* from 1 */
	size_t at;       /* of its first byte, if as_written */
	bool as_written; /* the file has these very bytes there: no escapes, no folding */
};
typedef void format_yaml_place_fn(const struct format_yaml_place *place, void *context);
/* Fails also: BD_ERR_UNSUPPORTED (not UTF-8). */
int format_yaml_places(
	struct bd_str bytes, size_t limit, format_yaml_place_fn *each, void *context, struct bd_error *err) BD_CHECKED;

#endif
