/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "basedrift/origin.h"

#include "base/auto.h"

static int run_words(const char *const *argv, bool kept_only, int timeout_ms, struct bd_child *out)
{
	struct bd_error err;
	const struct bd_child_options options = { .argv = argv, .kept_only = kept_only, .timeout_ms = timeout_ms };
	const int result = bd_child_run(&options, out, &err);
	if (result < 0) {
		print_message("%s\n", err.msg);
	}
	return result;
}

static void run_script(const char *script, struct bd_child *out)
{
	const char *const argv[] = { "sh", "-c", script, NULL };
	assert_int_equal(run_words(argv, true, 60000, out), 0);
	assert_false(out->timed_out);
}

/* The words come as they are, without a shell; the output of both kinds is kept. */
static void test_child_run_passes_words_as_they_are(void **state)
{
	struct bd_child child;
	const char *const argv[] = { "printf", "%s|", "a b", "$HOME;*", "", NULL };
	(void)state;
	assert_int_equal(run_words(argv, true, 0, &child), 0);
	assert_int_equal(child.status, 0);
	assert_string_equal(bd_buf_str(&child.log.head), "a b|$HOME;*||");
	bd_child_release(&child);
}

static void test_child_run_status(void **state)
{
	struct bd_child child;
	(void)state;
	run_script("exit 7", &child);
	assert_int_equal(child.status, 7);
	assert_int_equal(child.signal, 0);
	bd_child_release(&child);
	run_script("kill -KILL $$", &child);
	assert_int_equal(child.status, 128 + SIGKILL);
	assert_int_equal(child.signal, SIGKILL);
	bd_child_release(&child);
}

static void test_child_run_no_such_command(void **state)
{
	struct bd_child child;
	struct bd_error err;
	const char *const argv[] = { "no-such-command-anywhere", NULL };
	const struct bd_child_options options = { .argv = argv };
	(void)state;
	assert_int_equal(bd_child_run(&options, &child, &err), -BD_ERR_NOT_FOUND);
	assert_string_equal(err.msg, "no-such-command-anywhere: no such command");
}

static void test_child_run_not_executable(void **state)
{
	struct bd_child child;
	struct bd_error err;
	const char *const argv[] = { "/dev/null", NULL };
	const struct bd_child_options options = { .argv = argv };
	(void)state;
	assert_int_equal(bd_child_run(&options, &child, &err), -BD_ERR_IO);
}

/* Signals that we block or ignore for ourselves are as usual in the command. */
static void test_child_run_gives_usual_signals(void **state)
{
	struct bd_child child;
	struct sigaction before;
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	(void)state;
	(void)sigaction(SIGPIPE, &ignore, &before);
	run_script("grep -E '^Sig(Blk|Ign)' /proc/self/status", &child);
	(void)sigaction(SIGPIPE, &before, NULL);
	uint64_t blocked = 1;
	uint64_t ignored = 1;
	assert_int_equal(sscanf(bd_buf_str(&child.log.head), "SigBlk: %lx SigIgn: %lx", &blocked, &ignored), 2);
	assert_int_equal(blocked, 0);
	assert_int_equal(ignored & (1UL << (SIGPIPE - 1)), 0);
	bd_child_release(&child);
}

static void test_child_run_puts_signals_back(void **state)
{
	struct bd_child child;
	sigset_t set;
	(void)state;
	run_script("true", &child);
	bd_child_release(&child);
	(void)sigprocmask(SIG_BLOCK, NULL, &set);
	assert_false(sigismember(&set, SIGTERM));
	assert_false(sigismember(&set, SIGCHLD));
}

/* What it wrote before it closed its output is there, and its later status too. */
static void test_child_run_output_closed_early(void **state)
{
	struct bd_child child;
	(void)state;
	run_script("echo out; echo err >&2; exec >&- 2>&-; sleep 0.3; exit 5", &child);
	assert_int_equal(child.status, 5);
	assert_int_equal(child.log.size_bytes, 8);
	assert_false(child.left_open);
	bd_child_release(&child);
}

