/* SPDX-License-Identifier: Apache-2.0 */
#include "format/mtree.h"

#include "basedrift/compress.h"
#include "basedrift/limits.h"

int format_mtree_text(struct bd_str bytes, struct bd_buf *out, struct bd_error *err)
{
	struct bd_stream *stream = bd_stream_decompress(bd_stream_memory(bytes.p, bytes.n));
	const int r = bd_stream_read_all(stream, BD_LIMIT_MTREE_BYTES, out, err);
	bd_stream_close(stream);
	return r;
}

/* A logical line: "\" at its end joins the next one. */
static bool next_line(struct format_mtree *reader)
{
	struct bd_str line;
	bd_buf_clear(&reader->line);
	bd_buf_add(&reader->line, "", 0);
	while (bd_str_line(&reader->rest, &line)) {
		const bool continues = bd_str_ends(line, "\\");
		bd_buf_add(&reader->line, line.p, line.n - continues);
		if (!continues) {
			return true;
		}
		bd_buf_add_char(&reader->line, ' ');
	}
	return reader->line.n > 0;
}

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

/* vis(3) as libarchive writes it: "\" and three octal digits. */
static void add_path(struct bd_buf *out, struct bd_str text)
{
	bd_buf_clear(out);
	bd_buf_add(out, "", 0);
	for (size_t i = 0; i < text.n; i++) {
		const char *p = text.p + i;
		if (*p == '\\' && text.n - i > 3 && is_octal(p[1]) && is_octal(p[2]) && is_octal(p[3])) {
			bd_buf_add_char(out, (char)((((p[1] - '0') << 6) | ((p[2] - '0') << 3) | (p[3] - '0')) & 0xff));
			i += 3;
		} else if (*p == '\\' && text.n - i > 1 && p[1] == '\\') {
			bd_buf_add_char(out, '\\');
			i++;
		} else {
			bd_buf_add_char(out, *p);
		}
	}
}

static void read_keywords(struct format_mtree *reader, struct bd_str rest, struct bd_str *type)
{
	while (rest.n > 0) {
		struct bd_str value = bd_str_cut(&rest, ' ');
		const struct bd_str key = bd_str_cut(&value, '=');
		if (bd_str_is(key, "type")) {
			*type = value;
		} else if (bd_str_is(key, "md5digest") || bd_str_is(key, "md5")) {
			reader->md5 = value;
		} else if (bd_str_is(key, "sha256digest") || bd_str_is(key, "sha256")) {
			reader->sha256 = value;
		}
	}
}

/* The few words of mtree(5) for type, which outlive the line they stood in. */
static struct bd_str kept_type(struct bd_str type)
{
	static const char *const types[] = { "file", "dir", "link", "block", "char", "fifo", "socket" };
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (bd_str_is(type, types[i])) {
			return bd_str(types[i]);
		}
	}
	return (struct bd_str){ NULL, 0 };
}

bool format_mtree_next(struct format_mtree *reader)
{
	while (next_line(reader)) {
		struct bd_str rest = bd_str_trim(bd_buf_view(&reader->line));
		const struct bd_str name = bd_str_cut(&rest, ' ');
		reader->entry_type = reader->type;
		reader->md5 = reader->sha256 = (struct bd_str){ NULL, 0 };
		if (bd_str_is(name, "/set")) {
			read_keywords(reader, rest, &reader->entry_type);
			reader->type = kept_type(reader->entry_type);
		} else if (bd_str_starts(name, "/")) {
			reader->type = (struct bd_str){ NULL, 0 }; /* /unset */
		} else if (name.n > 0 && name.p[0] != '#') {
			read_keywords(reader, rest, &reader->entry_type);
			add_path(&reader->path, name);
			return true;
		}
	}
	return false;
}

void format_mtree_release(struct format_mtree *reader)
{
	bd_buf_release(&reader->line);
	bd_buf_release(&reader->path);
}
