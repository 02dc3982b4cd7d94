/* SPDX-License-Identifier: Apache-2.0 */
/* Whiteout cases of other projects, where they are at hand: whole docker archives and the paths expected. */
#include "test.h"

#include <jansson.h>

#include "base/auto.h"
#include "read_layer.h"

#define MOST_LAYERS 64

struct image {
	struct bd_layer *outer;
	struct bd_layer *layers[MOST_LAYERS];
	size_t count;
	struct bd_tree tree;
};

static bool read_whole(const char *path, struct bd_buf *out)
{
	char block[65536];
	AUTO(fclose_ptr) FILE *file = fopen(path, "rb");
	if (file == NULL) {
		return false;
	}
	for (size_t n = fread(block, 1, sizeof(block), file); n > 0; n = fread(block, 1, sizeof(block), file)) {
		bd_buf_add(out, block, n);
	}
	return true;
}

static const struct bd_kept_file *member(const struct image *image, const char *path)
{
	const struct bd_entry *entry = bd_layer_find(image->outer, path);
	struct bd_buf target = { 0 };
	if (entry != NULL && entry->kind == BD_SYMLINK) {
		bd_path_resolve(&target, bd_path_dir(bd_str(path)), bd_str(entry->target));
		path = bd_buf_str(&target);
	}
	const struct bd_kept_file *kept = bd_layer_kept(image->outer, path);
	bd_buf_release(&target);
	return kept;
}

/* The archive is read as a layer is: it is a tar, too. */
static bool open_image(const char *path, struct image *image)
{
	struct bd_buf bytes = { 0 };
	struct bd_error err = { 0 };
	bool good =
		read_whole(path, &bytes) && bd_layer_read(bd_stream_memory(bytes.p, bytes.n),
						    &(struct bd_wants){ .bytes = want_all }, &image->outer, &err) == 0;
	const struct bd_kept_file *manifest = good ? member(image, "manifest.json") : NULL;
	json_t *json = manifest != NULL ? json_loadb(manifest->bytes.p, manifest->bytes.n, 0, NULL) : NULL;
	const json_t *layers = json_object_get(json_array_get(json, 0), "Layers");
	good = good && json_array_size(layers) > 0;
	for (size_t i = 0; good && i < json_array_size(layers) && i < MOST_LAYERS; i++) {
		const struct bd_kept_file *tar = member(image, json_string_value(json_array_get(layers, i)));
		good = tar != NULL && bd_layer_read(bd_stream_decompress(bd_stream_memory(tar->bytes.p, tar->bytes.n)),
					      NULL, &image->layers[i], &err) == 0;
		image->count++;
	}
	bd_tree_build(image->layers, good ? image->count : 0, &image->tree);
	json_decref(json);
	bd_buf_release(&bytes);
	return good;
}

static void close_image(struct image *image)
{
	bd_tree_release(&image->tree);
	for (size_t i = 0; i < image->count; i++) {
		bd_layer_free(image->layers[i]);
	}
	bd_layer_free(image->outer);
}

/* "a/b/" names a directory, which may have no entry of its own. */
static bool has_path(const struct bd_tree *tree, const char *text)
{
	struct bd_buf path = { 0 };
	(void)bd_path_clean(&path, text, strlen(text));
	bool found = bd_tree_find(tree, bd_buf_str(&path)) != NULL;
	bd_buf_add_char(&path, '/');
	for (size_t i = 0; i < tree->len && !found; i++) {
		found = strncmp(tree->v[i].path, path.p, path.n) == 0;
	}
	bd_buf_release(&path);
	return found;
}

static size_t check_list(const struct bd_tree *tree, const json_t *list, bool expected)
{
	size_t wrong = 0;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *path = json_string_value(json_array_get(list, i));
		if (has_path(tree, path) != expected) {
			print_message("  %s: %s\n", path, expected ? "missing" : "there");
			wrong++;
		}
	}
	return wrong;
}

/* Nothing in the tree that the complete list does not name. */
static size_t check_complete(const struct bd_tree *tree, const json_t *list)
{
	size_t wrong = 0;
	for (size_t i = 0; i < tree->len && list != NULL; i++) {
		bool named = false;
		for (size_t j = 0; j < json_array_size(list) && !named; j++) {
			const struct bd_str name = bd_str(json_string_value(json_array_get(list, j)));
			const bool slash = bd_str_ends(name, "/");
			named = bd_str_equal(bd_str(tree->v[i].path), (struct bd_str){ name.p, name.n - slash });
		}
		if (!named) {
			print_message("  %s: too many\n", tree->v[i].path);
			wrong++;
		}
	}
	return wrong;
}

static bool check_case(const json_t *json)
{
	char path[4096];
	struct image image = { 0 };
	const char *file = json_string_value(json_object_get(json, "file"));
	(void)snprintf(path, sizeof(path), "%s/oci/%s", SHARED_DATA, file);
	size_t wrong = open_image(path, &image) ? 0 : 1;
	if (wrong == 0) {
		const json_t *all = json_object_get(json, "expected_paths");
		wrong += check_list(&image.tree, all, true);
		wrong += check_complete(&image.tree, all);
		wrong += check_list(&image.tree, json_object_get(json, "must_exist"), true);
		wrong += check_list(&image.tree, json_object_get(json, "must_not_exist"), false);
	}
	if (wrong > 0) {
		print_message("%s: wrong\n", file);
	}
	close_image(&image);
	return wrong == 0;
}

static void test_vectors_whiteout(void **state)
{
	(void)state;
	json_t *json = json_load_file(SHARED_DATA "/oci/whiteout/cases.json", 0, NULL);
	const json_t *cases = json_object_get(json, "cases");
	size_t right = 0;
	for (size_t i = 0; i < json_array_size(cases); i++) {
		right += check_case(json_array_get(cases, i));
	}
	if (json != NULL) {
		print_message("whiteout: %zu of %zu\n", right, json_array_size(cases));
	}
	assert_int_equal(right, json_array_size(cases));
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_vectors_whiteout) };
	return cmocka_run_group_tests_name("layer/vectors", tests, NULL, NULL);
}
