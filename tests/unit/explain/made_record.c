/* SPDX-License-Identifier: Apache-2.0 */
#include "made_record.h"

#include <string.h>

static const char dockerfile[] = "FROM python:2.7\nRUN pip install six\nCOPY --from=ui /dist /app\n";

static void add_layer(
	struct bd_record *record, const char *seed, enum bd_layer_origin origin, int line, const char *instruction)
{
	struct bd_layer_line *layer = bd_vec_push(&record->layers);
	layer->index = (int)record->layers.len - 1;
	layer->diff_id = bd_arena_printf(&record->arena, "sha256:%s-diff-id", seed);
	layer->content = bd_arena_printf(&record->arena, "sha256:%s-content", seed);
	layer->metadata = bd_arena_printf(&record->arena, "sha256:%s-metadata", seed);
	layer->origin = origin;
	layer->line = line;
	layer->instruction = instruction;
	layer->copied_from_stage = -1;
	layer->verified = true;
}

struct bd_base *made_base(struct bd_record *record, enum bd_role role, int line, const char *reference)
{
	struct bd_base *base = bd_vec_push(&record->bases);
	base->role = role;
	base->line = line;
	base->stage = role == BD_ROLE_BUILDER ? 0 : 1;
	base->stage_name = role == BD_ROLE_BUILDER ? "ui" : NULL;
	base->as_written = reference;
	base->reference = bd_arena_printf(&record->arena, "docker.io/library/%s", reference);
	base->pin = BD_PIN_TAG;
	base->platform = "linux/amd64";
	return base;
}

void made_digest(struct bd_record *record, struct bd_base *base, enum bd_digest_kind kind, const char *value)
{
	struct bd_digest *grown = bd_arena_alloc(&record->arena, (base->digests.len + 1) * sizeof(*grown));
	if (base->digests.len > 0) {
		memcpy(grown, base->digests.v, base->digests.len * sizeof(*grown));
	}
	grown[base->digests.len] = (struct bd_digest){ kind, value };
	base->digests.v = grown;
	base->digests.len++;
	base->confidence = BD_STATED;
}

struct bd_record *made_record(const char *base_seed, const char *run_seed, const char *copy_seed)
{
	struct bd_record *record = bd_record_new();

	record->source = (struct bd_vcs){ .present = true,
		.vcs = "git",
		.tree = "80655da8d80aaaf92ce5357e7828dc09adb00993",
		.dirty = BD_SAME,
		.dockerfile_path = "Dockerfile",
		.dockerfile_digest = "sha256:d",
		.dockerfile_text = dockerfile };
	record->image.present = true;
	record->image.platform = "linux/amd64";
	record->image.name = "oci:app";
	record->files_known = true;
	add_layer(record, base_seed, BD_LAYER_BASE, 0, NULL);
	add_layer(record, run_seed, BD_LAYER_STEP, 2, "RUN pip install six");
	add_layer(record, copy_seed, BD_LAYER_STEP, 3, "COPY --from=ui /dist /app");
	record->layers.v[2].copied_from = "ui";
	record->layers.v[2].copied_from_stage = 0;
	struct bd_base *base = made_base(record, BD_ROLE_BASE, 1, "python:2.7");
	base->diff_ids =
		(struct bd_string_vec){ .v = bd_arena_alloc(&record->arena, sizeof(const char *)), .len = 1, .cap = 1 };
	base->diff_ids.v[0] = record->layers.v[0].diff_id;
	base->confidence = BD_INFERRED;
	(void)made_package(record, "deb", "openssl", "1.1.1c-1", 0);
	(void)made_package(record, "pypi", "six", "1.12.0", 1);
	(void)made_file(record, "app/index.js", "sha256:index", 2);
	return record;
}

struct bd_package *made_package(
	struct bd_record *record, const char *type, const char *name, const char *version, int layer)
{
	struct bd_package *package = bd_vec_push(&record->packages);
	*package = (struct bd_package){ .purl = bd_arena_printf(&record->arena, "pkg:%s/%s@%s", type, name, version),
		.type = type,
		.name = name,
		.version = version,
		.path = "db",
		.layer = layer,
		.content = "sha256:content",
		.metadata = "sha256:metadata",
		.files = 1 };
	return package;
}

struct bd_file_line *made_file(struct bd_record *record, const char *path, const char *digest, int layer)
{
	struct bd_file_line *file = bd_vec_push(&record->files);
	*file = (struct bd_file_line){ .path = path, .kind = BD_FILE, .mode = 0644, .digest = digest, .layer = layer };
	return file;
}

void made_env(struct bd_record *record, const char *key, const char *value)
{
	struct bd_setting_vec *env = &record->image.config.env;
	struct bd_setting *grown = bd_arena_alloc(&record->arena, (env->len + 1) * sizeof(*grown));
	if (env->len > 0) {
		memcpy(grown, env->v, env->len * sizeof(*grown));
	}
	grown[env->len] = (struct bd_setting){ .key = key, .value = value };
	env->v = grown;
	env->len++;
}
