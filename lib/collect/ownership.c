/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who owns which file.  System packages (deb, apk, rpm …) claim first, then Nix', then conda's, then all others: a
 * Python distribution or npm package whose own database file an earlier one owns was installed by it (`owned_by`).
 * In each of these rounds files named one by one, then folders, the deepest first, so that a nested package
 * keeps its own.
 */
#include <string.h>

#include "base/auto.h"
#include "collect/inventory.h"

#define NOBODY UINT32_MAX

struct claim {
	uint32_t file; /* index into the tree */
	bool modified;
};
struct claim_vec {
	struct claim *v;
	size_t len, cap;
};

struct folder_claim {
	const char *path; /* with a "/" at its end */
	uint32_t package;
};
struct folder_claim_vec {
	struct folder_claim *v;
	size_t len, cap;
};

struct ownership {
	struct inventory *inventory;
	struct bd_record *record;
	uint32_t *owner; /* for each tree file: package, or NOBODY */
	bool *modified;  /* for each tree file: not what its owner shipped */
	struct folder_claim_vec folders;
	struct claim_vec claims; /* of the package at hand */
	uint32_t package;        /* the one at hand */
	struct bd_buf path;
	struct bd_fingerprint fingerprint;
};

/* Rounds of claiming: who installs files that another ecosystem's tools list too comes before these. */
enum claim_round {
	ROUND_SYSTEM,
	ROUND_NIX,   /* whatever stands in a store path came with it */
	ROUND_CONDA, /* its Python packages have a dist-info as pip's have, and dpkg's files are not its own */
	ROUND_OTHERS,
	ROUNDS
};

static enum claim_round round_of(const char *type)
{
	static const char *const system_types[] = { "alpm", "apk", "deb", "ebuild", "opkg", "rpm" };
	for (size_t i = 0; i < sizeof(system_types) / sizeof(system_types[0]); i++) {
		if (strcmp(type, system_types[i]) == 0) {
			return ROUND_SYSTEM;
		}
	}
	if (strcmp(type, "nix") == 0) {
		return ROUND_NIX;
	}
	return strcmp(type, "conda") == 0 ? ROUND_CONDA : ROUND_OTHERS;
}

/* What the packager shipped, held against what is there.  No checksum of it, or none of ours: not known. */
static bool checksum_differs(const struct bd_owned_file *file, const struct bd_entry *entry)
{
	switch (file->algorithm) {
	case BD_CHECKSUM_MD5:
		return entry->checksums && memcmp(file->checksum, entry->md5_8, sizeof(entry->md5_8)) != 0;
	case BD_CHECKSUM_SHA1:
		return entry->checksums && memcmp(file->checksum, entry->sha1_8, sizeof(entry->sha1_8)) != 0;
	case BD_CHECKSUM_SHA256:
		return memcmp(file->checksum, entry->digest, sizeof(entry->digest)) != 0;
	case BD_CHECKSUM_NONE:
	default:
		return false;
	}
}

static bool checksum_is_known(const struct bd_owned_file *file, const struct bd_entry *entry)
{
	return file->algorithm == BD_CHECKSUM_SHA256 || (file->algorithm != BD_CHECKSUM_NONE && entry->checksums);
}

/* The file as the layer with this version of the package brought it; NULL: that layer did not, or links led there. */
static const struct bd_entry *as_installed(
	const struct inventory *inventory, const struct bd_tree_file *there, const struct bd_package *package)
{
	const struct bd_layer *layer = package->layer >= 0 && (size_t)package->layer < inventory->layer_count
					       ? inventory->layers[package->layer]
					       : NULL;
	const struct bd_entry *entry = layer != NULL ? bd_layer_find(layer, there->path) : NULL;
	return entry != NULL && entry->kind == BD_FILE && !entry->unresolved_link ? entry : NULL;
}

static bool is_modified(const struct inventory *inventory, const struct bd_owned_file *file,
	const struct bd_tree_file *there, const struct bd_package *package)
{
	if (there->entry->kind != BD_FILE) {
		return false;
	}
	if (checksum_is_known(file, there->entry)) {
		return checksum_differs(file, there->entry);
	}
	if (package->layer < 0 || there->layer <= package->layer || file->config) {
		return false;
	}
	/* nothing that the packager says to hold it against: a later layer than the package's brought other bytes, or
	 * only another owner or time */
	const struct bd_entry *before = as_installed(inventory, there, package);
	return before == NULL || memcmp(before->digest, there->entry->digest, sizeof(before->digest)) != 0;
}

