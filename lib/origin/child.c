/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a build command in front of the user as if nobody stood between.  One thread, one poll(2): signals
 * come through a descriptor, so that none is lost between a check and a wait.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>

#include "basedrift/origin.h"

#include "base/auto.h"

#define READ_BYTES (64U << 10)
/* How long the output of a command that has ended is waited for when something else still holds it open. */
#define GRACE_MS 2000

static const int forwarded[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGWINCH };

/* One of the command's two outputs.  Bytes wait in `block` until `to` takes them. */
struct stream {
	int from, to; /* from -1: at its end; to -1: nobody reads */
	size_t owed;  /* bytes that were in the pipe when the command ended */
	size_t start, end;
	char block[READ_BYTES];
};

struct run {
	const struct bd_child_options *options;
	struct bd_child *out;
	pid_t pid;
	bool ended;
	int signals;      /* signalfd(2) */
	int64_t deadline; /* of the command while it runs, then of its output; 0: none */
	struct stream streams[2];
};

static int64_t now_ms(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- starting ----------------------------------------------------------------------------------------- */

/* A pipe of ours must not become the command's 0, 1 or 2 only because the caller had closed that. */
static void reserve_standard_descriptors(void)
{
	int fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO) {
		fd = open("/dev/null", O_RDWR);
	}
	close_fd(&fd);
}

static void wanted_signals(sigset_t *set)
{
	(void)sigemptyset(set);
	(void)sigaddset(set, SIGCHLD);
	for (size_t i = 0; i < sizeof(forwarded) / sizeof(forwarded[0]); i++) {
		(void)sigaddset(set, forwarded[i]);
	}
}

/* What is to be put back when the command has ended. */
struct signal_state {
	sigset_t mask;
	struct sigaction pipe, child;
};

static void take_signals(struct signal_state *before)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	const struct sigaction usual = { .sa_handler = SIG_DFL };
	sigset_t set;
	wanted_signals(&set);
	(void)pthread_sigmask(SIG_BLOCK, &set, &before->mask);
	(void)sigaction(SIGPIPE, &ignore, &before->pipe);
	(void)sigaction(SIGCHLD, &usual, &before->child); /* ignored, its status would be lost */
}

static void give_signals_back(const struct signal_state *before)
{
	(void)sigaction(SIGCHLD, &before->child, NULL);
	(void)sigaction(SIGPIPE, &before->pipe, NULL);
	(void)pthread_sigmask(SIG_SETMASK, &before->mask, NULL);
}

