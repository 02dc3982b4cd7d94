/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report as an XML tree, from which the HTML page is made (templates/README.md names its
 * elements).  Order, counts, dates, caps and the differing parts of versions are settled here, so
 * that a template only lays out.  All text in it went through bd_display_text().
 */
#ifndef RENDER_TREE_H
#define RENDER_TREE_H

#include <libxml/tree.h>

#include "basedrift/render.h"

/* A new document that the caller frees with xmlFreeDoc(). */
int render_tree(const struct bd_report *report, const struct bd_render_options *options, xmlDoc **out,
	struct bd_error *err) BD_CHECKED;

/* ---- for the tree_*.c files ------------------------------------------------------------------ */

struct tree {
	const struct bd_report *report;
	const struct bd_render_options *options;
	struct bd_arena arena;
	size_t bytes;             /* about what the page will take so far */
	size_t max_bytes;         /* rows stop here */
	size_t max_rows;          /* visible rows a table */
	struct bd_string_vec ids; /* given so far */
};

/* A new child; out of memory aborts as everywhere. */
xmlNode *tree_add(struct tree *tree, xmlNode *parent, const char *name);
/* Text is shortened (render_shown); NULL adds nothing. */
void tree_attr(struct tree *tree, xmlNode *node, const char *name, const char *text);
void tree_number(struct tree *tree, xmlNode *node, const char *name, size_t n);
/* The same for text that must stay whole: digests, lines to paste. */
void tree_attr_whole(struct tree *tree, xmlNode *node, const char *name, const char *text);
/* A child with text, or with <t> and <c> runs of a sentence; NULL or "" adds no child. */
xmlNode *tree_text(struct tree *tree, xmlNode *parent, const char *name, const char *text);
xmlNode *tree_text_whole(struct tree *tree, xmlNode *parent, const char *name, const char *text);
void tree_prose(struct tree *tree, xmlNode *parent, const char *name, const char *sentence);
/* <a> and <b> with what is the same and what is not; what one side has alone differs as a whole. */
void tree_versions(struct tree *tree, xmlNode *parent, const char *a, const char *b);
/* A stable id of lower-case letters, digits, "-" and "_"; a number is added when it is taken. */
const char *tree_id(struct tree *tree, const char *prefix, const char *name);

/* Rows until the cap, then folded lines until the byte limit, then a count. */
struct tree_table {
	xmlNode *node;
	size_t rows, lines, left;
	struct bd_buf rest;
};
enum tree_next {
	TREE_ROW,
	TREE_LINE,
	TREE_FULL
};
enum tree_next tree_table_next(struct tree *tree, struct tree_table *table);
void tree_table_line(struct tree *tree, struct tree_table *table, const char *line);
void tree_table_close(struct tree *tree, struct tree_table *table, const char *one, const char *many);

/* The picture of the builds over time, into <events>; nothing for fewer than two builds with a time. */
void tree_timeline(struct tree *tree, xmlNode *events);
void tree_layers(struct tree *tree, xmlNode *root);
void tree_settings(struct tree *tree, xmlNode *root);
void tree_packages(struct tree *tree, xmlNode *root);
void tree_files(struct tree *tree, xmlNode *root);
void tree_evidence(struct tree *tree, xmlNode *root);

#endif
