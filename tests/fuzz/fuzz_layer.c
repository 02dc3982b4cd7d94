/* links: layer */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Either a tar, whose header checksums are put right so that changed headers are looked at; or, when the
 * first byte says so, a small program that builds up to three layers from few names, so that they meet
 * in every way.  Each tar is read twice (in large and in small pieces); trees are made of
 * them.  Invariants: reading does not hang on the pieces; entries are clean, sorted and unique; nothing
 * in a tree stands below anything but a directory; building it again gives the same.
 */
#include "basedrift/layer.h"
#include "basedrift/limits.h"

#include "base/auto.h"
#include "layer/builder.h"
#include "lib/tarbuild.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct pieces {
	struct bd_stream base;
	struct bd_str rest;
	size_t step;
};

static int pieces_next(struct bd_stream *stream, struct bd_str *block, struct bd_error *err)
{
	struct pieces *pieces = (struct pieces *)(void *)stream;
	const size_t n = pieces->rest.n < pieces->step ? pieces->rest.n : pieces->step;
	(void)err;
	*block = (struct bd_str){ pieces->rest.p, n };
	pieces->rest.p += n;
	pieces->rest.n -= n;
	return 0;
}

static void pieces_close(struct bd_stream *stream)
{
	free(stream);
}

static struct bd_stream *in_pieces(const uint8_t *data, size_t size, size_t step)
{
	static const struct bd_stream_ops ops = { .next = pieces_next, .close = pieces_close };
	struct pieces *pieces = bd_xcalloc(1, sizeof(*pieces));
	*pieces = (struct pieces){ { &ops }, { (const char *)data, size }, step };
	return &pieces->base;
}

static size_t want_some(const char *path, int64_t size_bytes, void *context)
{
	(void)context;
	return (size_t)size_bytes % 3 == 0 ? strlen(path) : SIZE_MAX;
}

static void check(bool holds)
{
	if (!holds) {
		abort();
	}
}

static void check_clean(const char *path)
{
	struct bd_buf clean = { 0 };
	check(bd_path_clean(&clean, path, strlen(path)) && clean.n > 0 && strcmp(bd_buf_str(&clean), path) == 0);
	bd_buf_release(&clean);
}

static void check_layer(const struct bd_layer *layer)
{
	for (size_t i = 0; i < layer->entries.len; i++) {
		const struct bd_entry *entry = &layer->entries.v[i];
		check_clean(entry->path);
		check(i == 0 || strcmp(layer->entries.v[i - 1].path, entry->path) < 0);
		check(bd_layer_find(layer, entry->path) == entry);
	}
	for (size_t i = 0; i < layer->kept.len; i++) {
		const struct bd_entry *entry = bd_layer_find(layer, layer->kept.v[i].path);
		check(entry != NULL && (int64_t)layer->kept.v[i].bytes.n <= entry->size_bytes);
	}
	for (size_t i = 0; i < layer->whiteouts.len; i++) {
		check_clean(layer->whiteouts.v[i]);
		check(i == 0 || strcmp(layer->whiteouts.v[i - 1], layer->whiteouts.v[i]) < 0);
	}
	check(bd_digest_valid(layer->content) && bd_digest_valid(layer->metadata));
}

static void check_ancestors(const struct bd_tree *tree, const char *path)
{
	struct bd_buf dir = { 0 };
	bd_buf_add_str(&dir, path);
	for (dir.n = bd_path_dir(bd_buf_view(&dir)).n; dir.n > 0; dir.n = bd_path_dir(bd_buf_view(&dir)).n) {
		dir.p[dir.n] = '\0';
		const struct bd_tree_file *above = bd_tree_find(tree, dir.p);
		check(above == NULL || above->entry->kind == BD_DIRECTORY);
	}
	bd_buf_release(&dir);
}

static void check_tree(const struct bd_tree *tree, struct bd_layer *const *layers)
{
	for (size_t i = 0; i < tree->len; i++) {
		const struct bd_tree_file *file = &tree->v[i];
		check_clean(file->path);
		check(i == 0 || strcmp(tree->v[i - 1].path, file->path) < 0);
		check(bd_tree_resolve(tree, file->path) == file);
		check(!file->entry->unresolved_link);
		check_ancestors(tree, file->path);
		(void)bd_tree_kept(layers, file);
	}
}

static void print_tree(const struct bd_tree *tree, char *content, char *metadata)
{
	struct bd_fingerprint f;
	bd_fingerprint_init(&f);
	for (size_t i = 0; i < tree->len; i++) {
		bd_fingerprint_add(&f, tree->v[i].path, tree->v[i].entry);
	}
	bd_fingerprint_final(&f, content, metadata);
	bd_fingerprint_release(&f);
}

