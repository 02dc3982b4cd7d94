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

/* What people really have in such files beside the plain lines. */
static void test_bd_baseline_parse_lists_as_written(void **state)
{
	AUTO(parsed_release) struct parsed p = { .arena = { NULL, 0 } };
	(void)state;
	parse(&p, "\xef\xbb\xbf"
		  "gone\t\r\nlibc6:amd64\t2.36-9\r\n"); /* known to dpkg, not installed */
	assert_int_equal(p.baseline.rules.len, 1);
	assert_rule(&p, 0, "deb", "libc6", "2.36-9");
	assert_int_equal(p.baseline.rules.v[0].line, 2);
	parse(&p,
		"--extra-index-url https://h/simple\nattrs==23.1 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n    # via x\n"
		"six===1.16.0  # why\none==1 --hash=sha256:cc\n# Editable install with no version control (my_thing==0.1)\n-e /src\n");
	assert_int_equal(p.baseline.format, BD_BASELINE_PIP);
	assert_int_equal(p.baseline.rules.len, 4);
	assert_rule(&p, 0, "pypi", "attrs", "23.1");
	assert_rule(&p, 1, "pypi", "six", "1.16.0");
	assert_int_equal(p.baseline.rules.v[1].line, 6);
	assert_rule(&p, 2, "pypi", "one", "1");
	assert_rule(&p, 3, "pypi", "my-thing", "0.1");
	parse(&p,
		"WARNING: opening from cache\nmusl-1.2.4-r2 x86_64 {musl} (MIT) [installed]\nWARNING: again\nzlib-1.3-r2\n");
	assert_int_equal(p.baseline.rules.len, 2);
	assert_rule(&p, 0, "apk", "musl", "1.2.4-r2");
	assert_string_equal(p.baseline.rules.v[0].arch, "x86_64");
	parse(&p, "gpg-pubkey-3228467c-613798eb.(none)\n");
	assert_rule(&p, 0, "rpm", "gpg-pubkey", "3228467c-613798eb");
	assert_null(p.baseline.rules.v[0].arch);
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
		{ "pkg:deb/a@1\npkg:dep/b@1\n", "line 2, column 5: no purl type is called \"dep\"" },
		{ "a==1\n  b=1\n", "line 2, column 3: neither NAME==VERSION" },
		{ "a==1\nb==1.*\n", "line 2, column 4: not one version" },
		{ "a==1\n-r more.txt\n", "line 2, column 1: another file" },
		{ "a==1\n-e /src\n", "line 2, column 4: no #egg= that names the package" },
		{ "\xff\xfe"
		  "a",
			"line 1, column 1: UTF-16" },
		{ "Package Version\n", "this is pip list" },
		{ "requests>=2\n", "a range; take pip freeze" },
		{ "a\t1\n*\t2\n", "line 2, column 1: a pattern: those stand in rules" },
		{ "a==1\n--frobnicate\n", "line 2, column 1: an option of pip" },
		{ "musl\n", "a name without a version" },
		{ "pkg:deb/a b@1\n", "line 1, column 10: a blank" },
		{ "{\"packages\": []}", "line 1, column 1: \"schema\": \"basedrift/rules/1\" is missing" },
		{ "{\"schema\": \"basedrift/rule/1\"}", "line 1, column 12: this version knows" },
		{ "{\"schema\": \"basedrift/rules/1\", \"exact\": \"deb\"}", "column 42: \"exact\" is true, false" },
		{ "{\"schema\": \"basedrift/rules/1\", \"bases\": [{\"reference\": \"Python:2.7\"}]}",
			"column 57: Python:2.7: " },
		{ "[{\"name\": \"x\"}]", "line 1, column 1: a JSON array" },
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

static void assert_update(const char *baseline, const char *wanted)
{
	static const char *const packages[][3] = { { "deb", "a", "1.0" }, { "deb", "b", "2.0" }, { "pypi", "x", "3.0" },
		{ "npm", "n", "4.0.0" }, { "npm", "m", "5.0.0" } };
	static const char *const paths[] = { "node_modules/n/package.json",
		"node_modules/n/node_modules/m/package.json" };
	AUTO(parsed_release) struct parsed p = { .arena = { NULL, 0 } };
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	struct bd_edit_vec edits;
	struct bd_record *record = record_of(packages, 5);
	const struct bd_check_options options = { .report = NULL };
	struct bd_check check;
	record->packages.v[3].path = paths[0];
	record->packages.v[4].path = paths[1];
	record->image.config.user = "root";
	parse(&p, baseline);
	assert_int_equal(bd_check_record(&p.baseline, record, &options, &p.arena, &check, &p.err), 0);
	bd_baseline_update(bd_str(baseline), &check, &p.arena, &edits);
	bd_edits_apply(bd_str(baseline), edits.v, edits.len, &out);
	assert_string_equal(bd_buf_str(&out), wanted);
	bd_record_free(record);
}

static void test_bd_baseline_update_rules(void **state)
{
	(void)state;
	assert_update(RULES
		"{\"require\": \"pkg:deb/a@0.9?arch=amd64\"},\n{\"require\": \"pkg:deb/b\", \"version\": \"vers:deb/1\"}]}",
		RULES
		"{\"require\": \"pkg:deb/a@1.0?arch=amd64\"},\n{\"require\": \"pkg:deb/b\", \"version\": \"vers:deb/2.0\"}]}");
	/* ranges, what is forbidden, and what is missing without being a list's */
	assert_update(RULES
		"{\"require\": \"pkg:deb/a\", \"version\": \"vers:deb/>=2\"}, {\"forbid\": \"pkg:deb/b\"}, {\"require\": \"pkg:deb/z@1\"}]}",
		RULES
		"{\"require\": \"pkg:deb/a\", \"version\": \"vers:deb/>=2\"}, {\"forbid\": \"pkg:deb/b\"}, {\"require\": \"pkg:deb/z@1\"}]}");
	assert_update(RULES "{\"require\": \"pkg:deb/z@1\"},\n{\"require\": \"pkg:deb/b@2.0\"}], \"exact\": [\"deb\"]}",
		RULES "{\"require\": \"pkg:deb/b@2.0\"},\n{\"require\": \"pkg:deb/a@1.0\"}], \"exact\": [\"deb\"]}");
	assert_update("\xef\xbb\xbf" RULES
		      "{\"allow\": \"pkg:deb/*\"}], \"settings\": [{\"kind\": \"user\", \"value\": \"\\u0061\"}]}",
		"\xef\xbb\xbf" RULES
		"{\"allow\": \"pkg:deb/*\"}], \"settings\": [{\"kind\": \"user\", \"value\": \"root\"}]}");
}

static void test_bd_baseline_update_npm(void **state)
{
	(void)state;
	assert_update(
		"{\"dependencies\": {\"n\": {\"version\": \"4.1.0\", \"resolved\": \"x\", \"dependencies\": {\"m\": {\"version\": \"5.0.0\"}}}}}",
		"{\"dependencies\": {\"n\": {\"version\": \"4.0.0\", \"dependencies\": {\"m\": {\"version\": \"5.0.0\"}}}}}");
	/* what is below a package that is gone stays where it is installed */
	assert_update(
		"{\"dependencies\": {\"z\": {\"version\": \"1.0.0\", \"dependencies\": {\"m\": {\"version\": \"5.0.0\"}}},\n \"n\": {\"version\": \"4.0.0\"}}}",
		"{\"dependencies\": {\"n\": {\"version\": \"4.0.0\", \"dependencies\": {\"m\": {\"version\": \"5.0.0\"}}}}}");
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
		cmocka_unit_test(test_bd_baseline_parse_lists_as_written),
		cmocka_unit_test(test_bd_baseline_parse_npm),
		cmocka_unit_test(test_bd_baseline_parse_refuses),
		cmocka_unit_test(test_bd_check_record_rules),
		cmocka_unit_test(test_bd_baseline_update_rules),
		cmocka_unit_test(test_bd_baseline_update_npm),
		cmocka_unit_test(test_bd_baseline_update_keeps_lines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
