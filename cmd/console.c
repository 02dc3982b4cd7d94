/* SPDX-License-Identifier: Apache-2.0 */
#include "console.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "environment.h"

/* A name in the message may carry escape sequences; its own line ends and tabs stay. */
static void write_safely(const char *text)
{
	struct bd_buf safe = { 0 };
	bd_display_text(&safe, text, strlen(text));
	(void)fwrite(bd_buf_str(&safe), 1, safe.n, stderr);
	bd_buf_release(&safe);
}

void print_error(const struct bd_error *err)
{
	struct bd_str rest = bd_str(err->msg);
	struct bd_str line;
	bool first = true;
	while (bd_str_line(&rest, &line)) {
		char *copy = bd_xmalloc(line.n + 1);
		memcpy(copy, line.p, line.n);
		copy[line.n] = '\0';
		(void)fputs(first ? "basedrift: error: " : "  ", stderr);
		write_safely(copy);
		(void)fputc('\n', stderr);
		free(copy);
		first = false;
	}
	if (err->code == BD_ERR_USAGE) {
		(void)fputs("  hint: 'basedrift --help' lists the commands, 'basedrift COMMAND --help' their options\n",
			stderr);
	}
}

void print_hint(const struct arguments *arguments, const char *fmt, ...)
{
	char text[2048];
	va_list ap;
	if (arguments->quiet) {
		return;
	}
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	(void)fputs("basedrift: ", stderr);
	write_safely(text);
	(void)fputc('\n', stderr);
}

void print_detail(const struct arguments *arguments, const char *fmt, ...)
{
	char text[4096];
	struct bd_buf line = { 0 };
	va_list ap;
	if (!arguments->verbose) {
		return;
	}
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	bd_buf_add_str(&line, "basedrift: ");
	bd_display_text(&line, text, strlen(text));
	bd_buf_add_char(&line, '\n');
	(void)fwrite(bd_buf_str(&line), 1, line.n, stderr);
	bd_buf_release(&line);
}

static bool is_set(const char *name)
{
	const char *value = environment_variable(name);
	return value != NULL && *value != '\0';
}

/* --color, then NO_COLOR, CLICOLOR_FORCE, CLICOLOR=0, then the terminal. */
bool wants_color(const struct arguments *arguments)
{
	if (arguments->color != COLOR_AUTO) {
		return arguments->color == COLOR_ALWAYS;
	}
	if (is_set("NO_COLOR")) {
		return false;
	}
	if (is_set("CLICOLOR_FORCE") && !environment_is("CLICOLOR_FORCE", "0")) {
		return true;
	}
	if (environment_is("CLICOLOR", "0")) {
		return false;
	}
	const char *term = environment_variable("TERM");
	return isatty(STDOUT_FILENO) != 0 && term != NULL && strcmp(term, "dumb") != 0;
}

/* Files and pipes are UTF-8 whatever the locale: the same records give the same bytes. */
bool wants_ascii(const struct arguments *arguments)
{
	if (arguments->ascii || isatty(STDOUT_FILENO) == 0) {
		return arguments->ascii;
	}
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = environment_variable(names[i]);
		if (value != NULL && *value != '\0') {
			return strcasestr(value, "utf-8") == NULL && strcasestr(value, "utf8") == NULL;
		}
	}
	return true;
}

int terminal_width(void)
{
	struct winsize size;
	if (isatty(STDOUT_FILENO) == 0 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) {
		return 0;
	}
	return size.ws_col;
}
