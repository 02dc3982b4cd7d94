/* SPDX-License-Identifier: Apache-2.0 */
/* What is watched: images of builds, compared with what those used; and of files, compared with what was seen before.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "basedrift/store.h"

#include "build.h"
#include "keep.h"
#include "watching.h"

enum {
	BUILDS_LOOKED_AT = 1000 /* of each project, newest first, for its last good ones */
};

/* ---- one image ------------------------------------------------------------------------------------------------------
 */

/* The tag beside the digest of a pinned image, as one more. */
static void add_tag_of_pin(struct watching *watching, const struct bd_watched *pinned)
{
	struct bd_arena *arena = &watching->arena;
	struct bd_reference reference;
	struct bd_error ignored;
	if (bd_reference_parse(bd_str(pinned->base->reference), arena, &reference, &ignored) < 0 ||
		reference.digest == NULL || reference.tag == NULL) {
		return;
	}
	struct bd_base *base = bd_arena_copy(arena, pinned->base, sizeof(*base));
	base->reference = bd_arena_printf(arena, "%s/%s:%s", reference.registry, reference.repository, reference.tag);
	base->pin = BD_PIN_TAG;
	struct bd_watched tag = *pinned;
	tag.base = base;
	tag.of_pin = true;
	*bd_vec_push(&watching->watched) = tag;
}

static void add_watched(struct watching *watching, const struct bd_watched *one)
{
	*bd_vec_push(&watching->watched) = *one;
	if (watching->arguments->tags && one->base->reference != NULL) {
		add_tag_of_pin(watching, one);
	}
}

/* ---- builds ---------------------------------------------------------------------------------------------------------
 */

static void add_bases(struct watching *watching, struct bd_record *record, const char *of)
{
	of = bd_arena_strdup(&watching->arena, of);
	*bd_vec_push(&watching->records) = record;
	for (size_t i = 0; i < record->bases.len; i++) {
		const struct bd_base *base = &record->bases.v[i];
		const struct bd_watched one = { .of = of,
			.platform = base->platform != NULL ? base->platform : record->image.platform,
			.base = base,
			.problem = base->reference == NULL ? "the build does not say what its name stood for" : NULL };
		if (base->reference != NULL || base->as_written != NULL) {
			add_watched(watching, &one);
		}
	}
}

static bool is_alike(const struct bd_store_build *a, const struct bd_store_build *b)
{
	return strcmp(a->dockerfile, b->dockerfile) == 0 && strcmp(a->target, b->target) == 0 &&
	       strcmp(a->platform, b->platform) == 0;
}

/* The newest good build of each Dockerfile, target and platform. */
static int add_project(struct watching *watching, struct bd_store *store, const char *project, struct bd_error *err)
{
	const struct bd_store_filter filter = {
		.project = project, .branch = watching->arguments->branch, .limit = BUILDS_LOOKED_AT
	};
	struct bd_store_builds builds = { 0 };
	int result = bd_store_list(store, &filter, &builds, err);
	if (result < 0) {
		return result;
	}
	for (size_t i = 0; i < builds.len && result == 0; i++) {
		struct bd_record *record = NULL;
		bool newer = builds.v[i].status != BD_STATUS_PASSED;
		for (size_t k = 0; k < i && !newer; k++) {
			newer = builds.v[k].status == BD_STATUS_PASSED && is_alike(&builds.v[k], &builds.v[i]);
		}
		if (!newer) {
			result = bd_store_read(store, &builds.v[i], &record, err);
		}
		if (record != NULL) {
			add_bases(watching, record, builds.v[i].name);
		}
	}
	bd_store_builds_release(&builds);
	return result;
}

/* One of an older version is brought to this one: watch writes to it anyway. */
static int open_watched_store(struct arguments *arguments, struct bd_store **out, struct bd_error *err)
{
	const int result = open_store(arguments, false, out, err);
	return result < 0 && err->code == BD_ERR_UNSUPPORTED ? open_store(arguments, true, out, err) : result;
}

