/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <string.h>

#include "basedrift/catalog.h"

#include "base/auto.h"

struct row {
	const char *text;
	const char *id, *version_id, *name, *pretty_name;
};

static void check(const struct row *row)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	struct bd_os_release os;
	bd_os_release_parse(bd_str(row->text), &arena, &os);
	if (!bd_streq(os.id, row->id) || !bd_streq(os.version_id, row->version_id) || !bd_streq(os.name, row->name) ||
		!bd_streq(os.pretty_name, row->pretty_name)) {
		fail_msg("%s\ngives %s %s %s %s", row->text, os.id, os.version_id, os.name, os.pretty_name);
	}
}

static void test_os_release_parse_assignments(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ "ID=debian\nVERSION_ID=\"12\"\nNAME='Debian GNU/Linux'\n", "debian", "12", "Debian GNU/Linux", NULL },
		{ "ID=debian\r\nVERSION_ID=\"12\"\r\n", "debian", "12", NULL, NULL },
		{ "# ID=no\n\n  ID=alpine  \nnonsense\n=x\nVERSION_ID=3.19.1", "alpine", "3.19.1", NULL, NULL },
		{ "NAME=\"a \\\"b\\\" \\$c \\`d\\` \\\\e \\f\"", NULL, NULL, "a \"b\" $c `d` \\e \\f", NULL },
		{ "NAME='a \\\"b'\nPRETTY_NAME=a\\ b", NULL, NULL, "a \\\"b", "a b" },
		{ "ID=first\nID=second\n", "second", NULL, NULL, NULL },
		{ "VERSION_ID=\"\"\nID=arch\n", "arch", NULL, NULL, NULL },
		{ "NAME=\"unfinished\nID=x", "x", NULL, "unfinished", NULL },
		{ "XID=x\nID2=y\n", NULL, NULL, NULL, NULL },
		{ "", NULL, NULL, NULL, NULL },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		check(&rows[i]);
	}
}

static void test_os_release_parse_older_files(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ "cpe:/o:centos:linux:6:GA\n", "centos", "6", "centos", "centos" },
		{ "cpe:/o:centos:6:GA", NULL, NULL, NULL, NULL },
		{ "cpe:/a:centos:linux:6:GA", NULL, NULL, NULL, NULL },
		{ "CentOS release 5.11 (Final)\n", "centos", "5.11", "CentOS", "CentOS release 5.11 (Final)" },
		{ "Red Hat Enterprise Linux Server release 6.10 (Santiago)", "rhel", "6.10",
			"Red Hat Enterprise Linux Server", "Red Hat Enterprise Linux Server release 6.10 (Santiago)" },
		{ "Vendor Linux release 1", "vendor", "1", "Vendor Linux", "Vendor Linux release 1" },
		{ "Vendor release soon", NULL, NULL, NULL, NULL },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		check(&rows[i]);
	}
}

static void test_os_release_parse_all_members(void **state)
{
	(void)state;
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	struct bd_os_release os;
	bd_os_release_parse(
		BD_STR("ID_LIKE=\"rhel fedora\"\nVERSION_CODENAME=x\nBUILD_ID=rolling\nVARIANT_ID=server\n"), &arena,
		&os);
	assert_string_equal(os.id_like, "rhel fedora");
	assert_string_equal(os.version_codename, "x");
	assert_string_equal(os.build_id, "rolling");
	assert_string_equal(os.variant_id, "server");
}

static void test_os_release_debian_point_release(void **state)
{
	(void)state;
	static const struct {
		const char *text, *id, *version_id, *point, *version_after;
	} rows[] = {
		{ "12.5\n", "debian", "12", "12.5", "12" },
		{ "12\n", "debian", "12", "12", "12" },
		{ "10.8", "debian", NULL, "10.8", "10.8" },
		{ "6.0.10\n", NULL, NULL, "6.0.10", "6.0.10" },
		{ "11.5\n", "debian", "12", NULL, "12" },
		{ "120.5\n", "debian", "12", NULL, "12" },
		{ "trixie/sid\n", "debian", NULL, NULL, NULL },
		{ "12..5\n", "debian", "12", NULL, "12" },
		{ "12.\n", "debian", "12", NULL, "12" },
		{ ".5\n", "debian", NULL, NULL, NULL },
		{ "", "debian", "12", NULL, "12" },
		{ "12.5\n", "devuan", "5", NULL, "5" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
		struct bd_os_release os = { .id = rows[i].id, .version_id = rows[i].version_id };
		const char *point = bd_debian_point_release(bd_str(rows[i].text), &arena, &os);
		assert_true(bd_streq(point, rows[i].point));
		assert_true(bd_streq(os.version_id, rows[i].version_after));
		assert_true(point == NULL || bd_streq(os.id, "debian"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_os_release_parse_assignments),
		cmocka_unit_test(test_os_release_parse_older_files),
		cmocka_unit_test(test_os_release_parse_all_members),
		cmocka_unit_test(test_os_release_debian_point_release),
	};
	return cmocka_run_group_tests_name("os-release", tests, NULL, NULL);
}
