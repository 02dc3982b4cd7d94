/* links: source */
/* SPDX-License-Identifier: Apache-2.0 */
/* Files of credentials: what a refusal says never quotes the file; a helper's name is no path; another registry gets
 * nothing. */
#include <stdlib.h>
#include <string.h>

#include "source/credential_helper.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool holds)
{
	if (!holds) {
		abort();
	}
}

static void check(struct bd_str json, const char *registry, struct bd_arena *arena)
{
	struct authfile_entry entry;
	struct bd_error err = { 0 };
	if (authfile_find(json, registry, "team/app", arena, &entry, &err) < 0) {
		expect(err.msg[0] != '\0' && bd_utf8_valid(err.msg, strlen(err.msg)));
		return;
	}
	expect(entry.helper == NULL || (entry.helper[0] != '\0' && strchr(entry.helper, '/') == NULL));
	expect(entry.credentials.user == NULL || entry.credentials.password != NULL);
	if (credentials_any(&entry.credentials)) { /* then the registry's name stands in the file, if escaped */
		size_t at = 0;
		expect(bd_str_find(json, registry, &at) || memchr(json.p, '\\', json.n) != NULL);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct bd_str json = { (const char *)data, size };
	struct bd_arena arena = { 0 };
	struct credentials credentials = { 0 };
	struct bd_error err = { 0 };
	check(json, "r.example", &arena);
	check(json, "docker.io", &arena);
	if (credential_helper_read(json, &arena, &credentials, &err) == 0) {
		expect(credentials_any(&credentials));
	}
	bd_arena_release(&arena);
	return 0;
}
