/* links: catalog */
/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz_catalog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const paths[] = { "wp-content/plugins/akismet/akismet.php", "wp-content/plugins/hello.php",
		"wp-content/themes/a/style.css", "wp-includes/version.php" };
	if (size == 0) {
		return 0;
	}
	return fuzz_extract("wordpress", paths[data[0] % 4], data + 1, size - 1);
}
