/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "read_layer.h"

#define MOST_LAYERS 4

struct stack {
	struct bd_layer *layers[MOST_LAYERS];
	size_t count;
	struct bd_tree tree;
};

static void push(struct stack *stack, struct bd_buf *tar)
{
	stack->layers[stack->count++] = read_layer(tar);
}

static void build(struct stack *stack)
{
	bd_tree_build(stack->layers, stack->count, &stack->tree);
}

static void release(struct stack *stack)
{
	bd_tree_release(&stack->tree);
	for (size_t i = 0; i < stack->count; i++) {
		bd_layer_free(stack->layers[i]);
	}
}

/* Builds, compares and releases. */
static void expect_tree(struct stack *stack, const char *expected)
{
	struct bd_buf text = { 0 };
	build(stack);
	describe_tree(&text, &stack->tree);
	assert_string_equal(bd_buf_str(&text), expected);
	bd_buf_release(&text);
	release(stack);
}

/* etc/{a,b}, etc-x, etc.d/{c,d/e}, usr/lib/x, lib -> usr/lib */
static void push_base(struct stack *stack)
{
	struct bd_buf tar = { 0 };
	tarbuild_directory(&tar, "etc");
	tarbuild_file(&tar, "etc/a", "1");
	tarbuild_file(&tar, "etc/b", "22");
	tarbuild_file(&tar, "etc-x", "333");
	tarbuild_directory(&tar, "etc.d");
	tarbuild_file(&tar, "etc.d/c", "4444");
	tarbuild_file(&tar, "etc.d/d/e", "55555"); /* its directory has no entry */
	tarbuild_directory(&tar, "usr");
	tarbuild_directory(&tar, "usr/lib");
	tarbuild_file(&tar, "usr/lib/x", "1");
	tarbuild_symlink(&tar, "lib", "usr/lib");
	push(stack, &tar);
}

#define BASE_ETC      "d etc @0\nf etc-x 3 @0\n"
#define BASE_ETC_D    "d etc.d @0\nf etc.d/c 4 @0\nf etc.d/d/e 5 @0\n"
#define BASE_ETC_REST "f etc/a 1 @0\nf etc/b 2 @0\n"
#define BASE_USR      "l lib -> usr/lib @0\nd usr @0\nd usr/lib @0\nf usr/lib/x 1 @0\n"

static void test_bd_tree_build_one_layer(void **state)
{
	(void)state;
	struct stack stack = { 0 };
	push_base(&stack);
	expect_tree(&stack, BASE_ETC BASE_ETC_D BASE_ETC_REST BASE_USR);
}

static void test_bd_tree_build_nothing(void **state)
{
	(void)state;
	struct stack stack = { 0 };
	struct bd_buf tar = { 0 };
	expect_tree(&stack, "");
	stack = (struct stack){ 0 };
	push(&stack, &tar);
	stack.layers[stack.count++] = NULL;
	expect_tree(&stack, "");
}

static void test_bd_tree_build_layer_not_read(void **state)
{
	(void)state;
	struct stack stack = { 0 };
	struct bd_buf tar = { 0 };
	push_base(&stack);
	stack.layers[stack.count++] = NULL;
	tarbuild_file(&tar, "etc/b", "new");
	push(&stack, &tar);
	expect_tree(&stack, BASE_ETC BASE_ETC_D "f etc/a 1 @0\nf etc/b 3 @2\n" BASE_USR);
}

static void test_bd_tree_build_whiteout(void **state)
{
	(void)state;
	struct stack stack = { 0 };
	struct bd_buf tar = { 0 };
	push_base(&stack);
	tarbuild_file(&tar, "etc/.wh.a", "");
	tarbuild_file(&tar, ".wh.etc.d", "");
	tarbuild_file(&tar, ".wh.nowhere", "");
	push(&stack, &tar);
	expect_tree(&stack, BASE_ETC "f etc/b 2 @0\n" BASE_USR);
}

static void test_bd_tree_build_whiteout_of_implied_directory(void **state)
{
	(void)state;
	struct stack stack = { 0 };
	struct bd_buf tar = { 0 };
	push_base(&stack);
	tarbuild_file(&tar, "etc.d/.wh.d", "");
	push(&stack, &tar);
	expect_tree(&stack, BASE_ETC "d etc.d @0\nf etc.d/c 4 @0\n" BASE_ETC_REST BASE_USR);
}

