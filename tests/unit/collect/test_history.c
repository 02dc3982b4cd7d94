/* SPDX-License-Identifier: Apache-2.0 */
/* Which history entries are the base's and which Dockerfile line made the others, as each builder writes its history.
 */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "collect/history.h"
#include "collect/instruction_match.h"

static const char dockerfile_text[] = "FROM python:2.7\n"
				      "WORKDIR /app\n"
				      "COPY requirements.txt .\n"
				      "RUN pip install --no-cache-dir \\\n"
				      "    -r requirements.txt\n"
				      "ENV MODE=fast\n"
				      "COPY . /app\n"
				      "CMD [\"python\", \"app.py\"]\n";

struct entry {
	const char *created_by, *comment;
	bool empty;
};

struct fixture {
	struct bd_arena arena;
	struct bd_config config;
	struct bd_dockerfile dockerfile;
	struct history_map map;
};

static void map_entries(
	struct fixture *f, const char *dockerfile, const char *reference, const struct entry *entries, size_t count)
{
	struct bd_dockerfile_options options = { 0 };
	struct bd_error err;

	*f = (struct fixture){ 0 };
	for (size_t i = 0; i < count; i++) {
		*bd_vec_push(&f->config.history) = (struct bd_history){ .created_by = entries[i].created_by,
			.comment = entries[i].comment,
			.empty_layer = entries[i].empty };
	}
	if (dockerfile != NULL) {
		assert_int_equal(bd_dockerfile_parse(bd_str(dockerfile), &options, &f->arena, &f->dockerfile, &err), 0);
	}
	const struct history_input in = { .config = &f->config,
		.dockerfile = dockerfile != NULL ? &f->dockerfile : NULL,
		.base_reference = reference };
	history_map(&in, &f->arena, &f->map);
}

static void release(struct fixture *f)
{
	free(f->config.history.v);
	bd_arena_release(&f->arena);
}

