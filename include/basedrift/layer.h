/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One inventory for each layer, by itself, so that layers can be read in any order, in parallel, and
 * be cached; and the tree that they make when laid over each other (OCI image-spec, layer.md).
 */
#ifndef BASEDRIFT_LAYER_H
#define BASEDRIFT_LAYER_H

#include "basedrift/record.h"
#include "basedrift/source.h"

enum bd_entry_checksum {
	BD_ENTRY_MD5 = 1,
	BD_ENTRY_SHA1 = 2
};

/*
 * What a file is held against beside its digest, where its owner has no better: the first 8 bytes of those hashes.
 * known says which of them there are, of enum bd_entry_checksum.
 */
struct bd_entry_checksums {
	uint8_t md5_8[8], sha1_8[8];
	uint8_t known;
};

/*
 * One entry of a layer.  path: bytes, clean (bd_path_clean), never empty, lives in the layer's arena.
 * digest: of a regular file, over its logical content (holes are zeros).  target: of a symbolic link,
 * as it stands there.  device: major << 32 | minor of a device.
 * A hard link to an earlier entry of the same layer is that entry under another path, whether or not
 * the link carries data; one to a file of a lower layer has unresolved_link set until the tree is built.
 * checksums: of a regular file of at most BD_LIMIT_CHECKSUM_BYTES for which bd_wants.checksums chose any, else NULL;
 * few files have them, and they live in the layer's arena.
 * mtime_sec: whole seconds, rounded towards zero.
 * Images have hundreds of thousands of these in memory: each byte of it counts.
 */
struct bd_entry {
	const char *path;
	union {
		uint8_t digest[BD_SHA256_BYTES];
		const char *target;
		uint64_t device;
	};
	int64_t size_bytes, mtime_sec;
	const struct bd_entry_checksums *checksums;
	uint32_t uid, gid;
	uint16_t mode;        /* permission bits only */
	uint8_t kind;         /* enum bd_file_kind */
	bool unresolved_link; /* target is a clean path below the layer; kind is BD_FILE */
	bool marked;          /* what bd_wants.marks said of the path */
};
struct bd_entry_vec {
	struct bd_entry *v;
	size_t len, cap;
};

/* Bytes of a file that somebody asked for, or what was taken from it. */
struct bd_kept_file {
	const char *path;
	struct bd_str bytes;
	const char *by;      /* who took them (what bd_wants.examine gave back); NULL: the file's own bytes */
	const char *problem; /* of examine, or NULL */
};
struct bd_kept_file_vec {
	struct bd_kept_file *v;
	size_t len, cap;
};

/* Kept bytes of large files: an unlinked temporary file, mapped. */
struct bd_mapping {
	void *p;
	size_t n;
};
struct bd_mapping_vec {
	struct bd_mapping *v;
	size_t len, cap;
};

struct bd_layer {
	struct bd_arena arena;
	struct bd_entry_vec entries;    /* sorted by path, one per path (the last one of the tar wins) */
	struct bd_string_vec whiteouts; /* paths removed from lower layers, sorted */
	struct bd_string_vec opaque;    /* directories whose lower content is hidden, sorted; "" is the root */
	struct bd_kept_file_vec kept;   /* sorted by path */
	struct bd_mapping_vec mappings; /* that kept bytes lie in */
	struct bd_diagnostic_vec diagnostics;
	uint64_t tar_bytes;             /* unpacked */
	size_t tar_entries;             /* as they stood in the tar, whiteouts and duplicates too */
	const char *content, *metadata; /* digests as in bd_layer_line */
};

/*
 * Whose bytes are wanted.  Any function may be NULL.  They are called by the thread that reads the layer,
 * so that one struct serves several layers at once.
 */
struct bd_wants {
	/* How many bytes of the file at this path are kept: 0 none, SIZE_MAX all up to the limits. */
	size_t (*bytes)(const char *path, int64_t size_bytes, void *context);
	/*
	 * Is a file, of which no bytes are kept, to be examined?  Asked with its first head_bytes bytes (or all
	 * of a smaller one); for a hard link with head.p == NULL.
	 */
	bool (*examines)(const char *path, int64_t size_bytes, struct bd_str head, void *context);
	/*
	 * All its bytes; what is written to out is kept instead of them, also together with an error.  Returns who
	 * took it (static text), or NULL: nothing is kept.  err->msg is "" without an error.
	 */
	const char *(*examine)(
		const char *path, struct bd_str bytes, struct bd_buf *out, struct bd_error *err, void *context);
	size_t head_bytes;
	void *context;
	/*
	 * Which checksums (of enum bd_entry_checksum) that file gets besides its digest.  They cost as much as the rest
	 * of reading a layer.  NULL: all.
	 */
	unsigned int (*checksums)(const char *path, int64_t mtime_sec, void *context);
	/* Will the path be looked at once more when all layers are there?  kind: enum bd_file_kind. */
	bool (*marks)(const char *path, uint8_t kind, void *context);
};

