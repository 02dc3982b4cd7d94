/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes to instructions: lines, continuation, heredocs, forms, and what is refused. */
#include "test.h"

#include "basedrift/limits.h"

#include "base/auto.h"
#include "origin/dockerfile.h"
#include "origin/dockerfile_words.h"

struct reading {
	struct bd_arena arena;
	struct dockerfile_text text;
	struct bd_error err;
	int rc;
};

static void reading_release(struct reading *r)
{
	bd_arena_release(&r->arena);
}

static void read_text(struct reading *r, const char *file)
{
	bd_arena_release(&r->arena);
	r->rc = dockerfile_read(bd_str(file), &r->arena, &r->text, &r->err);
}

static void must_read(struct reading *r, const char *file, size_t count)
{
	read_text(r, file);
	if (r->rc < 0) {
		fail_msg("%s: %s", file, r->err.msg);
	}
	assert_int_equal(r->text.instructions.len, count);
}

static void test_dockerfile_read_lines(void **state)
{
	AUTO(reading_release) struct reading r = { .rc = 0 };
	(void)state;
	must_read(&r, "# comment\n\n  \tfrom\tx\n\nRUN a \\\n  # gone\n\n   b\\\nc \\  \n d\nUSER e", 3);
	const struct instruction *v = r.text.instructions.v;
	assert_string_equal(v[0].name, "FROM");
	assert_string_equal(v[0].args, "x");
	assert_int_equal(v[0].line, 3);
	assert_int_equal(v[0].end_line, 3);
	assert_string_equal(v[1].args, "a    bc  d");
	assert_int_equal(v[1].line, 5);
	assert_int_equal(v[1].end_line, 10);
	assert_true(bd_str_is(v[1].raw, "RUN a \\\n  # gone\n\n   b\\\nc \\  \n d"));
	assert_true(bd_str_is(v[2].raw, "USER e"));
	assert_int_equal(v[2].line, 11);
	assert_int_equal(r.text.warnings.len, 1);
	assert_string_equal(r.text.warnings.v[0], "line 5: empty continuation line");
}

static void test_dockerfile_read_line_ends(void **state)
{
	AUTO(reading_release) struct reading r = { .rc = 0 };
	(void)state;
	must_read(&r,
		"\xef\xbb\xbf"
		"FROM x\r\nRUN a \\\r\n  b\r\n",
		2);
	assert_string_equal(r.text.instructions.v[0].args, "x");
	assert_string_equal(r.text.instructions.v[1].args, "a   b");
	must_read(&r, "FROM x\nRUN a \\", 2);
	assert_string_equal(r.text.instructions.v[1].args, "a");
	must_read(&r, "FROM x\nRUN a \\\\\nUSER b\n", 3); /* an escaped escape token joins nothing */
	must_read(&r,
		"\xc2\xa0"
		"FROM x\n",
		1); /* a no-break space is white space */
}

static void test_dockerfile_read_escape(void **state)
{
	AUTO(reading_release) struct reading r = { .rc = 0 };
	(void)state;
	must_read(&r, "# escape=`\n# syntax=x\nFROM x\nRUN dir C:\\\nRUN a `\n b\n", 3);
	assert_int_equal(r.text.escape, '`');
	assert_string_equal(r.text.instructions.v[1].args, "dir C:\\");
	assert_string_equal(r.text.instructions.v[2].args, "a  b");
	must_read(&r, "# words\n# escape=`\nFROM x\nRUN a \\\nb\n", 2);
	assert_int_equal(r.text.escape, '\\');
}

static void test_dockerfile_read_heredocs(void **state)
{
	AUTO(reading_release) struct reading r = { .rc = 0 };
	(void)state;
	must_read(&r,
		"FROM x\nRUN <<EOF cat <<-\"E F\" \\\n  | tee x\n# kept $V\\\nEOF\n\tsecond\n\tE F\nCOPY <<a <<b /x/\n1\na\n2\nb\nUSER y\n",
		4);
	const struct instruction *run = &r.text.instructions.v[1];
	assert_int_equal(run->heredocs.len, 2);
	assert_string_equal(run->heredocs.v[0].name, "EOF");
	assert_string_equal(run->heredocs.v[0].content, "# kept $V\\\n");
	assert_true(run->heredocs.v[0].expand);
	assert_string_equal(run->heredocs.v[1].name, "E F");
	assert_string_equal(run->heredocs.v[1].content, "\tsecond\n");
	assert_true(run->heredocs.v[1].chomp);
	assert_false(run->heredocs.v[1].expand);
	assert_int_equal(run->end_line, 7);
	assert_int_equal(r.text.instructions.v[2].line, 8);
	assert_int_equal(r.text.instructions.v[2].heredocs.len, 2);
	must_read(&r, "FROM x\nONBUILD RUN <<EOF\nUSER no\nEOF\nUSER y\n", 3);
	must_read(&r, "FROM x\nRUN [\"a\", \"<<EOF\"]\nUSER y\n", 3);
	must_read(&r, "FROM x\nRUN echo $((1<<2)) \"<<EOF\" <<<word\nENV A=<<EOF\nUSER y\n", 4);
}

