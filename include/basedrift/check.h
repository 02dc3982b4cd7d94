/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is in an image what a baseline expects, and nothing else?  A baseline is a record, a plain list as other tools print
 * it, or rules (schema/rules.schema.json).  What does not hold is told with where it comes from.
 */
#ifndef BASEDRIFT_CHECK_H
#define BASEDRIFT_CHECK_H

#include "basedrift/cases.h"
#include "basedrift/explain.h"
#include "basedrift/patch.h"
#include "basedrift/version.h"

enum bd_rule_kind {
	BD_RULE_REQUIRE,
	BD_RULE_ALLOW,
	BD_RULE_FORBID
};
/* Of packages.  name is a glob; namespace NULL: any; version and range NULL: any. */
struct bd_rule {
	enum bd_rule_kind kind;
	const char *type, *namespace, *name, *version, *arch;
	const struct bd_version_range *range;
	const char *reason;
	const char *text;    /* as written, for people */
	size_t line, column; /* in the baseline, from 1; 0: a record's */
	size_t range_column; /* of the range's text */
	size_t at, n;        /* of the version in the baseline; n 0: it has none to replace */
	size_t hashes,
		end; /* of a list: hashes of that version begin there; where its last line ends, if it has several */
};
struct bd_rule_vec {
	struct bd_rule *v;
	size_t len, cap;
};
struct bd_base_rule {
	const char *reference;        /* normalised, with a tag */
	struct bd_digest_vec digests; /* one of these; kind UNKNOWN: of any kind */
	size_t line, column;
};
struct bd_base_rule_vec {
	struct bd_base_rule *v;
	size_t len, cap;
};
struct bd_setting_rule {
	const char *kind, *key, *value; /* value NULL: only that it is set */
	bool absent;
	size_t line, column;
};
struct bd_setting_rule_vec {
	struct bd_setting_rule *v;
	size_t len, cap;
};
enum bd_baseline_format {
	BD_BASELINE_RECORD,
	BD_BASELINE_RULES,
	BD_BASELINE_DPKG,
	BD_BASELINE_PIP,
	BD_BASELINE_APK,
	BD_BASELINE_RPM,
	BD_BASELINE_NPM,
	BD_BASELINE_PURLS
};
const char *bd_baseline_format_name(enum bd_baseline_format format); /* "dpkg-query -W" */
struct bd_baseline {
	enum bd_baseline_format format;
	struct bd_rule_vec rules;
	struct bd_base_rule_vec bases;
	struct bd_setting_rule_vec settings;
	struct bd_string_vec exact; /* purl types of which nothing else may be there */
	bool exact_all;             /* of every type */
	bool exact_settings;        /* a record's: nothing else is set */
	bool by_place; /* only folders count of which the list names more than half (several trees in an image) */
};
/*
 * A list or rules, told apart by content; all in the arena.
 * Fails: BD_ERR_FORMAT, BD_ERR_LIMIT: "line 3, column 7: …".
 */
int bd_baseline_parse(
	struct bd_str bytes, struct bd_arena *arena, struct bd_baseline *out, struct bd_error *err) BD_CHECKED;
/* Packages, base images and settings of a record; it must outlive the arena. */
void bd_baseline_of_record(const struct bd_record *record, struct bd_arena *arena, struct bd_baseline *out);

enum bd_discrepancy_kind {
	BD_PACKAGE_MISSING,
	BD_PACKAGE_UNEXPECTED,
	BD_PACKAGE_VERSION, /* there, in a version that the rule does not have */
	BD_PACKAGE_FORBIDDEN,
	BD_BASE_MOVED,
	BD_BASE_UNKNOWN, /* cannot be told */
	BD_SETTING_DIFFERS
};
const char *bd_discrepancy_name(enum bd_discrepancy_kind kind); /* package-missing … */
struct bd_discrepancy {
	enum bd_discrepancy_kind kind;
	const struct bd_rule *rule; /* or NULL */
	const struct bd_base_rule *base_rule;
	const struct bd_setting_rule *setting_rule;
	const struct bd_package *package; /* in the image, or NULL */
	enum bd_change change;            /* of BD_PACKAGE_VERSION */
	const char *type;                 /* purl type, or NULL */
	const char *what;                 /* "libssl3", "docker.io/library/python:2.7", "env PATH" */
	const char *wanted, *found;       /* or NULL */
	enum bd_layer_origin origin;
	int layer, line;   /* -1, 0: not known */
	const char *where; /* "base image python:2.7, layer 3"; NULL: not known */
	const char *since; /* a sentence with the second record, or NULL */
};
struct bd_discrepancy_vec {
	struct bd_discrepancy *v;
	size_t len, cap;
};
struct bd_check {
	const struct bd_baseline *baseline;
	const struct bd_record *record;
	struct bd_discrepancy_vec discrepancies; /* in the arena */
	struct bd_string_vec unknown;            /* types that the record never looked for: cannot be checked */
	/* dpkg-query lists what was removed and left its configuration, and does not say so: not missing, nor installed
	 */
	struct bd_string_vec removed;
	size_t packages; /* that were held against it */
	int status;      /* 0 holds, 1 does not, 2 cannot be told */
};
struct bd_check_options {
	const struct bd_report *report; /* the last good build against this one: since when, and why; or NULL */
	const char *first_seen; /* "first seen 2026-01-02 03:04 by orders-api#4811": of the base's image; or NULL */
};
/* Fails: BD_ERR_FORMAT: a range that the order of its ecosystem cannot decide, with line and column. */
int bd_check_record(const struct bd_baseline *baseline, const struct bd_record *record,
	const struct bd_check_options *options, struct bd_arena *arena, struct bd_check *out,
	struct bd_error *err) BD_CHECKED;
/* One discrepancy in a sentence. */
const char *bd_discrepancy_text(const struct bd_discrepancy *one, struct bd_arena *arena);
/* One case a rule, or a group of packages.  file: the baseline's name. */
void bd_check_cases(const struct bd_check *check, const char *file, struct bd_arena *arena, struct bd_cases *out);
void bd_check_json(const struct bd_check *check, struct bd_buf *out);
/*
 * The edits that make the list, npm's tree or the rules say what the image has; what holds stays byte for byte.  What
 * has no single answer gets no edit, so that it fails the next check as it did this one: a range, what is forbidden,
 * what a rule requires that is not there (unless the rules are a list: exact, with a version each).  A package that is
 * new in npm's tree stands where it is installed; who asks for it is not known.  A record has no edits.  In the arena.
 */
void bd_baseline_update(
	struct bd_str bytes, const struct bd_check *check, struct bd_arena *arena, struct bd_edit_vec *out);

#endif
