/* SPDX-License-Identifier: Apache-2.0 */
/* What was seen of tags goes into the store, so that their history is known without builds. */
#include <string.h>
#include <time.h>

#include "basedrift/origin.h"
#include "basedrift/store.h"

#include "console.h"
#include "environment.h"
#include "keep.h"
#include "watching.h"

static const char *variable(const char *name, void *context)
{
	(void)context;
	return environment_variable(name);
}

/* "watch", or "watch (nightly#17)" where a CI says which of its runs this is. */
static const char *who(struct bd_arena *arena)
{
	struct bd_build build = { .project = NULL };
	const char *commit = NULL;
	bd_ci_read(variable, NULL, arena, &build, &commit);
	return build.project != NULL && build.id != NULL
		       ? bd_arena_printf(arena, "watch (%s#%s)", build.project, build.id)
		       : "watch";
}

static bool is_identified(const struct bd_base *base)
{
	return base->confidence >= BD_STATED &&
	       (base->diff_ids.len > 0 || bd_digest_of_kind(&base->digests, BD_DIGEST_MANIFEST) != NULL ||
		       bd_digest_of_kind(&base->digests, BD_DIGEST_CONFIG) != NULL);
}

/*
 * The image itself where it was looked at; else what the build used, when HEAD says that it still is that.  An index
 * alone says nothing of this platform's image, and would hide between two states that do.
 */
static bool seen_base(struct bd_arena *arena, const struct bd_watched *one, struct bd_base *out)
{
	const struct bd_watch_now *now = &one->now;
	const struct bd_digest known[] = { { BD_DIGEST_INDEX, now->index }, { BD_DIGEST_MANIFEST, now->manifest },
		{ BD_DIGEST_CONFIG, now->config } };
	if (now->manifest == NULL) {
		*out = *one->base;
		return one->state == BD_WATCH_CURRENT && one->head.value != NULL && is_identified(one->base);
	}
	struct bd_digest *digests = bd_arena_alloc(arena, sizeof(known));
	*out = (struct bd_base){ .reference = one->base->reference,
		.platform = one->platform,
		.digests = { digests, 0, 0 },
		.diff_ids = now->diff_ids,
		.created = now->created,
		.confidence = BD_PROVEN };
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (known[i].value != NULL) {
			digests[out->digests.len++] = known[i];
		}
	}
	return true;
}

/* The state that it was compared with, if that is what it is still. */
static const struct bd_store_state *same_state(const struct watching *watching, const struct bd_watched *one)
{
	for (size_t i = 0; i < watching->last_states.len && one->now.manifest == NULL; i++) {
		if (watching->last_states.v[i].base == one->base) {
			return &watching->last_states.v[i].state;
		}
	}
	return NULL;
}

static int keep_all(struct watching *watching, struct bd_error *err)
{
	struct arguments *arguments = watching->arguments;
	struct bd_arena *arena = &watching->arena;
	struct bd_store *store = NULL;
	const char *by = who(arena);
	int result = open_store(arguments, true, &store, err);
	for (size_t i = 0; i < watching->watched.len && result == 0; i++) {
		const struct bd_watched *one = &watching->watched.v[i];
		struct bd_base base;
		const struct bd_store_look look = { .base = &base,
			.state = same_state(watching, one),
			.platform = one->platform,
			.by = by,
			.when = (int64_t)time(NULL) };
		if (seen_base(arena, one, &base)) {
			result = bd_store_observe(store, &look, err);
		}
	}
	bd_store_close(store);
	return result;
}

/* The default store is a convenience, unless the next run has nothing else to compare with. */
int keep_watched(struct watching *watching, struct bd_error *err)
{
	struct arguments *arguments = watching->arguments;
	bool any = false;
	for (size_t i = 0; i < watching->watched.len; i++) {
		any = any || watching->watched.v[i].head.value != NULL;
	}
	if (!any || (store_url(arguments) == NULL && (!store_is_default(arguments) || !watching->has_files))) {
		return 0;
	}
	const int result = keep_all(watching, err);
	if (result < 0 && store_is_default(arguments) && !watching->has_files) {
		print_hint(arguments, "warning: what was seen is not kept: %s", err->msg);
		return 0;
	}
	return result < 0 ? bd_error_wrap(err, "what was seen is not kept") : 0;
}
