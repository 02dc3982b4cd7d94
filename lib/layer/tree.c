/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "basedrift/layer.h"
#include "basedrift/limits.h"

#include "layer/diagnose.h"
#include "layer/pathorder.h"
#include "layer/resolve.h"

struct files {
	struct bd_tree_file *v;
	size_t len;
};
/* Files below, first to end - 1, that a layer hides or replaces. */
struct run {
	size_t first, end;
};
struct runs {
	struct run *v;
	size_t len, cap;
};

#define LITERAL_DEPTH 64

/* One layer about to be laid on the files below. */
struct bd_tree_builder {
	struct bd_tree tree;
	struct diagnoser diagnoser;
	struct files below;
	const struct bd_layer *layer;
	struct files own; /* the layer's entries at their real places */
	size_t *place;    /* for each of them: the first of those below that is not before it */
	bool moved;       /* some of them are not where the tar has them */
	/* the directory that was looked up last: entries of one directory stand together */
	struct bd_str last_dir;
	bool last_reachable;
	struct bd_buf real_dir, path;
	/* directories that are where the tar has them, each longer than the one before: the way to the entry at hand */
	struct bd_str literal[LITERAL_DEPTH];
	size_t literal_depth;
	struct runs hidden;
};

static struct path_array paths_of(struct files files)
{
	return (struct path_array){ files.v, files.len, sizeof(*files.v) };
}

static void drop_unset(struct files *files)
{
	size_t n = 0;
	for (size_t i = 0; i < files->len; i++) {
		if (files->v[i].entry != NULL) {
			files->v[n++] = files->v[i];
		}
	}
	files->len = n;
}

/* ---- real places ----------------------------------------------------------------------------- */

/* Was dir, not long ago, found to be where the tar has it? */
static bool is_literal(struct bd_tree_builder *laying, struct bd_str dir)
{
	size_t depth = laying->literal_depth;
	while (depth > 0 && laying->literal[depth - 1].n >= dir.n && !bd_str_equal(laying->literal[depth - 1], dir)) {
		depth--;
	}
	laying->literal_depth = depth;
	return dir.n == 0 || (depth > 0 && bd_str_equal(laying->literal[depth - 1], dir));
}

/* Nearly every entry stands in the directory of the one before. */
static bool is_beside_last(const struct bd_tree_builder *laying, const char *path)
{
	if (laying->literal_depth == 0) {
		return false;
	}
	const struct bd_str dir = laying->literal[laying->literal_depth - 1];
	return strncmp(path, dir.p, dir.n) == 0 && path[dir.n] == '/' && strchr(path + dir.n + 1, '/') == NULL;
}

static void note_literal(struct bd_tree_builder *laying, struct bd_str dir)
{
	if (!is_literal(laying, dir) && laying->literal_depth < LITERAL_DEPTH) {
		laying->literal[laying->literal_depth++] = dir;
	}
}

/* path with the symbolic links of its directories followed; NULL: it leads nowhere. */
static const char *real_place(struct bd_tree_builder *laying, const char *path)
{
	if (is_beside_last(laying, path)) {
		return path;
	}
	const struct bd_str dir = bd_path_dir(bd_str(path));
	const struct tree_view view = { laying->below.v, laying->below.len, laying->layer };
	if (is_literal(laying, dir)) {
		return path;
	}
	if (!bd_str_equal(dir, laying->last_dir) || laying->last_dir.p == NULL) {
		laying->last_dir = dir;
		laying->last_reachable = tree_view_directory(&view, dir, &laying->real_dir);
	}
	if (!laying->last_reachable) {
		return NULL;
	}
	if (bd_str_equal(dir, bd_buf_view(&laying->real_dir))) {
		note_literal(laying, dir);
		return path;
	}
	const struct bd_str name = bd_path_name(bd_str(path));
	bd_buf_clear(&laying->path);
	bd_buf_add(&laying->path, laying->real_dir.p, laying->real_dir.n);
	if (laying->path.n > 0) {
		bd_buf_add_char(&laying->path, '/');
	}
	bd_buf_add(&laying->path, name.p, name.n);
	return bd_arena_text(&laying->tree.arena, bd_buf_str(&laying->path), laying->path.n);
}

