/* SPDX-License-Identifier: Apache-2.0 */
/* Findings from two records: identity of packages, files, settings, layers, bases; and what holds of every diff. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "basedrift/diff.h"

static struct bd_record *empty_record(void)
{
	struct bd_record *record = bd_record_new();
	record->image.present = true;
	record->files_known = true;
	return record;
}

static void add_package(struct bd_record *record, const char *name, const char *version, const char *path)
{
	struct bd_package *package = bd_vec_push(&record->packages);
	*package = (struct bd_package){ .purl = bd_arena_printf(&record->arena, "pkg:deb/debian/%s@%s", name, version),
		.type = "deb",
		.namespace = "debian",
		.name = name,
		.version = version,
		.path = path,
		.content = "sha256:same",
		.layer = 0 };
}

static void add_file(struct bd_record *record, const char *path, const char *digest)
{
	*bd_vec_push(&record->files) =
		(struct bd_file_line){ .path = path, .kind = BD_FILE, .mode = 0644, .digest = digest };
}

static struct bd_diff compute(struct bd_record *a, struct bd_record *b)
{
	struct bd_diff diff;
	bd_record_sort(a);
	bd_record_sort(b);
	bd_diff_compute(a, b, NULL, &diff);
	return diff;
}

static void release(struct bd_diff *diff, struct bd_record *a, struct bd_record *b)
{
	bd_diff_release(diff);
	bd_record_free(a);
	bd_record_free(b);
}

static void test_packages_versions_in_the_ecosystems_order(void **state)
{
	(void)state;
	struct bd_record *a = empty_record();
	struct bd_record *b = empty_record();
	add_package(a, "libc6", "2.36-9+deb12u14", "db");
	add_package(b, "libc6", "2.36-9+deb12u7", "db");
	struct bd_diff diff = compute(a, b);
	assert_int_equal(diff.packages.len, 1);
	assert_int_equal(diff.packages.v[0].change, BD_DOWN);
	release(&diff, a, b);
}

static void test_packages_several_versions_of_one_name(void **state)
{
	(void)state;
	struct bd_record *a = empty_record();
	struct bd_record *b = empty_record();
	add_package(a, "linux-image", "5.10", "db");
	add_package(a, "linux-image", "6.1", "db");
	add_package(b, "linux-image", "6.1", "db");
	add_package(b, "linux-image", "6.5", "db");
	struct bd_diff diff = compute(a, b);
	assert_int_equal(diff.packages.len, 1); /* 6.1 stayed; 5.10 became 6.5 */
	assert_string_equal(diff.packages.v[0].a->version, "5.10");
	assert_string_equal(diff.packages.v[0].b->version, "6.5");
	release(&diff, a, b);
}

/* A hostile database: each step of pairing is held against all others only when it is sorted. */
static void test_packages_a_hundred_thousand_versions_of_one_name(void **state)
{
	(void)state;
	enum {
		COUNT = 100000
	};
	struct bd_record *a = empty_record();
	struct bd_record *b = empty_record();
	for (unsigned int i = 0; i < COUNT; i++) {
		add_package(a, "p", bd_arena_printf(&a->arena, "%u", i), bd_arena_printf(&a->arena, "old/%u", i));
		add_package(b, "p", bd_arena_printf(&b->arena, "%u", i + 2), bd_arena_printf(&b->arena, "new/%u", i));
	}
	struct bd_diff diff = compute(a, b);
	assert_int_equal(diff.packages.len, 2); /* 0 and 1 became the two highest */
	assert_string_equal(diff.packages.v[0].a->version, "0");
	assert_string_equal(diff.packages.v[0].b->version, "100000");
	assert_string_equal(diff.packages.v[1].b->version, "100001");
	release(&diff, a, b);
}

