/* SPDX-License-Identifier: Apache-2.0 */
/* What the store knows of when the image behind a tag was seen. */
#ifndef CMD_SEEN_H
#define CMD_SEEN_H

#include "basedrift/explain.h"
#include "basedrift/store.h"

/*
 * "first seen 2026-01-02 03:04 by orders-api#4811, moved between 2026-01-01 22:00 and 2026-01-02 03:04": the base's
 * image under its tag; NULL: nobody has seen it there.
 */
const char *first_seen(struct bd_arena *arena, struct bd_store *store, const struct bd_base *base);
/* "moved between 2026-01-01 22:00 and 2026-01-02 03:04"; "": that is not known. */
const char *moved_between(struct bd_arena *arena, const struct bd_store_state *state);

struct observations {
	struct bd_observation *v;
	size_t len, cap;
};
/*
 * What was seen of a tag without a build after one time and before another, for a platform.  Images are called as by
 * image_name.
 */
void add_looks(struct bd_arena *arena, const struct bd_store_history *history, const char *platform, int64_t after,
	int64_t before, struct observations *out);
/* One name for one image, of which builds and looks know different digests. */
const char *image_name(const struct bd_store_history *history, const char *digest);

#endif