/* By path; of two at one place the one whose tar path it is comes last and wins. */
static int compare_places(const void *a, const void *b)
{
	const struct bd_tree_file *x = a;
	const struct bd_tree_file *y = b;
	const int order = strcmp(x->path, y->path);
	if (order != 0) {
		return order;
	}
	const bool x_literal = strcmp(x->path, x->entry->path) == 0;
	const bool y_literal = strcmp(y->path, y->entry->path) == 0;
	return x_literal != y_literal ? (x_literal ? 1 : -1) : strcmp(x->entry->path, y->entry->path);
}

/* Moved entries may have come upon others, or below what is no directory. */
static void settle_moved(struct bd_tree_builder *laying)
{
	struct files *own = &laying->own;
	qsort(own->v, own->len, sizeof(*own->v), compare_places);
	for (size_t i = 0; i + 1 < own->len; i++) {
		if (strcmp(own->v[i].path, own->v[i + 1].path) == 0) {
			own->v[i].entry = NULL;
		}
	}
	drop_unset(own);
	for (size_t i = 0; i < own->len; i++) {
		size_t first = 0, end = 0;
		if (own->v[i].entry == NULL || own->v[i].entry->kind == BD_DIRECTORY) {
			continue;
		}
		path_array_below(paths_of(*own), i + 1, own->v[i].path, &first, &end);
		for (; first < end; first++) {
			own->v[first].entry = NULL;
		}
	}
	drop_unset(own);
}

static void place_entries(struct bd_tree_builder *laying, int index)
{
	const struct bd_entry_vec *entries = &laying->layer->entries;
	laying->own.v = bd_xmalloc(entries->len * sizeof(*laying->own.v));
	for (size_t i = 0; i < entries->len; i++) {
		const struct bd_entry *entry = &entries->v[i];
		const char *path = real_place(laying, entry->path);
		if (path == NULL) {
			diagnose(&laying->diagnoser, "entry-refused", bd_str(entry->path),
				"in layer %d it stands below a path that leads to no directory", index);
			continue;
		}
		laying->moved |= path != entry->path;
		if (path == entry->path && entry->kind == BD_DIRECTORY) {
			note_literal(laying,
				bd_str(path)); /* nothing below stands in its way: the layer's own comes first */
		}
		laying->own.v[laying->own.len++] = (struct bd_tree_file){ path, entry, index };
	}
	if (laying->moved) {
		settle_moved(laying);
	}
}

/* ---- hard links into lower layers -------------------------------------------------------------- */

/*
 * What the link's target was before this layer: also when this very layer removes it, because the link
 * is made first.  A target that this layer brings later, or at another real place, is the next guess.
 */
static const struct bd_entry *link_target(struct bd_tree_builder *laying, const struct bd_entry *link)
{
	const struct bd_tree tree = { .v = laying->below.v, .len = laying->below.len };
	const struct bd_tree_file *file = bd_tree_resolve(&tree, link->target);
	if (file == NULL) {
		const char *place = real_place(laying, link->target);
		const size_t i = place != NULL ? path_array_find(paths_of(laying->own), place) : SIZE_MAX;
		file = i != SIZE_MAX ? &laying->own.v[i] : NULL;
	}
	const bool linkable = file != NULL && file->entry != NULL && file->entry->kind != BD_DIRECTORY &&
			      !file->entry->unresolved_link;
	return linkable ? file->entry : NULL;
}

static void resolve_links(struct bd_tree_builder *laying, int index)
{
	bool dangling = false;
	for (size_t i = 0; i < laying->own.len; i++) {
		struct bd_tree_file *file = &laying->own.v[i];
		if (file->entry == NULL || !file->entry->unresolved_link) {
			continue;
		}
		const struct bd_entry *target = link_target(laying, file->entry);
		if (target == NULL) {
			diagnose(&laying->diagnoser, "dangling-hard-link", bd_str(file->path),
				"in layer %d it is a hard link to what is no file of the layers below", index);
			dangling = true;
		}
		file->entry = target;
	}
	if (dangling) {
		drop_unset(&laying->own);
	}
}

/* ---- hiding and merging ------------------------------------------------------------------------ */

