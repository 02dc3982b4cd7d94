/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The store: records of past builds, kept so that the last good build, the history of a tag and the projects that
 * build on it can be asked for (docs/store.md).  One interface; SQLite and PostgreSQL behind it.
 *
 * A build is (project, id, attempt).  Builds are ordered by `started` as they say themselves, then by arrival; "before"
 * means earlier in this order.  A record is kept as its parts, each once, and given back byte for byte.
 * Texts are never NULL unless said: "" is "not known".  Times are seconds since 1970.
 */
#ifndef BASEDRIFT_STORE_H
#define BASEDRIFT_STORE_H

#include "basedrift/record.h"

struct bd_store;

struct bd_store_options {
	bool write;           /* false: only look; nothing is created */
	bool make_folders;    /* make the folders of a file's path (of the default store) */
	unsigned int wait_ms; /* for a lock; 0: BD_LIMIT_STORE_WAIT_MS */
};
/*
 * Open "sqlite:PATH" or "postgresql://…"; with write, tables are made or brought to this version.
 * Fails: BD_ERR_USAGE (no such kind of store), BD_ERR_NOT_FOUND (no store there, without write), BD_ERR_IO,
 * BD_ERR_FORMAT (damaged), BD_ERR_UNSUPPORTED (written by a newer basedrift).
 */
int bd_store_open(const char *url, const struct bd_store_options *options, struct bd_store **out,
	struct bd_error *err) BD_CHECKED;
void bd_store_close(struct bd_store *store);
/* The URL without credentials. */
const char *bd_store_name(const struct bd_store *store);
/* Does this begin as the URL of a store does ("sqlite:", "postgresql:", "postgres:")? */
bool bd_store_url_likely(const char *text);
/* "sqlite 3.40.1"; NULL past the last engine. */
const char *bd_store_library(size_t i);

/* ---- builds ------------------------------------------------------------------------------------------------------ */

/* An image that a build was made from. */
struct bd_store_base {
	const char *reference, *role;
	const char *image, *index; /* digest of the image (manifest, config or layers), and of its index */
};

/* A build without the inventory. */
struct bd_store_build {
	const char *project, *id;
	int attempt;      /* from 1 */
	bool reruns;      /* there are other attempts of this id: "#4811.2" */
	const char *name; /* "orders-api#4811" or "orders-api#4811.2" */
	const char *branch, *commit, *tree, *url, *number;
	const char *dockerfile, *target, *platform; /* builds that are alike in these are comparable */
	enum bd_status status;                      /* as marked since, else as recorded */
	int64_t marked;                             /* when it was marked; 0: never */
	int64_t started, finished;                  /* finished 0: not known */
	int64_t arrived;                            /* microseconds since 1970 */
	int64_t size_bytes;                         /* of the record */
	const char *record;                         /* its SHA-256: "sha256:…" */
	const struct bd_store_base *bases;          /* bd_store_list and bd_store_find only */
	size_t base_count;
	struct bd_str tree_digest, head; /* the store's own */
};
struct bd_store_builds {
	struct bd_store_build *v;
	size_t len, cap;
	struct bd_arena arena;
};
void bd_store_builds_release(struct bd_store_builds *builds);

/* What is known beside the record, when it comes from another store. */
struct bd_store_arrival {
	int64_t arrived;       /* microseconds; 0: now */
	enum bd_status status; /* as marked there */
	int64_t marked;        /* 0: never */
	const char *project;   /* for a record that names none; NULL: from its remote */
};
/*
 * Keep a record: bytes are it, parsed is what bd_record_parse made of them.  The same record twice is one build, and
 * *new_out (may be NULL) says so.  When this returns 0, the build survives whatever happens next.
 */
int bd_store_put(struct bd_store *store, struct bd_str bytes, const struct bd_record *parsed,
	const struct bd_store_arrival *arrival, bool *new_out, struct bd_error *err) BD_CHECKED;
/* The record's bytes, as they were put; held against its digest. */
int bd_store_get(struct bd_store *store, const struct bd_store_build *build, struct bd_buf *out,
	struct bd_error *err) BD_CHECKED;
/* The record itself, with the status that the build was marked with. */
int bd_store_read(struct bd_store *store, const struct bd_store_build *build, struct bd_record **out,
	struct bd_error *err) BD_CHECKED;

/* project "" and branch "": any.  newest first. */
struct bd_store_filter {
	const char *project, *branch; /* NULL: any */
	size_t limit;                 /* 0: all */
};
int bd_store_list(struct bd_store *store, const struct bd_store_filter *filter, struct bd_store_builds *out,
	struct bd_error *err) BD_CHECKED;