static int add_store(struct watching *watching, struct bd_error *err)
{
	struct arguments *arguments = watching->arguments;
	struct bd_store *store = NULL;
	struct bd_string_vec projects = { 0 };
	int result = open_watched_store(arguments, &store, err);
	if (result == 0 && arguments->project != NULL) {
		result = add_project(watching, store, arguments->project, err);
	} else if (result == 0) {
		result = bd_store_projects(store, &watching->arena, &projects, err);
		for (size_t i = 0; i < projects.len && result == 0; i++) {
			result = add_project(watching, store, projects.v[i], err);
		}
		free(projects.v);
	}
	bd_store_close(store);
	return result;
}

/* ---- files ----------------------------------------------------------------------------------------------------------
 */

/* Of this platform, what was seen last. */
static const struct bd_store_state *last_seen(const struct bd_store_history *history, const char *platform)
{
	const struct bd_store_state *last = NULL;
	for (size_t i = 0; i < history->len; i++) {
		const struct bd_store_state *state = &history->v[i];
		if (strcmp(state->platform, platform) == 0 && (last == NULL || state->last_seen >= last->last_seen)) {
			last = state;
		}
	}
	return last;
}

/* What others knew of the same image completes it. */
static const char *known_to_any(const struct bd_store_history *history, const struct bd_store_state *of, size_t member)
{
	const char *known;
	memcpy(&known, (const char *)of + member, sizeof(known));
	for (size_t i = 0; i < history->len && *known == '\0'; i++) {
		if (bd_store_same_image(&history->v[i], of) == BD_SAME) {
			memcpy(&known, (const char *)&history->v[i] + member, sizeof(known));
		}
	}
	return known;
}

static struct bd_store_state copy_state(struct bd_arena *arena, const struct bd_store_state *state)
{
	return (struct bd_store_state){ .platform = bd_arena_strdup(arena, state->platform),
		.index = bd_arena_strdup(arena, state->index),
		.manifest = bd_arena_strdup(arena, state->manifest),
		.config = bd_arena_strdup(arena, state->config),
		.layers = bd_arena_strdup(arena, state->layers),
		.stated = bd_arena_strdup(arena, state->stated),
		.created = bd_arena_strdup(arena, state->created) };
}

static void take_last(
	struct watching *watching, const struct bd_store_history *history, struct bd_watched *one, struct bd_base *base)
{
	struct bd_arena *arena = &watching->arena;
	const struct bd_store_state *last = last_seen(history, one->platform);
	if (last == NULL) {
		return;
	}
	const struct bd_digest digests[] = {
		{ BD_DIGEST_INDEX, last->index },
		{ BD_DIGEST_MANIFEST, known_to_any(history, last, offsetof(struct bd_store_state, manifest)) },
		{ BD_DIGEST_CONFIG, known_to_any(history, last, offsetof(struct bd_store_state, config)) },
		{ BD_DIGEST_UNKNOWN, last->stated },
	};
	struct bd_digest *kept = bd_arena_alloc(arena, sizeof(digests));
	base->digests.v = kept;
	for (size_t i = 0; i < sizeof(digests) / sizeof(digests[0]); i++) {
		if (*digests[i].value != '\0') {
			kept[base->digests.len++] =
				(struct bd_digest){ digests[i].kind, bd_arena_strdup(arena, digests[i].value) };
		}
	}
	one->seen = short_time(arena, last->last_seen);
	*bd_vec_push(&watching->last_states) = (struct last_state){ base, copy_state(arena, last) };
}

static const char *platform_of(struct watching *watching, const struct bd_pin_use *use)
{
	struct bd_arena *arena = &watching->arena;
	const char *wanted = use->platform != NULL ? use->platform : watching->arguments->platform;
	struct bd_platform platform = bd_platform_host();
	struct bd_error ignored;
	if (wanted != NULL && bd_platform_parse(wanted, arena, &platform, &ignored) < 0) {
		return wanted; /* asking for it says what is wrong with it */
	}
	return bd_platform_text(&platform, arena);
}

