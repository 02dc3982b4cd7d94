/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two records in, findings out: merge walks over sorted lists.  Nothing here judges; `explain` does.
 * Side a is the last good build, b the failing one.  The diff borrows both records.
 */
#ifndef BASEDRIFT_DIFF_H
#define BASEDRIFT_DIFF_H

#include "basedrift/record.h"

enum bd_change {
	BD_ADDED,
	BD_REMOVED,
	BD_UP, /* newer by the ecosystem's own order */
	BD_DOWN,
	BD_CHANGED,  /* another version, order not known; another value */
	BD_CONTENT,  /* same version, other content */
	BD_METADATA, /* same content, other mode, owner or times: files only, packages are only counted */
};
const char *bd_change_name(enum bd_change change); /* added removed up down changed content metadata */

/* One package on one or both sides.  Key: (type, namespace, name, arch); docs/verdicts.md, "Packages". */
struct bd_package_change {
	enum bd_change change;
	const struct bd_package *a, *b; /* NULL on the side that lacks it */
	int owner;                      /* index of the change of the package that owns this one, -1: none did change */
	int explained_by;               /* index of the cause, -1: none */
};
struct bd_package_change_vec {
	struct bd_package_change *v;
	size_t len, cap;
};

/*
 * Packages of one purl type that one side has and the other did not look for: neither added nor removed.
 * docs/verdicts.md, "SBOMs".
 */
struct bd_package_gap {
	const char *type;
	bool missing_in_a; /* a did not look, else b */
	size_t packages;
};
struct bd_package_gap_vec {
	struct bd_package_gap *v;
	size_t len, cap;
};

/* kind: env label entrypoint cmd user working_dir port volume stop_signal healthcheck. */
struct bd_setting_change {
	enum bd_change change;
	const char *kind, *key; /* key NULL for kinds that have one value */
	const char *a, *b;      /* NULL: not set */
	bool redacted;
	const char *noise; /* reason, or NULL */
	int explained_by;
};
struct bd_setting_change_vec {
	struct bd_setting_change *v;
	size_t len, cap;
};

struct bd_file_change {
	enum bd_change change; /* added, removed, content (bytes, kind or target), metadata */
	const struct bd_file_line *a, *b;
	const char *noise; /* reason, or NULL */
	int explained_by;
};
struct bd_file_change_vec {
	struct bd_file_change *v;
	size_t len, cap;
};

enum bd_layer_state {
	BD_LAYER_IDENTICAL,    /* one diff_id */
	BD_LAYER_SAME_CONTENT, /* new diff_id, the same files (times, owners or noise apart) */
	BD_LAYER_DIFFERS,
	BD_LAYER_ONLY_A,
	BD_LAYER_ONLY_B,
};
/* Layers of both sides paired in order; a, b: indices, -1 where a side has none. */
struct bd_layer_pair {
	int a, b;
	enum bd_layer_state state;
	size_t packages; /* changes whose layer (b, else a) this is, without those of packages that owners brought into
			    it */
};
struct bd_layer_pair_vec {
	struct bd_layer_pair *v;
	size_t len, cap;
};

/* The same use of an image in both builds, paired by role, stage and position. */
struct bd_base_pair {
	const struct bd_base *a, *b; /* NULL on the side that lacks it */
	enum bd_tri same;            /* of the image; CANNOT_TELL when nothing comparable is known */
	const char *how;    /* "diff_ids", "manifest digest", "config digest", "index digest"; NULL: cannot tell */
	bool index_differs; /* both index digests are known and differ */
	bool reference_differs, platform_differs;
};
struct bd_base_pair_vec {
	struct bd_base_pair *v;
	size_t len, cap;
};

/* Build inputs: build arguments, builder, tool versions; source differences by member name. */
struct bd_input_change {
	const char *kind, *key, *a, *b;
	int explained_by;
};
struct bd_input_change_vec {
	struct bd_input_change *v;
	size_t len, cap;
};

struct bd_diff {
	struct bd_arena arena;
	const struct bd_record *a, *b;
	enum bd_tri tree_same, dockerfile_same, context_same, platform_same;
	struct bd_base_pair_vec bases;
	struct bd_layer_pair_vec layers;
	struct bd_package_change_vec packages; /* by type, name, arch */
	struct bd_package_gap_vec gaps;        /* by type */
	struct bd_setting_change_vec settings;
	struct bd_file_change_vec files; /* by path */
	struct bd_input_change_vec inputs;
	size_t packages_metadata; /* packages of equal content whose files' modes, owners or times differ */
	enum bd_tri packages_same, files_same, settings_same; /* CANNOT_TELL: a side does not say */
};
struct bd_diff_options {
	const char *const *ignore; /* NULL-ended globs that count as noise, or NULL */
	bool ignore_arch;          /* packages are compared without their architecture (another platform) */
};
/* Both records must be in canonical order (bd_record_sort; those read from files are). */
void bd_diff_compute(const struct bd_record *a, const struct bd_record *b, const struct bd_diff_options *options,
	struct bd_diff *out);
void bd_diff_release(struct bd_diff *diff);

#endif
