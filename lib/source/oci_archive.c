/* SPDX-License-Identifier: Apache-2.0 */
/* The same layout as a tar.  One that also has a manifest.json is what Docker 25 saves. */
#include "source/layout.h"
#include "source/sources.h"

static bool oci_archive_recognise(const struct place *place)
{
	return place_has(place, "oci-layout") && place_has(place, "index.json") && !place_has(place, "manifest.json");
}

const struct bd_image_source bd_image_source_oci_archive = {
	.transport = "oci-archive",
	.folder = false,
	.recognise = oci_archive_recognise,
	.open = layout_open,
};
