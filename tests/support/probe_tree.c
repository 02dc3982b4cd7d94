/* SPDX-License-Identifier: Apache-2.0 */
/* basedrift-probe tree IMAGE [PLATFORM]: the merged file list, one JSON a line in path order. */
#include <jansson.h>

#include "basedrift/collect.h"

#include "base/auto.h"
#include "probe.h"

/* JSON text has no bytes that are no UTF-8: those are shown escaped, and base64_key (or NULL) has them. */
static void set_bytes(json_t *out, const char *key, const char *base64_key, const char *bytes)
{
	struct bd_buf text = { 0 };
	if (bd_utf8_valid(bytes, strlen(bytes))) {
		json_object_set_new(out, key, json_string(bytes));
		return;
	}
	bd_display_text(&text, bytes, strlen(bytes));
	json_object_set_new(out, key, json_string(bd_buf_str(&text)));
	if (base64_key != NULL) {
		bd_buf_clear(&text);
		bd_base64(&text, bytes, strlen(bytes));
		json_object_set_new(out, base64_key, json_string(bd_buf_str(&text)));
	}
	bd_buf_release(&text);
}

static int print_line(const struct bd_tree_line *line, void *context, struct bd_error *err)
{
	char mode[16];
	json_auto_t *out = json_object();
	(void)context;
	(void)snprintf(mode, sizeof(mode), "%04o", line->mode);
	set_bytes(out, "path", "path_base64", line->path);
	json_object_set_new(out, "kind", json_string(bd_file_kind_name(line->kind)));
	json_object_set_new(out, "mode", json_string(mode));
	json_object_set_new(out, "uid", json_integer(line->uid));
	json_object_set_new(out, "gid", json_integer(line->gid));
	json_object_set_new(out, "mtime_sec", json_integer(line->mtime_sec));
	json_object_set_new(out, "size_bytes", json_integer(line->size_bytes));
	json_object_set_new(out, "layer", json_integer(line->layer));
	if (line->digest != NULL) {
		json_object_set_new(out, "digest", json_string(line->digest));
	}
	if (line->target != NULL) {
		set_bytes(out, "target", NULL, line->target);
	}
	if (json_dumpf(out, stdout, JSON_COMPACT) != 0 || putchar('\n') == EOF) {
		return bd_error_set_errno(err, "standard output");
	}
	return 0;
}

int probe_tree(int argc, char **argv)
{
	struct bd_error err = { 0 };
	if (argc < 1 || argc > 2) {
		(void)fputs("usage: basedrift-probe tree IMAGE [PLATFORM]\n", stderr);
		return 2;
	}
	const struct bd_source_options source = { .platform = argc == 2 ? argv[1] : NULL };
	if (bd_collect_tree(argv[0], &source, print_line, NULL, &err) < 0) {
		(void)fprintf(stderr, "basedrift-probe: %s\n", err.msg);
		return 1;
	}
	return 0;
}
