/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Images for tests from a JSON specification (described in ../mkimage.c), in every form that tools
 * write.  The same specification gives the same bytes.
 */
#ifndef IMAGEBUILD_H
#define IMAGEBUILD_H

#include "basedrift/base.h"

/* NULL-ended: oci, oci-archive, docker-archive, docker-legacy, docker25, docker25-gz, dir. */
extern const char *const imagebuild_formats[];
/*
 * Write the image(s) that json describes to path (a directory for oci and dir, which is created).
 * dir: where the specification's files are relative to.  compress: "gzip", "zstd", "none", or NULL for
 * what the format's own tool does.
 */
int imagebuild_write(struct bd_str json, const char *dir, const char *format, const char *compress, const char *path,
	struct bd_error *err) BD_CHECKED;

#endif
