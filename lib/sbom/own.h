/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a record knows beyond an SBOM's own members stands in properties whose names begin with "basedrift:": of a
 * package, the members of its line in the record (docs/record.md) one by one; of the document, whole lines as JSON.
 */
#ifndef SBOM_OWN_H
#define SBOM_OWN_H

#include "sbom/reading.h"

#define SBOM_OWN "basedrift:"

/* ---- writing ---- */

typedef void sbom_own_fn(void *context, const char *name, const char *json);
/* Every line of the record but packages and files, as far as an SBOM may tell it: no environment, no labels, no log. */
int sbom_own_lines(const struct bd_record *record, sbom_own_fn *each, void *context, struct bd_error *err) BD_CHECKED;
/* The package's line without its purl; a new object. */
int sbom_own_package(const struct bd_package *package, json_t **out, struct bd_error *err) BD_CHECKED;
/* The same as {"name","value"}; a new array, NULL: nothing to say. */
json_t *sbom_own_properties(json_t *line);

/* ---- reading ---- */

/* Does the name begin with SBOM_OWN?  Then *rest is what follows. */
bool sbom_is_own(const char *name, const char **rest);
/* A line of the document; what this version does not know is passed over. */
int sbom_take_line(struct sbom_reading *reading, const char *name, const char *json, struct bd_error *err) BD_CHECKED;
/* A property of a package into its line. */
int sbom_take_member(json_t *line, const char *name, const char *value, struct bd_error *err) BD_CHECKED;
/* The line and its purl into the record. */
int sbom_add_own(struct sbom_reading *reading, const char *purl, json_t *line, struct bd_error *err) BD_CHECKED;

#endif
