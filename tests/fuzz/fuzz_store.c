/* links: store */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the store reads from elsewhere: URLs (no password is ever shown), lists and layouts of parts (from a database
 * that others write, too), and records as they are split: what comes back is what went in.
 */
#include <stdlib.h>
#include <string.h>

#include "store/parts.h"
#include "store/url.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void try_url(const char *text)
{
	struct bd_arena arena = { 0 };
	struct store_url url = { .text = NULL };
	struct bd_error err = { .msg = "" };
	const int result = store_url_parse(text, &arena, &url, &err);
	if (result == 0 && url.ops == NULL) {
		abort();
	}
	if (url.password != NULL && strlen(url.password) > 8 && strstr(text, "://") != NULL &&
		strstr(url.shown, url.password) != NULL &&
		strstr(strstr(text, url.password) + 1, url.password) == NULL) {
		abort(); /* it stood in the URL once, and is shown */
	}
	bd_arena_release(&arena);
}

static void try_list(struct bd_str list)
{
	struct part_entry entry;
	bool bad = false;
	size_t before = list.n + 1;
	while (part_entry_next(&list, &entry, &bad)) {
		if (list.n >= before || entry.digest == NULL) {
			abort();
		}
		before = list.n;
	}
	if (!bad && list.n != 0) {
		abort();
	}
}

static void try_split(struct bd_str bytes)
{
	struct bd_record *none = bd_record_new();
	struct record_parts parts;
	struct bd_buf joined = { 0 };
	struct bd_error err;
	if (record_parts_split(bytes, none, &parts, &err) < 0) {
		abort(); /* there are never so many lines here */
	}
	struct bd_str *views = bd_xcalloc(parts.len, sizeof(*views));
	for (size_t i = 0; i < parts.len; i++) {
		views[i] = bd_buf_view(&parts.v[i].lines);
	}
	if (record_parts_join(bd_buf_view(&parts.layout.lines), views, parts.len, &joined, &err) < 0 ||
		joined.n != bytes.n || (bytes.n > 0 && memcmp(joined.p, bytes.p, bytes.n) != 0)) {
		abort();
	}
	try_list(bd_buf_view(&parts.root.lines));
	bd_buf_clear(&joined);
	if (record_parts_join(bytes, views, parts.len, &joined, &err) == 0 && bytes.n == 1) {
		abort(); /* half a run */
	}
	free(views);
	bd_buf_release(&joined);
	record_parts_release(&parts);
	bd_record_free(none);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	if (size > 65536) {
		return 0;
	}
	char *text = bd_xmalloc(size + 1);
	memcpy(text, data, size);
	text[size] = '\0';
	try_url(text);
	try_list((struct bd_str){ text, size });
	try_split((struct bd_str){ text, size });
	free(text);
	return 0;
}
