/* SPDX-License-Identifier: Apache-2.0 */
/* A record that was written as an SBOM is read again as it was, as far as an SBOM tells it; and equal records give
 * equal bytes. */
#include "test.h"

#include "../record/random_record.h"
#include "sbom_file.h"

static const char *const format_names[] = { [BD_SBOM_CYCLONEDX] = "cyclonedx", [BD_SBOM_SPDX] = "spdx" };

/* The lines of these types, as they stand in the record. */
static void add_lines(struct bd_record *record, const char *type, struct bd_buf *out)
{
	AUTO(bd_buf_release) struct bd_buf text = { 0 };
	struct bd_error err = { .msg = "" };
	struct bd_str line;
	char beginning[64];
	(void)snprintf(beginning, sizeof(beginning), "{\"type\":\"%s\"", type);
	if (bd_record_write(record, &text, &err) != 0) {
		fail_msg("%s", err.msg);
	}
	struct bd_str rest = bd_buf_view(&text);
	while (bd_str_line(&rest, &line)) {
		if (bd_str_starts(line, beginning)) {
			bd_buf_add(out, line.p, line.n);
			bd_buf_add_char(out, '\n');
		}
	}
}

static void expect_same_lines(struct bd_record *a, struct bd_record *b, const char *type)
{
	AUTO(bd_buf_release) struct bd_buf left = { 0 };
	AUTO(bd_buf_release) struct bd_buf right = { 0 };
	add_lines(a, type, &left);
	add_lines(b, type, &right);
	if (!bd_str_equal(bd_buf_view(&left), bd_buf_view(&right))) {
		fail_msg("%s were\n%sand are\n%s", type, bd_buf_str(&left), bd_buf_str(&right));
	}
}

static void expect_round_trip(struct bd_record *record, enum bd_sbom_format format)
{
	static const char *const types[] = { "build", "layer", "package", "diagnostic" };
	AUTO(bd_buf_release) struct bd_buf text = { 0 };
	write_sbom(record, format, NULL, &text);
	assert_true(bd_utf8_valid(text.p, text.n));
	AUTO(record_release) struct bd_record *again = parse_sbom(bd_buf_view(&text));
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		expect_same_lines(record, again, types[i]);
	}
	assert_int_equal(again->ecosystems.len, record->ecosystems.len);
	assert_int_equal(again->image.present, record->image.present);
	if (record->image.present) {
		assert_int_equal(again->image.digests.len, record->image.digests.len);
	}
	assert_int_equal(again->bases.len, record->bases.len);
	assert_true(again->sbom.present && !again->files_known);
	if (record->sbom.present) {
		expect_same_lines(record, again, "sbom");
	}

	AUTO(bd_buf_release) struct bd_buf twice = { 0 }; /* and what was read is written as the same again */
	again->sbom = record->sbom;
	write_sbom(again, format, record->written, &twice);
	AUTO(record_release) struct bd_record *third = parse_sbom(bd_buf_view(&twice));
	expect_same_lines(again, third, "package");
}

static void test_write_random_records_round_trip(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 150; seed++) {
		AUTO(record_auto) struct bd_record *record = random_record(seed);
		expect_round_trip(record, BD_SBOM_CYCLONEDX);
		expect_round_trip(record, BD_SBOM_SPDX);
	}
}

static struct bd_record *full_record(void)
{
	struct bd_record *record = NULL;
	struct bd_error err = { .msg = "" };
	if (bd_record_read_file(TEST_DATA "/record/full.jsonl", &record, &err) != 0) {
		fail_msg("%s", err.msg);
	}
	return record;
}

static void test_write_full_record_round_trips(void **state)
{
	(void)state;
	AUTO(record_release) struct bd_record *record = full_record();
	expect_round_trip(record, BD_SBOM_CYCLONEDX);
	expect_round_trip(record, BD_SBOM_SPDX);
}

static void test_write_same_bytes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(format_names) / sizeof(format_names[0]); i++) {
		AUTO(record_release) struct bd_record *one = full_record();
		AUTO(record_release) struct bd_record *other = full_record();
		AUTO(bd_buf_release) struct bd_buf first = { 0 };
		AUTO(bd_buf_release) struct bd_buf second = { 0 };
		write_sbom(one, (enum bd_sbom_format)i, NULL, &first);
		write_sbom(other, (enum bd_sbom_format)i, NULL, &second);
		assert_true(bd_str_equal(bd_buf_view(&first), bd_buf_view(&second)));
	}
}

