/* links: catalog */
/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz_catalog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const paths[] = { "usr/local/include/python3.6m/patchlevel.h", "include/node/node_version.h",
		"usr/local/include/php/main/php_version.h", "usr/local/lib/ruby/3.2.0/x86_64-linux/rbconfig.rb",
		"lib/perl5/5.36.0/x86_64-linux/Config.pm", NULL };
	return fuzz_cataloger("runtime", paths, data, size);
}
