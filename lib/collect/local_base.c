/* SPDX-License-Identifier: Apache-2.0 */
/* Docker Engine API, "Inspect an image": RepoDigests may be null, several, or those of another name. */
#include "collect/local_base.h"

#include <string.h>

#include "base/auto.h"
#include "collect/base_line.h"
#include "collect/history.h"

#define EVIDENCE "repo-digest"

static const char *daemon_of(const struct bd_collect_options *options, const struct bd_image *image)
{
	static const char *const daemons[] = { "docker-daemon", "podman" };
	const char *asked = options->daemon != NULL ? options->daemon : image->transport;
	for (size_t i = 0; asked != NULL && i < sizeof(daemons) / sizeof(daemons[0]); i++) {
		if (strcmp(asked, daemons[i]) == 0) {
			return daemons[i];
		}
	}
	return NULL;
}

/* "python@sha256:…" and "docker.io/library/python:2.7" name one repository. */
static bool same_repository(const char *repo_digest, const char *reference, struct bd_arena *arena)
{
	struct bd_reference a;
	struct bd_reference b;
	struct bd_error ignored;
	return bd_reference_parse(bd_str(repo_digest), arena, &a, &ignored) == 0 &&
	       bd_reference_parse(bd_str(reference), arena, &b, &ignored) == 0 && strcmp(a.registry, b.registry) == 0 &&
	       strcmp(a.repository, b.repository) == 0;
}

static struct bd_evidence *add(struct bd_record *record, struct bd_base *base, const char *repo_digest)
{
	const char *at = strrchr(repo_digest, '@');
	const char *name = bd_arena_text(&record->arena, repo_digest, (size_t)(at - repo_digest));
	return base_add_evidence(record, base, EVIDENCE, name, at + 1);
}

/* What ranks higher stays the answer; this is shown beside it. */
static void take_digests(
	struct bd_record *record, struct bd_base *base, const struct bd_local_image *local, const char *doubt)
{
	const bool answered = base->confidence >= BD_STATED;
	for (size_t i = 0; i < local->repo_digests.len; i++) {
		const char *name = local->repo_digests.v[i];
		struct bd_evidence *evidence = add(record, base, name);
		if (bd_streq(local->descriptor.value, evidence->digest.value)) {
			evidence->digest.kind = local->descriptor.kind;
		}
		if (!same_repository(name, base->reference, &record->arena)) {
			evidence->note = "the same image under another name";
		} else if (doubt != NULL) {
			evidence->note = doubt;
		} else {
			evidence->confidence = BD_INFERRED;
			if (!answered) {
				base_add_digest(record, base, evidence->digest.kind, evidence->digest.value);
				base_raise_confidence(base, BD_INFERRED);
			}
		}
	}
}

void ask_daemon(const struct bd_collect_options *options, const struct bd_image *image, struct bd_record *record,
	struct bd_base *base)
{
	AUTO(bd_arena_release) struct bd_arena arena = { 0 };
	struct bd_local_image local;
	struct bd_error why;
	const char *daemon = daemon_of(options, image);
	const char *doubt = NULL;

	if (daemon == NULL || base->reference == NULL) {
		return;
	}
	const char *pinned = strrchr(base->reference, '@');
	const char *name = base_name_to_ask(&arena, base, pinned != NULL ? pinned + 1 : NULL);
	if (bd_local_image_inspect(
		    bd_arena_printf(&arena, "%s:%s", daemon, name), &options->source, &arena, &local, &why) < 0) {
		if (why.code != BD_ERR_NOT_FOUND) { /* a builder that keeps its bases to itself, or one removed since */
			bd_record_diagnose(record, "daemon-not-asked", base->reference, "%s", why.msg);
		}
		return;
	}
	if (!record->image.present) {
		if (base->diff_ids.len == 0) {
			base_copy_diff_ids(record, base, &local.diff_ids, local.diff_ids.len);
			base_raise_confidence(base, BD_INFERRED);
		}
	} else if (history_is_squashed(&image->config)) {
		doubt = "merged layers neither confirm nor refute that it is the base";
	} else if (!diff_ids_are_prefix(&local.diff_ids, &image->config.diff_ids)) {
		doubt = "of an image that is not this one's base: what has the name here was pulled or built since";
	}
	take_digests(record, base, &local, doubt);
}
