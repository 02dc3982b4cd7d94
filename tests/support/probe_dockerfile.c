/* SPDX-License-Identifier: Apache-2.0 */
/* basedrift-probe dockerfile FILE [--build-arg K=V]... [--target T] [--platform P] */
#include <jansson.h>

#include "basedrift/origin.h"

#include "base/auto.h"
#include "probe.h"

struct probe_options {
	const char *file;
	struct bd_dockerfile_options parse;
	struct {
		struct bd_build_arg *v;
		size_t len, cap;
	} args;
	struct bd_arena arena;
};

static void probe_options_release(struct probe_options *options)
{
	free(options->args.v);
	bd_arena_release(&options->arena);
}

static bool take_option(struct probe_options *options, const char *name, const char *value)
{
	if (strcmp(name, "--target") == 0) {
		options->parse.target = value;
	} else if (strcmp(name, "--platform") == 0) {
		options->parse.platform = value;
	} else if (strcmp(name, "--build-arg") == 0 && strchr(value, '=') != NULL) {
		const size_t n = strcspn(value, "=");
		*bd_vec_push(&options->args) =
			(struct bd_build_arg){ bd_arena_text(&options->arena, value, n), value + n + 1 };
	} else {
		return false;
	}
	return true;
}

static bool take_arguments(struct probe_options *options, int argc, char **argv)
{
	for (int i = 0; i < argc; i++) {
		if (strncmp(argv[i], "--", 2) != 0) {
			options->file = argv[i];
		} else if (i + 1 == argc || !take_option(options, argv[i], argv[i + 1])) {
			return false;
		} else {
			i++;
		}
	}
	options->parse.build_args = options->args.v;
	options->parse.build_arg_count = options->args.len;
	return options->file != NULL;
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

static json_t *stages_json(struct bd_arena *arena, const struct bd_stage_vec *stages)
{
	json_t *list = json_array();
	for (size_t i = 0; i < stages->len; i++) {
		const struct bd_stage *stage = &stages->v[i];
		(void)json_array_append_new(list,
			json_pack("{s:i,s:o,s:o,s:o,s:o}", "line", stage->line, "name", probe_text(arena, stage->name),
				"as_written", probe_text(arena, stage->as_written), "reference",
				probe_text(arena, stage->reference), "platform", probe_text(arena, stage->platform)));
	}
	return list;
}

static json_t *references_json(struct bd_arena *arena, const struct bd_image_use_vec *images)
{
	json_t *list = json_array();
	for (size_t i = 0; i < images->len; i++) {
		const struct bd_image_use *use = &images->v[i];
		(void)json_array_append_new(
			list, json_pack("{s:s,s:i,s:i,s:o,s:o}", "role", bd_role_name(use->role), "line", use->line,
				      "stage", use->stage, "as_written", probe_text(arena, use->as_written),
				      "reference", probe_text(arena, use->reference)));
	}
	return list;
}

static json_t *instructions_json(const struct bd_instruction_vec *instructions)
{
	json_t *list = json_array();
	for (size_t i = 0; i < instructions->len; i++) {
		(void)json_array_append_new(
			list, json_pack("{s:i,s:s}", "line", instructions->v[i].line, "name", instructions->v[i].name));
	}
	return list;
}

int probe_dockerfile(int argc, char **argv)
{
	AUTO(probe_options_release) struct probe_options options = { .file = NULL };
	AUTO(bd_buf_release) struct bd_buf bytes = { .n = 0 };
	struct bd_dockerfile dockerfile;
	struct bd_error err;
	if (!take_arguments(&options, argc, argv)) {
		(void)fputs("usage: basedrift-probe dockerfile FILE [--build-arg K=V]... [--target T] [--platform P]\n",
			stderr);
		return 2;
	}
	json_auto_t *document = NULL;
	if (read_file(options.file, &bytes, &err) < 0 ||
		bd_dockerfile_parse(bd_buf_view(&bytes), &options.parse, &options.arena, &dockerfile, &err) < 0) {
		document = json_pack("{s:o}", "error", probe_text(&options.arena, err.msg));
	} else {
		document = json_pack("{s:o,s:o,s:o}", "stages", stages_json(&options.arena, &dockerfile.stages),
			"references", references_json(&options.arena, &dockerfile.images), "instructions",
			instructions_json(&dockerfile.instructions));
	}
	(void)json_dumpf(document, stdout, JSON_COMPACT);
	(void)putchar('\n');
	return 0;
}
