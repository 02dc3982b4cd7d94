/* SPDX-License-Identifier: Apache-2.0 */
/* One reference a line in; {"registry","repository","tag","digest"} or {"error"} a line out. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basedrift/oci.h"

#include "probe.h"

static void set(json_t *object, const char *key, const char *value)
{
	if (value != NULL) {
		(void)json_object_set_new(object, key, json_string(value));
	}
}

static void probe_line(const char *line, size_t n)
{
	struct bd_arena arena = { 0 };
	struct bd_reference reference;
	struct bd_error err;
	json_t *object = json_object();

	if (bd_reference_parse((struct bd_str){ line, n }, &arena, &reference, &err) < 0) {
		set(object, "error", err.msg);
	} else {
		set(object, "registry", reference.registry);
		set(object, "repository", reference.repository);
		set(object, "tag", reference.tag);
		set(object, "digest", reference.digest);
	}
	(void)json_dumpf(object, stdout, JSON_COMPACT);
	(void)putchar('\n');
	json_decref(object);
	bd_arena_release(&arena);
}

int probe_reference(void)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t n;
	while ((n = getline(&line, &size, stdin)) >= 0) {
		probe_line(line, (size_t)n - (n > 0 && line[n - 1] == '\n'));
	}
	free(line);
	return 0;
}
