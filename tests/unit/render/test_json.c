/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <jansson.h>
#include <sys/wait.h>

#include "basedrift/render.h"

#include "base/auto.h"
#include "fixture.h"

#define VALIDATE TEST_DATA "/../lint/validate-record"

static json_t *rendered(const struct bd_report *report, struct bd_buf *bytes)
{
	struct bd_error err = { 0 };
	const struct bd_render_options options = { 0 };
	const struct bd_renderer *renderer = bd_renderer_for("json");
	assert_non_null(renderer);
	assert_int_equal(renderer->render(report, &options, bytes, &err), 0);
	json_t *document = json_loadb(bytes->p, bytes->n, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(document);
	return document;
}

/* 0: holds, 1: does not, 77: the checker is not installed. */
static int validate(const char *text, size_t n)
{
	char path[] = "/tmp/basedrift-report-XXXXXX";
	char command[512];
	const int fd = mkstemp(path);
	assert_true(fd >= 0 && write(fd, text, n) == (ssize_t)n);
	assert_int_equal(close(fd), 0);
	(void)snprintf(command, sizeof(command), "%s %s", VALIDATE, path);
	const int status = system(command); /* both words are this test's own */
	(void)unlink(path);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static const char *text_at(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

/* ---- a report with one of everything --------------------------------------------------------- */

#define DIGEST "sha256:79bd10b2cf390f207f675bd67e0a5492b8d3c2e9955cd457684147d7f9d17d36"

static struct bd_digest digest = { BD_DIGEST_INDEX, DIGEST };
static const struct bd_base base = {
	.role = BD_ROLE_BASE,
	.stage = 0,
	.line = 3,
	.reference = "docker.io/library/python:2.7",
	.as_written = "python:2.7",
	.digests = { &digest, 1, 0 },
	.confidence = BD_STATED,
};
static struct bd_layer_line layers_a[] = { { .index = 0, .origin = BD_LAYER_BASE } };
static struct bd_layer_line layers_b[] = { { .index = 0, .origin = BD_LAYER_BASE, .diff_id = DIGEST },
	{ .index = 1, .origin = BD_LAYER_STEP, .line = 7, .created_by = "RUN pip install x" } };
static const struct bd_package packages[] = {
	{ .type = "deb",
		.namespace = "debian",
		.name = "openssl",
		.version = "1.1.1c-1",
		.arch = "amd64",
		.source = "openssl" },
	{ .type = "deb",
		.namespace = "debian",
		.name = "openssl",
		.version = "1.1.1d-1",
		.arch = "amd64",
		.source = "openssl",
		.layer = 1 },
	{ .type = "pypi",
		.name = "six",
		.version = "1.12.0",
		.layer = 0,
		.owned_by = "pkg:deb/debian/python-six@1.12.0" },
	{ .type = "npm", .name = "x", .version = "1", .layer = -1 },
};
static const struct bd_file_line files[] = {
	{ .path = "etc/a\nb", .kind = BD_FILE, .mode = 0644, .layer = 1, .digest = DIGEST },
	{ .path = "caf\xe9", .kind = BD_SYMLINK, .mode = 0777, .layer = 9, .target = "x" },
	{ .path = "var/log/a", .layer = -1 },
};
static struct bd_package_change package_changes[] = {
	{ BD_UP, &packages[0], &packages[1], -1, 0 },
	{ BD_REMOVED, &packages[2], NULL, -1, -1 },
	{ BD_ADDED, NULL, &packages[3], -1, -1 },
};
static struct bd_setting_change setting_changes[] = {
	{ BD_CHANGED, "env", "TOKEN", "hunter2", "hunter3", true, NULL, -1 },
	{ BD_ADDED, "label", "vcs-ref", NULL, "1", false, "names the commit", -1 },
};
static struct bd_file_change file_changes[] = {
	{ BD_CONTENT, &files[0], &files[0], NULL, 0 },
	{ BD_ADDED, NULL, &files[1], NULL, -1 },
	{ BD_REMOVED, &files[2], NULL, "a log", -1 },
};
static struct bd_base_pair base_pairs[] = { { &base, NULL, BD_CANNOT_TELL, NULL, false, false, false } };
static struct bd_layer_pair layer_pairs[] = { { 0, 0, BD_LAYER_SAME_CONTENT, 0 }, { -1, 1, BD_LAYER_ONLY_B, 2 } };
static struct bd_input_change input_changes[] = { { "build-arg", "V", "1", NULL, -1 } };
static struct bd_cause causes[] = { { .kind = BD_BASE_IMAGE_MOVED, .line = 3, .stage = 0, .explains = 4 } };
static struct bd_ruled_out ruled_out[] = { { BD_INDEX_ONLY_REPUBLISHED, "node:12", "Same image." } };
static struct bd_compared compared[] = {
	{ .topic = BD_TOPIC_COPIED_IMAGES, .state = BD_DIFFERENT, .label = "Images", .cause = 0, .is_cause = true },
	{ .topic = BD_TOPIC_TREE, .state = BD_CANNOT_TELL, .label = "Tree", .cause = -1, .unreadable = true },
};
static struct bd_remedy remedies[] = { { .kind = BD_REMEDY_PIN_BASE,
	.file = "Dockerfile",
	.line = 3,
	.text = "Pin it.",
	.patch = "--- a\n+++ b\n@@ -1 +1 @@\n-FROM\ta\n+FROM b\n" } };

static void make_records(struct bd_record *a, struct bd_record *b)
{
	a->layers = (struct bd_layer_line_vec){ layers_a, 1, 0 };
	b->layers = (struct bd_layer_line_vec){ layers_b, 2, 0 };
	a->source.tree = "80655da8d80aaaf92ce5357e7828dc09adb00993";
	b->build.project = "orders\x1b[0m";
	b->build.status = BD_STATUS_FAILED;
	b->digest = DIGEST;
	b->image.digests = (struct bd_digest_vec){ &digest, 1, 0 };
}

static void make_report(struct bd_report *report, const struct bd_record *a, const struct bd_record *b)
{
	report->a = a;
	report->b = b;
	report->verdict.cause = BD_BASE_IMAGE_MOVED;
	report->verdict.headline = "Nothing in git changed. The base image did.";
	report->source_same = BD_SAME;
	report->exit_status = 1;
	report->causes = (struct bd_cause_vec){ causes, 1, 0 };
	report->ruled_out = (struct bd_ruled_out_vec){ ruled_out, 1, 0 };
	report->compared = (struct bd_compared_vec){ compared, 2, 0 };
	report->remedy = (struct bd_remedy_vec){ remedies, 1, 0 };
	report->diff.bases = (struct bd_base_pair_vec){ base_pairs, 1, 0 };
	report->diff.layers = (struct bd_layer_pair_vec){ layer_pairs, 2, 0 };
	report->diff.packages = (struct bd_package_change_vec){ package_changes, 3, 0 };
	report->diff.settings = (struct bd_setting_change_vec){ setting_changes, 2, 0 };
	report->diff.files = (struct bd_file_change_vec){ file_changes, 3, 0 };
	report->diff.inputs = (struct bd_input_change_vec){ input_changes, 1, 0 };
	report->files_changed = report->files_added = report->files_noise = 1;
}

struct everything {
	struct bd_record a, b;
	struct bd_report report;
	struct bd_buf bytes;
	json_t *document;
};

static int make_everything(void **state)
{
	struct everything *e = bd_xcalloc(1, sizeof(*e));
	make_records(&e->a, &e->b);
	make_report(&e->report, &e->a, &e->b);
	e->document = rendered(&e->report, &e->bytes);
	*state = e;
	return 0;
}

static int drop_everything(void **state)
{
	struct everything *e = *state;
	json_decref(e->document);
	bd_buf_release(&e->bytes);
	free(e);
	return 0;
}

static const json_t *element(void **state, const char *key, size_t i)
{
	const struct everything *e = *state;
	const json_t *one = json_array_get(json_object_get(e->document, key), i);
	assert_non_null(one);
	return one;
}

static void test_json_holds_against_schema(void **state)
{
	const struct everything *e = *state;
	const int rc = validate(e->bytes.p, e->bytes.n);
	if (rc == 77) {
		skip();
	}
	assert_int_equal(rc, 0);
}

/* The order of docs/cli.md, so that a person finds the verdict first. */
static void test_json_order_of_members(void **state)
{
	static const char *const order[] = { "schema", "generated", "exit_status", "verdict", "a", "b", "source",
		"causes", "ruled_out", "compared", "bases", "layers", "packages", "settings", "inputs", "files",
		"remedy", "not_compared", "commands", "choice" };
	const struct everything *e = *state;
	size_t i = 0;
	const char *key;
	json_t *value;
	json_object_foreach (e->document, key, value) {
		assert_true(i < sizeof(order) / sizeof(order[0]));
		assert_string_equal(key, order[i++]);
	}
	assert_int_equal(i, sizeof(order) / sizeof(order[0]));
	assert_string_equal(text_at(e->document, "schema"), "basedrift/report/1");
}

static void test_json_builds(void **state)
{
	const struct everything *e = *state;
	const json_t *b = json_object_get(e->document, "b");
	assert_string_equal(text_at(b, "project"), "\"orders\\x1b[0m\"");
	assert_string_equal(text_at(b, "project_base64"), "b3JkZXJzG1swbQ==");
	assert_string_equal(text_at(b, "status"), "failed");
	assert_string_equal(text_at(b, "record"), DIGEST);
	assert_true(json_is_null(json_object_get(b, "branch")));
	assert_null(json_object_get(b, "branch_base64"));
	const json_t *source = json_object_get(e->document, "source");
	assert_true(json_is_true(json_object_get(source, "same")));
	assert_true(json_is_null(json_array_get(json_object_get(source, "tree"), 1)));
	assert_true(json_is_null(json_object_get(source, "context_same")));
}

static void test_json_packages(void **state)
{
	const json_t *up = element(state, "packages", 0);
	assert_string_equal(text_at(up, "purl_type"), "deb");
	assert_string_equal(text_at(up, "change"), "up");
	assert_string_equal(text_at(up, "a"), "1.1.1c-1");
	assert_string_equal(text_at(up, "b"), "1.1.1d-1");
	assert_string_equal(text_at(up, "origin"), "step");
	assert_int_equal(json_integer_value(json_object_get(up, "dockerfile_line")), 7);
	assert_int_equal(json_integer_value(json_object_get(up, "explained_by")), 0);

	const json_t *removed = element(state, "packages", 1);
	assert_true(json_is_null(json_object_get(removed, "b")));
	assert_string_equal(text_at(removed, "origin"), "base"); /* of side a, where it was */
	assert_true(json_is_null(json_object_get(removed, "dockerfile_line")));
	assert_true(json_is_null(json_object_get(removed, "explained_by")));
	assert_string_equal(text_at(removed, "owned_by"), "pkg:deb/debian/python-six@1.12.0");

	const json_t *added = element(state, "packages", 2);
	assert_string_equal(text_at(added, "origin"), "unknown");
	assert_true(json_is_null(json_object_get(added, "layer")));
}

static void test_json_settings_keep_secrets(void **state)
{
	const struct everything *e = *state;
	const json_t *token = element(state, "settings", 0);
	assert_true(json_is_true(json_object_get(token, "redacted")));
	assert_true(json_is_null(json_object_get(token, "a")));
	assert_null(strstr(bd_buf_str(&e->bytes), "hunter"));
	assert_string_equal(text_at(element(state, "settings", 1), "noise"), "names the commit");
}

static void test_json_files(void **state)
{
	const struct everything *e = *state;
	const json_t *counts = json_object_get(e->document, "files");
	const json_t *items = json_object_get(counts, "items");
	assert_int_equal(json_array_size(items), 3);
	assert_int_equal(json_integer_value(json_object_get(counts, "truncated")), 0);
	const json_t *first = json_array_get(items, 0);
	assert_string_equal(text_at(first, "path"), "\"etc/a\\nb\"");
	assert_string_equal(text_at(first, "path_base64"), "ZXRjL2EKYg==");
	assert_string_equal(text_at(json_object_get(first, "b"), "mode"), "0644");
	const json_t *second = json_array_get(items, 1);
	assert_string_equal(text_at(second, "path_base64"), "Y2Fm6Q==");
	assert_true(json_is_null(json_object_get(second, "a")));
	assert_string_equal(text_at(second, "origin"), "unknown"); /* a layer that the record does not have */
}

static void test_json_patch_is_exact(void **state)
{
	const json_t *remedy = element(state, "remedy", 0);
	assert_string_equal(text_at(remedy, "patch"), remedies[0].patch);
	assert_null(json_object_get(remedy, "patch_base64"));
	assert_true(json_is_null(json_object_get(remedy, "new_text")));
}

static void test_json_compared_and_bases(void **state)
{
	const json_t *images = element(state, "compared", 0);
	assert_string_equal(text_at(images, "topic"), "copied-images");
	assert_true(json_is_false(json_object_get(images, "same")));
	assert_true(json_is_null(json_object_get(element(state, "compared", 1), "same")));
	const json_t *pair = element(state, "bases", 0);
	assert_true(json_is_null(json_object_get(pair, "same")));
	assert_true(json_is_null(json_object_get(pair, "b")));
	assert_string_equal(text_at(json_object_get(pair, "a"), "confidence"), "stated");
	assert_true(json_is_null(json_object_get(element(state, "layers", 1), "a")));
	assert_string_equal(text_at(element(state, "layers", 1), "created_by"), "RUN pip install x");
}

/* ---- many files ----------------------------------------------------------------------------- */

/* 10,000 items: what counts goes before noise, in path order, and the rest is counted. */
static void test_json_files_beyond_the_cap(void **state)
{
	const size_t total = 30000;
	AUTO(free_ptr) struct bd_file_line *lines = bd_xcalloc(total, sizeof(*lines));
	AUTO(free_ptr) struct bd_file_change *changes = bd_xcalloc(total, sizeof(*changes));
	AUTO(bd_arena_release) struct bd_arena arena = { 0 };
	AUTO(bd_buf_release) struct bd_buf bytes = { 0 };
	struct bd_record a = { 0 };
	struct bd_record b = { 0 };
	struct bd_report report = { .a = &a, .b = &b, .verdict = { .headline = "x" } };
	(void)state;

	for (size_t i = 0; i < total; i++) {
		lines[i] = (struct bd_file_line){ .path = bd_arena_printf(&arena, "%05zu", i), .layer = -1 };
		changes[i] = (struct bd_file_change){ i % 5 == 1 ? BD_METADATA : BD_ADDED, NULL, &lines[i],
			i % 5 == 0 ? NULL : "noise", -1 };
	}
	report.diff.files = (struct bd_file_change_vec){ changes, total, 0 };
	json_auto_t *document = rendered(&report, &bytes);
	const json_t *counts = json_object_get(document, "files");
	const json_t *items = json_object_get(counts, "items");
	assert_int_equal(json_array_size(items), 10000);
	assert_int_equal(json_integer_value(json_object_get(counts, "truncated")), 20000);
	size_t counting = 0;
	for (size_t i = 0; i < 10000; i++) {
		const json_t *item = json_array_get(items, i);
		counting += json_is_null(json_object_get(item, "noise"));
		if (i > 0) {
			assert_true(strcmp(text_at(json_array_get(items, i - 1), "path"), text_at(item, "path")) < 0);
		}
	}
	assert_int_equal(counting, 6000);
}

/* ---- the fixtures of all renderers ---------------------------------------------------------- */

static void test_json_of_every_fixture(void **state)
{
	(void)state;
	for (int kind = 0; kind < FIXTURE_KINDS; kind++) {
		struct fixture *fixture = fixture_new((enum fixture_kind)kind);
		AUTO(free_ptr) char *text = fixture_render(fixture, bd_renderer_for("json"), NULL);
		assert_true(is_inert(text, 0));
		json_auto_t *document = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
		assert_non_null(document);
		const int rc = validate(text, strlen(text));
		fixture_free(fixture);
		if (rc == 77) {
			skip();
		}
		if (rc != 0) {
			fail_msg("%s does not hold against the schema", fixture_names[kind]);
		}
	}
}

/* ---- the table ------------------------------------------------------------------------------ */

static void test_renderers_are_sorted_and_complete(void **state)
{
	AUTO(bd_buf_release) struct bd_buf names = { 0 };
	const struct bd_renderer *before = NULL;
	const struct bd_renderer *renderer;
	(void)state;
	for (size_t i = 0; (renderer = bd_renderer_at(i)) != NULL; i++) {
		assert_true(before == NULL || strcmp(before->name, renderer->name) < 0);
		assert_non_null(renderer->extension);
		assert_non_null(renderer->media_type);
		assert_non_null(renderer->render);
		assert_ptr_equal(bd_renderer_for(renderer->name), renderer);
		bd_buf_printf(&names, "%s%s", i > 0 ? ", " : "", renderer->name);
		before = renderer;
	}
	assert_string_equal(bd_renderer_names(), bd_buf_str(&names));
	assert_null(bd_renderer_for("nothing"));
	assert_null(bd_renderer_for(""));
	assert_null(bd_renderer_at(1000));
}

int main(void)
{
#define WITH_EVERYTHING(test) cmocka_unit_test_setup_teardown(test, make_everything, drop_everything)
	const struct CMUnitTest tests[] = {
		WITH_EVERYTHING(test_json_holds_against_schema),
		WITH_EVERYTHING(test_json_order_of_members),
		WITH_EVERYTHING(test_json_builds),
		WITH_EVERYTHING(test_json_packages),
		WITH_EVERYTHING(test_json_settings_keep_secrets),
		WITH_EVERYTHING(test_json_files),
		WITH_EVERYTHING(test_json_patch_is_exact),
		WITH_EVERYTHING(test_json_compared_and_bases),
		cmocka_unit_test(test_json_files_beyond_the_cap),
		cmocka_unit_test(test_json_of_every_fixture),
		cmocka_unit_test(test_renderers_are_sorted_and_complete),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
