/* SPDX-License-Identifier: Apache-2.0 */
/* BuildKit's own tables, where they are at hand. */
#include "test.h"

#include <dirent.h>

#include "basedrift/origin.h"

#include "base/auto.h"
#include "origin/dockerfile.h"
#include "origin/dockerfile_words.h"
#include "origin/shell_word.h"
#include "vectors.h"

/* ---- the shell's words --------------------------------------------------------------------------- */

/* A JSON object, or "K=V" lines gathered from wordsTest. */
static enum shell_variable get_member(struct bd_str name, const void *context, const char **value_out)
{
	const json_t *value = json_object_getn(context, name.p, name.n);
	if (!json_is_string(value)) {
		return SHELL_UNSET;
	}
	*value_out = json_string_value(value);
	return SHELL_SET;
}

static void check_word(const char *source, const json_t *env, const char *expected, struct tally *tally)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	const struct shell_options options = { .escape = '\\', .get = get_member, .context = env };
	struct shell_result result;
	struct bd_error err;
	const int rc = shell_expand(&options, bd_str(source), &arena, &result, &err);
	tell(tally, expected == NULL ? rc < 0 : rc == 0 && strcmp(result.text, expected) == 0, source,
		rc < 0 ? err.msg : result.text);
}

static void test_env_var_test(void **state)
{
	AUTO(bd_buf_release) struct bd_buf file = { .n = 0 };
	struct tally tally = { 0 };
	(void)state;
	if (!read_file(VECTORS "shell/envVarTest", &file)) {
		skip(); /* jumps out: nothing that must be released may stand before it */
	}
	json_auto_t *env =
		json_pack("{s:s,s:s,s:s,s:s}", "PWD", "/home", "SHELL", "bash", "KOREAN", "한국어", "NULL", "");
	struct bd_str rest = bd_buf_view(&file);
	struct bd_str line;
	while (bd_str_line(&rest, &line)) {
		if (line.n == 0 || line.p[0] == '#' || line.p[0] == 'W') {
			continue; /* W: on Windows only */
		}
		(void)bd_str_cut(&line, '|');
		AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
		const struct bd_str source = bd_str_trim(bd_str_cut(&line, '|'));
		const struct bd_str expected = bd_str_trim(line);
		check_word(bd_arena_text(&arena, source.p, source.n), env,
			bd_str_is(expected, "error") ? NULL : bd_arena_text(&arena, expected.p, expected.n), &tally);
	}
	report("shell/envVarTest", tally);
}

static void check_words(struct bd_str source, const json_t *env, struct bd_str expected, struct tally *tally)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	AUTO(bd_buf_release) struct bd_buf found = { .n = 0 };
	const struct shell_options options = { .escape = '\\', .split = true, .get = get_member, .context = env };
	struct shell_result result;
	struct bd_error err;
	if (shell_expand(&options, source, &arena, &result, &err) < 0) {
		bd_buf_add_str(&found, "error");
	} else {
		for (size_t i = 0; i < result.words.len; i++) {
			bd_buf_printf(&found, "%s%s", i > 0 ? "," : "", result.words.v[i]);
		}
	}
	/* an editor may have cut the blanks off the ends of both */
	const struct bd_str words = bd_str_trim(bd_buf_view(&found));
	tell(tally, bd_str_equal(words, bd_str_trim(expected)), bd_arena_text(&arena, source.p, source.n),
		bd_buf_str(&found));
}

static void test_words_test(void **state)
{
	AUTO(bd_buf_release) struct bd_buf file = { .n = 0 };
	struct tally tally = { 0 };
	(void)state;
	if (!read_file(VECTORS "shell/wordsTest", &file)) {
		skip();
	}
	json_auto_t *env = json_object();
	struct bd_str rest = bd_buf_view(&file);
	struct bd_str line;
	while (bd_str_line(&rest, &line)) {
		if (line.n == 0 || line.p[0] == '#') {
			continue;
		}
		if (bd_str_starts(line, "ENV ")) {
			struct bd_str value = { line.p + 4, line.n - 4 };
			const struct bd_str key = bd_str_cut(&value, '=');
			AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
			(void)json_object_set_new(
				env, bd_arena_text(&arena, key.p, key.n), json_stringn(value.p, value.n));
			continue;
		}
		const struct bd_str source = bd_str_trim(bd_str_cut(&line, '|'));
		check_words(source, env, line, &tally);
	}
	report("shell/wordsTest", tally);
}

static json_t *table(const json_t *root, const char *test, size_t nth)
{
	size_t i;
	json_t *item;
	json_array_foreach (json_object_get(root, "tables"), i, item) {
		if (strstr(text_of(item, "test"), test) != NULL && nth-- == 0) {
			return json_object_get(item, "rows");
		}
	}
	fail_msg("no table %s", test);
	return NULL;
}

