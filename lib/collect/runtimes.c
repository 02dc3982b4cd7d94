/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/runtimes.h"

#include <string.h>

#include "basedrift/version.h"

/*
 * program: where the official image has it; "": of that name in one of the folders; NULL: its program does not stand
 * for the version (usr/local/cargo/bin/rustc is rustup, which starts whichever toolchain is chosen), so that the
 * setting is only held against what a file states.
 */
static const struct stated_runtime {
	const char *name, *program;
} runtimes[] = {
	{ "erlang", "usr/local/lib/erlang/bin/erl" },
	{ "go", "usr/local/go/bin/go" },
	{ "httpd", "usr/local/apache2/bin/httpd" },
	{ "node", "" },
	{ "perl", "" },
	{ "php", "" },
	{ "python", "" },
	{ "ruby", "" },
	{ "rust", NULL },
	{ "tomcat", "usr/local/tomcat/bin/catalina.sh" },
};
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

static const struct bd_tree_file *program_at(struct inventory *inventory, const char *path)
{
	const struct bd_tree_file *file = bd_tree_resolve(&inventory->tree, path);
	return file != NULL && file->entry->kind == BD_FILE ? file : NULL;
}

/* The program where images that build it themselves put it: a regular file, not a link to a package's. */
static const struct bd_tree_file *program(struct inventory *inventory, const struct stated_runtime *runtime)
{
	const struct bd_tree_file *file = NULL;
	if (runtime->program == NULL || runtime->program[0] != '\0') {
		return runtime->program != NULL ? program_at(inventory, runtime->program) : NULL;
	}
	for (const char *const *folder = folders; *folder != NULL && file == NULL; folder++) {
		file = program_at(inventory, bd_arena_printf(&inventory->arena, "%s/%s", *folder, runtime->name));
	}
	return file;
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

/* NODE_VERSION=lts, RUST_VERSION=nightly name a line of releases. */
static bool is_version(const char *text)
{
	return text != NULL && text[0] >= '0' && text[0] <= '9';
}

void add_stated_runtimes(struct inventory *inventory, struct bd_record *record)
{
	for (size_t i = 0; i < sizeof(runtimes) / sizeof(runtimes[0]); i++) {
		const char *name = runtimes[i].name;
		const char *key = bd_runtime_variable(name);
		const char *version = key != NULL ? setting(record, key) : NULL;
		if (!is_version(version)) {
			continue;
		}
		const struct bd_package *package = found_in_files(record, name);
		const struct bd_tree_file *file = program(inventory, &runtimes[i]);
		if (package == NULL && file != NULL) {
			add_runtime(inventory, record, name, version, file);
		} else if (package != NULL && package->owned_by == NULL && strcmp(package->version, version) != 0) {
			bd_record_diagnose(record, "runtime-version-disagrees", package->path,
				"%s states %s %s, the setting %s says %s", package->path, name, package->version, key,
				version);
		}
	}
}
