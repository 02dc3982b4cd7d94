/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From layers to packages: each with the layer that brought this version, its owner, and what it owns.
 */
#ifndef COLLECT_INVENTORY_H
#define COLLECT_INVENTORY_H

#include "basedrift/catalog.h"
#include "basedrift/layer.h"
#include "basedrift/record.h"

/* The layers of one image, read; and what they make together. */
struct inventory {
	struct bd_layer **layers; /* lowest first; owned */
	size_t layer_count;
	bool *cached;               /* for each layer: it came from the cache */
	struct bd_error not_cached; /* why nothing more could be added to the cache; msg "" otherwise */
	struct bd_tree tree;
	struct claim_memos *memos; /* claim_memo.h; borrowed, NULL: none */
	struct bd_os_release os;
	/* beside each package of the record: who found it, and the file it was found in */
	struct found_package {
		const struct bd_cataloger *cataloger;
		struct bd_str bytes;
	} * found;
	size_t found_count;
	struct bd_arena arena;
};

#define INVENTORY_LARGE 4

struct claim_note;

/* An image's files as they are after a layer. */
struct inventory_lookup {
	const struct inventory *inventory;
	size_t last;                          /* that layer */
	struct bd_str large[INVENTORY_LARGE]; /* the first large files that were looked up */
	size_t large_count;
	struct claim_note *note; /* where what is looked up is noted, or NULL; only at the last layer */
};

/* What every layer is read with: the files that catalogers and os-release ask for. */
extern const struct bd_wants inventory_wants;

/* Say what was wrong with layers and tree, and find the distribution. */
void inventory_merge(struct inventory *inventory, struct bd_record *record);
/*
 * The packages of the merged tree, appended to record->packages in database order; what could not be
 * read becomes a diagnostic "package-database-unreadable".  threads: as in bd_parallel.
 */
void inventory_packages(struct inventory *inventory, size_t threads, struct bd_record *record);
/*
 * Who owns which file: sets content, metadata, files, size_bytes and owned_by of the record's packages,
 * and record->files.  The tree and the layers' entries are empty afterwards.
 */
void inventory_ownership(struct inventory *inventory, size_t threads, struct bd_record *record);
/* The finished image's files; a catalog_in for the one at path.  Both borrow. */
struct inventory_lookup inventory_at_last(const struct inventory *inventory);
struct bd_catalog_in inventory_catalog_in(struct inventory_lookup *lookup, const char *path, struct bd_str bytes);
/* Nobody reads what was looked up, or these bytes, for a while (bd_layer_rest). */
void inventory_rest(const struct inventory_lookup *lookup, struct bd_str bytes);
void inventory_release(struct inventory *inventory);

/* Does layer hide path of lower layers, by a whiteout, an opaque folder, or a file in a folder's place? */
bool layer_hides(const struct bd_layer *layer, const char *path);

#endif
