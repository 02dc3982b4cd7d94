/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/inventory.h"

#include <string.h>

#include "basedrift/limits.h"

#include "base/auto.h"
#include "collect/claim_memo.h"

static size_t wanted_bytes(const char *path, int64_t size_bytes, void *context)
{
	(void)size_bytes;
	(void)context;
	return bd_catalog_wants(path) ? SIZE_MAX : 0;
}

static bool examines(const char *path, int64_t size_bytes, struct bd_str head, void *context)
{
	(void)context;
	return bd_catalog_examines(path, size_bytes, head);
}

static const char *examine(
	const char *path, struct bd_str bytes, struct bd_buf *out, struct bd_error *err, void *context)
{
	const struct bd_cataloger *cataloger = bd_catalog_extract(path, bytes, out, err);
	(void)context;
	return cataloger != NULL ? cataloger->name : NULL;
}

/* Does a cataloger read packages from it?  Of a directory: is it a package itself? */
static bool is_primary(const char *path, uint8_t kind, void *context)
{
	(void)context;
	return kind == BD_DIRECTORY ? bd_cataloger_for_directory(path) != NULL
				    : kind == BD_FILE && bd_cataloger_for(path) != NULL;
}

const struct bd_wants inventory_wants = {
	.bytes = wanted_bytes,
	.marks = is_primary,
	.examines = examines,
	.examine = examine,
	.head_bytes = BD_CATALOG_HEAD_BYTES,
};

