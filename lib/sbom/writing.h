/* SPDX-License-Identifier: Apache-2.0 */
/* A record on its way into a document: equal records give equal bytes, so there is no clock and nothing random. */
#ifndef SBOM_WRITING_H
#define SBOM_WRITING_H

#include <jansson.h>

#include "basedrift/sbom.h"

struct sbom_writing {
	const struct bd_record *record; /* sorted */
	const char *time;               /* RFC 3339 to the second, "…Z"; NULL: not known */
	struct bd_arena scratch;
	size_t doubles; /* packages right before this one with its purl and path */
};

/* The names of documents are UTF-8; what is not is shown as a terminal shows it, and its bytes stand in our properties.
 */
json_t *sbom_text(struct sbom_writing *writing, const char *text);
/* Adds nothing for NULL. */
void sbom_put_text(struct sbom_writing *writing, json_t *object, const char *key, const char *text);
/* What the document is of: the image's name, else the project's. */
const char *sbom_subject(const struct bd_record *record);
/*
 * "deb-openssl-79bd10b2cf390f20": of letters, digits, "." and "-"; unlike that of every other package of the record.
 * Asked once for each package, in their order.
 */
const char *sbom_package_id(struct sbom_writing *writing, size_t index);
/* The document's own name out of what it says: a UUID of version 5 (RFC 9562, section 5.5). */
const char *sbom_document_uuid(struct sbom_writing *writing, const json_t *document);
/* Was part of the inventory not readable? */
bool sbom_is_incomplete(const struct bd_record *record);

/* Formats: a new document without its name. */
int sbom_make_cyclonedx(struct sbom_writing *writing, json_t **out, struct bd_error *err) BD_CHECKED;
int sbom_make_spdx(struct sbom_writing *writing, json_t **out, struct bd_error *err) BD_CHECKED;
/* And its name into it. */
void sbom_name_cyclonedx(json_t *document, const char *uuid);
void sbom_name_spdx(json_t *document, const char *uuid);

#endif
