/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ORIGIN_PROVENANCE_LAYERS_H
#define ORIGIN_PROVENANCE_LAYERS_H

#include <jansson.h>

#include "basedrift/papers.h"

/*
 * What mode=max tells of layers (docs/attestations/slsa-definitions.md, "buildkit_metadata"): definition is the
 * llbDefinition, extra the metadata with `layers` and `source`.  Anything of another shape is passed over.
 */
void read_layer_steps(json_t *definition, json_t *extra, struct bd_arena *arena, struct bd_build_papers *papers);

#endif
