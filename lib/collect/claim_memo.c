/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/claim_memo.h"

#include <stdlib.h>
#include <string.h>

#include "collect/claim_block.h"
#include "collect/parts.h"

static const uint8_t no_file[BD_SHA256_BYTES];

/* ---- of one package, while it is found ------------------------------------------------------------ */

/* The place of the file in the layer that brought the package, where the layer has it under this very path. */
static uint32_t entry_of(
	const struct inventory *inventory, const struct bd_package *package, const struct bd_tree_file *file)
{
	const struct bd_entry_vec *entries = &inventory->layers[package->layer]->entries;
	if (file->layer != package->layer || file->path != file->entry->path || file->entry < entries->v ||
		file->entry >= entries->v + entries->len) {
		return NO_ENTRY;
	}
	return (uint32_t)(file->entry - entries->v);
}

void claim_note_input(struct claim_note *note, const char *path, const struct bd_tree_file *file)
{
	if (file != NULL && (file->entry->kind != BD_FILE || file->entry->unresolved_link)) {
		note->unfit = true;
		return;
	}
	claim_block_add_input(&note->inputs, file != NULL ? file->entry->digest : no_file, path);
}

void claim_note_path(struct claim_note *note, const struct inventory *inventory, const struct bd_package *package,
	const char *path, const struct bd_tree_file *there)
{
	const uint32_t entry = there != NULL ? entry_of(inventory, package, there) : NO_ENTRY;
	if (there != NULL && entry == NO_ENTRY && there->entry->kind != BD_DIRECTORY) {
		note->unfit = true;
	} else if (entry == NO_ENTRY || strcmp(there->path, path) != 0) {
		claim_block_add_sought(&note->sought, entry, path);
	}
}

void claim_note_release(struct claim_note *note)
{
	bd_buf_release(&note->inputs);
	bd_buf_release(&note->sought);
}

/* ---- of all layers -------------------------------------------------------------------------------- */

struct known_block {
	struct claim_block block;
	bool holds; /* in this image */
};
struct known_block_vec {
	struct known_block *v;
	size_t len, cap;
};
struct layer_memo {
	struct bd_cached_bytes bytes;
	struct known_block_vec blocks; /* by purl, then path */
	uint32_t *place;               /* of each entry: its index in the tree, NO_ENTRY: not there */
	struct bd_buf added;           /* blocks that the cache is to have besides those that hold */
};
struct claim_memos {
	struct bd_cache *cache;
	const char *program;
	const struct bd_image *image;
	const struct inventory *inventory;
	struct layer_memo *layers;
};

static int compare_blocks(const void *a, const void *b)
{
	const struct known_block *x = a;
	const struct known_block *y = b;
	const int order = strcmp(x->block.purl, y->block.purl);
	return order != 0 ? order : strcmp(x->block.path, y->block.path);
}

static void memo_key(const struct claim_memos *memos, size_t layer, struct bd_buf *out)
{
	bd_buf_printf(out, "%s %lld %s", memos->image->layers.v[layer].diff_id,
		(long long)checksums_since(memos->image, layer), memos->program);
}

static void load(size_t layer, void *context)
{
	struct claim_memos *memos = context;
	struct layer_memo *memo = &memos->layers[layer];
	struct bd_buf key = { 0 };
	struct claim_block block;
	if (memos->image->layers.v[layer].diff_id == NULL) {
		return;
	}
	memo_key(memos, layer, &key);
	const bool found = bd_cache_bytes(memos->cache, "claims", bd_buf_str(&key), &memo->bytes);
	bd_buf_release(&key);
	struct bd_str rest = memo->bytes.bytes;
	while (found && claim_block_cut(&rest, &block)) {
		*bd_vec_push(&memo->blocks) = (struct known_block){ block, false };
	}
	if (memo->blocks.len == 0) {
		return;
	}
	qsort(memo->blocks.v, memo->blocks.len, sizeof(*memo->blocks.v), compare_blocks);
	const size_t entries = memos->inventory->layers[layer]->entries.len;
	memo->place = bd_xmalloc((entries + 1) * sizeof(*memo->place));
	memset(memo->place, 0xff, entries * sizeof(*memo->place));
}

#define STEP 8192U /* of the tree at a time */

