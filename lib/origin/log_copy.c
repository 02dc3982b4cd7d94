/* SPDX-License-Identifier: Apache-2.0 */
/* A log as long as it likes, in bounded memory: both ends and a digest over all. */
#include <string.h>

#include "basedrift/limits.h"
#include "basedrift/origin.h"

#include "base/auto.h"

#define REDACTED "REDACTED"

void bd_log_copy_add(struct bd_log_copy *log, const void *p, size_t n)
{
	const char *bytes = p;
	if (log->hash == NULL) {
		log->hash = bd_hash_new(BD_SHA256);
	}
	bd_hash_update(log->hash, p, n);
	log->size_bytes += n;

	const size_t room = BD_LIMIT_OUTPUT_HEAD - log->head.n;
	const size_t first = n < room ? n : room;
	bd_buf_add(&log->head, bytes, first);
	bytes += first;
	n -= first;
	if (n > BD_LIMIT_OUTPUT_TAIL) {
		bytes += n - BD_LIMIT_OUTPUT_TAIL;
		n = BD_LIMIT_OUTPUT_TAIL;
	}
	if (log->tail.n + n > 2UL * BD_LIMIT_OUTPUT_TAIL) { /* moved once in so many bytes, not with every line */
		const size_t kept = BD_LIMIT_OUTPUT_TAIL;
		memmove(log->tail.p, log->tail.p + log->tail.n - kept, kept);
		log->tail.n = kept;
	}
	bd_buf_add(&log->tail, bytes, n);
}

void bd_log_copy_end(struct bd_log_copy *log)
{
	uint8_t bytes[64];
	if (log->tail.n > BD_LIMIT_OUTPUT_TAIL) {
		memmove(log->tail.p, log->tail.p + log->tail.n - BD_LIMIT_OUTPUT_TAIL, BD_LIMIT_OUTPUT_TAIL);
		log->tail.n = BD_LIMIT_OUTPUT_TAIL;
	}
	if (log->hash == NULL) {
		log->hash = bd_hash_new(BD_SHA256);
	}
	const size_t n = bd_hash_final(log->hash, bytes);
	memcpy(log->digest, "sha256:", sizeof("sha256:"));
	bd_hex(bytes, n, log->digest + strlen("sha256:"));
}

void bd_log_copy_release(struct bd_log_copy *log)
{
	bd_buf_release(&log->head);
	bd_buf_release(&log->tail);
	bd_hash_free(log->hash);
	*log = (struct bd_log_copy){ .size_bytes = 0 };
}

/* ---- what may be shown of it ---------------------------------------------------------------------- */

static void replace_all(struct bd_buf *text, const char *secret)
{
	AUTO(bd_buf_release) struct bd_buf out = { 0 };
	struct bd_str rest = bd_buf_view(text);
	size_t at;

	if (*secret == '\0') {
		return;
	}
	while (bd_str_find(rest, secret, &at)) {
		bd_buf_add(&out, rest.p, at);
		bd_buf_add_str(&out, REDACTED);
		rest.p += at + strlen(secret);
		rest.n -= at + strlen(secret);
	}
	if (out.n > 0) {
		bd_buf_add(&out, rest.p, rest.n);
		const struct bd_buf swap = *text;
		*text = out;
		out = swap;
	}
}

static bool is_word_byte(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/* "STEP 3/4: ENV API_KEY=…", "#6 [2/3] ARG …": where the instruction begins. */
static size_t instruction_start(struct bd_str line)
{
	static const char *const names[] = { "ARG ", "ENV ", "LABEL ", "RUN " };
	size_t start = line.n;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t at;
		if (bd_str_find(line, names[i], &at) && (at == 0 || !is_word_byte(line.p[at - 1])) && at < start) {
			start = at;
		}
	}
	return start;
}

static void add_redacted_line(struct bd_buf *out, struct bd_str line)
{
	struct bd_arena scratch = { .head = NULL };
	const size_t start = instruction_start(line);
	if (start > 0) {
		bd_buf_add_str(out, bd_dockerfile_redact((struct bd_str){ line.p, start }, &scratch));
	}
	if (start < line.n) {
		bd_buf_add_str(out, bd_dockerfile_redact((struct bd_str){ line.p + start, line.n - start }, &scratch));
	}
	bd_buf_add_char(out, '\n');
	bd_arena_release(&scratch);
}

/* The last lines of text that fit; a line longer than that is cut. */
static struct bd_str last_lines(struct bd_str text, size_t limit)
{
	if (text.n <= limit) {
		return text;
	}
	const struct bd_str cut = { text.p + text.n - limit, limit };
	const char *end = memchr(cut.p, '\n', cut.n - 1);
	if (end == NULL) {
		return cut;
	}
	return (struct bd_str){ end + 1, (size_t)(cut.p + cut.n - end - 1) };
}

/* Before anything is cut, so that no half of a secret is left at the cut. */
void bd_log_copy_text(const struct bd_log_copy *log, const struct bd_string_vec *secrets, struct bd_buf *out)
{
	bd_buf_clear(out);
	bd_buf_add(out, log->head.p, log->head.n);
	if (log->size_bytes > log->head.n + log->tail.n) {
		bd_buf_printf(
			out, "\n(%ju bytes left out)\n", (uintmax_t)(log->size_bytes - log->head.n - log->tail.n));
	}
	bd_buf_add(out, log->tail.p, log->tail.n);
	for (size_t i = 0; i < secrets->len; i++) {
		replace_all(out, secrets->v[i]);
	}
}

const char *bd_log_tail(struct bd_str log, struct bd_arena *arena)
{
	AUTO(bd_buf_release) struct bd_buf shown = { 0 };
	struct bd_str rest = last_lines(log, 2UL * BD_LIMIT_OUTPUT_RECORDED);
	struct bd_str line;

	while (bd_str_line(&rest, &line)) {
		add_redacted_line(&shown, line);
	}
	const struct bd_str last = last_lines(bd_buf_view(&shown), BD_LIMIT_OUTPUT_RECORDED);
	return bd_arena_text(arena, last.p, last.n);
}
