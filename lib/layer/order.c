/* SPDX-License-Identifier: Apache-2.0 */
/* From the order in which entries arrived to the order of their paths, and what the order decides. */
#include <stdlib.h>
#include <string.h>

#include "basedrift/limits.h"

#include "layer/builder.h"
#include "layer/pathorder.h"

/* One arrived entry; path first: see struct path_array. */
struct arrival {
	const char *path;
	size_t at;
};
struct arrivals {
	struct arrival *v; /* by path, then by arrival */
	size_t len;
	bool *dropped; /* by arrival */
};

static int compare_arrivals(const void *a, const void *b)
{
	const struct arrival *x = a;
	const struct arrival *y = b;
	const int order = strcmp(x->path, y->path);
	if (order != 0) {
		return order;
	}
	return x->at < y->at ? -1 : x->at > y->at;
}

static struct arrivals sort_arrivals(const struct bd_entry_vec *entries)
{
	struct arrivals all = {
		.v = bd_xmalloc(entries->len * sizeof(*all.v)),
		.len = entries->len,
		.dropped = bd_xcalloc(entries->len, sizeof(*all.dropped)),
	};
	for (size_t i = 0; i < entries->len; i++) {
		all.v[i] = (struct arrival){ entries->v[i].path, i };
	}
	if (all.len > 0) {
		qsort(all.v, all.len, sizeof(*all.v), compare_arrivals);
	}
	return all;
}

