/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An image of a million files that nobody owns has a million lines, and its tree and entries are as large as they.  So
 * lines are made from the end, and what is behind goes: of a layer's entries, which come in the same order, too.
 */
#include "collect/file_lines.h"

#include <stdlib.h>

#define MANY_LINES (1U << 16) /* from so many on their texts are not copied, but stay with the layers' other ones */
#define STEP       (1U << 16) /* files between two times that memory is given back */

struct lining {
	struct inventory *inventory;
	const uint32_t *owner;
	const bool *modified;
	struct bd_record *record;
	bool shares;     /* texts with the layers */
	size_t *entries; /* for each layer: those from here on are not needed again */
};

static bool is_wanted(const struct lining *lining, size_t index)
{
	return lining->owner[index] == NOBODY || lining->modified[index];
}

/* Does it stand where its layer has it?  Otherwise links led there, or it is a hard link into a lower layer. */
static bool is_in_place(const struct bd_tree_file *file)
{
	return file->path == file->entry->path;
}

static const char *text_of(const struct lining *lining, const struct bd_tree_file *file, const char *text)
{
	const bool *cached = lining->inventory->cached;
	const bool stays = lining->shares && is_in_place(file) && (cached == NULL || !cached[file->layer]);
	return stays ? text : bd_arena_strdup(&lining->record->arena, text);
}

static void put_line(const struct lining *lining, size_t index, struct bd_file_line *line)
{
	const struct bd_tree_file *file = &lining->inventory->tree.v[index];
	const struct bd_entry *entry = file->entry;
	struct bd_arena *arena = &lining->record->arena;
	char digest[BD_DIGEST_TEXT] = "sha256:";

	*line = (struct bd_file_line){
		.path = text_of(lining, file, file->path),
		.kind = (enum bd_file_kind)entry->kind,
		.mode = entry->mode,
		.uid = entry->uid,
		.gid = entry->gid,
		.mtime_sec = entry->mtime_sec,
		.size_bytes = entry->kind == BD_FILE ? entry->size_bytes : 0,
		.layer = file->layer,
	};
	if (entry->kind == BD_FILE && !entry->unresolved_link) {
		bd_hex(entry->digest, sizeof(entry->digest), digest + 7);
		line->digest = bd_arena_strdup(arena, digest);
	} else if (entry->kind == BD_SYMLINK) {
		line->target = text_of(lining, file, entry->target);
	}
	if (lining->owner[index] != NOBODY) {
		line->modified_from = lining->record->packages.v[lining->owner[index]].purl;
	}
}

/* index: of the tree, what is behind it has its lines. */
static void give_back(struct lining *lining, size_t index)
{
	struct bd_tree *tree = &lining->inventory->tree;
	bd_memory_drop(tree->v + index, (tree->len - index) * sizeof(*tree->v));
	tree->len = index;
	for (size_t i = 0; i < lining->inventory->layer_count; i++) {
		struct bd_entry_vec *entries = &lining->inventory->layers[i]->entries;
		bd_memory_drop(
			entries->v + lining->entries[i], (entries->len - lining->entries[i]) * sizeof(*entries->v));
		entries->len = lining->entries[i];
	}
}

/* Entries of other places first: theirs may be gone when it is their turn.  Returns how many lines there are. */
static size_t put_moved(struct lining *lining, struct bd_file_line *lines)
{
	const struct bd_tree *tree = &lining->inventory->tree;
	size_t count = 0;
	for (size_t i = 0; i < tree->len; i++) {
		if (is_wanted(lining, i)) {
			if (lines != NULL && !is_in_place(&tree->v[i])) {
				put_line(lining, i, &lines[count]);
			}
			count++;
		}
	}
	return count;
}

static void put_others(struct lining *lining, struct bd_file_line *lines_end)
{
	const struct inventory *inventory = lining->inventory;
	for (size_t i = inventory->tree.len; i-- > 0;) {
		const struct bd_tree_file *file = &inventory->tree.v[i];
		const bool in_place = is_in_place(file);
		lines_end -= is_wanted(lining, i);
		if (in_place && is_wanted(lining, i)) {
			put_line(lining, i, lines_end);
		}
		if (in_place) {
			lining->entries[file->layer] =
				(size_t)(file->entry - inventory->layers[file->layer]->entries.v);
		}
		if (i % STEP == 0) {
			give_back(lining, i);
		}
	}
}

void add_file_lines(struct inventory *inventory, const uint32_t *owner, const bool *modified, struct bd_record *record)
{
	struct lining lining = { .inventory = inventory, .owner = owner, .modified = modified, .record = record };
	const size_t count = put_moved(&lining, NULL);
	lining.shares = count >= MANY_LINES;
	lining.entries = bd_xcalloc(inventory->layer_count, sizeof(*lining.entries));
	for (size_t i = 0; i < inventory->layer_count; i++) {
		lining.entries[i] = inventory->layers[i]->entries.len;
	}
	record->files.v = bd_xcalloc(count, sizeof(*record->files.v));
	record->files.len = record->files.cap = count;
	(void)put_moved(&lining, record->files.v);
	put_others(&lining, record->files.v + count);
	for (size_t i = 0; lining.shares && i < inventory->layer_count; i++) {
		bd_arena_join(&record->arena, &inventory->layers[i]->arena);
	}
	free(lining.entries);
}