/* image-spec, layer.md: whiteouts hide lower layers only, wherever they stand */
static void test_bd_tree_build_whiteout_spares_its_own_layer(void **state)
{
	(void)state;
	for (int first = 0; first <= 1; first++) {
		struct stack stack = { 0 };
		struct bd_buf tar = { 0 };
		push_base(&stack);
		if (first) {
			tarbuild_file(&tar, ".wh.etc", "");
		}
		tarbuild_directory(&tar, "etc");
		tarbuild_file(&tar, "etc/new", "x");
		tarbuild_file(&tar, "etc/a", "own");
		if (!first) {
			tarbuild_file(&tar, ".wh.etc", "");
		}
		push(&stack, &tar);
		expect_tree(&stack, "d etc @1\nf etc-x 3 @0\n" BASE_ETC_D "f etc/a 3 @1\nf etc/new 1 @1\n" BASE_USR);
	}
}

static void test_bd_tree_build_opaque(void **state)
{
	(void)state;
	struct stack stack = { 0 };
	struct bd_buf tar = { 0 };
	push_base(&stack);
	tarbuild_file(&tar, "etc/new", "x");
	tarbuild_file(&tar, "etc/.wh..wh..opq", "");
	push(&stack, &tar);
	expect_tree(&stack, BASE_ETC BASE_ETC_D "f etc/new 1 @1\n" BASE_USR);

	stack = (struct stack){ 0 };
	push_base(&stack);
	tarbuild_file(&tar, ".wh..wh..opq", "");
	tarbuild_file(&tar, "alone", "x");
	push(&stack, &tar);
	expect_tree(&stack, "f alone 1 @1\n");
}

static void test_bd_tree_build_hidden_comes_back(void **state)
{
	(void)state;
	struct stack stack = { 0 };
	struct bd_buf tar = { 0 };
	push_base(&stack);
	tarbuild_file(&tar, ".wh.etc", "");
	push(&stack, &tar);
	tarbuild_file(&tar, "etc/a", "back");
	push(&stack, &tar);
	expect_tree(&stack, "f etc-x 3 @0\n" BASE_ETC_D "f etc/a 4 @2\n" BASE_USR);
}

static void test_bd_tree_build_file_over_directory(void **state)
{
	(void)state;
	struct stack stack = { 0 };
	struct bd_buf tar = { 0 };
	push_base(&stack);
	tarbuild_file(&tar, "etc", "file");
	tarbuild_symlink(&tar, "etc.d", "elsewhere");
	push(&stack, &tar);
	expect_tree(&stack, "f etc 4 @1\nf etc-x 3 @0\nl etc.d -> elsewhere @1\n" BASE_USR);
}

static void test_bd_tree_build_file_over_implied_directory(void **state)
{
	(void)state;
	struct stack stack = { 0 };
	struct bd_buf tar = { 0 };
	push_base(&stack);
	tarbuild_file(&tar, "etc.d/d", "file");
	push(&stack, &tar);
	expect_tree(&stack, BASE_ETC "d etc.d @0\nf etc.d/c 4 @0\nf etc.d/d 4 @1\n" BASE_ETC_REST BASE_USR);
}

/* Docker and containerd remove what is no directory when a directory comes. */
static void test_bd_tree_build_directory_over_others(void **state)
{
	(void)state;
	struct stack stack = { 0 };
	struct bd_buf tar = { 0 };
	push_base(&stack);
	tarbuild_directory(&tar, "etc-x");
	tarbuild_file(&tar, "etc-x/in", "x");
	tarbuild_directory(&tar, "lib");
	tarbuild_file(&tar, "lib/own", "x");
	tarbuild_directory(&tar, "etc");
	push(&stack, &tar);
	expect_tree(&stack, "d etc @1\nd etc-x @1\nf etc-x/in 1 @1\n" BASE_ETC_D BASE_ETC_REST
			    "d lib @1\nf lib/own 1 @1\nd usr @0\nd usr/lib @0\nf usr/lib/x 1 @0\n");
}

/* ---- symbolic links in directories ------------------------------------------------------------- */

