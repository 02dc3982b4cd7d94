/* links: catalog */
/* SPDX-License-Identifier: Apache-2.0 */
/* A value that was read is read again when it is written as os-release(5) quotes it. */
#include "basedrift/catalog.h"

#include "base/auto.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void add_assignment(struct bd_buf *out, const char *key, const char *value)
{
	if (value == NULL) {
		return;
	}
	bd_buf_printf(out, "%s=\"", key);
	for (const char *p = value; *p != '\0'; p++) {
		if (strchr("$\"\\`", *p) != NULL) {
			bd_buf_add_char(out, '\\');
		}
		bd_buf_add_char(out, *p);
	}
	bd_buf_add_str(out, "\"\n");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	AUTO(bd_buf_release) struct bd_buf text = { .n = 0 };
	struct bd_os_release first;
	struct bd_os_release second;
	bd_os_release_parse((struct bd_str){ (const char *)data, size }, &arena, &first);
	bd_buf_add_str(&text, "#\n");
	add_assignment(&text, "ID", first.id);
	add_assignment(&text, "VERSION_ID", first.version_id);
	add_assignment(&text, "NAME", first.name);
	add_assignment(&text, "PRETTY_NAME", first.pretty_name);
	bd_os_release_parse(bd_buf_view(&text), &arena, &second);
	if (!bd_streq(first.id, second.id) || !bd_streq(first.version_id, second.version_id) ||
		!bd_streq(first.name, second.name) || !bd_streq(first.pretty_name, second.pretty_name)) {
		(void)fprintf(stderr, "broken: %s\n", bd_buf_str(&text));
		abort();
	}
	return 0;
}
