/* SPDX-License-Identifier: Apache-2.0 */
/* basedrift-probe provenance FILE [--kind provenance|metadata-file|build-history|log] [--platform P] [--target T] */
#include <jansson.h>

#include "basedrift/papers.h"

#include "base/auto.h"
#include "probe.h"

struct words {
	const char *file, *kind, *platform, *target;
};

static bool take_words(struct words *words, int argc, char **argv)
{
	*words = (struct words){ .kind = "provenance" };
	for (int i = 0; i < argc; i++) {
		const char **value = strcmp(argv[i], "--kind") == 0       ? &words->kind
				     : strcmp(argv[i], "--platform") == 0 ? &words->platform
				     : strcmp(argv[i], "--target") == 0   ? &words->target
									  : NULL;
		if (value == NULL) {
			words->file = argv[i];
		} else if (++i < argc) {
			*value = argv[i];
		} else {
			return false;
		}
	}
	return words->file != NULL;
}

static int read_file(const char *path, struct bd_buf *out, struct bd_error *err)
{
	char chunk[65536];
	AUTO(fclose_ptr) FILE *file = fopen(path, "rbe");
	size_t n = 0;
	if (file == NULL) {
		return bd_error_set_errno(err, "%s", path);
	}
	while ((n = fread(chunk, 1, sizeof(chunk), file)) > 0) {
		bd_buf_add(out, chunk, n);
	}
	return ferror(file) == 0 ? 0 : bd_error_set_errno(err, "%s", path);
}

static int parse(const struct words *words, struct bd_str bytes, struct bd_arena *arena, struct bd_build_papers *papers,
	struct bd_error *err)
{
	if (strcmp(words->kind, "provenance") == 0) {
		return bd_provenance_parse(bytes, words->platform, arena, papers, err);
	}
	if (strcmp(words->kind, "metadata-file") == 0) {
		return bd_metadata_file_parse(bytes, words->platform, words->target, arena, papers, err);
	}
	if (strcmp(words->kind, "build-history") == 0) {
		return bd_build_history_parse(bytes, arena, papers, err);
	}
	if (strcmp(words->kind, "log") == 0) {
		return bd_build_log_parse(bytes, arena, papers, err);
	}
	return bd_error_set(err, BD_ERR_USAGE, "no such kind: %s", words->kind);
}

/* Bytes that are not UTF-8 are shown, never dropped; what is not known is left out. */
static void put(json_t *object, struct bd_arena *arena, const char *key, const char *value)
{
	if (value != NULL) {
		const char *shown = bd_utf8_valid(value, strlen(value)) ? value : bd_display(arena, value);
		(void)json_object_set_new(object, key, json_string(shown));
	}
}

static json_t *materials_json(const struct bd_material_vec *materials, struct bd_arena *arena)
{
	json_t *list = json_array();
	for (size_t i = 0; i < materials->len; i++) {
		const struct bd_material *m = &materials->v[i];
		json_t *entry = json_pack("{s:s,s:b,s:s,s:s}", "kind", bd_material_kind_name(m->kind), "is_image",
			m->is_image, "source", m->source, "digest_kind", bd_digest_kind_name(m->digest_kind));
		put(entry, arena, "uri", m->uri);
		put(entry, arena, "reference", m->reference);
		put(entry, arena, "digest", m->digest);
		put(entry, arena, "platform", m->platform);
		(void)json_array_append_new(list, entry);
	}
	return list;
}

static json_t *args_json(const struct bd_setting_vec *args, struct bd_arena *arena)
{
	json_t *object = json_object();
	for (size_t i = 0; i < args->len; i++) {
		put(object, arena, args->v[i].key, args->v[i].redacted ? "(redacted)" : args->v[i].value);
	}
	return object;
}

static json_t *papers_json(const struct bd_build_papers *p, struct bd_arena *arena)
{
	const struct {
		const char *key, *value;
	} texts[] = {
		{ "target", p->target },
		{ "frontend", p->frontend },
		{ "frontend_image", p->frontend_image },
		{ "build_type", p->build_type },
		{ "builder_id", p->builder_id },
		{ "builder_platform", p->builder_platform },
		{ "started", p->started },
		{ "finished", p->finished },
		{ "invocation_id", p->invocation_id },
		{ "vcs_url", p->vcs_url },
		{ "vcs_revision", p->vcs_revision },
		{ "config_source", p->config_source },
		{ "config_commit", p->config_commit },
		{ "dockerfile_path", p->dockerfile_path },
		{ "dockerfile_text", p->dockerfile_text },
		{ "image_digest", p->image_digest },
		{ "config_digest", p->config_digest },
		{ "error", p->error },
		{ "failing_step", p->failing_step },
		{ "tail", p->tail },
	};
	json_t *warnings = json_array();
	for (size_t i = 0; i < p->warnings.len; i++) {
		(void)json_array_append_new(warnings, json_string(p->warnings.v[i]));
	}
	json_t *object = json_pack("{s:o,s:o,s:s,s:s,s:i,s:i,s:o}", "materials", materials_json(&p->materials, arena),
		"build_args", args_json(&p->build_args, arena), "status", bd_status_name(p->status),
		"image_digest_kind", bd_digest_kind_name(p->image_digest_kind), "failing_line", p->failing_line,
		"cached_steps", p->cached_steps, "warnings", warnings);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		put(object, arena, texts[i].key, texts[i].value);
	}
	return object;
}

int probe_provenance(int argc, char **argv)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	AUTO(bd_buf_release) struct bd_buf bytes = { .n = 0 };
	struct words words;
	struct bd_build_papers papers;
	struct bd_error err;
	if (!take_words(&words, argc, argv)) {
		(void)fputs("usage: basedrift-probe provenance FILE [--kind provenance|metadata-file|build-history|log]"
			    " [--platform P] [--target T]\n",
			stderr);
		return 2;
	}
	json_auto_t *document = NULL;
	if (read_file(words.file, &bytes, &err) < 0 || parse(&words, bd_buf_view(&bytes), &arena, &papers, &err) < 0) {
		document = json_pack("{s:s}", "error", err.msg);
	} else {
		document = papers_json(&papers, &arena);
	}
	(void)json_dumpf(document, stdout, JSON_COMPACT | JSON_SORT_KEYS);
	(void)putchar('\n');
	return 0;
}
