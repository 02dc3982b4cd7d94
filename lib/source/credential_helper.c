/* SPDX-License-Identifier: Apache-2.0 */
#include "source/credential_helper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

#include "basedrift/limits.h"

#include "oci/json.h"
#include "source/place.h"

static int64_t now_ms(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* All of standard input at once, so that a helper that does not read it cannot hold us up. */
static int open_input(const char *server, struct bd_error *err)
{
	const int fd = memfd_create("server", MFD_CLOEXEC);
	const size_t n = strlen(server);
	if (fd < 0 || write(fd, server, n) != (ssize_t)n || lseek(fd, 0, SEEK_SET) != 0) {
		(void)bd_error_set_errno(err, "standard input of the helper");
		close_fd(&fd);
		return -1;
	}
	return fd;
}

static int start(const char *program, int input, int output, pid_t *pid, struct bd_error *err)
{
	char get[] = "get";
	AUTO(free_ptr) char *name = bd_xstrdup(program);
	char *const argv[] = { name, get, NULL };
	posix_spawn_file_actions_t actions;
	(void)posix_spawn_file_actions_init(&actions);
	(void)posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
	(void)posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	/* what it says there may hold more than we may show */
	(void)posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	const int code = posix_spawnp(pid, program, &actions, NULL, argv, environ);
	(void)posix_spawn_file_actions_destroy(&actions);
	if (code != 0) {
		errno = code;
		return bd_error_set_errno(err, "%s", program);
	}
	return 0;
}

static int read_answer(int fd, struct bd_buf *out, struct bd_error *err)
{
	const int64_t deadline = now_ms() + (int64_t)BD_LIMIT_HELPER_SECONDS * 1000;
	for (;;) {
		char block[4096];
		struct pollfd ready = { .fd = fd, .events = POLLIN };
		const int64_t left = deadline - now_ms();
		if (left <= 0) {
			return bd_error_set(err, BD_ERR_IO, "no answer within %u seconds", BD_LIMIT_HELPER_SECONDS);
		}
		if (poll(&ready, 1, (int)left) <= 0) {
			continue;
		}
		const ssize_t n = read(fd, block, sizeof(block));
		if (n < 0 && errno != EINTR) {
			return bd_error_set_errno(err, "read");
		}
		if (n == 0) {
			return 0;
		}
		if (n > 0 && out->n + (size_t)n > BD_LIMIT_TOKEN_BYTES) {
			return bd_error_set(err, BD_ERR_LIMIT, "more than %u bytes", BD_LIMIT_TOKEN_BYTES);
		}
		bd_buf_add(out, block, n > 0 ? (size_t)n : 0);
	}
}

static int finish(pid_t pid, bool give_up)
{
	int status = 0;
	if (give_up) {
		(void)kill(pid, SIGKILL);
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
	}
	return status;
}

int credential_helper_read(struct bd_str answer, struct bd_arena *arena, struct credentials *out, struct bd_error *err)
{
	json_t *document = NULL;
	const char *user = NULL;
	const char *secret = NULL;
	if (json_open(answer, BD_LIMIT_TOKEN_BYTES, &document, err) < 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "its answer is not valid JSON"); /* and may not be quoted */
	}
	const struct at root = at_root(document, arena);
	int result = at_object(&root, err);
	if (result == 0 && get_text(&root, "Username", &user, err) == 0 &&
		get_text(&root, "Secret", &secret, err) == 0) {
		if (user == NULL || secret == NULL) {
			result = bd_error_set(err, BD_ERR_FORMAT, "its answer lacks Username or Secret");
		} else if (strcmp(user, "<token>") == 0) { /* docker/cli, cli/config/credentials/native_store.go */
			out->identity_token = secret;
		} else {
			out->user = user;
			out->password = secret;
		}
	} else {
		result = -(int)err->code;
	}
	json_decref(document);
	return result;
}

/* The protocol's one answer on standard output that comes with a failure. */
static bool is_not_found(struct bd_str answer)
{
	return bd_str_is(bd_str_trim(answer), "credentials not found in native keychain");
}

static int run(const char *program, const char *server, struct bd_buf *answer, int *status, struct bd_error *err)
{
	int ends[2];
	pid_t pid = 0;
	AUTO(close_fd) const int input = open_input(server, err);
	if (input < 0) {
		return -(int)err->code;
	}
	if (pipe2(ends, O_CLOEXEC) != 0) {
		return bd_error_set_errno(err, "pipe");
	}
	AUTO(close_fd) const int output = ends[0];
	int result = start(program, input, ends[1], &pid, err);
	(void)close(ends[1]);
	if (result == 0) {
		result = read_answer(output, answer, err);
		*status = finish(pid, result < 0);
	}
	return result;
}

int credential_helper_get(
	const char *name, const char *server, struct bd_arena *arena, struct credentials *out, struct bd_error *err)
{
	AUTO(buf_auto) struct bd_buf answer = { 0 };
	const char *program = bd_arena_printf(arena, "docker-credential-%s", name);
	int status = 0;

	if (run(program, server, &answer, &status, err) < 0) {
		return bd_error_wrap(err, "%s", program);
	}
	if (is_not_found(bd_buf_view(&answer))) {
		return 0;
	}
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		return bd_error_set(err, BD_ERR_IO, "%s: it failed", program);
	}
	return credential_helper_read(bd_buf_view(&answer), arena, out, err) < 0 ? bd_error_wrap(err, "%s", program)
										 : 0;
}