/* containerd archive/tar.go resolves the parent with fs.RootPath; Docker unpacks in a chroot. */
static void test_bd_tree_build_entry_through_symlink(void **state)
{
	(void)state;
	struct stack stack = { 0 };
	struct bd_buf tar = { 0 };
	push_base(&stack);
	tarbuild_file(&tar, "lib/new", "x");
	tarbuild_file(&tar, "lib/sub/deep", "x");
	tarbuild_file(&tar, "lib/.wh.x", "");
	tarbuild_file(&tar, "zlast", "x");
	push(&stack, &tar);
	expect_tree(&stack,
		BASE_ETC BASE_ETC_D BASE_ETC_REST "l lib -> usr/lib @0\nd usr @0\nd usr/lib @0\n"
						  "f usr/lib/new 1 @1\nf usr/lib/sub/deep 1 @1\nf zlast 1 @1\n");
}

static void test_bd_tree_build_opaque_through_symlink(void **state)
{
	(void)state;
	struct stack stack = { 0 };
	struct bd_buf tar = { 0 };
	push_base(&stack);
	tarbuild_file(&tar, "lib/.wh..wh..opq", "");
	push(&stack, &tar);
	expect_tree(&stack, BASE_ETC BASE_ETC_D BASE_ETC_REST "l lib -> usr/lib @0\nd usr @0\nd usr/lib @0\n");
}

static void test_bd_tree_build_symlinks_stay_inside(void **state)
{
	(void)state;
	struct stack stack = { 0 };
	struct bd_buf tar = { 0 };
	tarbuild_symlink(&tar, "a/out", "../../../../b/./c");
	tarbuild_symlink(&tar, "abs", "/b");
	tarbuild_symlink(&tar, "b/c", "/d/e/");
	push(&stack, &tar);
	tarbuild_file(&tar, "a/out/file", "x");
	tarbuild_file(&tar, "abs/c/file2", "x");
	push(&stack, &tar);
	expect_tree(&stack, "l a/out -> ../../../../b/./c @0\nl abs -> /b @0\nl b/c -> /d/e/ @0\n"
			    "f d/e/file 1 @1\nf d/e/file2 1 @1\n");
}

static void test_bd_tree_build_symlink_of_its_own_layer(void **state)
{
	(void)state;
	struct stack stack = { 0 };
	struct bd_buf tar = { 0 };
	tarbuild_symlink(&tar, "current", "v1");
	tarbuild_file(&tar, "current/file", "x");
	push(&stack, &tar);
	expect_tree(&stack, "l current -> v1 @0\nf v1/file 1 @0\n");
}

static void test_bd_tree_build_leads_nowhere(void **state)
{
	(void)state;
	struct stack stack = { 0 };
	struct bd_buf tar = { 0 };
	tarbuild_symlink(&tar, "x", "y");
	tarbuild_symlink(&tar, "y", "x");
	tarbuild_file(&tar, "f", "file");
	push(&stack, &tar);
	tarbuild_file(&tar, "x/in-a-circle", "x");
	tarbuild_file(&tar, "f/below-a-file", "x");
	tarbuild_file(&tar, "y/.wh.z", "");
	push(&stack, &tar);
	expect_tree(&stack, "f f 4 @0\nl x -> y @0\nl y -> x @0\n"
			    "! entry-refused f/below-a-file\n! entry-refused x/in-a-circle\n");
}

static void test_bd_tree_build_replaced_symlink_is_not_followed(void **state)
{
	(void)state;
	struct stack stack = { 0 };
	struct bd_buf tar = { 0 };
	push_base(&stack);
	tarbuild_file(&tar, ".wh.lib", "");
	tarbuild_file(&tar, "lib/own", "x"); /* its directory has no entry */
	push(&stack, &tar);
	expect_tree(
		&stack, BASE_ETC BASE_ETC_D BASE_ETC_REST "f lib/own 1 @1\nd usr @0\nd usr/lib @0\nf usr/lib/x 1 @0\n");
}

static void test_bd_tree_build_two_ways_to_one_place(void **state)
{
	(void)state;
	struct stack stack = { 0 };
	struct bd_buf tar = { 0 };
	push_base(&stack);
	tarbuild_file(&tar, "lib/two", "through the link");
	tarbuild_file(&tar, "usr/lib/two", "literal");
	tarbuild_file(&tar, "lib/three", "x"); /* becomes what is above the next one */
	tarbuild_file(&tar, "usr/lib/three/below", "x");
	push(&stack, &tar);
	expect_tree(&stack,
		BASE_ETC BASE_ETC_D BASE_ETC_REST "l lib -> usr/lib @0\nd usr @0\nd usr/lib @0\n"
						  "f usr/lib/three 1 @1\nf usr/lib/two 7 @1\nf usr/lib/x 1 @0\n");
}

