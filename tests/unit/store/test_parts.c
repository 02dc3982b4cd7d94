/* SPDX-License-Identifier: Apache-2.0 */
/* Records into parts and back: byte for byte, whatever the bytes are; and what other builds share is shared. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "sample.h"
#include "store/parts.h"

static void round_trip(struct bd_str bytes, const struct bd_record *parsed)
{
	struct record_parts parts;
	struct bd_error err;
	struct bd_buf out = { 0 };
	assert_int_equal(record_parts_split(bytes, parsed, &parts, &err), 0);
	struct bd_str *views = bd_xcalloc(parts.len, sizeof(*views));
	for (size_t i = 0; i < parts.len; i++) {
		views[i] = bd_buf_view(&parts.v[i].lines);
	}
	assert_int_equal(record_parts_join(bd_buf_view(&parts.layout.lines), views, parts.len, &out, &err), 0);
	assert_int_equal(out.n, bytes.n);
	assert_memory_equal(bd_buf_str(&out), bytes.p, bytes.n);
	free(views);
	bd_buf_release(&out);
	record_parts_release(&parts);
}

static void split_sample(const struct sample *sample, struct record_parts *out)
{
	struct bd_buf bytes = { 0 };
	struct bd_record *parsed = NULL;
	struct bd_error err;
	sample_bytes(sample, &bytes);
	assert_int_equal(bd_record_parse(bd_buf_view(&bytes), &parsed, &err), 0);
	assert_int_equal(record_parts_split(bd_buf_view(&bytes), parsed, out, &err), 0);
	bd_record_free(parsed);
	bd_buf_release(&bytes);
}

static void test_split_gives_the_record_back(void **state)
{
	(void)state;
	const struct sample sample = { .project = "p", .id = "1", .index = 1, .manifest = 1 };
	struct bd_buf bytes = { 0 };
	struct bd_record *parsed = NULL;
	struct bd_error err;
	sample_bytes(&sample, &bytes);
	assert_int_equal(bd_record_parse(bd_buf_view(&bytes), &parsed, &err), 0);
	round_trip(bd_buf_view(&bytes), parsed);
	bd_record_free(parsed);
	bd_buf_release(&bytes);
}

static void test_split_gives_any_bytes_back(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"",
		"\n",
		"no end of line",
		"{\"type\":\"package\",\"layer\":7}\n{\"type\":\"package\",\"layer\":99999999999999999999}\n{\"type\":\"package\"",
		"{\"type\":\"file\",\"path\":\"\\\"layer\\\":3\"}\r\n\n\n{\"type\":\"layer\",\"index\":}\n{\"type\":\"later\"}\n",
	};
	struct bd_record *none = bd_record_new();
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		round_trip(bd_str(texts[i]), none);
	}
	bd_record_free(none);
}

static size_t shared_parts(const struct record_parts *a, const struct record_parts *b)
{
	size_t count = 0;
	for (size_t i = 1; i < a->len; i++) {
		for (size_t k = 1; k < b->len; k++) {
			count += memcmp(a->v[i].digest, b->v[k].digest, PART_DIGEST) == 0;
		}
	}
	return count;
}

static void test_split_builds_that_differ_in_their_names_share_all(void **state)
{
	(void)state;
	struct record_parts a;
	struct record_parts b;
	split_sample(&(struct sample){ .project = "p", .id = "1", .index = 1, .manifest = 1 }, &a);
	split_sample(
		&(struct sample){ .project = "q", .id = "2", .index = 1, .manifest = 1, .status = BD_STATUS_FAILED },
		&b);
	assert_memory_equal(a.root.digest, b.root.digest, PART_DIGEST);
	assert_int_equal(shared_parts(&a, &b), a.len - 1);
	record_parts_release(&a);
	record_parts_release(&b);
}

static void test_split_an_own_step_leaves_the_base_shared(void **state)
{
	(void)state;
	struct record_parts a;
	struct record_parts b;
	split_sample(&(struct sample){ .project = "p", .id = "1", .index = 1, .manifest = 1, .step = 1 }, &a);
	split_sample(&(struct sample){ .project = "p", .id = "2", .index = 1, .manifest = 1, .step = 2 }, &b);
	assert_true(a.has_base_list);
	assert_memory_equal(a.base_list.digest, b.base_list.digest, PART_DIGEST);
	assert_memory_not_equal(a.root.digest, b.root.digest, PART_DIGEST);
	/* the step has the same packages, of other content */
	assert_memory_equal(a.layout.digest, b.layout.digest, PART_DIGEST);
	for (size_t i = 1; i < a.len; i++) {
		assert_int_equal(a.v[i].has_set, b.v[i].has_set);
		assert_memory_equal(a.v[i].set, b.v[i].set, PART_DIGEST);
	}
	record_parts_release(&a);
	record_parts_release(&b);
}

static void test_split_packages_of_each_layer_are_one_set(void **state)
{
	(void)state;
	struct record_parts parts;
	split_sample(&(struct sample){ .project = "p", .id = "1", .manifest = 1, .base_packages = 10 }, &parts);
	assert_int_equal(parts.sets.len, 3);
	bool found = false;
	for (size_t i = 0; i < parts.sets.len; i++) {
		const struct bd_buf *set = &parts.sets.v[i].lines;
		found = found || memmem(set->p, set->n,
					 "deb/debian/lib000\0"
					 "1.0-2",
					 strlen("deb/debian/lib000") + 7) != NULL;
	}
	assert_true(found);
	record_parts_release(&parts);
}

static void test_join_refuses_a_damaged_layout(void **state)
{
	(void)state;
	const struct bd_str parts[] = { BD_STR("a\nb\n"), BD_STR("c\n") };
	static const char *const layouts[] = { "\x02\x01", "\x01\x02", "\x01",
		"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01\x01" };
	struct bd_error err;
	for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++) {
		struct bd_buf out = { 0 };
		assert_int_equal(record_parts_join(bd_str(layouts[i]), parts, 2, &out, &err), -BD_ERR_FORMAT);
		bd_buf_release(&out);
	}
}

static void test_part_entry_next_refuses_what_is_cut_off(void **state)
{
	(void)state;
	char bytes[65] = "p";
	struct part_entry entry;
	for (size_t n = 1; n < 33; n++) {
		struct bd_str list = { bytes, n };
		bool bad = false;
		assert_false(part_entry_next(&list, &entry, &bad));
		assert_true(bad);
	}
	struct bd_str list = { bytes, 33 };
	bool bad = false;
	assert_true(part_entry_next(&list, &entry, &bad));
	assert_false(part_entry_next(&list, &entry, &bad));
	assert_false(bad);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_split_gives_the_record_back),
		cmocka_unit_test(test_split_gives_any_bytes_back),
		cmocka_unit_test(test_split_builds_that_differ_in_their_names_share_all),
		cmocka_unit_test(test_split_an_own_step_leaves_the_base_shared),
		cmocka_unit_test(test_split_packages_of_each_layer_are_one_set),
		cmocka_unit_test(test_join_refuses_a_damaged_layout),
		cmocka_unit_test(test_part_entry_next_refuses_what_is_cut_off),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
