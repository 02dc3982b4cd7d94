/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "render/parts.h"
#include "render/prose.h"
#include "render/tree.h"
#include "render/words.h"

#define ELEMENT_BYTES 100U /* what an element becomes on the page, about: tags, classes, attributes */

static const xmlChar *xml(const char *s)
{
	return (const xmlChar *)s;
}

static void *checked(void *p)
{
	if (p == NULL) {
		abort(); /* out of memory: nothing else can fail here, all text is valid */
	}
	return p;
}

static size_t escaped_bytes(const char *text)
{
	size_t n = 0;
	for (; *text != '\0'; text++) {
		n += *text == '&' || *text == '"' ? 6 : *text == '<' || *text == '>' ? 4 : 1;
	}
	return n;
}

xmlNode *tree_add(struct tree *tree, xmlNode *parent, const char *name)
{
	tree->bytes += ELEMENT_BYTES;
	return checked(xmlNewChild(parent, NULL, xml(name), NULL));
}

static void set_attr(struct tree *tree, xmlNode *node, const char *name, const char *text)
{
	tree->bytes += 2 * escaped_bytes(text); /* ids and addresses are written twice */
	(void)checked(xmlNewProp(node, xml(name), xml(text)));
}

void tree_attr(struct tree *tree, xmlNode *node, const char *name, const char *text)
{
	if (text != NULL) {
		set_attr(tree, node, name, render_shown(&tree->arena, text));
	}
}

void tree_attr_whole(struct tree *tree, xmlNode *node, const char *name, const char *text)
{
	if (text != NULL) {
		set_attr(tree, node, name, bd_display(&tree->arena, text));
	}
}

void tree_number(struct tree *tree, xmlNode *node, const char *name, size_t n)
{
	set_attr(tree, node, name, bd_count_text(&tree->arena, n));
}

static void add_content(struct tree *tree, xmlNode *node, const char *text, size_t n)
{
	tree->bytes += escaped_bytes(text);
	xmlNodeAddContentLen(node, xml(text), (int)n);
}

static xmlNode *add_displayed(struct tree *tree, xmlNode *parent, const char *name, const char *text)
{
	if (*text == '\0') {
		return NULL;
	}
	xmlNode *node = tree_add(tree, parent, name);
	add_content(tree, node, text, strlen(text));
	return node;
}

xmlNode *tree_text(struct tree *tree, xmlNode *parent, const char *name, const char *text)
{
	return add_displayed(tree, parent, name, render_shown(&tree->arena, text));
}

xmlNode *tree_text_whole(struct tree *tree, xmlNode *parent, const char *name, const char *text)
{
	return add_displayed(tree, parent, name, bd_display(&tree->arena, text));
}

void tree_prose(struct tree *tree, xmlNode *parent, const char *name, const char *sentence)
{
	struct render_run_vec runs = { 0 };
	render_prose(&tree->arena, render_shown(&tree->arena, sentence), &runs);
	xmlNode *node = runs.len == 0 ? NULL : tree_add(tree, parent, name);
	for (size_t i = 0; i < runs.len; i++) {
		(void)add_displayed(tree, node, runs.v[i].code ? "c" : "t", runs.v[i].text);
	}
	free(runs.v);
}

/* <same>2.7.</same><diff>16</diff> */
static void add_parts(struct tree *tree, xmlNode *node, const char *text, struct render_parts parts)
{
	const size_t n = strlen(text);
	const char *head = bd_arena_text(&tree->arena, text, parts.head);
	const char *middle = bd_arena_text(&tree->arena, text + parts.head, n - parts.head - parts.tail);
	(void)add_displayed(tree, node, "same", head);
	(void)add_displayed(tree, node, "diff", middle);
	(void)add_displayed(tree, node, "same", text + n - parts.tail);
}

void tree_versions(struct tree *tree, xmlNode *parent, const char *a, const char *b)
{
	struct render_parts parts = { 0 };
	const char *shown_a = render_shown(&tree->arena, a);
	const char *shown_b = render_shown(&tree->arena, b);
	if (a != NULL && b != NULL) {
		parts = render_parts(shown_a, shown_b);
	}
	if (a != NULL) {
		add_parts(tree, tree_add(tree, parent, "a"), shown_a, parts);
	}
	if (b != NULL) {
		add_parts(tree, tree_add(tree, parent, "b"), shown_b, parts);
	}
}

static bool is_taken(const struct tree *tree, const char *id)
{
	for (size_t i = 0; i < tree->ids.len; i++) {
		if (strcmp(tree->ids.v[i], id) == 0) {
			return true;
		}
	}
	return false;
}

static bool is_id_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

const char *tree_id(struct tree *tree, const char *prefix, const char *name)
{
	char *base = bd_arena_printf(&tree->arena, "%s%.80s", prefix, name);
	for (char *p = base; *p != '\0'; p++) {
		*p = (char)(*p >= 'A' && *p <= 'Z' ? *p | 0x20 : is_id_char(*p) ? *p : '-');
	}
	const char *id = base;
	for (size_t i = 2; is_taken(tree, id); i++) {
		id = bd_arena_printf(&tree->arena, "%s-%zu", base, i);
	}
	*bd_vec_push(&tree->ids) = id;
	return id;
}

enum tree_next tree_table_next(struct tree *tree, struct tree_table *table)
{
	if (table->left > 0 || tree->bytes >= tree->max_bytes) {
		table->left++;
		return TREE_FULL;
	}
	if (table->rows < tree->max_rows) {
		table->rows++;
		return TREE_ROW;
	}
	table->lines++;
	return TREE_LINE;
}

void tree_table_line(struct tree *tree, struct tree_table *table, const char *line)
{
	tree->bytes += escaped_bytes(line) + 1;
	bd_buf_add_str(&table->rest, line);
	bd_buf_add_char(&table->rest, '\n');
}

void tree_table_close(struct tree *tree, struct tree_table *table, const char *one, const char *many)
{
	if (table->lines > 0) {
		xmlNode *rest = tree_add(tree, table->node, "rest");
		tree_attr(tree, rest, "title", bd_plural(&tree->arena, table->lines, one, many));
		xmlNodeAddContentLen(rest, xml(table->rest.p), (int)table->rest.n);
	}
	if (table->left > 0) {
		xmlNode *more = tree_add(tree, table->node, "more");
		tree_attr(tree, more, "count", bd_plural(&tree->arena, table->left, one, many));
	}
	bd_buf_release(&table->rest);
}
