/* SPDX-License-Identifier: Apache-2.0 */
/*
 * LuaRocks: an installed rock is TREE/lib/luarocks/rocks-LUA/NAME/VERSION/ with its rockspec and rock_manifest, which
 * has an MD5 of every file.  Modules and programs are moved out of it when they are deployed: lua/ to
 * TREE/share/lua/LUA/, lib/ to TREE/lib/lua/LUA/, and bin/ gets a wrapper in TREE/bin (LuaRocks, "File locations").
 */
#include "format/lua.h"

#include "basedrift/limits.h"

#include "base/auto.h"
#include "catalog/catalogers.h"
#include "catalog/owned.h"
#include "catalog/package.h"

struct rockspec {
	struct bd_str name, version;
};

static void read_rockspec(const struct bd_str *keys, size_t count, struct bd_str value, void *context)
{
	struct rockspec *rockspec = context;
	if (count == 1 && bd_str_is(keys[0], "package")) {
		rockspec->name = value;
	} else if (count == 1 && bd_str_is(keys[0], "version")) {
		rockspec->version = value;
	}
}

/* LuaRocks itself has names in lower case. */
static const char *lower(struct bd_str name, struct bd_arena *arena)
{
	char *copy = bd_arena_text(arena, name.n > 0 ? name.p : "", name.n);
	for (char *p = copy; *p != '\0'; p++) {
		if (*p >= 'A' && *p <= 'Z') {
			*p = (char)(*p - 'A' + 'a');
		}
	}
	return copy;
}

static int parse(
	const struct bd_catalog_in *in, struct bd_arena *arena, struct bd_package_vec *out, struct bd_error *err)
{
	struct bd_package package = package_at(in->path, "luarocks");
	struct rockspec rockspec = { .name = { NULL, 0 } };
	if (format_lua_strings(in->bytes, arena, read_rockspec, &rockspec, err) < 0) {
		return -(int)err->code;
	}
	package.name = lower(rockspec.name, arena);
	package.version = bd_arena_text(arena, rockspec.version.n > 0 ? rockspec.version.p : "", rockspec.version.n);
	if (package_set_purl(&package, arena)) {
		*bd_vec_push(out) = package;
	}
	return 0;
}

/* ---- files ------------------------------------------------------------------------------------- */

/* TREE/lib/luarocks/rocks-5.1/NAME/VERSION */
struct rock {
	struct owned_list files;
	struct bd_str folder, tree, lua; /* lua: "5.1", or "" in trees without it */
	struct bd_str name, version;     /* of the folders */
	bool alone;                      /* the only version of it in this tree */
};

static void release_rock(struct rock *rock)
{
	owned_release(&rock->files);
}

static bool split_folder(struct rock *rock)
{
	static const char anchor[] = "luarocks/rocks";
	const struct bd_str rocks = bd_path_dir(bd_path_dir(rock->folder));
	const struct bd_str root = bd_path_name(rocks);
	const struct bd_str above = bd_path_dir(bd_path_dir(bd_path_dir(rocks)));
	rock->version = bd_path_name(rock->folder);
	rock->name = bd_path_name(bd_path_dir(rock->folder));
	rock->tree = above;
	rock->lua = bd_str_starts(root, "rocks-") ? (struct bd_str){ root.p + 6, root.n - 6 } : BD_STR("");
	return bd_str_find(rocks, anchor, NULL);
}

/* Where LuaRocks puts a file whose plain name another version of the rock has: NAME_1_0_1-FILE (its
 * path.versioned_name). */
static void add_versioned_name(const struct rock *rock, struct bd_str file, struct bd_buf *out)
{
	bd_buf_printf(out, "%.*s_%.*s-", (int)rock->name.n, rock->name.p, (int)rock->version.n, rock->version.p);
	for (size_t i = 0; i + 1 < out->n; i++) {
		if (out->p[i] == '-' || out->p[i] == '.') {
			out->p[i] = '_';
		}
	}
	bd_buf_add(out, file.p, file.n);
}

static void emit_at(struct rock *rock, const char *part, bool series, struct bd_str file, struct bd_str md5)
{
	AUTO(bd_buf_release) struct bd_buf path = { .n = 0 };
	bd_buf_printf(&path, "%.*s/%s/", (int)rock->tree.n, rock->tree.p, part);
	if (series && rock->lua.n > 0) {
		bd_buf_printf(&path, "%.*s/", (int)rock->lua.n, rock->lua.p);
	}
	bd_buf_add(&path, file.p, file.n);
	owned_file_at(&rock->files, bd_buf_view(&path), md5, false);
}

