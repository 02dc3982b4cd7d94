/* SPDX-License-Identifier: Apache-2.0 */
/* The store as the command line knows it: which one, of which project, and what is kept in it. */
#ifndef CMD_KEEP_H
#define CMD_KEEP_H

#include "basedrift/store.h"

#include "options.h"

/* --store, BASEDRIFT_STORE, or the user's own file; NULL: none is wanted. */
const char *store_url(struct arguments *arguments);
/* Nobody named it: what goes wrong with it is no reason to fail where files were asked for as well. */
bool store_is_default(const struct arguments *arguments);
/* Fails with BD_ERR_USAGE when there is to be none. */
int open_store(struct arguments *arguments, bool write, struct bd_store **out, struct bd_error *err) BD_CHECKED;
/* The project that is meant: --project, the CI's, the checkout's; branch: --branch only.  Members may be NULL. */
struct bd_store_filter selected_builds(struct arguments *arguments);
/* A project must be known; the error says how to name it. */
int need_project(const struct bd_store_filter *filter, struct bd_error *err) BD_CHECKED;

/* Can builds be kept there?  Asked before a long build, not after it. */
int check_store(struct arguments *arguments, struct bd_error *err) BD_CHECKED;
/*
 * Keep a record: *name_out is what the store calls it ("orders-api#4811"), NULL when nothing is to be kept.
 * has_file: the record was written to a file, too.  Where it was not and the store fails, it is rescued into a file.
 */
int keep_record(struct arguments *arguments, struct bd_record *record, bool has_file, const char **name_out,
	struct bd_error *err) BD_CHECKED;
/* A build's record by its name in the store. */
int read_stored_build(
	struct arguments *arguments, const char *name, struct bd_record **out, struct bd_error *err) BD_CHECKED;

/* "2026-11-23 16:13"; "" when not known. */
const char *short_time(struct bd_arena *arena, int64_t seconds);
/* "python:2.7" of "docker.io/library/python:2.7". */
const char *shown_reference(struct bd_arena *arena, const char *reference);
/* The reference as the store keeps it: normalised, with a tag.  Fails: BD_ERR_FORMAT. */
int stored_reference(struct bd_arena *arena, const char *text, const char **out, struct bd_error *err) BD_CHECKED;
/* "sha256:79bd10b2cf39" */
const char *short_digest(struct bd_arena *arena, const char *digest);

#endif
