/* links: catalog */
/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz_catalog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const paths[] = { "lib/perl5/x86_64-linux/.meta/Try-Tiny-0.31/install.json",
		"lib/perl5/site_perl/5.38.2/x86_64-linux/auto/Try/Tiny/.packlist", NULL };
	return fuzz_cataloger("perl", paths, data, size);
}
