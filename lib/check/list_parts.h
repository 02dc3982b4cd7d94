/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_LIST_PARTS_H
#define CHECK_LIST_PARTS_H

#include "check/check_parts.h"

struct list_line {
	struct bd_str bytes; /* of the list */
	struct bd_str whole; /* with the blanks around it */
	struct bd_str text;  /* without */
	size_t at, indent;   /* of the text's first byte: in the list, in its line */
	size_t number;
	size_t end;         /* where the last line ends that this one goes on in ("\\"), or 0 */
	struct bd_str note; /* "# Editable install … (name==1.0)" right before it; p NULL: none */
	size_t note_number;
};
struct list_format {
	enum bd_baseline_format format;
	const char *name, *type; /* type NULL: each line says its own */
	bool (*likely)(struct bd_str line);
	/* What is wrong, with its column; rule->type stays NULL: the line names nothing that is installed. */
	const char *(*read)(
		const struct list_line *line, struct bd_arena *arena, struct bd_rule *rule, size_t *column_out);
};
bool list_has_blank(struct bd_str text);
/* version is a part of the list's bytes. */
void list_set_version(
	struct bd_rule *rule, const struct list_line *line, struct bd_str version, struct bd_arena *arena);

bool list_likely_pip(struct bd_str line);
const char *list_read_pip(
	const struct list_line *line, struct bd_arena *arena, struct bd_rule *rule, size_t *column_out);

#endif
