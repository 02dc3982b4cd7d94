/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PHP packages and extensions as pear and pecl keep them: .registry/NAME.reg for the channel pear.php.net,
 * .registry/.channel.CHANNEL/NAME.reg for any other (PEAR_Registry), each the serialized package.xml.
 */
#include <string.h>

#include "base/auto.h"
#include "catalog/catalogers.h"
#include "catalog/owned.h"
#include "catalog/package.h"
#include "format/php_serialize.h"

static struct bd_str member_text(struct bd_str members, const char *key)
{
	struct format_php value;
	const bool found = format_php_member(members, key, &value) && value.kind == 's';
	const bool is_text = found && (value.text.n == 0 || memchr(value.text.p, '\0', value.text.n) == NULL);
	return is_text ? value.text : (struct bd_str){ NULL, 0 };
}

/* package.xml 2.0: version[release]; 1.0: a text, or in old registries release or version at the top. */
static struct bd_str find_version(struct bd_str members)
{
	struct format_php version;
	if (!format_php_member(members, "version", &version)) {
		return member_text(members, "release");
	}
	return version.kind == 'a' ? member_text(version.members, "release") : member_text(members, "version");
}

static struct bd_str find_name(struct bd_str members)
{
	const struct bd_str name = member_text(members, "name");
	return name.n > 0 ? name : member_text(members, "package");
}

/* The channel that the package states, else the one whose folder it is in. */
static struct bd_str find_channel(struct bd_str members, const char *path)
{
	const struct bd_str stated = member_text(members, "channel");
	const struct bd_str folder = bd_path_name(bd_path_dir(bd_str(path)));
	if (stated.n > 0) {
		return stated;
	}
	return bd_str_starts(folder, ".channel.")
		       ? (struct bd_str){ folder.p + strlen(".channel."), folder.n - strlen(".channel.") }
		       : bd_str("pear.php.net");
}

static int parse(
	const struct bd_catalog_in *in, struct bd_arena *arena, struct bd_package_vec *out, struct bd_error *err)
{
	struct bd_package package = package_at(in->path, "pear");
	struct bd_str rest = in->bytes;
	struct format_php document;
	if (!format_php_next(&rest, &document) || document.kind != 'a') {
		return bd_error_set(err, BD_ERR_FORMAT, "not a serialized array");
	}
	const struct bd_str name = find_name(document.members);
	const struct bd_str version = find_version(document.members);
	const struct bd_str channel = find_channel(document.members, in->path);
	if (name.n == 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "a package without a name");
	}
	package.name = bd_arena_text(arena, name.p, name.n);
	package.version = bd_arena_text(arena, version.n > 0 ? version.p : "", version.n);
	package.namespace = bd_arena_text(arena, channel.p, channel.n);
	const struct bd_purl purl = {
		.type = "pear", .namespace = package.namespace, .name = package.name, .version = package.version
	};
	package.purl = bd_purl_text(&purl, arena);
	if (package.purl != NULL) {
		*bd_vec_push(out) = package;
	}
	return 0;
}

/* Tasks (tasks:replace, in 1.0 "replacements") rewrite a file while it is installed: the checksum is of before. */
static bool is_rewritten(struct bd_str members)
{
	struct format_php key;
	struct format_php value;
	while (members.n > 0 && format_php_next(&members, &key) && format_php_next(&members, &value)) {
		if (bd_str_starts(key.text, "tasks:") || bd_str_is(key.text, "replacements")) {
			return true;
		}
	}
	return false;
}

/* Its own entry is not of the package's bytes: it has the day of the installation. */
static int owned(const struct bd_catalog_in *in, const struct bd_package *package, bd_owned_fn *each, void *context,
	struct bd_error *err)
{
	struct owned_list list = { .each = each, .context = context };
	struct bd_str rest = in->bytes;
	struct format_php document;
	struct format_php files;
	struct format_php key;
	struct format_php entry;
	(void)package;
	(void)err;
	if (!format_php_next(&rest, &document) || !format_php_member(document.members, "filelist", &files)) {
		return 0;
	}
	while (files.members.n > 0 && format_php_next(&files.members, &key) &&
		format_php_next(&files.members, &entry)) {
		struct bd_owned_file file = { .folder = false };
		const struct bd_str place = member_text(entry.members, "installed_as");
		if (!is_rewritten(entry.members)) {
			owned_set_checksum(&file, BD_CHECKSUM_MD5, member_text(entry.members, "md5sum"));
		}
		file.config = bd_str_is(member_text(entry.members, "role"), "cfg");
		owned_add(&list, (struct bd_str){ NULL, 0 }, place, file);
	}
	owned_release(&list);
	return 0;
}

const struct bd_cataloger bd_cataloger_pear = {
	.name = "pear",
	.purl_type = "pear",
	.primary = (const char *const[]){ "**/.registry/*.reg", "**/.registry/.channel.*/*.reg", NULL },
	.parse = parse,
	.owned = owned,
};
