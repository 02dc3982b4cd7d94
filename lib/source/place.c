/* SPDX-License-Identifier: Apache-2.0 */
#include "source/place.h"

void place_close(struct place *place)
{
	if (place != NULL) {
		place->ops->close(place);
	}
}

/* Paths in messages come from documents that anybody may have written. */
static int wrap_path(struct bd_error *err, const char *path)
{
	AUTO(buf_auto) struct bd_buf shown = { 0 };
	bd_display_text(&shown, path, strlen(path));
	return bd_error_wrap(err, "%.200s", bd_buf_str(&shown));
}

int place_open(
	const struct place *place, const char *path, struct bd_stream **out, int64_t *size_out, struct bd_error *err)
{
	int64_t size = 0;
	if (place->ops->open(place, path, out, &size, err) < 0) {
		return wrap_path(err, path);
	}
	if (size_out != NULL) {
		*size_out = size;
	}
	return 0;
}

int place_read(const struct place *place, const char *path, size_t limit, struct bd_buf *out, struct bd_error *err)
{
	AUTO(bd_stream_auto) struct bd_stream *stream = NULL;
	if (place_open(place, path, &stream, NULL, err) < 0) {
		return -(int)err->code;
	}
	return bd_stream_read_all(stream, limit, out, err) < 0 ? wrap_path(err, path) : 0;
}

bool place_has(const struct place *place, const char *path)
{
	return place->ops->has(place, path);
}

bool place_has_folder(const struct place *place, const char *path)
{
	return place->ops->has_folder(place, path);
}
