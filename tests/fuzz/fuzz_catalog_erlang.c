/* links: catalog */
/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz_catalog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const paths[] = { "lib/stdlib-5.2/ebin/stdlib.app", "src/_build/prod/lib/plug/ebin/plug.app",
		NULL };
	return fuzz_cataloger("erlang", paths, data, size);
}
