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

int bd_error_set_errno(struct bd_error *err, const char *fmt, ...)
{
	const int saved = errno;
	char reason[128];
	va_list ap;

	err->code = saved == ENOENT ? BD_ERR_NOT_FOUND : BD_ERR_IO;
	err->sys_errno = saved;
	va_start(ap, fmt);
	(void)vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
	va_end(ap);
	/* the GNU form: returns the text, which may not be in `reason` */
	const char *text = strerror_r(saved, reason, sizeof(reason));
	const size_t used = strlen(err->msg);
	(void)snprintf(err->msg + used, sizeof(err->msg) - used, ": %s", text);
	return -(int)err->code;
}

int bd_error_wrap(struct bd_error *err, const char *fmt, ...)
{
	char cause[sizeof(err->msg)];
	char context[sizeof(err->msg)];
	va_list ap;

	memcpy(cause, err->msg, sizeof(cause));
	va_start(ap, fmt);
	(void)vsnprintf(context, sizeof(context), fmt, ap);
	va_end(ap);
	const size_t cause_size = strlen(cause) + 1;
	const size_t room = sizeof(err->msg) - cause_size;
	size_t used = strlen(context) + 2;
	if (used > room) {
		used = room;
	}
	if (used >= 2) {
		memcpy(err->msg, context, used - 2);
		memcpy(err->msg + used - 2, ": ", 2);
		memcpy(err->msg + used, cause, cause_size);
	}
	return -(int)err->code;
}