/*
 * The build that a name means: "PROJECT#ID", "PROJECT#ID.ATTEMPT", "#ID", "@last", "@last-good", "@last-failed", "@-N"
 * (the N-th before the last); project and branch of the filter complete it.  One build in out.
 * Fails: BD_ERR_NOT_FOUND, naming what there is.
 */
int bd_store_find(struct bd_store *store, const char *name, const struct bd_store_filter *filter,
	struct bd_store_builds *out, struct bd_error *err) BD_CHECKED;
/* Does this begin as a build's name in the store does? */
bool bd_store_name_likely(const char *name);
/* What a checkout without a CI is called: "orders-api" of "https://host/group/orders-api.git"; NULL: nothing to call it
 * by. */
const char *bd_store_project_of_remote(struct bd_arena *arena, const char *remote);
/* The projects, sorted; the caller frees out->v. */
int bd_store_projects(
	struct bd_store *store, struct bd_arena *arena, struct bd_string_vec *out, struct bd_error *err) BD_CHECKED;

/* What `why` compares: out->v[0] the last good build, out->v[1] the failing one. */
struct bd_store_choice {
	struct bd_store_builds builds;
	const char *reason; /* a sentence: why these two */
};
int bd_store_choose(struct bd_store *store, const struct bd_store_filter *filter, struct bd_store_choice *out,
	struct bd_error *err) BD_CHECKED;
/* The same for a failing build by its name. */
int bd_store_choose_for(struct bd_store *store, const char *failing, const struct bd_store_filter *filter,
	struct bd_store_choice *out, struct bd_error *err) BD_CHECKED;
void bd_store_choice_release(struct bd_store_choice *choice);

int bd_store_mark(struct bd_store *store, const struct bd_store_build *build, enum bd_status status,
	struct bd_error *err) BD_CHECKED;

/* ---- tags -------------------------------------------------------------------------------------------------------- */

struct bd_store_state;
/*
 * Somebody looked what a tag leads to, without a build.  A reference with a digest, or a base without any, is no state
 * of a tag.
 */
struct bd_store_look {
	const struct bd_base *base;         /* reference, platform, digests, diff_ids, created: what was seen */
	const struct bd_store_state *state; /* of the base's reference: this again, whatever the base says; or NULL */
	const char *platform;               /* where the base has none; or NULL */
	const char *by;                     /* "watch" */
	int64_t when;
};
/*
 * Keep it: a state that was seen before was last seen now, and stays first seen when it was.  Returns 0 also for what
 * is no state of a tag, and keeps nothing then.  Fails: BD_ERR_IO.
 */
int bd_store_observe(struct bd_store *store, const struct bd_store_look *look, struct bd_error *err) BD_CHECKED;

/* One state of a tag for one platform, as builds and those who looked have seen it. */
struct bd_store_state {
	const char *platform;
	const char *index, *manifest, *config, *layers; /* layers: digest over the diff_ids */
	const char *stated;                             /* a digest of a kind that nobody told: shown, never compared */
	const char *created;
	int64_t first_seen, last_seen; /* by the clocks of builds and of those who looked */
	int64_t first_look, last_look; /* by those who looked; 0: none did */
	const char *first_project,
		*first_build;                 /* of the build that saw it first: project, "#4811"; "": none has yet */
	const char *first_by;                 /* who saw it first: "orders-api#4811", "watch" */
	size_t builds;                        /* how many used it (bd_store_history only) */
	enum bd_tri image_moved, index_moved; /* against the state before; of the first one: CANNOT_TELL */
	int64_t moved_after;                  /* image_moved: when another image was last seen before; 0: not known */
	struct bd_str digest;                 /* the store's own */
};
struct bd_store_history {
	const char *reference;
	struct bd_store_state *v; /* by platform, then by first_seen */
	size_t len, cap;
	size_t image_moves, index_moves;
	struct bd_arena arena;
};
/* Every state of the reference ("docker.io/library/python:2.7"); none is not an error. */
int bd_store_history(
	struct bd_store *store, const char *reference, struct bd_store_history *out, struct bd_error *err) BD_CHECKED;
/* Are these one image?  Told by what both know: manifest, layers, config. */
enum bd_tri bd_store_same_image(const struct bd_store_state *a, const struct bd_store_state *b);
/* The digest that names a state's image best: manifest, as stated, config, layers, index; "" when none is known. */
const char *bd_store_state_digest(const struct bd_store_state *state);
void bd_store_history_release(struct bd_store_history *history);
/* The references that builds of this project were made from, sorted; NULL: of all, and those that somebody looked at.
 */
int bd_store_references(struct bd_store *store, const char *project, struct bd_arena *arena, struct bd_string_vec *out,
	struct bd_error *err) BD_CHECKED;

