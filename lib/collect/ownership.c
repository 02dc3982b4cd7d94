/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who owns which file.  System packages (deb, apk, rpm …) claim first, then Nix', then conda's, then all others: a
 * Python distribution or npm package whose own database file an earlier one owns was installed by it (`owned_by`).
 * In each of these rounds files named one by one, then folders, the deepest first, so that a nested package
 * keeps its own.
 */
#include <string.h>

#include "base/auto.h"
#include "collect/claim_memo.h"
#include "collect/file_lines.h"

struct folder_claim {
	char *path; /* with a "/" at its end */
	uint32_t package;
};
struct folder_claim_vec {
	struct folder_claim *v;
	size_t len, cap;
};

/* What one package says it owns: found without a look at what the others say, so by any thread. */
struct package_claims {
	struct claim_vec files;
	struct folder_claim_vec folders; /* paths are malloc'ed here */
	struct bd_error *err;            /* malloc'ed, or NULL */
	struct claim_note *note;         /* malloc'ed: what they rest on, or NULL */
};

struct ownership {
	struct inventory *inventory;
	struct bd_record *record;
	size_t threads;
	uint32_t *owner; /* for each tree file: package, or NOBODY */
	bool *modified;  /* for each tree file: not what its owner shipped */
	struct folder_claim_vec folders;
	struct package_claims *claims; /* of the packages of a round, in the order of the record */
	uint32_t *round;               /* those packages */
	size_t round_len;
	struct package_digests {
		char content[BD_DIGEST_TEXT], metadata[BD_DIGEST_TEXT];
	} * digests;        /* beside the packages of the record; content "" where there are none */
	uint32_t *by_owner; /* the tree's files in the order of their owners */
	size_t *first;      /* for each package, and one more: where its files begin there */
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

/* What the packager shipped, held against what is there; the checksum is known. */
static bool checksum_differs(const struct bd_owned_file *file, const struct bd_entry *entry)
{
	switch (file->algorithm) {
	case BD_CHECKSUM_MD5:
		return memcmp(file->checksum, entry->checksums->md5_8, sizeof(entry->checksums->md5_8)) != 0;
	case BD_CHECKSUM_SHA1:
		return memcmp(file->checksum, entry->checksums->sha1_8, sizeof(entry->checksums->sha1_8)) != 0;
	case BD_CHECKSUM_SHA256:
		return memcmp(file->checksum, entry->digest, sizeof(entry->digest)) != 0;
	case BD_CHECKSUM_NONE:
	default:
		return false;
	}
}

static bool checksum_is_known(const struct bd_owned_file *file, const struct bd_entry *entry)
{
	const unsigned int known = entry->checksums != NULL ? entry->checksums->known : 0;
	return file->algorithm == BD_CHECKSUM_SHA256 ||
	       (file->algorithm == BD_CHECKSUM_MD5 && (known & BD_ENTRY_MD5) != 0) ||
	       (file->algorithm == BD_CHECKSUM_SHA1 && (known & BD_ENTRY_SHA1) != 0);
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

/* A package's files on their way from its database into its claims. */
struct claiming {
	const struct inventory *inventory;
	const struct bd_package *package;
	uint32_t index; /* of the package */
	struct package_claims *out;
	struct bd_tree_seeker seeker;
	struct bd_buf path;
};

static void claim_file(const struct bd_owned_file *file, void *context)
{
	struct claiming *claiming = context;
	bd_buf_clear(&claiming->path);
	bd_buf_add(&claiming->path, file->path.p, file->path.n);
	if (file->folder) {
		bd_buf_add_char(&claiming->path, '/');
		*bd_vec_push(&claiming->out->folders) =
			(struct folder_claim){ bd_xstrdup(bd_buf_str(&claiming->path)), claiming->index };
		return;
	}
	const struct bd_tree_file *there = bd_tree_seek(&claiming->seeker, bd_buf_str(&claiming->path));
	if (there != NULL) {
		const bool modified = is_modified(claiming->inventory, file, there, claiming->package);
		*bd_vec_push(&claiming->out->files) = claim_of((size_t)(there - claiming->inventory->tree.v), modified);
	}
	if (claiming->out->note != NULL) {
		claim_note_path(claiming->out->note, claiming->inventory, claiming->package,
			bd_buf_str(&claiming->path), there);
	}
}

static int compare_claims(const void *a, const void *b)
{
	const struct claim *x = a;
	const struct claim *y = b;
	return (x->file > y->file) - (x->file < y->file);
}

static void set_digests(struct ownership *own, uint32_t index, struct bd_fingerprint *fingerprint)
{
	struct bd_package *package = &own->record->packages.v[index];
	struct package_digests *digests = &own->digests[index];

	package->files = (int64_t)fingerprint->files;
	package->size_bytes = fingerprint->size_bytes;
	bd_fingerprint_final(fingerprint, digests->content, digests->metadata);
	if (package->files == 0) {
		digests->content[0] = '\0';
	}
}

static void add_to_fingerprint(const struct ownership *own, struct bd_fingerprint *fingerprint, size_t index)
{
	const struct bd_tree_file *file = &own->inventory->tree.v[index];
	if (file->entry->kind != BD_DIRECTORY) { /* folders are shared by many packages */
		bd_fingerprint_add(fingerprint, file->path, file->entry);
	}
}

static void fingerprint_claims(struct ownership *own, uint32_t index, const struct claim_vec *claims)
{
	struct claim_vec sorted = { bd_xmalloc(claims->len * sizeof(*claims->v)), claims->len, claims->len };
	struct bd_fingerprint fingerprint;
	if (claims->len > 0) {
		memcpy(sorted.v, claims->v, claims->len * sizeof(*claims->v));
		qsort(sorted.v, sorted.len, sizeof(*sorted.v), compare_claims);
	}
	bd_fingerprint_init(&fingerprint);
	for (size_t i = 0; i < sorted.len; i++) {
		if (i == 0 || sorted.v[i].file != sorted.v[i - 1].file) {
			add_to_fingerprint(own, &fingerprint, sorted.v[i].file);
		}
	}
	set_digests(own, index, &fingerprint);
	bd_fingerprint_release(&fingerprint);
	free(sorted.v);
}

static bool take_known_claims(struct ownership *own, uint32_t index, struct package_claims *out)
{
	struct bd_package *package = &own->record->packages.v[index];
	struct known_digests digests;
	if (!claim_memos_find(own->inventory->memos, package, &out->files, &digests)) {
		return false;
	}
	package->files = digests.files;
	package->size_bytes = digests.size_bytes;
	if (digests.content != NULL) {
		(void)snprintf(own->digests[index].content, BD_DIGEST_TEXT, "%s", digests.content);
		(void)snprintf(own->digests[index].metadata, BD_DIGEST_TEXT, "%s", digests.metadata);
	}
	return true;
}

/* The first thing that claims depend on is the file that the package was read from. */
static struct claim_note *begin_note(const struct inventory *inventory, const struct bd_package *package)
{
	struct claim_note *note = bd_xcalloc(1, sizeof(*note));
	note->unfit = package->layer < 0;
	if (!note->unfit) {
		claim_note_input(note, package->path, bd_tree_resolve(&inventory->tree, package->path));
	}
	return note;
}

/* For the next image with this layer; folders depend on what other packages own in them. */
static void keep_claims(struct ownership *own, uint32_t index, struct package_claims *claims)
{
	const struct bd_package *package = &own->record->packages.v[index];
	const struct package_digests *digests = &own->digests[index];
	if (claims->note == NULL) {
		return;
	}
	if (claims->err == NULL && claims->folders.len == 0) {
		const struct known_digests known = { digests->content[0] != '\0' ? digests->content : NULL,
			digests->metadata, package->files, package->size_bytes };
		claim_memos_add(own->inventory->memos, package, claims->note, &claims->files, &known);
	}
	claim_note_release(claims->note);
	free(claims->note);
}

static void find_claims(size_t i, void *context)
{
	struct ownership *own = context;
	const uint32_t index = own->round[i];
	const struct bd_package *package = &own->record->packages.v[index];
	const struct found_package *found = &own->inventory->found[index];
	struct package_claims *out = &own->claims[i];
	struct claiming claiming = { .inventory = own->inventory,
		.package = package,
		.index = index,
		.out = out,
		.seeker = { .tree = &own->inventory->tree } };
	struct bd_error err;

	if (found->cataloger->owned == NULL) {
		return;
	}
	if (take_known_claims(own, index, out)) {
		return;
	}
	struct inventory_lookup lookup = inventory_at_last(own->inventory);
	out->note = own->inventory->memos != NULL ? begin_note(own->inventory, package) : NULL;
	lookup.note = out->note;
	const struct bd_catalog_in in = inventory_catalog_in(&lookup, package->path, found->bytes);
	if (found->cataloger->owned(&in, package, claim_file, &claiming, &err) < 0) {
		out->err = bd_xmalloc(sizeof(*out->err));
		*out->err = err;
	} else if (out->folders.len == 0) { /* otherwise its files are known once all folders are */
		fingerprint_claims(own, index, &out->files);
	}
	inventory_rest(&lookup, (struct bd_str){ NULL, 0 });
	bd_tree_seeker_release(&claiming.seeker);
	bd_buf_release(&claiming.path);
}

/* What more than one package claims belongs to the first. */
static void accept_claims(struct ownership *own, size_t i)
{
	struct package_claims *claims = &own->claims[i];
	const struct bd_package *package = &own->record->packages.v[own->round[i]];
	for (size_t k = 0; k < claims->files.len; k++) {
		const struct claim *claim = &claims->files.v[k];
		if (own->owner[claim->file] == NOBODY) {
			own->owner[claim->file] = own->round[i];
			own->modified[claim->file] = claim->modified;
		}
	}
	for (size_t k = 0; k < claims->folders.len; k++) {
		*bd_vec_push(&own->folders) = claims->folders.v[k];
	}
	if (claims->err != NULL) {
		bd_record_diagnose(
			own->record, "package-files-unknown", package->purl, "%s: %s", package->purl, claims->err->msg);
	}
	keep_claims(own, own->round[i], claims);
	free(claims->err);
	free(claims->files.v);
	free(claims->folders.v);
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
	char *slash = folder->path + strlen(folder->path) - 1;
	*slash = '\0';
	const struct bd_tree_file *there = bd_tree_find(&own->inventory->tree, folder->path);
	*slash = '/';
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
		free(own->folders.v[i].path);
	}
	own->folders.len = 0;
}

/* Counting sort of the tree's files by their owner, so that each package's files are walked once. */
static void sort_by_owner(struct ownership *own)
{
	const size_t packages = own->record->packages.len;
	const size_t files = own->inventory->tree.len;
	size_t *next = bd_xcalloc(packages + 2, sizeof(*next));

	own->by_owner = bd_xcalloc(files, sizeof(*own->by_owner));
	for (size_t i = 0; i < files; i++) {
		if (own->owner[i] != NOBODY) {
			next[own->owner[i] + 2]++;
		}
	}
	for (size_t p = 2; p < packages + 2; p++) {
		next[p] += next[p - 1];
	}
	for (size_t i = 0; i < files; i++) {
		if (own->owner[i] != NOBODY) {
			own->by_owner[next[own->owner[i] + 1]++] = (uint32_t)i;
		}
	}
	own->first = next; /* each has moved on to where the next one began */
}

/* Of a package that owns folders: what nobody else has in them. */
static void fingerprint_folders(size_t i, void *context)
{
	struct ownership *own = context;
	struct bd_fingerprint fingerprint;
	if (own->record->packages.v[i].files >= 0 || own->inventory->found[i].cataloger->owned == NULL) {
		return;
	}
	bd_fingerprint_init(&fingerprint);
	for (size_t k = own->first[i]; k < own->first[i + 1]; k++) {
		add_to_fingerprint(own, &fingerprint, own->by_owner[k]);
	}
	set_digests(own, (uint32_t)i, &fingerprint);
	bd_fingerprint_release(&fingerprint);
}

static void keep_digests(struct ownership *own)
{
	struct bd_arena *arena = &own->record->arena;
	for (size_t i = 0; i < own->record->packages.len; i++) {
		const struct package_digests *digests = &own->digests[i];
		if (digests->content[0] != '\0') {
			own->record->packages.v[i].content = bd_arena_strdup(arena, digests->content);
			own->record->packages.v[i].metadata = bd_arena_strdup(arena, digests->metadata);
		}
	}
}

static void run_round(struct ownership *own, enum claim_round round)
{
	struct bd_package_vec *packages = &own->record->packages;
	own->round_len = 0;
	for (uint32_t i = 0; i < packages->len; i++) {
		if (round_of(packages->v[i].type) == round) {
			own->round[own->round_len++] = i;
			if (round != ROUND_SYSTEM) {
				find_installer(own, &packages->v[i]);
			}
		}
	}
	own->claims = bd_xcalloc(own->round_len, sizeof(*own->claims));
	bd_parallel(own->threads, own->round_len, find_claims, own);
	for (size_t i = 0; i < own->round_len; i++) {
		accept_claims(own, i);
	}
	free(own->claims);
	claim_folders(own);
}

void inventory_ownership(struct inventory *inventory, size_t threads, struct bd_record *record)
{
	struct ownership own = { .inventory = inventory, .record = record, .threads = threads };
	const size_t files = inventory->tree.len;

	own.owner = bd_xmalloc((files + 1) * sizeof(*own.owner));
	own.modified = bd_xcalloc(files + 1, sizeof(*own.modified));
	own.round = bd_xcalloc(record->packages.len, sizeof(*own.round));
	own.digests = bd_xcalloc(record->packages.len, sizeof(*own.digests));
	memset(own.owner, 0xff, (files + 1) * sizeof(*own.owner));
	for (int round = ROUND_SYSTEM; round < ROUNDS; round++) {
		run_round(&own, (enum claim_round)round);
	}
	sort_by_owner(&own);
	bd_parallel(threads, record->packages.len, fingerprint_folders, &own);
	keep_digests(&own);
	free(own.by_owner);
	add_file_lines(inventory, own.owner, own.modified, record);
	record->files_known = true;
	free(own.first);
	free(own.owner);
	free(own.modified);
	free(own.round);
	free(own.digests);
	free(own.folders.v);
}
