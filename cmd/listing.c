/* SPDX-License-Identifier: Apache-2.0 */
#include "listing.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "output.h"

/* Line by line: a line that has anything unsafe in it is quoted as a whole, without its own line end. */
void add_shown(struct bd_buf *out, const char *fmt, ...)
{
	char text[2048];
	va_list ap;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	const size_t n = strlen(text);
	const bool ends = n > 0 && text[n - 1] == '\n';
	bd_display_text(out, text, ends ? n - 1 : n);
	if (ends) {
		bd_buf_add_char(out, '\n');
	}
}

static bool is_json(const struct output *output)
{
	return strcmp(output->format, "json") == 0;
}

int check_listing(const struct arguments *arguments, struct bd_error *err)
{
	for (size_t i = 0; i < arguments->outputs.len; i++) {
		const struct output *output = &arguments->outputs.v[i];
		if (!is_json(output) && strcmp(output->format, "text") != 0) {
			return bd_error_set(err, BD_ERR_USAGE, "-o %s: %s writes text and json", output->format,
				arguments->command->name);
		}
	}
	return check_outputs(arguments, err);
}

struct listing {
	const struct bd_buf *text, *json;
};

static int write_one(const struct output *output, struct bd_output *to, void *context, struct bd_error *err)
{
	const struct listing *listing = context;
	return bd_output_write(to, bd_buf_view(is_json(output) ? listing->json : listing->text), err);
}

int write_listing(
	const struct arguments *arguments, const struct bd_buf *text, const struct bd_buf *json, struct bd_error *err)
{
	static const struct output plain = { "text", NULL };
	struct listing listing = { text, json };
	const size_t count = arguments->outputs.len;
	return write_output_set(
		count > 0 ? arguments->outputs.v : &plain, count > 0 ? count : 1, write_one, &listing, err);
}
