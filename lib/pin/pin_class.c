/* SPDX-License-Identifier: Apache-2.0 */
/* What a tag promises by its form.  None promises that it does not move. */
#include <ctype.h>
#include <string.h>

#include "basedrift/pin.h"

#define VERSION_PARTS 3U /* "2.7.16"; two parts are a series in most repositories */
#define DATE_DIGITS   8U /* "20231009" */
#define COMMIT_DIGITS 7U /* git's own abbreviation */

const char *bd_pinned_name(enum bd_pinned pinned)
{
	static const char *const names[] = {
		[BD_PINNED_UNRESOLVED] = "unresolved",
		[BD_PINNED_NO_TAG] = "no-tag",
		[BD_PINNED_FLOATING] = "floating-tag",
		[BD_PINNED_VERSION] = "version-tag",
		[BD_PINNED_DIGEST] = "digest",
	};
	return names[pinned];
}

/* "2.7.16", "v1.2.3", "3.12.0rc1": at least three numbers with dots between them. */
static bool is_full_version(const char *text, size_t n)
{
	size_t i = n > 0 && (text[0] == 'v' || text[0] == 'V') ? 1 : 0;
	size_t parts = 0;
	while (i < n && isdigit((unsigned char)text[i])) {
		while (i < n && isdigit((unsigned char)text[i])) {
			i++;
		}
		parts++;
		if (i == n || text[i] != '.') {
			break;
		}
		i++;
	}
	return parts >= VERSION_PARTS;
}

static bool is_date(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!isdigit((unsigned char)text[i]) && text[i] != '.') {
			return false;
		}
	}
	return n >= DATE_DIGITS && memchr(text, '.', n) == NULL;
}

static bool is_commit(const char *text, size_t n)
{
	bool digit = false;
	bool letter = false;
	for (size_t i = 0; i < n; i++) {
		if (!isxdigit((unsigned char)text[i]) || isupper((unsigned char)text[i])) {
			return false;
		}
		digit = digit || isdigit((unsigned char)text[i]);
		letter = letter || isalpha((unsigned char)text[i]);
	}
	return n >= COMMIT_DIGITS && digit && letter;
}

enum bd_pinned bd_pin_class_of_tag(const char *tag)
{
	for (const char *part = tag; *part != '\0';) {
		const size_t n = strcspn(part, "-_");
		if (is_full_version(part, n) || is_date(part, n) || is_commit(part, n)) {
			return BD_PINNED_VERSION;
		}
		part += n + (part[n] != '\0');
	}
	return BD_PINNED_FLOATING;
}
