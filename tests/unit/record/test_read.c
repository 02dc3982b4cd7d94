/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "basedrift/compress.h"
#include "basedrift/limits.h"
#include "basedrift/record.h"

#include "base/auto.h"
#include "record/read.h"

#define HEADER "{\"type\":\"record\",\"schema\":1}\n{\"type\":\"build\",\"status\":\"passed\"}\n"

static void record_auto(struct bd_record **record)
{
	bd_record_free(*record);
}

static void load(const char *name, struct bd_buf *out)
{
	AUTO(free_ptr) char *path = NULL;
	assert_true(asprintf(&path, "%s/record/%s", TEST_DATA, name) > 0);
	AUTO(fclose_ptr) FILE *file = fopen(path, "rb");
	assert_non_null(file);
	char block[4096];
	for (size_t n; (n = fread(block, 1, sizeof(block), file)) > 0;) {
		bd_buf_add(out, block, n);
	}
}

static struct bd_record *parse(struct bd_str bytes)
{
	struct bd_record *record = NULL;
	struct bd_error err = { 0 };
	if (bd_record_parse(bytes, &record, &err) < 0) {
		fail_msg("%s", err.msg);
	}
	return record;
}

static void expect_error(struct bd_str bytes, enum bd_error_code code, const char *problem)
{
	struct bd_record *record = NULL;
	struct bd_error err = { 0 };
	const int rc = bd_record_parse(bytes, &record, &err);
	bd_record_free(record);
	if (rc != -(int)code || strstr(err.msg, problem) == NULL) {
		fail_msg("expected %d \"%s\", got %d \"%s\"\n%.*s", -(int)code, problem, rc, err.msg,
			(int)(bytes.n < 2000 ? bytes.n : 2000), bytes.p);
	}
	assert_null(record);
}

/* ---- what is read --------------------------------------------------------------------------- */

static void check_base(const struct bd_record *record)
{
	assert_int_equal(record->bases.len, 2);
	const struct bd_base *base = &record->bases.v[0];
	assert_int_equal(base->role, BD_ROLE_BASE);
	assert_int_equal(base->pin, BD_PIN_TAG);
	assert_int_equal(base->confidence, BD_PROVEN);
	assert_int_equal(base->digests.len, 2);
	assert_int_equal(base->digests.v[1].kind, BD_DIGEST_MANIFEST);
	assert_int_equal(base->evidence.len, 2);
	assert_null(base->evidence.v[0].digest.value);
	assert_string_equal(base->evidence.v[1].source, "annotation");
	assert_string_equal(base->env.v[1].value, "2.7.17");
	assert_int_equal(base->line, 1);
	assert_int_equal(record->bases.v[1].stage, -1);
	assert_int_equal(record->bases.v[1].line, 0);
	assert_null(record->bases.v[1].reference);
}

static void check_inventory(const struct bd_record *record)
{
	assert_int_equal(record->layers.len, 2);
	assert_int_equal(record->layers.v[0].digest.kind, BD_DIGEST_LAYER);
	assert_true(record->layers.v[0].verified);
	assert_int_equal(record->layers.v[0].copied_from_stage, -1);
	assert_int_equal(record->layers.v[1].size_bytes, -1);
	assert_null(record->layers.v[1].digest.value);

	const struct bd_package *deb = &record->packages.v[0];
	assert_string_equal(deb->type, "deb");
	assert_string_equal(deb->namespace, "debian");
	assert_string_equal(deb->name, "libssl1.1");
	assert_string_equal(deb->version, "1.1.1d-0+deb10u2");
	assert_string_equal(deb->arch, "amd64");
	assert_string_equal(record->packages.v[1].name, "@types/node");
	assert_string_equal(record->packages.v[1].namespace, "@types");
	assert_string_equal(record->packages.v[2].name, "Flask_Login");
	assert_null(record->packages.v[2].version);
	assert_true(record->packages.v[2].of_base);
	assert_int_equal(record->packages.v[2].layer, -1);
	assert_int_equal(record->packages.v[2].files, -1);

	assert_true(record->files_known);
	assert_string_equal(record->files.v[0].path, "usr/local/bin/python2.7");
	assert_int_equal(record->files.v[0].mode, 0755);
	assert_string_equal(record->files.v[1].path, "usr/local/caf\xe9");
	assert_string_equal(record->files.v[1].target, "../a\nb");
	assert_int_equal(record->files.v[1].kind, BD_SYMLINK);
	assert_true(record->files.v[1].gid == UINT32_MAX);
	assert_int_equal(record->files.v[1].mtime_sec, -1);
}