/*
 * Read a tar stream to its end into a new layer the caller frees.  wants may be NULL.  Nothing is unpacked
 * to disk, but a large file that is kept or examined lies in an unlinked temporary file meanwhile.
 * Absolute paths are cleaned; a broken tar, or a stream that fails (digest mismatch), is an error.
 * No bytes and only zeros are an empty layer; the closing zero blocks may be missing.
 * Whiteouts (".wh.NAME", ".wh..wh..opq") are taken out of the entries; other names that begin with
 * ".wh..wh." are AUFS's own and left out.  Paths are the bytes of the tar in every locale.
 * Diagnostics (paths in `where` are display text):
 *   entry-refused            ".." or NUL in its path, a whiteout of nothing, an entry below a file: left out
 *   path-too-long            over BD_LIMIT_PATH_BYTES: left out
 *   tar-header-unclear       libarchive's warning about an entry that is kept
 *   file-too-large-to-read   wanted bytes over a limit: the file is there, its bytes are not kept
 *   dangling-hard-link       a hard link to a directory of the same layer: left out
 *   file-not-examined        it was to be examined, but is too large or could not be put into a temporary file
 *   hard-link-not-read       wanted under this name, but not under the one the bytes came with
 *   data-after-archive-end   bytes other than zeros after the end of the archive: not read
 *   file-unreadable, other-file-system, directory-too-deep   of a root file system: left out
 *   more-diagnostics         how many more there were
 */
int bd_layer_read(struct bd_stream *stream_take, const struct bd_wants *wants, struct bd_layer **out,
	struct bd_error *err) BD_CHECKED;
/*
 * The same from an unpacked root file system; does not follow links or leave its file system.
 * Whiteout names are ordinary names there; sockets are left out, as tar has none.
 */
int bd_layer_read_rootfs(
	const char *dir, const struct bd_wants *wants, struct bd_layer **out, struct bd_error *err) BD_CHECKED;
void bd_layer_free(struct bd_layer *layer);
const struct bd_entry *bd_layer_find(const struct bd_layer *layer, const char *path);
const struct bd_kept_file *bd_layer_kept(const struct bd_layer *layer, const char *path);
/*
 * Kept bytes, of whatever layer, that nobody reads for a while: where they lie in a file their memory is given back,
 * and they are there again when they are read.
 */
void bd_layer_rest(const struct bd_layer *layer, struct bd_str bytes);

/*
 * A file of the merged tree.  layer: the one that brought this path.  entry: of that layer, or for a
 * hard link into a lower layer the linked file's, so entry->path may be another path (also where a
 * symbolic link in the path was followed); see bd_tree_kept.
 */
struct bd_tree_file {
	const char *path; /* first, as in bd_entry and bd_kept_file */
	const struct bd_entry *entry;
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
 * Whiteouts hide lower layers only, never their own layer's entries, wherever they stand in the tar;
 * anything but a directory hides everything below its path; a directory over a directory keeps its
 * children; a directory over a symbolic link replaces the link.
 * An entry below a path that is a symbolic link to a directory goes where the link leads inside the
 * image, as containerd (fs.RootPath) and Docker (chroot) unpack it; so do whiteouts.
 * Nothing in the tree stands below anything but a directory; directories that no layer has an entry
 * for are not in it.  Diagnostics:
 *   dangling-hard-link   its target is in no layer below (or is a directory): the path is left out, so
 *                        that it equals nothing
 *   entry-refused        below a file or a circle of links: left out
 * The tree borrows the layers' memory.
 */
void bd_tree_build(struct bd_layer *const *layers, size_t count, struct bd_tree *out);
/* The same one layer after the other, the lowest first: while others are still being read. */
struct bd_tree_builder;
struct bd_tree_builder *bd_tree_begin(void) __attribute__((returns_nonnull));
void bd_tree_lay(struct bd_tree_builder *builder, const struct bd_layer *layer, int index);
void bd_tree_end(struct bd_tree_builder *builder_take, struct bd_tree *out);
void bd_tree_release(struct bd_tree *tree);
const struct bd_tree_file *bd_tree_find(const struct bd_tree *tree, const char *path);
/*
 * Find path with the symbolic links in its directories followed (`lib` -> `usr/lib`), but not one in
 * its last component.  NULL when there is no such file or the links run in a circle.
 */
const struct bd_tree_file *bd_tree_resolve(const struct bd_tree *tree, const char *path);
/*
 * The same for many paths of which neighbours are often near each other: each is looked for from where the last one
 * was.  Begins as { .tree = tree }; one thread's own.
 */
struct bd_tree_seeker {
	const struct bd_tree *tree;
	size_t at;
	struct bd_buf dir, real, path; /* the directory that was followed last, and where it is */
	bool reachable;
};
const struct bd_tree_file *bd_tree_seek(struct bd_tree_seeker *seeker, const char *path);
void bd_tree_seeker_release(struct bd_tree_seeker *seeker);

/* The kept bytes of a file of the tree, in whichever of the layers they are; NULL: not kept. */
const struct bd_kept_file *bd_tree_kept(struct bd_layer *const *layers, const struct bd_tree_file *file);

/*
 * The two digests of a set of entries (docs/record.md, "content", "metadata"): fed in path order.
 * content: path, kind, and the file's digest, link target or device; of directories path and kind only,
 * so that one that comes or goes is seen.  metadata: the same with mode, uid, gid, mtime and size.
 * Noise (bd_noise_reason) is left out of content.  bd_layer has them over its entries, then its
 * whiteouts, then its opaque directories.
 */
struct bd_fingerprint_message;
struct bd_fingerprint {
	struct bd_fingerprint_message *content, *metadata;
	size_t files;
	int64_t size_bytes;
};
void bd_fingerprint_init(struct bd_fingerprint *f);
void bd_fingerprint_add(struct bd_fingerprint *f, const char *path, const struct bd_entry *entry);
/* What a whiteout or opaque directory hides; not counted in files. */
void bd_fingerprint_add_whiteout(struct bd_fingerprint *f, const char *path, bool opaque);
/* "sha256:…" each, BD_DIGEST_TEXT bytes; starts anew. */
void bd_fingerprint_final(struct bd_fingerprint *f, char *content, char *metadata);
void bd_fingerprint_release(struct bd_fingerprint *f);

#endif
