/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/auto.h"
#include "probe.h"

void probe_stdin(struct bd_buf *out)
{
	char chunk[65536];
	size_t n = 0;
	bd_buf_add(out, "", 0);
	while ((n = fread(chunk, 1, sizeof(chunk), stdin)) > 0) {
		bd_buf_add(out, chunk, n);
	}
}

/* Bytes that are not UTF-8 are shown, never dropped. */
json_t *probe_text(struct bd_arena *arena, const char *s)
{
	if (s == NULL) {
		return json_null();
	}
	return json_string(bd_utf8_valid(s, strlen(s)) ? s : bd_display(arena, s));
}

int probe_print(json_t *document)
{
	json_auto_t *owned = document;
	(void)json_dumpf(owned, stdout, JSON_COMPACT);
	(void)putchar('\n');
	return 0;
}

int probe_print_error(const struct bd_error *err, struct bd_arena *arena)
{
	return probe_print(json_pack("{s:o}", "error", probe_text(arena, err->msg)));
}