/* ---- hard links into lower layers ------------------------------------------------------------------ */

static void test_bd_tree_build_hard_links(void **state)
{
	(void)state;
	struct stack stack = { 0 };
	struct bd_buf tar = { 0 };
	push_base(&stack);
	tarbuild_hardlink(&tar, "h1", "etc/b");
	tarbuild_hardlink(&tar, "h2", "lib/x"); /* through a link */
	tarbuild_hardlink(&tar, "h3", "etc/a"); /* the name goes, the content stays */
	tarbuild_file(&tar, "etc/.wh.a", "");
	tarbuild_hardlink(&tar, "h4", "nowhere");
	tarbuild_hardlink(&tar, "h5", "etc");
	tarbuild_hardlink(&tar, "h6", "h7");
	tarbuild_file(&tar, "h7", "later"); /* only this layer has it */
	tarbuild_hardlink(&tar, "h8", "h4");
	push(&stack, &tar);
	build(&stack);
	struct bd_buf text = { 0 };
	describe_tree(&text, &stack.tree);
	assert_string_equal(bd_buf_str(&text),
		"d etc @0\nf etc-x 3 @0\n" BASE_ETC_D "f etc/b 2 @0\n"
		"f h1 2 @1\nf h2 1 @1\nf h3 1 @1\nf h6 5 @1\nf h7 5 @1\n" BASE_USR
		"! dangling-hard-link h4\n! dangling-hard-link h5\n! dangling-hard-link h8\n");
	const struct bd_tree_file *h1 = bd_tree_find(&stack.tree, "h1");
	assert_ptr_equal(h1->entry, bd_layer_find(stack.layers[0], "etc/b"));
	const struct bd_kept_file *kept = bd_tree_kept(stack.layers, h1);
	assert_non_null(kept);
	assert_true(kept->bytes.n == 2 && memcmp(kept->bytes.p, "22", 2) == 0);
	bd_buf_release(&text);
	release(&stack);
}

static void test_bd_tree_build_hard_link_keeps_the_old_content(void **state)
{
	(void)state;
	struct stack stack = { 0 };
	struct bd_buf tar = { 0 };
	push_base(&stack);
	tarbuild_hardlink(&tar, "h", "etc/b");
	push(&stack, &tar);
	tarbuild_file(&tar, "etc/b", "changed");
	push(&stack, &tar);
	expect_tree(&stack, BASE_ETC BASE_ETC_D "f etc/a 1 @0\nf etc/b 7 @2\nf h 2 @1\n" BASE_USR);
}

static void test_bd_tree_build_dangling_link_replaces_nothing(void **state)
{
	(void)state;
	struct stack stack = { 0 };
	struct bd_buf tar = { 0 };
	push_base(&stack);
	tarbuild_hardlink(&tar, "etc", "nowhere");
	push(&stack, &tar);
	expect_tree(&stack, BASE_ETC BASE_ETC_D BASE_ETC_REST BASE_USR "! dangling-hard-link etc\n");
}

/* ---- finding ------------------------------------------------------------------------------------------ */

static void test_bd_tree_resolve(void **state)
{
	(void)state;
	struct stack stack = { 0 };
	struct bd_buf tar = { 0 };
	push_base(&stack);
	tarbuild_symlink(&tar, "usr/lib64", "lib");
	tarbuild_symlink(&tar, "loop", "loop");
	push(&stack, &tar);
	build(&stack);
	assert_string_equal(bd_tree_resolve(&stack.tree, "lib/x")->path, "usr/lib/x");
	assert_string_equal(bd_tree_resolve(&stack.tree, "usr/lib64/x")->path, "usr/lib/x");
	assert_string_equal(
		bd_tree_resolve(&stack.tree, "usr/lib64")->path, "usr/lib64"); /* the last one is not followed */
	assert_string_equal(bd_tree_resolve(&stack.tree, "etc/a")->path, "etc/a");
	assert_null(bd_tree_resolve(&stack.tree, "lib/nothing"));
	assert_null(bd_tree_resolve(&stack.tree, "loop/x"));
	assert_null(bd_tree_resolve(&stack.tree, "etc/a/x"));
	assert_null(bd_tree_resolve(&stack.tree, ""));
	assert_null(bd_tree_find(&stack.tree, "lib/x"));
	release(&stack);
}

