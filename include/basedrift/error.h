/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One error type.  A function that can fail takes `struct bd_error *err` last and returns int: 0, or
 * the negative code it stored in *err.  err is never NULL; *err is written only on failure.
 * The lowest level names the problem, every level above wraps it with the thing; nobody prints.
 */
#ifndef BASEDRIFT_ERROR_H
#define BASEDRIFT_ERROR_H

#define BD_PRINTF(text, first) __attribute__((__format__(__printf__, text, first)))
#define BD_CHECKED             __attribute__((warn_unused_result))

enum bd_error_code {
	BD_ERR_IO = 1,      /* the operating system said no; see sys_errno */
	BD_ERR_FORMAT,      /* input is not what its format says it should be */
	BD_ERR_LIMIT,       /* input is larger than a limit in limits.h */
	BD_ERR_NOT_FOUND,   /* image, blob, record or field does not exist */
	BD_ERR_AUTH,        /* credentials are missing or were refused */
	BD_ERR_UNSUPPORTED, /* understood, and not something we read */
	BD_ERR_USAGE,       /* the caller's words are off */
};

struct bd_error {
	enum bd_error_code code;
	int sys_errno;  /* errno at the point of failure, or 0 */
	char msg[1024]; /* "outer context: inner cause", NUL-terminated */
};

/* Store code and message; returns -code. */
int bd_error_set(struct bd_error *err, enum bd_error_code code, const char *fmt, ...) BD_PRINTF(3, 4);

/* Store errno and "message: strerror(errno)"; the code is BD_ERR_NOT_FOUND for ENOENT, else BD_ERR_IO.  Returns -code.
 */
int bd_error_set_errno(struct bd_error *err, const char *fmt, ...) BD_PRINTF(2, 3);

/*
 * Put "context: " before the message of a failure; returns -err->code.  When both do not fit, the
 * context gives way, never the cause.
 */
int bd_error_wrap(struct bd_error *err, const char *fmt, ...) BD_PRINTF(2, 3);

#endif
