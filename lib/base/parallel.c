/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "basedrift/base.h"

#define MOST_THREADS 16

struct work {
	void (*one)(size_t i, void *context);
	void *context;
	size_t count;
	atomic_size_t next;
};

static void *take(void *context)
{
	struct work *work = context;
	for (size_t i = atomic_fetch_add(&work->next, 1); i < work->count; i = atomic_fetch_add(&work->next, 1)) {
		work->one(i, work->context);
	}
	return NULL;
}

size_t bd_threads(size_t wanted)
{
	const long processors = sysconf(_SC_NPROCESSORS_ONLN);
	if (wanted == 0) {
		wanted = processors > 1 ? (size_t)processors : 1;
	}
	return wanted < MOST_THREADS ? wanted : MOST_THREADS;
}

void bd_parallel(size_t threads, size_t count, void (*one)(size_t i, void *context), void *context)
{
	struct work work = { .one = one, .context = context, .count = count };
	pthread_t others[MOST_THREADS];
	size_t wanted = bd_threads(threads) - 1; /* this thread works too */
	size_t started = 0;

	if (wanted >= count) {
		wanted = count > 0 ? count - 1 : 0;
	}
	while (started < wanted && pthread_create(&others[started], NULL, take, &work) == 0) {
		started++;
	}
	(void)take(&work);
	for (size_t i = 0; i < started; i++) {
		(void)pthread_join(others[i], NULL);
	}
}