static void test_process_with_matches(void **state)
{
	json_auto_t *root = load("unit-tables.json");
	struct tally tally = { 0 };
	size_t i;
	const json_t *row;
	(void)state;
	json_array_foreach (table(root, "TestProcessWithMatches", 0), i, row) {
		check_word(text_of(row, "input"), json_object_get(row, "envs"),
			json_is_true(json_object_get(row, "expectedErr")) ? NULL : text_of(row, "expected"), &tally);
	}
	report("TestProcessWithMatches", tally);
}

/* ---- heredocs, words, JSON, errors ----------------------------------------------------------------- */

static void check_heredocs(const json_t *rows, int expected, struct tally *tally)
{
	size_t i;
	const json_t *row;
	json_array_foreach (rows, i, row) {
		AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
		struct heredoc heredoc;
		struct bd_error err;
		const int rc = heredoc_parse(bd_str(json_string_value(row)), &arena, &heredoc, &err);
		const bool good =
			expected < 0 ? rc < 0 : rc == expected && (rc == 0 || strcmp(heredoc.name, "EOF") == 0);
		tell(tally, good, json_string_value(row), rc > 0 ? heredoc.name : "none");
	}
}

static void test_heredoc_tables(void **state)
{
	json_auto_t *root = load("unit-tables.json");
	struct tally tally = { 0 };
	size_t i;
	const json_t *row;
	(void)state;
	check_heredocs(table(root, "TestParseHeredocHelpers", 0), 0, &tally);
	check_heredocs(table(root, "TestParseHeredocHelpers", 1), 1, &tally);
	check_heredocs(table(root, "TestParseHeredocHelpers", 2), -1, &tally);
	json_array_foreach (table(root, "TestHeredocsFromLine", 0), i, row) {
		AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
		struct heredoc_vec found = { .len = 0 };
		struct bd_error err;
		const json_t *names = json_object_get(row, "heredocNames");
		const char *line = text_of(row, "line");
		if (heredocs_of_line(bd_str(line), &arena, &found, &err) < 0) {
			fail_msg("%s: %s", line, err.msg);
		}
		/* as its own loop: only what was found is compared ("<<- EOF" is two words to BuildKit) */
		bool good = found.len <= json_array_size(names);
		for (size_t k = 0; good && k < found.len; k++) {
			good = strcmp(found.v[k].name, json_string_value(json_array_get(names, k))) == 0;
		}
		tell(&tally, good, line, found.len > 0 ? found.v[0].name : "none");
	}
	report("heredoc tables", tally);
}

static void test_parse_words_table(void **state)
{
	json_auto_t *root = load("unit-tables.json");
	struct tally tally = { 0 };
	size_t i;
	const json_t *row;
	(void)state;
	json_array_foreach (table(root, "TestParseWords", 0), i, row) {
		AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
		struct word_range_vec found = { .len = 0 };
		const struct bd_str input = bd_str(json_string_value(json_array_get(json_object_get(row, "input"), 0)));
		const json_t *expected = json_object_get(row, "expect");
		cut_words(input, '\\', &arena, &found);
		bool good = found.len == json_array_size(expected);
		for (size_t k = 0; good && k < found.len; k++) {
			good = bd_str_is(
				word_text(input, found.v[k], '\\'), json_string_value(json_array_get(expected, k)));
		}
		tell(&tally, good, input.p, "");
	}
	report("TestParseWords", tally);
}

static void test_json_tables(void **state)
{
	json_auto_t *root = load("unit-tables.json");
	struct tally tally = { 0 };
	const char *source;
	json_t *expected;
	size_t i;
	const json_t *row;
	(void)state;
	json_object_foreach (table(root, "TestJSONArraysOfStrings", 0), source, expected) {
		AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
		struct bd_string_vec found = { .len = 0 };
		struct bd_error err;
		bool good =
			split_json(bd_str(source), &arena, &found, &err) == 1 && found.len == json_array_size(expected);
		for (size_t k = 0; good && k < found.len; k++) {
			good = strcmp(found.v[k], json_string_value(json_array_get(expected, k))) == 0;
		}
		tell(&tally, good, source, "");
	}
	json_array_foreach (table(root, "TestJSONArraysOfStrings", 1), i, row) {
		AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
		struct bd_string_vec found = { .len = 0 };
		struct bd_error err;
		tell(&tally, split_json(bd_str(json_string_value(row)), &arena, &found, &err) < 0,
			json_string_value(row), "");
	}
	report("TestJSONArraysOfStrings", tally);
}

static void check_refused(const char *file, const char *message, struct tally *tally)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	struct dockerfile_text text;
	struct bd_error err = { .code = 0 };
	const int rc = dockerfile_read(bd_str(file), &arena, &text, &err);
	tell(tally, rc < 0 && (message == NULL || strcasestr(err.msg, message) != NULL), file, err.msg);
}

