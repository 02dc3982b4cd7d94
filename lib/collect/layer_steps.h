/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What provenance of mode=max says of this image's own layers: each one's line, and how many are those of the image
 * that the build began with.  It names layers by their digests, so it is of these very layers or says nothing.
 */
#ifndef COLLECT_LAYER_STEPS_H
#define COLLECT_LAYER_STEPS_H

#include "basedrift/papers.h"
#include "basedrift/source.h"

#include "collect/history.h"

/* All in the record's arena; all zero: nothing is told. */
struct layer_steps {
	int *lines; /* of each layer, 0: not told; or NULL */
	size_t layer_count;
	size_t base_layers;                       /* 0: not told */
	const char *base_reference, *base_digest; /* of the image that they are; may be NULL */
};
/* Takes what is said of this image; what was taken before stays. */
void layer_steps_take(struct layer_steps *steps, const struct bd_build_papers *papers, const struct bd_image *image,
	struct bd_record *record);
/* The instruction at each layer's line in place of the one that the history was matched to. */
void layer_steps_apply(
	const struct layer_steps *steps, const struct bd_dockerfile *dockerfile, struct history_map *map);

#endif
