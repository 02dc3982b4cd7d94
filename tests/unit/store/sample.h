/* SPDX-License-Identifier: Apache-2.0 */
/* Records of builds that never were, with all that the store looks at. */
#ifndef STORE_SAMPLE_H
#define STORE_SAMPLE_H

#include "basedrift/store.h"

struct sample {
	const char *project, *branch, *id, *started; /* NULL: left out */
	enum bd_status status;
	const char *reference; /* default "docker.io/library/python:2.7" */
	int index, manifest;   /* numbers that become digests; 0: not recorded */
	const char *target, *platform, *dockerfile;
	const char *ci_provider;
	int step;          /* other content of the own step */
	int base_packages; /* default 40 */
	bool no_image;
};
/* "sha256:" and 64 digits that tell the number. */
const char *sample_digest(struct bd_arena *arena, int number);
struct bd_record *sample_record(const struct sample *sample);
/* Its canonical bytes. */
void sample_bytes(const struct sample *sample, struct bd_buf *out);
/* Into the store; fails the test when that fails. */
void sample_put(struct bd_store *store, const struct sample *sample);

#endif
