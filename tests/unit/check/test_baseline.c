/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "basedrift/check.h"

#include "base/auto.h"

struct parsed {
	struct bd_arena arena;
	struct bd_baseline baseline;
	struct bd_error err;
};

static void parsed_release(struct parsed *p)
{
	bd_arena_release(&p->arena);
}

static void parse(struct parsed *p, const char *text)
{
	bd_arena_release(&p->arena);
	if (bd_baseline_parse(bd_str(text), &p->arena, &p->baseline, &p->err) < 0) {
		fail_msg("%s", p->err.msg);
	}
}

static void assert_rule(const struct parsed *p, size_t i, const char *type, const char *name, const char *version)
{
	assert_true(i < p->baseline.rules.len);
	const struct bd_rule *rule = &p->baseline.rules.v[i];
	assert_string_equal(rule->type, type);
	assert_string_equal(rule->name, name);
	assert_true(bd_streq(rule->version, version));
}

static void test_bd_baseline_parse_lists(void **state)
{
	AUTO(parsed_release) struct parsed p = { .arena = { NULL, 0 } };
	(void)state;
	parse(&p, "# kept\n\nlibc6:amd64\t2.36-9+deb12u4\nzlib1g\t1:1.2.13\r\n");
	assert_int_equal(p.baseline.format, BD_BASELINE_DPKG);
	assert_rule(&p, 0, "deb", "libc6", "2.36-9+deb12u4");
	assert_string_equal(p.baseline.rules.v[0].arch, "amd64");
	assert_int_equal(p.baseline.rules.v[0].line, 3);
	assert_rule(&p, 1, "deb", "zlib1g", "1:1.2.13");
	parse(&p,
		"Zope.Interface==6.0\nlocal_thing[x] == 1.0 ; python_version > '3'\nthing @ file:///x\n-e git+https://h/r@c#egg=my_egg\n");
	assert_int_equal(p.baseline.format, BD_BASELINE_PIP);
	assert_rule(&p, 0, "pypi", "zope-interface", "6.0");
	assert_rule(&p, 1, "pypi", "local-thing", "1.0");
	assert_rule(&p, 2, "pypi", "thing", NULL);
	assert_rule(&p, 3, "pypi", "my-egg", NULL);
	parse(&p, "musl-1.2.4-r2\na-b-1.0_rc1-r0 - a thing\n");
	assert_int_equal(p.baseline.format, BD_BASELINE_APK);
	assert_rule(&p, 1, "apk", "a-b", "1.0_rc1-r0");
	parse(&p, "gpg-pubkey-3228467c-613798eb\nbash-completion-2.11-14.fc39.noarch\n");
	assert_int_equal(p.baseline.format, BD_BASELINE_RPM);
	assert_rule(&p, 0, "rpm", "gpg-pubkey", "3228467c-613798eb");
	assert_rule(&p, 1, "rpm", "bash-completion", "2.11-14.fc39");
	assert_string_equal(p.baseline.rules.v[1].arch, "noarch");
	parse(&p, "pkg:npm/%40scope/x@1.0\npkg:deb/debian/a\n");
	assert_int_equal(p.baseline.format, BD_BASELINE_PURLS);
	assert_rule(&p, 0, "npm", "x", "1.0");
	assert_string_equal(p.baseline.rules.v[0].namespace, "@scope");
	assert_int_equal(p.baseline.exact.len, 2);
}

static void test_bd_baseline_parse_npm(void **state)
{
	AUTO(parsed_release) struct parsed p = { .arena = { NULL, 0 } };
	(void)state;
	parse(&p,
		"{\"name\": \"app\", \"dependencies\": {\"a\": {\"version\": \"1.0.0\"}, \"@s/b\": {\"version\": \"2.0.0\"}, \"opt\": {}}}");
	assert_int_equal(p.baseline.format, BD_BASELINE_NPM);
	assert_int_equal(p.baseline.rules.len, 2);
	assert_int_equal(p.baseline.exact.len, 0); /* without --all: nobody can say what is there in addition */
	parse(&p,
		"{\"dependencies\": {\"a\": {\"version\": \"1.0.0\", \"dependencies\": {\"c\": {\"version\": \"1.0.0\"}, \"a\": {\"version\": \"1.0.0\"}}}}}");
	assert_int_equal(p.baseline.rules.len, 2);
	assert_int_equal(p.baseline.exact.len, 1);
}

