/* SPDX-License-Identifier: Apache-2.0 */
#include "source/stored.h"

#include <stdarg.h>

void image_warn(struct bd_image *image, const char *fmt, ...)
{
	va_list ap;
	char text[1024];

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	*bd_vec_push(&image->warnings) = bd_arena_strdup(&image->arena, text);
}

void image_add_digest(struct bd_image *image, enum bd_digest_kind kind, const char *value)
{
	*bd_vec_push(&image->digests) =
		(struct bd_digest){ .kind = kind, .value = bd_arena_strdup(&image->arena, value) };
}

int image_make_layers(struct stored_image *image, size_t n, const char *named_by, struct bd_error *err)
{
	const struct bd_string_vec *diff_ids = &image->base.config.diff_ids;
	if (n != diff_ids->len) {
		return bd_error_set(err, BD_ERR_FORMAT, "%s names %zu layers, the config has %zu diff_ids", named_by, n,
			diff_ids->len);
	}
	image->layer_paths = bd_arena_alloc(&image->base.arena, n * sizeof(*image->layer_paths));
	for (size_t i = 0; i < n; i++) {
		*bd_vec_push(&image->base.layers) = (struct bd_image_layer){
			.digest = { .kind = BD_DIGEST_LAYER },
			.size_bytes = -1,
			.diff_id = diff_ids->v[i],
		};
	}
	return 0;
}

static void check_history(struct bd_image *image)
{
	size_t layers = 0;
	for (size_t i = 0; i < image->config.history.len; i++) {
		layers += !image->config.history.v[i].empty_layer;
	}
	if (image->config.history.len > 0 && layers != image->layers.len) {
		image_warn(image, "the config's history tells of %zu layers, there are %zu", layers, image->layers.len);
	}
}

static bool is_stated(const struct bd_platform *platform)
{
	return platform != NULL && platform->os != NULL && platform->architecture != NULL && platform->os[0] != '\0' &&
	       platform->architecture[0] != '\0';
}

int image_finish(struct stored_image *stored, const struct request *request, const struct bd_platform *stated,
	struct bd_error *err)
{
	struct bd_image *image = &stored->base;
	const struct bd_platform host = bd_platform_host();
	struct bd_arena *arena = &image->arena;

	check_history(image);
	image->platform = image->config.platform;
	if (!is_stated(&image->platform) && is_stated(stated)) {
		image->platform = *stated;
	}
	if (!is_stated(&image->platform)) {
		image_warn(image, "platform not stated by the config");
		return 0;
	}
	const char *text = bd_display(arena, bd_platform_text(&image->platform, arena));
	if (request->platform != NULL && !bd_platform_matches(request->platform, &image->platform)) {
		return bd_error_set(err, BD_ERR_NOT_FOUND, "the image is for %s, not for %s", text,
			bd_display(arena, bd_platform_text(request->platform, arena)));
	}
	if (request->platform == NULL && !bd_platform_matches(&host, &image->platform)) {
		image_warn(image, "the image is for %s, this machine is %s", text, bd_platform_text(&host, arena));
	}
	return 0;
}
