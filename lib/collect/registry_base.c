/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/registry_base.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basedrift/limits.h"

#include "collect/base_line.h"
#include "collect/history.h"

/* What asking for one base needs to know. */
struct asking {
	const struct bd_collect_options *options;
	const struct bd_image *image; /* the built one */
	struct bd_record *record;
	struct silent_registries *silent;
	struct bd_source_options source;
};

static const char *stated_digest(const struct bd_base *base)
{
	static const enum bd_digest_kind order[] = { BD_DIGEST_INDEX, BD_DIGEST_UNKNOWN, BD_DIGEST_MANIFEST };
	const char *digest = NULL;
	for (size_t i = 0; digest == NULL && base->confidence >= BD_STATED && i < sizeof(order) / sizeof(order[0]);
		i++) {
		digest = bd_digest_of_kind(&base->digests, order[i]);
	}
	return digest;
}

static const char *name_to_ask(struct bd_arena *arena, const struct bd_base *base, const char *digest)
{
	return bd_arena_printf(arena, "docker://%s", base_name_to_ask(arena, base, digest));
}

void silent_registries_release(struct silent_registries *silent)
{
	free(silent->hosts.v);
}

static struct bd_str host_of(const struct bd_base *base)
{
	struct bd_str rest = bd_str(base->reference); /* normalised: the registry stands first */
	return bd_str_cut(&rest, '/');
}

static void not_asked(struct bd_record *record, struct silent_registries *silent, const struct bd_base *base,
	const struct bd_error *why)
{
	const struct bd_str host = host_of(base);
	bd_record_diagnose(record, "registry-not-asked", base->reference, "%s", why->msg);
	if (why->sys_errno == ETIMEDOUT) {
		*bd_vec_push(&silent->hosts) = bd_arena_text(&record->arena, host.p, host.n);
	}
}

static bool is_silent(struct bd_record *record, const struct silent_registries *silent, const struct bd_base *base)
{
	const struct bd_str host = host_of(base);
	for (size_t i = 0; i < silent->hosts.len; i++) {
		if (bd_str_is(host, silent->hosts.v[i])) {
			bd_record_diagnose(record, "registry-not-asked", base->reference,
				"%s: not asked again after it was silent once", silent->hosts.v[i]);
			return true;
		}
	}
	return false;
}

/* The image under the stated digest has other layers than this one: what stated it was wrong. */
static void refute(struct bd_record *record, struct bd_base *base, const char *digest)
{
	for (size_t i = 0; i < base->evidence.len; i++) {
		struct bd_evidence *evidence = &base->evidence.v[i];
		if (evidence->digest.value != NULL && strcmp(evidence->digest.value, digest) == 0) {
			evidence->confidence = BD_HINT;
			evidence->note = "refuted: its layers are not the first layers of the built image";
		}
	}
	base->digests.len = 0;
	base->confidence = base->diff_ids.len > 0 ? BD_INFERRED : BD_CONFIDENCE_UNKNOWN;
	bd_record_diagnose(record, "base-digest-refuted", base->reference,
		"%s@%s is not the base of this image: its layers are not the first layers of it", base->as_written,
		digest);
}

static void moved_since(struct bd_record *record, struct bd_base *base, const struct bd_image *served)
{
	for (size_t i = 0; i < served->digests.len; i++) {
		const struct bd_digest *digest = &served->digests.v[i];
		struct bd_evidence *evidence =
			base_add_evidence(record, base, "registry", base->reference, digest->value);
		evidence->digest.kind = digest->kind;
		evidence->note = "what the tag serves now is not this image's base: it has moved since";
	}
}

/* Nothing to hold it against where there is no image: then it is as sure as what named the digest. */
static bool is_base(const struct bd_record *record, const struct bd_image *image, const struct bd_image *served)
{
	return !record->image.present || diff_ids_are_prefix(&served->config.diff_ids, &image->config.diff_ids);
}

static enum bd_confidence confidence_with(const struct bd_record *record, enum bd_confidence otherwise)
{
	return record->image.present ? BD_PROVEN : otherwise;
}

static void drop_digest(struct bd_base *base, const char *digest)
{
	size_t kept = 0;
	for (size_t i = 0; i < base->digests.len; i++) {
		if (strcmp(base->digests.v[i].value, digest) != 0) {
			base->digests.v[kept++] = base->digests.v[i];
		}
	}
	base->digests.len = kept;
}

/* A daemon lists digests of images that were only built here, too. */
static void not_served(struct bd_base *base, const char *digest)
{
	for (size_t i = 0; i < base->evidence.len; i++) {
		struct bd_evidence *evidence = &base->evidence.v[i];
		if (bd_streq(evidence->digest.value, digest) && evidence->confidence == BD_INFERRED) {
			evidence->confidence = BD_HINT;
			evidence->note = "not confirmed: its registry does not serve this digest";
		}
	}
	drop_digest(base, digest);
}

/* What a daemon knows the base by (lib/collect/local_base.c), as far as nothing speaks against it. */
static size_t inferred_digests(const struct bd_base *base, const char **out)
{
	size_t count = 0;
	for (size_t i = 0; i < base->evidence.len && count < BD_LIMIT_LOCAL_DIGESTS; i++) {
		const struct bd_evidence *evidence = &base->evidence.v[i];
		if (evidence->confidence == BD_INFERRED && evidence->digest.value != NULL) {
			out[count++] = evidence->digest.value;
		}
	}
	return count;
}

