/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One file per output format.  A renderer writes a report into a buffer; the same report gives the
 * same bytes on every run, in every locale and time zone.
 */
#ifndef BASEDRIFT_RENDER_H
#define BASEDRIFT_RENDER_H

#include "basedrift/explain.h"

/*
 * The template of the page: report.xsl, report.css and report.js (templates/README.md) of a folder, the program's own
 * where the folder has no file of that name.
 * Fails: BD_ERR_NOT_FOUND (no such folder, or none of the files), BD_ERR_IO, BD_ERR_LIMIT.
 */
struct bd_page_template;
int bd_page_template_open(const char *folder, struct bd_page_template **out, struct bd_error *err) BD_CHECKED;
void bd_page_template_free(struct bd_page_template *page); /* NULL is accepted */
/* Its style and script, for pages that link them; NULL: the program's own. */
struct bd_str bd_page_style(const struct bd_page_template *page);
struct bd_str bd_page_script(const struct bd_page_template *page);

struct bd_render_options {
	bool color;                           /* text: ANSI, 16 colours */
	bool ascii;                           /* text: "->" instead of an arrow */
	int width;                            /* text: columns, 0: 80 */
	bool junit_strict;                    /* junit: valid against both public XSDs: no file, no line */
	const char *name;                     /* junit: --name */
	const char *attach;                   /* junit: --junit-attach PATH */
	size_t md_max_bytes;                  /* markdown: 0: 60,000 */
	const struct bd_page_template *page;  /* html: NULL: the program's own */
	const char *style_href, *script_href; /* html: linked from there instead of written into the page, or NULL */
	size_t html_max_rows;                 /* 0: 500 */
	size_t html_max_bytes;                /* 0: 5 MiB */
	const char *json_name; /* where the JSON is, for "4,213 more are in …"; NULL: "the JSON report" */
};

struct bd_renderer {
	const char *name;      /* "html": -o NAME=FILE */
	const char *extension; /* "html" */
	const char *media_type;
	int (*render)(const struct bd_report *report, const struct bd_render_options *options, struct bd_buf *out,
		struct bd_error *err);
};
const struct bd_renderer *bd_renderer_for(const char *name); /* NULL: no such format */
const struct bd_renderer *bd_renderer_at(size_t i);          /* NULL past the end */
const char *bd_renderer_names(void);                         /* "github, html, json, junit, markdown, text, xml" */

#endif
