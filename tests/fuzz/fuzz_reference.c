/* links: oci */
/* SPDX-License-Identifier: Apache-2.0 */
/* A reference that parses has a canonical text that parses to itself, and a familiar one that means the same. */
#include <stdlib.h>
#include <string.h>

#include "basedrift/oci.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool holds)
{
	if (!holds) {
		abort();
	}
}

static void check_again(const char *text, const struct bd_reference *first, struct bd_arena *arena)
{
	struct bd_reference again;
	struct bd_error err;
	expect(bd_reference_parse(bd_str(text), arena, &again, &err) == 0);
	expect(strcmp(again.text, first->text) == 0 && strcmp(again.registry, first->registry) == 0);
	expect(strcmp(again.repository, first->repository) == 0 && bd_streq(again.tag, first->tag));
	expect(bd_streq(again.digest, first->digest));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bd_arena arena = { 0 };
	struct bd_reference ref;
	struct bd_error err = { 0 };

	if (bd_reference_parse((struct bd_str){ (const char *)data, size }, &arena, &ref, &err) == 0) {
		check_again(ref.text, &ref, &arena);
		/* 64 hex digits alone would be an image id */
		if (strlen(ref.familiar) != 64) {
			check_again(ref.familiar, &ref, &arena);
		}
		const struct bd_reference tagged = bd_reference_with_tag(&ref, &arena);
		expect(tagged.tag != NULL || tagged.digest != NULL);
		check_again(tagged.text, &tagged, &arena);
	} else {
		expect(err.msg[0] != '\0');
	}
	bd_arena_release(&arena);
	return 0;
}
