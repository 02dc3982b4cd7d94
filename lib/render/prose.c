/* SPDX-License-Identifier: Apache-2.0 */
#include "render/prose.h"

#include <string.h>

#define OPENING "([{\"'"
#define CLOSING ".,;:!?)]}\"'"

static bool is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

static bool consists_of(const char *p, size_t n, const char *set)
{
	for (size_t i = 0; i < n; i++) {
		if (!is_one_of(p[i], set)) {
			return false;
		}
	}
	return true;
}

static bool is_abbreviated_id(const char *p, size_t n)
{
	bool digit = false;
	for (size_t i = 0; i < n; i++) {
		digit = digit || is_one_of(p[i], "0123456789");
	}
	return n >= 7 && digit && consists_of(p, n, "0123456789abcdef");
}

/* Times and counts ("03:12", "1/2") are words although they have a name's characters. */
static bool is_name(const char *p, size_t n)
{
	static const char system[] = "GNU/Linux"; /* a word of every distribution's name */
	if (n < 2 || consists_of(p, n, "0123456789:/.,-+") || (n == strlen(system) && memcmp(p, system, n) == 0)) {
		return false;
	}
	if (is_abbreviated_id(p, n) || (p[0] == '-' && p[1] == '-')) {
		return true;
	}
	for (size_t i = 0; i < n; i++) {
		if (is_one_of(p[i], "@:/_#*<>[]\\|~`=&")) {
			return true;
		}
	}
	return false;
}

static void add_run(struct bd_arena *arena, struct render_run_vec *out, struct bd_str text, bool code)
{
	if (text.n > 0) {
		*bd_vec_push(out) = (struct render_run){ .text = bd_arena_text(arena, text.p, text.n), .code = code };
	}
}

/* "basedrift collect IMAGE --base python:2.7@sha256:…": a command is one name, up to the end of its sentence; 0: none.
 */
static size_t command_length(const char *p)
{
	static const char *const commands[] = { "basedrift collect ", "basedrift run ", "basedrift diff ",
		"basedrift pin " };
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strncmp(p, commands[i], strlen(commands[i])) == 0) {
			const char *end = strstr(p, ". ");
			const size_t n = end != NULL ? (size_t)(end - p) : strlen(p);
			return n > 0 && p[n - 1] == '.' ? n - 1 : n;
		}
	}
	return 0;
}

void render_prose(struct bd_arena *arena, const char *text, struct render_run_vec *out)
{
	const char *plain = text; /* start of words not yet added */
	for (const char *p = text; *p != '\0';) {
		const char *end = p + strcspn(p, " ");
		const char *from = p;
		const char *to = end;
		const size_t command = command_length(p);
		if (command > 0) {
			add_run(arena, out, (struct bd_str){ plain, (size_t)(p - plain) }, false);
			add_run(arena, out, (struct bd_str){ p, command }, true);
			plain = p = p + command;
			continue;
		}
		while (from < to && is_one_of(*from, OPENING)) {
			from++;
		}
		while (to > from && is_one_of(to[-1], CLOSING)) {
			to--;
		}
		if (is_name(from, (size_t)(to - from))) {
			add_run(arena, out, (struct bd_str){ plain, (size_t)(from - plain) }, false);
			add_run(arena, out, (struct bd_str){ from, (size_t)(to - from) }, true);
			plain = to;
		}
		p = end + strspn(end, " ");
	}
	add_run(arena, out, bd_str(plain), false);
}
