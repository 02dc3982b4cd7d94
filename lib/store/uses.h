/* SPDX-License-Identifier: Apache-2.0 */
/* The last builds of each project and variant, by status. */
#ifndef STORE_USES_H
#define STORE_USES_H

#include "store/parts.h"
#include "store/store.h"

struct last_build {
	bool there, uses; /* uses: it was made from the reference asked for */
	const char *id, *branch;
	int64_t started, arrived;
	enum bd_status status;
	struct bd_store_state base;
	struct bd_str tree; /* digest of its parts (last_builds_of_all) */
};
struct last_variant {
	const char *project, *dockerfile, *target, *platform;
	struct bd_str digest;
	struct last_build builds[3]; /* by enum bd_status */
};
struct last_builds {
	struct last_variant *v; /* by project, then variant */
	size_t len, cap;
	struct bd_arena *arena;
};
void last_builds_release(struct last_builds *lasts);
/* Of everything that was ever built on the reference. */
int last_builds_on(
	struct bd_store *store, const char *reference, struct last_builds *out, struct bd_error *err) BD_CHECKED;
/* Of everything, good ones only. */
int last_builds_of_all(struct bd_store *store, struct last_builds *out, struct bd_error *err) BD_CHECKED;

/* NULL: none. */
const struct last_build *last_build_of(const struct last_variant *variant, enum bd_status status);
const struct last_build *last_build_newest(const struct last_variant *variant);
void use_describe(const struct last_variant *variant, const struct last_build *good, const struct last_build *newest,
	struct bd_store_use *out);

#endif
