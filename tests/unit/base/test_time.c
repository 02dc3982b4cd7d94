/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <time.h>

#include "basedrift/base.h"

static void test_text_agrees_with_the_c_library(void **state)
{
	char ours[BD_TIME_TEXT], theirs[BD_TIME_TEXT];
	(void)state;
	/* from the year 1000 on: strftime does not pad years */
	for (int64_t seconds = -30610224000; seconds < 253402300799; seconds += 40000003) {
		const time_t t = (time_t)seconds;
		struct tm tm;
		int64_t back = 0;
		assert_non_null(gmtime_r(&t, &tm));
		assert_true(strftime(theirs, sizeof(theirs), "%Y-%m-%dT%H:%M:%SZ", &tm) > 0);
		bd_time_text(seconds, ours);
		assert_string_equal(ours, theirs);
		assert_true(bd_time_parse(ours, &back));
		assert_true(back == seconds);
	}
}

static void test_text_stays_inside_four_digit_years(void **state)
{
	char text[BD_TIME_TEXT];
	(void)state;
	bd_time_text(INT64_MIN, text);
	assert_string_equal(text, "0000-01-01T00:00:00Z");
	bd_time_text(INT64_MAX, text);
	assert_string_equal(text, "9999-12-31T23:59:59Z");
}

static void test_parse_rfc_3339(void **state)
{
	static const struct {
		const char *text;
		int64_t seconds;
	} cases[] = { { "1970-01-01T00:00:00Z", 0 }, { "2017-09-14T23:45:11.176117917Z", 1505432711 },
		{ "2017-11-01T20:53:50-07:00", 1509594830 }, { "2017-11-02T09:23:50+05:30", 1509594830 },
		{ "2016-12-31t23:59:60z", 1483228800 }, { "1969-12-31 23:59:59Z", -1 },
		{ "0001-01-01T00:00:00Z", -62135596800 }, { "2000-02-29T00:00:00Z", 951782400 } };
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t seconds = 1;
		assert_true(bd_time_parse(cases[i].text, &seconds));
		assert_true(seconds == cases[i].seconds);
	}
}

static void test_parse_refuses_and_writes_nothing(void **state)
{
	static const char *const bad[] = { NULL, "", "2017", "2017-09-14", "2017-09-14T23:45:11",
		"2017-13-01T00:00:00Z", "2017-00-01T00:00:00Z", "2017-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
		"2017-04-31T00:00:00Z", "2017-09-14T24:00:00Z", "2017-09-14T23:60:00Z", "2017-09-14T23:45:61Z",
		"2017-09-14T23:45:11.Z", "2017-09-14T23:45:11Z ", "2017-09-14T23:45:11+24:00",
		"2017-09-14T23:45:11+0700", "2017-09-14T23:45:11+07:60", "17-09-14T23:45:11Z", "-017-09-14T23:45:11Z" };
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		int64_t seconds = 42;
		if (bd_time_parse(bad[i], &seconds)) {
			fail_msg("%s is not a time", bad[i]);
		}
		assert_true(seconds == 42);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_agrees_with_the_c_library),
		cmocka_unit_test(test_text_stays_inside_four_digit_years),
		cmocka_unit_test(test_parse_rfc_3339),
		cmocka_unit_test(test_parse_refuses_and_writes_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
