/* SPDX-License-Identifier: Apache-2.0 */
#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void text_list_add(struct text_list *list, const char *text)
{
	*bd_vec_push(list) = text;
	*bd_vec_push(list) = NULL;
	list->len--;
}

/* ---- the nearest word --------------------------------------------------------------------------- */

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Levenshtein's distance, of words of at most 63 bytes. */
static size_t distance(const char *a, const char *b)
{
	size_t row[64];
	const size_t n = strlen(b);
	if (n >= sizeof(row) / sizeof(row[0])) {
		return n;
	}
	for (size_t j = 0; j <= n; j++) {
		row[j] = j;
	}
	for (size_t i = 1; a[i - 1] != '\0'; i++) {
		size_t diagonal = row[0];
		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			const size_t above = row[j];
			row[j] = least(least(above, row[j - 1]) + 1, diagonal + (a[i - 1] != b[j - 1]));
			diagonal = above;
		}
	}
	return row[n];
}

const char *nearest_word(const char *word, const char *const *words, size_t count)
{
	const char *best = NULL;
	size_t best_distance = strlen(word) / 3 + 2; /* further away is another word */
	for (size_t i = 0; i < count; i++) {
		const size_t d = distance(word, words[i]);
		if (d < best_distance) {
			best = words[i];
			best_distance = d;
		}
	}
	return best;
}

/* ---- parsing -------------------------------------------------------------------------------------- */

static const struct option_row *find_long(const struct command *command, struct bd_str name)
{
	for (const struct option_row *const *table = command->options; *table != NULL; table++) {
		for (const struct option_row *row = *table; row->name != NULL; row++) {
			if (bd_str_is(name, row->name)) {
				return row;
			}
		}
	}
	return NULL;
}

static const struct option_row *find_short(const struct command *command, char letter)
{
	for (const struct option_row *const *table = command->options; *table != NULL; table++) {
		for (const struct option_row *row = *table; row->name != NULL; row++) {
			if (row->letter != '\0' && row->letter == letter) {
				return row;
			}
		}
	}
	return NULL;
}

static int unknown_option(const struct command *command, const char *given, struct bd_str name, struct bd_error *err)
{
	const char *names[128];
	size_t count = 0;
	char word[64] = "";

	for (const struct option_row *const *table = command->options; *table != NULL; table++) {
		for (const struct option_row *row = *table; row->name != NULL && count < 128; row++) {
			names[count++] = row->name;
		}
	}
	memcpy(word, name.p, least(name.n, sizeof(word) - 1));
	const char *near = nearest_word(word, names, count);
	return bd_error_set(err, BD_ERR_USAGE, "%s: no such option of '%s'%s%s%s", given, command->name,
		near != NULL ? "; did you mean --" : "", near != NULL ? near : "", near != NULL ? "?" : "");
}

static int take_option(
	const struct option_row *row, const char *given, const char *value, struct arguments *out, struct bd_error *err)
{
	if (row->value != NULL && value == NULL) {
		return bd_error_set(err, BD_ERR_USAGE, "%s: needs a value: --%s %s", given, row->name, row->value);
	}
	if (row->value == NULL && value != NULL) {
		return bd_error_set(err, BD_ERR_USAGE, "--%s: takes no value", row->name);
	}
	return row->take(out, value, err);
}

static int parse_long(
	const struct command *command, char **argv, int argc, int *i, struct arguments *out, struct bd_error *err)
{
	const char *given = argv[*i];
	struct bd_str rest = bd_str(given + 2);
	const struct bd_str name = bd_str_cut(&rest, '=');
	const bool has_value = given[2 + name.n] == '=';
	const struct option_row *row = find_long(command, name);

	if (row == NULL) {
		return unknown_option(command, given, name, err);
	}
	const char *value = has_value ? given + 2 + name.n + 1 : NULL;
	if (value == NULL && row->value != NULL && *i + 1 < argc) {
		value = argv[++*i];
	}
	return take_option(row, given, value, out, err);
}

static int parse_short(
	const struct command *command, char **argv, int argc, int *i, struct arguments *out, struct bd_error *err)
{
	const char *given = argv[*i];
	const struct option_row *row = find_short(command, given[1]);

	if (row == NULL) {
		return unknown_option(command, given, bd_str(given + 1), err);
	}
	const char *value = NULL;
	if (row->value != NULL && given[2] != '\0') {
		value = given + 2 + (given[2] == '=');
	} else if (row->value != NULL && *i + 1 < argc) {
		value = argv[++*i];
	} else if (given[2] != '\0') {
		return bd_error_set(err, BD_ERR_USAGE, "%s: write short options one by one", given);
	}
	return take_option(row, given, value, out, err);
}

int parse_arguments(
	const struct command *command, int argc, char **argv, int from, struct arguments *out, struct bd_error *err)
{
	bool only_operands = false;
	*out = (struct arguments){ .command = command };
	for (int i = from; i < argc; i++) {
		const char *word = argv[i];
		int result = 0;
		if (only_operands || word[0] != '-' || word[1] == '\0') {
			text_list_add(&out->operands, word);
			only_operands = only_operands || command->runs_command;
		} else if (strcmp(word, "--") == 0) {
			only_operands = true;
		} else if (word[1] == '-') {
			result = parse_long(command, argv, argc, &i, out, err);
		} else {
			result = parse_short(command, argv, argc, &i, out, err);
		}
		if (result < 0) {
			return result;
		}
	}
	return 0;
}

void arguments_release(struct arguments *arguments)
{
	free(arguments->operands.v);
	free(arguments->outputs.v);
	free(arguments->build_args.v);
	free(arguments->bases.v);
	free(arguments->base_images.v);
	free(arguments->secret_names.v);
	free(arguments->ignore.v);
	bd_arena_release(&arguments->arena);
}

/* ---- help ------------------------------------------------------------------------------------------ */

static void print_row(const struct option_row *row)
{
	char left[64];
	(void)snprintf(left, sizeof(left), "%c%c%s --%s%s%s", row->letter != '\0' ? '-' : ' ',
		row->letter != '\0' ? row->letter : ' ', row->letter != '\0' ? "," : " ", row->name,
		row->value != NULL ? " " : "", row->value != NULL ? row->value : "");
	(void)printf("  %-34s %s\n", left, row->help);
}

void print_command_help(const struct command *command)
{
	(void)printf("basedrift %s: %s\n\n  %s\n\nUsage: basedrift %s %s\n", command->name, command->summary,
		command->example, command->name, command->synopsis);
	if (command->details != NULL) {
		(void)printf("\n%s", command->details);
	}
	(void)printf("\nOptions:\n");
	for (const struct option_row *const *table = command->options; *table != NULL; table++) {
		for (const struct option_row *row = *table; row->name != NULL; row++) {
			print_row(row);
		}
	}
}
