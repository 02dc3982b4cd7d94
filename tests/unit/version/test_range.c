/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <string.h>

#include "basedrift/limits.h"
#include "basedrift/version.h"

#include "base/auto.h"

static void test_range_contains_versions(void **state)
{
	(void)state;
	static const struct {
		const char *range, *in, *out; /* versions between blanks */
	} rows[] = {
		{ "vers:npm/1.2.3|>=2.0.0|<5.0.0", "1.2.3 2.0.0 4.9.9", "1.2.2 1.9.9 5.0.0 2.0.0-rc.1" },
		{ "vers:npm/<1|>=2|<3|>4", "0.9.0 2.5.0 5.0.0", "1.0.0 3.0.0 4.0.0 3.5.0" },
		{ "vers:pypi/>=1.0", "1.0 1.0.0 1.0.post1 2", "1.0rc1 0.9" },
		{ "vers:pypi/<=1.0", "1.0 1.0rc1", "1.0.post1" },
		{ "vers:gem/>=2.2.0|!= 2.2.1|<2.3.0", "2.2.0 2.2.2", "2.2.1 2.3.0 2.3 2.1" },
		{ "vers:gem/!=2.2.1", "2.2.0 2.2.2", "2.2.1 2.2.1.0" },
		{ "vers:deb/<1%3A2|!=1%3A1", "1:1.5 9", "1:1 1:2 2:0" },
		{ "vers:deb/*", "1 x", "" },
		{ "vers:all/*", "1 x", "" },
		{ "vers:none/*", "", "1 x" },
		{ "vers:golang/>=v1.2.0|<v1.3.0", "v1.2.0 v1.2.9 1.2.5", "v1.3.0 v1.2.0-rc.1" },
		{ "vers:alpine/<1.2.4-r1", "1.2.4-r0 1.2.4_rc1", "1.2.4-r1" },
		{ "vers:maven/>=7.0.0-M1|<=7.0.7|>=8.0.0-M1|<=8.0.1|>=1.0.0-beta1|<=1.7.5", "1.0 7.0.7 8.0.0-M2",
			"1.7.6 7.0.0-alpha 8.0.2" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
		struct bd_error err = { .msg = "" };
		struct bd_version_range range;
		if (bd_version_range_parse(bd_str(rows[i].range), &arena, &range, &err) < 0) {
			fail_msg("%s: %s", rows[i].range, err.msg);
		}
		for (int inside = 0; inside < 2; inside++) {
			struct bd_str versions = bd_str(inside ? rows[i].in : rows[i].out);
			while (versions.n > 0) {
				const struct bd_str one = bd_str_cut(&versions, ' ');
				bool contains = false;
				const char *version = bd_arena_text(&arena, one.p, one.n);
				assert_int_equal(bd_version_range_contains(&range, version, &contains, &err), 0);
				if (contains != (inside == 1)) {
					fail_msg("%s: %s", rows[i].range, version);
				}
			}
		}
	}
}

static void test_range_text_canonical(void **state)
{
	(void)state;
	static const char *const rows[][2] = {
		{ "vers:npm/1.2.3|>=2.0.0|<5.0.0", "vers:npm/1.2.3|>=2.0.0|<5.0.0" },
		{ " vers : npm / < 1.2. 3 |\t> = 2 . 0 ", "vers:npm/<1.2.3|>=2.0" },
		{ "vers:pypi/0.0.2|0.0.6|>=0.1||0.0.10|", "vers:pypi/0.0.2|0.0.6|0.0.10|>=0.1" },
		{ "vers:deb/|>=1%3a2%7E1", "vers:deb/>=1:2~1" },
		{ "vers:generic/1%7C2", "vers:generic/1%7C2" },
		{ "vers:npm/ * ", "vers:npm/*" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
		struct bd_error err = { .msg = "" };
		struct bd_version_range range;
		if (bd_version_range_parse(bd_str(rows[i][0]), &arena, &range, &err) < 0) {
			fail_msg("%s: %s", rows[i][0], err.msg);
		}
		assert_string_equal(bd_version_range_text(&range, &arena), rows[i][1]);
	}
}

static void test_range_parse_refuses(void **state)
{
	(void)state;
	static const char *const rows[][2] = {
		{ "", "column 1: " },
		{ "npm/1", "column 1: " },
		{ "VERS:npm/1", "column 1: " },
		{ "vers:npm", "column 6: no \"/\"" },
		{ "vers:NPM/1", "column 6: a type" },
		{ "vers:/1", "column 6: a type" },
		{ "vers:nothing/1", "column 6: no order" },
		{ "vers:npm/", "column 10: no version" },
		{ "vers:npm/||", "column 12: no version" },
		{ "vers:npm/>=", "column 10: no version behind \">=\"" },
		{ "vers:npm/>=1|<", "column 14: no version" },
		{ "vers:npm/1|*", "column 12: \"*\"" },
		{ "vers:npm/>>1", "column 10: \">\"" },
		{ "vers:npm/1%2", "column 10: the version is badly" },
		{ "vers:npm/1%00", "column 10: the version is badly" },
		{ "vers:npm/latest", "column 10: not a version of npm" },
		{ "vers:npm/>=1|1.0.0", "column 14: this version already stands in column 10" },
		{ "vers:composer/dev-a|dev-b", "column 21: composer has no order" },
		{ "vers:npm/>=1|>=2", "column 14: says nothing, column 10" },
		{ "vers:npm/<=2|<1", "column 14: says nothing, column 10" },
		{ "vers:npm/1|<2", "column 10: says nothing, column 12" },
		{ "vers:npm/>=1|2", "column 14: says nothing" },
		{ "vers:npm/1\n", "column 11: not a printable" },
		{ "vers:all/1", "column 10: behind \"vers:all/\"" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
		struct bd_error err = { .code = BD_ERR_IO };
		struct bd_version_range range;
		if (bd_version_range_parse(bd_str(rows[i][0]), &arena, &range, &err) == 0) {
			fail_msg("%s is taken", rows[i][0]);
		}
		assert_int_equal(err.code, BD_ERR_FORMAT);
		if (strncmp(err.msg, rows[i][1], strlen(rows[i][1])) != 0) {
			fail_msg("%s: %s", rows[i][0], err.msg);
		}
	}
}

static void test_range_contains_undecided(void **state)
{
	(void)state;
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	struct bd_error err = { .code = BD_ERR_IO };
	struct bd_version_range range;
	bool contains = false;
	assert_int_equal(bd_version_range_parse(bd_str("vers:npm/<2"), &arena, &range, &err), 0);
	assert_int_equal(bd_version_range_contains(&range, "latest", &contains, &err), -BD_ERR_FORMAT);
	assert_non_null(strstr(err.msg, "latest"));
}

static void test_range_parse_limits(void **state)
{
	(void)state;
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	AUTO(bd_buf_release) struct bd_buf text = { .n = 0 };
	struct bd_error err;
	struct bd_version_range range;
	bd_buf_add_str(&text, "vers:npm/0.0.0");
	for (unsigned int i = 1; i < BD_LIMIT_RANGE_CONSTRAINTS; i++) {
		bd_buf_printf(&text, "|%u.0.0", i);
	}
	assert_int_equal(bd_version_range_parse(bd_buf_view(&text), &arena, &range, &err), 0);
	assert_int_equal(range.constraints.len, BD_LIMIT_RANGE_CONSTRAINTS);
	bd_buf_add_char(&text, '|');
	assert_int_equal(bd_version_range_parse(bd_buf_view(&text), &arena, &range, &err), -BD_ERR_LIMIT);
	while (text.n <= BD_LIMIT_RANGE_BYTES) {
		bd_buf_add_char(&text, ' ');
	}
	assert_int_equal(bd_version_range_parse(bd_buf_view(&text), &arena, &range, &err), -BD_ERR_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_range_contains_versions),
		cmocka_unit_test(test_range_text_canonical),
		cmocka_unit_test(test_range_parse_refuses),
		cmocka_unit_test(test_range_contains_undecided),
		cmocka_unit_test(test_range_parse_limits),
	};
	return cmocka_run_group_tests_name("version ranges", tests, NULL, NULL);
}
