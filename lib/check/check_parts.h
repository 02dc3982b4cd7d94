/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_CHECK_PARTS_H
#define CHECK_CHECK_PARTS_H

#include "basedrift/check.h"

#include "origin/arena_vec.h"

#define BASELINE_MARK "\xef\xbb\xbf" /* of UTF-8, as Windows writes it */

/* JSON whose syntax is right, a byte order mark off. */
int baseline_rules(
	struct bd_str bytes, struct bd_arena *arena, struct bd_baseline *out, struct bd_error *err) BD_CHECKED;
int baseline_npm(struct bd_str bytes, struct bd_arena *arena, struct bd_baseline *out, struct bd_error *err) BD_CHECKED;
/* type, namespace, name as purls have them; false: the type does not allow that name. */
bool rule_set_name(struct bd_rule *rule, const char *type, struct bd_str name, struct bd_arena *arena);
/* PEP 503: of Python's names, runs of "-", "_" and "." are one "-". */
const char *rule_name(const char *type, const char *name, struct bd_arena *arena);
bool purl_type_is_known(const char *type);
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
/* "@scope/name" of its folder in node_modules, which npm ls calls it by, an alias or not; n 0: it is in none. */
struct bd_str checked_npm_folder(const struct bd_package *package);

/* One check while it runs. */
struct check_run {
	struct bd_check *check;
	const struct bd_check_options *options;
	struct bd_arena *arena;
	struct checked_packages packages;
	struct bd_error *err;
};
struct bd_discrepancy *check_add(struct check_run *run, enum bd_discrepancy_kind kind);
void check_run_list_packages(struct check_run *run);
/* Of a list of one tree: those of other trees in the image. */
void check_run_set_aside(struct check_run *run);
int check_run_forbidden(struct check_run *run) BD_CHECKED;
int check_run_required(struct check_run *run) BD_CHECKED;
void check_run_unexpected(struct check_run *run);
void check_run_content(struct check_run *run);
void check_run_base_rules(struct check_run *run);
void check_run_base_pairs(struct check_run *run);
void check_run_setting_rules(struct check_run *run);
void check_run_setting_changes(struct check_run *run);
/* What the image has; NULL: not set.  *secret_out: its value is not recorded. */
const char *checked_setting(const struct bd_image_config *config, const struct bd_setting_rule *rule, bool *secret_out);
/* The image that the rule speaks of, or NULL. */
const struct bd_base *checked_base(const struct bd_record *record, const struct bd_base_rule *rule);

/* where, since, origin, layer and line of what was found. */
void explain_discrepancy(struct bd_discrepancy *one, const struct bd_check *check,
	const struct bd_check_options *options, struct bd_arena *arena);

#endif
