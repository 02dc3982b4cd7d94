/* links: catalog */
/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz_catalog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const paths[] = { "usr/local/lib/luarocks/rocks-5.4/two/1.0-1/two-1.0-1.rockspec",
		"lib/luarocks/rocks/two/1.0-1/x.rockspec", NULL };
	return fuzz_cataloger("lua", paths, data, size);
}