static void test_parse_everything(void **state)
{
	(void)state;
	AUTO(bd_buf_release) struct bd_buf bytes = { 0 };
	char digest[BD_DIGEST_TEXT];
	load("full.jsonl", &bytes);
	AUTO(record_auto) struct bd_record *record = parse(bd_buf_view(&bytes));

	bd_sha256_text(bytes.p, bytes.n, digest);
	assert_string_equal(record->digest, digest);
	assert_string_equal(record->tool, "basedrift 0.1.0");
	assert_int_equal(record->build.status, BD_STATUS_FAILED);
	assert_int_equal(record->build.exit_code, 1);
	assert_true(record->source.present && record->image.present && record->log.present);
	assert_int_equal(record->source.dirty, BD_DIFFERENT);
	assert_string_equal(record->source.dockerfile_path, "Dockerfile");
	assert_string_equal(record->image.distro_version, "10");
	assert_true(record->image.config.env.v[0].redacted);
	assert_null(record->image.config.env.v[0].value);
	assert_string_equal(record->log.tail, "Could not find a version\x1b[0m\n");
	assert_int_equal(record->diagnostics.len, 2);
	assert_string_equal(record->inputs.v[2].kind, "builder");
	check_base(record);
	check_inventory(record);
}

static void test_parse_write_is_identity(void **state)
{
	(void)state;
	AUTO(bd_buf_release) struct bd_buf bytes = { 0 };
	AUTO(bd_buf_release) struct bd_buf again = { 0 };
	struct bd_error err = { 0 };
	load("full.jsonl", &bytes);
	AUTO(record_auto) struct bd_record *record = parse(bd_buf_view(&bytes));

	assert_int_equal(bd_record_write(record, &again, &err), 0);
	assert_string_equal(bd_buf_str(&bytes), bd_buf_str(&again));
}

static void test_parse_compressed(void **state)
{
	(void)state;
	const enum bd_compression all[] = { BD_GZIP, BD_ZSTD };
	AUTO(bd_buf_release) struct bd_buf bytes = { 0 };
	load("full.jsonl", &bytes);
	AUTO(record_auto) struct bd_record *plain = parse(bd_buf_view(&bytes));

	for (size_t i = 0; i < 2; i++) {
		AUTO(bd_buf_release) struct bd_buf packed = { 0 };
		struct bd_error err = { 0 };
		assert_int_equal(bd_compress(all[i], bd_buf_view(&bytes), &packed, &err), 0);
		AUTO(record_auto) struct bd_record *record = parse(bd_buf_view(&packed));
		assert_string_equal(record->digest, plain->digest);
		expect_error((struct bd_str){ packed.p, packed.n - 3 }, BD_ERR_FORMAT, "record: ");
	}
}