static void claim_file(const struct bd_owned_file *file, void *context)
{
	struct ownership *own = context;
	const struct bd_package *package = &own->record->packages.v[own->package];

	bd_buf_clear(&own->path);
	bd_buf_add(&own->path, file->path.p, file->path.n);
	if (file->folder) {
		bd_buf_add_char(&own->path, '/');
		*bd_vec_push(&own->folders) =
			(struct folder_claim){ bd_arena_text(&own->inventory->arena, own->path.p, own->path.n),
				own->package };
		return;
	}
	const struct bd_tree_file *there = bd_tree_resolve(&own->inventory->tree, bd_buf_str(&own->path));
	if (there == NULL) {
		return;
	}
	const uint32_t index = (uint32_t)(there - own->inventory->tree.v);
	const bool modified = is_modified(own->inventory, file, there, package);
	*bd_vec_push(&own->claims) = (struct claim){ index, modified };
	if (own->owner[index] == NOBODY) {
		own->owner[index] = own->package;
		own->modified[index] = modified;
	}
}

static int compare_claims(const void *a, const void *b)
{
	const struct claim *x = a;
	const struct claim *y = b;
	return (x->file > y->file) - (x->file < y->file);
}

static void set_digests(struct ownership *own, struct bd_package *package)
{
	char content[BD_DIGEST_TEXT];
	char metadata[BD_DIGEST_TEXT];

	package->files = (int64_t)own->fingerprint.files;
	package->size_bytes = own->fingerprint.size_bytes;
	bd_fingerprint_final(&own->fingerprint, content, metadata);
	if (package->files > 0) {
		package->content = bd_arena_strdup(&own->record->arena, content);
		package->metadata = bd_arena_strdup(&own->record->arena, metadata);
	}
}

static void add_to_fingerprint(struct ownership *own, size_t index)
{
	const struct bd_tree_file *file = &own->inventory->tree.v[index];
	if (file->entry->kind != BD_DIRECTORY) { /* folders are shared by many packages */
		bd_fingerprint_add(&own->fingerprint, file->path, file->entry);
	}
}

static void claim_package(struct ownership *own, uint32_t index)
{
	struct bd_package *package = &own->record->packages.v[index];
	const struct found_package *found = &own->inventory->found[index];
	struct bd_error err;

	if (found->cataloger->owned == NULL) {
		return;
	}
	own->package = index;
	own->claims.len = 0;
	const size_t folders_before = own->folders.len;
	const struct bd_catalog_in in = inventory_catalog_in(own->inventory, package->path, found->bytes);
	if (found->cataloger->owned(&in, package, claim_file, own, &err) < 0) {
		bd_record_diagnose(
			own->record, "package-files-unknown", package->purl, "%s: %s", package->purl, err.msg);
		return;
	}
	if (own->folders.len > folders_before) {
		return; /* its files are known once all folders are */
	}
	if (own->claims.len > 0) {
		qsort(own->claims.v, own->claims.len, sizeof(*own->claims.v), compare_claims);
	}
	for (size_t i = 0; i < own->claims.len; i++) {
		if (i == 0 || own->claims.v[i].file != own->claims.v[i - 1].file) {
			add_to_fingerprint(own, own->claims.v[i].file);
		}
	}
	set_digests(own, package);
}

/* The package of an earlier round that owns the file this package was read from. */
static void find_installer(struct ownership *own, struct bd_package *package)
{
	const struct bd_tree_file *file = bd_tree_find(&own->inventory->tree, package->path);
	if (file == NULL) {
		return;
	}
	const uint32_t owner = own->owner[file - own->inventory->tree.v];
	if (owner != NOBODY) {
		package->owned_by = own->record->packages.v[owner].purl;
	}
}

static int compare_depth(const void *a, const void *b)
{
	const struct folder_claim *x = a;
	const struct folder_claim *y = b;
	const size_t left = strlen(x->path);
	const size_t right = strlen(y->path);
	if (left != right) {
		return left < right ? 1 : -1;
	}
	const int order = strcmp(x->path, y->path);
	return order != 0 ? order : (x->package > y->package) - (x->package < y->package);
}

