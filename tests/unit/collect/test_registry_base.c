/* SPDX-License-Identifier: Apache-2.0 */
/* Asking a registry that takes connections and never says a word. */
#include "test.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "collect/registry_base.h"

struct mute {
	int fd, port;
	unsigned connections; /* read when the thread has ended */
	pthread_t thread;
};

static void *take_connections(void *context)
{
	struct mute *mute = context;
	int taken[64];
	int fd;
	while (mute->connections < 64 && (fd = accept(mute->fd, NULL, NULL)) >= 0) {
		taken[mute->connections++] = fd;
	}
	for (unsigned i = 0; i < mute->connections; i++) {
		(void)close(taken[i]);
	}
	return NULL;
}

static void mute_begin(struct mute *mute)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(at);
	*mute = (struct mute){ .fd = socket(AF_INET, SOCK_STREAM, 0) };
	assert_int_equal(bind(mute->fd, (const struct sockaddr *)(const void *)&at, sizeof(at)), 0);
	assert_int_equal(listen(mute->fd, 64), 0);
	assert_int_equal(getsockname(mute->fd, (struct sockaddr *)(void *)&at, &n), 0);
	mute->port = ntohs(at.sin_port);
	assert_int_equal(pthread_create(&mute->thread, NULL, take_connections, mute), 0);
}

static void mute_end(struct mute *mute)
{
	assert_int_equal(shutdown(mute->fd, SHUT_RDWR), 0);
	assert_int_equal(pthread_join(mute->thread, NULL), 0);
	assert_int_equal(close(mute->fd), 0);
}

static void add_stage(struct bd_record *record, int port, const char *name)
{
	struct bd_base *base = bd_vec_push(&record->bases);
	base->role = BD_ROLE_BUILDER;
	base->reference = bd_arena_printf(&record->arena, "127.0.0.1:%d/%s:1", port, name);
	base->as_written = base->reference;
	base->platform = "linux/amd64";
}

/* Two stages and the final base of one silent registry: it is waited for once. */
static void test_ask_registry_silent_once(void **state)
{
	static const char *const names[] = { "one", "two", "three" };
	const struct bd_collect_options options = { .source = { .stall_sec = 1 } };
	const struct bd_image none = { .transport = NULL };
	struct silent_registries silent = { 0 };
	struct bd_record *record = bd_record_new();
	struct mute mute;
	(void)state;
	mute_begin(&mute);
	for (size_t i = 0; i < 3; i++) {
		add_stage(record, mute.port, names[i]);
	}
	record->bases.v[2].role = BD_ROLE_BASE;
	const time_t begun = time(NULL);
	resolve_other_images(&options, record, &silent);
	assert_null(ask_registry(&options, &none, record, &record->bases.v[2], &silent));
	assert_true(time(NULL) - begun < 10);
	mute_end(&mute);
	assert_int_equal(mute.connections, 2); /* BD_LIMIT_SILENT_TRIES of the first question */
	assert_int_equal(record->diagnostics.len, 3);
	assert_non_null(strstr(record->diagnostics.v[0].text, "given up after 2 tries"));
	for (size_t i = 1; i < 3; i++) {
		assert_non_null(strstr(record->diagnostics.v[i].text, "not asked again"));
	}
	silent_registries_release(&silent);
	bd_record_free(record);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ask_registry_silent_once),
	};
	return cmocka_run_group_tests_name("collect_registry_base", tests, NULL, NULL);
}
