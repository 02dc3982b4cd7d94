/* SPDX-License-Identifier: Apache-2.0 */
/* What a side did not look for is neither added nor removed; what an SBOM does not tell is not "same". */
#include "test.h"

#include "basedrift/diff.h"

#include "base/auto.h"

static void record_release(struct bd_record **record)
{
	bd_record_free(*record);
}

static struct bd_string_vec list_of(struct bd_record *record, const char *words)
{
	struct bd_string_vec list = { .v = bd_arena_alloc(&record->arena, 8 * sizeof(*list.v)) };
	struct bd_str rest = bd_str(words);
	while (rest.n > 0) {
		const struct bd_str word = bd_str_cut(&rest, ',');
		list.v[list.len++] = bd_arena_text(&record->arena, word.p, word.n);
	}
	return list;
}

/* ecosystems, tool NULL: a record that does not say, an image's. */
static struct bd_record *new_record(const char *ecosystems, const char *tool)
{
	struct bd_record *record = bd_record_new();
	record->image.present = true;
	record->files_known = tool == NULL;
	record->ecosystems = list_of(record, ecosystems != NULL ? ecosystems : "");
	record->sbom.present = tool != NULL;
	record->sbom.tools = list_of(record, tool != NULL ? tool : "");
	return record;
}

static struct bd_package *add(struct bd_record *record, const char *type, const char *name, const char *version)
{
	struct bd_package *package = bd_vec_push(&record->packages);
	package->purl = bd_arena_printf(&record->arena, "pkg:%s/%s@%s", type, name, version);
	package->type = type;
	package->name = name;
	package->version = version;
	package->layer = -1;
	package->files = package->size_bytes = -1;
	return package;
}

/* "name letter" of every change, in the diff's order. */
static void expect_changes(const struct bd_diff *diff, const char *wanted)
{
	AUTO(bd_buf_release) struct bd_buf text = { 0 };
	for (size_t i = 0; i < diff->packages.len; i++) {
		const struct bd_package_change *change = &diff->packages.v[i];
		bd_buf_printf(&text, "%s%s %s", i == 0 ? "" : ", ", (change->b != NULL ? change->b : change->a)->name,
			bd_change_name(change->change));
	}
	assert_string_equal(bd_buf_str(&text), wanted);
}

static void test_diff_compute_skips_unknown_ecosystem(void **state)
{
	(void)state;
	AUTO(record_release) struct bd_record *a = new_record("deb,npm", NULL);
	AUTO(record_release) struct bd_record *b = new_record(NULL, "trivy 0.51");
	AUTO(bd_diff_release) struct bd_diff diff = { 0 };
	(void)add(a, "deb", "openssl", "1");
	(void)add(a, "npm", "left", "1");
	(void)add(a, "npm", "right", "1");
	(void)add(b, "deb", "openssl", "1");
	(void)add(b, "gem", "rake", "1");
	bd_diff_compute(a, b, NULL, &diff);
	expect_changes(&diff, "");
	assert_int_equal(diff.packages_same, BD_CANNOT_TELL);
	assert_int_equal(diff.gaps.len, 2);
	assert_string_equal(diff.gaps.v[0].type, "gem");
	assert_true(diff.gaps.v[0].missing_in_a);
	assert_int_equal(diff.gaps.v[0].packages, 1);
	assert_string_equal(diff.gaps.v[1].type, "npm");
	assert_false(diff.gaps.v[1].missing_in_a);
	assert_int_equal(diff.gaps.v[1].packages, 2);
}

static void test_diff_compute_known_ecosystem_is_removed(void **state)
{
	(void)state;
	AUTO(record_release) struct bd_record *a = new_record("deb,npm", NULL);
	AUTO(record_release) struct bd_record *b = new_record("deb,npm", NULL);
	AUTO(bd_diff_release) struct bd_diff diff = { 0 };
	(void)add(a, "npm", "left", "1");
	(void)add(b, "deb", "openssl", "1");
	bd_diff_compute(a, b, NULL, &diff);
	expect_changes(&diff, "openssl added, left removed");
	assert_int_equal(diff.gaps.len, 0);
}

/* A record of an older program that looked for fewer ecosystems. */
static void test_diff_compute_older_record(void **state)
{
	(void)state;
	AUTO(record_release) struct bd_record *a = new_record("deb", NULL);
	AUTO(record_release) struct bd_record *b = new_record("deb,rpm", NULL);
	AUTO(bd_diff_release) struct bd_diff diff = { 0 };
	(void)add(b, "rpm", "bash", "1");
	bd_diff_compute(a, b, NULL, &diff);
	expect_changes(&diff, "");
	assert_int_equal(diff.gaps.len, 1);
	assert_int_equal(diff.packages_same, BD_CANNOT_TELL);
}

static void test_diff_compute_record_that_does_not_say(void **state)
{
	(void)state;
	AUTO(record_release) struct bd_record *a = new_record(NULL, NULL);
	AUTO(record_release) struct bd_record *b = new_record(NULL, NULL);
	AUTO(bd_diff_release) struct bd_diff diff = { 0 };
	(void)add(a, "npm", "left", "1");
	bd_diff_compute(a, b, NULL, &diff);
	expect_changes(&diff, "left removed");
}

