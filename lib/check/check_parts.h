/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_CHECK_PARTS_H
#define CHECK_CHECK_PARTS_H

#include "basedrift/check.h"

#include "origin/arena_vec.h"

/* JSON whose syntax is right, a byte order mark off. */
int baseline_rules(
	struct bd_str bytes, struct bd_arena *arena, struct bd_baseline *out, struct bd_error *err) BD_CHECKED;
int baseline_npm(struct bd_str bytes, struct bd_arena *arena, struct bd_baseline *out, struct bd_error *err) BD_CHECKED;
/* type, namespace, name as purls have them; false: the type does not allow that name. */
bool rule_set_name(struct bd_rule *rule, const char *type, struct bd_str name, struct bd_arena *arena);
/* PEP 503: of Python's names, runs of "-", "_" and "." are one "-". */
const char *rule_name(const char *type, const char *name, struct bd_arena *arena);
void baseline_add_exact(struct bd_baseline *baseline, const char *type, struct bd_arena *arena);
bool baseline_is_exact(const struct bd_baseline *baseline, const char *type);

/* A package of the record with the parts of its purl. */
struct checked_package {
	const struct bd_package *package;
	const char *namespace, *name; /* as purls have them */
	struct bd_str place;          /* the folder of packages that it is installed in; of one database: "" */
	bool aside;                   /* of a tree that the list is not of */
	bool claimed;
};
struct checked_packages {
	struct checked_package *v; /* by type, name */
	size_t len, cap;
};
bool rule_matches_name(const struct bd_rule *rule, const struct checked_package *package);
bool rule_has_version(const struct bd_rule *rule, const struct bd_package *package);
/* Does its version satisfy the rule? */
int rule_satisfied(
	const struct bd_rule *rule, const struct bd_package *package, bool *out, struct bd_error *err) BD_CHECKED;
struct bd_str checked_place(const struct bd_package *package);

/* where, since, origin, layer and line of what was found. */
void explain_discrepancy(struct bd_discrepancy *one, const struct bd_check *check,
	const struct bd_check_options *options, struct bd_arena *arena);

#endif
