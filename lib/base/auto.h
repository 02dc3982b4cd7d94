/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one cleanup idiom: AUTO(release) before a declaration that is initialised at once; ownership
 * leaves by steal_ptr().  No goto in a function that has AUTO variables.
 */
#ifndef BASE_AUTO_H
#define BASE_AUTO_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "basedrift/base.h"

#define AUTO(release) __attribute__((cleanup(release)))

/* Makes NAME_auto(TYPE **) out of a function that takes TYPE *. */
#define DEFINE_AUTO(name, type, release) \
	static inline void name##_auto(type **p) \
	{ \
		release(*p); \
	}

static inline void free_ptr(void *p)
{
	void **ptr = p;
	free(*ptr);
}

static inline void close_fd(const int *fd)
{
	if (*fd >= 0) {
		(void)close(*fd);
	}
}

static inline void fclose_ptr(FILE **file)
{
	if (*file != NULL) {
		(void)fclose(*file);
	}
}

/* Give up ownership: the pointer's value, leaving NULL behind.  memcpy: any pointer type may be behind it. */
#define steal_ptr(ptr) ((__typeof__(*(ptr)))steal_ptr_void(ptr))

static inline void *steal_ptr_void(void *ptr)
{
	void *value = NULL;
	memcpy(&value, ptr, sizeof(value));
	memset(ptr, 0, sizeof(value));
	return value;
}

#endif
