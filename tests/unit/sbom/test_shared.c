/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The specification's own examples, where they lie beside the repository: every valid one is read, with the components
 * that it lists; an invalid one is refused or gives no more than it lists.  What we write holds to the published
 * schemas.
 */
#include "test.h"

#include <dirent.h>
#include <jansson.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sbom_file.h"

#define EXAMPLES SHARED_DATA "/sbom/cyclonedx-spec/"
#define VALIDATE TEST_DATA "/../lint/validate-sbom"

struct counts {
	size_t valid, invalid, refused;
};

/* A component by what tells it from others; the same one twice is one package. */
static bool is_new(json_t *seen, const json_t *component)
{
	json_auto_t *identity = json_array();
	static const char *const members[] = { "group", "name", "version", "purl" };
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		json_t *value = json_object_get(component, members[i]);
		(void)json_array_append_new(identity, value != NULL ? json_incref(value) : json_null());
	}
	AUTO(free_ptr) char *text = json_dumps(identity, JSON_COMPACT);
	const bool known = json_object_get(seen, text) != NULL;
	(void)json_object_set_new(seen, text, json_true());
	return !known;
}

/* Components that this program calls packages, counted by another walk than its own. */
/* NOLINTNEXTLINE(misc-no-recursion) */
static size_t count_packages(const json_t *up, json_t *seen)
{
	static const char *const kinds[] = { "library", "application", "framework" };
	const json_t *list = json_object_get(up, "components");
	size_t count = 0;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *component = json_array_get(list, i);
		const char *type = json_string_value(json_object_get(component, "type"));
		bool is = json_object_get(component, "purl") != NULL && !bd_streq(type, "container");
		for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
			is |= bd_streq(type, kinds[k]);
		}
		count += (is && is_new(seen, component)) + count_packages(component, seen);
	}
	return count;
}

static void check_valid(const char *path, const struct bd_record *record)
{
	json_auto_t *document = json_load_file(path, 0, NULL);
	json_auto_t *seen = json_object();
	const json_t *subject = json_object_get(json_object_get(document, "metadata"), "component");
	const size_t wanted = count_packages(document, seen) + count_packages(subject, seen);
	if (record->packages.len != wanted) {
		fail_msg("%s: %zu packages, it lists %zu", path, record->packages.len, wanted);
	}
}

static void check_example(const char *folder, const char *name, struct counts *counts)
{
	char path[1024];
	struct bd_record *record = NULL;
	struct bd_error err = { .msg = "" };
	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	const bool valid = strncmp(name, "valid-", 6) == 0;
	const bool is_read = bd_sbom_read_file(path, &record, &err) == 0;
	if (valid && !is_read) {
		fail_msg("%s", err.msg);
	}
	if (valid) {
		check_valid(path, record);
	} else if (!is_read) {
		assert_true(err.msg[0] != '\0');
	}
	counts->valid += valid;
	counts->invalid += !valid;
	counts->refused += !valid && !is_read;
	bd_record_free(record);
}

static void test_examples_of_the_specification(void **state)
{
	(void)state;
	static const char *const versions[] = { "1.2", "1.3", "1.4", "1.5", "1.6", "1.7" };
	struct counts counts = { 0, 0, 0 };
	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
		char path[512];
		(void)snprintf(path, sizeof(path), EXAMPLES "%s", versions[i]);
		DIR *folder = opendir(path);
		for (const struct dirent *entry = folder != NULL ? readdir(folder)
								 : NULL; /* NOLINT(concurrency-mt-unsafe) */
			entry != NULL; entry = readdir(folder)) {        /* NOLINT(concurrency-mt-unsafe) */
			if (bd_str_ends(bd_str(entry->d_name), ".json")) {
				check_example(path, entry->d_name, &counts);
			}
		}
		if (folder != NULL) {
			(void)closedir(folder);
		}
	}
	if (counts.valid == 0) {
		skip();
	}
	print_message("valid: %zu read; invalid: %zu refused of %zu\n", counts.valid, counts.refused, counts.invalid);
}

static void put_document(const char *path, struct bd_record *record, enum bd_sbom_format format)
{
	AUTO(bd_buf_release) struct bd_buf text = { 0 };
	AUTO(fclose_ptr) FILE *file = fopen(path, "wb");
	assert_non_null(file);
	write_sbom(record, format, NULL, &text);
	assert_int_equal(fwrite(text.p, 1, text.n, file), text.n);
}

static void test_written_documents_are_valid(void **state)
{
	(void)state;
	char folder[] = "/tmp/basedrift-sbom-XXXXXX";
	char command[512];
	struct bd_record *record = NULL;
	struct bd_error err = { .msg = "" };
	assert_non_null(mkdtemp(folder));
	static const struct {
		const char *record, *name;
		enum bd_sbom_format format;
	} made[] = {
		{ TEST_DATA "/record/full.jsonl", "full.cdx.json", BD_SBOM_CYCLONEDX },
		{ TEST_DATA "/record/full.jsonl", "full.spdx.json", BD_SBOM_SPDX },
		{ SBOM_DATA "cyclonedx-syft.jsonl", "syft.cdx.json", BD_SBOM_CYCLONEDX },
		{ SBOM_DATA "cyclonedx-nested.jsonl", "nested.spdx.json", BD_SBOM_SPDX },
		{ SBOM_DATA "cyclonedx-nested.jsonl", "nested.cdx.json", BD_SBOM_CYCLONEDX },
	};
	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
		(void)snprintf(command, sizeof(command), "%s/%s", folder, made[i].name);
		assert_int_equal(bd_record_read_file(made[i].record, &record, &err), 0);
		put_document(command, record, made[i].format);
		bd_record_free(record);
	}
	(void)snprintf(command, sizeof(command), VALIDATE " %s/*.json && rm -r %s", folder, folder);
	const int status = system(command); /* NOLINT(cert-env33-c,concurrency-mt-unsafe) */
	if (WEXITSTATUS(status) == 77) {
		(void)snprintf(command, sizeof(command), "rm -r %s", folder);
		(void)!system(command); /* NOLINT(cert-env33-c,concurrency-mt-unsafe) */
		skip();
	}
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_examples_of_the_specification),
		cmocka_unit_test(test_written_documents_are_valid),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
