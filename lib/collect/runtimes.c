/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/runtimes.h"

#include <string.h>

#include "basedrift/version.h"

static const char *const names[] = { "python", "node", "ruby", "php", "perl", NULL };
static const char *const folders[] = { "usr/local/bin", "opt/bin", "nodejs/bin", NULL };

static const char *setting(const struct bd_record *record, const char *key)
{
	const struct bd_setting_vec *env = &record->image.config.env;
	for (size_t i = 0; i < env->len; i++) {
		if (strcmp(env->v[i].key, key) == 0 && !env->v[i].redacted) {
			return env->v[i].value;
		}
	}
	return NULL;
}

static const struct bd_package *found_in_files(const struct bd_record *record, const char *name)
{
	for (size_t i = 0; i < record->packages.len; i++) {
		const struct bd_package *package = &record->packages.v[i];
		if (strcmp(package->type, "generic") == 0 && strcmp(package->name, name) == 0) {
			return package;
		}
	}
	return NULL;
}

/* The program where images that build it themselves put it: a regular file, not a link to a package's. */
static const struct bd_tree_file *program(struct inventory *inventory, const char *name)
{
	for (const char *const *folder = folders; *folder != NULL; folder++) {
		const char *path = bd_arena_printf(&inventory->arena, "%s/%s", *folder, name);
		const struct bd_tree_file *file = bd_tree_resolve(&inventory->tree, path);
		if (file != NULL && file->entry->kind == BD_FILE) {
			return file;
		}
	}
	return NULL;
}

static int parse_nothing(
	const struct bd_catalog_in *in, struct bd_arena *arena, struct bd_package_vec *out, struct bd_error *err)
{
	(void)in;
	(void)arena;
	(void)out;
	(void)err;
	return 0;
}

static int own_program(const struct bd_catalog_in *in, const struct bd_package *package, bd_owned_fn *each,
	void *context, struct bd_error *err)
{
	(void)in;
	(void)err;
	const struct bd_owned_file file = { .path = bd_str(package->path) };
	each(&file, context);
	return 0;
}

/* Not of the table: it reads no file, it stands for what a setting says. */
static const struct bd_cataloger stated = {
	.name = "setting", .purl_type = "generic", .parse = parse_nothing, .owned = own_program
};

static void add_runtime(struct inventory *inventory, struct bd_record *record, const char *name, const char *version,
	const struct bd_tree_file *file)
{
	struct bd_arena *arena = &record->arena;
	const struct bd_purl purl = { .type = "generic", .name = name, .version = version };

	*bd_vec_push(&record->packages) = (struct bd_package){
		.purl = bd_purl_text(&purl, arena),
		.type = "generic",
		.name = name,
		.version = bd_arena_strdup(arena, version),
		.path = bd_arena_strdup(arena, file->path),
		.layer = file->layer,
		.files = -1,
		.size_bytes = -1,
	};
	inventory->found = bd_xrealloc(inventory->found, (inventory->found_count + 1) * sizeof(*inventory->found));
	inventory->found[inventory->found_count++] = (struct found_package){ &stated, { NULL, 0 } };
}

void add_stated_runtimes(struct inventory *inventory, struct bd_record *record)
{
	for (const char *const *name = names; *name != NULL; name++) {
		const char *key = bd_runtime_variable(*name);
		const char *version = key != NULL ? setting(record, key) : NULL;
		if (version == NULL) {
			continue;
		}
		const struct bd_package *package = found_in_files(record, *name);
		const struct bd_tree_file *file = program(inventory, *name);
		if (package == NULL && file != NULL) {
			add_runtime(inventory, record, *name, version, file);
		} else if (package != NULL && package->owned_by == NULL && strcmp(package->version, version) != 0) {
			bd_record_diagnose(record, "runtime-version-disagrees", package->path,
				"%s states %s %s, the setting %s says %s", package->path, *name, package->version, key,
				version);
		}
	}
}
