/* links: pin */
/* SPDX-License-Identifier: Apache-2.0 */
#include "pin_property.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	struct bd_pin_file file = { .path = "fuzz", .compose = false, .bytes = { (const char *)data, size } };
	struct bd_error err;
	size_t edits;
	if (bd_pin_read(&file, NULL, &arena, &err) < 0) {
		return 0;
	}
	const char *problem = pin_property(&file, &arena, &edits);
	if (problem != NULL) {
		(void)fprintf(stderr, "broken: %s\n", problem);
		abort();
	}
	return 0;
}