static void test_error_tables(void **state)
{
	json_auto_t *root = load("unit-tables.json");
	struct tally tally = { 0 };
	static const char *const bare[] = { "TestCommandsExactlyOneArgument", "TestCommandsAtLeastOneArgument" };
	size_t i;
	const json_t *row;
	(void)state;
	for (size_t k = 0; k < 2; k++) {
		json_array_foreach (table(root, bare[k], 0), i, row) {
			check_refused(json_string_value(row), "argument", &tally);
		}
	}
	json_array_foreach (table(root, "TestCommandsNoDestinationArgument", 0), i, row) {
		char file[64];
		(void)snprintf(file, sizeof(file), "%s arg1", json_string_value(row));
		check_refused(file, "requires at least two arguments", &tally);
	}
	json_array_foreach (table(root, "TestErrorCases", 0), i, row) {
		check_refused(text_of(row, "dockerfile"), text_of(row, "expectedError"), &tally);
	}
	json_array_foreach (table(root, "TestErrorCasesHeredoc", 0), i, row) {
		check_refused(text_of(row, "dockerfile"), text_of(row, "expectedError"), &tally);
	}
	report("tables of refused instructions", tally);
}

/* ---- directives ------------------------------------------------------------------------------------ */

static bool directive_is(const json_t *row)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	const struct bd_str input = bd_str(text_of(row, "input"));
	const json_t *line = json_object_get(row, "line");
	struct directive found;
	if (!directive_find(text_of(row, "fn"), input, &arena, &found)) {
		return !json_is_true(json_object_get(row, "found"));
	}
	return bd_str_is(found.value, text_of(row, "ref")) && (line == NULL || json_integer_value(line) == found.line);
}

static void test_directives(void **state)
{
	json_auto_t *root = load("directives.json");
	struct tally tally = { 0 };
	size_t i;
	const json_t *row;
	(void)state;
	json_array_foreach (json_object_get(root, "cases"), i, row) {
		tell(&tally, directive_is(row), text_of(row, "input"), "");
	}
	report("directives.json", tally);
}

/* ---- whole files: BuildKit's dumps ------------------------------------------------------------------- */

/* Go's strconv.Quote, as far as the dumps go. */
static void add_quoted(struct bd_buf *out, const char *s)
{
	bd_buf_add_char(out, '"');
	for (; *s != '\0'; s++) {
		const char *const at = strchr("\t\t\n\n\"\"\\\\", *s);
		if (at != NULL) {
			bd_buf_add_char(out, '\\');
			bd_buf_add_char(out, *s == '\t' ? 't' : *s == '\n' ? 'n' : *s);
		} else {
			bd_buf_add_char(out, *s);
		}
	}
	bd_buf_add_char(out, '"');
}

static void add_lower(struct bd_buf *out, const char *s)
{
	for (; *s != '\0'; s++) {
		bd_buf_add_char(out, *s >= 'A' && *s <= 'Z' ? (char)(*s + 32) : *s);
	}
}

/* The third of each three in a dump of ENV and LABEL: "=", or "" for the old form. */
static const char *separator(const struct instruction *in)
{
	const char *first = in->args;
	return in->words.len == 2 && strcspn(first, "=") > strcspn(first, " \t") && first[0] != '"' ? "" : "=";
}

static void dump(const struct instruction *in, char escape, struct bd_buf *out)
{
	bd_buf_add_char(out, '(');
	add_lower(out, in->name);
	for (size_t i = 0; i < in->flags.len; i++) {
		bd_buf_add_str(out, i == 0 ? " [" : " ");
		add_quoted(out, in->flags.v[i]);
		bd_buf_add_str(out, i + 1 == in->flags.len ? "]" : "");
	}
	if (in->form == FORM_TRIGGER) {
		AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
		struct instruction trigger;
		struct bd_error err;
		bd_buf_add_char(out, ' ');
		if (instruction_parse(bd_str(in->args), escape, &arena, &trigger, &err) == 0) {
			dump(&trigger, escape, out);
		}
		bd_buf_add_char(out, ')');
		return;
	}
	for (size_t i = 0; i < in->words.len; i++) {
		bd_buf_add_char(out, ' ');
		add_quoted(out, in->words.v[i]);
		if (in->form == FORM_PAIRS && i % 2 == 1) {
			bd_buf_add_char(out, ' ');
			add_quoted(out, separator(in));
		}
	}
	bd_buf_add_char(out, ')');
}

