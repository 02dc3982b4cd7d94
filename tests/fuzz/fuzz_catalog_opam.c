/* links: catalog */
/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz_catalog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const paths[] = { ".opam/a/.opam-switch/packages/dune.3.12.1/opam", NULL };
	return fuzz_cataloger("opam", paths, data, size);
}
