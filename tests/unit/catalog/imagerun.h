/* SPDX-License-Identifier: Apache-2.0 */
/* Every cataloger over a folder of files, as collect runs them over an image of one layer. */
#ifndef IMAGERUN_H
#define IMAGERUN_H

#include <jansson.h>

#include "basedrift/catalog.h"

#include "lib/imagefolder.h"

struct image_run {
	struct bd_arena arena;
	struct image_folder image;
	struct bd_os_release os;
	bool has_os;
	struct bd_package_vec packages;
	/* beside each package */
	struct image_run_found {
		const struct bd_cataloger *cataloger;
		struct bd_str bytes; /* what parse() got */
	} * found;
	json_t *errors; /* {PATH: message} */
};

void image_run_init(struct image_run *run);
/* Reads os-release, then every file and directory of run->image; packages come in path order. */
void image_run_catalog(struct image_run *run);
/* What parse() and owned() of packages.v[i] get. */
struct bd_catalog_in image_run_input(struct image_run *run, size_t i);
void image_run_release(struct image_run *run);

#endif
