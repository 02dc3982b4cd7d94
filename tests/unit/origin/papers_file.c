/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "papers_file.h"

#include "base/auto.h"

struct bd_str papers_file(const char *name, struct bd_arena *arena)
{
	AUTO(bd_buf_release) struct bd_buf bytes = { 0 };
	const char *path = bd_arena_printf(arena, "%s/origin/%s", TEST_DATA, name);
	AUTO(fclose_ptr) FILE *file = fopen(path, "rbe");
	char chunk[4096];
	size_t n = 0;
	if (file == NULL) {
		fail_msg("%s: not there", path);
		return (struct bd_str){ NULL, 0 };
	}
	while ((n = fread(chunk, 1, sizeof(chunk), file)) > 0) {
		bd_buf_add(&bytes, chunk, n);
	}
	return (struct bd_str){ bd_arena_text(arena, bytes.p, bytes.n), bytes.n };
}

const char *materials_text(const struct bd_material_vec *materials, struct bd_arena *arena)
{
	AUTO(bd_buf_release) struct bd_buf text = { 0 };
	for (size_t i = 0; i < materials->len; i++) {
		const struct bd_material *m = &materials->v[i];
		const char *hex = m->digest != NULL ? strchr(m->digest, ':') + 1 : "-";
		bd_buf_printf(&text, "%s %s %c %s\n", bd_material_kind_name(m->kind),
			m->reference != NULL ? m->reference : "-", hex[0], m->platform != NULL ? m->platform : "-");
	}
	return bd_arena_text(arena, bd_buf_str(&text), text.n);
}

static void assert_clean(const char *text)
{
	if (text != NULL && (strstr(text, "hunter2") != NULL || strstr(text, "pa55") != NULL)) {
		fail_msg("a secret got in: %s", text);
	}
}

void assert_no_secret(const struct bd_build_papers *papers)
{
	const char *const texts[] = { papers->target, papers->frontend, papers->frontend_image, papers->build_type,
		papers->builder_id, papers->invocation_id, papers->vcs_url, papers->vcs_revision, papers->config_source,
		papers->dockerfile_path, papers->dockerfile_text, papers->error, papers->failing_step, papers->tail };
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_clean(texts[i]);
	}
	for (size_t i = 0; i < papers->materials.len; i++) {
		assert_clean(papers->materials.v[i].uri);
		assert_clean(papers->materials.v[i].reference);
	}
	for (size_t i = 0; i < papers->build_args.len; i++) {
		assert_clean(papers->build_args.v[i].value);
	}
}
