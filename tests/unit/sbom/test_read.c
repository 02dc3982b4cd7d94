/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <dirent.h>
#include <unistd.h>

#include "basedrift/compress.h"
#include "basedrift/limits.h"

#include "sbom_file.h"

/* ---- documents and the records that they become ------------------------------------------------------- */

static void check_document(const char *name)
{
	AUTO(bd_buf_release) struct bd_buf bytes = { 0 };
	AUTO(bd_buf_release) struct bd_buf wanted = { 0 };
	AUTO(bd_buf_release) struct bd_buf got = { 0 };
	struct bd_error err = { .msg = "" };
	char path[512];

	(void)snprintf(path, sizeof(path), SBOM_DATA "%s.json", name);
	assert_true(load_file(path, &bytes));
	(void)snprintf(path, sizeof(path), SBOM_DATA "%s.jsonl", name);
	assert_true(load_file(path, &wanted));
	assert_true(bd_sbom_sniff(bd_buf_view(&bytes)));
	AUTO(record_release) struct bd_record *record = parse_sbom(bd_buf_view(&bytes));
	assert_int_equal(bd_record_write(record, &got, &err), 0);
	if (!bd_str_equal(bd_buf_view(&wanted), bd_buf_view(&got))) {
		fail_msg("%s becomes\n%s", name, bd_buf_str(&got));
	}
}

static void test_parse_every_document(void **state)
{
	(void)state;
	DIR *folder = opendir(SBOM_DATA);
	size_t count = 0;
	assert_non_null(folder);
	for (const struct dirent *entry = readdir(folder); entry != NULL;
		entry = readdir(folder)) { /* NOLINT(concurrency-mt-unsafe) */
		char name[256];
		(void)snprintf(name, sizeof(name), "%s", entry->d_name);
		if (bd_str_ends(bd_str(name), ".json")) {
			name[strlen(name) - strlen(".json")] = '\0';
			check_document(name);
			count++;
		}
	}
	(void)closedir(folder);
	assert_true(count >= 9);
}

static void test_parse_refuses(void **state)
{
	(void)state;
	AUTO(bd_buf_release) struct bd_buf text = { 0 };
	struct bd_str wanted;
	struct bd_str document;
	size_t count = 0;
	assert_true(load_file(SBOM_DATA "refused.txt", &text));
	struct bd_str rest = bd_buf_view(&text);
	while (bd_str_line(&rest, &wanted) && bd_str_line(&rest, &document)) {
		struct bd_record *record = NULL;
		struct bd_error err = { .msg = "" };
		if (bd_sbom_parse(document, &record, &err) == 0) {
			fail_msg("is read: %.*s", (int)document.n, document.p);
		}
		assert_null(record);
		if (!bd_str_is(wanted, err.msg)) {
			fail_msg("%.*s\n  says: %s", (int)wanted.n, wanted.p, err.msg);
		}
		count++;
	}
	assert_true(count >= 35);
}

/* ---- single rules --------------------------------------------------------------------------------------- */

#define CYCLONEDX(components) "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"components\":[" components "]}"
#define LIBRARY(name, purl)   "{\"type\":\"library\",\"name\":\"" name "\",\"version\":\"1\",\"purl\":\"" purl "\"}"

static void test_parse_skips_byte_order_mark(void **state)
{
	(void)state;
	AUTO(record_release)
	struct bd_record *record = parse_text("\xef\xbb\xbf" CYCLONEDX(LIBRARY("a", "pkg:npm/a@1")));
	assert_int_equal(record->packages.len, 1);
	assert_true(bd_sbom_sniff(BD_STR("\xef\xbb\xbf {")));
}

static void test_parse_knows_nothing_of_files_and_settings(void **state)
{
	(void)state;
	AUTO(record_release) struct bd_record *record = parse_text(CYCLONEDX(""));
	assert_true(record->sbom.present && record->image.present);
	assert_false(record->files_known);
	assert_int_equal(record->ecosystems.len, 0);
	assert_int_equal(record->packages.len, 0);
	assert_int_equal(record->bases.len, 0);
}

