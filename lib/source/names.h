/* SPDX-License-Identifier: Apache-2.0 */
/* Does what the user wrote after the path mean this image? */
#ifndef SOURCE_NAMES_H
#define SOURCE_NAMES_H

#include "basedrift/oci.h"

/* The same text, or the same reference once both are normalised ("app:1" is docker.io/library/app:1). */
bool name_is(const char *wanted, const char *name);
/* "sha256:…", its hex digits, at least 12 of them from the begin, or NAME@sha256:… */
bool digest_is(const char *wanted, const char *digest);
/* skopeo's "@N": the N-th image, from 0. */
bool position_is(const char *wanted, size_t position);

/* A list for messages: distinct, shown safely, at most some twenty of them. */
struct name_list {
	struct bd_string_vec names;
	struct bd_buf text;
};
void name_list_add(struct name_list *list, const char *name, struct bd_arena *arena);
const char *name_list_text(struct name_list *list);
void name_list_release(struct name_list *list);

#endif
