/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RENDER_PAGE_TEMPLATE_H
#define RENDER_PAGE_TEMPLATE_H

#include "basedrift/render.h"

/* The stylesheet that lays the page out, and its path for messages and for what it includes. */
struct bd_str page_layout(const struct bd_page_template *page, const char **path_out);

#endif
