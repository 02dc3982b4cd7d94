/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "basedrift/limits.h"

#include "build.h"
#include "source/certificates.h"

static int read_from(struct files *files, const char *bundle, struct certificates *out, struct bd_error *err)
{
	const char *folder = write_folder(files, "certs");
	*out = (struct certificates){ 0 };
	return certificates_read(folder, bundle, &files->arena, out, err);
}

static void test_certificates_read(void **state)
{
	struct files files;
	struct certificates got;
	struct bd_error err;
	(void)state;
	files_begin(&files);
	const char *bundle = path_in(&files, "bundle");
	write_bytes(bundle, BD_STR("SYSTEM"));
	add_text(&files, "b.crt", "B");
	add_text(&files, "a.crt", "A");
	add_text(&files, "readme", "no");
	assert_int_equal(read_from(&files, bundle, &got, &err), 0);
	assert_string_equal(got.authorities.p, "SYSTEM\nA\nB\n");
	assert_null(got.own);
	certificates_release(&got);
	assert_int_equal(read_from(&files, path_in(&files, "none"), &got, &err), 0);
	assert_string_equal(got.authorities.p, "A\nB\n");
	certificates_release(&got);
	add_text(&files, "me.cert", "M");
	assert_int_equal(read_from(&files, NULL, &got, &err), -BD_ERR_NOT_FOUND);
	assert_non_null(strstr(err.msg, "me.cert has no me.key beside it"));
	certificates_release(&got);
	add_text(&files, "me.key", "K");
	assert_int_equal(read_from(&files, NULL, &got, &err), 0);
	assert_true(bd_str_ends(bd_str(got.own), "/me.cert"));
	assert_true(bd_str_ends(bd_str(got.key), "/me.key"));
	certificates_release(&got);
	files_end(&files);
}

static void test_certificates_read_docker(void **state)
{
	struct files files;
	struct certificates got;
	struct bd_error err;
	(void)state;
	files_begin(&files);
	add_text(&files, "ca.pem", "CA");
	add_text(&files, "cert.pem", "C");
	add_text(&files, "key.pem", "K");
	assert_int_equal(read_from(&files, NULL, &got, &err), 0);
	assert_string_equal(got.authorities.p, "CA\n");
	assert_true(bd_str_ends(bd_str(got.own), "/cert.pem"));
	assert_true(bd_str_ends(bd_str(got.key), "/key.pem"));
	certificates_release(&got);
	files_end(&files);
}

static void test_certificates_read_limits(void **state)
{
	struct files files;
	struct certificates got;
	struct bd_error err;
	(void)state;
	files_begin(&files);
	char *large = bd_arena_alloc(&files.arena, BD_LIMIT_CERTIFICATE_BYTES + 2);
	memset(large, 'x', BD_LIMIT_CERTIFICATE_BYTES + 1);
	add_text(&files, "a.crt", large);
	assert_int_equal(read_from(&files, NULL, &got, &err), -BD_ERR_LIMIT);
	certificates_release(&got);
	files_clear(&files);
	assert_int_equal(certificates_read("/nowhere/at/all", NULL, &files.arena, &got, &err), -BD_ERR_NOT_FOUND);
	files_end(&files);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_certificates_read),
		cmocka_unit_test(test_certificates_read_docker),
		cmocka_unit_test(test_certificates_read_limits),
	};
	return cmocka_run_group_tests_name("source_certificates", tests, NULL, NULL);
}
