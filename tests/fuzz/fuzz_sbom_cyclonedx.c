/* links: sbom */
/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz_sbom.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return check_sbom(data, size, "CycloneDX");
}