static void assert_lines(const struct fixture *f, const int *lines)
{
	for (size_t i = 0; i < f->map.len; i++) {
		const struct bd_instruction *instruction = f->map.v[i].instruction;
		if ((instruction != NULL ? instruction->line : 0) != lines[i]) {
			fail_msg("entry %zu (%s): line %d, not %d", i, f->config.history.v[i].created_by,
				instruction != NULL ? instruction->line : 0, lines[i]);
		}
	}
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define PYTHON       "docker.io/library/python:2.7"

static void test_history_map_buildkit(void **state)
{
	(void)state;
	static const struct entry entries[] = {
		{ "# debian.sh --arch 'amd64' out/ 'buster'", "debuerreotype 0.15", false },
		{ "ENV PYTHON_VERSION=2.7.18", "buildkit.dockerfile.v0", true },
		{ "RUN /bin/sh -c set -ex; make # buildkit", "buildkit.dockerfile.v0", false },
		{ "CMD [\"python2\"]", "buildkit.dockerfile.v0", true },
		{ "WORKDIR /app", "buildkit.dockerfile.v0", false },
		{ "COPY requirements.txt . # buildkit", "buildkit.dockerfile.v0", false },
		{ "RUN /bin/sh -c pip install --no-cache-dir     -r requirements.txt # buildkit",
			"buildkit.dockerfile.v0", false },
		{ "ENV MODE=fast", "buildkit.dockerfile.v0", true },
		{ "COPY . /app # buildkit", "buildkit.dockerfile.v0", false },
		{ "CMD [\"python\" \"app.py\"]", "buildkit.dockerfile.v0", true },
	};
	static const int lines[] = { 0, 0, 0, 0, 2, 3, 4, 6, 7, 8 };
	struct fixture f;
	map_entries(&f, dockerfile_text, PYTHON, entries, COUNT(entries));
	assert_int_equal(f.map.source, BOUNDARY_INSTRUCTIONS);
	assert_int_equal(f.map.boundary, 4);
	assert_int_equal(f.map.base_layers, 2);
	assert_lines(&f, lines);
	release(&f);
}

static void test_history_map_buildkit_with_build_args(void **state)
{
	(void)state;
	static const struct entry entries[] = {
		{ "ADD file:1 in /", NULL, false },
		{ "ARG VERSION=1", "buildkit.dockerfile.v0", true },
		{ "RUN |1 VERSION=2 /bin/sh -c make VERSION=$VERSION # buildkit", "buildkit.dockerfile.v0", false },
	};
	static const int lines[] = { 0, 0, 3 };
	struct fixture f;
	map_entries(&f, "FROM x\nARG VERSION=1\nRUN make VERSION=$VERSION\n", "docker.io/library/x:latest", entries,
		COUNT(entries));
	assert_int_equal(f.map.source, BOUNDARY_INSTRUCTIONS);
	assert_int_equal(f.map.base_layers, 1);
	assert_int_equal(f.map.v[2].instruction->line, lines[2]);
	release(&f);
}

static void test_history_map_classic_builder(void **state)
{
	(void)state;
	static const struct entry entries[] = {
		{ "/bin/sh -c #(nop) ADD file:ab in / ", NULL, false },
		{ "/bin/sh -c #(nop)  CMD [\"bash\"]", NULL, true },
		{ "/bin/sh -c apt-get update", NULL, false },
		{ "/bin/sh -c #(nop) WORKDIR /app", NULL, true },
		{ "/bin/sh -c #(nop) COPY file:5d2a in . ", NULL, false },
		{ "/bin/sh -c pip install --no-cache-dir     -r requirements.txt", NULL, false },
		{ "/bin/sh -c #(nop)  ENV MODE=fast", NULL, true },
		{ "/bin/sh -c #(nop) COPY dir:77 in /app ", NULL, false },
		{ "/bin/sh -c #(nop)  CMD [\"python\" \"app.py\"]", NULL, true },
	};
	static const int lines[] = { 0, 0, 0, 2, 3, 4, 6, 7, 8 };
	struct fixture f;
	map_entries(&f, dockerfile_text, PYTHON, entries, COUNT(entries));
	assert_int_equal(f.map.source, BOUNDARY_INSTRUCTIONS);
	assert_int_equal(f.map.base_layers, 2);
	assert_lines(&f, lines);
	release(&f);
}

static void test_history_map_buildah_comment(void **state)
{
	(void)state;
	static const struct entry entries[] = {
		{ "# debian.sh", "debuerreotype 0.16", false },
		{ "/bin/sh -c #(nop) ENV A=b", "FROM docker.io/library/debian:bullseye",
			true }, /* the base's own base */
		{ "/bin/sh -c apt-get install python2.7", "FROM 32d39a127ce5", false },
		{ "/bin/sh -c #(nop) WORKDIR /app", "FROM docker.io/library/python:2.7", true },
		{ "/bin/sh -c #(nop) COPY file:6a in . ", "FROM 092f1048ef07", false },
		{ "/bin/sh -c pip install --no-cache-dir     -r requirements.txt", "FROM 6a5ae9cb6998", false },
		{ "/bin/sh -c #(nop) ENV MODE=fast", "FROM 6a5ae9cb6999", true },
		{ "/bin/sh -c #(nop) COPY dir:1a in /app ", "FROM 940ab4bef411", false },
		{ "/bin/sh -c #(nop) CMD [\"python\", \"app.py\"]", "FROM f446679d416f", true },
		{ "/bin/sh -c #(nop) LABEL \"revision\"=\"699b\"", "FROM 900af232f3da", true },
	};
	static const int lines[] = { 0, 0, 0, 2, 3, 4, 6, 7, 8, 0 };
	struct fixture f;
	map_entries(&f, dockerfile_text, PYTHON, entries, COUNT(entries));
	assert_int_equal(f.map.source, BOUNDARY_COMMENT);
	assert_string_equal(f.map.comment_reference, "docker.io/library/python:2.7");
	assert_int_equal(f.map.base_layers, 2);
	assert_lines(&f, lines);
	release(&f);
}

/* Without --layers buildah commits once and puts its comment on the last entry: instructions tell. */
static void test_history_map_buildah_single_commit(void **state)
{
	(void)state;
	static const struct entry entries[] = {
		{ "# debian.sh", "debuerreotype 0.16", false },
		{ "/bin/sh -c #(nop) WORKDIR /app", NULL, true },
		{ "/bin/sh -c #(nop) COPY file:6a in . ", NULL, true },
		{ "/bin/sh -c pip install --no-cache-dir     -r requirements.txt", NULL, true },
		{ "/bin/sh -c #(nop) ENV MODE=fast", NULL, true },
		{ "/bin/sh -c #(nop) COPY dir:1a in /app ", NULL, true },
		{ "/bin/sh -c #(nop) CMD [\"python\", \"app.py\"]", "FROM docker.io/library/python:2.7", false },
	};
	struct fixture f;
	map_entries(&f, dockerfile_text, PYTHON, entries, COUNT(entries));
	assert_int_equal(f.map.source, BOUNDARY_INSTRUCTIONS);
	assert_int_equal(f.map.boundary, 1);
	assert_int_equal(f.map.base_layers, 1);
	release(&f);
}

/* buildah --squash: base and own steps are one layer, and nothing tells what of it was whose. */
static void test_history_map_squashed(void **state)
{
	(void)state;
	static const struct entry entries[] = {
		{ "/bin/sh -c #(nop) WORKDIR /app", NULL, true },
		{ "/bin/sh -c #(nop) CMD [\"python\", \"app.py\"]", "FROM docker.io/library/python:2.7", false },
	};
	static const int lines[] = { 0, 0 };
	struct fixture f;
	map_entries(&f, dockerfile_text, PYTHON, entries, COUNT(entries));
	assert_int_equal(f.map.source, BOUNDARY_MERGED);
	assert_int_equal(f.map.base_layers, 0);
	assert_int_equal(f.map.v[1].origin, BD_LAYER_UNKNOWN);
	assert_lines(&f, lines);
	release(&f);
}

/* A base made by an import has no history of its own: its layer is the lowest, and the entries belong to those above.
 */
static void test_history_map_base_without_history(void **state)
{
	(void)state;
	static const struct entry entries[] = {
		{ "/bin/sh -c make", "FROM docker.io/library/python:2.7", false },
	};
	const char *ids[] = { "sha256:a", "sha256:b" };
	struct fixture f;
	struct history_input in;
	map_entries(&f, NULL, NULL, entries, COUNT(entries));
	f.config.diff_ids = (struct bd_string_vec){ .v = ids, .len = 2, .cap = 2 };
	in = (struct history_input){ .config = &f.config };
	history_map(&in, &f.arena, &f.map);
	assert_int_equal(f.map.source, BOUNDARY_COMMENT);
	assert_int_equal(f.map.base_layers, 1);
	assert_int_equal(f.map.v[0].layer, 1);
	release(&f);
}

/* All steps in one layer: its line is that of the one step which may bring something new, not the last entry's. */
static void test_history_map_one_layer_of_several_steps(void **state)
{
	(void)state;
	static const struct entry one[] = {
		{ "# debian.sh", "debuerreotype 0.16", false },
		{ "/bin/sh -c #(nop) WORKDIR /app", NULL, true },
		{ "/bin/sh -c #(nop) COPY file:6a in . ", NULL, true },
		{ "/bin/sh -c pip install --no-cache-dir     -r requirements.txt", NULL, true },
		{ "/bin/sh -c #(nop) ENV MODE=fast", NULL, true },
		{ "/bin/sh -c #(nop) COPY dir:1a in /app ", NULL, true },
		{ "/bin/sh -c #(nop) CMD [\"python\", \"app.py\"]", "FROM docker.io/library/python:2.7", false },
	};
	static const char two_text[] = "FROM python:2.7\nRUN make\nRUN make install\nCMD [\"x\"]\n";
	static const struct entry two[] = {
		{ "# debian.sh", "debuerreotype 0.16", false },
		{ "/bin/sh -c make", NULL, true },
		{ "/bin/sh -c make install", NULL, true },
		{ "/bin/sh -c #(nop) CMD [\"x\"]", "FROM docker.io/library/python:2.7", false },
	};
	struct fixture f;
	map_entries(&f, dockerfile_text, PYTHON, one, COUNT(one));
	assert_int_equal(f.map.v[6].layer, 1);
	assert_int_equal(f.map.v[6].instruction->line, 4);
	release(&f);
	map_entries(&f, two_text, PYTHON, two, COUNT(two));
	assert_int_equal(f.map.v[3].origin, BD_LAYER_STEP);
	assert_null(f.map.v[3].instruction); /* two may have: neither is named */
	release(&f);
}

/* A step that changed nothing is empty in the classic builder's history, and the next one's layer its own. */
static void test_history_map_step_that_changed_nothing(void **state)
{
	(void)state;
	static const char text[] = "FROM python:2.7\nRUN true\nRUN make install\n";
	static const struct entry entries[] = {
		{ "/bin/sh -c #(nop) ADD file:ab in / ", NULL, false },
		{ "/bin/sh -c true", NULL, true },
		{ "/bin/sh -c make install", NULL, false },
	};
	static const int lines[] = { 0, 2, 3 };
	struct fixture f;
	map_entries(&f, text, PYTHON, entries, COUNT(entries));
	assert_lines(&f, lines);
	release(&f);
}

/* FROM, ENV, CMD: every layer is the base's. */
static void test_history_map_steps_without_layers(void **state)
{
	(void)state;
	static const char text[] = "FROM python:2.7\nENV MODE=fast\nCMD [\"python\", \"-V\"]\n";
	static const struct entry entries[] = {
		{ "# debian.sh", "debuerreotype 0.16", false },
		{ "RUN /bin/sh -c make # buildkit", "buildkit.dockerfile.v0", false },
		{ "CMD [\"python2\"]", "buildkit.dockerfile.v0", true },
		{ "ENV MODE=fast", "buildkit.dockerfile.v0", true },
		{ "CMD [\"python\" \"-V\"]", "buildkit.dockerfile.v0", true },
	};
	struct fixture f;
	map_entries(&f, text, PYTHON, entries, COUNT(entries));
	assert_int_equal(f.map.source, BOUNDARY_INSTRUCTIONS);
	assert_int_equal(f.map.base_layers, 2);
	assert_int_equal(f.map.v[1].origin, BD_LAYER_BASE);
	release(&f);
	map_entries(&f, text, PYTHON, entries, COUNT(entries) - 1); /* not this Dockerfile's image */
	assert_int_equal(f.map.source, BOUNDARY_UNKNOWN);
	release(&f);
	map_entries(&f, "FROM python:2.7\n", PYTHON, entries, COUNT(entries));
	assert_int_equal(f.map.base_layers, 2);
	release(&f);
}

#define NODE_BASE \
	{ "/bin/sh -c #(nop) ADD file:1 in / ", NULL, false }, \
		{ "/bin/sh -c #(nop)  ONBUILD ARG NODE_ENV", NULL, true }, \
		{ "/bin/sh -c #(nop)  ONBUILD COPY package.json /usr/src/app/", NULL, true }, \
		{ "/bin/sh -c #(nop)  ONBUILD RUN npm install && npm cache clean", NULL, true }, \
	{ \
		"/bin/sh -c #(nop)  CMD [\"npm\" \"start\"]", NULL, true \
	}

static void test_history_map_triggers(void **state)
{
	(void)state;
	static const struct entry entries[] = { NODE_BASE,
		{ "/bin/sh -c #(nop) COPY file:2 in /usr/src/app/ ", NULL, false },
		{ "|1 NODE_ENV= /bin/sh -c npm install && npm cache clean", NULL, false },
		{ "/bin/sh -c #(nop) COPY dir:3 in /srv ", NULL, false } };
	static const int lines[] = { 0, 0, 0, 0, 0, 1, 1, 2 };
	struct fixture f;
	map_entries(&f, "FROM node:onbuild\nCOPY . /srv\n", "docker.io/library/node:onbuild", entries, COUNT(entries));
	assert_int_equal(f.map.source, BOUNDARY_INSTRUCTIONS);
	assert_int_equal(f.map.base_layers, 1);
	assert_lines(&f, lines);
	assert_string_equal(f.map.v[6].instruction->raw, "ONBUILD RUN npm install && npm cache clean");
	release(&f);
}

/* As people used such bases: nothing but FROM. */
static void test_history_map_triggers_alone(void **state)
{
	(void)state;
	static const struct entry entries[] = { NODE_BASE, { "ARG NODE_ENV", "buildkit.dockerfile.v0", true },
		{ "COPY package.json /usr/src/app/ # buildkit", "buildkit.dockerfile.v0", false },
		{ "RUN |1 NODE_ENV= /bin/sh -c npm install && npm cache clean # buildkit", "buildkit.dockerfile.v0",
			false } };
	static const int lines[] = { 0, 0, 0, 0, 0, 1, 1, 1 };
	static const struct entry own_cmd[] = { NODE_BASE,
		{ "COPY package.json /usr/src/app/ # buildkit", NULL, false },
		{ "RUN /bin/sh -c npm install && npm cache clean # buildkit", NULL, false },
		{ "CMD [\"a\"]", NULL, true } };
	static const int cmd_lines[] = { 0, 0, 0, 0, 0, 1, 1, 2 };
	struct fixture f;
	map_entries(&f, "FROM node:onbuild\n", "docker.io/library/node:onbuild", entries, COUNT(entries));
	assert_int_equal(f.map.base_layers, 1);
	assert_lines(&f, lines);
	release(&f);
	map_entries(&f, "FROM node:onbuild\nCMD [\"a\"]\n", NULL, own_cmd, COUNT(own_cmd));
	assert_int_equal(f.map.base_layers, 1);
	assert_lines(&f, cmd_lines);
	release(&f);
}

/* Triggers of the base's own base ran in the base's build; and a command that none names is the base's. */
static void test_history_map_triggers_of_others(void **state)
{
	(void)state;
	static const struct entry entries[] = { NODE_BASE,
		{ "COPY package.json /usr/src/app/ # buildkit", NULL, false },
		{ "RUN /bin/sh -c npm install && npm cache clean # buildkit", NULL, false },
		{ "RUN /bin/sh -c make base # buildkit", NULL, false },
		{ "ONBUILD RUN --mount=type=cache,target=/c make", NULL, true },
		{ "RUN /bin/sh -c make # buildkit", NULL, false }, { "COPY . /srv # buildkit", NULL, false } };
	static const int lines[] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2 };
	struct fixture f;
	map_entries(&f, "FROM node:mine\nCOPY . /srv\n", NULL, entries, COUNT(entries));
	assert_int_equal(f.map.base_layers, 4);
	assert_lines(&f, lines);
	release(&f);
}

