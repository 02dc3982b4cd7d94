/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "render/renderers.h"

#define ROW(name) &bd_renderer_##name,
static const struct bd_renderer *const renderers[] = { RENDERERS(ROW) };
#undef ROW

#define NAME(name) ", " #name
static const char names[] = RENDERERS(NAME);
#undef NAME

const struct bd_renderer *bd_renderer_at(size_t i)
{
	return i < sizeof(renderers) / sizeof(renderers[0]) ? renderers[i] : NULL;
}

const struct bd_renderer *bd_renderer_for(const char *name)
{
	const struct bd_renderer *renderer;
	for (size_t i = 0; (renderer = bd_renderer_at(i)) != NULL; i++) {
		if (strcmp(renderer->name, name) == 0) {
			return renderer;
		}
	}
	return NULL;
}

const char *bd_renderer_names(void)
{
	return names + strlen(", ");
}
