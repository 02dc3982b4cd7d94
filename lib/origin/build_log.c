/* SPDX-License-Identifier: Apache-2.0 */
#include "origin/build_log.h"

#include <limits.h>
#include <string.h>
#include <strings.h>

#include "base/auto.h"
#include "origin/arena_vec.h"
#include "origin/material.h"
#include "origin/redact_text.h"
#include "origin/white_space.h"

#define LINES_BEHIND 100U /* a failure that are kept of the tail */

/* ---- small things --------------------------------------------------------------------------------- */

bool log_cut_prefix(struct bd_str *text, const char *prefix)
{
	if (!bd_str_starts(*text, prefix)) {
		return false;
	}
	text->p += strlen(prefix);
	text->n -= strlen(prefix);
	return true;
}

struct bd_str log_first_word(struct bd_str text)
{
	size_t n = 0;
	while (n < text.n && text.p[n] != ' ' && text.p[n] != '\t') {
		n++;
	}
	return (struct bd_str){ text.p, n };
}

bool log_digest(struct bd_str text, char *out)
{
	const struct bd_str word = log_first_word(text);
	if (word.n >= BD_DIGEST_TEXT) {
		return false;
	}
	memcpy(out, word.p, word.n);
	out[word.n] = '\0';
	return bd_digest_valid(out);
}

const char *log_keep_digest(struct log_scan *scan, const char *before, const char *digest)
{
	size_t i = 0;
	while (i < 1 && scan->kept[i] != NULL && scan->kept[i] != before) {
		i++;
	}
	if (scan->kept[i] == NULL) {
		scan->kept[i] = bd_arena_alloc(scan->arena, BD_DIGEST_TEXT);
	}
	memcpy(scan->kept[i], digest, strlen(digest) + 1);
	return scan->kept[i];
}

/* 0 marks a free slot. */
static uint64_t set_key(struct bd_str text)
{
	const uint64_t hash = bd_hash_bytes(text.p, text.n);
	return hash != 0 ? hash : 1;
}

static size_t set_slot(const struct log_set *set, uint64_t key)
{
	const size_t slots = sizeof(set->slots) / sizeof(set->slots[0]);
	size_t i = (size_t)(key % slots);
	while (set->slots[i] != 0 && set->slots[i] != key) {
		i = (i + 1) % slots;
	}
	return i;
}

bool log_set_has(const struct log_set *set, struct bd_str text)
{
	return set->slots[set_slot(set, set_key(text))] != 0;
}

bool log_set_add(struct log_set *set, struct bd_str text)
{
	const uint64_t key = set_key(text);
	const size_t i = set_slot(set, key);
	if (set->slots[i] != 0 || set->count == BD_LIMIT_LOG_STEPS) {
		return false;
	}
	set->slots[i] = key;
	set->count++;
	return true;
}

/* ---- images ------------------------------------------------------------------------------------------ */

static bool is_new_image(struct log_scan *scan, const struct log_image *image)
{
	AUTO(bd_buf_release) struct bd_buf key = { 0 };
	bd_buf_add(&key, image->name.p, image->name.n);
	bd_buf_printf(&key, " %s %d ", image->digest != NULL ? image->digest : "", (int)image->kind);
	bd_buf_add(&key, image->platform.p, image->platform.n);
	return log_set_add(&scan->images, bd_buf_view(&key));
}

void log_add_image(struct log_scan *scan, const struct log_image *image)
{
	struct bd_error ignored;
	if (image->name.n == 0 || bd_str_is(image->name, "scratch") || !is_new_image(scan, image)) {
		return;
	}
	struct bd_material m = material_of_image(image->name, "log", scan->arena);
	if (m.reference == NULL) {
		return;
	}
	if (image->digest != NULL) {
		m.digest = bd_arena_strdup(scan->arena, image->digest);
		m.digest_kind = image->digest_kind;
	}
	if (image->platform.n > 0) {
		m.platform = bd_arena_text(scan->arena, image->platform.p, image->platform.n);
	}
	m.kind = image->kind;
	if (add_material(scan->papers, &m, scan->arena, &ignored) < 0) {
		return; /* the set of images is no larger than the list may be */
	}
}

static bool is_word(struct bd_str word, const char *upper)
{
	return word.n == strlen(upper) && strncasecmp(word.p, upper, word.n) == 0;
}

