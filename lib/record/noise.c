/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What differs in every build and means nothing.  A row belongs here only when no program's behaviour
 * can hang on it, or when the package list says the same thing better; each has its reason, which
 * reports show.  Left out on purpose: etc/shadow (the day of the last password change is real data),
 * Java key stores and locale archives (the time stamps in them come with real content), and
 * org.opencontainers.image.version (base images state their own release there).
 */
#include <string.h>

#include "basedrift/record.h"

static const char bookkeeping[] = "the package list says it better";
static const char cache[] = "a cache: made again from what is there";
static const char builder_file[] = "the builder writes it while a step runs";
static const char backup[] = "the backup that a change of its file leaves behind";
static const char log_file[] = "a log: says when, not what";
static const char scratch[] = "for temporary files";
static const char mounted[] = "the container runtime mounts its own over it";
static const char seed[] = "random by design";
static const char byte_code[] = "byte-compiled Python embeds the time of its source";
static const char installed_at[] = "the time of the installation stands in it; the package list says the rest";
static const char cache_index[] = "made again from the files in its folder by every installation";

struct row {
	const char *pattern; /* one ending in "/": everything below it; not the folder, whose mode may matter */
	const char *reason;
};

/* Whole paths and folders, by first letter so that most paths are settled by one comparison a row. */
static const struct row rows[] = {
	{ ".dockerenv", builder_file },
	{ "dev/", mounted },
	{ "etc/group-", backup },
	{ "etc/gshadow-", backup },
	{ "etc/hostname", builder_file },
	{ "etc/hosts", builder_file },
	{ "etc/ld.so.cache", cache_index },
	{ "etc/machine-id", seed },
	{ "etc/passwd-", backup },
	{ "etc/resolv.conf", builder_file },
	{ "etc/shadow-", backup },
	{ "etc/subgid-", backup },
	{ "etc/subuid-", backup },
	{ "lib/apk/db/", bookkeeping },
	{ "proc/", mounted },
	{ "root/.bash_history", log_file },
	{ "root/.cache", cache },
	{ "root/.cache/", cache },
	{ "root/.npm", cache },
	{ "root/.npm/", cache },
	{ "root/.python_history", log_file },
	{ "root/.wget-hsts", log_file },
	{ "run/", scratch },
	{ "sys/", mounted },
	{ "tmp/", scratch },
	{ "usr/lib/apk/db/", bookkeeping },
	{ "usr/lib/opkg/", bookkeeping },
	{ "usr/lib/sysimage/rpm/", bookkeeping },
	{ "usr/share/info/dir", cache_index },
	{ "usr/share/rpm/", bookkeeping },
	{ "var/cache/", cache },
	{ "var/db/pkg/", bookkeeping },
	{ "var/lib/apt/lists/", "the archive's index on the day of the build; the package list says what came of it" },
	{ "var/lib/dbus/machine-id", seed },
	{ "var/lib/dnf/", bookkeeping },
	{ "var/lib/dpkg/available", bookkeeping },
	{ "var/lib/dpkg/info/", bookkeeping },
	{ "var/lib/dpkg/lock", bookkeeping },
	{ "var/lib/dpkg/lock-frontend", bookkeeping },
	{ "var/lib/dpkg/status", bookkeeping },
	{ "var/lib/dpkg/status.d/", bookkeeping },
	{ "var/lib/dpkg/triggers/", bookkeeping },
	{ "var/lib/dpkg/updates/", bookkeeping },
	{ "var/lib/opkg/", bookkeeping },
	{ "var/lib/pacman/local/", bookkeeping },
	{ "var/lib/pacman/sync/",
		"the archive's index on the day of the build; the package list says what came of it" },
	{ "var/lib/rpm/", bookkeeping },
	{ "var/lib/systemd/random-seed", seed },
	{ "var/lib/urandom/random-seed", seed },
	{ "var/lib/yum/", bookkeeping },
	{ "var/log/", log_file },
	{ "var/run/", scratch },
	{ "var/tmp/", scratch },
};

/* Names of files wherever they are. */
static const struct row names[] = {
	{ "gem_make.out", log_file },
	{ "mkmf.log", log_file },
	{ "perllocal.pod", "Perl appends the time of each installation" },
};

static bool row_holds(const struct row *row, const char *path, size_t path_len)
{
	const size_t n = strlen(row->pattern);
	if (row->pattern[n - 1] != '/') {
		return path_len == n && memcmp(path, row->pattern, n) == 0;
	}
	return path_len > n && memcmp(path, row->pattern, n) == 0;
}

static const char *in_rows(const struct row *list, size_t count, const char *path, size_t path_len)
{
	for (size_t i = 0; i < count; i++) {
		if (list[i].pattern[0] == path[0] && row_holds(&list[i], path, path_len)) {
			return list[i].reason;
		}
	}
	return NULL;
}

