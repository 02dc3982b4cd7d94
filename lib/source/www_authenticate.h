/* SPDX-License-Identifier: Apache-2.0 */
/* RFC 9110, 11.6.1: what a server wants to see before it answers. */
#ifndef SOURCE_WWW_AUTHENTICATE_H
#define SOURCE_WWW_AUTHENTICATE_H

#include "basedrift/base.h"

/* Parameters that were not given are NULL. */
struct challenge {
	bool basic, bearer;                  /* schemes on offer; others are passed over */
	const char *realm, *service, *scope; /* of Bearer (distribution, "Token Authentication") */
	const char *error;                   /* RFC 6750, 3: "insufficient_scope", "invalid_token" */
};
/* headers: their values joined by ", ".  False where they are not what the grammar allows. */
bool challenge_parse(struct bd_str headers, struct bd_arena *arena, struct challenge *out);

#endif
