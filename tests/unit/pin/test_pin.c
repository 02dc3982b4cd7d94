/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "pin_property.h"

#define D "sha256:1111111111111111111111111111111111111111111111111111111111111111"

struct read {
	struct bd_arena arena;
	struct bd_pin_file file;
};

static void read_release(struct read *read)
{
	bd_arena_release(&read->arena);
}

static void read_text(struct read *read, const char *path, const char *text)
{
	struct bd_error err;
	read->file = (struct bd_pin_file){ .path = path, .compose = bd_pin_is_compose(path), .bytes = bd_str(text) };
	if (bd_pin_read(&read->file, NULL, &read->arena, &err) < 0) {
		fail_msg("%s", err.msg);
	}
}

/* Every image gets the digest D; the whole file is `wanted` then. */
static void assert_pinned(const char *path, const char *text, const char *wanted)
{
	AUTO(read_release) struct read read = { .arena = { NULL, 0 } };
	AUTO(bd_buf_release) struct bd_buf out = { .n = 0 };
	struct bd_edit_vec edits;
	size_t unused;
	read_text(&read, path, text);
	const char *problem = pin_property(&read.file, &read.arena, &unused);
	if (problem != NULL) {
		fail_msg("%s", problem);
	}
	for (size_t i = 0; i < read.file.uses.len; i++) {
		read.file.uses.v[i].wanted = read.file.uses.v[i].name != NULL ? D : NULL;
	}
	bd_pin_edits(&read.file, &read.arena, &edits);
	bd_edits_apply(read.file.bytes, edits.v, edits.len, &out);
	assert_string_equal(bd_buf_str(&out), wanted);
}

static void test_bd_pin_edits_every_place(void **state)
{
	(void)state;
	assert_pinned("Dockerfile",
		"# syntax = docker/dockerfile:1.7\n"
		"FROM --platform=linux/amd64 \\\n  # why\n\n  python:2.7   AS build\n"
		"RUN --mount=type=bind,from=alpine:3.19,target=/x --mount=type=cache,target=/c,from=\"busybox\" <<EOF\n"
		"FROM python:2.7\nEOF\n"
		"FROM python:2.7\nCOPY --from=build /a /a\nCOPY --chown=1:1 --from=nginx:1.25 nginx:1.25 /b\n",
		"# syntax = docker/dockerfile:1.7@" D "\n"
		"FROM --platform=linux/amd64 \\\n  # why\n\n  python:2.7@" D "   AS build\n"
		"RUN --mount=type=bind,from=alpine:3.19@" D
		",target=/x --mount=type=cache,target=/c,from=\"busybox:latest@" D "\" <<EOF\n"
		"FROM python:2.7\nEOF\n"
		"FROM python:2.7@" D "\nCOPY --from=build /a /a\nCOPY --chown=1:1 --from=nginx:1.25@" D
		" nginx:1.25 /b\n");
}

static void test_bd_pin_edits_keeps_bytes(void **state)
{
	(void)state;
	assert_pinned("Dockerfile",
		"\xef\xbb\xbf"
		"FROM a:1\r\nRUN x \\\r\n  y\r\nFROM b\r\n",
		"\xef\xbb\xbf"
		"FROM a:1@" D "\r\nRUN x \\\r\n  y\r\nFROM b:latest@" D "\r\n");
	assert_pinned("Dockerfile",
		"from\tr.example:5000/x/y:1@sha256:2222222222222222222222222222222222222222222222222222222222222222",
		"from\tr.example:5000/x/y:1@" D);
	assert_pinned(
		"Dockerfile", "FROM python:$V\nFROM ${B}\nFROM scratch\n", "FROM python:$V\nFROM ${B}\nFROM scratch\n");
	assert_pinned("Dockerfile", "# escape=`\nFROM `\n  win:1\n", "# escape=`\nFROM `\n  win:1@" D "\n");
	assert_pinned("Dockerfile", "# escape=`\nFROM `a:1\n", "# escape=`\nFROM `a:1\n");
	assert_pinned("Dockerfile", "FROM pyth\\\non:2.7\n", "FROM pyth\\\non:2.7\n");
	assert_pinned("Dockerfile", "FROM a:1\nONBUILD COPY --from=b:1 x y\nFROM 0\nFROM 0\n",
		"FROM a:1@" D "\nONBUILD COPY --from=b:1@" D " x y\nFROM 0\nFROM 0\n");
}

