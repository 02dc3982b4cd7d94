/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basedrift/base.h"

/* Room for n more bytes and the NUL. */
static void reserve(struct bd_buf *buf, size_t n)
{
	if (buf->cap - buf->n > n) {
		return;
	}
	size_t wanted = buf->cap > 0 ? buf->cap * 2 : 64;
	while (wanted - buf->n <= n) {
		wanted *= 2;
	}
	buf->p = bd_xrealloc(buf->p, wanted);
	buf->cap = wanted;
}

void bd_buf_add(struct bd_buf *buf, const void *p, size_t n)
{
	reserve(buf, n);
	if (n > 0) {
		memcpy(buf->p + buf->n, p, n);
	}
	buf->n += n;
	buf->p[buf->n] = '\0';
}

char *bd_buf_room(struct bd_buf *buf, size_t n)
{
	reserve(buf, n);
	return buf->p + buf->n;
}

void bd_buf_filled(struct bd_buf *buf, size_t n)
{
	buf->n += n;
	buf->p[buf->n] = '\0';
}

void bd_buf_add_str(struct bd_buf *buf, const char *s)
{
	if (s != NULL) {
		bd_buf_add(buf, s, strlen(s));
	}
}

void bd_buf_add_char(struct bd_buf *buf, char c)
{
	bd_buf_add(buf, &c, 1);
}

void bd_buf_printf(struct bd_buf *buf, const char *fmt, ...)
{
	va_list ap;
	va_list again;

	va_start(ap, fmt);
	va_copy(again, ap);
	reserve(buf, 0);
	const size_t room = buf->cap - buf->n;
	const int n = vsnprintf(buf->p + buf->n, room, fmt, ap);
	va_end(ap);
	if (n > 0 && (size_t)n >= room) {
		reserve(buf, (size_t)n);
		(void)vsnprintf(buf->p + buf->n, (size_t)n + 1, fmt, again);
	}
	va_end(again);
	buf->n += n > 0 ? (size_t)n : 0;
}

void bd_buf_clear(struct bd_buf *buf)
{
	buf->n = 0;
	if (buf->p != NULL) {
		buf->p[0] = '\0';
	}
}

void bd_buf_release(struct bd_buf *buf)
{
	free(buf->p);
	*buf = (struct bd_buf){ 0 };
}

const char *bd_buf_str(const struct bd_buf *buf)
{
	return buf->p != NULL ? buf->p : "";
}

struct bd_str bd_buf_view(const struct bd_buf *buf)
{
	return (struct bd_str){ bd_buf_str(buf), buf->n };
}
