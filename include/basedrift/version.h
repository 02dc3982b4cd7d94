/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order of versions, one scheme for each ecosystem, as that ecosystem's own tool has it; ranges of
 * versions (vers); and package URLs (purl).
 */
#ifndef BASEDRIFT_VERSION_H
#define BASEDRIFT_VERSION_H

#include "basedrift/base.h"
#include "basedrift/oci.h"

enum bd_order {
	BD_LESS = -1,
	BD_EQUAL = 0,
	BD_GREATER = 1,
	BD_UNORDERED = 2
};

struct bd_version_scheme {
	const char *name;              /* "deb", "pep440": unique; `basedrift-probe version NAME` */
	const char *const *purl_types; /* NULL-ended: the purl types it orders, and other names that vers: knows */
	/*
	 * Antisymmetric and transitive (a == b may hold for different text); BD_UNORDERED when it cannot say,
	 * which is a property of one of the two texts, or of two that the ecosystem itself does not order.
	 */
	enum bd_order (*compare)(struct bd_str a, struct bd_str b);
	/* Whether the ecosystem's own tool takes the text for a version; NULL: there is no grammar to hold it against.
	 */
	bool (*valid)(struct bd_str text);
	/*
	 * A version without its release (pkgrel, rockspec revision) equals each release of it, as the ecosystem's
	 * tool has it: of these schemes only "less" is transitive, "equal" is not.
	 */
	bool release_optional;
};
/* The scheme of a purl type, or of a scheme's own name; NULL when that ecosystem has no order. */
const struct bd_version_scheme *bd_version_scheme_for(const char *purl_type_or_name);
/* Order by the type's scheme; equal bytes are BD_EQUAL in every scheme, no scheme is BD_UNORDERED. */
enum bd_order bd_version_compare(const char *purl_type, const char *a, const char *b);
/* False when the type has a grammar of versions and this is not in it. */
bool bd_version_valid(const char *purl_type, const char *version);
/* The i-th scheme of the table, or NULL past its end. */
const struct bd_version_scheme *bd_version_scheme_at(size_t i);

/* ---- ranges ------------------------------------------------------------------------------------ */

enum bd_version_comparator {
	BD_VERSION_EQUAL,
	BD_VERSION_NOT_EQUAL,
	BD_VERSION_LESS,
	BD_VERSION_LESS_OR_EQUAL,
	BD_VERSION_GREATER,
	BD_VERSION_GREATER_OR_EQUAL
};

struct bd_version_constraint {
	enum bd_version_comparator comparator;
	const char *version; /* decoded */
	size_t column;       /* of its first byte in the text it was parsed from, counted from 1 */
};

/*
 * A version range specifier: "vers:npm/1.2.3|>=2.0.0|<5.0.0".  Everything in it lives in the arena it was
 * parsed into.  Source: package-url/vers-spec, VERSION-RANGE-SPEC.md.
 */
struct bd_version_range {
	const char *type;                       /* as written, in lower case: "npm" */
	const struct bd_version_scheme *scheme; /* NULL for "all" and "none" */
	bool everything;                        /* the constraint is "*" (and the type is not "none") */
	struct {
		struct bd_version_constraint *v;
		size_t len, cap;
	} constraints; /* in the scheme's order */
};

/*
 * Parse and check a range: spaces count for nothing, constraints may stand in any order.
 * Fails: BD_ERR_FORMAT with the column (from 1) of what is wrong: a type without an order, a version that
 * the type cannot order, one that stands twice, or a constraint that another one makes useless;
 * BD_ERR_LIMIT.
 */
int bd_version_range_parse(
	struct bd_str text, struct bd_arena *arena, struct bd_version_range *out, struct bd_error *err) BD_CHECKED;
/* Whether the version is in the range.  Fails: BD_ERR_FORMAT when the type's order cannot decide. */
int bd_version_range_contains(
	const struct bd_version_range *range, const char *version, bool *out, struct bd_error *err) BD_CHECKED;
/* The canonical text: sorted, without spaces, encoded. */
const char *bd_version_range_text(const struct bd_version_range *range, struct bd_arena *arena);

/* ---- package URLs ------------------------------------------------------------------------------ */

/*
 * A package URL, parts decoded.  Any part but type and name may be NULL.  Qualifiers sorted by key.
 * Source: package-url/purl-spec, PURL-SPECIFICATION.rst.
 */
struct bd_purl {
	const char *type, *namespace, *name, *version, *subpath;
	struct bd_key_value_vec qualifiers;
};
/*
 * The canonical text, encoded and normalised by the rules of its type; empty version, namespace,
 * subpath and qualifier values are left out.  NULL when there is none: no type, no name, a qualifier
 * key that is not one or stands twice, or what the type forbids.
 */
const char *bd_purl_text(const struct bd_purl *purl, struct bd_arena *arena);
/*
 * Parts come decoded and normalised, so that bd_purl_text() gives the canonical form.
 * Fails: BD_ERR_FORMAT with the reason, BD_ERR_LIMIT.
 */
int bd_purl_parse(struct bd_str text, struct bd_arena *arena, struct bd_purl *out, struct bd_error *err) BD_CHECKED;
/*
 * What other tools have written: also takes qualifier keys in capitals (the purl-spec's tests require that
 * parsing fails, and recommend that normalising does not), and does not hold the type's own rules against it.
 */
int bd_purl_parse_lenient(
	struct bd_str text, struct bd_arena *arena, struct bd_purl *out, struct bd_error *err) BD_CHECKED;

#endif
