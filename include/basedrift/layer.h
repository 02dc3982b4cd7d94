/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One inventory for each layer, by itself, so that layers can be read in any order, in parallel, and
 * be cached; and the tree that they make when laid over each other (OCI image-spec, layer.md).
 */
#ifndef BASEDRIFT_LAYER_H
#define BASEDRIFT_LAYER_H

#include "basedrift/record.h"
#include "basedrift/source.h"

/*
 * One entry of a layer.  path: bytes, clean (bd_path_clean), never empty, lives in the layer's arena.
 * digest: of a regular file.  target: of a symbolic link.
 * A hard link to a file of the same layer is that file under another path; one to a file of a lower
 * layer has unresolved_link set until the tree is built.
 * md5_8, sha1_8: the first 8 bytes of those hashes, to hold against what the owner shipped; valid
 * when checksums is set.
 */
struct bd_entry {
	const char *path;
	union {
		uint8_t digest[BD_SHA256_BYTES];
		const char *target;
	};
	int64_t size_bytes, mtime_sec;
	uint8_t md5_8[8], sha1_8[8];
	uint32_t mode, uid, gid; /* mode: permission bits only */
	uint8_t kind;            /* enum bd_file_kind */
	bool unresolved_link;    /* target is a clean path below the layer; kind is BD_FILE */
	bool checksums;
};
struct bd_entry_vec {
	struct bd_entry *v;
	size_t len, cap;
};

/* Bytes of a file that somebody asked for. */
struct bd_kept_file {
	const char *path;
	struct bd_str bytes;
};
struct bd_kept_file_vec {
	struct bd_kept_file *v;
	size_t len, cap;
};

struct bd_layer {
	struct bd_arena arena;
	struct bd_entry_vec entries;       /* sorted by path, one per path (the last one of the tar wins) */
	struct bd_string_vec whiteouts;    /* paths removed from lower layers, sorted */
	struct bd_string_vec opaque;       /* directories whose lower content is hidden, sorted; "" is the root */
	struct bd_kept_file_vec kept;      /* sorted by path */
	struct bd_diagnostic_vec diagnostics;
	uint64_t tar_bytes;                /* unpacked */
	size_t tar_entries;                /* as they stood in the tar, whiteouts and duplicates too */
	const char *content, *metadata;    /* digests as in bd_layer_line */
};

/* How many bytes of the file at this path are wanted: 0 none, SIZE_MAX all up to the limits. */
typedef size_t bd_want_fn(const char *path, int64_t size_bytes, void *context);

/*
 * Read a tar stream to its end into a new layer the caller frees.  Nothing is unpacked to disk.
 * Bad entries (absolute paths are cleaned; ".." and NUL are left out) become diagnostics; a broken
 * tar, or a stream that fails (digest mismatch), is an error.  Takes the stream over.
 */
int bd_layer_read(struct bd_stream *stream_take, bd_want_fn *want, void *context, struct bd_layer **out,
	struct bd_error *err) BD_CHECKED;
/* The same from an unpacked root file system; does not follow links or leave its file system. */
int bd_layer_read_rootfs(const char *dir, bd_want_fn *want, void *context, struct bd_layer **out,
	struct bd_error *err) BD_CHECKED;
void bd_layer_free(struct bd_layer *layer);
const struct bd_entry *bd_layer_find(const struct bd_layer *layer, const char *path);
const struct bd_kept_file *bd_layer_kept(const struct bd_layer *layer, const char *path);

/* A file of the merged tree: the entry and the layer it comes from. */
struct bd_tree_file {
	const struct bd_entry *entry; /* hard links resolved: points to the linked file's entry; its own path is `path` */
	const char *path;
	int layer;
};
struct bd_tree {
	struct bd_tree_file *v; /* sorted by path */
	size_t len;
	struct bd_arena arena;
	struct bd_diagnostic_vec diagnostics; /* dangling hard links … */
};
/*
 * Lay layers[0 … count-1] over each other.  A layer may be NULL (not read): its place stays empty.
 * Whiteouts hide lower layers only, never their own layer's entries; a file that replaces a directory
 * hides everything below it; a directory over a directory keeps its children.
 * The tree borrows the layers' memory.
 */
void bd_tree_build(struct bd_layer *const *layers, size_t count, struct bd_tree *out);
void bd_tree_release(struct bd_tree *tree);
const struct bd_tree_file *bd_tree_find(const struct bd_tree *tree, const char *path);
/*
 * Find path with the symbolic links in its directories followed (`lib` -> `usr/lib`), but not one in
 * its last component.  NULL when there is no such file or the links run in a circle.
 */
const struct bd_tree_file *bd_tree_resolve(const struct bd_tree *tree, const char *path);

/*
 * The two digests of a set of entries (RECORD.md, "content", "metadata"): fed in path order.
 * Directories count in metadata only.  Noise (bd_noise_reason) is left out of content.
 */
struct bd_fingerprint {
	struct bd_hash *content, *metadata;
	size_t files;
	int64_t size_bytes;
};
void bd_fingerprint_init(struct bd_fingerprint *f);
void bd_fingerprint_add(struct bd_fingerprint *f, const char *path, const struct bd_entry *entry);
/* "sha256:…" each, BD_DIGEST_TEXT bytes; starts anew. */
void bd_fingerprint_final(struct bd_fingerprint *f, char *content, char *metadata);
void bd_fingerprint_release(struct bd_fingerprint *f);

#endif