static bool contains(const struct bd_string_vec *sorted, const char *path)
{
	size_t low = 0;
	size_t high = sorted->len;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const int order = strcmp(sorted->v[middle], path);
		if (order == 0) {
			return true;
		}
		if (order < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return false;
}

bool layer_hides(const struct bd_layer *layer, const char *path)
{
	char parent[4096]; /* PATH_MAX: no longer path was unpacked by anybody */
	size_t n = strlen(path);

	if (layer == NULL || n >= sizeof(parent)) {
		return false;
	}
	if (contains(&layer->whiteouts, path)) {
		return true;
	}
	memcpy(parent, path, n + 1);
	while (n > 0) {
		n = bd_path_dir((struct bd_str){ parent, n }).n;
		parent[n] = '\0';
		if (contains(&layer->opaque, parent)) {
			return true;
		}
		const struct bd_entry *entry = n > 0 ? bd_layer_find(layer, parent) : NULL;
		if ((n > 0 && contains(&layer->whiteouts, parent)) || (entry != NULL && entry->kind != BD_DIRECTORY)) {
			return true;
		}
	}
	return false;
}

/* The bytes of a kept file as the image stands after layer `last`. */
static struct bd_str kept_as_of(const struct inventory *inventory, size_t last, const char *path)
{
	for (size_t i = last + 1; i-- > 0;) {
		const struct bd_layer *layer = inventory->layers[i];
		if (layer == NULL) {
			continue;
		}
		const struct bd_kept_file *file = bd_layer_kept(layer, path);
		if (file != NULL) {
			return file->bytes;
		}
		if (bd_layer_find(layer, path) != NULL || layer_hides(layer, path)) {
			break;
		}
	}
	return (struct bd_str){ NULL, 0 };
}

/* The finished image's file, wherever its bytes are: links are followed there. */
static struct bd_str kept_at_last(const struct inventory *inventory, const char *path, struct claim_note *note)
{
	const struct bd_tree_file *file = bd_tree_resolve(&inventory->tree, path);
	if (note != NULL) {
		claim_note_input(note, path, file);
	}
	const struct bd_kept_file *kept = file != NULL ? bd_tree_kept(inventory->layers, file) : NULL;
	return kept != NULL ? kept->bytes : (struct bd_str){ NULL, 0 };
}

#define LARGE (64U << 10) /* worth a system call to get its memory back */

static struct bd_str look_up(const struct bd_catalog_in *in, const char *path)
{
	struct inventory_lookup *lookup = in->context;
	const struct inventory *inventory = lookup->inventory;
	const struct bd_str bytes = lookup->last + 1 == inventory->layer_count
					    ? kept_at_last(inventory, path, lookup->note)
					    : kept_as_of(inventory, lookup->last, path);
	if (bytes.n >= LARGE && lookup->large_count < INVENTORY_LARGE) {
		lookup->large[lookup->large_count++] = bytes;
	}
	return bytes;
}

static void rest(const struct inventory *inventory, struct bd_str bytes)
{
	for (size_t i = 0; bytes.n >= LARGE && i < inventory->layer_count; i++) {
		bd_layer_rest(inventory->layers[i], bytes);
	}
}

static void rest_in(const struct bd_catalog_in *in, struct bd_str bytes)
{
	const struct inventory_lookup *lookup = in->context;
	rest(lookup->inventory, bytes);
}

void inventory_rest(const struct inventory_lookup *lookup, struct bd_str bytes)
{
	for (size_t k = 0; k < lookup->large_count; k++) {
		rest(lookup->inventory, lookup->large[k]);
	}
	rest(lookup->inventory, bytes);
}

struct inventory_lookup inventory_at_last(const struct inventory *inventory)
{
	return (struct inventory_lookup){ .inventory = inventory, .last = inventory->layer_count - 1 };
}

struct bd_catalog_in inventory_catalog_in(struct inventory_lookup *lookup, const char *path, struct bd_str bytes)
{
	return (struct bd_catalog_in){ .path = path,
		.bytes = bytes,
		.os = &lookup->inventory->os,
		.file = look_up,
		.rest = rest_in,
		.context = lookup };
}

/* One primary file through all layers: what it says of packages, and since which layer. */
struct history_of_file {
	const struct bd_cataloger *cataloger;
	const char *path;
	int layer;                       /* the last one that was parsed, -1: none */
	const struct bd_kept_file *kept; /* what was parsed */
	struct bd_package_vec packages;  /* as that layer left them */
	struct bd_str bytes;
	char problem[sizeof(((struct bd_error *)0)->msg)]; /* why those bytes are no database, or "" */
	struct bd_arena arena;                             /* of packages */
	bool directory;                                    /* it has no bytes */
	bool not_kept;                                     /* it is in the image, its bytes are not */
};

/* Packages as the layer before left them, to be found by purl. */
struct earlier {
	const struct bd_package_vec *packages;
	const struct bd_package **sorted; /* made when it is first needed */
	size_t next;                      /* databases keep their order, so this one is nearly always the one */
};

static int compare_packages(const void *a, const void *b)
{
	const struct bd_package *const *x = a;
	const struct bd_package *const *y = b;
	const int order = strcmp((*x)->purl, (*y)->purl);
	return order != 0 ? order : (*x < *y ? -1 : *x > *y);
}

static void sort_earlier(struct earlier *earlier)
{
	earlier->sorted = bd_xcalloc(earlier->packages->len, sizeof(*earlier->sorted));
	for (size_t i = 0; i < earlier->packages->len; i++) {
		earlier->sorted[i] = &earlier->packages->v[i];
	}
	qsort(earlier->sorted, earlier->packages->len, sizeof(*earlier->sorted), compare_packages);
}

static const struct bd_package *search_earlier(const struct earlier *earlier, const char *purl)
{
	size_t low = 0;
	size_t high = earlier->packages->len;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		if (strcmp(earlier->sorted[middle]->purl, purl) < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low < earlier->packages->len && strcmp(earlier->sorted[low]->purl, purl) == 0 ? earlier->sorted[low]
											     : NULL;
}

static int layer_before(struct earlier *earlier, const char *purl)
{
	const struct bd_package_vec *packages = earlier->packages;
	const struct bd_package *found = earlier->next < packages->len ? &packages->v[earlier->next] : NULL;
	if (packages->len == 0) {
		return -1;
	}
	if (found == NULL || strcmp(found->purl, purl) != 0) {
		if (earlier->sorted == NULL) {
			sort_earlier(earlier);
		}
		found = search_earlier(earlier, purl);
	}
	if (found == NULL) {
		return -1;
	}
	earlier->next = (size_t)(found - packages->v) + 1;
	return found->layer;
}

/* A name that no record can hold is left out, and the database was not read whole. */
static void drop_unreadable(struct bd_package_vec *packages, struct bd_error *err)
{
	size_t kept = 0;
	for (size_t i = 0; i < packages->len; i++) {
		if (strlen(packages->v[i].purl) <= BD_LIMIT_PURL_BYTES) {
			packages->v[kept++] = packages->v[i];
		} else {
			(void)bd_error_set(err, BD_ERR_LIMIT,
				"package %zu: its name and version have more than %u bytes", i + 1,
				BD_LIMIT_PURL_BYTES);
		}
	}
	packages->len = kept;
}

static void parse_in_layer(
	const struct inventory *inventory, struct history_of_file *file, const struct bd_kept_file *kept, int layer)
{
	if (kept->by != NULL) {
		file->cataloger = bd_cataloger_named(kept->by);
	}

	struct inventory_lookup lookup = { .inventory = inventory, .last = (size_t)layer };
	const struct bd_catalog_in in = inventory_catalog_in(&lookup, file->path, kept->bytes);
	struct bd_package_vec packages = { 0 };
	struct bd_arena arena = { 0 };
	struct bd_error err = { .msg = "" };
	struct earlier earlier = { .packages = &file->packages };

	(void)!file->cataloger->parse(&in, &arena, &packages, &err);
	inventory_rest(&lookup, kept->bytes);
	drop_unreadable(&packages, &err);
	if (kept->problem != NULL) { /* the first of the two is the reason of the other */
		(void)bd_error_set(&err, BD_ERR_FORMAT, "%s", kept->problem);
	}
	memcpy(file->problem, err.msg, sizeof(file->problem));
	for (size_t i = 0; i < packages.len; i++) {
		const int since = layer_before(&earlier, packages.v[i].purl);
		packages.v[i].layer = since >= 0 ? since : layer;
		if (packages.v[i].path == NULL) {
			packages.v[i].path = file->path;
		}
	}
	free(earlier.sorted);
	free(file->packages.v);
	bd_arena_release(&file->arena);
	file->packages = packages;
	file->arena = arena;
	file->bytes = kept->bytes;
	file->kept = kept;
	file->layer = layer;
}

/* Does the layer bring or hide a companion that belongs to this one file (PATH-wal, the log of a database)? */
static bool changes_beside(const struct bd_layer *layer, const struct history_of_file *file)
{
	const size_t n = strlen(file->path);
	for (const char *const *path = file->cataloger->companions; path != NULL && *path != NULL; path++) {
		if (strncmp(*path, file->path, n) == 0 &&
			(bd_layer_find(layer, *path) != NULL || layer_hides(layer, *path))) {
			return true;
		}
	}
	return false;
}

/* The same bytes beside other companions: they may say something else now. */
static void parse_again(const struct inventory *inventory, struct history_of_file *file, int layer)
{
	const int bytes_of = file->layer;
	parse_in_layer(inventory, file, file->kept, layer);
	file->layer = bytes_of;
}

static void forget(struct history_of_file *file)
{
	free(file->packages.v);
	bd_arena_release(&file->arena);
	file->packages = (struct bd_package_vec){ 0 };
	file->layer = -1;
}

static struct bd_package copy_package(struct bd_arena *arena, const struct bd_package *from)
{
	struct bd_package to = *from;
	to.purl = bd_arena_strdup(arena, from->purl);
	to.type = bd_arena_strdup(arena, from->type);
	to.namespace = bd_arena_strdup(arena, from->namespace);
	to.name = bd_arena_strdup(arena, from->name);
	to.version = bd_arena_strdup(arena, from->version);
	to.arch = bd_arena_strdup(arena, from->arch);
	to.source = bd_arena_strdup(arena, from->source);
	to.source_version = bd_arena_strdup(arena, from->source_version);
	to.path = bd_arena_strdup(arena, from->path);
	to.owned_by = bd_arena_strdup(arena, from->owned_by);
	to.content = to.metadata = NULL;
	to.files = to.size_bytes = -1;
	return to;
}

/*
 * What the finished image has at this path decides; bytes may also have come there by a hard link into a
 * lower layer, or through a symbolic link, and then stand under another path.
 */
static void settle_on_tree(const struct inventory *inventory, struct history_of_file *file)
{
	const struct bd_tree_file *there = bd_tree_find(&inventory->tree, file->path);
	const struct bd_kept_file *kept = there != NULL ? bd_tree_kept(inventory->layers, there) : NULL;

	if (there == NULL || there->entry->kind != BD_FILE) {
		forget(file);
	} else if (kept == NULL) {
		/* with extract nobody found a package in it, or the layer's own diagnostic says why */
		file->not_kept = file->cataloger->extract == NULL;
		forget(file);
	} else if (file->layer != there->layer) {
		parse_in_layer(inventory, file, kept, there->layer);
	}
}

static void say_what_is_missing(const struct history_of_file *file, struct bd_record *record)
{
	if (file->not_kept) {
		bd_record_diagnose(record, "package-database-unreadable", file->path,
			"%s (%s): its bytes were not kept: it is too large, or a link to a file that nobody reads",
			file->path, file->cataloger->name);
	}
	if (file->problem[0] != '\0' && file->layer >= 0 && !file->directory) {
		bd_record_diagnose(record, "package-database-unreadable", file->path, "%s (%s): %s", file->path,
			file->cataloger->name, file->problem);
	}
}

static void add_packages(struct inventory *inventory, struct bd_record *record, const struct history_of_file *file)
{
	for (size_t i = 0; i < file->packages.len; i++) {
		*bd_vec_push(&record->packages) = copy_package(&record->arena, &file->packages.v[i]);
	}
	const size_t total = inventory->found_count + file->packages.len;
	inventory->found = bd_xrealloc(inventory->found, (total + 1) * sizeof(*inventory->found));
	for (; inventory->found_count < total; inventory->found_count++) {
		inventory->found[inventory->found_count] = (struct found_package){ file->cataloger, file->bytes };
	}
}

static void trace_file(const struct inventory *inventory, struct history_of_file *file)
{
	for (size_t i = 0; i < inventory->layer_count; i++) {
		const struct bd_layer *layer = inventory->layers[i];
		const struct bd_kept_file *kept = bd_layer_kept(layer, file->path);
		if (kept != NULL) {
			parse_in_layer(inventory, file, kept, (int)i);
		} else if (file->layer >= 0 &&
			   (layer_hides(layer, file->path) || bd_layer_find(layer, file->path) != NULL)) {
			forget(file);
		} else if (file->layer >= 0 && changes_beside(layer, file)) {
			parse_again(inventory, file, (int)i);
		}
	}
	settle_on_tree(inventory, file);
}

/* A directory says it by its name: since the layer that it has been there without a break. */
static void trace_directory(const struct inventory *inventory, struct history_of_file *file)
{
	const struct bd_kept_file nothing = { .path = file->path };
	int since = -1;
	for (size_t i = 0; i < inventory->layer_count; i++) {
		const struct bd_entry *entry =
			inventory->layers[i] != NULL ? bd_layer_find(inventory->layers[i], file->path) : NULL;
		if (layer_hides(inventory->layers[i], file->path)) {
			since = -1;
		}
		if (since < 0 && entry != NULL && entry->kind == BD_DIRECTORY) {
			since = (int)i;
		}
	}
	if (since >= 0) {
		parse_in_layer(inventory, file, &nothing, since);
	}
}

static int compare_text(const void *a, const void *b)
{
	const char *const *x = a;
	const char *const *y = b;
	return strcmp(*x, *y);
}

/* Which of the tree's entries a cataloger reads packages from: their layers know it, but for what links moved. */
static bool *primaries_of(const struct bd_tree *tree)
{
	bool *primary = bd_xcalloc(tree->len, sizeof(*primary));
	for (size_t i = 0; i < tree->len; i++) {
		const struct bd_tree_file *file = &tree->v[i];
		primary[i] = file->path == file->entry->path ? file->entry->marked
							     : is_primary(file->path, file->entry->kind, NULL);
	}
	return primary;
}

/* Every file that a cataloger reads packages from, in any layer; sorted, each once. */
static struct bd_string_vec primary_paths(const struct inventory *inventory, const bool *primary)
{
	struct bd_string_vec paths = { 0 };
	for (size_t i = 0; i < inventory->layer_count; i++) {
		const struct bd_layer *layer = inventory->layers[i];
		for (size_t k = 0; k < layer->kept.len; k++) {
			if (layer->kept.v[k].by != NULL || bd_cataloger_for(layer->kept.v[k].path) != NULL) {
				*bd_vec_push(&paths) = layer->kept.v[k].path;
			}
		}
	}
	for (size_t i = 0; i < inventory->tree.len; i++) { /* also those that were not kept under this path */
		if (primary[i] && inventory->tree.v[i].entry->kind == BD_FILE) {
			*bd_vec_push(&paths) = inventory->tree.v[i].path;
		}
	}
	if (paths.len > 0) {
		qsort(paths.v, paths.len, sizeof(*paths.v), compare_text);
	}
	size_t kept = 0;
	for (size_t i = 0; i < paths.len; i++) {
		if (kept == 0 || strcmp(paths.v[kept - 1], paths.v[i]) != 0) {
			paths.v[kept++] = paths.v[i];
		}
	}
	paths.len = kept;
	return paths;
}

/* What was looked for, found or not: only that can be missing in this build. */
static void list_ecosystems(struct bd_record *record)
{
	size_t count = 0;
	while (bd_cataloger_at(count) != NULL) {
		count++;
	}
	record->ecosystems.v = bd_arena_alloc(&record->arena, count * sizeof(*record->ecosystems.v));
	for (size_t i = 0; i < count; i++) {
		const char *type = bd_cataloger_at(i)->purl_type;
		bool listed = false;
		for (size_t k = 0; k < record->ecosystems.len; k++) {
			listed |= strcmp(record->ecosystems.v[k], type) == 0;
		}
		if (!listed) {
			record->ecosystems.v[record->ecosystems.len++] = type;
		}
	}
}

/* So many files at once are followed through the layers: what they all say is in memory together. */
#define BATCH 1024U

struct tracing {
	const struct inventory *inventory;
	struct history_of_file files[BATCH];
	size_t len;
	struct trace_turn {
		size_t file, bytes; /* in all layers */
	} turns[BATCH];
};

/* A status file of a thousand packages in every layer takes longer than a thousand files of one package each. */
static int compare_turns(const void *a, const void *b)
{
	const struct trace_turn *x = a;
	const struct trace_turn *y = b;
	return x->bytes != y->bytes ? (x->bytes < y->bytes ? 1 : -1) : (x->file > y->file) - (x->file < y->file);
}

static void take_turns(struct tracing *tracing)
{
	const struct inventory *inventory = tracing->inventory;
	for (size_t i = 0; i < tracing->len; i++) {
		tracing->turns[i] = (struct trace_turn){ .file = i };
		for (size_t k = 0; k < inventory->layer_count; k++) {
			const struct bd_kept_file *kept = bd_layer_kept(inventory->layers[k], tracing->files[i].path);
			tracing->turns[i].bytes += kept != NULL ? kept->bytes.n : 0;
		}
	}
	if (tracing->len > 0) {
		qsort(tracing->turns, tracing->len, sizeof(*tracing->turns), compare_turns);
	}
}

static void trace(size_t i, void *context)
{
	struct tracing *tracing = context;
	struct history_of_file *file = &tracing->files[tracing->turns[i].file];
	if (file->directory) {
		trace_directory(tracing->inventory, file);
	} else {
		trace_file(tracing->inventory, file);
	}
}

static void trace_batch(struct inventory *inventory, size_t threads, struct tracing *tracing, struct bd_record *record)
{
	tracing->inventory = inventory;
	take_turns(tracing);
	bd_parallel(threads, tracing->len, trace, tracing);
	for (size_t i = 0; i < tracing->len; i++) {
		say_what_is_missing(&tracing->files[i], record);
		add_packages(inventory, record, &tracing->files[i]);
		forget(&tracing->files[i]);
	}
	tracing->len = 0;
}

/* A file or directory more; those that wait are followed when there are enough. */
static void add_to_batch(struct inventory *inventory, size_t threads, struct tracing *tracing,
	const struct history_of_file *file, struct bd_record *record)
{
	if (tracing->len == BATCH) {
		trace_batch(inventory, threads, tracing, record);
	}
	tracing->files[tracing->len++] = *file;
}

static void trace_all(struct inventory *inventory, size_t threads, const bool *primary, struct bd_record *record)
{
	struct tracing *tracing = bd_xcalloc(1, sizeof(*tracing));
	struct bd_string_vec paths = primary_paths(inventory, primary);
	for (size_t i = 0; i < paths.len; i++) {
		const struct history_of_file file = {
			.cataloger = bd_cataloger_for(paths.v[i]), .path = paths.v[i], .layer = -1
		};
		add_to_batch(inventory, threads, tracing, &file, record);
	}
	for (size_t i = 0; i < inventory->tree.len; i++) {
		const char *path = inventory->tree.v[i].path;
		if (primary[i] && inventory->tree.v[i].entry->kind == BD_DIRECTORY) {
			const struct history_of_file file = { .cataloger = bd_cataloger_for_directory(path),
				.path = path,
				.layer = -1,
				.directory = true };
			add_to_batch(inventory, threads, tracing, &file, record);
		}
	}
	trace_batch(inventory, threads, tracing, record);
	free(paths.v);
	free(tracing);
}

void inventory_packages(struct inventory *inventory, size_t threads, struct bd_record *record)
{
	bool *primary = primaries_of(&inventory->tree);
	list_ecosystems(record);
	trace_all(inventory, threads, primary, record);
	free(primary);
	if (record->packages.len == 0) {
		bd_record_diagnose(record, "inventory-no-packages", NULL,
			"the image has no package database that basedrift reads; its files are compared one by one");
	}
}

/* etc/os-release is a link to usr/lib/os-release nearly everywhere. */
static const char *os_release_target(struct inventory *inventory, const char *path)
{
	const struct bd_tree_file *file = bd_tree_resolve(&inventory->tree, path);
	struct bd_buf target = { 0 };
	if (file == NULL || file->entry->kind != BD_SYMLINK) {
		return path;
	}
	bd_path_resolve(&target, bd_path_dir(bd_str(file->path)), bd_str(file->entry->target));
	const char *copy = bd_arena_text(&inventory->arena, target.p, target.n);
	bd_buf_release(&target);
	return copy;
}

static void read_os_release(struct inventory *inventory)
{
	for (const char *const *path = bd_os_release_paths; *path != NULL && inventory->layer_count > 0; path++) {
		const struct bd_str bytes = kept_at_last(inventory, os_release_target(inventory, *path), NULL);
		if (bytes.p != NULL) {
			bd_os_release_parse(bytes, &inventory->arena, &inventory->os);
			return;
		}
	}
}

/* The version for people: purls keep what os-release says, as vulnerability data names Debian's releases. */
static const char *distro_version(struct inventory *inventory)
{
	const struct bd_str bytes = kept_at_last(inventory, bd_debian_version_paths[0], NULL);
	const char *point = bytes.p != NULL ? bd_debian_point_release(bytes, &inventory->arena, &inventory->os) : NULL;
	return point != NULL ? point : inventory->os.version_id;
}

void inventory_merge(struct inventory *inventory, struct bd_record *record)
{
	for (size_t i = 0; i < inventory->layer_count; i++) {
		const struct bd_layer *layer = inventory->layers[i];
		for (size_t k = 0; k < layer->diagnostics.len; k++) {
			const struct bd_diagnostic *found = &layer->diagnostics.v[k];
			bd_record_diagnose(record, found->code, found->where, "layer %zu: %s", i, found->text);
		}
	}
	for (size_t i = 0; i < inventory->tree.diagnostics.len; i++) {
		const struct bd_diagnostic *found = &inventory->tree.diagnostics.v[i];
		bd_record_diagnose(record, found->code, found->where, "%s", found->text);
	}
	read_os_release(inventory);
	const char *version = distro_version(inventory);
	record->image.distro_id = bd_arena_strdup(&record->arena, inventory->os.id);
	record->image.distro_version = bd_arena_strdup(&record->arena, version);
	record->image.distro_name = bd_arena_strdup(&record->arena, inventory->os.pretty_name);
}

void inventory_release(struct inventory *inventory)
{
	bd_tree_release(&inventory->tree);
	for (size_t i = 0; i < inventory->layer_count; i++) {
		bd_layer_free(inventory->layers[i]);
	}
	free(inventory->layers);
	free(inventory->cached);
	free(inventory->found);
	bd_arena_release(&inventory->arena);
	*inventory = (struct inventory){ 0 };
}
