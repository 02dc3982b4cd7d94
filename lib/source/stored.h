/* SPDX-License-Identifier: Apache-2.0 */
/* An image whose files lie in a place, and the row that a kind of source is. */
#ifndef SOURCE_STORED_H
#define SOURCE_STORED_H

#include "basedrift/source.h"

#include "source/place.h"

/* How blobs are called in a place. */
enum blob_naming {
	NAMING_LAYOUT,   /* blobs/ALGORITHM/HEX */
	NAMING_FOLDER,   /* skopeo's: HEX, and HEX.manifest.json */
	NAMING_REGISTRY, /* blobs/DIGEST, manifests/DIGEST */
};

/* A manifest that describes another one (BuildKit, docs/attestations/attestation-storage.md). */
struct attestation {
	struct bd_descriptor descriptor;
	const char *of; /* digest of the other, or NULL */
};
struct attestation_vec {
	struct attestation *v;
	size_t len, cap;
};

struct stored_image {
	struct bd_image base;
	struct place *place;
	const char **layer_paths; /* one each of base.layers */
	enum blob_naming naming;
	struct attestation_vec attestations; /* of all images that were to choose from */
};

/* What the caller asked for. */
struct request {
	const char *path;
	const char *reference;              /* NULL: none was given */
	const struct bd_platform *platform; /* NULL: this machine's will do, and others too */
	const struct bd_source_options *options;
};

struct bd_image_ops {
	int (*open_layer)(const struct bd_image *image, size_t i, struct bd_stream **out, struct bd_error *err);
};

struct bd_image_source {
	const char *transport; /* "oci-archive" */
	bool folder;           /* of a directory; else of a file */
	bool remote;           /* of neither: request->path is a name, and open() makes the place */
	bool (*recognise)(const struct place *place); /* NULL: remote */
	/* Fill image, whose place (unless remote), name and transport are set. */
	int (*open)(struct stored_image *image, const struct request *request, struct bd_error *err);
	/* Of daemons: what they say of an image; NULL: others. */
	int (*inspect)(const char *name, const struct bd_source_options *options, struct bd_arena *arena,
		struct bd_local_image *out, struct bd_error *err);
};

void image_warn(struct bd_image *image, const char *fmt, ...) BD_PRINTF(2, 3);
void image_add_digest(struct bd_image *image, enum bd_digest_kind kind, const char *value);
/* Room for n layers, and their diff_ids from image->base.config; fails when config has another number. */
int image_make_layers(struct stored_image *image, size_t n, const char *named_by, struct bd_error *err) BD_CHECKED;
/*
 * The last steps: platform from the config, else `stated` (may be NULL); held against what was asked;
 * history against the layers.
 */
int image_finish(struct stored_image *stored, const struct request *request, const struct bd_platform *stated,
	struct bd_error *err) BD_CHECKED;

/* The layer's stream, verified as far as there are digests. */
int layer_stream(const struct stored_image *image, size_t i, struct bd_stream **out, struct bd_error *err) BD_CHECKED;

#endif