static int add_use(
	struct watching *watching, struct bd_store *store, const struct bd_pin_use *use, struct bd_error *err)
{
	struct bd_arena *arena = &watching->arena;
	struct bd_base *base = bd_arena_alloc(arena, sizeof(*base));
	struct bd_watched one = { .of = bd_arena_printf(arena, "%s:%d", use->file, use->line),
		.file = use->file,
		.platform = platform_of(watching, use),
		.base = base,
		.problem = use->problem };
	*base = (struct bd_base){ .role = use->role,
		.line = use->line,
		.as_written = use->as_written,
		.pin = use->digest != NULL ? BD_PIN_DIGEST : BD_PIN_TAG,
		.platform = one.platform,
		.confidence = BD_PROVEN };
	if (use->name == NULL) {
		one.problem = one.problem != NULL ? one.problem : "it is no reference";
		add_watched(watching, &one);
		return 0;
	}
	base->reference = use->name;
	if (use->digest != NULL) {
		const struct bd_digest pinned = { BD_DIGEST_UNKNOWN, use->digest };
		base->reference = bd_arena_printf(arena, "%s@%s", use->name, use->digest);
		base->digests = (struct bd_digest_vec){ bd_arena_copy(arena, &pinned, sizeof(pinned)), 1, 1 };
	} else if (store != NULL) {
		struct bd_store_history history = { 0 };
		if (bd_store_history(store, use->name, &history, err) < 0) {
			return -(int)err->code;
		}
		take_last(watching, &history, &one, base);
		bd_store_history_release(&history);
	}
	watching->has_files = watching->has_files || use->digest == NULL;
	add_watched(watching, &one);
	return 0;
}

/* No store yet: everything is seen for the first time.  With --store none that is so for ever, and says so. */
static int open_seen(struct watching *watching, struct bd_store **out, struct bd_error *err)
{
	const int result =
		store_url(watching->arguments) != NULL ? open_watched_store(watching->arguments, out, err) : 0;
	return result < 0 && err->code == BD_ERR_NOT_FOUND ? 0 : result;
}

static int add_files(struct watching *watching, const struct text_list *names, struct bd_error *err)
{
	struct bd_store *store = NULL;
	struct arguments arguments = *watching->arguments;
	arguments.operands = *names;
	if (open_pin_files(&arguments, &watching->files, err) < 0) {
		return -(int)err->code;
	}
	int result = open_seen(watching, &store, err);
	for (size_t i = 0; i < watching->files.len; i++) {
		const struct bd_pin_use_vec *uses = &watching->files.v[i].uses;
		for (size_t k = 0; k < uses->len && result == 0; k++) {
			result = add_use(watching, store, &uses->v[k], err);
		}
	}
	bd_store_close(store);
	return result;
}

/* ---- all of it ------------------------------------------------------------------------------------------------------
 */

static bool is_file(const char *name)
{
	struct stat st;
	return stat(name, &st) == 0 && S_ISREG(st.st_mode);
}

int find_watched(struct watching *watching, struct bd_error *err)
{
	struct arguments *arguments = watching->arguments;
	struct text_list files = { .len = 0 };
	int result = arguments->operands.len == 0 ? add_store(watching, err) : 0;
	for (size_t i = 0; i < arguments->operands.len && result == 0; i++) {
		const char *name = arguments->operands.v[i];
		struct bd_record *record = NULL;
		if (is_file(name) && !names_build(name)) {
			text_list_add(&files, name);
			continue;
		}
		result = open_build(arguments, name, &record, err);
		if (result == 0) {
			add_bases(watching, record, name);
		}
	}
	if (result == 0 && files.len > 0) {
		result = add_files(watching, &files, err);
	}
	free(files.v);
	return result;
}
