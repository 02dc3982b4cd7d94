/* SPDX-License-Identifier: Apache-2.0 */
/* Where a store is: sqlite:PATH, postgresql://…  A password in it is never shown. */
#ifndef STORE_URL_H
#define STORE_URL_H

#include "basedrift/store.h"

struct bd_store_ops;

struct store_url {
	const struct bd_store_ops *ops;
	const char *text;     /* as given: the engine's alone */
	const char *path;     /* what follows the scheme and its ":" */
	const char *shown;    /* without credentials, safe for messages */
	const char *password; /* in the URL, or NULL */
};
int store_url_parse(const char *text, struct bd_arena *arena, struct store_url *out, struct bd_error *err) BD_CHECKED;
/* Replace each occurrence of the URL's password in a message; libraries quote what they were given. */
void store_url_redact(const struct store_url *url, struct bd_error *err);

#endif
