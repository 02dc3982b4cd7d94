/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/papers.h"

#include <fcntl.h>
#include <strings.h>

#include "basedrift/limits.h"
#include "basedrift/papers.h"

#include "base/auto.h"
#include "collect/base_line.h"
#include "collect/parts.h"

int read_whole_file(const char *path, size_t limit, struct bd_buf *out, struct bd_error *err)
{
	AUTO(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
	char block[65536];
	ssize_t n;

	if (fd < 0) {
		return bd_error_set_errno(err, "%s", path);
	}
	while ((n = read(fd, block, sizeof(block))) > 0) {
		if (out->n + (size_t)n > limit) {
			return bd_error_set(err, BD_ERR_LIMIT, "%s: larger than %zu bytes", path, limit);
		}
		bd_buf_add(out, block, (size_t)n);
	}
	return n < 0 ? bd_error_set_errno(err, "%s", path) : 0;
}

/* ---- images that were used ---------------------------------------------------------------------- */

static bool is_of(const struct bd_material *material, const struct bd_base *base)
{
	if (!base_is_named(base, material->reference)) {
		return false;
	}
	return material->platform == NULL || base->platform == NULL || strcmp(material->platform, base->platform) == 0;
}

static const char *stated_digest(const struct bd_base *base, enum bd_digest_kind kind)
{
	return base->confidence >= BD_STATED ? bd_digest_of_kind(&base->digests, kind) : NULL;
}

/* What ranks higher came first and stays; a paper that says otherwise is shown, and is a diagnostic. */
static void take_material(struct bd_record *record, struct bd_base *base, const struct bd_material *material)
{
	struct bd_evidence *evidence =
		base_add_evidence(record, base, material->source, material->reference, material->digest);
	const char *known = stated_digest(base, material->digest_kind);

	evidence->digest.kind = material->digest_kind;
	if (material->digest == NULL) {
		evidence->note = "names the image, not its digest";
	} else if (known != NULL && strcmp(known, material->digest) != 0) {
		evidence->note = bd_arena_printf(&record->arena, "disagrees: %s is what ranks higher", known);
		bd_record_diagnose(record, "base-evidence-conflict", base->reference,
			"%s: %s says %s, what ranks higher says %s", base->as_written, material->source,
			material->digest, known);
	} else {
		evidence->confidence = BD_STATED;
		base_add_digest(record, base, material->digest_kind, material->digest);
		base_raise_confidence(base, BD_STATED);
	}
}

static enum bd_role role_of(enum bd_material_kind kind)
{
	return kind == BD_MATERIAL_SCANNER ? BD_ROLE_SCANNER : BD_ROLE_FRONTEND;
}

/* Frontend and SBOM scanner need no line in the Dockerfile. */
static void add_tool_image(struct bd_record *record, const struct bd_material *material)
{
	struct bd_base *base = bd_vec_push(&record->bases);
	base->role = role_of(material->kind);
	base->stage = -1;
	base->as_written = bd_arena_strdup(&record->arena, material->reference);
	base->reference = base->as_written;
	base->pin = BD_PIN_TAG;
	base->platform = bd_arena_strdup(&record->arena, material->platform);
	take_material(record, base, material);
}

static void take_images(struct bd_record *record, const struct bd_build_papers *papers)
{
	for (size_t i = 0; i < papers->materials.len; i++) {
		const struct bd_material *material = &papers->materials.v[i];
		bool used = false;
		if (!material->is_image || material->reference == NULL) {
			continue;
		}
		for (size_t k = 0; k < record->bases.len; k++) {
			if (is_of(material, &record->bases.v[k])) {
				take_material(record, &record->bases.v[k], material);
				used = true;
			}
		}
		if (!used && material->kind != BD_MATERIAL_IMAGE) {
			add_tool_image(record, material);
		} else if (!used) {
			bd_record_diagnose(record, "paper-image-unused", material->reference,
				"%s names %s, which the Dockerfile does not", material->source, material->reference);
		}
	}
}

/* ---- the rest of a paper -------------------------------------------------------------------------- */

static bool has_input(const struct bd_record *record, const char *kind, const char *key)
{
	for (size_t i = 0; i < record->inputs.len; i++) {
		if (strcmp(record->inputs.v[i].kind, kind) == 0 && bd_streq(record->inputs.v[i].key, key)) {
			return true;
		}
	}
	return false;
}

/* The command line's own --build-arg wins. */
static void take_build_args(
	const struct bd_collect_options *options, struct bd_record *record, const struct bd_build_papers *papers)
{
	struct bd_arena *arena = &record->arena;
	for (size_t i = 0; i < papers->build_args.len; i++) {
		const struct bd_setting *arg = &papers->build_args.v[i];
		bool given = has_input(record, "build-arg", arg->key);
		for (size_t k = 0; k < options->build_arg_count; k++) {
			given = given || strcmp(options->build_args[k].key, arg->key) == 0;
		}
		if (given) {
			continue;
		}
		const bool redacted = arg->redacted || setting_is_secret(options, arg->key);
		*bd_vec_push(&record->inputs) = (struct bd_input){ .kind = "build-arg",
			.key = bd_arena_strdup(arena, arg->key),
			.value = redacted ? NULL : bd_arena_strdup(arena, arg->value),
			.redacted = redacted };
	}
}

static void take_times(struct bd_record *record, const struct bd_build_papers *papers)
{
	struct bd_build *build = &record->build;
	if (build->started == NULL) {
		build->started = bd_arena_strdup(&record->arena, papers->started);
	}
	if (build->finished == NULL) {
		build->finished = bd_arena_strdup(&record->arena, papers->finished);
	}
	if (build->status == BD_STATUS_UNKNOWN) {
		build->status = papers->status;
	}
}

/* What all papers of a build have in common. */
struct paper_reader {
	const struct bd_collect_options *options;
	struct bd_image *image; /* NULL: the build left none */
	struct bd_record *record;
	struct layer_steps *steps;
};

static void take_paper(const struct paper_reader *reader, const struct bd_build_papers *papers)
{
	struct bd_record *record = reader->record;
	take_images(record, papers);
	take_build_args(reader->options, record, papers);
	take_times(record, papers);
	if (reader->image != NULL) {
		layer_steps_take(reader->steps, papers, reader->image, record);
	}
	for (size_t i = 0; i < papers->warnings.len; i++) {
		bd_record_diagnose(record, "paper-warning", NULL, "%s", papers->warnings.v[i]);
	}
}

/* ---- where they are ---------------------------------------------------------------------------------- */

static void take_attestations(const struct paper_reader *reader)
{
	struct bd_record *record = reader->record;
	AUTO(bd_arena_release) struct bd_arena arena = { 0 };
	struct bd_statement_vec statements = { 0 };
	struct bd_error why;

	if (bd_image_provenance(reader->image, &arena, &statements, &why) < 0) {
		bd_record_diagnose(record, "provenance-unreadable", NULL, "the image's attestation: %s", why.msg);
	}
	for (size_t i = 0; i < statements.len; i++) {
		struct bd_build_papers papers = { 0 };
		if (bd_provenance_parse(statements.v[i].bytes, record->image.platform, &arena, &papers, &why) < 0) {
			bd_record_diagnose(record, "provenance-unreadable", statements.v[i].digest,
				"the image's attestation: %s", why.msg);
		} else {
			take_paper(reader, &papers);
		}
	}
}

static void take_log(struct bd_record *record, struct bd_str bytes, const struct bd_build_papers *papers)
{
	char digest[BD_DIGEST_TEXT];
	bd_sha256_text(bytes.p, bytes.n, digest);
	record->log = (struct bd_build_log){ .present = true,
		.digest = bd_arena_strdup(&record->arena, digest),
		.failing_step = bd_arena_strdup(&record->arena, papers->failing_step),
		.tail = papers->tail != NULL ? bd_arena_strdup(&record->arena, papers->tail)
					     : bd_log_tail(bytes, &record->arena) };
}

static int parse_named(const struct paper_reader *reader, const char *name, struct bd_str bytes, struct bd_arena *arena,
	struct bd_error *err)
{
	struct bd_record *record = reader->record;
	struct bd_build_papers papers = { 0 };
	int result;

	if (strcmp(name, "--provenance") == 0) {
		result = bd_provenance_parse(bytes, record->image.platform, arena, &papers, err);
	} else if (strcmp(name, "--metadata-file") == 0) {
		result = bd_metadata_file_parse(
			bytes, record->image.platform, reader->options->target, arena, &papers, err);
	} else if (strcmp(name, "--build-history") == 0) {
		result = bd_build_history_parse(bytes, arena, &papers, err);
	} else {
		result = bd_build_log_parse(bytes, arena, &papers, err);
		if (result == 0) {
			take_log(record, bytes, &papers);
		}
	}
	if (result == 0) {
		take_paper(reader, &papers);
	}
	return result;
}

int take_papers(const struct bd_collect_options *options, struct bd_image *image, struct bd_record *record,
	struct layer_steps *steps, struct bd_error *err)
{
	const struct paper_reader reader = { options, image, record, steps };
	const struct {
		const char *name, *path;
	} files[] = {
		/* by rank */
		{ "--provenance", options->provenance },
		{ "--metadata-file", options->metadata_file },
		{ "--build-history", options->build_history },
		{ "--log", options->log },
	};
	if (image != NULL) {
		take_attestations(&reader);
	}
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		AUTO(bd_buf_release) struct bd_buf bytes = { 0 };
		AUTO(bd_arena_release) struct bd_arena arena = { 0 };
		if (files[i].path != NULL &&
			(read_whole_file(files[i].path, BD_LIMIT_LOG_BYTES, &bytes, err) < 0 ||
				parse_named(&reader, files[i].name, bd_buf_view(&bytes), &arena, err) < 0)) {
			return bd_error_wrap(err, "%s", files[i].name);
		}
	}
	if (options->log_text.p != NULL) {
		AUTO(bd_arena_release) struct bd_arena arena = { 0 };
		return parse_named(&reader, "log", options->log_text, &arena, err);
	}
	return 0;
}