/* The entry that path named when entry number `before` arrived, or SIZE_MAX. */
static size_t named_before(const struct arrivals *all, const char *path, size_t before)
{
	size_t low = 0;
	size_t high = all->len;
	const struct arrival key = { path, before };
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		if (compare_arrivals(&all->v[middle], &key) < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low > 0 && strcmp(all->v[low - 1].path, path) == 0 ? all->v[low - 1].at : SIZE_MAX;
}

static const struct arrived_bytes *bytes_of(const struct layer_builder *builder, size_t at)
{
	size_t low = 0;
	size_t high = builder->kept.len;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		if (builder->kept.v[middle].at < at) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low < builder->kept.len && builder->kept.v[low].at == at ? &builder->kept.v[low] : NULL;
}

static bool is_examined(const struct layer_builder *builder, const struct bd_entry *entry)
{
	const struct bd_str not_read = { NULL, 0 };
	const struct bd_wants *wants = &builder->wants;
	return wants->examines != NULL && wants->examines(entry->path, entry->size_bytes, not_read, wants->context);
}

/* The link shares what was kept of its target, when that is wanted under this name too. */
static void share_bytes(struct layer_builder *builder, struct arrived_bytes_vec *shared, size_t link, size_t target)
{
	const struct bd_entry *entry = &builder->layer->entries.v[link];
	const struct arrived_bytes *there = bytes_of(builder, target);
	size_t wanted = 0;
	if (entry->kind != BD_FILE || entry->unresolved_link) {
		return;
	}
	struct arrived_bytes same = { .at = link };
	if (layer_builder_wants(builder, entry->path, entry->size_bytes, &wanted)) {
		if (there == NULL || there->file.by != NULL || there->file.bytes.n < wanted) {
			diagnose(&builder->diagnoser, "hard-link-not-read", bd_str(entry->path),
				"its bytes came under another name, where nobody wanted them");
			return;
		}
		same.file.bytes = (struct bd_str){ there->file.bytes.p, wanted };
	} else if (there != NULL && there->file.by != NULL && is_examined(builder, entry)) {
		same.file = there->file;
	} else {
		return;
	}
	*(struct arrived_bytes *)bd_vec_push(shared) = same;
}

static int compare_kept_arrivals(const void *a, const void *b)
{
	const struct arrived_bytes *x = a;
	const struct arrived_bytes *y = b;
	return x->at < y->at ? -1 : x->at > y->at;
}

static void add_shared(struct layer_builder *builder, struct arrived_bytes_vec *shared)
{
	for (size_t i = 0; i < shared->len; i++) {
		*(struct arrived_bytes *)bd_vec_push(&builder->kept) = shared->v[i];
	}
	if (shared->len > 0) {
		qsort(builder->kept.v, builder->kept.len, sizeof(*builder->kept.v), compare_kept_arrivals);
	}
	free(shared->v);
}

/*
 * A link is what its target was when the link arrived, so links are taken in that order.  What is not
 * in this layer may be in a lower one.
 */
static void resolve_links(struct layer_builder *builder, struct arrivals *all)
{
	struct bd_entry_vec *entries = &builder->layer->entries;
	struct arrived_bytes_vec shared = { 0 };
	size_t *origin = bd_xcalloc(entries->len, sizeof(*origin)); /* 1 + whose bytes a resolved link has */

	for (size_t i = 0; i < entries->len; i++) {
		struct bd_entry *link = &entries->v[i];
		const size_t target = link->unresolved_link ? named_before(all, link->target, i) : SIZE_MAX;
		if (target == SIZE_MAX) {
			continue;
		}
		if (entries->v[target].kind == BD_DIRECTORY || all->dropped[target]) {
			diagnose(&builder->diagnoser, "dangling-hard-link", bd_str(link->path),
				"a hard link to what is no file");
			all->dropped[i] = true;
			continue;
		}
		const struct bd_entry own = *link;
		*link = entries->v[target];
		link->path = own.path;
		link->marked = own.marked;
		origin[i] = origin[target] != 0 ? origin[target] : target + 1;
		share_bytes(builder, &shared, i, origin[i] - 1);
	}
	free(origin);
	add_shared(builder, &shared);
}

/* Duplicates in one tar: unpacking replaces what was there. */
static void drop_replaced(struct arrivals *all)
{
	for (size_t i = 0; i + 1 < all->len; i++) {
		if (strcmp(all->v[i].path, all->v[i + 1].path) == 0) {
			all->dropped[all->v[i].at] = true;
		}
	}
}

/*
 * What stands below an entry that is no directory: it arrived before and is replaced with its
 * directory; or it arrived later and a symbolic link leads on, which the tree follows; or it could not
 * be unpacked.
 */
static void drop_below(struct layer_builder *builder, struct arrivals *all, size_t i)
{
	const struct path_array paths = { all->v, all->len, sizeof(*all->v) };
	const struct arrival *top = &all->v[i];
	size_t first = 0, end = 0;

	path_array_below(paths, i + 1, top->path, &first, &end);
	for (; first < end; first++) {
		const size_t at = all->v[first].at;
		if (all->dropped[at]) {
			continue;
		}
		if (at < top->at) {
			all->dropped[at] = true;
		} else if (builder->layer->entries.v[top->at].kind != BD_SYMLINK) {
			all->dropped[at] = true;
			diagnose(&builder->diagnoser, "entry-refused", bd_str(all->v[first].path),
				"it stands below a path that is no directory");
		}
	}
}

static void drop_unreachable(struct layer_builder *builder, struct arrivals *all)
{
	for (size_t i = 0; i < all->len; i++) {
		const size_t at = all->v[i].at;
		if (!all->dropped[at] && builder->layer->entries.v[at].kind != BD_DIRECTORY) {
			drop_below(builder, all, i);
		}
	}
}

/* Those that are dropped come last, so that from[n] says for each place whose entry it gets.  Returns how many stay. */
static size_t choose_places(const struct arrivals *all, size_t *from)
{
	size_t kept = 0;
	for (size_t i = 0; i < all->len; i++) {
		if (!all->dropped[all->v[i].at]) {
			from[kept++] = all->v[i].at;
		}
	}
	for (size_t at = 0, n = kept; at < all->len; at++) {
		if (all->dropped[at]) {
			from[n++] = at;
		}
	}
	return kept;
}

/* Where they are, along the cycles of the permutation: of a million entries there are not two copies. */
static void place_entries(struct bd_layer *layer, const struct arrivals *all)
{
	struct bd_entry *v = layer->entries.v;
	size_t *from = bd_xcalloc(all->len, sizeof(*from));
	const size_t kept = choose_places(all, from);
	for (size_t start = 0; start < all->len; start++) {
		const struct bd_entry first = v[start];
		size_t place = start;
		while (from[place] != start) {
			const size_t next = from[place];
			v[place] = v[next];
			from[place] = place;
			place = next;
		}
		v[place] = first;
		from[place] = place;
	}
	free(from);
	layer->entries.len = kept;
}

static int compare_kept(const void *a, const void *b)
{
	const struct bd_kept_file *x = a;
	const struct bd_kept_file *y = b;
	return strcmp(x->path, y->path);
}

static void place_kept(struct layer_builder *builder, const struct arrivals *all)
{
	struct bd_layer *layer = builder->layer;
	for (size_t i = 0; i < builder->kept.len; i++) {
		const struct arrived_bytes *kept = &builder->kept.v[i];
		if (!all->dropped[kept->at]) {
			struct bd_kept_file *file = bd_vec_push(&layer->kept);
			*file = kept->file;
			file->path = layer->entries.v[kept->at].path;
		}
	}
	if (layer->kept.len > 0) {
		qsort(layer->kept.v, layer->kept.len, sizeof(*layer->kept.v), compare_kept);
	}
}

static int compare_texts(const void *a, const void *b)
{
	const char *const *x = a;
	const char *const *y = b;
	return strcmp(*x, *y);
}

static void sort_texts(struct bd_string_vec *texts)
{
	if (texts->len == 0) {
		return;
	}
	qsort(texts->v, texts->len, sizeof(*texts->v), compare_texts);
	size_t n = 1;
	for (size_t i = 1; i < texts->len; i++) {
		if (strcmp(texts->v[i], texts->v[n - 1]) != 0) {
			texts->v[n++] = texts->v[i];
		}
	}
	texts->len = n;
}

static void compute_digests(struct bd_layer *layer)
{
	struct bd_fingerprint fingerprint;
	char content[BD_DIGEST_TEXT], metadata[BD_DIGEST_TEXT];

	bd_fingerprint_init(&fingerprint);
	for (size_t i = 0; i < layer->entries.len; i++) {
		bd_fingerprint_add(&fingerprint, layer->entries.v[i].path, &layer->entries.v[i]);
	}
	for (size_t i = 0; i < layer->whiteouts.len; i++) {
		bd_fingerprint_add_whiteout(&fingerprint, layer->whiteouts.v[i], false);
	}
	for (size_t i = 0; i < layer->opaque.len; i++) {
		bd_fingerprint_add_whiteout(&fingerprint, layer->opaque.v[i], true);
	}
	bd_fingerprint_final(&fingerprint, content, metadata);
	bd_fingerprint_release(&fingerprint);
	layer->content = bd_arena_strdup(&layer->arena, content);
	layer->metadata = bd_arena_strdup(&layer->arena, metadata);
}

void layer_builder_end(struct layer_builder *builder)
{
	struct arrivals all = sort_arrivals(&builder->layer->entries);
	resolve_links(builder, &all);
	drop_replaced(&all);
	drop_unreachable(builder, &all);
	place_kept(builder, &all); /* before place_entries: it goes by arrival */
	place_entries(builder->layer, &all);
	free(all.v);
	free(all.dropped);
	sort_texts(&builder->layer->whiteouts);
	sort_texts(&builder->layer->opaque);
	diagnose_end(&builder->diagnoser);
	compute_digests(builder->layer);
}
