/* SPDX-License-Identifier: Apache-2.0 */
/* An unpacked root file system: no layers, no config; whoever reads it walks the directory. */
#include "source/sources.h"

static bool rootfs_recognise(const struct place *place)
{
	static const char *const files[] = { "etc/os-release", "usr/lib/os-release", "etc/passwd",
		"var/lib/dpkg/status", "lib/apk/db/installed", NULL };
	static const char *const folders[] = { "bin", "dev", "etc", "lib", "proc", "sbin", "usr", "var", NULL };
	size_t found = 0;
	for (const char *const *file = files; *file != NULL; file++) {
		if (place_has(place, *file)) {
			return true;
		}
	}
	for (const char *const *folder = folders; *folder != NULL; folder++) {
		found += place_has_folder(place, *folder);
	}
	return found >= 3; /* a project may well have its own bin and lib */
}

static int rootfs_open(struct stored_image *image, const struct request *request, struct bd_error *err)
{
	if (request->reference != NULL) {
		return bd_error_set(err, BD_ERR_USAGE, "a root file system holds no images to choose from");
	}
	image->base.rootfs = bd_arena_strdup(&image->base.arena, request->path);
	if (request->platform != NULL) { /* nothing states it: the caller's word is all there is */
		image->base.platform = (struct bd_platform){
			.os = bd_arena_strdup(&image->base.arena, request->platform->os),
			.architecture = bd_arena_strdup(&image->base.arena, request->platform->architecture),
			.variant = bd_arena_strdup(&image->base.arena, request->platform->variant),
		};
	}
	return 0;
}

const struct bd_image_source bd_image_source_rootfs = {
	.transport = "rootfs",
	.folder = true,
	.recognise = rootfs_recognise,
	.open = rootfs_open,
};
