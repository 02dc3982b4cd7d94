/* links: catalog */
/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz_catalog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const paths[] = { "usr/lib/ruby/gems/3.3.0/specifications/a-1.0.gemspec",
		"usr/lib/ruby/gems/3.3.0/specifications/default/a-1.0.gemspec",
		"v/ruby/3.3.0/bundler/gems/a-0123/a.gemspec", "var/lib/gems/3.1.0/specifications/a-1.0-java.gemspec",
		NULL };
	return fuzz_cataloger("gem", paths, data, size);
}