void log_add_from(struct log_scan *scan, struct bd_str instruction)
{
	struct log_image image = { .kind = BD_MATERIAL_IMAGE };
	struct bd_str rest = instruction;
	if (!is_word(bd_str_cut(&rest, ' '), "FROM")) {
		return;
	}
	rest = trim_left(rest);
	while (bd_str_starts(rest, "--")) {
		struct bd_str flag = bd_str_cut(&rest, ' ');
		if (log_cut_prefix(&flag, "--platform=")) {
			image.platform = flag;
		}
		rest = trim_left(rest);
	}
	image.name = bd_str_cut(&rest, ' ');
	rest = trim_left(rest);
	const bool of_stage = log_set_has(&scan->stages, image.name);
	if (is_word(bd_str_cut(&rest, ' '), "AS")) {
		(void)log_set_add(&scan->stages, log_first_word(trim_left(rest)));
	}
	if (!of_stage) {
		log_add_image(scan, &image);
	}
}

/* "load metadata for X" comes before "FROM X@sha256:…": what names a digest is enough. */
static bool is_told_better(const struct bd_material_vec *list, const struct bd_material *m)
{
	for (size_t i = 0; i < list->len && m->digest == NULL; i++) {
		const struct bd_material *other = &list->v[i];
		if (other == m || strcmp(other->reference, m->reference) != 0) {
			continue;
		}
		if (other->digest != NULL || (other < m && bd_streq(other->platform, m->platform))) {
			return true;
		}
	}
	return false;
}

/* The same image and digest with and without a platform. */
static bool is_repeated(const struct bd_material_vec *list, const struct bd_material *m)
{
	for (size_t i = 0; i < list->len && m->digest != NULL; i++) {
		const struct bd_material *other = &list->v[i];
		if (other != m && bd_streq(other->digest, m->digest) && strcmp(other->reference, m->reference) == 0 &&
			(m->platform == NULL ? other->platform != NULL || other < m
					     : other < m && bd_streq(other->platform, m->platform))) {
			return true;
		}
	}
	return false;
}

static void keep_best(struct bd_build_papers *papers, struct bd_arena *arena)
{
	const struct bd_material_vec all = papers->materials;
	struct bd_material_vec kept = { 0 };
	for (size_t i = 0; i < all.len; i++) {
		if (!is_told_better(&all, &all.v[i]) && !is_repeated(&all, &all.v[i])) {
			*arena_push(arena, &kept) = all.v[i];
		}
	}
	papers->materials = kept;
}

/* ---- the end of a build -------------------------------------------------------------------------------- */

void log_failed(struct log_scan *scan, size_t step_line)
{
	scan->failed_at = scan->line;
	if (step_line != LOG_NO_PLACE) {
		scan->failed_step = step_line;
	}
}

void log_passed(struct log_scan *scan)
{
	scan->passed = true;
	scan->failed_at = LOG_NO_PLACE;
	scan->failed_step = LOG_NO_PLACE;
	scan->papers->failing_line = 0;
}

void log_cached(struct log_scan *scan)
{
	int *count = &scan->papers->cached_steps;
	*count = *count < 0 ? 1 : *count < INT_MAX ? *count + 1 : *count;
}

/* podman: 'building at STEP "RUN make": while running runtime: exit status 2' */
static struct bd_str quoted_step(struct bd_str line)
{
	static const char before[] = " STEP \"";
	size_t at = 0;
	if (!bd_str_find(line, before, &at)) {
		return line;
	}
	struct bd_str step = { line.p + at + strlen(before), line.n - at - strlen(before) };
	if (bd_str_find(step, "\": ", &at)) {
		step.n = at;
	}
	return step;
}

static bool cut_digits(struct bd_str *text, const char *before, const char *behind)
{
	struct bd_str rest = *text;
	if (!log_cut_prefix(&rest, before)) {
		return false;
	}
	const size_t n = rest.n;
	while (rest.n > 0 && ((rest.p[0] >= '0' && rest.p[0] <= '9') || rest.p[0] == '/')) {
		rest.p++;
		rest.n--;
	}
	if (rest.n == n || !log_cut_prefix(&rest, behind)) {
		return false;
	}
	*text = rest;
	return true;
}

const char *step_text(struct bd_str line, struct bd_arena *arena)
{
	struct bd_str text = trim_space(quoted_step(line));
	size_t at = 0;
	if (log_cut_prefix(&text, "> ") && bd_str_ends(text, ":")) {
		text.n--;
	}
	while (log_cut_prefix(&text, "=> ") || log_cut_prefix(&text, "ERROR ")) {
	}
	(void)cut_digits(&text, "#", " ");
	(void)cut_digits(&text, "INFO[", "] ");
	if (bd_str_starts(text, "[") && bd_str_find(text, "] ", &at)) {
		text.p += at + 2;
		text.n -= at + 2;
	}
	if (!cut_digits(&text, "Step ", " : ")) {
		(void)cut_digits(&text, "STEP ", ": ");
	}
	return bd_arena_text(arena, text.p, text.n);
}

static const char *error_text(struct bd_str line, struct bd_arena *arena)
{
	static const char *const heads[] = { "ERROR: ", "Error: ", "error: " };
	struct bd_str text = trim_space(line);
	(void)cut_digits(&text, "#", " ");
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		(void)log_cut_prefix(&text, heads[i]);
	}
	return redacted(arena, bd_arena_text(arena, text.p, text.n));
}

