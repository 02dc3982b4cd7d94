/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/imagespec.h"

#include <errno.h>
#include <stdio.h>

#include "base/auto.h"
#include "lib/tarbuild.h"

static const char *text_of(const json_t *object, const char *key, const char *otherwise)
{
	const char *text = json_string_value(json_object_get(object, key));
	return text != NULL ? text : otherwise;
}

static int64_t number_of(const json_t *object, const char *key, int64_t otherwise)
{
	const json_t *value = json_object_get(object, key);
	return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

static int read_file(const char *dir, const char *name, struct bd_buf *out, struct bd_error *err)
{
	struct bd_buf path = { 0 };
	char block[65536];
	bd_buf_printf(&path, "%s%s%s", name[0] == '/' ? "" : dir, name[0] == '/' ? "" : "/", name);
	AUTO(fclose_ptr) FILE *file = fopen(bd_buf_str(&path), "rb");
	if (file == NULL) {
		bd_error_set_errno(err, "%s", bd_buf_str(&path));
		bd_buf_release(&path);
		return -BD_ERR_IO;
	}
	bd_buf_release(&path);
	for (size_t n = fread(block, 1, sizeof(block), file); n > 0; n = fread(block, 1, sizeof(block), file)) {
		bd_buf_add(out, block, n);
	}
	return ferror(file) ? bd_error_set_errno(err, "%s", name) : 0;
}

/* "text", {"size", "fill"}, content_base64 or content_file */
static int read_content(const json_t *entry, const char *dir, struct bd_buf *out, struct bd_error *err)
{
	const json_t *content = json_object_get(entry, "content");
	const char *base64 = text_of(entry, "content_base64", NULL);
	const char *file = text_of(entry, "content_file", NULL);

	bd_buf_add(out, "", 0);
	if (file != NULL) {
		return read_file(dir, file, out, err);
	}
	if (base64 != NULL) {
		return bd_unbase64(out, bd_str(base64)) ? 0 : bd_error_set(err, BD_ERR_FORMAT, "bad content_base64");
	}
	if (json_is_string(content)) {
		bd_buf_add(out, json_string_value(content), json_string_length(content));
	} else if (json_is_object(content)) {
		const char *fill = text_of(content, "fill", "x");
		const size_t n = strlen(fill);
		const int64_t size = number_of(content, "size", 0);
		for (int64_t i = 0; i < size; i++) {
			bd_buf_add_char(out, n > 0 ? fill[(size_t)i % n] : '\0');
		}
	} else if (content != NULL) {
		return bd_error_set(err, BD_ERR_FORMAT, "content is neither text nor {\"size\", \"fill\"}");
	}
	return 0;
}

static const struct kind {
	const char *name;
	char type;
	unsigned int mode;
} kinds[] = {
	{ "file", '0', 0644 },
	{ "hardlink", '1', 0644 },
	{ "symlink", '2', 0777 },
	{ "char", '3', 0644 },
	{ "block", '4', 0644 },
	{ "directory", '5', 0755 },
	{ "fifo", '6', 0644 },
	{ "whiteout", '0', 0644 },
	{ "opaque", '0', 0644 },
};

static const struct kind *find_kind(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (bd_streq(kinds[i].name, name)) {
			return &kinds[i];
		}
	}
	return NULL;
}

/* The path as it stands in the tar: OCI image-spec, layer.md, "Whiteouts". */
static int entry_path(const json_t *entry, const char *kind, struct bd_buf *out, struct bd_error *err)
{
	const char *base64 = text_of(entry, "path_base64", NULL);
	const char *path = text_of(entry, "path", NULL);

	if (base64 != NULL ? !bd_unbase64(out, bd_str(base64)) : path == NULL) {
		return bd_error_set(err, BD_ERR_FORMAT, "an entry without path (or path_base64)");
	}
	if (path == NULL) {
		return 0;
	}
	if (bd_streq(kind, "whiteout")) {
		const struct bd_str dir = bd_path_dir(bd_str(path));
		const struct bd_str name = bd_path_name(bd_str(path));
		bd_buf_add(out, dir.p, dir.n);
		bd_buf_add_str(out, dir.n > 0 ? "/.wh." : ".wh.");
		bd_buf_add(out, name.p, name.n);
		return 0;
	}
	bd_buf_add_str(out, path);
	if (bd_streq(kind, "opaque")) {
		bd_buf_add_str(
			out, path[0] != '\0' && !bd_str_ends(bd_str(path), "/") ? "/.wh..wh..opq" : ".wh..wh..opq");
	} else if (bd_streq(kind, "directory") && !bd_str_ends(bd_str(path), "/")) {
		bd_buf_add_char(out, '/');
	}
	return 0;
}