static double seconds(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* A daemon that it left behind holds the pipe: all of its own output is there, and nobody waits for long. */
static void test_child_run_output_held_by_another(void **state)
{
	struct bd_child child;
	const double start = seconds();
	(void)state;
	run_script("head -c 60000 /dev/zero; sleep 30 & exit 4", &child);
	assert_true(seconds() - start < 10);
	assert_int_equal(child.status, 4);
	assert_true(child.left_open);
	assert_int_equal(child.log.size_bytes, 60000);
	bd_child_release(&child);
}

/* It never stops writing: the end is not put off for ever. */
static void test_child_run_output_flooded_by_another(void **state)
{
	struct bd_child child;
	const double start = seconds();
	(void)state;
	run_script("yes & exit 0", &child);
	assert_true(seconds() - start < 15);
	assert_int_equal(child.status, 0);
	assert_true(child.left_open);
	bd_child_release(&child);
}

static void test_child_run_much_output(void **state)
{
	struct bd_child child;
	(void)state;
	run_script("head -c 20000000 /dev/zero; head -c 5000000 /dev/zero >&2", &child);
	assert_int_equal(child.status, 0);
	assert_int_equal(child.log.size_bytes, 25000000);
	bd_child_release(&child);
}

static void test_child_run_timeout(void **state)
{
	struct bd_child child;
	const char *const argv[] = { "sleep", "60", NULL };
	const double start = seconds();
	(void)state;
	assert_int_equal(run_words(argv, true, 200, &child), 0);
	assert_true(seconds() - start < 10);
	assert_true(child.timed_out);
	assert_int_equal(child.status, 128 + SIGKILL);
	bd_child_release(&child);
}

static void *send_later(void *signal)
{
	const struct timespec pause = { .tv_nsec = 300000000 };
	(void)nanosleep(&pause, NULL);
	(void)kill(getpid(), *(const int *)signal);
	return NULL;
}

/* The thread that sends has the signals blocked, so that they go to the one that runs the command. */
static void check_forwarded(int number, const char *trap, int status)
{
	struct bd_child child;
	pthread_t thread;
	sigset_t all, before;
	AUTO(bd_buf_release) struct bd_buf script = { .n = 0 };

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_BLOCK, &all, &before);
	assert_int_equal(pthread_create(&thread, NULL, send_later, &number), 0);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	bd_buf_printf(&script, "trap 'echo got; exit %d' %s; for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.2; done; exit 1",
		status, trap);
	run_script(bd_buf_str(&script), &child);
	(void)pthread_join(thread, NULL);
	assert_int_equal(child.status, status);
	assert_string_equal(bd_buf_str(&child.log.head), "got\n");
	assert_int_equal(child.interrupted, number == SIGUSR1 || number == SIGWINCH ? 0 : number);
	bd_child_release(&child);
}

static void test_child_run_forwards_signals(void **state)
{
	(void)state;
	check_forwarded(SIGTERM, "TERM", 42);
	check_forwarded(SIGINT, "INT", 43);
	check_forwarded(SIGHUP, "HUP", 44);
	check_forwarded(SIGQUIT, "QUIT", 45);
	check_forwarded(SIGUSR1, "USR1", 46);
	check_forwarded(SIGWINCH, "WINCH", 47);
}

/* Standard output for the time of one run: what was written to it, or -1 when nobody is to read it. */
static void test_child_run_passes_output_on(void **state)
{
	struct bd_child child;
	int ends[2];
	char text[64] = "";
	const char *const argv[] = { "sh", "-c", "printf 'a\\000b\\377'", NULL };
	(void)state;
	(void)fflush(stdout);
	const int kept = dup(STDOUT_FILENO);
	assert_int_equal(pipe(ends), 0);
	(void)dup2(ends[1], STDOUT_FILENO);
	const int result = run_words(argv, false, 0, &child);
	(void)dup2(kept, STDOUT_FILENO);
	assert_int_equal(result, 0);
	assert_int_equal(read(ends[0], text, sizeof(text)), 4);
	assert_memory_equal(text, "a\0b\377", 4);
	(void)close(ends[0]);
	(void)close(ends[1]);
	(void)close(kept);
	bd_child_release(&child);
}

static void test_child_run_reader_goes_away(void **state)
{
	struct bd_child child;
	int ends[2];
	const char *const argv[] = { "sh", "-c", "head -c 3000000 /dev/zero; exit 6", NULL };
	(void)state;
	(void)fflush(stdout);
	const int kept = dup(STDOUT_FILENO);
	assert_int_equal(pipe(ends), 0);
	(void)dup2(ends[1], STDOUT_FILENO);
	(void)close(ends[1]);
	(void)close(ends[0]);
	const int result = run_words(argv, false, 0, &child);
	(void)dup2(kept, STDOUT_FILENO);
	(void)close(kept);
	assert_int_equal(result, 0);
	assert_int_equal(child.status, 6);
	assert_int_equal(child.log.size_bytes, 3000000);
	assert_int_equal(child.output_errno, 0);
	bd_child_release(&child);
}

static void test_child_run_output_device_full(void **state)
{
	struct bd_child child;
	const char *const argv[] = { "sh", "-c", "echo lost; exit 0", NULL };
	(void)state;
	(void)fflush(stdout);
	const int kept = dup(STDOUT_FILENO);
	const int full = open("/dev/full", O_WRONLY);
	if (full < 0) {
		(void)close(kept);
		skip();
	}
	(void)dup2(full, STDOUT_FILENO);
	const int result = run_words(argv, false, 0, &child);
	(void)dup2(kept, STDOUT_FILENO);
	(void)close(kept);
	(void)close(full);
	assert_int_equal(result, 0);
	assert_int_equal(child.status, 0);
	assert_string_equal(bd_buf_str(&child.log.head), "lost\n");
	assert_int_not_equal(child.output_errno, 0);
	bd_child_release(&child);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_child_run_passes_words_as_they_are),
		cmocka_unit_test(test_child_run_status),
		cmocka_unit_test(test_child_run_no_such_command),
		cmocka_unit_test(test_child_run_not_executable),
		cmocka_unit_test(test_child_run_gives_usual_signals),
		cmocka_unit_test(test_child_run_puts_signals_back),
		cmocka_unit_test(test_child_run_output_closed_early),
		cmocka_unit_test(test_child_run_output_held_by_another),
		cmocka_unit_test(test_child_run_output_flooded_by_another),
		cmocka_unit_test(test_child_run_much_output),
		cmocka_unit_test(test_child_run_timeout),
		cmocka_unit_test(test_child_run_forwards_signals),
		cmocka_unit_test(test_child_run_passes_output_on),
		cmocka_unit_test(test_child_run_reader_goes_away),
		cmocka_unit_test(test_child_run_output_device_full),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
