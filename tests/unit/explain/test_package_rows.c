/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of changed packages: ids that are unique, what is folded, and neither in quadratic time. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "basedrift/explain.h"

#include "made_record.h"

static struct bd_report *explain(struct bd_record *a, struct bd_record *b)
{
	const struct bd_explain_options options = { .strict = false };
	bd_record_sort(a);
	bd_record_sort(b);
	return bd_explain(a, b, &options);
}

static int compare_text(const void *a, const void *b)
{
	const char *const *x = a;
	const char *const *y = b;
	return strcmp(*x, *y);
}

static void assert_unique_anchors(const struct bd_report *report)
{
	const struct bd_package_row_vec *rows = &report->package_rows;
	const char **anchors = bd_xcalloc(rows->len, sizeof(*anchors));
	for (size_t i = 0; i < rows->len; i++) {
		anchors[i] = rows->v[i].anchor;
	}
	qsort(anchors, rows->len, sizeof(*anchors), compare_text);
	for (size_t i = 1; i < rows->len; i++) {
		assert_string_not_equal(anchors[i - 1], anchors[i]);
	}
	free(anchors);
}

static void test_list_package_rows_anchors_are_unique(void **state)
{
	(void)state;
	enum {
		COUNT = 50000
	};
	struct bd_record *a = made_record("base", "run", "copy");
	struct bd_record *b = made_record("base", "other", "copy");
	for (unsigned int i = 0; i < COUNT; i++) {
		made_package(b, "npm", "p", bd_arena_printf(&b->arena, "1.0.%u", i), 1);
	}
	made_package(b, "npm", "p-2", "1", 1); /* what the second "p" would be called */
	made_package(b, "npm", "p.2", "1", 1);
	struct bd_report *report = explain(a, b);
	assert_int_equal(report->package_rows.len, COUNT + 2);
	assert_unique_anchors(report);
	bd_report_free(report);
	bd_record_free(a);
	bd_record_free(b);
}

static void test_list_package_rows_folds_into_the_owner(void **state)
{
	(void)state;
	enum {
		COUNT = 50000
	};
	struct bd_record *a = made_record("base", "run", "copy");
	struct bd_record *b = made_record("base", "other", "copy");
	const char *owner = made_package(b, "deb", "python3-all", "1", 1)->purl;
	for (unsigned int i = 0; i < COUNT; i++) {
		made_package(b, "pypi", bd_arena_printf(&b->arena, "p%u", i), "1", 1)->owned_by = owner;
	}
	made_package(b, "pypi", "orphan", "1", 1)->owned_by = "pkg:deb/not-changed@1";
	struct bd_report *report = explain(a, b);
	assert_int_equal(report->package_rows.len, 2);
	for (size_t i = 0; i < 2; i++) {
		const struct bd_package_row *row = &report->package_rows.v[i];
		assert_int_equal(row->folded, strcmp(row->name, "python3-all") == 0 ? COUNT : 0);
	}
	bd_report_free(report);
	bd_record_free(a);
	bd_record_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list_package_rows_anchors_are_unique),
		cmocka_unit_test(test_list_package_rows_folds_into_the_owner),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