/* Another content is another document; the name's version and variant are those of RFC 9562. */
static void test_write_names_document_by_content(void **state)
{
	(void)state;
	char serial[2][64] = { "", "" };
	for (size_t i = 0; i < 2; i++) {
		AUTO(record_release) struct bd_record *record = full_record();
		AUTO(bd_buf_release) struct bd_buf text = { 0 };
		size_t at;
		record->build.id = i == 0 ? "1" : "2";
		write_sbom(record, BD_SBOM_CYCLONEDX, NULL, &text);
		assert_true(bd_str_find(bd_buf_view(&text), "urn:uuid:", &at));
		(void)snprintf(serial[i], sizeof(serial[i]), "%.36s", text.p + at + strlen("urn:uuid:"));
		assert_int_equal(strspn(serial[i], "0123456789abcdef-"), 36);
		assert_int_equal(serial[i][14], '5');
		assert_non_null(strchr("89ab", serial[i][19]));
	}
	assert_string_not_equal(serial[0], serial[1]);
}

static void expect_time(struct bd_record *record, enum bd_sbom_format format, const char *given, const char *wanted)
{
	AUTO(bd_buf_release) struct bd_buf text = { 0 };
	write_sbom(record, format, given, &text);
	if (!bd_str_find(bd_buf_view(&text), wanted, NULL)) {
		fail_msg("no %s", wanted);
	}
}

/* SOURCE_DATE_EPOCH, else the build's end, its begin, the record's time; a clock is never asked. */
static void test_write_time(void **state)
{
	(void)state;
	AUTO(record_release) struct bd_record *record = full_record();
	expect_time(record, BD_SBOM_CYCLONEDX, "2017-07-14T02:40:00Z", "\"timestamp\": \"2017-07-14T02:40:00Z\"");
	expect_time(record, BD_SBOM_SPDX, NULL, "\"created\": \"2019-10-19T11:41:02Z\"");
	record->build.finished = "yesterday";
	record->build.started = "2019-10-19T13:30:00.25+02:00";
	expect_time(record, BD_SBOM_SPDX, NULL, "\"created\": \"2019-10-19T11:30:00Z\"");
	record->build.started = record->written = record->image.created = NULL;
	expect_time(record, BD_SBOM_SPDX, NULL, "\"created\": \"1970-01-01T00:00:00Z\"");
	AUTO(bd_buf_release) struct bd_buf text = { 0 };
	write_sbom(record, BD_SBOM_CYCLONEDX, NULL, &text);
	assert_false(bd_str_find(bd_buf_view(&text), "\"timestamp\"", NULL));
}

/* An SBOM is often published: what only the builder is to know stays out. */
static void test_write_leaves_out(void **state)
{
	(void)state;
	static const char *const secrets[] = { "PYTHON_VERSION", "GPG_KEY", "API_TOKEN", "maintainer", "pip install -r",
		"git.example", "Could not find", "HTTP_PROXY", "/data" };
	for (size_t i = 0; i < sizeof(format_names) / sizeof(format_names[0]); i++) {
		AUTO(record_release) struct bd_record *record = full_record();
		AUTO(bd_buf_release) struct bd_buf text = { 0 };
		write_sbom(record, (enum bd_sbom_format)i, NULL, &text);
		for (size_t k = 0; k < sizeof(secrets) / sizeof(secrets[0]); k++) {
			if (bd_str_find(bd_buf_view(&text), secrets[k], NULL)) {
				fail_msg("%s says %s", format_names[i], secrets[k]);
			}
		}
	}
}

/* A foreign SBOM that went through us compares as it did: its maker and its coverage are its own. */
static void test_write_keeps_foreign_origin(void **state)
{
	(void)state;
	AUTO(bd_buf_release) struct bd_buf bytes = { 0 };
	assert_true(load_file(SBOM_DATA "syft-image.json", &bytes));
	for (size_t i = 0; i < sizeof(format_names) / sizeof(format_names[0]); i++) {
		AUTO(bd_buf_release) struct bd_buf text = { 0 };
		AUTO(record_release) struct bd_record *foreign = parse_sbom(bd_buf_view(&bytes));
		write_sbom(foreign, (enum bd_sbom_format)i, NULL, &text);
		AUTO(record_release) struct bd_record *again = parse_sbom(bd_buf_view(&text));
		expect_same_lines(foreign, again, "sbom");
		expect_same_lines(foreign, again, "package");
		expect_same_lines(foreign, again, "image");
		expect_same_lines(foreign, again, "layer");
		assert_int_equal(again->ecosystems.len, 0);
	}
}

static void test_format_parse(void **state)
{
	(void)state;
	enum bd_sbom_format format;
	for (size_t i = 0; i < sizeof(format_names) / sizeof(format_names[0]); i++) {
		assert_true(bd_sbom_format_parse(format_names[i], &format));
		assert_int_equal(format, i);
	}
	assert_false(bd_sbom_format_parse("record", &format));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_write_random_records_round_trip),
		cmocka_unit_test(test_write_full_record_round_trips),
		cmocka_unit_test(test_write_same_bytes),
		cmocka_unit_test(test_write_names_document_by_content),
		cmocka_unit_test(test_write_time),
		cmocka_unit_test(test_write_leaves_out),
		cmocka_unit_test(test_write_keeps_foreign_origin),
		cmocka_unit_test(test_format_parse),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
