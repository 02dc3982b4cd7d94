/* links: origin */
/* SPDX-License-Identifier: Apache-2.0 */
/* Every reader of JSON papers: what was accepted keeps what papers.h promises of materials and secrets. */
#include <stdlib.h>
#include <string.h>

#include "basedrift/limits.h"
#include "basedrift/papers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool holds)
{
	if (!holds) {
		abort();
	}
}

static void check_uri(struct bd_arena *arena, const char *uri)
{
	expect(uri != NULL && strcmp(bd_url_without_credentials(arena, uri), uri) == 0);
}

static void check(int rc, const struct bd_build_papers *p, const struct bd_error *err, struct bd_arena *arena)
{
	if (rc != 0) {
		expect(rc == -(int)err->code && err->msg[0] != '\0');
		return;
	}
	expect(p->materials.len <= BD_LIMIT_MATERIALS);
	for (size_t i = 0; i < p->materials.len; i++) {
		const struct bd_material *m = &p->materials.v[i];
		struct bd_reference ref;
		struct bd_error ignored;
		check_uri(arena, m->uri);
		expect(m->is_image == (m->kind == BD_MATERIAL_IMAGE || m->kind == BD_MATERIAL_FRONTEND ||
					      m->kind == BD_MATERIAL_SCANNER));
		expect(!m->is_image || m->digest == NULL || bd_digest_valid(m->digest));
		expect(m->is_image || m->reference == NULL);
		expect(m->reference == NULL || bd_reference_parse(bd_str(m->reference), arena, &ref, &ignored) == 0);
	}
	for (size_t i = 0; i < p->build_args.len; i++) {
		const struct bd_setting *arg = &p->build_args.v[i];
		expect(arg->redacted == bd_name_is_secret(arg->key, strlen(arg->key)) &&
			arg->redacted == (arg->value == NULL));
	}
	expect(p->layer_steps.len <= BD_LIMIT_LAYER_STEPS && p->image_layers.len <= BD_LIMIT_LAYER_STEPS);
	for (size_t i = 0; i < p->layer_steps.len; i++) {
		expect(bd_digest_valid(p->layer_steps.v[i].digest) && p->layer_steps.v[i].line > 0);
	}
	for (size_t i = 0; i < p->image_layers.len; i++) {
		expect(p->image_layers.v[i].layers.len > 0);
	}
	expect(p->image_digest == NULL || bd_digest_valid(p->image_digest));
	expect(p->config_digest == NULL || bd_digest_valid(p->config_digest));
	expect(p->started == NULL || bd_str_ends(bd_str(p->started), "Z"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct bd_str json = { size > 0 ? (const char *)data : "", size };
	struct bd_arena arena = { .head = NULL };
	struct bd_build_papers p;
	struct bd_error err;
	check(bd_provenance_parse(json, NULL, &arena, &p, &err), &p, &err, &arena);
	check(bd_provenance_parse(json, "linux/arm64", &arena, &p, &err), &p, &err, &arena);
	check(bd_metadata_file_parse(json, "linux/amd64", "web", &arena, &p, &err), &p, &err, &arena);
	check(bd_build_history_parse(json, &arena, &p, &err), &p, &err, &arena);
	bd_arena_release(&arena);
	return 0;
}
