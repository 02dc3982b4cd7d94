/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every image source.  Adding one: NAME.c in this folder, its row here.  Sorted (a test checks).
 * A row's transport is its name with "-" for "_".
 */
#ifndef SOURCE_SOURCES_H
#define SOURCE_SOURCES_H

#include "source/stored.h"

/* clang-format off */
#define SOURCES(row) \
	row(dir) \
	row(docker) \
	row(docker_archive) \
	row(docker_daemon) \
	row(oci) \
	row(oci_archive) \
	row(podman) \
	row(rootfs)
/* clang-format on */

#define DECLARE(name) extern const struct bd_image_source bd_image_source_##name;
SOURCES(DECLARE)
#undef DECLARE

#endif