static bool ends_with(const char *path, size_t n, const char *suffix, size_t suffix_len)
{
	return n >= suffix_len && memcmp(path + n - suffix_len, suffix, suffix_len) == 0;
}

#define ENDS(path, n, literal) ends_with(path, n, literal, sizeof(literal) - 1)

/* Files of package managers that may stand in any folder. */
static const struct row anywhere[] = {
	{ "**/conda-meta/*.json", installed_at },
	{ "**/conda-meta/history", installed_at },
	{ "**/library/*/DESCRIPTION", installed_at }, /* R: "Built: …; 2026-01-02 03:04:05 UTC; unix" */
	{ "**/library/*/Meta/package.rds", installed_at },
	{ "**/site-library/*/DESCRIPTION", installed_at },
	{ "**/site-library/*/Meta/package.rds", installed_at },
	{ "**/vendor/composer/installed.json", bookkeeping },
	{ "**/vendor/composer/installed.php", "names the commit that was checked out, which is compared by itself" },
	{ "**/.registry/**/*.reg", installed_at },
};

/* Only what ends like one of them is held against the patterns. */
static const char *of_package_manager(const char *path, size_t n)
{
	if (!ENDS(path, n, ".json") && !ENDS(path, n, "/history") && !ENDS(path, n, "/DESCRIPTION") &&
		!ENDS(path, n, "/package.rds") && !ENDS(path, n, "/installed.php") && !ENDS(path, n, ".reg")) {
		return NULL;
	}
	for (size_t i = 0; i < sizeof(anywhere) / sizeof(anywhere[0]); i++) {
		if (bd_path_match(anywhere[i].pattern, path)) {
			return anywhere[i].reason;
		}
	}
	return NULL;
}

/* What hangs on the last bytes of a path. */
static const char *by_ending(const char *path, size_t n)
{
	if (ENDS(path, n, ".pyc") || ENDS(path, n, ".pyo")) {
		return byte_code;
	}
	if (ENDS(path, n, "node_modules/.package-lock.json")) {
		return bookkeeping;
	}
	const char *reason = of_package_manager(path, n);
	if (reason != NULL) {
		return reason;
	}
	return ENDS(path, n, "-old") && bd_path_match("var/lib/dpkg/*-old", path) ? backup : NULL;
}

static bool is_at_or_below(const char *path, const char *folder)
{
	const size_t n = strlen(folder);
	return strncmp(path, folder, n) == 0 && (path[n] == '/' || path[n] == '\0');
}

/* A home folder's caches: home/NAME/.cache/…, home/NAME/.npm/… */
static const char *in_home(const char *path)
{
	if (strncmp(path, "home/", 5) != 0) {
		return NULL;
	}
	const char *inside = strchr(path + 5, '/');
	if (inside == NULL) {
		return NULL;
	}
	return is_at_or_below(inside, "/.cache") || is_at_or_below(inside, "/.npm") ? cache : NULL;
}

const char *bd_noise_reason(const char *path)
{
	const size_t n = strlen(path);
	const char *reason = by_ending(path, n);
	if (reason == NULL) {
		reason = in_rows(rows, sizeof(rows) / sizeof(rows[0]), path, n);
	}
	if (reason == NULL && path[0] == 'h') {
		reason = in_home(path);
	}
	if (reason == NULL) {
		const char *slash = strrchr(path, '/');
		const char *name = slash != NULL ? slash + 1 : path;
		reason = in_rows(names, sizeof(names) / sizeof(names[0]), name, n - (size_t)(name - path));
	}
	return reason;
}

static const char clock_time[] = "the time of the build";
static const char commit[] = "names the commit that was built, which is compared by itself";
static const char run_number[] = "names the run that built it";
static const char builder[] = "the builder's version, which is compared by itself";

static const struct setting_row {
	const char *kind, *key, *reason;
} settings[] = {
	{ "env", "BUILD_DATE", clock_time },
	{ "env", "BUILD_ID", run_number },
	{ "env", "BUILD_NUMBER", run_number },
	{ "env", "CI_COMMIT_SHA", commit },
	{ "env", "COMMIT_SHA", commit },
	{ "env", "GITHUB_SHA", commit },
	{ "env", "GIT_COMMIT", commit },
	{ "env", "GIT_SHA", commit },
	{ "env", "SOURCE_DATE_EPOCH", clock_time },
	{ "env", "VCS_REF", commit },
	{ "label", "build-date", clock_time },
	{ "label", "io.buildah.version", builder },
	{ "label", "org.label-schema.build-date", clock_time },
	{ "label", "org.label-schema.vcs-ref", commit },
	{ "label", "org.opencontainers.image.created", clock_time },
	{ "label", "org.opencontainers.image.revision", commit },
	{ "label", "vcs-ref", commit },
};

const char *bd_noise_setting_reason(const char *kind, const char *key)
{
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		if (bd_streq(settings[i].kind, kind) && bd_streq(settings[i].key, key)) {
			return settings[i].reason;
		}
	}
	return NULL;
}
