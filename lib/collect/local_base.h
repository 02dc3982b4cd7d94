/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COLLECT_LOCAL_BASE_H
#define COLLECT_LOCAL_BASE_H

#include "basedrift/collect.h"
#include "basedrift/source.h"

/*
 * Ask the daemon that has the built image (or that the build tool uses) for the final base by its name.  Its
 * RepoDigests say what was pulled, as long as its layers are this image's lowest; by themselves they are inferred:
 * a daemon also lists digests of images that were only built here, which no registry knows.  One that it does not
 * have is no trouble; other trouble is a diagnostic.
 */
void ask_daemon(const struct bd_collect_options *options, const struct bd_image *image, struct bd_record *record,
	struct bd_base *base);

#endif
