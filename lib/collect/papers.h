/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What build tools wrote down about this build, as evidence of its bases (EVIDENCE, "Trust": an attestation
 * bound to the image, then files of the same build, then its log).
 */
#ifndef COLLECT_PAPERS_H
#define COLLECT_PAPERS_H

#include "basedrift/collect.h"
#include "basedrift/source.h"

#include "collect/layer_steps.h"

/*
 * Reads the papers named in options and those beside the image (NULL: none), adds evidence and digests to
 * the record's bases, which must be there, build arguments to its inputs, and the log; what
 * is said of layers goes to steps.  A file the user
 * named that cannot be read is an error; an attestation that cannot is a diagnostic.
 */
int take_papers(const struct bd_collect_options *options, struct bd_image *image, struct bd_record *record,
	struct layer_steps *steps, struct bd_error *err) BD_CHECKED;

/* The bytes of a file; more than limit is BD_ERR_LIMIT. */
int read_whole_file(const char *path, size_t limit, struct bd_buf *out, struct bd_error *err) BD_CHECKED;

#endif