static void test_bd_baseline_parse_refuses(void **state)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{ "", "line 1, column 1: no package in it" },
		{ "hello world\n", "line 1, column 1: neither a line of pip freeze" },
		{ "a==1\nb\n", "line 2, column 1: neither NAME==VERSION" },
		{ "a==1\n\nb==\n", "line 3, column 4: no version" },
		{ "a\t1\nb 2\n", "line 2, column 4: no version behind the name and a tab" },
		{ "pkg:deb/a@1\npkg:\n", "line 2, column 1: " },
		{ "{\n  \"a\": }", "line 2, column 8: " },
		{ "{\"a\": 1}", "line 1, column 1: neither rules" },
		{ "{\"schema\": \"basedrift/rules/2\"}", "line 1, column 12: this version knows" },
		{ "{\"schema\": \"basedrift/rules/1\",\n \"exakt\": true}",
			"line 2, column 3: no member is called \"exakt\"" },
		{ "{\"schema\": \"basedrift/rules/1\",\n \"packages\": [\n  {\"require\": \"pkg:dep/x\"}]}",
			"line 3, column 15: pkg:dep/x: no purl type is called \"dep\"" },
		{ "{\"schema\": \"basedrift/rules/1\", \"packages\": [{\"require\": \"deb/x\"}]}",
			"line 1, column 58: deb/x: " },
		{ "{\"schema\": \"basedrift/rules/1\", \"packages\": [{\"allow\": \"pkg:deb/x\", \"forbid\": \"pkg:deb/y\"}]}",
			"one of require, allow and forbid, not two" },
		{ "{\"schema\": \"basedrift/rules/1\", \"packages\": [{\"version\": \"vers:deb/1\"}]}",
			"column 46: one of require, allow and forbid is missing" },
		{ "{\"schema\": \"basedrift/rules/1\", \"packages\": [\n{\"require\": \"pkg:deb/x\", \"version\": \"vers:deb/>=1|>=2\"}]}",
			"line 2, column 5" },
		{ "{\"schema\": \"basedrift/rules/1\", \"packages\": [\n{\"require\": \"pkg:deb/x\", \"version\": \"vers:npm/1.0.0\"}]}",
			"line 2, column 1: the range is of npm, the package of deb" },
		{ "{\"schema\": \"basedrift/rules/1\", \"packages\": [\n{\"require\": \"pkg:deb/x\", \"version\": \"vers:what/1\"}]}",
			"no order of versions is known" },
		{ "{\"schema\": \"basedrift/rules/1\", \"bases\": [{\"reference\": \"a:1\", \"digests\": [\"sha256:1\"]}]}",
			"a digest: \"sha256:\"" },
		{ "{\"schema\": \"basedrift/rules/1\", \"settings\": [{\"kind\": \"env\"}]}",
			"env and label have a key" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		AUTO(parsed_release) struct parsed p = { .arena = { NULL, 0 } };
		assert_int_equal(
			bd_baseline_parse(bd_str(cases[i].text), &p.arena, &p.baseline, &p.err), -BD_ERR_FORMAT);
		if (strstr(p.err.msg, cases[i].message) == NULL || strncmp(p.err.msg, "line ", 5) != 0) {
			fail_msg("%s: %s", cases[i].text, p.err.msg);
		}
	}
}

static struct bd_record *record_of(const char *const (*packages)[3], size_t count)
{
	struct bd_record *record = bd_record_new();
	for (size_t i = 0; i < count; i++) {
		struct bd_package *package = bd_vec_push(&record->packages);
		*package = (struct bd_package){ .type = packages[i][0],
			.name = packages[i][1],
			.version = packages[i][2],
			.path = "",
			.layer = -1,
			.purl = bd_arena_printf(
				&record->arena, "pkg:%s/%s@%s", packages[i][0], packages[i][1], packages[i][2]) };
	}
	return record;
}

