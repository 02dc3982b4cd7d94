/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ORIGIN_REDACT_TEXT_H
#define ORIGIN_REDACT_TEXT_H

#include "basedrift/base.h"

/*
 * Free text (a log, a URL, a build argument's value) without secrets: user:password@ of URLs is taken out; behind
 * NAME= of secret looking names and behind "Authorization:" stands REDACTED.
 */
void redact_text(struct bd_buf *out, struct bd_str text);
char *redacted(struct bd_arena *arena, const char *text); /* NULL gives NULL */
/* Of a text that is one URL: whatever stands before its last "@" is the user, quotes as well. */
char *redacted_uri(struct bd_arena *arena, const char *uri);

#endif