/* The version is the purl's where both are there: trivy leaves the release out of SPDX's versionInfo. */
static void test_parse_takes_version_of_purl(void **state)
{
	(void)state;
	AUTO(record_release)
	struct bd_record *record = parse_text(CYCLONEDX(
		"{\"type\":\"library\",\"name\":\"a\",\"version\":\"4.2.46\",\"purl\":\"pkg:rpm/centos/a@4.2.46-31.el7?epoch=0\"},"
		"{\"type\":\"library\",\"name\":\"b\",\"version\":\"7\",\"purl\":\"pkg:npm/b\"}"));
	assert_string_equal(record->packages.v[0].type, "npm");
	assert_string_equal(record->packages.v[0].version, "7");
	assert_string_equal(record->packages.v[1].version, "4.2.46-31.el7");
}

static void test_parse_drops_doubles_but_not_places(void **state)
{
	(void)state;
#define AT(path) \
	"{\"type\":\"library\",\"name\":\"a\",\"purl\":\"pkg:npm/a@1\",\"evidence\":{\"occurrences\":[{\"location\":\"" path \
	"\"}]}}"
	AUTO(record_release)
	struct bd_record *record = parse_text(CYCLONEDX(AT("x/a") "," AT("/x/a") "," AT("./y/a")));
	assert_int_equal(record->packages.len, 2);
	assert_string_equal(record->packages.v[0].path, "x/a");
	assert_string_equal(record->packages.v[1].path, "y/a");
#undef AT
}

static void test_parse_path_outside_is_none(void **state)
{
	(void)state;
	AUTO(record_release)
	struct bd_record *record = parse_text(CYCLONEDX(
		"{\"type\":\"library\",\"name\":\"a\",\"purl\":\"pkg:npm/a@1\",\"evidence\":{\"occurrences\":[{\"location\":\"../../etc/passwd\"}]}}"));
	assert_null(record->packages.v[0].path);
}

/* A program that is not ours has written our properties: they are its, not ours. */
static void test_parse_own_properties_need_own_document(void **state)
{
	(void)state;
	AUTO(record_release)
	struct bd_record *record = parse_text(CYCLONEDX(
		"{\"type\":\"library\",\"name\":\"a\",\"purl\":\"pkg:npm/a@1\",\"properties\":[{\"name\":\"basedrift:layer\",\"value\":\"3\"}]}"));
	assert_int_equal(record->packages.v[0].layer, -1);
}

static void test_parse_odd_purl_is_no_same(void **state)
{
	(void)state;
	AUTO(record_release) struct bd_record *record = parse_text(CYCLONEDX(LIBRARY("a", "pkg:npm")));
	assert_int_equal(record->packages.len, 1);
	assert_string_equal(record->packages.v[0].purl, "pkg:generic/a@1");
	assert_string_equal(record->diagnostics.v[0].code, "package-purl-unreadable");
}

/* ---- limits ------------------------------------------------------------------------------------------------ */

static void expect_limit(struct bd_str bytes, const char *wanted)
{
	struct bd_record *record = NULL;
	struct bd_error err = { .msg = "" };
	assert_int_equal(bd_sbom_parse(bytes, &record, &err), -BD_ERR_LIMIT);
	if (strstr(err.msg, wanted) == NULL) {
		fail_msg("%s", err.msg);
	}
}

static void test_parse_limits(void **state)
{
	(void)state;
	AUTO(bd_buf_release) struct bd_buf text = { 0 };
	bd_buf_add_str(&text, "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"x\":[");
	for (size_t i = 0; i <= BD_LIMIT_SBOM_VALUES; i++) {
		bd_buf_add_str(&text, "1,");
	}
	bd_buf_add_str(&text, "1]}");
	expect_limit(bd_buf_view(&text), "JSON values");

	bd_buf_clear(&text);
	bd_buf_add_str(&text, "{\"bomFormat\":");
	for (size_t i = 0; i <= BD_LIMIT_JSON_DEPTH; i++) {
		bd_buf_add_char(&text, '[');
	}
	expect_limit(bd_buf_view(&text), "nested deeper");

	char *large = bd_xcalloc(1, (size_t)BD_LIMIT_SBOM_BYTES + 1);
	memset(large, ' ', (size_t)BD_LIMIT_SBOM_BYTES + 1);
	large[0] = '{';
	large[BD_LIMIT_SBOM_BYTES] = '}';
	expect_limit((struct bd_str){ large, (size_t)BD_LIMIT_SBOM_BYTES + 1 }, "bytes of JSON");
	free(large);
}

