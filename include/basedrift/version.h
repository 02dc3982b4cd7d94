/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order of versions, one scheme for each ecosystem, as that ecosystem's own tool has it; and
 * package URLs (purl).
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
	const char *const *purl_types; /* NULL-ended: the purl types it orders */
	/* Total on what the scheme calls a version (a == b may hold for different text); BD_UNORDERED when it cannot
	 * say. */
	enum bd_order (*compare)(struct bd_str a, struct bd_str b);
};
/* The scheme of a purl type, or of a scheme's own name; NULL when that ecosystem has no order. */
const struct bd_version_scheme *bd_version_scheme_for(const char *purl_type_or_name);
/* Order by the type's scheme; equal bytes are BD_EQUAL in every scheme, no scheme is BD_UNORDERED. */
enum bd_order bd_version_compare(const char *purl_type, const char *a, const char *b);
/* The i-th scheme of the table, or NULL past its end. */
const struct bd_version_scheme *bd_version_scheme_at(size_t i);

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

#endif