/* The digest goes into the ARG that the whole reference is made from, when nothing else is. */
static void test_bd_pin_edits_arguments(void **state)
{
	static const char *const kept[] = {
		"ARG B=python:2.7\nFROM ${B}-slim\n",
		"ARG B=python:2.7\nFROM $B\nARG B\nRUN echo $B\n",
		"ARG B=python:2.7\nARG C=$B\nFROM $B\n",
		"ARG B=python:2.7\nARG B=python:3.6\nFROM $B\n",
		"ARG B=pyth\\\non:2.7\nFROM $B\n",
		"ARG B=pyt\"h\"on:2.7\nFROM $B\n",
		"ARG V=2.7\nFROM python:$V\n",
		"ARG V=2\nARG B=python:$V\nFROM $B\n",
		"ARG B=base\nFROM python:2.7 AS base\nFROM $B\n",
		"FROM ${B:-python:2.7}\n",
		"ARG B\nFROM ${B:-python:2.7}\n",
	};
	(void)state;
	assert_pinned("Dockerfile", "# B is the base\nARG B=python:2.7\nFROM ${B}\n",
		"# B is the base\nARG B=python:2.7@" D "\nFROM ${B}\n");
	assert_pinned("Dockerfile", "ARG A=1 B='python' C\r\nFROM $B AS b\r\nFROM $B\r\nCOPY --from=b x y\r\n",
		"ARG A=1 B='python:latest@" D "' C\r\nFROM $B AS b\r\nFROM $B\r\nCOPY --from=b x y\r\n");
	assert_pinned("Dockerfile",
		"ARG \\\n  # why\n  B=\"r.example:5000/a/b:1@" D "\"\nFROM --platform=$BUILDPLATFORM $B\n",
		"ARG \\\n  # why\n  B=\"r.example:5000/a/b:1@" D "\"\nFROM --platform=$BUILDPLATFORM $B\n");
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		AUTO(read_release) struct read read = { .arena = { NULL, 0 } };
		read_text(&read, "Dockerfile", kept[i]);
		for (size_t k = 0; k < read.file.uses.len; k++) {
			const struct bd_pin_use *use = &read.file.uses.v[k];
			if (strchr(use->as_written, '$') != NULL && (use->n > 0 || use->not_editable == NULL)) {
				fail_msg("%s: line %d is edited", kept[i], use->line);
			}
		}
	}
}

static void test_bd_pin_edits_compose(void **state)
{
	(void)state;
	assert_pinned("compose.yml",
		"# é\nx-base: &base\n  image: 'redis:7' # kept\nservices:\n  web:\n    build: .\n    image: app:1\n"
		"  db: {image: \"postgres:15\", environment: {image: no:1}}\n  cache:\n    <<: *base\n  q:\n    image: r:${TAG}\n"
		"  t:\n    build:\n      context: .\n      additional_contexts:\n        - base=docker-image://alpine:3.19\n"
		"      dockerfile_inline: |\n        FROM python:2.7\n",
		"# é\nx-base: &base\n  image: 'redis:7@" D
		"' # kept\nservices:\n  web:\n    build: .\n    image: app:1\n"
		"  db: {image: \"postgres:15@" D
		"\", environment: {image: no:1}}\n  cache:\n    <<: *base\n  q:\n    image: r:${TAG}\n"
		"  t:\n    build:\n      context: .\n      additional_contexts:\n        - base=docker-image://alpine:3.19@" D
		"\n"
		"      dockerfile_inline: |\n        FROM python:2.7\n");
}

static void test_bd_pin_read_says_why_not(void **state)
{
	AUTO(read_release) struct read read = { .arena = { NULL, 0 } };
	(void)state;
	read_text(&read, "Dockerfile", "ARG BASE=python:2.7\nFROM $BASE-slim\nFROM x:${NONE}\n");
	assert_int_equal(read.file.uses.len, 2);
	assert_string_equal(read.file.uses.v[0].name, "docker.io/library/python:2.7-slim");
	assert_int_equal(read.file.uses.v[0].pinned, BD_PINNED_FLOATING);
	assert_non_null(strstr(read.file.uses.v[0].not_editable, "build argument BASE (line 1)"));
	read.file.uses.v[0].wanted = D;
	assert_non_null(strstr(bd_pin_advice(&read.file.uses.v[0], &read.arena), "by hand: python:2.7-slim@" D));
	assert_int_equal(read.file.uses.v[1].pinned, BD_PINNED_UNRESOLVED);
	assert_non_null(strstr(read.file.uses.v[1].problem, "NONE"));
	assert_int_equal(bd_pin_holds(&read.file.uses.v[1]), BD_DIFFERENT);
}