/* With another version in the tree, which of them has the plain name is not known: no MD5 is held against that. */
static void emit_deployed(struct rock *rock, const char *part, struct bd_str file, struct bd_str md5)
{
	AUTO(bd_buf_release) struct bd_buf other = { .n = 0 };
	if (rock->alone) {
		emit_at(rock, part, true, file, md5);
		return;
	}
	add_versioned_name(rock, file, &other);
	emit_at(rock, part, true, bd_buf_view(&other), md5);
	emit_at(rock, part, true, file, (struct bd_str){ NULL, 0 });
}

/* rock_manifest = { lua = { ["a.lua"] = "MD5" }, bin = …, ["NAME-VERSION.rockspec"] = "MD5" } */
static void emit_entry(const struct bd_str *keys, size_t count, struct bd_str md5, void *context)
{
	struct rock *rock = context;
	AUTO(bd_buf_release) struct bd_buf file = { .n = 0 };
	if (count < 2 || !bd_str_is(keys[0], "rock_manifest")) {
		return;
	}
	for (size_t i = 2; i < count; i++) {
		bd_buf_printf(&file, "%s%.*s", i > 2 ? "/" : "", (int)keys[i].n, keys[i].p);
	}
	if (count > 2 && bd_str_is(keys[1], "lua")) {
		emit_deployed(rock, "share/lua", bd_buf_view(&file), md5);
	} else if (count > 2 && bd_str_is(keys[1], "lib")) {
		emit_deployed(rock, "lib/lua", bd_buf_view(&file), md5);
	} else {
		AUTO(bd_buf_release) struct bd_buf path = { .n = 0 };
		bd_buf_printf(&path, "%.*s/%.*s%s%s", (int)rock->folder.n, rock->folder.p, (int)keys[1].n, keys[1].p,
			count > 2 ? "/" : "", bd_buf_str(&file));
		owned_file_at(&rock->files, bd_buf_view(&path), md5, false);
		if (count > 2 &&
			bd_str_is(keys[1], "bin")) { /* the wrapper is generated, or it is the program itself */
			emit_at(rock, "bin", false, bd_buf_view(&file), (struct bd_str){ NULL, 0 });
		}
	}
}

struct count {
	struct bd_str name, last;
	size_t versions;
};

/* The tree's manifest: repository = { NAME = { ["VERSION"] = { { arch = "installed" … */
static void count_version(const struct bd_str *keys, size_t count, struct bd_str value, void *context)
{
	struct count *counted = context;
	(void)value;
	if (count > 3 && bd_str_is(keys[0], "repository") && bd_str_equal(keys[1], counted->name) &&
		bd_str_is(keys[count - 1], "arch") && !bd_str_equal(keys[2], counted->last)) {
		counted->last = keys[2];
		counted->versions++;
	}
}

static bool is_alone(const struct bd_catalog_in *in, const struct rock *rock, struct bd_arena *arena)
{
	struct count count = { .name = rock->name };
	const struct bd_str rocks = bd_path_dir(bd_path_dir(rock->folder));
	const char *path = bd_arena_printf(arena, "%.*s/manifest", (int)rocks.n, rocks.p);
	const struct bd_str manifest = in->file(in, path);
	struct bd_error ignored;
	return manifest.n <= BD_LIMIT_REREAD_BYTES &&
	       (format_lua_strings(manifest, arena, count_version, &count, &ignored) < 0 || count.versions < 2);
}

static int owned(const struct bd_catalog_in *in, const struct bd_package *package, bd_owned_fn *each, void *context,
	struct bd_error *err)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	AUTO(release_rock)
	struct rock rock = { .files = { .each = each, .context = context }, .folder = bd_path_dir(bd_str(in->path)) };
	struct bd_error ignored;
	(void)package;
	(void)err;
	if (!split_folder(&rock)) {
		return 0;
	}
	const char *path = bd_arena_printf(&arena, "%.*s/rock_manifest", (int)rock.folder.n, rock.folder.p);
	const struct bd_str manifest = in->file(in, path);
	rock.alone = is_alone(in, &rock, &arena);
	if (format_lua_strings(manifest, &arena, emit_entry, &rock, &ignored) == 0) { /* else the folder is still its */
		owned_file_at(&rock.files, bd_str(path), (struct bd_str){ NULL, 0 }, false);
	}
	owned_folder_at(&rock.files, rock.folder);
	return 0;
}

const struct bd_cataloger bd_cataloger_lua = {
	.name = "lua",
	.purl_type = "luarocks",
	.primary = (const char *const[]){ "**/luarocks/rocks*/*/*/*.rockspec", NULL },
	.companions =
		(const char *const[]){ "**/luarocks/rocks*/*/*/rock_manifest", "**/luarocks/rocks*/manifest", NULL },
	.parse = parse,
	.owned = owned,
};
