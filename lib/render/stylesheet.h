/* SPDX-License-Identifier: Apache-2.0 */
/* Loading the page's stylesheet, and what libxslt has to say of it: file, line and one sentence. */
#ifndef RENDER_STYLESHEET_H
#define RENDER_STYLESHEET_H

#include <libxslt/security.h>
#include <libxslt/xsltInternals.h>

#include "render/page_template.h"

/* The caller frees *out with xsltFreeStylesheet().  Fails: BD_ERR_FORMAT, with file and line. */
int stylesheet_load(const struct bd_page_template *page, xsltStylesheet **out, struct bd_error *err) BD_CHECKED;
/* A template reads the tree and nothing else: no file, no network, no writing. */
xsltSecurityPrefs *stylesheet_forbid_everything(void);
/* An xmlGenericErrorFunc; into: a bd_buf. */
void stylesheet_take_message(void *into, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* BD_ERR_FORMAT from what was taken: "DIR/report.xsl:12: …". */
int stylesheet_error(const struct bd_buf *messages, struct bd_error *err) BD_CHECKED;

#endif
