/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/auto.h"
#include "explain/culprits.h"

struct row {
	const char *log;
	struct culprit_name name;
	int line; /* 0: not named */
};

static const struct row rows[] = {
	{ "ERROR: No matching distribution found for PyYAML==5.1\n", { CULPRIT_PACKAGE, "pyyaml" }, 1 },
	{ "ERROR: No matching distribution found for PyYAML==5.1\n", { CULPRIT_VERSION, "5.1" }, 1 },
	{ "ERROR: No matching distribution found for PyYAML==5.1.2\n", { CULPRIT_VERSION, "5.1" }, 0 },
	{ "Collecting pyyaml\nERROR: other\n", { CULPRIT_PACKAGE, "pyyaml" }, 0 },
	{ "#7 0.1 all fine with pyyaml\n", { CULPRIT_PACKAGE, "pyyaml" }, 0 },
	{ "fine\n#7 2.345 error: Failed building wheel for typing_extensions\n",
		{ CULPRIT_PACKAGE, "typing-extensions" }, 2 },
	{ "error in foo-bar\n", { CULPRIT_PACKAGE, "foo" }, 0 },
	{ "error in libfoo\n", { CULPRIT_PACKAGE, "foo" }, 0 },
	{ "failed: PyYAML-5.1-cp37-none.whl\n", { CULPRIT_PACKAGE, "pyyaml" }, 1 },
	{ "failed: requests-2.22.0.tar.gz\n", { CULPRIT_VERSION, "2.22.0" }, 1 },
	{ "error: libssl1.1_1.1.1d-0+deb10u2_amd64.deb\n", { CULPRIT_PACKAGE, "libssl1.1" }, 1 },
	{ "error: libssl1.1_1.1.1d-0+deb10u2_amd64.deb\n", { CULPRIT_VERSION, "1.1.1d-0+deb10u2" }, 1 },
	{ " zlib1g : Depends: x but 1:1.2.11.dfsg-1 is not going\n", { CULPRIT_VERSION, "1:1.2.11.dfsg-1" }, 1 },
	{ "npm ERR! 404 '@scope/name@1.2.3' is not in\n", { CULPRIT_PACKAGE, "@scope/name" }, 1 },
	{ "npm ERR! 404 lodash@4.17.21\n", { CULPRIT_VERSION, "4.17.21" }, 1 },
	{ "ERROR: file not found\n", { CULPRIT_PACKAGE, "file" }, 0 },
	{ "ERROR: cannot use 'file'\n", { CULPRIT_PACKAGE, "file" }, 1 },
	{ "make: *** [all] Error 2\n", { CULPRIT_PACKAGE, "make" }, 0 },
	{ "ERROR: make (4.2.1-1.2) is broken\n", { CULPRIT_PACKAGE, "make" }, 1 },
	{ "Error 1\n", { CULPRIT_VERSION, "1" }, 0 },
	{ "Traceback (most recent call last):\n  File \"/usr/lib/python2.7/ssl.py\", line 3\nboom\n",
		{ CULPRIT_FILE, "usr/lib/python2.7/ssl.py" }, 2 },
	{ "error: /opt/usr/lib/x.py\n", { CULPRIT_FILE, "usr/lib/x.py" }, 0 },
	{ "/usr/include/a.h:12:3: error: x\n", { CULPRIT_FILE, "usr/include/a.h" }, 1 },
	{ "/usr/include/A.h:12:3: error: x\n", { CULPRIT_FILE, "usr/include/a.h" }, 0 },
	{ "error while loading shared libraries: libfoo.so.1: cannot open\n", { CULPRIT_FILE, "usr/lib/libfoo.so.1" },
		1 },
	{ "ImportError: /site-packages/yaml3/cyaml.py\n", { CULPRIT_PACKAGE, "yaml3" }, 1 },
	{ "AssertionError: python 2.7.16 expected\n", { CULPRIT_VERSION, "2.7.16" }, 1 },
	{ "error: libstdc++ is missing\n", { CULPRIT_PACKAGE, "libstdc++" }, 1 },
	{ "", { CULPRIT_PACKAGE, "a" }, 0 },
};

static void test_find_culprits_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		AUTO(bd_arena_release) struct bd_arena arena = { 0 };
		struct culprit_vec found;
		find_culprits(rows[i].log, &rows[i].name, 1, &arena, &found);
		if (found.len != (rows[i].line > 0) || (found.len > 0 && found.v[0].line != rows[i].line)) {
			fail_msg("\"%s\": %s is %sthere", rows[i].log, rows[i].name.text, found.len > 0 ? "" : "not ");
		}
	}
}

static void test_find_culprits_quotes(void **state)
{
	(void)state;
	AUTO(bd_arena_release) struct bd_arena arena = { 0 };
	static const struct culprit_name names[] = { { CULPRIT_PACKAGE, "absent" }, { CULPRIT_VERSION, "1.10.2" },
		{ CULPRIT_PACKAGE, "wrapt" }, { CULPRIT_PACKAGE, NULL }, { CULPRIT_VERSION, "1.10.2" } };
	struct culprit_vec found;
	find_culprits("ok\n#9 1.5   ERROR: wrapt 1.10.2 conflicts\nwrapt error\n", names, 5, &arena, &found);
	assert_int_equal(found.len, 3);
	assert_int_equal(found.v[0].name, 1);
	assert_int_equal(found.v[1].name, 2);
	assert_int_equal(found.v[2].name, 4);
	assert_string_equal(found.v[1].quote, "ERROR: wrapt 1.10.2 conflicts");
	assert_int_equal(found.v[1].line, 2);
	find_culprits(NULL, names, 5, &arena, &found);
	assert_int_equal(found.len, 0);
}

/* 50,000 names and a tail of 32 KiB that is all words. */
static void test_find_culprits_many(void **state)
{
	(void)state;
	AUTO(bd_arena_release) struct bd_arena arena = { 0 };
	AUTO(bd_buf_release) struct bd_buf tail = { 0 };
	struct culprit_vec found;
	struct culprit_name *names = bd_arena_alloc(&arena, 50000 * sizeof(*names));
	for (int i = 0; i < 50000; i++) {
		names[i] = (struct culprit_name){ CULPRIT_PACKAGE, bd_arena_printf(&arena, "pkg-%d", i % 25000) };
	}
	bd_buf_add_str(&tail, "error:");
	while (tail.n < 32768) {
		bd_buf_add_str(&tail, " pkg-7-1.0 a/b@c:d pkg-9");
	}
	find_culprits(tail.p, names, 50000, &arena, &found);
	assert_int_equal(found.len, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find_culprits_rows),
		cmocka_unit_test(test_find_culprits_quotes),
		cmocka_unit_test(test_find_culprits_many),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
