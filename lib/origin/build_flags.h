/* SPDX-License-Identifier: Apache-2.0 */
/* What the words of a build command mean: one table a family of tools. */
#ifndef ORIGIN_BUILD_FLAGS_H
#define ORIGIN_BUILD_FLAGS_H

#include "basedrift/origin.h"

enum flag_meaning {
	FLAG_NO_MATTER, /* takes a value that says nothing here */
	FLAG_FILE,
	FLAG_CONTEXT,
	FLAG_BUILD_ARG,
	FLAG_TARGET,
	FLAG_PLATFORM,
	FLAG_OS,
	FLAG_ARCH,
	FLAG_VARIANT,
	FLAG_TAG,
	FLAG_IIDFILE,
	FLAG_METADATA_FILE,
	FLAG_OUTPUT,
	FLAG_SECRET,
	FLAG_SIGNATURE_POLICY,
	FLAG_TAR_PATH,
	FLAG_LAYOUT_PATH,
	FLAG_INFORMS, /* the command prints something instead of building: --print, --call */
	/* without a value, or only as --x=y */
	FLAG_PUSH,
	FLAG_CHECK,
	FLAG_ALL_PLATFORMS,
	FLAG_NO_PUSH,
};

struct flag {
	char letter;      /* 'f', or 0 */
	const char *name; /* "file", or NULL */
	enum flag_meaning meaning;
};

/* NULL: not known to take a value. */
const struct flag *find_flag(const struct flag *table, char letter, struct bd_str name);

extern const struct flag docker_globals[], docker_flags[];         /* docker, buildx, nerdctl */
extern const struct flag containers_globals[], containers_flags[]; /* podman, buildah */
extern const struct flag kaniko_flags[];

static inline bool flag_takes_value(const struct flag *flag)
{
	return flag->meaning < FLAG_PUSH;
}

#endif
