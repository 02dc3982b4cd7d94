/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Blobs by digest, and the way from an index down to one image: what OCI layouts, OCI archives,
 * skopeo's folders and the archives of Docker 25 have in common.
 */
#ifndef SOURCE_LAYOUT_H
#define SOURCE_LAYOUT_H

#include "source/stored.h"

struct layout {
	const struct place *place;
	struct bd_image *image; /* its arena holds everything; its warnings are added to */
	enum blob_naming naming;
	struct attestation_vec *attestations; /* found on the way are added; NULL: nobody asks */
	size_t visited;                       /* descriptors seen so far, over all indexes */
};

struct layout layout_of(struct stored_image *image);

/* An index on the way down; digest NULL: the layout's own index.json, which is no image index. */
struct way {
	const struct way *above;
	const char *digest;
	const struct bd_key_value_vec *annotations, *descriptor_annotations;
	size_t depth;
};

/* One image manifest. */
struct leaf {
	const struct bd_descriptor *descriptor;
	const struct way *way;
	size_t top; /* which descriptor of the outermost index led here */
};
struct leaf_vec {
	struct leaf *v;
	size_t len, cap;
};

const char *layout_blob_path(const struct layout *layout, const char *digest, bool manifest);
/* The blob, its digest and size verified. */
int layout_read(const struct layout *layout, const struct bd_descriptor *descriptor, bool manifest, size_t limit,
	struct bd_buf *out, struct bd_error *err) BD_CHECKED;
/* All image manifests at and below a descriptor; attestations and what is no image are left out. */
int layout_leaves(struct layout *layout, const struct bd_descriptor *descriptor, const struct way *way, size_t top,
	struct leaf_vec *out, struct bd_error *err) BD_CHECKED;
/* The manifest of a leaf, and its config where config is not NULL. */
int layout_manifest(
	const struct layout *layout, const struct leaf *leaf, struct bd_manifest *out, struct bd_error *err) BD_CHECKED;
int layout_config(const struct layout *layout, const struct bd_manifest *manifest, struct bd_config *out,
	struct bd_error *err) BD_CHECKED;

/* Which of the leaves is for the platform asked for; NULL when none is. */
const struct leaf *layout_pick(
	struct layout *layout, const struct leaf_vec *leaves, const struct request *request, struct bd_error *err);
/* Fill the image from a leaf; manifest_digest: the leaf's, verified. */
int layout_fill(struct layout *layout, struct stored_image *image, const struct leaf *leaf,
	const struct request *request, struct bd_error *err) BD_CHECKED;
/* The same from a manifest that was read already. */
int layout_fill_manifest(struct layout *layout, struct stored_image *image, const struct leaf *leaf,
	const struct bd_manifest *manifest, struct bd_error *err) BD_CHECKED;

/* From a document that nothing names but itself: an index, one of whose images is chosen, or a manifest. */
int layout_open_document(struct stored_image *image, const struct bd_descriptor *self, enum bd_media media,
	const struct request *request, struct bd_error *err) BD_CHECKED;

/* An OCI layout: oci-layout checked, index.json read, one image chosen and filled. */
int layout_open(struct stored_image *image, const struct request *request, struct bd_error *err) BD_CHECKED;
int layout_read_index(struct layout *layout, struct bd_index *out, struct bd_error *err) BD_CHECKED;

void leaf_vec_auto(struct leaf_vec *leaves);

#endif