static void hide_run(struct bd_tree_builder *laying, size_t first, size_t end)
{
	if (first < end) {
		*bd_vec_push(&laying->hidden) = (struct run){ first, end };
	}
}

/* near: an index of those below that is not far from path. */
static void hide_below(struct bd_tree_builder *laying, const char *path, size_t near)
{
	size_t first = 0, end = 0;
	path_array_below(paths_of(laying->below), near, path, &first, &end);
	hide_run(laying, first, end);
}

static void hide_whiteouts(struct bd_tree_builder *laying)
{
	for (size_t i = 0; i < laying->layer->whiteouts.len; i++) {
		const char *path = real_place(laying, laying->layer->whiteouts.v[i]);
		const size_t at = path != NULL ? path_array_find(paths_of(laying->below), path) : SIZE_MAX;
		if (at != SIZE_MAX) {
			hide_run(laying, at, at + 1);
		}
		if (path != NULL) {
			hide_below(laying, path, 0);
		}
	}
	for (size_t i = 0; i < laying->layer->opaque.len; i++) {
		const struct tree_view view = { laying->below.v, laying->below.len, laying->layer };
		if (tree_view_directory(&view, bd_str(laying->layer->opaque.v[i]), &laying->path)) {
			hide_below(laying, bd_buf_str(&laying->path), 0);
		}
	}
}

/* What has the same path; anything but a directory also takes the place of a directory with all that is in it. */
static void hide_replaced(struct bd_tree_builder *laying)
{
	const struct files *below = &laying->below;
	size_t at = 0;
	for (size_t i = 0; i < laying->own.len; i++) {
		const struct bd_tree_file *own = &laying->own.v[i];
		int order = at < below->len ? strcmp(below->v[at].path, own->path) : 1;
		if (order < 0) { /* a layer's entries often stand together between two of those below: then it stays */
			at = path_array_seek(paths_of(*below), at, own->path);
			order = at < below->len ? strcmp(below->v[at].path, own->path) : 1;
		}
		const size_t next = at + (order == 0);
		laying->place[i] = at;
		hide_run(laying, at, next);
		if (own->entry->kind != BD_DIRECTORY && next < below->len &&
			strncmp(below->v[next].path, own->path, strlen(own->path)) == 0) {
			hide_below(laying, own->path, at);
		}
	}
}

static int compare_runs(const void *a, const void *b)
{
	const struct run *x = a;
	const struct run *y = b;
	return (x->first > y->first) - (x->first < y->first);
}

/* Runs may lie within each other. */
static void join_runs(struct runs *runs)
{
	size_t n = 0;
	if (runs->len > 0) {
		qsort(runs->v, runs->len, sizeof(*runs->v), compare_runs);
	}
	for (size_t i = 0; i < runs->len; i++) {
		if (n == 0 || runs->v[i].first > runs->v[n - 1].end) {
			runs->v[n++] = runs->v[i];
		} else if (runs->v[i].end > runs->v[n - 1].end) {
			runs->v[n - 1].end = runs->v[i].end;
		}
	}
	runs->len = n;
}

/* Places among those below as they will be without the hidden ones. */
static void move_places(struct bd_tree_builder *laying)
{
	const struct runs *hidden = &laying->hidden;
	size_t run = 0, gone = 0;
	for (size_t i = 0; i < laying->own.len; i++) {
		const size_t place = laying->place[i];
		for (; run < hidden->len && hidden->v[run].end <= place; run++) {
			gone += hidden->v[run].end - hidden->v[run].first;
		}
		const bool within = run < hidden->len && hidden->v[run].first < place;
		laying->place[i] = (within ? hidden->v[run].first : place) - gone;
	}
}

/* Close the gaps that the hidden runs leave. */
static void drop_hidden(struct bd_tree_builder *laying)
{
	struct files *below = &laying->below;
	size_t kept = 0, seen = 0;
	join_runs(&laying->hidden);
	move_places(laying);
	for (size_t i = 0; i <= laying->hidden.len; i++) {
		const struct run run =
			i < laying->hidden.len ? laying->hidden.v[i] : (struct run){ below->len, below->len };
		memmove(below->v + kept, below->v + seen, (run.first - seen) * sizeof(*below->v));
		kept += run.first - seen;
		seen = run.end;
	}
	below->len = kept;
	laying->hidden.len = 0;
}

