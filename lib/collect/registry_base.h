/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COLLECT_REGISTRY_BASE_H
#define COLLECT_REGISTRY_BASE_H

#include "basedrift/collect.h"
#include "basedrift/source.h"

/* Registries that were silent until we gave up: asking each of them once is enough.  All zero is none; the names are
 * the record's. */
struct silent_registries {
	struct bd_string_vec hosts;
};
void silent_registries_release(struct silent_registries *silent);

/*
 * Ask the registry for the final base: by the digest that was stated, else by its tag, and hold its diff_ids
 * against the image's: that proves or refutes (EVIDENCE, "Trust", rank 1).  A tag that serves another image now
 * has moved since; it is not wrong.  Nothing is asked when offline or when the base is proven already; trouble is a
 * diagnostic.  Returns the base's image where it was opened and is not refuted (the caller closes it), or NULL.
 */
struct bd_image *ask_registry(const struct bd_collect_options *options, const struct bd_image *image,
	struct bd_record *record, struct bd_base *base, struct silent_registries *silent);
/*
 * Images of other stages, copied ones, frontend: nothing of them is in the result to hold against.  A stated
 * digest is resolved to index and platform manifest, so that both can be compared; what a tag serves now is a hint.
 */
void resolve_other_images(
	const struct bd_collect_options *options, struct bd_record *record, struct silent_registries *silent);

#endif
