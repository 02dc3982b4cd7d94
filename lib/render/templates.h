/* SPDX-License-Identifier: Apache-2.0 */
/* The files of templates/, compiled in by cmake/Embed.cmake. */
#ifndef RENDER_TEMPLATES_H
#define RENDER_TEMPLATES_H

#include <stddef.h>

extern const unsigned char render_template_report_xsl[];
extern const size_t render_template_report_xsl_size;
extern const unsigned char render_template_report_css[];
extern const size_t render_template_report_css_size;
extern const unsigned char render_template_report_js[];
extern const size_t render_template_report_js_size;

#endif