static void test_packages_paths_pair_before_order(void **state)
{
	(void)state;
	struct bd_record *a = empty_record();
	struct bd_record *b = empty_record();
	add_package(a, "ms", "1.0", "x/node_modules/ms");
	add_package(a, "ms", "2.0", "y/node_modules/ms");
	add_package(b, "ms", "3.0", "x/node_modules/ms");
	add_package(b, "ms", "2.5", "y/node_modules/ms");
	struct bd_diff diff = compute(a, b);
	assert_int_equal(diff.packages.len, 2);
	for (size_t i = 0; i < diff.packages.len; i++) {
		assert_string_equal(diff.packages.v[i].a->path, diff.packages.v[i].b->path);
	}
	release(&diff, a, b);
}

static void test_packages_added_removed_content(void **state)
{
	(void)state;
	struct bd_record *a = empty_record();
	struct bd_record *b = empty_record();
	add_package(a, "gone", "1", "db");
	add_package(a, "same", "1", "db");
	add_package(b, "new", "1", "db");
	add_package(b, "same", "1", "db");
	b->packages.v[1].content = "sha256:other";
	struct bd_diff diff = compute(a, b);
	assert_int_equal(diff.packages.len, 3);
	assert_int_equal(diff.packages.v[0].change, BD_REMOVED);
	assert_int_equal(diff.packages.v[1].change, BD_ADDED);
	assert_int_equal(diff.packages.v[2].change, BD_CONTENT);
	release(&diff, a, b);
}

static void test_packages_missing_inventory_is_not_same(void **state)
{
	(void)state;
	struct bd_record *a = bd_record_new();
	struct bd_record *b = empty_record();
	struct bd_diff diff = compute(a, b);
	assert_int_equal(diff.packages_same, BD_CANNOT_TELL);
	assert_int_equal(diff.files_same, BD_CANNOT_TELL);
	assert_int_equal(diff.settings_same, BD_CANNOT_TELL);
	release(&diff, a, b);
}

static void test_files_unknown_bytes_equal_nothing(void **state)
{
	(void)state;
	struct bd_record *a = empty_record();
	struct bd_record *b = empty_record();
	add_file(a, "x", NULL);
	add_file(b, "x", NULL);
	struct bd_diff diff = compute(a, b);
	assert_int_equal(diff.files.len, 1);
	assert_int_equal(diff.files.v[0].change, BD_CONTENT);
	release(&diff, a, b);
}

static void test_files_kinds_of_change(void **state)
{
	(void)state;
	struct bd_record *a = empty_record();
	struct bd_record *b = empty_record();
	add_file(a, "content", "sha256:1");
	add_file(b, "content", "sha256:2");
	add_file(a, "gone", "sha256:1");
	add_file(b, "new", "sha256:1");
	add_file(a, "owner", "sha256:1");
	add_file(b, "owner", "sha256:1");
	b->files.v[2].uid = 1000;
	add_file(a, "same", "sha256:1");
	add_file(b, "same", "sha256:1");
	add_file(a, "var/log/dpkg.log", "sha256:1");
	add_file(b, "var/log/dpkg.log", "sha256:2");
	struct bd_diff diff = compute(a, b);
	assert_int_equal(diff.files.len, 5);
	assert_int_equal(diff.files.v[0].change, BD_CONTENT);
	assert_int_equal(diff.files.v[1].change, BD_REMOVED);
	assert_int_equal(diff.files.v[2].change, BD_ADDED);
	assert_int_equal(diff.files.v[3].change, BD_METADATA);
	assert_non_null(diff.files.v[4].noise);
	release(&diff, a, b);
}

static void test_files_type_change_is_content(void **state)
{
	(void)state;
	struct bd_record *a = empty_record();
	struct bd_record *b = empty_record();
	add_file(a, "bin/sh", "sha256:1");
	*bd_vec_push(&b->files) = (struct bd_file_line){ .path = "bin/sh", .kind = BD_SYMLINK, .target = "dash" };
	struct bd_diff diff = compute(a, b);
	assert_int_equal(diff.files.v[0].change, BD_CONTENT);
	release(&diff, a, b);
}