static void test_heredoc_command_forms(void **state)
{
	AUTO(reading_release) struct reading r = { .rc = 0 };
	(void)state;
	must_read(&r, "FROM x\nRUN <<-EOF\n\ta\n\t\tb\nEOF\nRUN python <<EOF\nx\nEOF\nRUN plain\n", 4);
	const struct instruction *v = r.text.instructions.v;
	assert_string_equal(heredoc_command(&v[1], &r.arena), "a\nb\n");
	assert_string_equal(heredoc_command(&v[2], &r.arena), "python <<EOF\nx\nEOF");
	assert_null(heredoc_command(&v[3], &r.arena));
}

static void test_instruction_parse_flags(void **state)
{
	AUTO(reading_release) struct reading r = { .rc = 0 };
	size_t at = 0;
	(void)state;
	must_read(&r,
		"FROM --platform=\"linux/arm64\" x\nCOPY --link --from=\"a b\" -- --x /y\nRUN --mount=a --mount=b --network=none c --d\n",
		3);
	const struct instruction *v = r.text.instructions.v;
	assert_string_equal(instruction_flag(&v[0], "platform", &at), "linux/arm64");
	assert_string_equal(v[1].flags.v[0], "--link");
	assert_string_equal(v[1].flags.v[1], "--from=a b");
	assert_string_equal(v[1].args, "--x /y");
	at = 0;
	assert_string_equal(instruction_flag(&v[2], "mount", &at), "a");
	assert_string_equal(instruction_flag(&v[2], "mount", &at), "b");
	assert_null(instruction_flag(&v[2], "mount", &at));
	assert_string_equal(v[2].args, "c --d");
}

static void assert_words(const struct instruction *in, size_t n, const char *const *words)
{
	assert_int_equal(in->words.len, n);
	for (size_t i = 0; i < n; i++) {
		assert_string_equal(in->words.v[i], words[i]);
	}
}
#define ASSERT_WORDS(in, ...) \
	assert_words((in), sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *), \
		(const char *const[]){ __VA_ARGS__ })

static void test_instruction_parse_words(void **state)
{
	AUTO(reading_release) struct reading r = { .rc = 0 };
	(void)state;
	must_read(&r,
		"FROM x\nENV a=1 b=\"2 3\" c=4\\ 5\nENV old  style = x\nARG v w='q q'\nCOPY [\"a b\", \"/c\"]\nCOPY [a b\nCMD [\"x\", \"\\u00e4\"]\n"
		"CMD [\"x\", ]\nHEALTHCHECK --interval=1s CMD [\"t\"]\nHEALTHCHECK none\nEXPOSE 80\t443/tcp\nENV z=1 \\",
		12);
	const struct instruction *v = r.text.instructions.v;
	ASSERT_WORDS(&v[1], "a", "1", "b", "\"2 3\"", "c", "4\\ 5");
	ASSERT_WORDS(&v[2], "old", "style = x");
	ASSERT_WORDS(&v[3], "v", "w='q q'");
	ASSERT_WORDS(&v[4], "a b", "/c");
	assert_true(v[4].json);
	ASSERT_WORDS(&v[5], "[a", "b");
	ASSERT_WORDS(&v[6], "x", "ä");
	ASSERT_WORDS(&v[7], "[\"x\", ]");
	assert_false(v[7].json);
	ASSERT_WORDS(&v[8], "CMD", "t");
	ASSERT_WORDS(&v[9], "none");
	ASSERT_WORDS(&v[10], "80", "443/tcp");
	ASSERT_WORDS(&v[11], "z", "1");
}

