/* SPDX-License-Identifier: Apache-2.0 */
#include "basedrift/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int bd_error_set(struct bd_error *err, enum bd_error_code code, const char *fmt, ...)
{
	va_list ap;

	err->code = code;
	err->sys_errno = 0;
	va_start(ap, fmt);
	(void)vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
	va_end(ap);
	return -(int)code;
}

/* Put "context: " before the message; a context that does not fit is cut between characters. */
static void put_before(struct bd_error *err, const char *fmt, va_list ap) BD_PRINTF(2, 0);
static void put_before(struct bd_error *err, const char *fmt, va_list ap)
{
	char cause[sizeof(err->msg)];
	char context[sizeof(err->msg)];
	const size_t cause_size = strlen(err->msg) + 1;

	memcpy(cause, err->msg, cause_size);
	(void)vsnprintf(context, sizeof(context), fmt, ap);
	size_t used = strlen(context);
	if (used + 2 + cause_size > sizeof(err->msg)) {
		if (cause_size + 2 > sizeof(err->msg)) {
			return;
		}
		used = sizeof(err->msg) - cause_size - 2;
		while (used > 0 && ((unsigned char)context[used] & 0xc0) == 0x80) {
			used--;
		}
	}
	memcpy(err->msg, context, used);
	memcpy(err->msg + used, ": ", 2);
	memcpy(err->msg + used + 2, cause, cause_size);
}

int bd_error_set_errno(struct bd_error *err, const char *fmt, ...)
{
	const int saved = errno;
	char reason[128];
	va_list ap;

	err->code = saved == ENOENT ? BD_ERR_NOT_FOUND : BD_ERR_IO;
	err->sys_errno = saved;
	/* the GNU form: returns the text, which may not be in `reason` */
	(void)snprintf(err->msg, sizeof(err->msg), "%s", strerror_r(saved, reason, sizeof(reason)));
	va_start(ap, fmt);
	put_before(err, fmt, ap);
	va_end(ap);
	return -(int)err->code;
}

int bd_error_wrap(struct bd_error *err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put_before(err, fmt, ap);
	va_end(ap);
	return -(int)err->code;
}
