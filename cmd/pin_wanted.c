/* SPDX-License-Identifier: Apache-2.0 */
/* Which digest each image is to be pinned to, as registries and a recorded build say. */
#include <string.h>

#include "pinning.h"

struct bd_pin_use *pinning_each(struct pinning *pinning, size_t *file, size_t *use)
{
	while (*file < pinning->files.len) {
		if (*use < pinning->files.v[*file].uses.len) {
			return &pinning->files.v[*file].uses.v[(*use)++];
		}
		(*file)++;
		*use = 0;
	}
	return NULL;
}

static bool has_tag(const struct bd_pin_use *use)
{
	return use->name != NULL && strchr(strrchr(use->name, '/'), ':') != NULL;
}

/* "docker.io/library/python@sha256:…" of a name with a tag. */
static const char *by_digest(struct bd_arena *arena, const char *name, const char *digest)
{
	const int n = (int)((size_t)(strrchr(name, '/') - name) + strcspn(strrchr(name, '/'), ":"));
	return bd_arena_printf(arena, "%.*s@%s", n, name, digest);
}

/* The record's digests of this use, best first. */
static const char *recorded(const struct pinning *pinning, const struct bd_pin_use *use, const char *than)
{
	const struct bd_base *base = pinning->record != NULL ? bd_pin_base_of(use, pinning->record) : NULL;
	return base != NULL ? bd_pin_pullable(base, than) : NULL;
}

static void put_questions(struct pinning *pinning)
{
	struct bd_arena *arena = &pinning->files.arena;
	size_t file = 0;
	size_t at = 0;
	for (struct bd_pin_use *use = pinning_each(pinning, &file, &at); use != NULL;
		use = pinning_each(pinning, &file, &at)) {
		if (use->name == NULL) {
			continue;
		}
		if (has_tag(use)) {
			(void)put_question(&pinning->questions, use->name);
		}
		if (use->digest != NULL) {
			(void)put_question(&pinning->questions, by_digest(arena, use->name, use->digest));
		}
		for (const char *digest = recorded(pinning, use, NULL); digest != NULL;
			digest = recorded(pinning, use, digest)) {
			(void)put_question(&pinning->questions, by_digest(arena, use->name, digest));
		}
	}
}

static enum bd_pin_served is_served(
	const struct pinning *pinning, struct bd_arena *arena, const char *name, const char *digest)
{
	const struct question *one = find_question(&pinning->questions, by_digest(arena, name, digest));
	return one != NULL ? one->answer : BD_PIN_NOT_ASKED;
}

static void take_answers(struct pinning *pinning, struct bd_pin_use *use)
{
	const struct question *now = has_tag(use) ? find_question(&pinning->questions, use->name) : NULL;
	if (now != NULL) {
		use->now.answer = now->answer;
		use->now.problem = now->problem;
		use->now.index = now->digest.kind == BD_DIGEST_INDEX ? now->digest.value : NULL;
		use->now.manifest = now->digest.kind == BD_DIGEST_MANIFEST ? now->digest.value : NULL;
	}
	if (use->digest != NULL) {
		use->served = is_served(pinning, &pinning->files.arena, use->name, use->digest);
	}
}

static void want_current(struct pinning *pinning, struct bd_pin_use *use)
{
	use->wanted_from = "the registry";
	use->wanted = use->now.index != NULL ? use->now.index : use->now.manifest;
	if (use->wanted == NULL && has_tag(use)) {
		use->unwanted = use->now.answer == BD_PIN_GONE ? "The registry has no such tag."
				: use->now.problem != NULL
					? bd_arena_printf(&pinning->files.arena, "The registry could not be asked: %s.",
						  use->now.problem)
					: "The registry was not asked: this is offline.";
	}
}

static void want_recorded(struct pinning *pinning, struct bd_pin_use *use)
{
	struct bd_arena *arena = &pinning->files.arena;
	const char *gone = NULL;
	use->wanted_from = pinning->record_name;
	for (const char *digest = recorded(pinning, use, NULL); digest != NULL && use->wanted == NULL;
		digest = recorded(pinning, use, digest)) {
		if (is_served(pinning, arena, use->name, digest) == BD_PIN_GONE) {
			gone = gone != NULL ? gone : digest;
		} else {
			use->wanted = digest;
		}
	}
	if (use->wanted == NULL) {
		use->unwanted = gone != NULL
					? bd_arena_printf(arena, "The registry no longer serves %s, which %s used.",
						  gone, pinning->record_name)
				: bd_pin_base_of(use, pinning->record) == NULL
					? bd_arena_printf(arena, "%s has no such image.", pinning->record_name)
					: bd_arena_printf(arena, "%s does not say for certain which digest it had.",
						  pinning->record_name);
	}
}

/* One ARG has one digest: two of a record are not written, and not the first of them either. */
static void refuse_two(struct bd_pin_file *file)
{
	for (size_t i = 0; i < file->uses.len; i++) {
		for (size_t k = 0; k < file->uses.len; k++) {
			struct bd_pin_use *one = &file->uses.v[i];
			const struct bd_pin_use *other = &file->uses.v[k];
			if (one->edited != NULL && one->n > 0 && other->edited != NULL && other->n > 0 &&
				one->at == other->at && one->wanted != NULL && !bd_streq(one->wanted, other->wanted)) {
				one->unwanted =
					"One ARG names it and another image of the build, which had two digests.";
			}
		}
	}
	for (size_t i = 0; i < file->uses.len; i++) {
		file->uses.v[i].wanted = file->uses.v[i].unwanted != NULL ? NULL : file->uses.v[i].wanted;
	}
}

void pinning_decide(struct pinning *pinning)
{
	put_questions(pinning);
	ask_registries(pinning->arguments, &pinning->questions);
	size_t file = 0;
	size_t at = 0;
	for (struct bd_pin_use *use = pinning_each(pinning, &file, &at); use != NULL;
		use = pinning_each(pinning, &file, &at)) {
		if (use->name == NULL) {
			continue;
		}
		take_answers(pinning, use);
		if (pinning->record != NULL) {
			want_recorded(pinning, use);
		} else {
			want_current(pinning, use);
		}
	}
	for (size_t i = 0; i < pinning->files.len; i++) {
		refuse_two(&pinning->files.v[i]);
	}
	file = 0;
	at = 0;
	for (const struct bd_pin_use *use = pinning_each(pinning, &file, &at); use != NULL;
		use = pinning_each(pinning, &file, &at)) {
		pinning->trouble = pinning->trouble || (use->wanted == NULL && use->unwanted != NULL);
	}
}
