/* links: pin */
/* SPDX-License-Identifier: Apache-2.0 */
#include "pin_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return pin_fuzz(data, size, true);
}