static void add_setting(struct bd_record *record, const char *key, const char *value, bool redacted)
{
	struct bd_setting_vec *env = &record->image.config.env;
	env->v = bd_arena_alloc(&record->arena, sizeof(*env->v));
	env->v[0] = (struct bd_setting){ .key = key, .value = value, .redacted = redacted };
	env->len = 1;
}

static void test_settings_redacted_values_are_not_compared(void **state)
{
	(void)state;
	struct bd_record *a = empty_record();
	struct bd_record *b = empty_record();
	add_setting(a, "API_TOKEN", NULL, true);
	add_setting(b, "API_TOKEN", NULL, true);
	struct bd_diff diff = compute(a, b);
	assert_int_equal(diff.settings.len, 0);
	release(&diff, a, b);
}

static void test_settings_changed(void **state)
{
	(void)state;
	struct bd_record *a = empty_record();
	struct bd_record *b = empty_record();
	add_setting(a, "MODE", "slow", false);
	add_setting(b, "MODE", "fast", false);
	b->image.config.user = "app";
	struct bd_diff diff = compute(a, b);
	assert_int_equal(diff.settings.len, 2);
	assert_string_equal(diff.settings.v[0].a, "slow");
	assert_string_equal(diff.settings.v[1].kind, "user");
	assert_int_equal(diff.settings.v[1].change, BD_ADDED);
	release(&diff, a, b);
}

static void add_layer(
	struct bd_record *record, const char *diff_id, const char *content, enum bd_layer_origin origin, int line)
{
	struct bd_layer_line *layer = bd_vec_push(&record->layers);
	*layer = (struct bd_layer_line){ .index = (int)record->layers.len - 1,
		.diff_id = diff_id,
		.content = content,
		.origin = origin,
		.line = line,
		.copied_from_stage = -1 };
}

static void test_layers_are_paired_in_order(void **state)
{
	(void)state;
	struct bd_record *a = empty_record();
	struct bd_record *b = empty_record();
	add_layer(a, "1", "c1", BD_LAYER_BASE, 0);
	add_layer(a, "2", "c2", BD_LAYER_STEP, 2);
	add_layer(a, "3", "c3", BD_LAYER_STEP, 3);
	add_layer(b, "1", "c1", BD_LAYER_BASE, 0);
	add_layer(b, "x", "cx", BD_LAYER_BASE, 0);
	add_layer(b, "2b", "c2", BD_LAYER_STEP, 2);
	add_layer(b, "3b", "c3b", BD_LAYER_STEP, 3);
	struct bd_diff diff = compute(a, b);
	static const enum bd_layer_state wanted[] = { BD_LAYER_IDENTICAL, BD_LAYER_ONLY_B, BD_LAYER_SAME_CONTENT,
		BD_LAYER_DIFFERS };
	assert_int_equal(diff.layers.len, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(diff.layers.v[i].state, wanted[i]);
	}
	release(&diff, a, b);
}

static enum bd_tri base_same(
	enum bd_digest_kind kind_a, const char *value_a, enum bd_digest_kind kind_b, const char *value_b)
{
	struct bd_record *a = empty_record();
	struct bd_record *b = empty_record();
	struct bd_digest left = { kind_a, value_a };
	struct bd_digest right = { kind_b, value_b };
	*bd_vec_push(&a->bases) =
		(struct bd_base){ .role = BD_ROLE_BASE, .reference = "r", .platform = "p", .digests = { &left, 1, 1 } };
	*bd_vec_push(&b->bases) = (struct bd_base){
		.role = BD_ROLE_BASE, .reference = "r", .platform = "p", .digests = { &right, 1, 1 }
	};
	struct bd_diff diff = compute(a, b);
	const enum bd_tri same = diff.bases.v[0].same;
	release(&diff, a, b);
	return same;
}

