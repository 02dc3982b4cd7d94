/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/registry_base.h"

#include <string.h>

#include "collect/base_line.h"
#include "collect/history.h"

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

/* docker://NAME@DIGEST, or docker://NAME:TAG. */
static const char *name_to_ask(struct bd_arena *arena, const char *reference, const char *digest)
{
	struct bd_str name = bd_str(reference);
	name = bd_str_cut(&name, '@');
	if (digest == NULL) {
		return bd_arena_printf(arena, "docker://%.*s", (int)name.n, name.p);
	}
	const struct bd_str last = bd_path_name(name);
	const char *colon = memchr(last.p, ':', last.n);
	const size_t n = colon != NULL ? (size_t)(colon - name.p) : name.n;
	return bd_arena_printf(arena, "docker://%.*s@%s", (int)n, name.p, digest);
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

struct bd_image *ask_registry(const struct bd_collect_options *options, const struct bd_image *image,
	struct bd_record *record, struct bd_base *base)
{
	struct bd_source_options source = options->source;
	struct bd_image *served = NULL;
	struct bd_error why;

	if (source.offline || base->reference == NULL || base->confidence == BD_PROVEN ||
		(record->image.present && history_is_squashed(&image->config))) {
		return NULL;
	}
	source.platform = base->platform;
	const char *digest = stated_digest(base);
	const char *name = name_to_ask(&record->arena, base->reference, digest);
	if (bd_image_open(name, &source, &served, &why) < 0) {
		bd_record_diagnose(record, "registry-not-asked", base->reference, "%s: %s", name, why.msg);
		return NULL;
	}
	if (!record->image.present) { /* nothing to hold it against: as sure as what stated the digest */
		base_take_image(options, record, base, served, "registry", digest != NULL ? BD_STATED : BD_INFERRED);
		return served;
	}
	if (diff_ids_are_prefix(&served->config.diff_ids, &image->config.diff_ids)) {
		base_take_image(options, record, base, served, "registry", BD_PROVEN);
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
		for (size_t k = 0; k < base->digests.len; k++) { /* now its kind is known */
			if (strcmp(base->digests.v[k].value, digest->value) == 0) {
				base->digests.v[k].kind = digest->kind;
			}
		}
		base_add_digest(record, base, digest->kind, digest->value);
	}
}

void resolve_other_images(const struct bd_collect_options *options, struct bd_record *record)
{
	for (size_t i = 0; i < record->bases.len && !options->source.offline; i++) {
		struct bd_base *base = &record->bases.v[i];
		struct bd_source_options source = options->source;
		struct bd_arena arena = { 0 };
		struct bd_digest_vec resolved = { 0 };
		struct bd_error why;
		if (base->role == BD_ROLE_BASE || base->reference == NULL || base->diff_ids.len > 0) {
			continue;
		}
		source.platform = base->platform;
		const char *digest = stated_digest(base);
		const char *name = name_to_ask(&record->arena, base->reference, digest) + strlen("docker://");
		if (bd_registry_resolve(name, &source, &arena, &resolved, &why) < 0) {
			bd_record_diagnose(record, "registry-not-asked", base->reference, "%s: %s", name, why.msg);
		} else {
			take_resolved(record, base, &resolved, digest != NULL);
		}
		bd_arena_release(&arena);
	}
}
