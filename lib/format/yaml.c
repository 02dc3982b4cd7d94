/* SPDX-License-Identifier: Apache-2.0 */
#include "format/yaml.h"

#include <yaml.h>

#include "basedrift/limits.h"

#include "base/auto.h"

struct level {
	bool sequence;
	bool has_key; /* a mapping whose next node is a value */
	size_t path;  /* its length before this level's part */
};

struct walk {
	struct level levels[BD_LIMIT_TERM_DEPTH];
	size_t depth;
	struct bd_buf path;
	struct bd_str bytes;
	size_t chars, at; /* the byte at which that many characters have been passed */
	format_yaml_fn *each;
	format_yaml_place_fn *each_place; /* in its stead, or NULL */
	void *context;
};

static void release_walk(struct walk *walk)
{
	bd_buf_release(&walk->path);
}

static void cut_path(struct walk *walk, size_t n)
{
	if (walk->path.p != NULL) {
		walk->path.n = n;
		walk->path.p[n] = '\0';
	}
}

static void add_key(struct walk *walk, struct bd_str key)
{
	if (walk->path.n > 0) {
		bd_buf_add_char(&walk->path, '/');
	}
	bd_buf_add(&walk->path, key.p, key.n);
	walk->levels[walk->depth - 1].has_key = true;
}

/* A node ends that is no scalar key: a key without a name, or a value, after which its key is done. */
static void end_node(struct walk *walk)
{
	if (walk->depth == 0 || walk->levels[walk->depth - 1].sequence) {
		return;
	}
	struct level *level = &walk->levels[walk->depth - 1];
	if (!level->has_key) {
		add_key(walk, BD_STR("?"));
		return;
	}
	level->has_key = false;
	cut_path(walk, level->path);
}

static int begin_level(struct walk *walk, bool sequence, size_t line, struct bd_error *err)
{
	if (walk->depth == BD_LIMIT_TERM_DEPTH) {
		return bd_error_set(err, BD_ERR_LIMIT, "line %zu: more than %u levels", line, BD_LIMIT_TERM_DEPTH);
	}
	walk->levels[walk->depth++] = (struct level){ .sequence = sequence, .path = walk->path.n };
	if (sequence) {
		bd_buf_add_str(&walk->path, "[]");
	}
	return 0;
}

static void end_level(struct walk *walk)
{
	walk->depth--;
	cut_path(walk, walk->levels[walk->depth].path);
	end_node(walk);
}

/* libyaml counts characters, behind a byte order mark. */
static size_t byte_of(struct walk *walk, size_t chars)
{
	while (walk->chars < chars && walk->at < walk->bytes.n) {
		walk->at++;
		while (walk->at < walk->bytes.n && ((unsigned char)walk->bytes.p[walk->at] & 0xc0) == 0x80) {
			walk->at++;
		}
		walk->chars++;
	}
	return walk->at;
}

/* The value ends where the scalar does, or one quote before; in any other style its bytes are not the file's. */
static void tell_place(struct walk *walk, const yaml_event_t *event, struct bd_str value)
{
	const yaml_scalar_style_t style = event->data.scalar.style;
	const bool quoted = style == YAML_SINGLE_QUOTED_SCALAR_STYLE || style == YAML_DOUBLE_QUOTED_SCALAR_STYLE;
	const size_t end = byte_of(walk, event->end_mark.index);
	struct format_yaml_place place = {
		.path = bd_buf_view(&walk->path), .value = value, .line = event->start_mark.line + 1
	};
	if ((quoted || style == YAML_PLAIN_SCALAR_STYLE) && end >= value.n + (quoted ? 1 : 0)) {
		place.at = end - value.n - (quoted ? 1 : 0);
		place.as_written =
			value.n > 0 && bd_str_equal(value, (struct bd_str){ walk->bytes.p + place.at, value.n });
	}
	walk->each_place(&place, walk->context);
}

static void read_scalar(struct walk *walk, const yaml_event_t *event)
{
	const struct bd_str value = { (const char *)event->data.scalar.value, event->data.scalar.length };
	if (walk->depth > 0 && !walk->levels[walk->depth - 1].sequence && !walk->levels[walk->depth - 1].has_key) {
		add_key(walk, value);
		return;
	}
	if (walk->each != NULL) {
		walk->each(bd_buf_view(&walk->path), value, walk->context);
	} else if (walk->each_place != NULL) {
		tell_place(walk, event, value);
	}
	end_node(walk);
}

static int read_event(struct walk *walk, const yaml_event_t *event, struct bd_error *err)
{
	const size_t line = event->start_mark.line + 1;
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		read_scalar(walk, event);
		return 0;
	case YAML_MAPPING_START_EVENT:
	case YAML_SEQUENCE_START_EVENT:
		return begin_level(walk, event->type == YAML_SEQUENCE_START_EVENT, line, err);
	case YAML_MAPPING_END_EVENT:
	case YAML_SEQUENCE_END_EVENT:
		end_level(walk);
		return 0;
	case YAML_ALIAS_EVENT:
		end_node(walk);
		return 0;
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_STREAM_END_EVENT:
	case YAML_DOCUMENT_START_EVENT:
	case YAML_DOCUMENT_END_EVENT:
	default:
		return 0;
	}
}

static int walk_events(yaml_parser_t *parser, struct walk *walk, struct bd_error *err)
{
	for (bool more = true; more;) {
		yaml_event_t event;
		if (!yaml_parser_parse(parser, &event)) {
			return bd_error_set(err, BD_ERR_FORMAT, "line %zu: %s", parser->problem_mark.line + 1,
				parser->problem != NULL ? parser->problem : "not YAML");
		}
		more = event.type != YAML_STREAM_END_EVENT && event.type != YAML_DOCUMENT_END_EVENT;
		const int result = read_event(walk, &event, err);
		yaml_event_delete(&event);
		if (result < 0) {
			return result;
		}
	}
	return 0;
}

static int walk_document(struct walk *walk, size_t limit, struct bd_error *err)
{
	yaml_parser_t parser;
	const struct bd_str bytes = walk->bytes;
	if (bytes.n > limit) {
		return bd_error_set(err, BD_ERR_LIMIT, "more than the %zu bytes that are read of such a file", limit);
	}
	if (!yaml_parser_initialize(&parser)) {
		return bd_error_set(err, BD_ERR_LIMIT, "no memory for a YAML reader");
	}
	yaml_parser_set_input_string(&parser, (const unsigned char *)(bytes.n > 0 ? bytes.p : ""), bytes.n);
	const int result = walk_events(&parser, walk, err);
	yaml_parser_delete(&parser);
	return result;
}

int format_yaml_scalars(struct bd_str bytes, size_t limit, format_yaml_fn *each, void *context, struct bd_error *err)
{
	AUTO(release_walk) struct walk walk = { .bytes = bytes, .each = each, .context = context };
	return walk_document(&walk, limit, err);
}

int format_yaml_places(
	struct bd_str bytes, size_t limit, format_yaml_place_fn *each, void *context, struct bd_error *err)
{
	AUTO(release_walk) struct walk walk = { .bytes = bytes, .each_place = each, .context = context };
	walk.at = bd_str_starts(bytes, "\xef\xbb\xbf") ? 3 : 0;
	if (!bd_utf8_valid(bytes.p != NULL ? bytes.p : "", bytes.n)) {
		return bd_error_set(err, BD_ERR_UNSUPPORTED, "YAML that is not UTF-8");
	}
	return walk_document(&walk, limit, err);
}