static int spawn(const struct run *run, const int *writers, const struct signal_state *before, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t defaults;
	char *const *argv;

	memcpy(&argv, &run->options->argv, sizeof(argv)); /* execve(2) does not write to them either */
	(void)posix_spawn_file_actions_init(&files);
	(void)posix_spawnattr_init(&attributes);
	(void)posix_spawn_file_actions_adddup2(&files, writers[0], STDOUT_FILENO);
	(void)posix_spawn_file_actions_adddup2(&files, writers[1], STDERR_FILENO);
	if (run->options->kept_only) {
		(void)posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	}
	(void)sigemptyset(&defaults); /* what this program ignores for itself */
	(void)sigaddset(&defaults, SIGPIPE);
	(void)sigaddset(&defaults, SIGXFSZ);
	(void)posix_spawnattr_setsigdefault(&attributes, &defaults);
	(void)posix_spawnattr_setsigmask(&attributes, &before->mask);
	(void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
	const int error = posix_spawnp(pid, argv[0], &files, &attributes, argv, environ);
	(void)posix_spawnattr_destroy(&attributes);
	(void)posix_spawn_file_actions_destroy(&files);
	return error;
}

static int start(struct run *run, const struct signal_state *before, struct bd_error *err)
{
	int writers[2] = { -1, -1 };
	sigset_t set;
	wanted_signals(&set);
	run->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	int error = run->signals < 0 ? errno : 0;
	for (size_t i = 0; i < 2 && error == 0; i++) {
		int ends[2];
		error = pipe2(ends, O_CLOEXEC) < 0 ? errno : 0;
		if (error == 0) {
			run->streams[i].from = ends[0];
			writers[i] = ends[1];
		}
	}
	if (error == 0) {
		error = spawn(run, writers, before, &run->pid);
	}
	close_fd(&writers[0]);
	close_fd(&writers[1]);
	if (error == ENOENT) { /* also a script whose interpreter is missing */
		return bd_error_set(err, BD_ERR_NOT_FOUND, "%s: no such command", run->options->argv[0]);
	}
	errno = error;
	return error != 0 ? bd_error_set_errno(err, "%s", run->options->argv[0]) : 0;
}

/* ---- signals ------------------------------------------------------------------------------------------ */

static bool ends_a_process(int number)
{
	return number == SIGINT || number == SIGTERM || number == SIGHUP || number == SIGQUIT;
}

static void note_end(struct run *run)
{
	int status;
	if (run->ended || waitpid(run->pid, &status, WNOHANG) != run->pid) {
		return;
	}
	run->ended = true;
	run->out->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	run->out->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	run->out->finished_sec = time(NULL);
	run->deadline = now_ms() + (run->out->timed_out ? 0 : GRACE_MS);
	for (size_t i = 0; i < 2; i++) {
		int waiting = 0;
		struct stream *stream = &run->streams[i];
		if (stream->from >= 0 && ioctl(stream->from, FIONREAD, &waiting) == 0 && waiting > 0) {
			stream->owed = (size_t)waiting;
		}
	}
}

/* ^C at a terminal goes to its whole foreground group: the command has got that one already (as sudo(8) does). */
static void pass_signal(struct run *run, const struct signalfd_siginfo *info)
{
	const int number = (int)info->ssi_signo;
	if (ends_a_process(number)) {
		run->out->interrupted = number;
	}
	if (!run->ended && info->ssi_code != SI_KERNEL && info->ssi_pid != (uint32_t)run->pid) {
		(void)kill(run->pid, number);
	} else if (run->ended && ends_a_process(number)) { /* it has ended: what is waited for is not worth it now */
		run->deadline = 1;
		for (size_t i = 0; i < 2; i++) {
			run->streams[i].to = -1;
			run->streams[i].owed = 0;
		}
	}
}

static void take_waiting_signals(struct run *run)
{
	struct signalfd_siginfo info;
	while (read(run->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGCHLD) {
			note_end(run);
		} else {
			pass_signal(run, &info);
		}
	}
}

/* ---- output ------------------------------------------------------------------------------------------- */

static bool has_waiting(const struct stream *stream)
{
	return stream->start < stream->end && stream->to >= 0;
}

static void read_some(struct run *run, struct stream *stream)
{
	const ssize_t n = read(stream->from, stream->block, sizeof(stream->block));
	if (n < 0 && (errno == EINTR || errno == EAGAIN)) {
		return;
	}
	if (n <= 0) {
		(void)close(stream->from);
		stream->from = -1;
		stream->owed = 0;
		return;
	}
	bd_log_copy_add(&run->out->log, stream->block, (size_t)n);
	stream->start = 0;
	stream->end = (size_t)n;
	stream->owed -= (size_t)n < stream->owed ? (size_t)n : stream->owed;
}

/*
 * Not more than a pipe with any room at all takes at once: our own output is never made non-blocking, because
 * that would change it for everyone who shares it, and a write that waits would hold up the signals.
 * When nobody reads any more the build goes on: it is worth more than its output.
 */
static void write_some(struct run *run, struct stream *stream)
{
	const size_t waiting = stream->end - stream->start;
	const ssize_t n = write(stream->to, stream->block + stream->start, waiting < PIPE_BUF ? waiting : PIPE_BUF);
	if (n >= 0) {
		stream->start += (size_t)n;
	} else if (errno != EINTR && errno != EAGAIN) {
		const bool unread = errno == EPIPE || errno == EBADF; /* EBADF: the caller had closed it before */
		run->out->output_errno = unread ? run->out->output_errno : errno;
		stream->to = -1;
	}
}

static bool is_done(const struct run *run, const struct stream *stream)
{
	if (has_waiting(stream)) {
		return false;
	}
	return stream->from < 0 || (run->ended && stream->owed == 0 && now_ms() >= run->deadline);
}

static bool is_owed(const struct stream *stream)
{
	return has_waiting(stream) || stream->owed > 0;
}

static int wait_ms(const struct run *run)
{
	if (run->deadline == 0) {
		return -1;
	}
	const int64_t left = run->deadline - now_ms();
	if (left <= 0 && run->ended && (is_owed(&run->streams[0]) || is_owed(&run->streams[1]))) {
		return -1; /* what is left to pass on has all the time that its reader takes */
	}
	return left <= 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

/* Past its time: killed, and its end waited for, which nothing holds up. */
static void check_time(struct run *run)
{
	if (!run->ended && run->deadline != 0 && now_ms() >= run->deadline) {
		run->out->timed_out = true;
		(void)kill(run->pid, SIGKILL);
		run->deadline = 0;
	}
}

static void step(struct run *run)
{
	struct pollfd polled[3] = { { .fd = run->signals, .events = POLLIN } };
	for (size_t i = 0; i < 2; i++) {
		const struct stream *stream = &run->streams[i];
		polled[i + 1] = has_waiting(stream) ? (struct pollfd){ .fd = stream->to, .events = POLLOUT }
						    : (struct pollfd){ .fd = stream->from, .events = POLLIN };
	}
	if (poll(polled, 3, wait_ms(run)) < 0) {
		return; /* EINTR: of a signal that is not ours to pass on */
	}
	take_waiting_signals(run);
	for (size_t i = 0; i < 2; i++) {
		struct stream *stream = &run->streams[i];
		if (polled[i + 1].revents == 0) {
			continue;
		}
		if (has_waiting(stream)) {
			write_some(run, stream);
		} else if (polled[i + 1].fd == stream->from && stream->from >= 0) {
			read_some(run, stream);
		}
	}
	check_time(run);
}

static void follow(struct run *run)
{
	note_end(run); /* its SIGCHLD may have been merged into another's */
	while (!run->ended || !is_done(run, &run->streams[0]) || !is_done(run, &run->streams[1])) {
		step(run);
	}
}

/* ---- one run ------------------------------------------------------------------------------------------- */

static void run_release(struct run *run)
{
	for (size_t i = 0; i < 2; i++) {
		run->out->left_open = run->out->left_open || run->streams[i].from >= 0;
		close_fd(&run->streams[i].from);
	}
	close_fd(&run->signals);
}

int bd_child_run(const struct bd_child_options *options, struct bd_child *out, struct bd_error *err)
{
	struct signal_state before;
	struct run *run = bd_xcalloc(1, sizeof(*run));

	*out = (struct bd_child){ .started_sec = time(NULL) };
	run->options = options;
	run->out = out;
	run->signals = -1;
	for (int i = 0; i < 2; i++) {
		run->streams[i].from = -1;
		run->streams[i].to = options->kept_only ? -1 : STDOUT_FILENO + i;
	}
	reserve_standard_descriptors();
	take_signals(&before);
	const int result = start(run, &before, err);
	if (result == 0) {
		run->deadline = options->timeout_ms > 0 ? now_ms() + options->timeout_ms : 0;
		follow(run);
		bd_log_copy_end(&out->log);
	}
	run_release(run);
	give_signals_back(&before);
	free(run);
	return result;
}

void bd_child_release(struct bd_child *child)
{
	bd_log_copy_release(&child->log);
}
