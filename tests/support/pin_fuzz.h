/* SPDX-License-Identifier: Apache-2.0 */
/* What both fuzz targets of pinning do with their bytes. */
#ifndef SUPPORT_PIN_FUZZ_H
#define SUPPORT_PIN_FUZZ_H

#include "pin_property.h"

static inline int pin_fuzz(const uint8_t *data, size_t size, bool compose)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	struct bd_pin_file file = { .path = "fuzz", .compose = compose, .bytes = { (const char *)data, size } };
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

#endif
