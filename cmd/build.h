/* SPDX-License-Identifier: Apache-2.0 */
/* A build as the command line names it: a record file, or an image that is collected on the spot. */
#ifndef CMD_BUILD_H
#define CMD_BUILD_H

#include "basedrift/record.h"
#include "basedrift/source.h"

#include "options.h"

/* Collect an image (NULL: the build left none) with what the options say of it.  with_identity: also project, build id,
 * status … */
int collect_build(const struct arguments *arguments, const char *image, bool with_identity, struct bd_record **out,
	struct bd_error *err) BD_CHECKED;
/* Does open_build know what this is? */
bool names_build(const char *name);
/* Read a record, from a file or the store, or collect an image, whichever `name` is. */
int open_build(struct arguments *arguments, const char *name, struct bd_record **out, struct bd_error *err) BD_CHECKED;
/*
 * Both sides of a comparison; what is equal in two record files may be left out of both (bd_record_read_pair).  The
 * caller frees what was set, also after an error.
 */
int open_builds(struct arguments *arguments, const char *last_good, const char *failing, struct bd_record **a_out,
	struct bd_record **b_out, struct bd_error *err) BD_CHECKED;
/* How the options say that registries are asked. */
struct bd_source_options source_options(const struct arguments *arguments);
/* SOURCE_DATE_EPOCH as RFC 3339 in the arena; NULL: not set. */
const char *source_date(struct bd_arena *arena);

#endif