static void assert_check(const char *baseline, int status, size_t discrepancies)
{
	static const char *const packages[][3] = { { "deb", "a", "1.0" }, { "deb", "b", "2.0" },
		{ "npm", "c", "3.0.0" }, { "golang", "d", "nonsense" } };
	AUTO(parsed_release) struct parsed p = { .arena = { NULL, 0 } };
	struct bd_record *record = record_of(packages, 4);
	const struct bd_check_options options = { .report = NULL };
	struct bd_check check;
	parse(&p, baseline);
	const int result = bd_check_record(&p.baseline, record, &options, &p.arena, &check, &p.err);
	if (status == 2) {
		assert_int_equal(result, -BD_ERR_FORMAT);
		assert_non_null(strstr(p.err.msg, "line 2, column "));
	} else {
		assert_int_equal(result, 0);
		assert_int_equal(check.status, status);
		assert_int_equal(check.discrepancies.len, discrepancies);
	}
	bd_record_free(record);
}

#define RULES "{\"schema\": \"basedrift/rules/1\", \"packages\": [\n"
static void test_bd_check_record_rules(void **state)
{
	(void)state;
	assert_check(RULES "{\"require\": \"pkg:deb/a\", \"version\": \"vers:deb/>=1|<2\"}]}", 0, 0);
	assert_check(RULES "{\"require\": \"pkg:deb/a\", \"version\": \"vers:deb/>=2\"}, {\"allow\": \"pkg:deb/*\"}]}",
		1, 1);
	assert_check(RULES "{\"require\": \"pkg:deb/z\"}]}", 1, 1);
	assert_check(RULES "{\"forbid\": \"pkg:deb/*\"}]}", 1, 2);
	assert_check(RULES "{\"forbid\": \"pkg:npm/c\", \"version\": \"vers:npm/<3.0.0\"}]}", 0, 0);
	assert_check(RULES "{\"allow\": \"pkg:deb/a\"}], \"exact\": [\"deb\"]}", 1, 1);
	assert_check(RULES "{\"allow\": \"pkg:deb/*\"}], \"exact\": true}", 1, 2);
	assert_check(RULES "{\"forbid\": \"pkg:golang/d\", \"version\": \"vers:golang/>=v1.0.0\"}]}", 2, 0);
	assert_check(RULES "{\"allow\": \"pkg:deb/*\"}], \"settings\": [{\"kind\": \"env\", \"key\": \"A\"}]}", 1, 1);
	assert_check(RULES
		"{\"allow\": \"pkg:deb/*\"}], \"settings\": [{\"kind\": \"env\", \"key\": \"A\", \"absent\": true}]}",
		0, 0);
}

static void test_bd_baseline_update_keeps_lines(void **state)
{
	static const char *const packages[][3] = { { "deb", "a", "1.0" }, { "deb", "b", "2.0" },
		{ "deb", "c", "3.0" } };
	AUTO(parsed_release) struct parsed p = { .arena = { NULL, 0 } };
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	struct bd_edit_vec edits;
	struct bd_record *record = record_of(packages, 3);
	const struct bd_check_options options = { .report = NULL };
	const char *list = "# ours\r\na\t0.9\r\nc\t3.0\r\n# last\r\nzz\t1";
	struct bd_check check;
	(void)state;
	parse(&p, list);
	assert_int_equal(bd_check_record(&p.baseline, record, &options, &p.arena, &check, &p.err), 0);
	assert_int_equal(check.discrepancies.len, 3);
	bd_baseline_update(bd_str(list), &check, &p.arena, &edits);
	bd_edits_apply(bd_str(list), edits.v, edits.len, &out);
	assert_string_equal(bd_buf_str(&out), "# ours\r\na\t1.0\r\nb\t2.0\r\nc\t3.0\r\n# last\r\n");
	bd_record_free(record);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bd_baseline_parse_lists),
		cmocka_unit_test(test_bd_baseline_parse_npm),
		cmocka_unit_test(test_bd_baseline_parse_refuses),
		cmocka_unit_test(test_bd_check_record_rules),
		cmocka_unit_test(test_bd_baseline_update_keeps_lines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