static void test_bd_pin_read_inline(void **state)
{
	AUTO(read_release) struct read read = { .arena = { NULL, 0 } };
	(void)state;
	read_text(&read, "compose.yml",
		"services:\n  a:\n    build:\n      dockerfile_inline: |\n        ARG B=x:1\n        FROM $B\n");
	assert_true(read.file.uses.len > 0);
	assert_int_equal(read.file.uses.v[0].line, 6);
	assert_int_equal(read.file.uses.v[0].edited_line, 5);
	assert_int_equal(read.file.uses.v[0].n, 0);
	read_text(
		&read, "compose.yml", "services:\n  b:\n    build:\n      dockerfile_inline: \"# c\\nFROM y:1\\n\"\n");
	assert_int_equal(read.file.uses.len, 1);
	assert_int_equal(read.file.uses.v[0].line, 4);
}

static void test_bd_pin_read_refuses(void **state)
{
	AUTO(read_release) struct read read = { .arena = { NULL, 0 } };
	struct bd_error err;
	(void)state;
	read.file = (struct bd_pin_file){ .path = "a.yml", .compose = true, .bytes = BD_STR("services:\n  a: [\n") };
	assert_int_equal(bd_pin_read(&read.file, NULL, &read.arena, &err), -BD_ERR_FORMAT);
	assert_non_null(strstr(err.msg, "a.yml: line "));
	read.file.bytes = BD_STR("kind: Pod\n");
	assert_int_equal(bd_pin_read(&read.file, NULL, &read.arena, &err), -BD_ERR_FORMAT);
	assert_non_null(strstr(err.msg, "not a compose file"));
}

static void test_bd_pin_class_of_tag_kinds(void **state)
{
	static const char *const versions[] = { "2.7.16", "v1.2.3", "3.12.0rc1-slim", "bookworm-20231009-slim",
		"1.25.3-alpine", "sha-3f2a91b" };
	static const char *const series[] = { "2.7", "latest", "3", "bookworm", "stable-slim", "2.7-alpine3.11", "v2",
		"deadbeef", "jammy" };
	(void)state;
	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
		assert_int_equal(bd_pin_class_of_tag(versions[i]), BD_PINNED_VERSION);
	}
	for (size_t i = 0; i < sizeof(series) / sizeof(series[0]); i++) {
		assert_int_equal(bd_pin_class_of_tag(series[i]), BD_PINNED_FLOATING);
	}
}

static void test_bd_pin_holds_answers(void **state)
{
	struct bd_pin_use use = { .pinned = BD_PINNED_DIGEST };
	(void)state;
	assert_int_equal(bd_pin_holds(&use), BD_SAME);
	use.served = BD_PIN_GONE;
	assert_int_equal(bd_pin_holds(&use), BD_DIFFERENT);
	use.served = BD_PIN_UNKNOWN;
	assert_int_equal(bd_pin_holds(&use), BD_CANNOT_TELL);
	use.pinned = BD_PINNED_VERSION;
	assert_int_equal(bd_pin_holds(&use), BD_DIFFERENT);
}

static void test_bd_pin_pullable_order(void **state)
{
	struct bd_digest digests[] = { { BD_DIGEST_MANIFEST, D }, { BD_DIGEST_INDEX, "sha256:22" },
		{ BD_DIGEST_CONFIG, D } };
	struct bd_base base = { .digests = { digests, 3, 3 }, .confidence = BD_PROVEN };
	(void)state;
	assert_string_equal(bd_pin_pullable(&base, NULL), D); /* the index is no digest */
	digests[1].value = "sha256:2222222222222222222222222222222222222222222222222222222222222222";
	assert_string_equal(bd_pin_pullable(&base, NULL), digests[1].value);
	assert_string_equal(bd_pin_pullable(&base, digests[1].value), D);
	assert_null(bd_pin_pullable(&base, D));
	base.confidence = BD_INFERRED;
	assert_null(bd_pin_pullable(&base, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bd_pin_edits_every_place),
		cmocka_unit_test(test_bd_pin_edits_keeps_bytes),
		cmocka_unit_test(test_bd_pin_edits_arguments),
		cmocka_unit_test(test_bd_pin_edits_compose),
		cmocka_unit_test(test_bd_pin_read_says_why_not),
		cmocka_unit_test(test_bd_pin_read_inline),
		cmocka_unit_test(test_bd_pin_read_refuses),
		cmocka_unit_test(test_bd_pin_class_of_tag_kinds),
		cmocka_unit_test(test_bd_pin_holds_answers),
		cmocka_unit_test(test_bd_pin_pullable_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
