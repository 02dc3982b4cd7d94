/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nix: every directory /nix/store/HASH-NAME-VERSION[-OUTPUT] is an installed output of a package; the name says all
 * that is known of it.  NAME ends before the first dash that no letter follows (nix's parseDrvName).  Directories
 * without a version (environments, sources, configuration) are no packages: their files stand for themselves.
 */
#include <string.h>

#include "base/auto.h"
#include "catalog/catalogers.h"
#include "catalog/owned.h"
#include "catalog/package.h"

#define HASH_BYTES 32U

struct store_name {
	struct bd_str hash, name, version, output;
};

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Nix's base 32 has no e, o, t and u. */
static bool is_hash(struct bd_str text)
{
	for (size_t i = 0; i < text.n; i++) {
		const char c = text.p[i];
		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')) || strchr("eotu", c) != NULL) {
			return false;
		}
	}
	return true;
}

/* Build instructions, locks and sources are no installed packages. */
static bool is_other(struct bd_str name)
{
	static const char *const endings[] = { ".drv", ".lock", ".chroot", ".check", ".patch", "-source" };
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		if (bd_str_ends(name, endings[i])) {
			return true;
		}
	}
	return false;
}

/* A last word without a digit is an output (bin, dev, man …), unless it says how stable the version is. */
static bool is_output(struct bd_str word)
{
	static const char *const states[] = { "alpha", "beta", "rc", "pre", "git", "snapshot", "stable", "unstable",
		"final", "release", "RELEASE", "nightly", "master", "main", "patched" };
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		if (bd_str_is(word, states[i])) {
			return false;
		}
	}
	for (size_t i = 0; i < word.n; i++) {
		if (!is_letter(word.p[i]) && word.p[i] != '_') {
			return false;
		}
	}
	return word.n > 0;
}

static void cut_output(struct store_name *out)
{
	const char *dash = memrchr(out->version.p, '-', out->version.n);
	if (dash == NULL) {
		return;
	}
	const struct bd_str word = { dash + 1, (size_t)(out->version.p + out->version.n - dash - 1) };
	if (is_output(word)) {
		out->output = word;
		out->version.n = (size_t)(dash - out->version.p);
	}
}

/* "NAME-unstable-2021-08-16" is how nixpkgs dated what has no release: the word belongs to the version. */
static void move_unstable(struct store_name *out)
{
	static const char word[] = "-unstable";
	const size_t n = sizeof(word) - 1;
	if (bd_str_ends(out->name, word) && out->name.n > n) {
		out->version.n += n;
		out->version.p -= n;
		out->name.n -= n;
	}
}

static bool split(struct bd_str text, struct store_name *out)
{
	if (text.n <= HASH_BYTES + 1 || text.p[HASH_BYTES] != '-') {
		return false;
	}
	*out = (struct store_name){ .hash = { text.p, HASH_BYTES } };
	text = (struct bd_str){ text.p + HASH_BYTES + 1, text.n - HASH_BYTES - 1 };
	if (!is_hash(out->hash) || is_other(text)) {
		return false;
	}
	for (size_t i = 1; i + 1 < text.n; i++) {
		if (text.p[i] == '-' && !is_letter(text.p[i + 1])) {
			out->name = (struct bd_str){ text.p, i };
			out->version = (struct bd_str){ text.p + i + 1, text.n - i - 1 };
			cut_output(out);
			move_unstable(out);
			return true;
		}
	}
	return false;
}

static int parse(
	const struct bd_catalog_in *in, struct bd_arena *arena, struct bd_package_vec *out, struct bd_error *err)
{
	struct bd_package package = package_at(in->path, "nix");
	struct store_name name;
	(void)err;
	if (!split(bd_path_name(bd_str(in->path)), &name)) {
		return 0;
	}
	package.name = bd_arena_text(arena, name.name.p, name.name.n);
	package.version = bd_arena_text(arena, name.version.p, name.version.n);
	struct bd_key_value pairs[2] = { { "outputhash", bd_arena_text(arena, name.hash.p, name.hash.n) } };
	if (name.output.n > 0) {
		pairs[1] = pairs[0];
		pairs[0] = (struct bd_key_value){ "output", bd_arena_text(arena, name.output.p, name.output.n) };
	}
	const size_t count = name.output.n > 0 ? 2 : 1;
	const struct bd_purl purl = {
		.type = "nix", .name = package.name, .version = package.version, .qualifiers = { pairs, count, count }
	};
	package.purl = bd_purl_text(&purl, arena);
	if (package.purl != NULL) {
		*bd_vec_push(out) = package;
	}
	return 0;
}

static int owned(const struct bd_catalog_in *in, const struct bd_package *package, bd_owned_fn *each, void *context,
	struct bd_error *err)
{
	AUTO(owned_release) struct owned_list files = { .each = each, .context = context };
	(void)package;
	(void)err;
	owned_folder_at(&files, bd_str(in->path));
	return 0;
}

const struct bd_cataloger bd_cataloger_nix = {
	.name = "nix",
	.purl_type = "nix",
	.primary = (const char *const[]){ "nix/store/*/", NULL },
	.parse = parse,
	.owned = owned,
};
