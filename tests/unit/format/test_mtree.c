/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/auto.h"
#include "format/mtree.h"

static const char text[] =
	"#mtree\n/set type=file uid=0\n./a md5digest=00 sha256digest=11\n./dir type=dir\n"
	"./b\\040\\303\\274\\\\c \\\n size=1 md5=22\n/set mode=755\n./c\n/unset type\n./d\n./e type=odd";

static void check_entry(struct format_mtree *reader, const char *path, const char *type, const char *md5)
{
	assert_true(format_mtree_next(reader));
	assert_string_equal(bd_buf_str(&reader->path), path);
	assert_true(bd_str_is(reader->entry_type, type));
	assert_true(bd_str_is(reader->md5, md5));
}

static void test_format_mtree_next_entries(void **state)
{
	(void)state;
	struct format_mtree reader = { .rest = bd_str(text) };
	check_entry(&reader, "./a", "file", "00");
	assert_true(bd_str_is(reader.sha256, "11"));
	check_entry(&reader, "./dir", "dir", "");
	check_entry(&reader, "./b \xc3\xbc\\c", "file", "22");
	check_entry(&reader, "./c", "file", "");
	check_entry(&reader, "./d", "", "");
	check_entry(&reader, "./e", "odd", "");
	assert_false(format_mtree_next(&reader));
	format_mtree_release(&reader);
}

static void test_format_mtree_text_packed(void **state)
{
	static const char packed[] =
		"\037\213\010\000\000\000\000\000\002\003\323\323\107\344\002\000\252\334\305\027\004\000\000"
		"\000";
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	struct bd_error err;
	(void)state;
	assert_int_equal(format_mtree_text(BD_STR("./x\n"), &out, &err), 0);
	assert_string_equal(bd_buf_str(&out), "./x\n");
	bd_buf_clear(&out);
	assert_true(format_mtree_text((struct bd_str){ packed, 12 }, &out, &err) < 0);
	assert_int_equal(err.code, BD_ERR_FORMAT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_format_mtree_next_entries),
		cmocka_unit_test(test_format_mtree_text_packed),
	};
	return cmocka_run_group_tests_name("format mtree", tests, NULL, NULL);
}
