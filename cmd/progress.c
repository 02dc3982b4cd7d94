/* SPDX-License-Identifier: Apache-2.0 */
#include "progress.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "environment.h"

#define TICK_NS     100000000L
#define QUIET_TICKS 5U /* what takes less than half a second shows nothing */

struct progress_line {
	struct bd_progress counts;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t ended;
	bool ends, shown, terminal;
	struct timespec began;
};

static double seconds_since(const struct timespec *then)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - then->tv_sec) + (double)(now.tv_nsec - then->tv_nsec) / 1e9;
}

/* "7 of 17 layers, 421 of 1007 MB, 190 MB/s, 3 s left" */
static void format_line(struct progress_line *line, char *text, size_t size)
{
	const double bytes = (double)atomic_load(&line->counts.bytes) / 1e6;
	const double total = (double)atomic_load(&line->counts.total_bytes) / 1e6;
	const double seconds = seconds_since(&line->began);
	const double rate = seconds > 0 ? bytes / seconds : 0;
	char left[400] = ""; /* as long as a double can be */
	if (rate > 0 && total > bytes) {
		(void)snprintf(left, sizeof(left), ", %.0f s left", (total - bytes) / rate + 0.5);
	}
	(void)snprintf(text, size, "%u of %u layers, %.0f of %.0f MB, %.0f MB/s%s", atomic_load(&line->counts.layers),
		atomic_load(&line->counts.total_layers), bytes, total, rate, left);
}

static void show(struct progress_line *line)
{
	char text[2000];
	if (atomic_load(&line->counts.total_layers) == 0) {
		return; /* nothing is open yet */
	}
	format_line(line, text, sizeof(text));
	(void)fprintf(stderr, line->terminal ? "\r%s\033[K" : "basedrift: %s\n", text);
	(void)fflush(stderr);
	line->shown = true;
}

static bool wait_a_tick(struct progress_line *line)
{
	struct timespec until;
	(void)clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += TICK_NS;
	if (until.tv_nsec >= 1000000000L) {
		until.tv_nsec -= 1000000000L;
		until.tv_sec++;
	}
	(void)pthread_cond_timedwait(&line->ended, &line->lock, &until);
	return line->ends;
}

static void *tick(void *context)
{
	struct progress_line *line = context;
	unsigned int ticks = 0;
	(void)pthread_mutex_lock(&line->lock);
	while (!wait_a_tick(line)) {
		/* on a terminal it is one line that changes; elsewhere a line every ten seconds is enough */
		if (line->terminal ? ++ticks > QUIET_TICKS : ++ticks % 100 == 0) {
			show(line);
		}
	}
	(void)pthread_mutex_unlock(&line->lock);
	return NULL;
}

static bool is_wanted(const struct arguments *arguments)
{
	const char *term = environment_variable("TERM");
	const char *ci = environment_variable("CI");
	if (arguments->progress != PROGRESS_AUTO) {
		return arguments->progress == PROGRESS_ALWAYS;
	}
	return !arguments->quiet && !arguments->verbose && isatty(STDERR_FILENO) == 1 && !bd_streq(term, "dumb") &&
	       (ci == NULL || *ci == '\0');
}

struct progress_line *progress_begin(const struct arguments *arguments)
{
	if (!is_wanted(arguments)) {
		return NULL;
	}
	struct progress_line *line = bd_xcalloc(1, sizeof(*line));
	line->terminal = isatty(STDERR_FILENO) == 1;
	(void)clock_gettime(CLOCK_MONOTONIC, &line->began);
	(void)pthread_mutex_init(&line->lock, NULL);
	(void)pthread_cond_init(&line->ended, NULL);
	if (pthread_create(&line->thread, NULL, tick, line) != 0) {
		free(line);
		return NULL;
	}
	return line;
}

struct bd_progress *progress_counts(struct progress_line *line)
{
	return line != NULL ? &line->counts : NULL;
}

void progress_end(struct progress_line *line)
{
	if (line == NULL) {
		return;
	}
	(void)pthread_mutex_lock(&line->lock);
	line->ends = true;
	(void)pthread_cond_signal(&line->ended);
	(void)pthread_mutex_unlock(&line->lock);
	(void)pthread_join(line->thread, NULL);
	if (!line->terminal) {
		show(line);
	} else if (line->shown) {
		(void)fputs("\r\033[K", stderr);
	}
	(void)pthread_mutex_destroy(&line->lock);
	(void)pthread_cond_destroy(&line->ended);
	free(line);
}
