/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "basedrift/base.h"

static void die_out_of_memory(void)
{
	static const char text[] = "basedrift: error: out of memory\n";
	(void)!fwrite(text, 1, sizeof(text) - 1, stderr);
	abort();
}

void *bd_xmalloc(size_t size)
{
	void *p = malloc(size > 0 ? size : 1);
	if (p == NULL) {
		die_out_of_memory();
	}
	return p;
}

void *bd_xcalloc(size_t count, size_t size)
{
	void *p = calloc(count > 0 ? count : 1, size > 0 ? size : 1);
	if (p == NULL) {
		die_out_of_memory();
	}
	return p;
}

void *bd_xrealloc(void *p, size_t size)
{
	void *grown = realloc(p, size > 0 ? size : 1);
	if (grown == NULL) {
		die_out_of_memory();
	}
	return grown;
}

char *bd_xstrdup(const char *s)
{
	const size_t size = strlen(s) + 1;
	return memcpy(bd_xmalloc(size), s, size);
}

void *bd_vec_grow(void *v, size_t len, size_t *cap, size_t elem_size)
{
	if (len >= *cap) {
		const size_t wanted = *cap > 0 ? *cap + *cap / 2 + 1 : 8;
		if (wanted > SIZE_MAX / elem_size) {
			die_out_of_memory();
		}
		v = bd_xrealloc(v, wanted * elem_size);
		*cap = wanted;
	}
	memset((char *)v + len * elem_size, 0, elem_size);
	return v;
}

/* Chunks grow from 4 KiB to 256 KiB, so that small records stay small. */
#define CHUNK_MIN 4096U
#define CHUNK_MAX (256U << 10)

struct bd_arena_chunk {
	struct bd_arena_chunk *next;
	size_t used, size;
	_Alignas(max_align_t) char bytes[];
};

static void *arena_take(struct bd_arena *arena, size_t size, size_t align)
{
	struct bd_arena_chunk *chunk = arena->head;
	size_t start = chunk != NULL ? (chunk->used + align - 1) & ~(align - 1) : 0;

	if (chunk == NULL || start > chunk->size || chunk->size - start < size) {
		size_t room = chunk != NULL && chunk->size < CHUNK_MAX ? chunk->size * 2 : CHUNK_MAX;
		if (chunk == NULL) {
			room = CHUNK_MIN;
		}
		if (size > room / 2) { /* a large piece gets a chunk of its own, behind the current one */
			struct bd_arena_chunk *own = bd_xmalloc(sizeof(*own) + size);
			own->used = own->size = size;
			own->next = chunk != NULL ? chunk->next : NULL;
			if (chunk != NULL) {
				chunk->next = own;
			} else {
				arena->head = own;
			}
			arena->bytes += size;
			return own->bytes;
		}
		struct bd_arena_chunk *fresh = bd_xmalloc(sizeof(*fresh) + room);
		fresh->next = chunk;
		fresh->size = room;
		fresh->used = 0;
		arena->head = chunk = fresh;
		start = 0;
	}
	chunk->used = start + size;
	arena->bytes += size;
	return chunk->bytes + start;
}

void bd_arena_join(struct bd_arena *arena, struct bd_arena *other)
{
	struct bd_arena_chunk **last = &arena->head;
	while (*last != NULL) {
		last = &(*last)->next;
	}
	*last = other->head;
	arena->bytes += other->bytes;
	*other = (struct bd_arena){ 0 };
}

void bd_memory_drop(void *p, size_t n)
{
	const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	const uintptr_t skipped = (page - (uintptr_t)p % page) % page;
	if (n > skipped && n - skipped >= page) {
		(void)madvise((char *)p + skipped, (n - skipped) / page * page, MADV_DONTNEED);
	}
}

void *bd_arena_alloc(struct bd_arena *arena, size_t size)
{
	return memset(arena_take(arena, size > 0 ? size : 1, _Alignof(max_align_t)), 0, size);
}

char *bd_arena_text(struct bd_arena *arena, const char *p, size_t n)
{
	char *copy = arena_take(arena, n + 1, 1);
	if (n > 0) {
		memcpy(copy, p, n);
	}
	copy[n] = '\0';
	return copy;
}

char *bd_arena_strdup(struct bd_arena *arena, const char *s)
{
	return s != NULL ? bd_arena_text(arena, s, strlen(s)) : NULL;
}

void *bd_arena_copy(struct bd_arena *arena, const void *p, size_t size)
{
	void *copy = bd_arena_alloc(arena, size);
	if (size > 0) {
		memcpy(copy, p, size);
	}
	return copy;
}

char *bd_arena_printf(struct bd_arena *arena, const char *fmt, ...)
{
	va_list ap;
	va_list again;

	va_start(ap, fmt);
	va_copy(again, ap);
	const int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0) {
		va_end(again);
		return bd_arena_text(arena, "", 0);
	}
	char *text = arena_take(arena, (size_t)n + 1, 1);
	(void)vsnprintf(text, (size_t)n + 1, fmt, again);
	va_end(again);
	return text;
}

void bd_arena_release(struct bd_arena *arena)
{
	struct bd_arena_chunk *chunk = arena->head;
	while (chunk != NULL) {
		struct bd_arena_chunk *next = chunk->next;
		free(chunk);
		chunk = next;
	}
	arena->head = NULL;
	arena->bytes = 0;
}