/* Locations beyond the limit are not looked at; layers beyond theirs are none. */
static void test_parse_bounded_lists(void **state)
{
	(void)state;
	AUTO(bd_buf_release) struct bd_buf text = { 0 };
	bd_buf_add_str(&text, "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"components\":[");
	for (unsigned int i = 0; i <= BD_LIMIT_LAYERS; i++) {
		bd_buf_printf(&text,
			"%s{\"type\":\"library\",\"name\":\"a%u\",\"properties\":[{\"name\":\"aquasecurity:trivy:LayerDiffID\",\"value\":\"sha256:%064x\"},"
			"{\"name\":\"syft:location:%u:path\",\"value\":\"here\"}]}",
			i == 0 ? "" : ",", i, i, BD_LIMIT_SBOM_LOCATIONS + i);
	}
	bd_buf_add_str(&text, "]}");
	AUTO(record_release) struct bd_record *record = parse_sbom(bd_buf_view(&text));
	size_t placed = 0;
	for (size_t i = 0; i < record->packages.len; i++) {
		placed += record->packages.v[i].layer >= 0;
		assert_null(record->packages.v[i].path);
	}
	assert_int_equal(record->layers.len, BD_LIMIT_LAYERS);
	assert_int_equal(placed, BD_LIMIT_LAYERS);
	assert_int_equal(record->packages.len, BD_LIMIT_LAYERS + 1);
}

static void test_parse_name_that_no_record_holds(void **state)
{
	(void)state;
	AUTO(bd_buf_release) struct bd_buf text = { 0 };
	struct bd_record *record = NULL;
	struct bd_error err = { .msg = "" };
	bd_buf_add_str(&text, "{\"artifacts\":[{\"name\":\"");
	for (size_t i = 0; i <= BD_LIMIT_PURL_BYTES; i++) {
		bd_buf_add_char(&text, 'a');
	}
	bd_buf_add_str(&text, "\"}],\"schema\":{}}");
	assert_true(bd_sbom_parse(bd_buf_view(&text), &record, &err) < 0);
	assert_string_equal(err.msg, "syft: artifacts[0]: name and version are longer than any package's");
}

/* ---- files --------------------------------------------------------------------------------------------------- */

static void put_file(const char *path, struct bd_str bytes)
{
	AUTO(fclose_ptr) FILE *file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes.p, 1, bytes.n, file), bytes.n);
}

static void test_is_file_tells_by_content(void **state)
{
	(void)state;
	AUTO(bd_buf_release) struct bd_buf packed = { 0 };
	const struct bd_str sbom = BD_STR(CYCLONEDX(LIBRARY("a", "pkg:npm/a@1")));
	struct bd_error err = { .msg = "" };
	struct bd_record *record = NULL;
	char path[] = "/tmp/basedrift-sbom-XXXXXX";
	const int fd = mkstemp(path);
	assert_true(fd >= 0);
	(void)close(fd);

	put_file(path, BD_STR("{\"type\":\"record\",\"schema\":1}\n"));
	assert_false(bd_sbom_is_file(path));
	put_file(path, BD_STR("manifest.json\0\0\0"));
	assert_false(bd_sbom_is_file(path));
	put_file(path, BD_STR(""));
	assert_false(bd_sbom_is_file(path));
	put_file(path, sbom);
	assert_true(bd_sbom_is_file(path));
	assert_int_equal(bd_compress(BD_GZIP, sbom, &packed, &err), 0);
	put_file(path, bd_buf_view(&packed));
	assert_true(bd_sbom_is_file(path));
	assert_int_equal(bd_sbom_read_file(path, &record, &err), 0);
	assert_int_equal(record->packages.len, 1);
	bd_record_free(record);
	(void)unlink(path);
	assert_false(bd_sbom_is_file(path));
	assert_false(bd_sbom_is_file("/"));
	assert_int_equal(bd_sbom_read_file(path, &record, &err), -BD_ERR_NOT_FOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse_every_document),
		cmocka_unit_test(test_parse_refuses),
		cmocka_unit_test(test_parse_skips_byte_order_mark),
		cmocka_unit_test(test_parse_knows_nothing_of_files_and_settings),
		cmocka_unit_test(test_parse_takes_version_of_purl),
		cmocka_unit_test(test_parse_drops_doubles_but_not_places),
		cmocka_unit_test(test_parse_path_outside_is_none),
		cmocka_unit_test(test_parse_own_properties_need_own_document),
		cmocka_unit_test(test_parse_odd_purl_is_no_same),
		cmocka_unit_test(test_parse_limits),
		cmocka_unit_test(test_parse_bounded_lists),
		cmocka_unit_test(test_parse_name_that_no_record_holds),
		cmocka_unit_test(test_is_file_tells_by_content),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
