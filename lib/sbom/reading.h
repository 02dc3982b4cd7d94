/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One document on its way into a record.  Texts of the document live in `scratch` and die with the reading; what the
 * record keeps is copied into its arena.
 */
#ifndef SBOM_READING_H
#define SBOM_READING_H

#include "basedrift/sbom.h"

#include "oci/json.h"

struct sbom_reading {
	struct bd_record *record;
	struct bd_arena scratch;
	struct bd_digest_vec digests; /* of the image */
	struct bd_string_vec tools;
	const char *format;   /* "CycloneDX 1.6", in the record's arena */
	bool own;             /* basedrift wrote it: its properties say everything exactly */
	bool layers_in_order; /* the document lists the image's layers, lowest first */
	size_t without_purl;
};

/* One place where a package was found. */
struct sbom_location {
	const char *path;  /* as written, or NULL */
	const char *layer; /* diff_id, or NULL */
	size_t number;     /* "syft:location:NUMBER:path" */
};
struct sbom_location_vec {
	struct sbom_location *v;
	size_t len, cap;
};

/* What a document says of one package; every member but name may be NULL. */
struct sbom_package {
	const char *name, *group, *version, *purl;
	const char *kind; /* the tool's own name of the ecosystem, for those without a purl */
	const char *source, *source_version;
	struct sbom_location_vec locations;
	const char *layer, *layer_digest; /* that brought it: diff_id, digest of the blob */
	json_t *own;                      /* members of a record's package line, or NULL */
};

/* Into the record.  `at` is the package in the document, for the error. */
int sbom_add_package(struct sbom_reading *reading, const struct at *at, const struct sbom_package *package,
	struct bd_error *err) BD_CHECKED;
/* The document's own best path and layer for a package that stands in several places. */
const char *sbom_best_path(const struct sbom_location_vec *locations);
const char *sbom_best_layer(const struct sbom_location_vec *locations);

/* The index of a layer by its diff_id, new when it was not named before; -1: that is no digest, or there are too many.
 */
int sbom_layer(struct sbom_reading *reading, const char *diff_id, const char *digest);
/* A digest of the image; the first statement about a value holds.  "NAME@DIGEST" is taken, too; what is none is left
 * out. */
void sbom_image_digest(struct sbom_reading *reading, enum bd_digest_kind kind, const char *value);
/* The image's own purl, pkg:oci: its version is the manifest's digest. */
void sbom_image_purl(struct sbom_reading *reading, const char *purl);
/* name may be NULL: nothing is said. */
void sbom_tool(struct sbom_reading *reading, const char *name, const char *version);
void sbom_distro(struct sbom_reading *reading, const char *id, const char *version, const char *title);

/* What trivy says of an image under such a name ("ImageID", "DiffID", "RepoDigest"). */
void sbom_trivy_image(struct sbom_reading *reading, const char *name, const char *value);
/* What it says of a package ("LayerDiffID", "FilePath", "SrcName" …). */
void sbom_trivy_package(struct sbom_package *package, const char *name, const char *value);

/* Put the place in the document before the message. */
int sbom_wrap(const struct at *at, struct bd_error *err);
/* Each {"name","value"} of the array under `key`; a value that is missing is NULL. */
typedef int sbom_property_fn(void *context, const char *name, const char *value, struct bd_error *err);
int sbom_each_property(
	const struct at *up, const char *key, sbom_property_fn *each, void *context, struct bd_error *err) BD_CHECKED;

/* Formats: a whole document into the record. */
int sbom_read_cyclonedx(struct sbom_reading *reading, const struct at *document, struct bd_error *err) BD_CHECKED;
int sbom_read_spdx(struct sbom_reading *reading, const struct at *document, struct bd_error *err) BD_CHECKED;
int sbom_read_syft(struct sbom_reading *reading, const struct at *document, struct bd_error *err) BD_CHECKED;

#endif