/* Lines in another order, unknown members and unknown line types of this schema are taken. */
static void test_parse_what_is_not_canonical(void **state)
{
	(void)state;
	const char *text = "{ \"schema\": 1, \"type\": \"record\", \"later\": [1.5, null] }\n"
			   "{\"type\":\"later\",\"x\":1e400000}\n";
	expect_error(bd_str(text), BD_ERR_FORMAT, "line 2: not JSON");
	text = "{ \"schema\": 1, \"type\": \"record\", \"later\": [1.5, null] }\n"
	       "{\"type\":\"later\",\"x\":[{}]}\n"
	       "{\"type\":\"layer\",\"index\":1,\"origin\":\"step\"}\n"
	       "{\"type\":\"package\",\"purl\":\"pkg:npm/b@1\",\"layer\":1}\n"
	       "{\"type\":\"package\",\"purl\":\"pkg:npm/a@1\",\"layer\":-1,\"later\":true}\n"
	       "{\"type\":\"layer\",\"index\":0}\n"
	       "{\"type\":\"build\",\"status\":\"passed\"}\r\n";
	AUTO(record_auto) struct bd_record *record = parse(bd_str(text));
	assert_int_equal(record->layers.v[1].origin, BD_LAYER_STEP);
	assert_int_equal(record->layers.v[0].origin, BD_LAYER_UNKNOWN);
	assert_string_equal(record->packages.v[0].name, "a");
	assert_string_equal(record->packages.v[1].name, "b");
	assert_int_equal(record->build.exit_code, -1);
	assert_false(record->files_known);
}

/* ---- what is refused ------------------------------------------------------------------------ */

/* refused.txt: "# PROBLEM", then the record's lines up to an empty one; "@" is a good beginning. */
static void test_parse_refuses(void **state)
{
	(void)state;
	AUTO(bd_buf_release) struct bd_buf cases = { 0 };
	AUTO(bd_buf_release) struct bd_buf text = { 0 };
	AUTO(free_ptr) char *problem = NULL;
	struct bd_str line;
	size_t count = 0;

	load("refused.txt", &cases);
	bd_buf_add_str(&cases, "\n");
	struct bd_str rest = bd_buf_view(&cases);
	while (bd_str_line(&rest, &line)) {
		if (bd_str_starts(line, "# ")) {
			free(problem);
			problem = strndup(line.p + 2, line.n - 2);
		} else if (line.n == 0 && problem != NULL) {
			expect_error(bd_buf_view(&text), BD_ERR_FORMAT, problem);
			bd_buf_clear(&text);
			free(problem);
			problem = NULL;
			count++;
		} else if (bd_str_is(line, "@")) {
			bd_buf_add_str(&text, HEADER);
		} else if (problem != NULL) {
			bd_buf_add(&text, line.p, line.n);
			bd_buf_add_str(&text, "\n");
		}
	}
	assert_true(count >= 50);
}

static void test_parse_refuses_bytes(void **state)
{
	(void)state;
	expect_error(BD_STR(""), BD_ERR_FORMAT, "record: empty");
	expect_error(BD_STR("\n"), BD_ERR_FORMAT, "line 1: not JSON");
	expect_error(BD_STR("\xef\xbb\xbf" HEADER), BD_ERR_FORMAT, "line 1: not JSON");
	expect_error(BD_STR(HEADER "\n"), BD_ERR_FORMAT, "line 3: not JSON");
	expect_error(BD_STR(HEADER "{\"type\":\"log\"}"), BD_ERR_FORMAT, "line 3: ends in the middle");
	expect_error(BD_STR(HEADER "{\"type\":\"log\",\"tail\":\"caf\xe9\"}\n"), BD_ERR_FORMAT, "line 3: not JSON");
	expect_error(BD_STR(HEADER "{\"type\":\"log\",\"tail\":\"a\0b\"}\n"), BD_ERR_FORMAT, "line 3: not JSON");
	expect_error(BD_STR(HEADER "{\"type\":\"log\",\"tail\":\"\\u0000\"}\n"), BD_ERR_FORMAT, "line 3: not JSON");
	expect_error(BD_STR("{\"type\":\"record\",\"schema\":2,\"files_known\":7}\n"), BD_ERR_UNSUPPORTED,
		"line 1: record: record schema 2 is newer");
}

