/* SPDX-License-Identifier: Apache-2.0 */
/* Small records made by hand, for tests of what follows from them. */
#ifndef MADE_RECORD_H
#define MADE_RECORD_H

#include "basedrift/record.h"

/*
 * A build of the Dockerfile below on one tree: layer 0 is the base's, layer 1 its RUN (line 2), layer 2 its
 * COPY --from=ui (line 3); the base is python:2.7 (line 1), the stage `ui` starts from node:20 (line 5, say).
 * `seed` makes layers' diff_ids and contents: equal seeds, equal bytes.
 */
struct bd_record *made_record(const char *base_seed, const char *run_seed, const char *copy_seed);
struct bd_package *made_package(
	struct bd_record *record, const char *type, const char *name, const char *version, int layer);
struct bd_file_line *made_file(struct bd_record *record, const char *path, const char *digest, int layer);
void made_env(struct bd_record *record, const char *key, const char *value);
struct bd_base *made_base(struct bd_record *record, enum bd_role role, int line, const char *reference);
void made_digest(struct bd_record *record, struct bd_base *base, enum bd_digest_kind kind, const char *value);

#endif
