/* SPDX-License-Identifier: Apache-2.0 */
/* What it is now: by HEAD, and by the image itself only where that says something new. */
#include <string.h>

#include "basedrift/source.h"

#include "build.h"
#include "keep.h"
#include "watching.h"

/* The name by which its registry is asked: a digest beats the tag, as it does for who pulls it. */
static const char *asked_name(struct bd_arena *arena, const struct bd_base *base)
{
	struct bd_reference reference;
	struct bd_error ignored;
	if (bd_reference_parse(bd_str(base->reference), arena, &reference, &ignored) < 0) {
		return base->reference;
	}
	return reference.digest == NULL
		       ? bd_reference_with_tag(&reference, arena).text
		       : bd_arena_printf(arena, "%s/%s@%s", reference.registry, reference.repository, reference.digest);
}

static const char *digest_of(struct bd_arena *arena, const struct bd_digest_vec *digests, enum bd_digest_kind kind)
{
	return bd_arena_strdup(arena, bd_digest_of_kind(digests, kind));
}

/* Manifest and config, as what a HEAD request told is not what the build used. */
static int look(struct watching *watching, const char *name, const char *platform, struct bd_watch_now *out,
	struct bd_error *err)
{
	struct bd_arena *arena = &watching->arena;
	struct bd_image *image = NULL;
	struct bd_source_options source = source_options(watching->arguments);
	source.platform = platform;
	if (bd_image_open(bd_arena_printf(arena, "docker://%s", name), &source, &image, err) < 0) {
		return -(int)err->code;
	}
	out->index = digest_of(arena, &image->digests, BD_DIGEST_INDEX);
	out->manifest = digest_of(arena, &image->digests, BD_DIGEST_MANIFEST);
	out->config = digest_of(arena, &image->digests, BD_DIGEST_CONFIG);
	out->created = bd_arena_strdup(arena, image->config.created);
	const size_t count = image->config.diff_ids.len;
	out->diff_ids =
		(struct bd_string_vec){ bd_arena_alloc(arena, (count + 1) * sizeof(const char *)), count, count };
	for (size_t i = 0; i < count; i++) {
		out->diff_ids.v[i] = bd_arena_strdup(arena, image->config.diff_ids.v[i]);
	}
	bd_image_close(image);
	return 0;
}

/* Which image of this platform an index has, of which alone it is known that it was used. */
static void learn_used(struct watching *watching, struct bd_watched *one)
{
	struct bd_arena *arena = &watching->arena;
	struct bd_reference reference;
	struct bd_watch_now used = { .index = NULL };
	struct bd_error err;
	const char *digest = bd_pin_pullable(one->base, NULL);
	if (digest == NULL || bd_reference_parse(bd_str(one->base->reference), arena, &reference, &err) < 0) {
		return;
	}
	const char *name = bd_arena_printf(arena, "%s/%s@%s", reference.registry, reference.repository, digest);
	if (look(watching, name, one->platform, &used, &err) < 0) {
		one->problem = bd_arena_printf(arena, "what was used could not be looked at: %s", err.msg);
		return;
	}
	const struct bd_digest digests[] = { { BD_DIGEST_MANIFEST, used.manifest }, { BD_DIGEST_CONFIG, used.config },
		{ BD_DIGEST_INDEX, used.index != NULL ? used.index : digest } };
	const size_t count = used.index != NULL ? 3 : 2;
	struct bd_base *base = bd_arena_copy(arena, one->base, sizeof(*base));
	base->digests = (struct bd_digest_vec){ bd_arena_copy(arena, digests, sizeof(digests)), count, count };
	base->diff_ids = used.diff_ids;
	one->base = base;
	one->state = bd_watch_judge(base, &one->now);
}

static bool is_of_one_registry(const char *a, const char *b)
{
	return strncmp(a, b, strcspn(a, "/") + 1) == 0;
}

/* Each image is looked at once. */
static bool take_known(const struct watching *watching, struct bd_watched *one)
{
	for (size_t i = 0; i < watching->watched.len && &watching->watched.v[i] != one; i++) {
		const struct bd_watched *before = &watching->watched.v[i];
		if (before->base->reference == NULL) {
			continue;
		}
		if (before->now.manifest != NULL && bd_streq(before->platform, one->platform) &&
			strcmp(before->base->reference, one->base->reference) == 0) {
			one->now = before->now;
			return true;
		}
	}
	return false;
}

/* A registry that failed is left alone: why, or NULL. */
static const char *failed_before(const struct watching *watching, const char *name)
{
	for (size_t i = 0; i < watching->failed_looks.len; i++) {
		const struct failed_look *failed = &watching->failed_looks.v[i];
		if (is_of_one_registry(failed->reference, name)) {
			return failed->problem;
		}
	}
	return NULL;
}

static void look_closer(struct watching *watching, struct bd_watched *one, const char *name)
{
	struct bd_error err;
	one->problem = failed_before(watching, name);
	if (one->problem == NULL && !take_known(watching, one) &&
		look(watching, name, one->platform, &one->now, &err) < 0) {
		one->problem = bd_arena_strdup(&watching->arena, err.msg);
		if (err.code == BD_ERR_IO || err.code == BD_ERR_AUTH) {
			*bd_vec_push(&watching->failed_looks) = (struct failed_look){ name, one->problem };
		}
	}
	if (one->problem != NULL) {
		return;
	}
	if (one->file != NULL && one->seen == NULL && one->base->pin != BD_PIN_DIGEST && !one->of_pin) {
		one->problem =
			store_url(watching->arguments) != NULL
				? "first observation, nothing to compare with"
				: "there is nothing to compare with, and no store that would keep this observation";
		return;
	}
	one->state = bd_watch_judge(one->base, &one->now);
	if (one->state == BD_WATCH_UNKNOWN) {
		learn_used(watching, one);
	}
}

static void judge(struct watching *watching, struct bd_watched *one)
{
	const char *name = asked_name(&watching->arena, one->base);
	const struct question *question = find_question(&watching->questions, name);
	if (question->answer == BD_PIN_GONE) {
		one->state = BD_WATCH_GONE;
		return;
	}
	if (question->answer != BD_PIN_SERVED) {
		one->problem = question->problem != NULL ? question->problem : "nobody was asked: this is offline";
		return;
	}
	one->head = question->digest;
	one->state = bd_watch_glance(one->base, &question->digest);
	if (one->state != BD_WATCH_CURRENT) {
		look_closer(watching, one, name);
	}
}

void ask_watched(struct watching *watching)
{
	for (size_t i = 0; i < watching->watched.len; i++) {
		const struct bd_base *base = watching->watched.v[i].base;
		if (base->reference != NULL) {
			(void)put_question(&watching->questions, asked_name(&watching->arena, base));
		}
	}
	ask_registries(watching->arguments, &watching->questions);
	for (size_t i = 0; i < watching->watched.len; i++) {
		if (watching->watched.v[i].base->reference != NULL) {
			judge(watching, &watching->watched.v[i]);
		}
	}
}