/* A record that lost its end never passes for a smaller one, wherever it was cut. */
static void test_parse_refuses_every_truncation(void **state)
{
	(void)state;
	AUTO(bd_buf_release) struct bd_buf bytes = { 0 };
	load("full.jsonl", &bytes);
	for (size_t n = 0; n < bytes.n; n++) {
		expect_error((struct bd_str){ bytes.p, n }, BD_ERR_FORMAT, "record: ");
	}
}

static void test_parse_limits(void **state)
{
	(void)state;
	AUTO(bd_buf_release) struct bd_buf bytes = { 0 };
	AUTO(free_ptr) char *text = bd_xmalloc(BD_LIMIT_RECORD_LINE);
	memset(text, 'x', BD_LIMIT_RECORD_LINE);
	bd_buf_add_str(&bytes, HEADER "{\"type\":\"log\",\"tail\":\"");
	bd_buf_add(&bytes, text, BD_LIMIT_RECORD_LINE - 25);
	bd_buf_add_str(&bytes, "\"}\n");
	AUTO(record_auto) struct bd_record *record = parse(bd_buf_view(&bytes));
	assert_int_equal(strlen(record->log.tail), BD_LIMIT_RECORD_LINE - 25);
	bytes.n -= 3;
	bd_buf_add_str(&bytes, "x\"}\n");
	expect_error(bd_buf_view(&bytes), BD_ERR_LIMIT, "line 3: longer than");
	/* and when no line end comes at all */
	bytes.n--;
	expect_error(bd_buf_view(&bytes), BD_ERR_LIMIT, "line 3: longer than");
}

static void test_read_stops_at_its_bytes(void **state)
{
	(void)state;
	struct bd_record *record = NULL;
	struct bd_error err = { 0 };
	struct bd_stream *stream = bd_stream_memory(HEADER, strlen(HEADER));
	assert_int_equal(record_read(stream, strlen(HEADER) - 1, &record, &err), -BD_ERR_LIMIT);
	bd_stream_close(stream);
	assert_null(record);
	stream = bd_stream_memory(HEADER, strlen(HEADER));
	assert_int_equal(record_read(stream, strlen(HEADER), &record, &err), 0);
	bd_stream_close(stream);
	bd_record_free(record);
}

/* Nesting far deeper than any record ends in an error, not in the end of the stack. */
static void test_parse_deep_nesting(void **state)
{
	(void)state;
	AUTO(bd_buf_release) struct bd_buf bytes = { 0 };
	bd_buf_add_str(&bytes, HEADER "{\"type\":\"later\",\"x\":");
	for (size_t i = 0; i < 1000000; i++) {
		bd_buf_add_char(&bytes, '[');
	}
	bd_buf_add_str(&bytes, "\n");
	expect_error(bd_buf_view(&bytes), BD_ERR_FORMAT, "line 3: not JSON");
}

static void test_sniff(void **state)
{
	(void)state;
	assert_true(bd_record_sniff(BD_STR("{\"type\":\"record\",\"schema\":1}")));
	assert_true(bd_record_sniff(BD_STR("{ \"type\" : \"record\"")));
	assert_false(bd_record_sniff(BD_STR("{\"type\":\"recor")));
	assert_false(bd_record_sniff(BD_STR("{\"type\":\"records\"}")));
	assert_false(bd_record_sniff(BD_STR("{\"schemaVersion\":2}")));
	assert_false(bd_record_sniff(BD_STR("")));
	assert_false(bd_record_sniff((struct bd_str){ NULL, 0 }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse_everything),
		cmocka_unit_test(test_parse_write_is_identity),
		cmocka_unit_test(test_parse_compressed),
		cmocka_unit_test(test_parse_what_is_not_canonical),
		cmocka_unit_test(test_parse_refuses),
		cmocka_unit_test(test_parse_refuses_bytes),
		cmocka_unit_test(test_parse_refuses_every_truncation),
		cmocka_unit_test(test_parse_limits),
		cmocka_unit_test(test_read_stops_at_its_bytes),
		cmocka_unit_test(test_parse_deep_nesting),
		cmocka_unit_test(test_sniff),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
