/* SPDX-License-Identifier: Apache-2.0 */
#include "layer/resolve.h"

#include <string.h>

#include "basedrift/limits.h"

#include "layer/pathorder.h"

const struct bd_tree_file *tree_view_find(const struct tree_view *view, const char *path)
{
	const struct path_array paths = { view->files, view->len, sizeof(*view->files) };
	const size_t i = path_array_find(paths, path);
	return i != SIZE_MAX ? &view->files[i] : NULL;
}

static bool has_text(const struct bd_string_vec *texts, const char *text)
{
	const struct path_array paths = { texts->v, texts->len, sizeof(*texts->v) };
	return path_array_find(paths, text) != SIZE_MAX;
}

/* Does the layer's own whiteout take away what the lower layers have at path? */
static bool is_hidden(const struct bd_layer *layer, const char *path)
{
	if (layer->whiteouts.len == 0 && layer->opaque.len == 0) {
		return false;
	}
	struct bd_buf text = { 0 };
	bd_buf_add_str(&text, path);
	bool hidden = has_text(&layer->whiteouts, bd_buf_str(&text));
	while (!hidden && text.n > 0) {
		text.n = bd_path_dir(bd_buf_view(&text)).n;
		text.p[text.n] = '\0';
		hidden = has_text(&layer->opaque, bd_buf_str(&text)) || has_text(&layer->whiteouts, bd_buf_str(&text));
	}
	bd_buf_release(&text);
	return hidden;
}

static const struct bd_entry *look_up(const struct tree_view *view, const char *path)
{
	if (view->above != NULL) {
		const struct bd_entry *own = bd_layer_find(view->above, path);
		if (own != NULL || is_hidden(view->above, path)) {
			return own;
		}
	}
	const struct bd_tree_file *file = tree_view_find(view, path);
	return file != NULL ? file->entry : NULL;
}

static void cut_to(struct bd_buf *buf, size_t n)
{
	buf->n = n;
	buf->p[n] = '\0';
}

struct steps {
	struct bd_buf pending, next; /* what is still to be walked; rest is its tail */
	struct bd_str rest;
	unsigned int links;
};

/* One component more in out; false: no way on. */
static bool step(const struct tree_view *view, struct steps *steps, struct bd_str part, struct bd_buf *out)
{
	const size_t parent = out->n;
	if (out->n > 0) {
		bd_buf_add_char(out, '/');
	}
	bd_buf_add(out, part.p, part.n);
	const struct bd_entry *entry = look_up(view, bd_buf_str(out));
	if (entry == NULL || entry->kind == BD_DIRECTORY) {
		return true;
	}
	if (entry->kind != BD_SYMLINK || ++steps->links > BD_LIMIT_SYMLINKS) {
		return false;
	}
	cut_to(out, entry->target[0] == '/' ? 0 : parent);
	bd_buf_clear(&steps->next);
	bd_buf_printf(&steps->next, "%s/", entry->target);
	bd_buf_add(&steps->next, steps->rest.p, steps->rest.n);
	const struct bd_buf walked = steps->pending;
	steps->pending = steps->next;
	steps->next = walked;
	steps->rest = bd_buf_view(&steps->pending);
	return true;
}

bool tree_view_directory(const struct tree_view *view, struct bd_str dir, struct bd_buf *out)
{
	struct steps steps = { .rest = dir };
	bool fits = true;
	bd_buf_clear(out);
	bd_buf_add(out, "", 0);
	while (fits && steps.rest.n > 0) {
		const struct bd_str part = bd_str_cut(&steps.rest, '/');
		if (bd_str_is(part, "..")) {
			cut_to(out, bd_path_dir(bd_buf_view(out)).n);
		} else if (part.n > 0 && !bd_str_is(part, ".")) {
			fits = step(view, &steps, part, out);
		}
		fits = fits && out->n <= BD_LIMIT_PATH_BYTES;
	}
	bd_buf_release(&steps.pending);
	bd_buf_release(&steps.next);
	return fits;
}

static const struct bd_tree_file *seek(struct bd_tree_seeker *seeker, const char *path)
{
	const struct path_array paths = { seeker->tree->v, seeker->tree->len, sizeof(*seeker->tree->v) };
	seeker->at = path_array_seek(paths, seeker->at, path);
	return seeker->at < paths.len && strcmp(seeker->tree->v[seeker->at].path, path) == 0
		       ? &seeker->tree->v[seeker->at]
		       : NULL;
}

/* Where the directory of a path really is; that of the path before is not looked for again. */
static bool follow_directory(struct bd_tree_seeker *seeker, struct bd_str dir)
{
	if (seeker->dir.p == NULL || !bd_str_equal(dir, bd_buf_view(&seeker->dir))) {
		const struct tree_view view = { seeker->tree->v, seeker->tree->len, NULL };
		bd_buf_clear(&seeker->dir);
		bd_buf_add(&seeker->dir, dir.p, dir.n);
		seeker->reachable = tree_view_directory(&view, dir, &seeker->real);
	}
	return seeker->reachable;
}

const struct bd_tree_file *bd_tree_seek(struct bd_tree_seeker *seeker, const char *path)
{
	const struct bd_tree_file *file = seek(seeker, path);
	if (file != NULL) { /* nothing stands below a link, so no link is in its path */
		return file;
	}
	const struct bd_str name = bd_path_name(bd_str(path));
	const struct bd_str dir = bd_path_dir(bd_str(path));
	if (name.n == 0 || !follow_directory(seeker, dir) || bd_str_equal(dir, bd_buf_view(&seeker->real))) {
		return NULL;
	}
	bd_buf_clear(&seeker->path);
	bd_buf_add(&seeker->path, seeker->real.p, seeker->real.n);
	if (seeker->real.n > 0) {
		bd_buf_add_char(&seeker->path, '/');
	}
	bd_buf_add(&seeker->path, name.p, name.n);
	return seek(seeker, bd_buf_str(&seeker->path));
}

void bd_tree_seeker_release(struct bd_tree_seeker *seeker)
{
	bd_buf_release(&seeker->dir);
	bd_buf_release(&seeker->real);
	bd_buf_release(&seeker->path);
}

const struct bd_tree_file *bd_tree_resolve(const struct bd_tree *tree, const char *path)
{
	struct bd_tree_seeker seeker = { .tree = tree, .at = tree->len / 2 };
	const struct bd_tree_file *file = bd_tree_seek(&seeker, path);
	bd_tree_seeker_release(&seeker);
	return file;
}