/* What buildah makes with --layers=false: the comment stands on the last step, the trigger's is an earlier one. */
static void test_history_map_triggers_in_one_layer(void **state)
{
	(void)state;
	static const struct entry entries[] = { { "/bin/sh -c #(nop) COPY dir:1 in / ", NULL, true },
		{ "/bin/sh -c #(nop) ONBUILD RUN echo trig > /t", NULL, false },
		{ "/bin/sh -c echo trig > /t", NULL, true },
		{ "/bin/sh -c echo own > /o", "FROM localhost/ob/base:1", false } };
	static const int lines[] = { 0, 0, 1, 2 };
	struct fixture f;
	map_entries(
		&f, "FROM localhost/ob/base:1\nRUN echo own > /o\n", "localhost/ob/base:1", entries, COUNT(entries));
	assert_int_equal(f.map.base_layers, 1);
	assert_lines(&f, lines);
	release(&f);
}

static void test_history_map_without_dockerfile(void **state)
{
	(void)state;
	static const struct entry entries[] = {
		{ "ADD file:ab in /", NULL, false },
		{ "RUN make", "FROM registry.example/team/base:1", false },
	};
	struct fixture f;
	map_entries(&f, NULL, NULL, entries, COUNT(entries));
	assert_int_equal(f.map.source, BOUNDARY_COMMENT);
	assert_string_equal(f.map.comment_reference, "registry.example/team/base:1");
	assert_int_equal(f.map.base_layers, 1);
	assert_null(f.map.v[1].instruction);
	release(&f);
}