static void check_dump(const char *name, struct tally *tally)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	AUTO(bd_buf_release) struct bd_buf file = { .n = 0 };
	AUTO(bd_buf_release) struct bd_buf expected = { .n = 0 };
	AUTO(bd_buf_release) struct bd_buf found = { .n = 0 };
	struct dockerfile_text text;
	struct bd_error err;
	if (!read_file(bd_arena_printf(&arena, VECTORS "parser/testfiles/%s/Dockerfile", name), &file) ||
		!read_file(bd_arena_printf(&arena, VECTORS "parser/testfiles/%s/result", name), &expected)) {
		return;
	}
	if (dockerfile_read(bd_buf_view(&file), &arena, &text, &err) < 0) {
		tell(tally, false, name, err.msg);
		return;
	}
	for (size_t i = 0; i < text.instructions.len; i++) {
		dump(&text.instructions.v[i], text.escape, &found);
		bd_buf_add_char(&found, '\n');
	}
	tell(tally, bd_str_equal(bd_str_trim(bd_buf_view(&found)), bd_str_trim(bd_buf_view(&expected))), name,
		bd_buf_str(&found));
}

static void each_folder(const char *path, void (*check)(const char *name, struct tally *tally), struct tally *tally)
{
	DIR *dir = opendir(path);
	if (dir == NULL) {
		skip();
	}
	for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
		if (entry->d_name[0] != '.') {
			check(entry->d_name, tally);
		}
	}
	(void)closedir(dir);
}

static void test_testfiles(void **state)
{
	struct tally tally = { 0 };
	(void)state;
	each_folder(VECTORS "parser/testfiles", check_dump, &tally);
	report("parser/testfiles", tally);
}

static void check_negative(const char *name, struct tally *tally)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	AUTO(bd_buf_release) struct bd_buf file = { .n = 0 };
	if (read_file(bd_arena_printf(&arena, VECTORS "parser/testfiles-negative/%s/Dockerfile", name), &file)) {
		check_refused(bd_buf_str(&file), NULL, tally);
	}
}

static void test_testfiles_negative(void **state)
{
	struct tally tally = { 0 };
	(void)state;
	each_folder(VECTORS "parser/testfiles-negative", check_negative, &tally);
	report("parser/testfiles-negative", tally);
}

static bool lines_are(const struct dockerfile_text *text, const json_t *lines)
{
	bool good = lines == NULL || json_array_size(lines) == text->instructions.len;
	for (size_t i = 0; good && i < json_array_size(lines); i++) {
		const json_t *range = json_array_get(lines, i);
		good = json_integer_value(json_array_get(range, 0)) == text->instructions.v[i].line &&
		       json_integer_value(json_array_get(range, 1)) == text->instructions.v[i].end_line;
	}
	return good;
}

static bool count_is(const json_t *expected, size_t found)
{
	return expected == NULL || json_integer_value(expected) == (json_int_t)found;
}

static bool facts_hold(const json_t *row)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	AUTO(bd_buf_release) struct bd_buf file = { .n = 0 };
	struct dockerfile_text text;
	struct bd_error err;
	const char *path = text_of(row, "file");
	size_t heredocs = 0;
	if (path == NULL) {
		bd_buf_add_str(&file, text_of(row, "dockerfile"));
	} else if (!read_file(bd_arena_printf(&arena, VECTORS "%s", path), &file)) {
		return false;
	}
	if (dockerfile_read(bd_buf_view(&file), &arena, &text, &err) < 0) {
		return false;
	}
	for (size_t i = 0; i < text.instructions.len; i++) {
		heredocs += text.instructions.v[i].heredocs.len;
	}
	return lines_are(&text, json_object_get(row, "lines")) &&
	       count_is(json_object_get(row, "heredocs"), heredocs) &&
	       count_is(json_object_get(row, "instructions"), text.instructions.len) &&
	       count_is(json_object_get(row, "empty_continuation_warnings"), text.warnings.len);
}

static void test_parser_facts(void **state)
{
	json_auto_t *root = load("parser-facts.json");
	struct tally tally = { 0 };
	size_t i;
	const json_t *row;
	(void)state;
	json_array_foreach (json_object_get(root, "cases"), i, row) {
		if (text_of(row, "file") != NULL || text_of(row, "dockerfile") != NULL) {
			tell(&tally, facts_hold(row), text_of(row, "source"), "");
		}
	}
	report("parser-facts.json", tally);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_env_var_test),
		cmocka_unit_test(test_words_test),
		cmocka_unit_test(test_process_with_matches),
		cmocka_unit_test(test_heredoc_tables),
		cmocka_unit_test(test_parse_words_table),
		cmocka_unit_test(test_json_tables),
		cmocka_unit_test(test_error_tables),
		cmocka_unit_test(test_directives),
		cmocka_unit_test(test_testfiles),
		cmocka_unit_test(test_testfiles_negative),
		cmocka_unit_test(test_parser_facts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
