/* SPDX-License-Identifier: Apache-2.0 */
/* Every renderer.  Adding one: NAME.c in this folder, its row here.  Sorted (a test checks). */
#ifndef RENDER_RENDERERS_H
#define RENDER_RENDERERS_H

#include "basedrift/render.h"

/* clang-format off */
#define RENDERERS(row) \
	row(github) \
	row(html) \
	row(json) \
	row(junit) \
	row(markdown) \
	row(text) \
	row(xml)
/* clang-format on */

#define DECLARE(name) extern const struct bd_renderer bd_renderer_##name;
RENDERERS(DECLARE)
#undef DECLARE

#endif