/* A Dockerfile that is not this image's must not draw a line anywhere. */
static void test_history_map_foreign_dockerfile(void **state)
{
	(void)state;
	static const struct entry entries[] = {
		{ "ADD file:ab in /", NULL, false },
		{ "RUN /bin/sh -c make install # buildkit", NULL, false },
		{ "COPY bin /bin # buildkit", NULL, false },
	};
	struct fixture f;
	map_entries(&f, dockerfile_text, PYTHON, entries, COUNT(entries));
	assert_int_equal(f.map.source, BOUNDARY_UNKNOWN);
	assert_int_equal(f.map.v[0].origin, BD_LAYER_UNKNOWN);
	release(&f);
}

static void test_history_map_stage_on_stage(void **state)
{
	(void)state;
	static const struct entry entries[] = {
		{ "ADD file:ab in /", NULL, false },
		{ "RUN /bin/sh -c one # buildkit", NULL, false },
		{ "RUN /bin/sh -c two # buildkit", NULL, false },
	};
	static const int lines[] = { 0, 2, 4 };
	struct fixture f;
	map_entries(
		&f, "FROM x AS a\nRUN one\nFROM a\nRUN two\n", "docker.io/library/x:latest", entries, COUNT(entries));
	assert_int_equal(f.map.base_layers, 1);
	assert_lines(&f, lines);
	release(&f);
}

