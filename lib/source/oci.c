/* SPDX-License-Identifier: Apache-2.0 */
/* OCI image-spec, image-layout.md, in a directory. */
#include "source/layout.h"
#include "source/sources.h"

static bool oci_recognise(const struct place *place)
{
	return place_has(place, "oci-layout") && place_has(place, "index.json");
}

const struct bd_image_source bd_image_source_oci = {
	.transport = "oci",
	.folder = true,
	.recognise = oci_recognise,
	.open = layout_open,
};
