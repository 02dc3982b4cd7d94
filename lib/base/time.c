/* SPDX-License-Identifier: Apache-2.0 */
/* Times as OCI documents have them: RFC 3339.  Days by the proleptic Gregorian calendar, no time zone data. */
#include <stdio.h>

#include "basedrift/base.h"

/* Days from 1970-01-01; months from 1.  Years start in March, so that leap days come last. */
static int64_t days_from_date(int64_t year, int month, int day)
{
	year -= month <= 2;
	const int64_t era = (year >= 0 ? year : year - 399) / 400;
	const int64_t year_of_era = year - era * 400;
	const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	return era * 146097 + day_of_era - 719468;
}

void bd_time_text(int64_t seconds, char *out)
{
	/* years 0000 to 9999: what RFC 3339 can say */
	seconds = seconds < -62167219200 ? -62167219200 : seconds > 253402300799 ? 253402300799 : seconds;
	int64_t days = seconds / 86400;
	int64_t rest = seconds % 86400;
	if (rest < 0) {
		rest += 86400;
		days--;
	}
	days += 719468;
	const int64_t era = (days >= 0 ? days : days - 146096) / 146097;
	const int64_t doe = days - era * 146097;
	const int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	const int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	const int64_t mp = (5 * doy + 2) / 153;
	const int month = (int)(mp < 10 ? mp + 3 : mp - 9);
	(void)snprintf(out, BD_TIME_TEXT, "%04d-%02d-%02dT%02d:%02d:%02dZ", (int)(yoe + era * 400 + (month <= 2)),
		month, (int)(doy - (153 * mp + 2) / 5 + 1), (int)(rest / 3600), (int)(rest / 60 % 60),
		(int)(rest % 60));
}

static bool digits(const char **p, int count, int *out)
{
	*out = 0;
	for (int i = 0; i < count; i++, (*p)++) {
		if (**p < '0' || **p > '9') {
			return false;
		}
		*out = *out * 10 + (**p - '0');
	}
	return true;
}

static bool literal(const char **p, const char *any)
{
	for (; *any != '\0'; any++) {
		if (**p == *any) {
			(*p)++;
			return true;
		}
	}
	return false;
}

static int days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return days[month - 1] + (month == 2 && leap);
}

/* "Z" or "+hh:mm": seconds east of UTC. */
static bool zone(const char **p, int64_t *offset_out)
{
	int hour, minute;

	*offset_out = 0;
	if (literal(p, "Zz")) {
		return true;
	}
	const bool east = **p == '+';
	if (!literal(p, "+-") || !digits(p, 2, &hour) || !literal(p, ":") || !digits(p, 2, &minute) || hour > 23 ||
		minute > 59) {
		return false;
	}
	*offset_out = (east ? 1 : -1) * (hour * 3600LL + minute * 60LL);
	return true;
}

bool bd_time_parse(const char *text, int64_t *seconds_out)
{
	const char *p = text;
	int year, month, day, hour, minute, second;
	int64_t offset;

	if (text == NULL || !digits(&p, 4, &year) || !literal(&p, "-") || !digits(&p, 2, &month) || !literal(&p, "-") ||
		!digits(&p, 2, &day) || !literal(&p, "Tt ") || !digits(&p, 2, &hour) || !literal(&p, ":") ||
		!digits(&p, 2, &minute) || !literal(&p, ":") || !digits(&p, 2, &second)) {
		return false;
	}
	if (month < 1 || month > 12 || day < 1 || day > days_in_month(year, month) || hour > 23 || minute > 59 ||
		second > 60) {
		return false;
	}
	if (literal(&p, ".")) { /* the fraction is of no use to us, but it has a digit at least */
		const char *fraction = p;
		while (*p >= '0' && *p <= '9') {
			p++;
		}
		if (p == fraction) {
			return false;
		}
	}
	if (!zone(&p, &offset) || *p != '\0') {
		return false;
	}
	*seconds_out = days_from_date(year, month, day) * 86400 + hour * 3600LL + minute * 60LL + second - offset;
	return true;
}
