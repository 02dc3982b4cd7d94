/* links: source */
/* SPDX-License-Identifier: Apache-2.0 */
/* Challenges: parameters belong to a Bearer scheme, and none holds a NUL; two headers in a row parse as their parts do.
 */
#include <stdlib.h>
#include <string.h>

#include "source/www_authenticate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool holds)
{
	if (!holds) {
		abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct bd_str text = { (const char *)data, size };
	struct bd_arena arena = { 0 };
	struct challenge c, again;

	if (challenge_parse(text, &arena, &c)) {
		expect(c.bearer || (c.realm == NULL && c.service == NULL && c.scope == NULL && c.error == NULL));
		const char *more = bd_arena_printf(&arena, "Basic realm=\"x\", %.*s", (int)size, (const char *)data);
		if (size > 0 && memchr(data, '\0', size) == NULL) {
			expect(challenge_parse(bd_str(more), &arena, &again));
			expect(again.basic && again.bearer == c.bearer);
			expect(bd_streq(again.realm, c.realm) && bd_streq(again.service, c.service));
		}
	}
	bd_arena_release(&arena);
	return 0;
}
