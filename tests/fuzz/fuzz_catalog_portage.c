/* links: catalog */
/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz_catalog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const paths[] = { "var/db/pkg/dev-libs/openssl-3.0.12-r1/CONTENTS",
		"x/var/db/pkg/a/-b/CONTENTS", NULL };
	return fuzz_cataloger("portage", paths, data, size);
}
