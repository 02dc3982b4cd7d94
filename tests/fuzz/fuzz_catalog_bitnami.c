/* links: catalog */
/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz_catalog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const paths[] = { "opt/bitnami/redis/.spdx-redis.spdx",
		"opt/bitnami/.bitnami_components.json", "opt/bitnami/common/.spdx-gosu.spdx", NULL };
	return fuzz_cataloger("bitnami", paths, data, size);
}
