/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/java_text.h"

#include <string.h>

#include "base/auto.h"
#include "format/xml.h"

/* ---- MANIFEST.MF (JAR File Specification, "JAR Manifest") --------------------------------------------- */

struct attribute {
	struct bd_str key;
	struct bd_buf value;
	bool in_main;
};

static void flush(struct attribute *attribute, java_attribute_fn *each, void *context)
{
	if (attribute->key.n > 0) {
		each(attribute->in_main, attribute->key, bd_str_trim(bd_buf_view(&attribute->value)), context);
	}
	attribute->key.n = 0;
	bd_buf_clear(&attribute->value);
}

void java_manifest_read(struct bd_str rest, java_attribute_fn *each, void *context)
{
	struct attribute attribute = { .in_main = true };
	struct bd_str line;
	bool began = false;
	while (bd_str_line(&rest, &line)) {
		if (bd_str_trim(line).n == 0) {
			flush(&attribute, each, context);
			attribute.in_main = !began;
			continue;
		}
		if (line.p[0] == ' ') { /* lines have at most 72 bytes: the value goes on */
			bd_buf_add(&attribute.value, line.p + 1, line.n - 1);
			continue;
		}
		flush(&attribute, each, context);
		if (memchr(line.p, ':', line.n) != NULL) {
			began = true;
			attribute.key = bd_str_trim(bd_str_cut(&line, ':'));
			line = bd_str_trim(line);
			bd_buf_add(&attribute.value, line.p, line.n);
		}
	}
	flush(&attribute, each, context);
	bd_buf_release(&attribute.value);
}

/* ---- pom.properties ------------------------------------------------------------------------------------- */

static bool ends_key(char c)
{
	return c == '=' || c == ':' || c == ' ' || c == '\t';
}

/* "key=value", "key: value", "key value"; versions and names have nothing that would be escaped but ":" and "=". */
static struct bd_str cut_key(struct bd_str *line)
{
	size_t n = 0;
	while (n < line->n && !ends_key(line->p[n])) {
		n++;
	}
	const struct bd_str key = { line->p, n };
	*line = bd_str_trim((struct bd_str){ line->p + n, line->n - n });
	if (line->n > 0 && (line->p[0] == '=' || line->p[0] == ':')) {
		*line = bd_str_trim((struct bd_str){ line->p + 1, line->n - 1 });
	}
	return key;
}

static const char *unescaped(struct bd_str value, struct bd_arena *arena)
{
	AUTO(bd_buf_release) struct bd_buf text = { .n = 0 };
	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] != '\\' && value.p[i] != '\0') {
			bd_buf_add_char(&text, value.p[i]);
		}
	}
	return bd_arena_strdup(arena, bd_buf_str(&text));
}

void java_properties_read(struct bd_str rest, struct bd_arena *arena, struct java_coordinates *out)
{
	struct bd_str line;
	*out = (struct java_coordinates){ "", "", "", "", "" };
	while (bd_str_line(&rest, &line)) {
		line = bd_str_trim(line);
		if (line.n == 0 || line.p[0] == '#' || line.p[0] == '!') {
			continue;
		}
		const struct bd_str key = cut_key(&line);
		if (bd_str_is(key, "groupId")) {
			out->group = unescaped(line, arena);
		} else if (bd_str_is(key, "artifactId")) {
			out->artifact = unescaped(line, arena);
		} else if (bd_str_is(key, "version")) {
			out->version = unescaped(line, arena);
		}
	}
}

/* ---- pom.xml ---------------------------------------------------------------------------------------------- */

struct walk {
	struct java_coordinates *out;
	struct bd_arena *arena;
	struct bd_buf text;
	size_t depth;    /* of open elements */
	bool in_parent;  /* project/parent */
	bool in_project; /* the root is a project */
};

/* An element directly below project, or below project/parent, ended. */
static void take(struct walk *walk, struct bd_str name)
{
	struct java_coordinates *out = walk->out;
	const struct bd_str text = bd_str_trim(bd_buf_view(&walk->text));
	const char **place = NULL;
	if (bd_str_is(name, "groupId")) {
		place = walk->in_parent ? &out->parent_group : &out->group;
	} else if (bd_str_is(name, "version")) {
		place = walk->in_parent ? &out->parent_version : &out->version;
	} else if (bd_str_is(name, "artifactId") && !walk->in_parent) {
		place = &out->artifact;
	}
	if (place != NULL && text.n > 0 && memchr(text.p, '\0', text.n) == NULL) {
		*place = bd_arena_text(walk->arena, text.p, text.n);
	}
}

static void start(struct walk *walk, const struct xml_event *event)
{
	bd_buf_clear(&walk->text);
	walk->depth += !event->empty;
	if (walk->depth == 1) {
		walk->in_project = bd_str_is(event->name, "project");
	} else if (walk->depth == 2 && !event->empty) {
		walk->in_parent = bd_str_is(event->name, "parent");
	}
}

static void end(struct walk *walk, struct bd_str name)
{
	if (walk->in_project && (walk->depth == 2 || (walk->depth == 3 && walk->in_parent))) {
		take(walk, name);
	}
	bd_buf_clear(&walk->text);
	walk->depth -= walk->depth > 0;
	walk->in_parent = walk->in_parent && walk->depth >= 2;
}

void java_project_read(struct bd_str rest, struct bd_arena *arena, struct java_coordinates *out)
{
	struct walk walk = { .out = out, .arena = arena };
	struct xml_event event;
	*out = (struct java_coordinates){ "", "", "", "", "" };
	if (bd_str_starts(rest, "\xef\xbb\xbf")) {
		rest = (struct bd_str){ rest.p + 3, rest.n - 3 };
	}
	while (xml_next(&rest, &event)) {
		if (event.kind == XML_START) {
			start(&walk, &event);
		} else if (event.kind == XML_END) {
			end(&walk, event.name);
		} else if (walk.depth == 2 || walk.depth == 3) {
			xml_text(&event, &walk.text);
		}
	}
	bd_buf_release(&walk.text);
}