static void check_trees(struct bd_layer *const *layers, size_t count)
{
	struct bd_tree tree = { 0 }, again = { 0 };
	char content[2][BD_DIGEST_TEXT], metadata[2][BD_DIGEST_TEXT];

	bd_tree_build(layers, count, &tree);
	bd_tree_build(layers, count, &again);
	check_tree(&tree, layers);
	print_tree(&tree, content[0], metadata[0]);
	print_tree(&again, content[1], metadata[1]);
	check(strcmp(content[0], content[1]) == 0 && strcmp(metadata[0], metadata[1]) == 0);
	bd_tree_release(&tree);
	bd_tree_release(&again);
}

/* The layer of these bytes, or NULL when they are none. */
static struct bd_layer *read_twice(const uint8_t *data, size_t size)
{
	struct layer_limits limits = layer_default_limits;
	struct bd_layer *a = NULL, *b = NULL;
	struct bd_error err_a = { 0 }, err_b = { 0 };

	limits.hole_bytes = 1U << 20; /* hashing zeros finds nothing */
	const int ra = layer_read_within(
		in_pieces(data, size, 1U << 20), &limits, &(struct bd_wants){ .bytes = want_some }, &a, &err_a);
	const int rb = layer_read_within(
		in_pieces(data, size, 61), &limits, &(struct bd_wants){ .bytes = want_some }, &b, &err_b);
	check(ra == rb);
	if (ra == 0) {
		check(strcmp(a->content, b->content) == 0 && strcmp(a->metadata, b->metadata) == 0);
		check(a->diagnostics.len == b->diagnostics.len && a->kept.len == b->kept.len);
		check_layer(a);
	} else {
		check(a == NULL && b == NULL && err_a.msg[0] != '\0');
	}
	bd_layer_free(b);
	return a;
}

static void run_tar(const uint8_t *data, size_t size)
{
	struct bd_buf tar = { 0 };
	bd_buf_add(&tar, data, size);
	for (size_t at = 0; at + TARBUILD_BLOCK <= tar.n; at += TARBUILD_BLOCK) {
		if (memcmp(tar.p + at + 257, "ustar", 5) == 0) {
			tarbuild_checksum(&tar, at);
		}
	}
	struct bd_layer *layer = read_twice((const uint8_t *)bd_buf_str(&tar), tar.n);
	if (layer != NULL) {
		check_trees((struct bd_layer *const[]){ layer }, 1);
		check_trees((struct bd_layer *const[]){ layer, NULL, layer }, 3);
	}
	bd_layer_free(layer);
	bd_buf_release(&tar);
}

#define PROGRAM     0xf0
#define MOST_LAYERS 3
#define MOST_BYTES  360 /* more steps say nothing new and take long */

/* "/a", "a//b", "b/.wh.a/.." … of one byte: up to three of these parts */
static void small_path(struct bd_buf *out, uint8_t code)
{
	static const char *const parts[] = { "", "a", "b", ".wh.a", "c-", "..", ".wh..wh..opq", "b" };
	bd_buf_clear(out);
	bd_buf_printf(out, "%s/%s/%s", parts[code & 3], parts[code >> 2 & 3], parts[code >> 4 & 7]);
	while (bd_str_ends(bd_buf_view(out), "/")) { /* a file "a/" with content is no file to libarchive */
		out->p[--out->n] = '\0';
	}
}

/* Each step: kind, path, target. */
static void add_step(struct bd_buf *tar, const uint8_t *step)
{
	struct bd_buf path = { 0 }, target = { 0 };
	const char type = "012501250"[step[0] % 9];
	small_path(&path, step[1]);
	small_path(&target, step[2]);
	tarbuild_add(tar, &(struct tarbuild_entry){ .path = bd_buf_str(&path),
				  .type = type,
				  .mode = step[0],
				  .target = type == '1' || type == '2' ? bd_buf_str(&target) : NULL,
				  .content = { bd_buf_str(&target), type == '0' ? target.n : 0 } });
	bd_buf_release(&path);
	bd_buf_release(&target);
}

static void run_program(const uint8_t *data, size_t size)
{
	struct bd_layer *layers[MOST_LAYERS] = { NULL };
	size_t count = 0;
	size = size < MOST_BYTES ? size : MOST_BYTES;
	for (size_t at = 0; at + 3 <= size && count < MOST_LAYERS; count++) {
		struct bd_buf tar = { 0 };
		for (bool more = true; at + 3 <= size && more; at += 3) {
			more = data[at] != 0xff; /* the next layer */
			add_step(&tar, data + at);
		}
		tarbuild_end(&tar);
		layers[count] = read_twice((const uint8_t *)tar.p, tar.n);
		check(layers[count] != NULL);
		bd_buf_release(&tar);
	}
	check_trees(layers, count);
	for (size_t i = 0; i < count; i++) {
		bd_layer_free(layers[i]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 0 && data[0] == PROGRAM) {
		run_program(data + 1, size - 1);
	} else {
		run_tar(data, size);
	}
	return 0;
}
