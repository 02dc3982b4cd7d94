/* SPDX-License-Identifier: Apache-2.0 */
#include "render/parts.h"

#include <string.h>

static int class_of(char c)
{
	const unsigned char u = (unsigned char)c;
	if (u >= 0x80) {
		return 3; /* never cut inside a UTF-8 sequence: runs of such bytes stay whole */
	}
	return u >= '0' && u <= '9' ? 1 : (u | 0x20) >= 'a' && (u | 0x20) <= 'z' ? 2 : 0;
}

/* Is there one number or one word on both sides of this cut? */
static bool splits_run(char before, char after)
{
	return after != '\0' && class_of(before) != 0 && class_of(before) == class_of(after);
}

struct render_parts render_parts(const char *a, const char *b)
{
	const size_t a_len = strlen(a);
	const size_t b_len = strlen(b);
	const size_t shorter = a_len < b_len ? a_len : b_len;
	size_t head = 0;
	size_t tail = 0;

	while (head < shorter && a[head] == b[head]) {
		head++;
	}
	while (head > 0 && (splits_run(a[head - 1], a[head]) || splits_run(b[head - 1], b[head]))) {
		head--;
	}
	while (tail < shorter - head && a[a_len - tail - 1] == b[b_len - tail - 1]) {
		tail++;
	}
	while (tail > 0 && ((a_len > tail && splits_run(a[a_len - tail], a[a_len - tail - 1])) ||
				   (b_len > tail && splits_run(b[b_len - tail], b[b_len - tail - 1])))) {
		tail--;
	}
	return (struct render_parts){ .head = head, .tail = tail };
}
