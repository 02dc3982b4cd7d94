/* links: catalog */
/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz_catalog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const paths[] = { "lib/python3.9/site-packages/a-1.0.dist-info/METADATA",
		"app/a.egg-info/PKG-INFO", "lib/python3.9/site-packages/a-1.0-py3.9.egg-info",
		"a-1.egg/EGG-INFO/PKG-INFO", "lib/python3.9/site-packages/a.egg-link", NULL };
	return fuzz_cataloger("python", paths, data, size);
}