static void test_diff_compute_same_maker_looked_for_the_same(void **state)
{
	(void)state;
	AUTO(record_release) struct bd_record *a = new_record(NULL, "syft 1.4.1");
	AUTO(record_release) struct bd_record *b = new_record(NULL, "syft 1.4.1");
	AUTO(record_release) struct bd_record *other = new_record(NULL, "syft 1.4.2");
	AUTO(bd_diff_release) struct bd_diff same = { 0 };
	AUTO(bd_diff_release) struct bd_diff newer = { 0 };
	(void)add(a, "npm", "left", "1");
	(void)add(a, "generic", "node", "1");
	bd_diff_compute(a, b, NULL, &same);
	expect_changes(&same, "node removed, left removed");
	bd_diff_compute(a, other, NULL, &newer);
	expect_changes(&newer, "");
	assert_int_equal(newer.gaps.len, 2);
}

/* Which runtimes a program knows has no common list: only those that both name are compared. */
static void test_diff_compute_generic_of_several_makers(void **state)
{
	(void)state;
	AUTO(record_release) struct bd_record *a = new_record("generic", NULL);
	AUTO(record_release) struct bd_record *b = new_record(NULL, "syft 1.4.1");
	AUTO(bd_diff_release) struct bd_diff diff = { 0 };
	(void)add(a, "generic", "node", "18");
	(void)add(a, "generic", "php", "8");
	(void)add(b, "generic", "busybox", "1");
	(void)add(b, "generic", "node", "20");
	bd_diff_compute(a, b, NULL, &diff);
	assert_int_equal(diff.packages.len, 1);
	assert_string_equal(diff.packages.v[0].b->name, "node");
	assert_int_equal(diff.gaps.len, 2);
	assert_true(diff.gaps.v[0].missing_in_a != diff.gaps.v[1].missing_in_a);
}

static void test_diff_compute_spellings_of_one_name(void **state)
{
	(void)state;
	AUTO(record_release) struct bd_record *a = new_record("npm,pypi", NULL);
	AUTO(record_release) struct bd_record *b = new_record("npm,pypi", NULL);
	AUTO(bd_diff_release) struct bd_diff diff = { 0 };
	(void)add(a, "pypi", "Flask_.Login", "1");
	(void)add(b, "pypi", "flask-login", "1");
	(void)add(a, "pypi", "zope.interface", "1");
	(void)add(b, "pypi", "zope-interface", "2");
	add(a, "npm", "@types/node", "1")->namespace = "@types";
	add(b, "npm", "node", "1")->namespace = "@types";
	(void)add(a, "npm", "Other", "1");
	(void)add(b, "npm", "other", "1");
	bd_diff_compute(a, b, NULL, &diff);
	expect_changes(&diff, "Other removed, other added, zope-interface up");
}

/* Only an SBOM leaves it out; then no package of that side is told apart by it. */
static void test_diff_compute_missing_architecture(void **state)
{
	(void)state;
	AUTO(record_release) struct bd_record *a = new_record("deb", NULL);
	AUTO(record_release) struct bd_record *b = new_record(NULL, "other 1");
	AUTO(bd_diff_release) struct bd_diff diff = { 0 };
	add(a, "deb", "openssl", "1")->arch = "amd64";
	(void)add(b, "deb", "openssl", "1");
	bd_diff_compute(a, b, NULL, &diff);
	expect_changes(&diff, "");
	assert_int_equal(diff.packages_same, BD_SAME);
}

static void test_diff_compute_sbom_tells_packages_only(void **state)
{
	(void)state;
	AUTO(record_release) struct bd_record *a = new_record("deb", NULL);
	AUTO(record_release) struct bd_record *b = new_record(NULL, "other 1");
	AUTO(bd_diff_release) struct bd_diff diff = { 0 };
	struct bd_package *known = add(a, "deb", "openssl", "1");
	known->content = "sha256:c";
	known->metadata = "sha256:m";
	(void)add(b, "deb", "openssl", "1");
	a->image.config.user = "app";
	*bd_vec_push(&a->inputs) = (struct bd_input){ .kind = "build-arg", .key = "V", .value = "1" };
	bd_diff_compute(a, b, NULL, &diff);
	assert_int_equal(diff.settings_same, BD_CANNOT_TELL);
	assert_int_equal(diff.files_same, BD_CANNOT_TELL);
	assert_int_equal(diff.settings.len, 0);
	assert_int_equal(diff.inputs.len, 0);
	assert_int_equal(diff.packages_metadata, 0);
	assert_int_equal(diff.packages_same, BD_SAME);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_diff_compute_skips_unknown_ecosystem),
		cmocka_unit_test(test_diff_compute_known_ecosystem_is_removed),
		cmocka_unit_test(test_diff_compute_older_record),
		cmocka_unit_test(test_diff_compute_record_that_does_not_say),
		cmocka_unit_test(test_diff_compute_same_maker_looked_for_the_same),
		cmocka_unit_test(test_diff_compute_generic_of_several_makers),
		cmocka_unit_test(test_diff_compute_spellings_of_one_name),
		cmocka_unit_test(test_diff_compute_missing_architecture),
		cmocka_unit_test(test_diff_compute_sbom_tells_packages_only),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
