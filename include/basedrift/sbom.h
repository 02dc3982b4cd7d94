/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SBOMs as one side of a comparison, and a record as an SBOM for others.  Read: CycloneDX 1.2 to 1.7 and SPDX 2.2 and
 * 2.3 as JSON, and syft's own JSON, told apart by content.  Written: CycloneDX 1.6 and SPDX 2.3.
 *
 * A record that was read from an SBOM has `sbom.present`: it tells packages, distribution and image, and nothing of
 * files, settings and build inputs.  What we wrote ourselves is read again exactly, but for these (docs/sbom.md).
 */
#ifndef BASEDRIFT_SBOM_H
#define BASEDRIFT_SBOM_H

#include "basedrift/record.h"

/* Do these bytes begin as a document that is read here, or as one of its other forms (XML, tag-value), which is
 * refused? */
bool bd_sbom_sniff(struct bd_str first_bytes);
/* The same of a regular file, compressed or not; false for a build record and for what cannot be read. */
bool bd_sbom_is_file(const char *path);

/*
 * A new record the caller frees, in canonical order.
 * Fails: BD_ERR_FORMAT ("components[3].name: missing"), BD_ERR_LIMIT, BD_ERR_UNSUPPORTED (a version or form that is not
 * read).
 */
int bd_sbom_parse(struct bd_str bytes, struct bd_record **out, struct bd_error *err) BD_CHECKED;
/* The same of the file at path, compressed or not. */
int bd_sbom_read_file(const char *path, struct bd_record **out, struct bd_error *err) BD_CHECKED;

enum bd_sbom_format {
	BD_SBOM_CYCLONEDX, /* 1.6 */
	BD_SBOM_SPDX,      /* 2.3 */
};
/* "cyclonedx", "spdx"; false: no such format. */
bool bd_sbom_format_parse(const char *name, enum bd_sbom_format *out);
/*
 * The record as an SBOM: the same record gives the same bytes.  Sorts it first.
 * time: RFC 3339, or NULL: the build's own.
 */
int bd_sbom_write(struct bd_record *record, enum bd_sbom_format format, const char *time, struct bd_buf *out,
	struct bd_error *err) BD_CHECKED;

#endif
