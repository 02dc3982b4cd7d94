/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Snaps: meta/snap.yaml of an unpacked snap has its name and version, snap/manifest.yaml the Debian packages that were
 * staged into it, and usr/share/snappy/dpkg.yaml of a base snap the packages it was made of ("NAME[:ARCH]=VERSION").
 */
#include <string.h>

#include "basedrift/limits.h"

#include "base/auto.h"
#include "catalog/catalogers.h"
#include "catalog/owned.h"
#include "catalog/package.h"
#include "format/yaml.h"

struct reading {
	const struct bd_catalog_in *in;
	struct bd_arena *arena;
	struct bd_package_vec *out;
	struct bd_package snap;
};

static bool is_snap(const char *path)
{
	return bd_str_ends(bd_str(path), "meta/snap.yaml");
}

/* "gcc-10-base:amd64=10.5.0-1ubuntu1~20.04"; snaps are built from Ubuntu's packages. */
static void add_staged(const struct reading *reading, struct bd_str text)
{
	struct bd_package package = package_at(reading->in->path, "deb");
	struct bd_str version = text;
	struct bd_str arch = bd_str_cut(&version, '=');
	const struct bd_str name = bd_str_cut(&arch, ':');
	if (name.n == 0 || reading->out->len >= BD_LIMIT_PACKAGES) {
		return;
	}
	package.name = bd_arena_text(reading->arena, name.p, name.n);
	package.version = bd_arena_text(reading->arena, version.n > 0 ? version.p : "", version.n);
	package.arch = arch.n > 0 ? bd_arena_text(reading->arena, arch.p, arch.n) : NULL;
	package.namespace = "ubuntu";
	struct bd_key_value pair = { "arch", package.arch };
	const struct bd_purl purl = { .type = "deb",
		.namespace = "ubuntu",
		.name = package.name,
		.version = package.version,
		.qualifiers = { &pair, 1, 1 } };
	package.purl = bd_purl_text(&purl, reading->arena);
	if (package.purl != NULL) {
		*bd_vec_push(reading->out) = package;
	}
}

static void read_list(struct bd_str path, struct bd_str value, void *context)
{
	if (bd_str_is(path, "packages[]") || bd_str_is(path, "primed-stage-packages[]")) {
		add_staged(context, value);
	}
}

static void read_snap(struct bd_str path, struct bd_str value, void *context)
{
	struct reading *reading = context;
	if (memchr(value.p, '\0', value.n) != NULL) {
		return;
	}
	if (bd_str_is(path, "name")) {
		reading->snap.name = bd_arena_text(reading->arena, value.p, value.n);
	} else if (bd_str_is(path, "version")) {
		reading->snap.version = bd_arena_text(reading->arena, value.p, value.n);
	}
}

/* Where dpkg's own list is there too, it is that which counts. */
static bool has_dpkg(const struct bd_catalog_in *in)
{
	static const char file[] = "usr/share/snappy/dpkg.yaml";
	AUTO(bd_buf_release) struct bd_buf path = { .n = 0 };
	if (!bd_str_is(bd_str(in->path), file)) {
		return false;
	}
	bd_buf_add_str(&path, "var/lib/dpkg/status");
	return in->file(in, bd_buf_str(&path)).n > 0;
}

static int parse(
	const struct bd_catalog_in *in, struct bd_arena *arena, struct bd_package_vec *out, struct bd_error *err)
{
	struct reading reading = { in, arena, out, package_at(in->path, "snap") };
	if (has_dpkg(in)) {
		return 0;
	}
	format_yaml_fn *each = is_snap(in->path) ? read_snap : read_list;
	const int result = format_yaml_scalars(in->bytes, BD_LIMIT_PACKAGE_JSON_BYTES, each, &reading, err);
	if (is_snap(in->path) && package_set_purl(&reading.snap, arena)) {
		*bd_vec_push(out) = reading.snap;
	}
	return result;
}

/* The snap has its whole folder; what was staged into it lies somewhere in there, its database does not say where. */
static int owned(const struct bd_catalog_in *in, const struct bd_package *package, bd_owned_fn *each, void *context,
	struct bd_error *err)
{
	AUTO(owned_release) struct owned_list files = { .each = each, .context = context };
	(void)err;
	if (bd_streq(package->type, "snap")) {
		owned_folder_at(&files, bd_path_dir(bd_path_dir(bd_str(in->path))));
	}
	return 0;
}

const struct bd_cataloger bd_cataloger_snap = {
	.name = "snap",
	.purl_type = "snap",
	.primary = (const char *const[]){ "snap/*/*/meta/snap.yaml", "var/lib/snapd/snap/*/*/meta/snap.yaml",
		"meta/snap.yaml", "**/snap/manifest.yaml", "**/usr/share/snappy/dpkg.yaml", NULL },
	.parse = parse,
	.owned = owned,
};
