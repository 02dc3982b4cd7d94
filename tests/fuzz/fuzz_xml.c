/* links: format */
/* SPDX-License-Identifier: Apache-2.0 */
/* Every event lies in the document, and each takes something off it. */
#include <stdint.h>

#include "base/auto.h"
#include "format/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(bd_buf_release) struct bd_buf text = { .n = 0 };
	const char *begin = size > 0 ? (const char *)data : "";
	struct bd_str rest = { begin, size };
	size_t before = size;
	struct xml_event event;
	while (xml_next(&rest, &event)) {
		if (rest.n >= before || rest.p + rest.n != begin + size || event.text.n > size || event.name.n > size) {
			abort();
		}
		before = rest.n;
		bd_buf_clear(&text);
		xml_text(&event, &text);
		if (text.n > event.text.n) { /* a reference is longer than what it stands for */
			abort();
		}
	}
	return 0;
}