static int entry_mode(const json_t *entry, unsigned int *mode, struct bd_error *err)
{
	const char *text = text_of(entry, "mode", NULL);
	if (text != NULL) {
		char *end = NULL;
		*mode = (unsigned int)strtoul(text, &end, 8);
		if (*end != '\0' || end == text) {
			return bd_error_set(err, BD_ERR_FORMAT, "mode \"%s\" is not octal", text);
		}
	}
	return 0;
}

struct entry_texts {
	struct bd_buf path, content;
};

static int add_entry_with(const json_t *layer, const json_t *entry, const char *dir, struct entry_texts *texts,
	struct bd_buf *tar, struct bd_error *err)
{
	const char *name = text_of(entry, "kind", "file");
	const struct kind *kind = find_kind(name);
	if (kind == NULL) {
		return bd_error_set(err, BD_ERR_FORMAT, "no such kind: %s", name);
	}
	struct tarbuild_entry out = {
		.type = kind->type,
		.mode = kind->mode,
		.target = text_of(entry, "target", NULL),
		.uid = (unsigned int)number_of(entry, "uid", 0),
		.gid = (unsigned int)number_of(entry, "gid", 0),
		.major = (unsigned int)number_of(entry, "major", 0),
		.minor = (unsigned int)number_of(entry, "minor", 0),
		.mtime_sec = number_of(entry, "mtime", number_of(layer, "mtime", 0)),
	};
	if (entry_path(entry, name, &texts->path, err) < 0 || entry_mode(entry, &out.mode, err) < 0 ||
		read_content(entry, dir, &texts->content, err) < 0) {
		return -(int)err->code;
	}
	if ((kind->type == '1' || kind->type == '2') && out.target == NULL) {
		return bd_error_set(err, BD_ERR_FORMAT, "a link without target");
	}
	out.path = bd_buf_str(&texts->path);
	out.content = bd_buf_view(&texts->content);
	tarbuild_add(tar, &out);
	return 0;
}

static int add_entry(
	const json_t *layer, const json_t *entry, const char *dir, struct bd_buf *tar, struct bd_error *err)
{
	struct entry_texts texts = { { 0 }, { 0 } };
	int r = add_entry_with(layer, entry, dir, &texts, tar, err);
	if (r < 0) {
		r = bd_error_wrap(err, "%s", text_of(entry, "path", "(no path)"));
	}
	bd_buf_release(&texts.path);
	bd_buf_release(&texts.content);
	return r;
}

static int build_layer(const json_t *layer, const char *dir, struct bd_buf *tar, struct bd_error *err)
{
	const char *file = text_of(layer, "tar", NULL);
	const json_t *entries = json_object_get(layer, "entries");
	size_t i = 0;
	const json_t *entry = NULL;

	if (file != NULL) {
		return read_file(dir, file, tar, err);
	}
	if (!json_is_array(entries)) {
		return bd_error_set(err, BD_ERR_FORMAT, "a layer has neither \"entries\" nor \"tar\"");
	}
	json_array_foreach (entries, i, entry) {
		if (add_entry(layer, entry, dir, tar, err) < 0) {
			return -(int)err->code;
		}
	}
	tarbuild_end(tar);
	return 0;
}

static int build_image(json_t *json, const char *dir, struct imagespec *image, struct bd_error *err)
{
	const json_t *layers = json_object_get(json, "layers");
	image->json = json;
	image->reference = text_of(json, "reference", NULL);
	image->platform = text_of(json, "platform", "linux/amd64");
	for (size_t i = 0; i < json_array_size(layers); i++) {
		if (build_layer(json_array_get(layers, i), dir, bd_vec_push(&image->layers), err) < 0) {
			return bd_error_wrap(err, "layer %zu", i);
		}
	}
	return 0;
}

int imagespec_parse(struct bd_str json, const char *dir, struct imagespec_vec *out, struct bd_error *err)
{
	json_error_t where;
	out->document = json_loadb(json.p != NULL ? json.p : "", json.n, JSON_REJECT_DUPLICATES, &where);
	if (!json_is_object(out->document)) {
		return bd_error_set(err, BD_ERR_FORMAT, "line %d: %s", where.line, where.text);
	}
	json_t *images = json_object_get(out->document, "images");
	if (images == NULL) {
		return build_image(out->document, dir, bd_vec_push(out), err);
	}
	for (size_t i = 0; i < json_array_size(images); i++) {
		if (build_image(json_array_get(images, i), dir, bd_vec_push(out), err) < 0) {
			return bd_error_wrap(err, "image %zu", i);
		}
	}
	return 0;
}

void imagespec_release(struct imagespec_vec *specs)
{
	for (size_t i = 0; i < specs->len; i++) {
		for (size_t j = 0; j < specs->v[i].layers.len; j++) {
			bd_buf_release(&specs->v[i].layers.v[j]);
		}
		free(specs->v[i].layers.v);
	}
	free(specs->v);
	json_decref(specs->document);
	*specs = (struct imagespec_vec){ 0 };
}