static void find_places(size_t step, void *context)
{
	const struct claim_memos *memos = context;
	const struct bd_tree *tree = &memos->inventory->tree;
	const size_t end = tree->len - step * STEP > STEP ? (step + 1) * STEP : tree->len;
	for (size_t i = step * STEP; i < end; i++) {
		const struct bd_tree_file *file = &tree->v[i];
		uint32_t *place = memos->layers[file->layer].place;
		const struct bd_package of_layer = { .layer = file->layer };
		const uint32_t entry = place != NULL ? entry_of(memos->inventory, &of_layer, file) : NO_ENTRY;
		if (entry != NO_ENTRY) {
			place[entry] = (uint32_t)i;
		}
	}
}

static bool knows_any(const struct claim_memos *memos)
{
	for (size_t i = 0; i < memos->inventory->layer_count; i++) {
		if (memos->layers[i].blocks.len > 0) {
			return true;
		}
	}
	return false;
}

struct claim_memos *claim_memos_open(const struct bd_reading *how, const char *program, const struct bd_image *image,
	const struct inventory *inventory)
{
	struct claim_memos *memos = bd_xcalloc(1, sizeof(*memos));
	*memos = (struct claim_memos){ how->cache, program, image, inventory,
		bd_xcalloc(inventory->layer_count, sizeof(*memos->layers)) };
	bd_parallel(how->jobs, inventory->layer_count, load, memos);
	if (knows_any(memos)) {
		bd_parallel(how->jobs, (inventory->tree.len + STEP - 1) / STEP, find_places, memos);
	}
	return memos;
}

static struct layer_memo *memo_of(struct claim_memos *memos, const struct bd_package *package)
{
	const bool named = memos != NULL && package->layer >= 0 &&
			   (size_t)package->layer < memos->inventory->layer_count &&
			   memos->image->layers.v[package->layer].diff_id != NULL;
	return named ? &memos->layers[package->layer] : NULL;
}

static bool inputs_hold(const struct claim_memos *memos, struct bd_str inputs)
{
	struct bd_tree_seeker seeker = { .tree = &memos->inventory->tree };
	bool hold = true;
	while (hold && inputs.n > 0) {
		uint8_t digest[BD_SHA256_BYTES];
		const char *path = NULL;
		hold = claim_block_cut_input(&inputs, digest, &path);
		const struct bd_tree_file *file = hold ? bd_tree_seek(&seeker, path) : NULL;
		const bool is_file = file != NULL && file->entry->kind == BD_FILE && !file->entry->unresolved_link;
		hold = hold && (file == NULL || is_file) &&
		       memcmp(is_file ? file->entry->digest : no_file, digest, sizeof(digest)) == 0;
	}
	bd_tree_seeker_release(&seeker);
	return hold;
}

/* What the package has in this image, as far as it was looked at; `claims` are added to. */
struct recalling {
	const struct claim_memos *memos;
	const struct bd_package *package;
	struct bd_tree_seeker seeker;
	struct claim_vec *claims;
};

static void claim_there(struct recalling *recalling, const struct bd_tree_file *there, bool modified)
{
	const size_t at = (size_t)(there - recalling->memos->inventory->tree.v);
	*bd_vec_push(recalling->claims) = claim_of(at, modified);
}

/* A folder may be any layer's, or nobody's: it counts for no package. */
static bool folder_holds(struct recalling *recalling, const char *path)
{
	const struct bd_tree_file *there = bd_tree_seek(&recalling->seeker, path);
	if (there != NULL && there->entry->kind == BD_DIRECTORY) {
		claim_there(recalling, there, false);
	}
	return there == NULL || there->entry->kind == BD_DIRECTORY;
}

static bool sought_holds(struct recalling *recalling, struct bd_str sought)
{
	const struct inventory *inventory = recalling->memos->inventory;
	bool holds = true;
	while (holds && sought.n > 0) {
		uint32_t entry = NO_ENTRY;
		const char *path = NULL;
		holds = claim_block_cut_sought(&sought, &entry, &path);
		if (holds && entry == NO_ENTRY) {
			holds = folder_holds(recalling, path);
		} else if (holds) { /* it is among the claims too */
			const struct bd_tree_file *there = bd_tree_seek(&recalling->seeker, path);
			holds = there != NULL && entry_of(inventory, recalling->package, there) == entry;
		}
	}
	return holds;
}

