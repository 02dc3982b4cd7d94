/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "basedrift/record.h"

#include "base/auto.h"

/* noise.txt: "+ PATH" or "+ KIND KEY" is noise, "- …" is not. */
static void test_noise_of_the_list(void **state)
{
	AUTO(fclose_ptr) FILE *file = fopen(TEST_DATA "/record/noise.txt", "r");
	char line[512];
	size_t count = 0;
	(void)state;
	assert_non_null(file);
	while (fgets(line, sizeof(line), file) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if ((line[0] != '+' && line[0] != '-') || line[1] != ' ') {
			continue;
		}
		char *key = strchr(line + 2, ' ');
		if (key != NULL) {
			*key++ = '\0';
		}
		const char *reason = key != NULL ? bd_noise_setting_reason(line + 2, key) : bd_noise_reason(line + 2);
		if ((reason != NULL) != (line[0] == '+')) {
			fail_msg("%s: %s", line, reason != NULL ? reason : "not noise");
		}
		count++;
	}
	assert_true(count > 80);
}

static void test_noise_says_why(void **state)
{
	(void)state;
	assert_string_equal(bd_noise_reason("usr/lib/python3/dist-packages/a/__pycache__/b.cpython-311.pyc"),
		"byte-compiled Python embeds the time of its source");
	assert_string_equal(bd_noise_reason("var/lib/dpkg/status"), "the package list says it better");
	assert_string_equal(
		bd_noise_reason("var/lib/dpkg/status-old"), "the backup that a change of its file leaves behind");
	assert_null(bd_noise_reason(""));
	assert_null(bd_noise_setting_reason("env", NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_noise_of_the_list),
		cmocka_unit_test(test_noise_says_why),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