static void test_bd_tree_kept_through_symlink(void **state)
{
	(void)state;
	struct stack stack = { 0 };
	struct bd_buf tar = { 0 };
	push_base(&stack);
	tarbuild_file(&tar, "lib/status", "bytes");
	push(&stack, &tar);
	build(&stack);
	const struct bd_tree_file *file = bd_tree_find(&stack.tree, "usr/lib/status");
	assert_non_null(file);
	assert_int_equal(bd_tree_kept(stack.layers, file)->bytes.n, 5);
	assert_null(bd_tree_kept(stack.layers, bd_tree_find(&stack.tree, "usr")));
	release(&stack);
}

/* Many small layers over one large one: the time must not be a product that matters. */
static void test_bd_tree_build_many_files(void **state)
{
	(void)state;
	struct stack stack = { 0 };
	struct bd_buf tar = { 0 };
	char path[64];
	for (int i = 0; i < 20000; i++) {
		(void)snprintf(path, sizeof(path), "d%d/e%d/f%d", i % 7, i % 113, i);
		tarbuild_file(&tar, path, "x");
	}
	push(&stack, &tar);
	for (int i = 0; i < 20000; i += 2) {
		(void)snprintf(path, sizeof(path), "d%d/e%d/.wh.f%d", i % 7, i % 113, i);
		tarbuild_file(&tar, path, "");
	}
	push(&stack, &tar);
	build(&stack);
	assert_int_equal(stack.tree.len, 10000);
	for (int i = 0; i < 20000; i++) {
		(void)snprintf(path, sizeof(path), "d%d/e%d/f%d", i % 7, i % 113, i);
		assert_int_equal(bd_tree_find(&stack.tree, path) != NULL, i % 2);
	}
	release(&stack);
}

/* ---- against a model that lays one path after the other ---------------------------------------- */

#define PATHS 84

struct model {
	char paths[PATHS][16]; /* sorted */
	struct {
		char kind; /* 'd', 'f', or 0: not there */
		int layer;
	} at[PATHS];
};

