/* links: catalog */
/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz_catalog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const paths[] = { "opt/Cellar/jq/1.7.1/INSTALL_RECEIPT.json",
		"opt/Cellar/jq/1.7.1/.brew/jq.rb", NULL };
	return fuzz_cataloger("homebrew", paths, data, size);
}