static bool claims_hold(struct recalling *recalling, struct bd_str bytes)
{
	const struct inventory *inventory = recalling->memos->inventory;
	const uint32_t *place = recalling->memos->layers[recalling->package->layer].place;
	const struct bd_entry_vec *entries = &inventory->layers[recalling->package->layer]->entries;
	bool hold = true;
	while (hold && bytes.n > 0) {
		uint32_t entry = NO_ENTRY;
		bool modified = false;
		hold = claim_block_cut_claim(&bytes, &entry, &modified) && entry < entries->len;
		if (hold && place[entry] != NO_ENTRY) {
			claim_there(recalling, &inventory->tree.v[place[entry]], modified);
		} else if (hold) {
			hold = entries->v[entry].kind == BD_DIRECTORY &&
			       folder_holds(recalling, entries->v[entry].path);
		}
	}
	return hold;
}

static struct known_block *block_of(const struct layer_memo *memo, const struct bd_package *package)
{
	const struct known_block key = { .block = { .purl = package->purl, .path = package->path } };
	return memo != NULL && memo->blocks.len > 0
		       ? bsearch(&key, memo->blocks.v, memo->blocks.len, sizeof(key), compare_blocks)
		       : NULL;
}

bool claim_memos_find(struct claim_memos *memos, const struct bd_package *package, struct claim_vec *claims,
	struct known_digests *digests)
{
	struct known_block *known = block_of(memo_of(memos, package), package);
	if (known == NULL || !inputs_hold(memos, known->block.inputs)) {
		return false;
	}
	const struct claim_block *block = &known->block;
	claims->cap = block->claims.n / sizeof(struct claim) + 64;
	claims->v = bd_xmalloc(claims->cap * sizeof(*claims->v));
	struct recalling recalling = { memos, package, { .tree = &memos->inventory->tree }, claims };
	const bool holds = claims_hold(&recalling, block->claims) && sought_holds(&recalling, block->sought);
	bd_tree_seeker_release(&recalling.seeker);
	if (!holds) {
		free(claims->v);
		*claims = (struct claim_vec){ 0 };
		return false;
	}
	*digests = (struct known_digests){ block->content[0] != '\0' ? block->content : NULL, block->metadata,
		block->n.files, block->n.size_bytes };
	known->holds = true; /* no other package has it */
	return true;
}

/* ---- for the next time ------------------------------------------------------------------------------ */

void claim_memos_add(struct claim_memos *memos, const struct bd_package *package, const struct claim_note *note,
	const struct claim_vec *claims, const struct known_digests *digests)
{
	struct layer_memo *memo = memo_of(memos, package);
	struct bd_buf entries = { 0 };
	if (memo == NULL || note->unfit) {
		return;
	}
	for (size_t i = 0; i < claims->len; i++) {
		const struct bd_tree_file *file = &memos->inventory->tree.v[claims->v[i].file];
		const uint32_t entry = entry_of(memos->inventory, package, file);
		if (entry != NO_ENTRY) { /* what is not the layer's is among the paths that are sought */
			claim_block_add_claim(&entries, entry, claims->v[i].modified);
		}
	}
	const struct claim_block block = {
		.purl = package->purl,
		.path = package->path,
		.content = digests->content != NULL ? digests->content : "",
		.metadata = digests->content != NULL ? digests->metadata : "",
		.n = { .files = digests->files, .size_bytes = digests->size_bytes },
		.inputs = bd_buf_view(&note->inputs),
		.sought = bd_buf_view(&note->sought),
		.claims = bd_buf_view(&entries),
	};
	claim_block_add(&memo->added, &block);
	bd_buf_release(&entries);
}

static int save(struct claim_memos *memos, size_t layer, struct bd_error *err)
{
	struct layer_memo *memo = &memos->layers[layer];
	struct bd_buf key = { 0 };
	for (size_t i = 0; i < memo->blocks.len; i++) {
		if (memo->blocks.v[i].holds) {
			claim_block_add(&memo->added, &memo->blocks.v[i].block);
		}
	}
	memo_key(memos, layer, &key);
	const int r = bd_cache_add_bytes(memos->cache, "claims", bd_buf_str(&key), bd_buf_view(&memo->added), err);
	bd_buf_release(&key);
	return r;
}

void claim_memos_close(struct claim_memos *memos, struct bd_error *err)
{
	err->msg[0] = '\0';
	if (memos == NULL) {
		return;
	}
	for (size_t i = 0; i < memos->inventory->layer_count; i++) {
		struct layer_memo *memo = &memos->layers[i];
		if (memo->added.n > 0 && err->msg[0] == '\0' && save(memos, i, err) == 0) {
			err->msg[0] = '\0';
		}
		bd_buf_release(&memo->added);
		bd_cached_bytes_release(&memo->bytes);
		free(memo->blocks.v);
		free(memo->place);
	}
	free(memos->layers);
	free(memos);
}