/* What the registry says of it, with kinds; other digests of the same local image may be of other times. */
static void take_served(const struct asking *asking, struct bd_base *base, const struct bd_image *served)
{
	const char *inferred[BD_LIMIT_LOCAL_DIGESTS];
	const size_t count = inferred_digests(base, inferred);
	for (size_t i = 0; i < count; i++) {
		drop_digest(base, inferred[i]);
	}
	base_take_image(asking->options, asking->record, base, served, "registry",
		confidence_with(asking->record, BD_INFERRED));
}

/* podman lists index and manifest of one image: the index says more. */
static void keep_better(struct bd_image **best, struct bd_image *served_take)
{
	const bool better = *best == NULL || (bd_digest_of_kind(&(*best)->digests, BD_DIGEST_INDEX) == NULL &&
						     bd_digest_of_kind(&served_take->digests, BD_DIGEST_INDEX) != NULL);
	struct bd_image *other = better ? *best : served_take;
	*best = better ? served_take : *best;
	bd_image_close(other);
}

/*
 * By the digests that a daemon knows the base by: they still lead to it when its tag has moved on.  *end: the registry
 * cannot be asked, so not by the tag either.
 */
static struct bd_image *ask_by_inferred(const struct asking *asking, struct bd_base *base, bool *end)
{
	const char *inferred[BD_LIMIT_LOCAL_DIGESTS];
	const size_t count = inferred_digests(base, inferred);
	struct bd_record *record = asking->record;
	struct bd_image *best = NULL;

	*end = false;
	for (size_t i = 0; i < count && !*end; i++) {
		struct bd_image *served = NULL;
		struct bd_error why;
		const char *name = name_to_ask(&record->arena, base, inferred[i]);
		const bool opened = bd_image_open(name, &asking->source, &served, &why) == 0;
		if (opened && is_base(record, asking->image, served)) {
			keep_better(&best, served);
		} else if (opened || why.code == BD_ERR_NOT_FOUND) {
			bd_image_close(served);
			not_served(base, inferred[i]);
		} else {
			not_asked(record, asking->silent, base, &why);
			*end = true;
		}
	}
	if (best != NULL) {
		take_served(asking, base, best);
	}
	return best;
}

/* By what was stated, else by the tag. */
static struct bd_image *ask_by(const struct asking *asking, struct bd_base *base, const char *digest)
{
	struct bd_record *record = asking->record;
	struct bd_image *served = NULL;
	struct bd_error why;

	if (bd_image_open(name_to_ask(&record->arena, base, digest), &asking->source, &served, &why) < 0) {
		not_asked(record, asking->silent, base, &why);
		return NULL;
	}
	if (is_base(record, asking->image, served)) {
		base_take_image(asking->options, record, base, served, "registry",
			confidence_with(record, digest != NULL ? BD_STATED : BD_INFERRED));
		return served;
	}
	if (digest != NULL) {
		refute(record, base, digest);
	} else {
		moved_since(record, base, served);
	}
	bd_image_close(served);
	return NULL;
}

struct bd_image *ask_registry(const struct bd_collect_options *options, const struct bd_image *image,
	struct bd_record *record, struct bd_base *base, struct silent_registries *silent)
{
	struct asking asking = {
		.options = options, .image = image, .record = record, .silent = silent, .source = options->source
	};
	bool end = false;

	if (asking.source.offline || base->reference == NULL || base->confidence == BD_PROVEN ||
		(record->image.present && history_is_squashed(&image->config)) || is_silent(record, silent, base)) {
		return NULL;
	}
	asking.source.platform = base->platform;
	const char *digest = stated_digest(base);
	struct bd_image *served = digest == NULL ? ask_by_inferred(&asking, base, &end) : NULL;
	return served != NULL || end ? served : ask_by(&asking, base, digest);
}

/* What the registry has under the name that was asked, kinds told. */
static void take_resolved(
	struct bd_record *record, struct bd_base *base, const struct bd_digest_vec *resolved, bool stated)
{
	for (size_t i = 0; i < resolved->len; i++) {
		const struct bd_digest *digest = &resolved->v[i];
		struct bd_evidence *evidence =
			base_add_evidence(record, base, "registry", base->reference, digest->value);
		evidence->digest.kind = digest->kind;
		if (!stated) {
			evidence->note = "what the tag serves now; the build may have had another image";
			continue;
		}
		evidence->confidence = BD_STATED;
		base_add_digest(record, base, digest->kind, digest->value);
	}
}

void resolve_other_images(
	const struct bd_collect_options *options, struct bd_record *record, struct silent_registries *silent)
{
	for (size_t i = 0; i < record->bases.len && !options->source.offline; i++) {
		struct bd_base *base = &record->bases.v[i];
		struct bd_source_options source = options->source;
		struct bd_arena arena = { 0 };
		struct bd_digest_vec resolved = { 0 };
		struct bd_error why;
		if (base->role == BD_ROLE_BASE || base->reference == NULL || base->diff_ids.len > 0 ||
			is_silent(record, silent, base)) {
			continue;
		}
		source.platform = base->platform;
		const char *digest = stated_digest(base);
		const char *name = base_name_to_ask(&record->arena, base, digest);
		if (bd_registry_resolve(name, &source, &arena, &resolved, &why) < 0) {
			not_asked(record, silent, base, &why);
		} else {
			take_resolved(record, base, &resolved, digest != NULL);
		}
		bd_arena_release(&arena);
	}
}