static void test_history_map_no_history(void **state)
{
	(void)state;
	struct fixture f;
	map_entries(&f, dockerfile_text, PYTHON, NULL, 0);
	assert_int_equal(f.map.source, BOUNDARY_UNKNOWN);
	assert_int_equal(f.map.len, 0);
	release(&f);
}

static void test_instruction_match_forms(void **state)
{
	(void)state;
	static const struct {
		const char *entry, *name, *args;
		unsigned int match;
	} rows[] = {
		{ "RUN /bin/sh -c make # buildkit", "RUN", "make", MATCH_WHOLE },
		{ "/bin/sh -c make", "RUN", "make", MATCH_WHOLE },
		{ "RUN make", "RUN", "make", MATCH_WHOLE },
		{ "/bin/bash -o pipefail -c make", "RUN", "make", MATCH_WHOLE },
		{ "|2 A=1 B=2 /bin/sh -c make", "RUN", "make", MATCH_WHOLE },
		{ "/bin/sh -c make all", "RUN", "make", MATCH_KEYWORD },
		{ "/bin/sh -c #(nop) COPY dir:12 in /srv/ ", "COPY", ". /srv", MATCH_PART },
		{ "/bin/sh -c #(nop) COPY dir:12 in /other ", "COPY", ". /srv", MATCH_KEYWORD },
		{ "/bin/sh -c #(nop)  ENV A=1", "ENV", "A 1", MATCH_PART },
		{ "ENV A=1", "ENV", "B=1", MATCH_KEYWORD },
		{ "ENTRYPOINT [\"/bin/sh\" \"-c\" \"serve now\"]", "ENTRYPOINT", "serve now", MATCH_WHOLE },
		{ "CMD [\"python\" \"app.py\"]", "ENV", "A=1", MATCH_NONE },
		{ "/bin/sh -c COPY is not copied", "COPY", "is not copied", MATCH_NONE },
		{ NULL, "RUN", "make", MATCH_KEYWORD },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct bd_history entry = { .created_by = rows[i].entry };
		const struct bd_instruction instruction = {
			.name = rows[i].name, .args = rows[i].args, .expanded = rows[i].args
		};
		const unsigned int match = instruction_match(&entry, &instruction);
		if (match != rows[i].match) {
			fail_msg("%s against %s %s: %u, not %u", rows[i].entry, rows[i].name, rows[i].args, match,
				rows[i].match);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_history_map_buildkit),
		cmocka_unit_test(test_history_map_buildkit_with_build_args),
		cmocka_unit_test(test_history_map_classic_builder),
		cmocka_unit_test(test_history_map_buildah_comment),
		cmocka_unit_test(test_history_map_buildah_single_commit),
		cmocka_unit_test(test_history_map_squashed),
		cmocka_unit_test(test_history_map_base_without_history),
		cmocka_unit_test(test_history_map_one_layer_of_several_steps),
		cmocka_unit_test(test_history_map_step_that_changed_nothing),
		cmocka_unit_test(test_history_map_steps_without_layers),
		cmocka_unit_test(test_history_map_triggers),
		cmocka_unit_test(test_history_map_triggers_alone),
		cmocka_unit_test(test_history_map_triggers_of_others),
		cmocka_unit_test(test_history_map_triggers_in_one_layer),
		cmocka_unit_test(test_history_map_without_dockerfile),
		cmocka_unit_test(test_history_map_foreign_dockerfile),
		cmocka_unit_test(test_history_map_stage_on_stage),
		cmocka_unit_test(test_history_map_no_history),
		cmocka_unit_test(test_instruction_match_forms),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