static void test_dockerfile_read_refused(void **state)
{
	static const struct {
		const char *file, *message;
	} table[] = {
		{ "", "file with no instructions" },
		{ "# only\n\n# comments\n", "file with no instructions" },
		{ "FROM x\nFOO bar\n", "line 2: unknown instruction: FOO" },
		{ "# escape=x\nFROM x\n", "line 1: invalid escape token 'x' does not match ` or \\" },
		{ "# escape=`\n# Escape=`\nFROM x\n", "line 2: only one escape parser directive can be used" },
		{ "FROM\n", "line 1: FROM requires either one or three arguments" },
		{ "FROM a b\n", "line 1: FROM requires either one or three arguments" },
		{ "FROM a is b\n", "line 1: FROM requires either one or three arguments" },
		{ "FROM x\n\nENV PATH\n", "line 3: ENV must have two arguments" },
		{ "FROM x\nENV a=1 b\n",
			"line 2: Syntax error - can't find = in \"b\". Must be of the form: name=value" },
		{ "FROM x\nENV =1\n", "line 2: ENV names can not be blank" },
		{ "FROM x\nLABEL\n", "line 2: LABEL requires at least one argument" },
		{ "ARG =x\n", "line 1: ARG names can not be blank" },
		{ "FROM x\nCMD [\"a\", 1]\n",
			"line 2: when using JSON array syntax, arrays must be comprised of strings only" },
		{ "FROM x\nSHELL sh -c\n", "line 2: SHELL requires the arguments to be in JSON form" },
		{ "FROM x\nWORKDIR\n", "line 2: WORKDIR requires exactly one argument" },
		{ "FROM x\nCOPY a\n",
			"line 2: COPY requires at least two arguments, but only one was provided. Destination could not be determined" },
		{ "FROM x\nCOPY a <<EOF\nEOF\n", "line 2: COPY cannot accept a heredoc as a destination" },
		{ "FROM x\nRUN <<EOF\nx\n", "line 2: unterminated heredoc <<EOF" },
		{ "FROM x\nONBUILD FROM y\n", "line 2: FROM isn't allowed as an ONBUILD trigger" },
		{ "FROM x\nONBUILD ONBUILD RUN y\n", "line 2: Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed" },
		{ "FROM x\nMAINTAINER --boo y\n", "line 2: unknown flag: --boo" },
		{ "FROM x\nHEALTHCHECK CMD\n", "line 2: Missing command after HEALTHCHECK CMD" },
		{ "FROM x\nHEALTHCHECK NONE x\n", "line 2: HEALTHCHECK NONE takes no arguments" },
		{ "FROM x\nHEALTHCHECK FOO x\n", "line 2: Unknown type \"FOO\" in HEALTHCHECK (try CMD)" },
	};
	AUTO(reading_release) struct reading r = { .rc = 0 };
	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		read_text(&r, table[i].file);
		assert_int_equal(r.rc, -BD_ERR_FORMAT);
		assert_string_equal(r.err.msg, table[i].message);
	}
}

static void test_dockerfile_read_bytes(void **state)
{
	AUTO(reading_release) struct reading r = { .rc = 0 };
	static const char utf16[] = "\xff\xfe"
				    "F\0R\0O\0M\0";
	(void)state;
	r.rc = dockerfile_read((struct bd_str){ utf16, sizeof(utf16) - 1 }, &r.arena, &r.text, &r.err);
	assert_int_equal(r.rc, -BD_ERR_FORMAT);
	assert_string_equal(r.err.msg, "line 1: a NUL byte; is the file UTF-16?");

	AUTO(free_ptr) char *large = bd_xmalloc(BD_LIMIT_DOCKERFILE_BYTES + 1);
	memset(large, '\n', BD_LIMIT_DOCKERFILE_BYTES + 1);
	memcpy(large, "FROM x", 6);
	r.rc = dockerfile_read((struct bd_str){ large, BD_LIMIT_DOCKERFILE_BYTES + 1 }, &r.arena, &r.text, &r.err);
	assert_int_equal(r.rc, -BD_ERR_LIMIT);
	r.rc = dockerfile_read((struct bd_str){ large, BD_LIMIT_DOCKERFILE_BYTES }, &r.arena, &r.text, &r.err);
	assert_int_equal(r.rc, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dockerfile_read_lines),
		cmocka_unit_test(test_dockerfile_read_line_ends),
		cmocka_unit_test(test_dockerfile_read_escape),
		cmocka_unit_test(test_dockerfile_read_heredocs),
		cmocka_unit_test(test_heredoc_command_forms),
		cmocka_unit_test(test_instruction_parse_flags),
		cmocka_unit_test(test_instruction_parse_words),
		cmocka_unit_test(test_dockerfile_read_refused),
		cmocka_unit_test(test_dockerfile_read_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
