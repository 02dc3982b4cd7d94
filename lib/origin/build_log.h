/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One pass over a log.  What may be needed later is kept as an offset into the bytes and read again at the end, so
 * that memory does not grow with the log.
 */
#ifndef ORIGIN_BUILD_LOG_H
#define ORIGIN_BUILD_LOG_H

#include "basedrift/limits.h"
#include "basedrift/papers.h"

/* ---- lines ------------------------------------------------------------------------------------- */

/* Lines end in LF, CRLF, or CR (progress that the next one overwrites). */
struct log_lines {
	struct bd_str bytes;
	size_t next;        /* offset */
	size_t start;       /* offset of the current line */
	bool overwritten;   /* by the next one */
	struct bd_buf text; /* of the current line */
};
/* The next line, without terminal escapes, without a CI product's time in front, BD_LIMIT_LOG_LINE bytes at most. */
bool log_next_line(struct log_lines *lines, struct bd_str *line);

/* ---- what the readers share ---------------------------------------------------------------------- */

#define LOG_NO_PLACE SIZE_MAX

struct log_set {
	uint64_t slots[2 * BD_LIMIT_LOG_STEPS];
	size_t count;
};

struct log_scan {
	struct bd_arena *arena;
	struct bd_build_papers *papers;
	struct bd_str bytes;
	size_t line;        /* offset of the current line */
	size_t failed_at;   /* line that says so, LOG_NO_PLACE: none since the last success */
	size_t failed_step; /* line that names it */
	bool passed;
	size_t step;                      /* current one of the tools that run one after another */
	size_t steps[BD_LIMIT_LOG_STEPS]; /* BuildKit: line that names step #N */
	enum {
		EXCERPT_NONE,
		EXCERPT_NAMED,
		EXCERPT_OPEN
	} excerpt;
	int excerpt_line;
	char pulled_digest[BD_DIGEST_TEXT]; /* "Digest: …" that waits for its "Status: …" */
	size_t pulling;                     /* line of podman's "Trying to pull …" */
	char *kept[2];                      /* room of image_digest and config_digest */
	bool classic, podman, kaniko;       /* these have been seen */
	struct log_set images, stages;
};

/* false: it was there, or the set is full. */
bool log_set_add(struct log_set *set, struct bd_str text);
bool log_set_has(const struct log_set *set, struct bd_str text);
/* What an image line says; digest may be NULL. */
struct log_image {
	struct bd_str name;
	const char *digest;
	enum bd_digest_kind digest_kind;
	enum bd_material_kind kind;
	struct bd_str platform;
};
void log_add_image(struct log_scan *scan, const struct log_image *image);
/* "FROM [--platform=P] IMAGE [AS NAME]" of a tool that prints it as written. */
void log_add_from(struct log_scan *scan, struct bd_str instruction);
void log_failed(struct log_scan *scan, size_t step_line);
void log_passed(struct log_scan *scan);
void log_cached(struct log_scan *scan); /* one more step from the cache */
/* Cut prefix off *text if it is there. */
bool log_cut_prefix(struct bd_str *text, const char *prefix);
struct bd_str log_first_word(struct bd_str text);
/* "sha256:…" at the start of text, into out (BD_DIGEST_TEXT bytes). */
bool log_digest(struct bd_str text, char *out);

/* digest as the new value of a member that was `before`; a log that names many takes no more memory than two. */
const char *log_keep_digest(struct log_scan *scan, const char *before, const char *digest);

/* The dialects: true when the line was theirs. */
bool log_read_buildkit(struct log_scan *scan, struct bd_str line);
bool log_read_classic(struct log_scan *scan, struct bd_str line);
bool log_read_podman(struct log_scan *scan, struct bd_str line);
bool log_read_kaniko(struct log_scan *scan, struct bd_str line);

/* ---- also for build histories -------------------------------------------------------------------- */

/* "RUN make" of "[build 3/4] RUN make", "Step 3/4 : RUN make", "STEP 3/4: RUN make" …, in the arena. */
const char *step_text(struct bd_str line, struct bd_arena *arena);
/* The last lines, those around offset `around` of a longer log, without secrets. */
const char *log_tail(struct bd_str bytes, size_t around, struct bd_arena *arena);
/* The Dockerfile line that BuildKit's excerpt (">>>") points at, or 0. */
int excerpt_line(struct bd_str excerpt);
/* "  4 | >>> RUN make": 4, else 0. */
int excerpt_mark(struct bd_str line);

#endif