/* The first tree file that does not sort before path. */
static size_t lower_bound(const struct bd_tree *tree, const char *path)
{
	size_t low = 0;
	size_t high = tree->len;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		if (strcmp(tree->v[middle].path, path) < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

/* The folder itself: its name without the "/" at the end. */
static void claim_directory(struct ownership *own, const struct folder_claim *folder)
{
	bd_buf_clear(&own->path);
	bd_buf_add(&own->path, folder->path, strlen(folder->path) - 1);
	const struct bd_tree_file *there = bd_tree_find(&own->inventory->tree, bd_buf_str(&own->path));
	if (there != NULL && own->owner[there - own->inventory->tree.v] == NOBODY) {
		own->owner[there - own->inventory->tree.v] = folder->package;
	}
}

static void claim_folders(struct ownership *own)
{
	const struct bd_tree *tree = &own->inventory->tree;
	if (own->folders.len > 0) {
		qsort(own->folders.v, own->folders.len, sizeof(*own->folders.v), compare_depth);
	}
	for (size_t i = 0; i < own->folders.len; i++) {
		const struct folder_claim *folder = &own->folders.v[i];
		const size_t n = strlen(folder->path);
		claim_directory(own, folder);
		for (size_t k = lower_bound(tree, folder->path);
			k < tree->len && strncmp(tree->v[k].path, folder->path, n) == 0; k++) {
			if (own->owner[k] == NOBODY) {
				own->owner[k] = folder->package;
			}
		}
	}
	own->folders.len = 0;
}

/* Counting sort of the tree's files by their owner, so that each package's files are walked once. */
static void fingerprint_folders(struct ownership *own)
{
	const size_t packages = own->record->packages.len;
	const size_t files = own->inventory->tree.len;
	size_t *start = bd_xcalloc(packages + 2, sizeof(*start));
	uint32_t *sorted = bd_xcalloc(files, sizeof(*sorted));

	for (size_t i = 0; i < files; i++) {
		if (own->owner[i] != NOBODY) {
			start[own->owner[i] + 2]++;
		}
	}
	for (size_t p = 2; p < packages + 2; p++) {
		start[p] += start[p - 1];
	}
	for (size_t i = 0; i < files; i++) {
		if (own->owner[i] != NOBODY) {
			sorted[start[own->owner[i] + 1]++] = (uint32_t)i;
		}
	}
	for (size_t p = 0; p < packages; p++) {
		struct bd_package *package = &own->record->packages.v[p];
		if (package->files >= 0 || own->inventory->found[p].cataloger->owned == NULL) {
			continue;
		}
		for (size_t i = start[p]; i < start[p + 1]; i++) {
			add_to_fingerprint(own, sorted[i]);
		}
		set_digests(own, package);
	}
	free(start);
	free(sorted);
}

static void add_file_line(struct ownership *own, size_t index)
{
	const struct bd_tree_file *file = &own->inventory->tree.v[index];
	const struct bd_entry *entry = file->entry;
	struct bd_arena *arena = &own->record->arena;
	struct bd_file_line *line = bd_vec_push(&own->record->files);
	char digest[BD_DIGEST_TEXT] = "sha256:";

	*line = (struct bd_file_line){
		.path = bd_arena_strdup(arena, file->path),
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
		line->target = bd_arena_strdup(arena, entry->target);
	}
	if (own->owner[index] != NOBODY) {
		line->modified_from = own->record->packages.v[own->owner[index]].purl;
	}
}

static void run_round(struct ownership *own, enum claim_round round)
{
	struct bd_package_vec *packages = &own->record->packages;
	for (uint32_t i = 0; round != ROUND_SYSTEM && i < packages->len; i++) {
		if (round_of(packages->v[i].type) == round) {
			find_installer(own, &packages->v[i]);
		}
	}
	for (uint32_t i = 0; i < packages->len; i++) {
		if (round_of(packages->v[i].type) == round) {
			claim_package(own, i);
		}
	}
	claim_folders(own);
}

void inventory_ownership(struct inventory *inventory, struct bd_record *record)
{
	struct ownership own = { .inventory = inventory, .record = record };
	const size_t files = inventory->tree.len;

	own.owner = bd_xmalloc((files + 1) * sizeof(*own.owner));
	own.modified = bd_xcalloc(files + 1, sizeof(*own.modified));
	memset(own.owner, 0xff, (files + 1) * sizeof(*own.owner));
	bd_fingerprint_init(&own.fingerprint);
	for (int round = ROUND_SYSTEM; round < ROUNDS; round++) {
		run_round(&own, (enum claim_round)round);
	}
	fingerprint_folders(&own);
	for (size_t i = 0; i < files; i++) {
		if (own.owner[i] == NOBODY || own.modified[i]) {
			add_file_line(&own, i);
		}
	}
	record->files_known = true;
	bd_fingerprint_release(&own.fingerprint);
	bd_buf_release(&own.path);
	free(own.owner);
	free(own.modified);
	free(own.folders.v);
	free(own.claims.v);
}