static int compare_model_paths(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Three levels of names, some of which sort around the slash. */
static void make_paths(struct model *model)
{
	static const char *const names[] = { "a", "a!", "a-", "b" };
	size_t n = 0;
	for (size_t i = 0; i < 4; i++) {
		(void)snprintf(model->paths[n++], sizeof(*model->paths), "%s", names[i]);
		for (size_t j = 0; j < 4; j++) {
			(void)snprintf(model->paths[n++], sizeof(*model->paths), "%s/%s", names[i], names[j]);
			for (size_t k = 0; k < 4; k++) {
				(void)snprintf(model->paths[n++], sizeof(*model->paths), "%s/%s/%s", names[i], names[j],
					names[k]);
			}
		}
	}
	assert_int_equal(n, PATHS);
	qsort(model->paths, PATHS, sizeof(*model->paths), compare_model_paths);
}

static bool model_below(const struct model *model, size_t path, size_t dir)
{
	const size_t n = strlen(model->paths[dir]);
	return strncmp(model->paths[path], model->paths[dir], n) == 0 && model->paths[path][n] == '/';
}

static void model_hide(struct model *model, size_t path, bool itself)
{
	for (size_t i = 0; i < PATHS; i++) {
		if (model_below(model, i, path) || (itself && i == path)) {
			model->at[i].kind = 0;
		}
	}
}

/* 0 to n - 1; the same numbers in every run. */
static unsigned int roll(unsigned int *seed, unsigned int n)
{
	*seed = *seed * 1103515245U + 12345U;
	return (*seed >> 16) % n;
}

static void add_hidden_name(struct bd_buf *tar, const char *path, bool opaque)
{
	struct bd_buf name = { 0 };
	const struct bd_str dir = bd_path_dir(bd_str(path));
	bd_buf_add(&name, path, opaque ? strlen(path) : dir.n);
	if (name.n > 0) {
		bd_buf_add_char(&name, '/');
	}
	bd_buf_add_str(&name, opaque ? ".wh..wh..opq" : ".wh.");
	bd_buf_add_str(&name, opaque ? "" : bd_path_name(bd_str(path)).p);
	tarbuild_file(tar, bd_buf_str(&name), "");
	bd_buf_release(&name);
}

/* What the layer hides of those below comes first, wherever it stands in the tar. */
static void hide_some(struct model *model, struct bd_buf *tar, unsigned int *seed)
{
	for (unsigned int n = roll(seed, 4); n > 0; n--) {
		const size_t path = roll(seed, PATHS);
		const bool opaque = roll(seed, 2) == 0;
		model_hide(model, path, !opaque);
		add_hidden_name(tar, model->paths[path], opaque);
	}
}

/* Nothing stands below a file of its own layer, and what was a file below is a directory first. */
static void add_some(struct model *model, struct bd_buf *tar, unsigned int *seed, int layer)
{
	char own[PATHS] = { 0 };
	for (unsigned int n = roll(seed, 30); n > 0; n--) {
		own[roll(seed, PATHS)] = roll(seed, 3) == 0 ? 'd' : 'f';
	}
	for (size_t i = 0; i < PATHS; i++) {
		for (size_t k = 0; k < PATHS && own[i] != 0; k++) {
			if (model_below(model, k, i) && own[i] == 'f') {
				own[k] = 0;
			} else if (model_below(model, i, k) && own[k] == 0 && model->at[k].kind == 'f') {
				own[k] = 'd';
			}
		}
	}
	for (size_t i = 0; i < PATHS; i++) {
		if (own[i] == 'f') {
			tarbuild_file(tar, model->paths[i], "1");
			model_hide(model, i, true);
		} else if (own[i] == 'd') {
			tarbuild_directory(tar, model->paths[i]);
		}
		if (own[i] != 0) {
			model->at[i].kind = own[i];
			model->at[i].layer = layer;
		}
	}
}

static void test_bd_tree_build_as_a_model_does(void **state)
{
	(void)state;
	unsigned int seed = 1;
	for (int round = 0; round < 500; round++) {
		struct model model = { 0 };
		struct stack stack = { 0 };
		struct bd_buf expected = { 0 };
		make_paths(&model);
		for (int layer = 0; layer < MOST_LAYERS; layer++) {
			struct bd_buf tar = { 0 };
			hide_some(&model, &tar, &seed);
			add_some(&model, &tar, &seed, layer);
			push(&stack, &tar);
		}
		for (size_t i = 0; i < PATHS; i++) {
			if (model.at[i].kind != 0) {
				bd_buf_printf(&expected, "%c %s%s @%d\n", model.at[i].kind, model.paths[i],
					model.at[i].kind == 'f' ? " 1" : "", model.at[i].layer);
			}
		}
		expect_tree(&stack, bd_buf_str(&expected));
		bd_buf_release(&expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bd_tree_build_one_layer),
		cmocka_unit_test(test_bd_tree_build_nothing),
		cmocka_unit_test(test_bd_tree_build_layer_not_read),
		cmocka_unit_test(test_bd_tree_build_whiteout),
		cmocka_unit_test(test_bd_tree_build_whiteout_of_implied_directory),
		cmocka_unit_test(test_bd_tree_build_whiteout_spares_its_own_layer),
		cmocka_unit_test(test_bd_tree_build_opaque),
		cmocka_unit_test(test_bd_tree_build_hidden_comes_back),
		cmocka_unit_test(test_bd_tree_build_file_over_directory),
		cmocka_unit_test(test_bd_tree_build_file_over_implied_directory),
		cmocka_unit_test(test_bd_tree_build_directory_over_others),
		cmocka_unit_test(test_bd_tree_build_entry_through_symlink),
		cmocka_unit_test(test_bd_tree_build_opaque_through_symlink),
		cmocka_unit_test(test_bd_tree_build_symlinks_stay_inside),
		cmocka_unit_test(test_bd_tree_build_symlink_of_its_own_layer),
		cmocka_unit_test(test_bd_tree_build_leads_nowhere),
		cmocka_unit_test(test_bd_tree_build_replaced_symlink_is_not_followed),
		cmocka_unit_test(test_bd_tree_build_two_ways_to_one_place),
		cmocka_unit_test(test_bd_tree_build_hard_links),
		cmocka_unit_test(test_bd_tree_build_hard_link_keeps_the_old_content),
		cmocka_unit_test(test_bd_tree_build_dangling_link_replaces_nothing),
		cmocka_unit_test(test_bd_tree_resolve),
		cmocka_unit_test(test_bd_tree_kept_through_symlink),
		cmocka_unit_test(test_bd_tree_build_many_files),
		cmocka_unit_test(test_bd_tree_build_as_a_model_does),
	};
	return cmocka_run_group_tests_name("layer/tree", tests, NULL, NULL);
}