static void test_bases_digests_by_kind(void **state)
{
	(void)state;
	assert_int_equal(base_same(BD_DIGEST_MANIFEST, "1", BD_DIGEST_MANIFEST, "1"), BD_SAME);
	assert_int_equal(base_same(BD_DIGEST_MANIFEST, "1", BD_DIGEST_MANIFEST, "2"), BD_DIFFERENT);
	assert_int_equal(base_same(BD_DIGEST_CONFIG, "1", BD_DIGEST_CONFIG, "1"), BD_SAME);
	assert_int_equal(base_same(BD_DIGEST_INDEX, "1", BD_DIGEST_INDEX, "1"), BD_SAME);
	assert_int_equal(base_same(BD_DIGEST_INDEX, "1", BD_DIGEST_INDEX, "2"),
		BD_CANNOT_TELL); /* three of four moves leave the image */
	assert_int_equal(base_same(BD_DIGEST_INDEX, "1", BD_DIGEST_MANIFEST, "2"), BD_CANNOT_TELL);
	assert_int_equal(base_same(BD_DIGEST_UNKNOWN, "1", BD_DIGEST_UNKNOWN, "1"),
		BD_SAME); /* equal digests of one thing, whatever it is */
	assert_int_equal(base_same(BD_DIGEST_UNKNOWN, "1", BD_DIGEST_UNKNOWN, "2"), BD_CANNOT_TELL);
}

/* diff(a, b) mirrors diff(b, a); diff(a, a) is empty: over random records. */
static void test_diff_mirrors(void **state)
{
	(void)state;
	static const char *const names[] = { "a", "b", "c", "d" };
	static const char *const versions[] = { "1.0-1", "1.0-2", "2:0.9", "1.0~rc1" };
	srand(42);
	for (int round = 0; round < 300; round++) {
		struct bd_record *sides[2] = { empty_record(), empty_record() };
		for (int i = 0; i < 12; i++) {
			struct bd_record *side = sides[rand() % 2];
			add_package(side, names[rand() % 4], versions[rand() % 4], names[rand() % 4]);
		}
		struct bd_diff there = compute(sides[0], sides[1]);
		struct bd_diff back = compute(sides[1], sides[0]);
		struct bd_diff self = compute(sides[0], sides[0]);
		assert_int_equal(there.packages.len, back.packages.len);
		assert_int_equal(self.packages.len, 0);
		assert_int_equal(self.packages_same, BD_SAME);
		size_t ups[2] = { 0, 0 };
		size_t added[2] = { 0, 0 };
		for (size_t i = 0; i < there.packages.len; i++) {
			ups[0] += there.packages.v[i].change == BD_UP;
			ups[1] += back.packages.v[i].change == BD_DOWN;
			added[0] += there.packages.v[i].change == BD_ADDED;
			added[1] += back.packages.v[i].change == BD_REMOVED;
		}
		assert_int_equal(ups[0], ups[1]);
		assert_int_equal(added[0], added[1]);
		bd_diff_release(&back);
		bd_diff_release(&self);
		release(&there, sides[0], sides[1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_packages_versions_in_the_ecosystems_order),
		cmocka_unit_test(test_packages_several_versions_of_one_name),
		cmocka_unit_test(test_packages_a_hundred_thousand_versions_of_one_name),
		cmocka_unit_test(test_packages_paths_pair_before_order),
		cmocka_unit_test(test_packages_added_removed_content),
		cmocka_unit_test(test_packages_missing_inventory_is_not_same),
		cmocka_unit_test(test_files_unknown_bytes_equal_nothing),
		cmocka_unit_test(test_files_kinds_of_change),
		cmocka_unit_test(test_files_type_change_is_content),
		cmocka_unit_test(test_settings_redacted_values_are_not_compared),
		cmocka_unit_test(test_settings_changed),
		cmocka_unit_test(test_layers_are_paired_in_order),
		cmocka_unit_test(test_bases_digests_by_kind),
		cmocka_unit_test(test_diff_mirrors),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