/* No path is in both; in place, from the end, as both mostly come in long pieces. */
static void merge_own(struct bd_tree_builder *laying)
{
	struct files *below = &laying->below;
	const struct files *own = &laying->own;
	size_t end = below->len;
	below->v = bd_xrealloc(below->v, (below->len + own->len) * sizeof(*below->v));
	for (size_t first = own->len, last = own->len; last > 0; last = first) {
		const size_t at = laying->place[last - 1];
		while (first > 0 && laying->place[first - 1] == at) {
			first--;
		}
		memmove(below->v + at + last, below->v + at, (end - at) * sizeof(*below->v));
		memcpy(below->v + at + first, own->v + first, (last - first) * sizeof(*below->v));
		end = at;
	}
	below->len += own->len;
}

static void lay_on(struct bd_tree_builder *laying, int index)
{
	place_entries(laying, index);
	resolve_links(laying, index);
	if (laying->below.len > 0) {
		laying->place = bd_xcalloc(laying->own.len, sizeof(*laying->place));
		hide_whiteouts(laying);
		hide_replaced(laying);
		drop_hidden(laying);
		merge_own(laying);
		free(laying->place);
	} else {
		const struct files nothing = laying->below;
		laying->below = laying->own;
		laying->own = nothing;
	}
	free(laying->own.v);
	laying->own = (struct files){ 0 };
	laying->last_dir = (struct bd_str){ 0 };
	laying->literal_depth = 0;
	laying->moved = false;
}

struct bd_tree_builder *bd_tree_begin(void)
{
	struct bd_tree_builder *laying = bd_xcalloc(1, sizeof(*laying));
	laying->diagnoser =
		(struct diagnoser){ &laying->tree.diagnostics, &laying->tree.arena, BD_LIMIT_DIAGNOSTICS, 0 };
	return laying;
}

void bd_tree_lay(struct bd_tree_builder *builder, const struct bd_layer *layer, int index)
{
	if (layer->entries.len + layer->whiteouts.len + layer->opaque.len > 0) {
		builder->layer = layer;
		lay_on(builder, index);
	}
}

void bd_tree_end(struct bd_tree_builder *builder_take, struct bd_tree *out)
{
	struct bd_tree_builder *laying = builder_take;
	bd_buf_release(&laying->real_dir);
	bd_buf_release(&laying->path);
	free(laying->hidden.v);
	diagnose_end(&laying->diagnoser);
	*out = laying->tree;
	out->v = bd_xrealloc(laying->below.v, laying->below.len * sizeof(*out->v));
	out->len = laying->below.len;
	free(laying);
}

void bd_tree_build(struct bd_layer *const *layers, size_t count, struct bd_tree *out)
{
	struct bd_tree_builder *builder = bd_tree_begin();
	for (size_t i = 0; i < count; i++) {
		if (layers[i] != NULL) {
			bd_tree_lay(builder, layers[i], (int)i);
		}
	}
	bd_tree_end(builder, out);
}

void bd_tree_release(struct bd_tree *tree)
{
	free(tree->v);
	free(tree->diagnostics.v);
	bd_arena_release(&tree->arena);
	*tree = (struct bd_tree){ 0 };
}

const struct bd_tree_file *bd_tree_find(const struct bd_tree *tree, const char *path)
{
	const struct tree_view view = { tree->v, tree->len, NULL };
	return tree_view_find(&view, path);
}

const struct bd_kept_file *bd_tree_kept(struct bd_layer *const *layers, const struct bd_tree_file *file)
{
	const uintptr_t entry = (uintptr_t)file->entry;
	for (int i = file->layer; i >= 0; i--) {
		if (layers[i] == NULL || layers[i]->entries.len == 0) {
			continue;
		}
		const uintptr_t first = (uintptr_t)layers[i]->entries.v;
		if (entry >= first && entry < first + layers[i]->entries.len * sizeof(*file->entry)) {
			return bd_layer_kept(layers[i], file->entry->path);
		}
	}
	return NULL;
}
