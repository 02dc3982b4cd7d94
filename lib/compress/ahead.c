/* SPDX-License-Identifier: Apache-2.0 */
/* A stream that is read by a thread of its own, some blocks ahead of whoever takes them. */
#include <pthread.h>

#include "basedrift/compress.h"

#include "base/auto.h"

#define SLOTS 4U /* blocks of a decompressor: half a megabyte at most */

struct slot {
	struct bd_buf block; /* empty: the end, or a failure */
	struct bd_error err; /* code 0: none */
};

struct ahead {
	struct bd_stream base;
	struct bd_stream *inner; /* the thread's until it has ended */
	pthread_t thread;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t moved;
	struct slot slots[SLOTS];
	size_t filled, taken; /* how many there were; the taker has the one at `taken` while holds_slot */
	bool closing;
	bool holds_slot; /* the taker's own */
};

static struct ahead *ahead_of(struct bd_stream *stream)
{
	return (struct ahead *)(void *)stream; /* base is its first member */
}

/* The next slot to be filled; NULL: nobody wants more. */
static struct slot *free_slot(struct ahead *ahead)
{
	(void)pthread_mutex_lock(&ahead->lock);
	while (!ahead->closing && ahead->filled - ahead->taken == SLOTS) {
		(void)pthread_cond_wait(&ahead->moved, &ahead->lock);
	}
	struct slot *slot = ahead->closing ? NULL : &ahead->slots[ahead->filled % SLOTS];
	(void)pthread_mutex_unlock(&ahead->lock);
	return slot;
}

static void count_up(struct ahead *ahead, size_t *count)
{
	(void)pthread_mutex_lock(&ahead->lock);
	++*count;
	(void)pthread_cond_broadcast(&ahead->moved);
	(void)pthread_mutex_unlock(&ahead->lock);
}

static void *read_ahead(void *context)
{
	struct ahead *ahead = context;
	for (;;) {
		struct slot *slot = free_slot(ahead);
		struct bd_str block;
		if (slot == NULL) {
			return NULL;
		}
		bd_buf_clear(&slot->block);
		slot->err.code = 0;
		const int result = bd_stream_next(ahead->inner, &block, &slot->err);
		if (result == 0) {
			slot->err.code = 0;
			bd_buf_add(&slot->block, block.p, block.n);
		}
		const bool more = result == 0 && block.n > 0;
		count_up(ahead, &ahead->filled);
		if (!more) {
			return NULL;
		}
	}
}

static int ahead_next(struct bd_stream *stream, struct bd_str *block, struct bd_error *err)
{
	struct ahead *ahead = ahead_of(stream);
	const struct slot *slot = &ahead->slots[ahead->taken % SLOTS];
	if (ahead->holds_slot && slot->block.n > 0) { /* otherwise it is the end or a failure, which stays */
		count_up(ahead, &ahead->taken);
		slot = &ahead->slots[ahead->taken % SLOTS];
	}
	(void)pthread_mutex_lock(&ahead->lock);
	while (ahead->filled == ahead->taken) {
		(void)pthread_cond_wait(&ahead->moved, &ahead->lock);
	}
	(void)pthread_mutex_unlock(&ahead->lock);
	ahead->holds_slot = true;
	if (slot->err.code != 0) {
		*err = slot->err;
		return -(int)err->code;
	}
	*block = bd_buf_view(&slot->block);
	return 0;
}

static void ahead_close(struct bd_stream *stream)
{
	struct ahead *ahead = ahead_of(stream);
	(void)pthread_mutex_lock(&ahead->lock);
	ahead->closing = true;
	(void)pthread_cond_broadcast(&ahead->moved);
	(void)pthread_mutex_unlock(&ahead->lock);
	(void)pthread_join(ahead->thread, NULL);
	(void)pthread_mutex_destroy(&ahead->lock);
	(void)pthread_cond_destroy(&ahead->moved);
	for (size_t i = 0; i < SLOTS; i++) {
		bd_buf_release(&ahead->slots[i].block);
	}
	bd_stream_close(ahead->inner);
	free(ahead);
}

struct bd_stream *bd_stream_ahead(struct bd_stream *inner_take)
{
	static const struct bd_stream_ops ops = { .next = ahead_next, .close = ahead_close };
	struct ahead *ahead = bd_xcalloc(1, sizeof(*ahead));
	ahead->base.ops = &ops;
	ahead->inner = inner_take;
	(void)pthread_mutex_init(&ahead->lock, NULL);
	(void)pthread_cond_init(&ahead->moved, NULL);
	if (pthread_create(&ahead->thread, NULL, read_ahead, ahead) != 0) {
		(void)pthread_mutex_destroy(&ahead->lock);
		(void)pthread_cond_destroy(&ahead->moved);
		free(ahead);
		return inner_take; /* then without */
	}
	return &ahead->base;
}
