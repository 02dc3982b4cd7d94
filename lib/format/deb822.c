/* SPDX-License-Identifier: Apache-2.0 */
#include "format/deb822.h"

#include <string.h>
#include <strings.h>

#define NO_FIELD SIZE_MAX

struct paragraph {
	const struct format_deb822_field *fields;
	size_t count;
	struct bd_str *values;
	size_t open; /* the field whose value the next continuation line belongs to, or NO_FIELD */
	bool began;
};

static size_t find_field(const struct paragraph *paragraph, struct bd_str name)
{
	for (size_t i = 0; i < paragraph->count; i++) {
		const char *field = paragraph->fields[i].name;
		if (strlen(field) == name.n && strncasecmp(name.p, field, name.n) == 0) {
			return i;
		}
	}
	return NO_FIELD;
}

static int read_field(
	const struct format_deb822 *reader, struct paragraph *paragraph, struct bd_str line, struct bd_error *err)
{
	if (memchr(line.p, ':', line.n) == NULL || line.p[0] == ':') {
		return bd_error_set(err, BD_ERR_FORMAT, "line %zu: no field name", reader->line);
	}
	const struct bd_str name = bd_str_cut(&line, ':');
	paragraph->open = find_field(paragraph, name);
	if (paragraph->open == NO_FIELD) {
		return 0;
	}
	struct bd_str *value = &paragraph->values[paragraph->open];
	if (value->p != NULL) {
		return bd_error_set(
			err, BD_ERR_FORMAT, "line %zu: second field \"%.*s\"", reader->line, (int)name.n, name.p);
	}
	*value = bd_str_trim(line);
	if (value->n > 0 && memchr(value->p, '\0', value->n) != NULL) {
		return bd_error_set(err, BD_ERR_FORMAT, "line %zu: a NUL byte", reader->line);
	}
	return 0;
}

static int read_continuation(
	const struct format_deb822 *reader, const struct paragraph *paragraph, struct bd_str line, struct bd_error *err)
{
	if (!paragraph->began) {
		return bd_error_set(err, BD_ERR_FORMAT, "line %zu: continues a field, but there is none", reader->line);
	}
	if (paragraph->open != NO_FIELD && paragraph->fields[paragraph->open].many_lines) {
		struct bd_str *value = &paragraph->values[paragraph->open];
		value->n = (size_t)(line.p + line.n - value->p);
	}
	return 0;
}

static int read_line(
	const struct format_deb822 *reader, struct paragraph *paragraph, struct bd_str line, struct bd_error *err)
{
	return line.p[0] == ' ' || line.p[0] == '\t' ? read_continuation(reader, paragraph, line, err)
						     : read_field(reader, paragraph, line, err);
}

int format_deb822_read(struct format_deb822 *reader, const struct format_deb822_field *fields, size_t count,
	struct bd_str *values, struct bd_error *err)
{
	struct paragraph paragraph = { fields, count, values, NO_FIELD, false };
	struct bd_str line;
	memset(values, 0, count * sizeof(*values));
	while (bd_str_line(&reader->rest, &line)) {
		reader->line++;
		if (bd_str_trim(line).n == 0) {
			if (paragraph.began) {
				return 1;
			}
			continue;
		}
		if (line.p[0] == '#') {
			continue;
		}
		const int result = read_line(reader, &paragraph, line, err);
		if (result < 0) {
			return result;
		}
		reader->first = paragraph.began ? reader->first : reader->line;
		paragraph.began = true;
	}
	return paragraph.began;
}
