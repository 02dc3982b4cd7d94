/* SPDX-License-Identifier: Apache-2.0 */
/* What lies beside an image and says how it was built (BuildKit, docs/attestations/attestation-storage.md). */
#include "basedrift/limits.h"

#include "source/layout.h"

#define STATEMENT_TYPE "application/vnd.in-toto+json"
#define PREDICATE      "in-toto.io/predicate-type"
#define PROVENANCE     "https://slsa.dev/provenance/"

static int read_statement(const struct layout *layout, const struct bd_descriptor *d, const char *type,
	struct bd_arena *arena, struct bd_statement_vec *out, struct bd_error *err)
{
	AUTO(buf_auto) struct bd_buf bytes = { 0 };
	if (layout_read(layout, d, false, BD_LIMIT_STATEMENT_BYTES, &bytes, err) < 0) {
		return -(int)err->code;
	}
	out->v[out->len++] = (struct bd_statement){ .predicate_type = bd_arena_strdup(arena, type),
		.digest = bd_arena_strdup(arena, d->digest),
		.bytes = { bd_arena_text(arena, bd_buf_str(&bytes), bytes.n), bytes.n } };
	return 0;
}

static int read_attestation(struct layout *layout, const struct attestation *attestation, struct bd_arena *arena,
	struct bd_statement_vec *out, struct bd_error *err)
{
	const struct leaf leaf = { .descriptor = &attestation->descriptor };
	struct bd_manifest manifest;
	if (layout_manifest(layout, &leaf, &manifest, err) < 0) {
		return -(int)err->code;
	}
	for (size_t i = 0; i < manifest.layers.len; i++) {
		const struct bd_descriptor *d = &manifest.layers.v[i];
		const char *type = bd_key_value_get(&d->annotations, PREDICATE);
		if (!bd_streq(d->media_type, STATEMENT_TYPE) || !bd_str_starts(bd_str(type), PROVENANCE)) {
			continue; /* an SBOM, and what later versions put there */
		}
		if (out->len == out->cap) {
			return bd_error_set(err, BD_ERR_LIMIT, "more than %u statements", BD_LIMIT_STATEMENTS);
		}
		if (read_statement(layout, d, type, arena, out, err) < 0) {
			return -(int)err->code;
		}
	}
	return 0;
}

int bd_image_provenance(
	struct bd_image *image, struct bd_arena *arena, struct bd_statement_vec *out, struct bd_error *err)
{
	struct stored_image *stored = (struct stored_image *)(void *)image; /* base is its first member */
	struct layout layout = layout_of(stored);
	const char *manifest = bd_digest_of_kind(&image->digests, BD_DIGEST_MANIFEST);

	out->v = bd_arena_alloc(arena, BD_LIMIT_STATEMENTS * sizeof(*out->v));
	out->cap = BD_LIMIT_STATEMENTS;
	out->len = 0;
	for (size_t i = 0; i < stored->attestations.len; i++) {
		const struct attestation *attestation = &stored->attestations.v[i];
		if (manifest == NULL || !bd_streq(attestation->of, manifest)) {
			continue;
		}
		if (read_attestation(&layout, attestation, arena, out, err) < 0) {
			return bd_error_wrap(err, "attestation %.150s", attestation->descriptor.digest);
		}
	}
	return 0;
}