enum bd_outlook {
	BD_OUTLOOK_UNKNOWN,     /* the digest it was built on is not recorded, or it has no good build */
	BD_OUTLOOK_CURRENT,     /* its last good build is on the image that the tag has now */
	BD_OUTLOOK_REPUBLISHED, /* another index, the same image */
	BD_OUTLOOK_NEXT,        /* the tag has moved since, and it has not been built on that yet */
	BD_OUTLOOK_FAILING,     /* the tag has moved since, and its newest build failed */
};
const char *bd_outlook_name(enum bd_outlook outlook); /* unknown current republished next failing */

/* One project (and target, and platform) that builds on a tag, or has a package. */
struct bd_store_use {
	const char *project, *dockerfile, *target, *platform;
	const char *good_build, *good_branch; /* "#4811", or "" : none passed */
	int64_t good_started;
	struct bd_store_state on; /* what its last good build was made from */
	const char *newest_build; /* of any status */
	enum bd_status newest_status;
	int64_t newest_started;
	const char *newest_image; /* the image's digest that this one was made from, or "" */
	enum bd_outlook outlook;
	const char *version; /* of the package asked for, or NULL */
};
struct bd_store_affected {
	struct bd_store_use *v; /* those that break next first, then by project */
	size_t len, cap;
	struct bd_store_state now; /* the newest state of the tag; first_seen 0: none is known */
	struct bd_arena arena;
};
int bd_store_affected(
	struct bd_store *store, const char *reference, struct bd_store_affected *out, struct bd_error *err) BD_CHECKED;
/* Projects whose last good build has this package; package: "deb/debian/openssl", version NULL: any. */
int bd_store_affected_package(struct bd_store *store, const char *package, const char *version,
	struct bd_store_affected *out, struct bd_error *err) BD_CHECKED;
void bd_store_affected_release(struct bd_store_affected *affected);

/* ---- upkeep ------------------------------------------------------------------------------------------------------ */

struct bd_store_stats {
	int64_t schema, projects, builds, passed, failed;
	int64_t record_bytes; /* of all records as files, not compressed */
	int64_t parts, part_bytes, head_bytes;
	int64_t references, states, packages;
	int64_t looks; /* states that somebody looked at */
	int64_t disk_bytes;
};
int bd_store_stats(struct bd_store *store, struct bd_store_stats *out, struct bd_error *err) BD_CHECKED;

/* Called for each thing that is wrong; text is for people. */
typedef void bd_store_problem_fn(const char *text, void *context);
/* Reads everything and holds it against its digests.  *problems_out: how many. */
int bd_store_check(struct bd_store *store, bd_store_problem_fn *problem, void *context, size_t *problems_out,
	struct bd_error *err) BD_CHECKED;

struct bd_store_gc {
	int64_t before;                        /* builds that started before go; 0: none goes */
	size_t keep;                           /* but the newest so many of each project stay */
	unsigned int grace_days;               /* parts that somebody used so lately stay, whatever refers to them */
	int64_t builds_removed, parts_removed; /* out */
};
/*
 * Last good builds, and those that saw a state of a tag first, always stay.  Looks before `before` go where a build saw
 * the same as early, or where no build uses the reference and nobody has looked at it since.
 */
int bd_store_gc(struct bd_store *store, struct bd_store_gc *gc, struct bd_error *err) BD_CHECKED;

/* Every build, oldest arrival first; a negative result ends it. */
typedef int bd_store_each_fn(
	struct bd_store *store, const struct bd_store_build *build, void *context, struct bd_error *err);
int bd_store_each(struct bd_store *store, bd_store_each_fn *each, void *context, struct bd_error *err) BD_CHECKED;

/* All of it as text: looks as lines of type "seen", then records, each with a line of type "stored" before it. */
typedef int bd_store_write_fn(struct bd_str bytes, void *context, struct bd_error *err);
int bd_store_export(struct bd_store *store, bd_store_write_fn *write, void *context, struct bd_error *err) BD_CHECKED;

struct bd_store_import {
	const char *project; /* for records that name none, or NULL */
	size_t read, added;  /* out, added to: records, and those that were not there */
};
/* A record file, or what bd_store_export wrote, compressed or not. */
int bd_store_import_file(
	struct bd_store *store, const char *path, struct bd_store_import *counts, struct bd_error *err) BD_CHECKED;
/* Every build and every look of another store. */
int bd_store_import_store(
	struct bd_store *store, struct bd_store *from, struct bd_store_import *counts, struct bd_error *err) BD_CHECKED;

/* ---- as JSON -------------------------------------------------------------------------------------------------------
 */

void bd_store_builds_json(const struct bd_store_builds *builds, struct bd_buf *out);
void bd_store_histories_json(const struct bd_store_history *histories, size_t count, struct bd_buf *out);
void bd_store_affected_json(const char *what, const struct bd_store_affected *affected, struct bd_buf *out);
void bd_store_stats_json(const char *name, const struct bd_store_stats *stats, struct bd_buf *out);

#endif
