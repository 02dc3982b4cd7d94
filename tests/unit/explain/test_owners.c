/* SPDX-License-Identifier: Apache-2.0 */
/* What another package owns is told with its owner's change, and on its own where the owner did not change. */
#include "test.h"

#include <string.h>

#include "basedrift/explain.h"

#include "made_record.h"

struct pair {
	struct bd_record *a, *b;
	struct bd_report *report;
};

/* Both builds have python3-six (base) and the six that it owns, in their own step's layer or the base's. */
static struct pair pair_of(const char *base_b, const char *run_b, const char *deb_b, const char *six_b, int layer)
{
	struct pair p = { made_record("base", "run", "copy"), made_record(base_b, run_b, "copy"), NULL };
	const char *owner_a = made_package(p.a, "deb", "python3-six", "1", 0)->purl;
	const char *owner_b = made_package(p.b, "deb", "python3-six", deb_b, 0)->purl;
	made_package(p.a, "pypi", "wheel", "1.0", layer)->owned_by = owner_a;
	if (six_b != NULL) {
		made_package(p.b, "pypi", "wheel", six_b, layer)->owned_by = owner_b;
	}
	return p;
}

static void explain(struct pair *p)
{
	const struct bd_explain_options options = { .strict = false };
	bd_record_sort(p->a);
	bd_record_sort(p->b);
	p->report = bd_explain(p->a, p->b, &options);
}

static void release(struct pair *p)
{
	bd_report_free(p->report);
	bd_record_free(p->a);
	bd_record_free(p->b);
}

static size_t differing(const struct bd_report *report, enum bd_topic topic)
{
	for (size_t i = 0; i < report->compared.len; i++) {
		if (report->compared.v[i].topic == topic) {
			return report->compared.v[i].differing;
		}
	}
	return 0;
}

static void test_owned_package_that_changed_alone_in_a_step(void **state)
{
	(void)state;
	struct pair p = pair_of("base", "run2", "1", "2.0", 1);
	explain(&p);
	assert_string_equal(
		p.report->verdict.headline, "Nothing in git changed. Packages installed during the build did.");
	assert_string_equal(p.report->causes.v[0].title, "wheel went from 1.0 to 2.0 in Dockerfile line 2");
	assert_non_null(strstr(p.report->verdict.sentence, "wheel went from 1.0 to 2.0"));
	assert_int_equal(differing(p.report, BD_TOPIC_OWN_PACKAGES), 1);
	assert_int_equal(p.report->package_rows.len, 1);
	assert_int_equal(p.report->package_rows.v[0].folded, 0);
	release(&p);
}

static void test_owned_package_that_changed_alone_in_the_base(void **state)
{
	(void)state;
	struct pair p = pair_of("moved", "run", "1", "2.0", 0);
	explain(&p);
	assert_int_equal(p.report->verdict.cause, BD_BASE_IMAGE_MOVED);
	assert_non_null(strstr(p.report->verdict.sentence, "wheel went from 1.0 to 2.0"));
	assert_int_equal(differing(p.report, BD_TOPIC_BASE_PACKAGES), 1);
	release(&p);
}

static void test_owned_package_is_a_consequence_of_a_moved_base(void **state)
{
	(void)state;
	struct pair p = pair_of("moved", "run2", "1", "2.0", 1);
	(void)made_package(p.b, "deb", "libnew", "1", 0);
	explain(&p);
	const struct bd_string_vec *evidence = &p.report->causes.v[0].evidence;
	assert_non_null(strstr(evidence->v[evidence->len - 1], "brought 1 other package."));
	release(&p);
}

static void test_owned_package_that_changed_with_its_owner(void **state)
{
	(void)state;
	struct pair p = pair_of("moved", "run", "2", "2.0", 0);
	explain(&p);
	assert_non_null(strstr(p.report->verdict.sentence, "python3-six went from 1 to 2"));
	assert_null(strstr(p.report->verdict.sentence, "wheel"));
	assert_int_equal(differing(p.report, BD_TOPIC_BASE_PACKAGES), 1);
	assert_int_equal(p.report->package_rows.len, 1);
	assert_int_equal(p.report->package_rows.v[0].folded, 1);
	assert_string_equal(p.report->layer_rows.v[0].detail, "1 package differs");
	release(&p);
}

static void test_owned_package_that_was_removed_with_its_owners_version(void **state)
{
	(void)state;
	struct pair p = pair_of("moved", "run", "2", NULL, 0); /* it names the owner as the last good build had it */
	explain(&p);
	assert_int_equal(p.report->package_rows.len, 1);
	assert_string_equal(p.report->package_rows.v[0].name, "python3-six");
	assert_int_equal(p.report->package_rows.v[0].folded, 1);
	release(&p);
}

/* One cause is the base's, the other the step's: neither may hide in the other. */
static void test_owned_package_of_another_cause_than_its_owner(void **state)
{
	(void)state;
	struct pair p = pair_of("moved", "run", "2", "2.0", 2); /* a copy does not run on the base */
	explain(&p);
	assert_int_equal(p.report->causes.len, 2);
	assert_string_equal(
		p.report->verdict.headline, "Nothing in git changed. The base image and 1 installed package did.");
	assert_int_equal(p.report->package_rows.len, 2);
	release(&p);
}

/* Only a record that somebody wrote by hand says so; nothing may vanish by it. */
static void test_owned_packages_in_a_circle_are_all_told(void **state)
{
	(void)state;
	struct pair p = { made_record("base", "run", "copy"), made_record("base", "run2", "copy"), NULL };
	struct bd_package *first = made_package(p.b, "pypi", "one", "1", 1);
	first->owned_by = "pkg:pypi/two@1";
	struct bd_package *second = made_package(p.b, "pypi", "two", "1", 1);
	second->owned_by = "pkg:pypi/one@1";
	made_package(p.b, "pypi", "self", "1", 1)->owned_by = "pkg:pypi/self@1";
	explain(&p);
	assert_int_equal(p.report->package_rows.len, 3);
	assert_non_null(strstr(p.report->verdict.sentence, "3 packages were added"));
	release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_owned_package_that_changed_alone_in_a_step),
		cmocka_unit_test(test_owned_package_that_changed_alone_in_the_base),
		cmocka_unit_test(test_owned_package_is_a_consequence_of_a_moved_base),
		cmocka_unit_test(test_owned_package_that_changed_with_its_owner),
		cmocka_unit_test(test_owned_package_that_was_removed_with_its_owners_version),
		cmocka_unit_test(test_owned_package_of_another_cause_than_its_owner),
		cmocka_unit_test(test_owned_packages_in_a_circle_are_all_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
