/* SPDX-License-Identifier: Apache-2.0 */
/* Platforms, with the aliases that containerd's platforms package knows. */
#include <ctype.h>
#include <string.h>

#include "basedrift/oci.h"

struct alias {
	const char *name;
	const char *architecture, *variant;
};

static const struct alias aliases[] = {
	{ "x86_64", "amd64", NULL },
	{ "x86-64", "amd64", NULL },
	{ "aarch64", "arm64", NULL },
	{ "i386", "386", NULL },
	{ "i486", "386", NULL },
	{ "i586", "386", NULL },
	{ "i686", "386", NULL },
	{ "armhf", "arm", "v7" },
	{ "armel", "arm", "v6" },
	{ "armv8l", "arm", "v8" },
	{ "armv7l", "arm", "v7" },
	{ "armv6l", "arm", "v6" },
	{ "armv5tel", "arm", "v5" },
	{ "loongarch64", "loong64", NULL },
};

/* A variant that says no more than its absence does. */
static const char *usual_variant(const char *architecture)
{
	if (bd_streq(architecture, "arm64")) {
		return "v8";
	}
	if (bd_streq(architecture, "amd64")) {
		return "v1";
	}
	return bd_streq(architecture, "arm") ? "v7" : NULL;
}

static void apply_alias(struct bd_platform *platform)
{
	for (size_t i = 0; platform->architecture != NULL && i < sizeof(aliases) / sizeof(aliases[0]); i++) {
		if (strcmp(platform->architecture, aliases[i].name) == 0) {
			platform->architecture = aliases[i].architecture;
			if (platform->variant == NULL) {
				platform->variant = aliases[i].variant;
			}
			return;
		}
	}
}

const char *bd_platform_text(const struct bd_platform *platform, struct bd_arena *arena)
{
	const char *os = platform->os != NULL ? platform->os : "unknown";
	const char *architecture = platform->architecture != NULL ? platform->architecture : "unknown";
	if (platform->variant == NULL || platform->variant[0] == '\0') {
		return bd_arena_printf(arena, "%s/%s", os, architecture);
	}
	return bd_arena_printf(arena, "%s/%s/%s", os, architecture, platform->variant);
}

static const char *lower_word(struct bd_str s, struct bd_arena *arena)
{
	char *word = bd_arena_text(arena, s.p, s.n);
	for (char *c = word; *c != '\0'; c++) {
		if (isalnum((unsigned char)*c) == 0 && strchr("_.-", *c) == NULL) {
			return NULL;
		}
		*c = (char)tolower((unsigned char)*c);
	}
	return word[0] != '\0' ? word : NULL;
}

/* A single word is an architecture, unless it is one of the systems that images exist for. */
static bool is_system(const char *word)
{
	static const char *const systems[] = { "linux", "windows", "darwin", "freebsd" };
	for (size_t i = 0; i < sizeof(systems) / sizeof(systems[0]); i++) {
		if (strcmp(systems[i], word) == 0) {
			return true;
		}
	}
	return false;
}

int bd_platform_parse(const char *text, struct bd_arena *arena, struct bd_platform *out, struct bd_error *err)
{
	const char *words[3] = { NULL, NULL, NULL };
	struct bd_str rest = bd_str(text);
	size_t n = 0;

	bool more = true;
	while (more) {
		const size_t before = rest.n;
		const struct bd_str word = bd_str_cut(&rest, '/');
		more = word.n != before;
		if (n == 3 || (words[n++] = lower_word(word, arena)) == NULL) {
			return bd_error_set(
				err, BD_ERR_USAGE, "platform \"%.100s\": not OS/ARCHITECTURE[/VARIANT]", text);
		}
	}
	*out = (struct bd_platform){ .os = words[0], .architecture = words[1], .variant = words[2] };
	if (n == 1) {
		const bool system = is_system(words[0]);
		out->os = system ? words[0] : "linux";
		out->architecture = system ? bd_platform_host().architecture : words[0];
	}
	if (bd_streq(out->os, "macos")) {
		out->os = "darwin";
	}
	apply_alias(out);
	return 0;
}

/* Compiled in: a 64-bit kernel may run a 32-bit program, whose images are its own platform's. */
struct bd_platform bd_platform_host(void)
{
#if defined(__x86_64__)
	return (struct bd_platform){ .os = "linux", .architecture = "amd64" };
#elif defined(__aarch64__)
	return (struct bd_platform){ .os = "linux", .architecture = "arm64" };
#elif defined(__i386__)
	return (struct bd_platform){ .os = "linux", .architecture = "386" };
#elif defined(__arm__)
	return (struct bd_platform){ .os = "linux", .architecture = "arm", .variant = "v7" };
#elif defined(__riscv) && __riscv_xlen == 64
	return (struct bd_platform){ .os = "linux", .architecture = "riscv64" };
#elif defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)
	return (struct bd_platform){ .os = "linux", .architecture = "ppc64le" };
#elif defined(__s390x__)
	return (struct bd_platform){ .os = "linux", .architecture = "s390x" };
#else
	return (struct bd_platform){ .os = "linux" };
#endif
}

static const char *meant_variant(const struct bd_platform *platform)
{
	const bool given = platform->variant != NULL && platform->variant[0] != '\0';
	return given ? platform->variant : usual_variant(platform->architecture);
}

bool bd_platform_matches(const struct bd_platform *want_given, const struct bd_platform *have_given)
{
	struct bd_platform want = *want_given;
	struct bd_platform have = *have_given;
	const bool asks_variant = want.variant != NULL && want.variant[0] != '\0';

	apply_alias(&want);
	apply_alias(&have);
	if (!bd_streq(want.os, have.os) || !bd_streq(want.architecture, have.architecture)) {
		return false;
	}
	if (asks_variant && !bd_streq(meant_variant(&want), meant_variant(&have))) {
		return false;
	}
	return want.os_version == NULL || bd_streq(want.os_version, have.os_version);
}
