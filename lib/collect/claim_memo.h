/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What packages own of the files that one layer brought, as an earlier run found it in this or another image: a
 * package's lists are long, and most images of a team share most layers.  An answer holds as long as all that it rests
 * on is the same in this image: the package's database files, every file of it in the layer, and whatever stands where
 * it has paths that are not the layer's.
 */
#ifndef COLLECT_CLAIM_MEMO_H
#define COLLECT_CLAIM_MEMO_H

#include "basedrift/collect.h"

#include "collect/inventory.h"

/* An index into the tree, and whether the file is not what its owner shipped. */
struct claim {
	uint32_t file : 31;
	uint32_t modified : 1;
};
struct claim_vec {
	struct claim *v;
	size_t len, cap;
};
static inline struct claim claim_of(size_t file, bool modified)
{
	return (struct claim){ .file = (uint32_t)file & INT32_MAX, .modified = modified };
}

/* What an answer that is being found rests on.  Begins as zeros. */
struct claim_note {
	struct bd_buf inputs, sought; /* claim_block.h */
	bool unfit;                   /* on more than can be noted */
};
/* The answer depends on this database file; file == NULL: on its not being there. */
void claim_note_input(struct claim_note *note, const char *path, const struct bd_tree_file *file);
/* One of the package's paths, and what it leads to; NULL: nothing. */
void claim_note_path(struct claim_note *note, const struct inventory *inventory, const struct bd_package *package,
	const char *path, const struct bd_tree_file *there);
void claim_note_release(struct claim_note *note);

struct known_digests {
	const char *content, *metadata; /* as in bd_package; content NULL: no files */
	int64_t files, size_bytes;
};

/* Of all layers of one image; NULL is one that knows nothing. */
struct claim_memos;
/* What the cache has for the layers.  program: this very program (known_program); both must outlive the memos. */
struct claim_memos *claim_memos_open(const struct bd_reading *how, const char *program, const struct bd_image *image,
	const struct inventory *inventory);
/* true: *claims and *digests are the package's.  Safe from several threads. */
bool claim_memos_find(struct claim_memos *memos, const struct bd_package *package, struct claim_vec *claims,
	struct known_digests *digests);
/* Sorted by package. */
void claim_memos_add(struct claim_memos *memos, const struct bd_package *package, const struct claim_note *note,
	const struct claim_vec *claims, const struct known_digests *digests);
/* Give the cache what was added.  err->msg is "" unless that failed. */
void claim_memos_close(struct claim_memos *memos, struct bd_error *err);

#endif