static void read_failure(const struct log_scan *scan, struct bd_build_papers *papers)
{
	struct bd_str line;
	struct log_lines lines = { .bytes = scan->bytes, .next = scan->failed_at };
	if (log_next_line(&lines, &line)) {
		papers->error = error_text(line, scan->arena);
	}
	lines.next = scan->failed_step;
	if (scan->failed_step != LOG_NO_PLACE && log_next_line(&lines, &line)) {
		papers->failing_step = redacted(scan->arena, step_text(line, scan->arena));
	}
	bd_buf_release(&lines.text);
}

/* ---- the tail -------------------------------------------------------------------------------------------- */

static size_t forward(struct bd_str bytes, size_t at, size_t lines, size_t most)
{
	const size_t end = bytes.n - at < most ? bytes.n : at + most;
	while (at < end && lines > 0) {
		lines -= bytes.p[at++] == '\n';
	}
	return at;
}

static size_t backward(struct bd_str bytes, size_t at, size_t lines, size_t most)
{
	const size_t start = at < most ? 0 : at - most;
	while (at > start) {
		if (bytes.p[at - 1] == '\n' && lines-- == 0) {
			break;
		}
		at--;
	}
	return at;
}

/* Whole lines, the last ones. */
static struct bd_str last_bytes(struct bd_str text, size_t most)
{
	if (text.n <= most) {
		return text;
	}
	struct bd_str last = { text.p + (text.n - most), most };
	if (text.p[text.n - most - 1] != '\n') {
		(void)bd_str_cut(&last, '\n');
	}
	return last;
}

const char *log_tail(struct bd_str bytes, size_t around, struct bd_arena *arena)
{
	AUTO(bd_buf_release) struct bd_buf plain = { 0 };
	AUTO(bd_buf_release) struct bd_buf text = { 0 };
	const size_t end = forward(bytes, around, LINES_BEHIND, BD_LIMIT_LOG_TAIL);
	const size_t start = backward(bytes, end, BD_LIMIT_LOG_TAIL_LINES, (size_t)8 * BD_LIMIT_LOG_TAIL);
	struct log_lines lines = { .bytes = { bytes.p + start, end - start } };
	struct bd_str line;
	while (log_next_line(&lines, &line)) {
		if (!lines.overwritten) {
			bd_buf_add(&plain, line.p, line.n);
			bd_buf_add_char(&plain, '\n');
		}
	}
	bd_buf_release(&lines.text);
	if (plain.n == 0) {
		return NULL;
	}
	redact_text(&text, bd_buf_view(&plain));
	const struct bd_str last = last_bytes(bd_buf_view(&text), BD_LIMIT_LOG_TAIL);
	return bd_arena_text(arena, last.p, last.n);
}

/* ---- the log ----------------------------------------------------------------------------------------------- */

static void read_lines(struct log_scan *scan)
{
	struct log_lines lines = { .bytes = scan->bytes };
	struct bd_str line;
	while (log_next_line(&lines, &line)) {
		scan->line = lines.start;
		if (!log_read_buildkit(scan, line) && !log_read_classic(scan, line) && !log_read_podman(scan, line)) {
			(void)log_read_kaniko(scan, line);
		}
	}
	bd_buf_release(&lines.text);
}

int bd_build_log_parse(struct bd_str bytes, struct bd_arena *arena, struct bd_build_papers *out, struct bd_error *err)
{
	*out = empty_papers();
	if (bytes.n > BD_LIMIT_LOG_BYTES) {
		return bd_error_set(err, BD_ERR_LIMIT, "a log of %zu bytes, more than the %u that are read", bytes.n,
			BD_LIMIT_LOG_BYTES);
	}
	AUTO(free_ptr) struct log_scan *scan = bd_xcalloc(1, sizeof(*scan));
	scan->arena = arena;
	scan->papers = out;
	scan->bytes = bytes;
	scan->failed_at = scan->failed_step = scan->step = scan->pulling = LOG_NO_PLACE;
	for (size_t i = 0; i < BD_LIMIT_LOG_STEPS; i++) {
		scan->steps[i] = LOG_NO_PLACE;
	}
	read_lines(scan);
	if (scan->failed_at != LOG_NO_PLACE) {
		out->status = BD_STATUS_FAILED;
		read_failure(scan, out);
	} else {
		out->status = scan->passed ? BD_STATUS_PASSED : BD_STATUS_UNKNOWN;
	}
	keep_best(out, arena);
	mark_tools(out, NULL, arena);
	out->tail = log_tail(bytes, scan->failed_at != LOG_NO_PLACE ? scan->failed_at : bytes.n, arena);
	return 0;
}
