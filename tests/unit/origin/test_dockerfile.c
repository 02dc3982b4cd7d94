/* SPDX-License-Identifier: Apache-2.0 */
/* Stages, images, variables, targets. */
#include "test.h"

#include "basedrift/limits.h"
#include "basedrift/origin.h"

#include "base/auto.h"

struct parsed {
	struct bd_arena arena;
	struct bd_dockerfile_options options;
	struct bd_dockerfile d;
	struct bd_error err;
};

static void parsed_release(struct parsed *p)
{
	bd_arena_release(&p->arena);
}

static void parse(struct parsed *p, const char *file)
{
	bd_arena_release(&p->arena);
	if (bd_dockerfile_parse(bd_str(file), &p->options, &p->arena, &p->d, &p->err) < 0) {
		fail_msg("%s: %s", file, p->err.msg);
	}
}

static void assert_image(const struct parsed *p, size_t i, enum bd_role role, int line, const char *reference)
{
	assert_true(i < p->d.images.len);
	const struct bd_image_use *use = &p->d.images.v[i];
	assert_int_equal(use->role, role);
	assert_int_equal(use->line, line);
	if (reference == NULL) {
		assert_null(use->reference);
		assert_non_null(use->problem);
	} else {
		if (use->reference == NULL) {
			fail_msg("%s: %s", use->as_written, use->problem);
		}
		assert_string_equal(use->reference, reference);
		assert_null(use->problem);
	}
}

static void test_bd_dockerfile_parse_plain(void **state)
{
	AUTO(parsed_release) struct parsed p = { .options.target = NULL };
	(void)state;
	parse(&p, "# syntax=docker/dockerfile:1.7\nFROM python:2.7\nRUN pip install \\\n  x\n");
	assert_string_equal(p.d.syntax, "docker/dockerfile:1.7");
	assert_int_equal(p.d.images.len, 2);
	assert_image(&p, 0, BD_ROLE_FRONTEND, 1, "docker.io/docker/dockerfile:1.7");
	assert_image(&p, 1, BD_ROLE_BASE, 2, "docker.io/library/python:2.7");
	assert_int_equal(p.d.images.v[0].stage, -1);
	assert_true(p.d.images.v[0].reachable);
	assert_int_equal(p.d.stages.len, 1);
	assert_string_equal(p.d.stages.v[0].reference, "docker.io/library/python:2.7");
	assert_int_equal(p.d.instructions.len, 2);
	assert_int_equal(p.d.instructions.v[0].stage, 0);
	assert_string_equal(p.d.instructions.v[1].raw, "RUN pip install \\\n  x");
	assert_string_equal(p.d.instructions.v[1].expanded, "pip install   x");
}

static void test_bd_dockerfile_parse_references(void **state)
{
	static const struct {
		const char *from, *reference;
	} table[] = {
		{ "debian", "docker.io/library/debian:latest" },
		{ "library/debian:12", "docker.io/library/debian:12" },
		{ "registry.example:5000/a/b", "registry.example:5000/a/b:latest" },
		{ "a@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
			"docker.io/library/a@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" },
		{ "\"quoted\"", "docker.io/library/quoted:latest" },
		{ "Upper/Case", NULL },
		{ "a:", NULL },
		{ "scratch:1", "docker.io/library/scratch:1" },
	};
	AUTO(parsed_release) struct parsed p = { .options.target = NULL };
	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		char file[256];
		(void)snprintf(file, sizeof(file), "FROM %s\n", table[i].from);
		parse(&p, file);
		assert_image(&p, 0, BD_ROLE_BASE, 1, table[i].reference);
		assert_string_equal(p.d.images.v[0].as_written, table[i].from);
	}
}

static void test_bd_dockerfile_parse_stages(void **state)
{
	AUTO(parsed_release) struct parsed p = { .options.target = NULL };
	(void)state;
	parse(&p, "FROM golang:1 AS Build\n"
		  "RUN x\n"
		  "FROM build as tested\n"
		  "FROM node:8 AS unused\n"
		  "FROM scratch AS empty\n"
		  "FROM debian:9\n"
		  "COPY --from=BUILD /a /a\n"
		  "COPY --from=0 /a /b\n"
		  "COPY --from=nginx:1 /a /c\n"
		  "RUN --mount=type=bind,from=busybox --mount=type=cache,target=/c --mount=type=secret,id=x make\n"
		  "RUN --mount=from=tested,target=/t x\n");
	const struct bd_stage *stages = p.d.stages.v;
	assert_int_equal(p.d.stages.len, 5);
	assert_string_equal(stages[0].name, "Build");
	assert_int_equal(stages[1].from_stage, 0);
	assert_null(stages[1].reference);
	assert_true(stages[3].scratch);
	assert_null(stages[3].reference);
	assert_int_equal(p.d.target_stage, 4);
	assert_true(stages[0].reachable && stages[1].reachable && stages[4].reachable);
	assert_false(stages[2].reachable || stages[3].reachable);
	assert_int_equal(p.d.images.len, 5);
	assert_image(&p, 0, BD_ROLE_BUILDER, 1, "docker.io/library/golang:1");
	assert_image(&p, 1, BD_ROLE_BUILDER, 4, "docker.io/library/node:8");
	assert_image(&p, 2, BD_ROLE_BASE, 6, "docker.io/library/debian:9");
	assert_image(&p, 3, BD_ROLE_COPY, 9, "docker.io/library/nginx:1");
	assert_image(&p, 4, BD_ROLE_MOUNT, 10, "docker.io/library/busybox:latest");
	assert_false(p.d.images.v[1].reachable);
	assert_int_equal(p.d.images.v[4].stage, 4);
	assert_string_equal(p.d.instructions.v[6].copy_from, "BUILD");
	assert_int_equal(p.d.instructions.v[6].copy_from_stage, 0);
	assert_int_equal(p.d.instructions.v[7].copy_from_stage, 0);
	assert_int_equal(p.d.instructions.v[8].copy_from_stage, -1);
	assert_null(p.d.instructions.v[9].copy_from);
	assert_string_equal(p.d.instructions.v[7].flags, "--from=0");
}

static void test_bd_dockerfile_parse_chain(void **state)
{
	AUTO(parsed_release) struct parsed p = { .options.target = NULL };
	(void)state;
	parse(&p, "FROM a AS one\nFROM one AS two\nFROM b AS other\nFROM two\nCOPY --from=other x y\n");
	assert_image(&p, 0, BD_ROLE_BASE, 1, "docker.io/library/a:latest");
	assert_image(&p, 1, BD_ROLE_BUILDER, 3, "docker.io/library/b:latest");
	parse(&p, "FROM a AS x\nFROM b AS x\nFROM x\n"); /* the later stage of a name hides the earlier */
	assert_int_equal(p.d.stages.v[2].from_stage, 1);
	assert_image(&p, 0, BD_ROLE_BUILDER, 1, "docker.io/library/a:latest");
	assert_false(p.d.images.v[0].reachable);
	assert_image(&p, 1, BD_ROLE_BASE, 2, "docker.io/library/b:latest");
	parse(&p, "FROM x AS x\n"); /* a stage is no base of its own */
	assert_image(&p, 0, BD_ROLE_BASE, 1, "docker.io/library/x:latest");
}

static void test_bd_dockerfile_parse_wrong_sources(void **state)
{
	AUTO(parsed_release) struct parsed p = { .options.target = NULL };
	(void)state;
	parse(&p,
		"FROM a AS one\nCOPY --from=two x y\nCOPY --from=7 x y\nCOPY --from=one x y\nCOPY --from=$WHAT x y\nFROM b AS two\n");
	assert_int_equal(p.d.images.len, 6);
	assert_image(&p, 1, BD_ROLE_COPY, 2, NULL);
	assert_string_equal(p.d.images.v[1].problem, "stage \"two\" is not before this one");
	assert_image(&p, 2, BD_ROLE_COPY, 3, NULL);
	assert_string_equal(p.d.images.v[2].problem, "no stage 7 before this one");
	assert_image(&p, 3, BD_ROLE_COPY, 4, NULL);
	assert_image(&p, 4, BD_ROLE_COPY, 5, NULL);
	assert_string_equal(p.d.images.v[4].problem, "build argument \"WHAT\" has no value");
}

static void test_bd_dockerfile_parse_target(void **state)
{
	static const char file[] = "FROM a AS one\nFROM b\nFROM c AS three\nCOPY --from=1 x y\n";
	AUTO(parsed_release) struct parsed p = { .options.target = "ONE" };
	(void)state;
	parse(&p, file);
	assert_int_equal(p.d.target_stage, 0);
	assert_image(&p, 0, BD_ROLE_BASE, 1, "docker.io/library/a:latest");
	assert_image(&p, 2, BD_ROLE_BUILDER, 3, "docker.io/library/c:latest");
	assert_false(p.d.stages.v[1].reachable);
	p.options.target = "1";
	parse(&p, file);
	assert_int_equal(p.d.target_stage, 1);
	p.options.target = "";
	parse(&p, file);
	assert_int_equal(p.d.target_stage, 2);
	p.options.target = "nope";
	assert_int_equal(bd_dockerfile_parse(bd_str(file), &p.options, &p.arena, &p.d, &p.err), -BD_ERR_NOT_FOUND);
	assert_string_equal(p.err.msg, "no stage \"nope\" to build; the Dockerfile has one, 1 (FROM b), three");
}

static void test_bd_dockerfile_parse_build_args(void **state)
{
	static const struct bd_build_arg args[] = { { "TAG", "3" }, { "GIVEN", "yes" } };
	static const char file[] = "ARG REGISTRY=registry.example TAG\n"
				   "ARG BASE=${REGISTRY}/app\n"
				   "ARG UNUSED=1\n"
				   "FROM $BASE:${TAG:-1}\n"
				   "ARG GIVEN=no\n"
				   "ARG TAG\n"
				   "ENV A=$GIVEN B=$REGISTRY C=${TAG}\n"
				   "ARG UNUSED\n"
				   "ENV D=$UNUSED\n";
	AUTO(parsed_release) struct parsed p = { .options.target = NULL };
	(void)state;
	parse(&p, file);
	assert_image(&p, 0, BD_ROLE_BASE, 4, "registry.example/app:1");
	assert_string_equal(p.d.stages.v[0].expanded, "registry.example/app:1");
	assert_string_equal(p.d.stages.v[0].as_written, "$BASE:${TAG:-1}");
	assert_string_equal(p.d.instructions.v[6].expanded, "A=no B=$REGISTRY C=");
	p.options.build_args = args;
	p.options.build_arg_count = 2;
	parse(&p, file);
	assert_image(&p, 0, BD_ROLE_BASE, 4, "registry.example/app:3");
	assert_string_equal(p.d.instructions.v[0].expanded, "REGISTRY=registry.example TAG=3");
	assert_int_equal(p.d.instructions.v[0].stage, -1);
	assert_string_equal(p.d.instructions.v[4].expanded, "GIVEN=yes");
	assert_string_equal(p.d.instructions.v[6].expanded, "A=yes B=$REGISTRY C=3");
	assert_string_equal(p.d.instructions.v[8].expanded, "D=1");
	static const char *const used[] = { "BASE", "TAG", "GIVEN", "UNUSED", "REGISTRY" };
	assert_int_equal(p.d.build_args_used.len, 5);
	for (size_t i = 0; i < 5; i++) {
		assert_string_equal(p.d.build_args_used.v[i], used[i]);
	}
}

static void test_bd_dockerfile_parse_missing_args(void **state)
{
	AUTO(parsed_release) struct parsed p = { .options.target = NULL };
	(void)state;
	parse(&p,
		"ARG BASE\nFROM $BASE\nFROM python:${VERSION}\nFROM ${X:?gone}\nFROM ${X:-}\nFROM ${\nFROM a${BASE:+b}\n");
	assert_image(&p, 0, BD_ROLE_BUILDER, 2, NULL);
	assert_string_equal(p.d.images.v[0].problem, "build argument \"BASE\" has no value");
	assert_null(p.d.stages.v[0].expanded);
	assert_string_equal(p.d.images.v[1].problem, "build argument \"VERSION\" has no value");
	assert_string_equal(p.d.images.v[2].problem, "X: gone");
	assert_string_equal(p.d.images.v[3].problem, "\"${X:-}\" expands to nothing");
	assert_image(&p, 4, BD_ROLE_BUILDER, 6, NULL);
	assert_image(&p, 5, BD_ROLE_BASE, 7, "docker.io/library/a:latest");
	/* an ARG behind FROM is not for FROM lines */
	parse(&p, "FROM a\nARG V=1\nFROM b:$V\n");
	assert_image(&p, 1, BD_ROLE_BASE, 3, NULL);
}

static void test_bd_dockerfile_parse_platforms(void **state)
{
	AUTO(parsed_release) struct parsed p = { .options.platform = "linux/arm64" };
	(void)state;
	parse(&p,
		"ARG V=12\nFROM --platform=$BUILDPLATFORM a:$TARGETARCH AS x\nARG TARGETPLATFORM TARGETOS\nENV P=$TARGETPLATFORM-$TARGETOS\nFROM --platform=linux/$NOPE b\nFROM c\n");
	const struct bd_platform host = bd_platform_host();
	assert_string_equal(p.d.stages.v[0].platform, bd_platform_text(&host, &p.arena));
	assert_string_equal(p.d.images.v[0].platform, bd_platform_text(&host, &p.arena));
	assert_string_equal(p.d.stages.v[0].expanded, "a:arm64");
	assert_string_equal(p.d.instructions.v[3].expanded, "P=linux/arm64-linux");
	assert_null(p.d.stages.v[1].platform);
	assert_int_equal(p.d.warnings.len, 1);
	assert_null(p.d.images.v[2].platform);
	p.options.platform = "linux/arm64/v8/x/y";
	assert_true(bd_dockerfile_parse(BD_STR("FROM a\n"), &p.options, &p.arena, &p.d, &p.err) < 0);
}

static void test_bd_dockerfile_parse_expanded(void **state)
{
	static const struct {
		const char *line, *expanded;
	} table[] = {
		{ "COPY --chown=$V $V /a/", "1 /a/" },
		{ "ADD [\"a b\", \"/$V\"]", "a b /1" },
		{ "COPY <<'EOF' $V /x/\nEOF", "<<EOF 1 /x/" },
		{ "ENV X=\"a  b\" Y='$V' Z=\\$V", "X=a  b Y=$V Z=$V" },
		{ "ENV V=2 W=$V", "V=2 W=1" },
		{ "ENV old style $V", "old=style 1" },
		{ "LABEL \"a.b\"=\"$V\"", "a.b=1" },
		{ "EXPOSE $V/tcp  80", "1/tcp 80" },
		{ "VOLUME [\"/$V\", \"/b\"]", "/1 /b" },
		{ "USER u$V", "u1" },
		{ "WORKDIR /a/${V}", "/a/1" },
		{ "STOPSIGNAL $V", "1" },
		{ "RUN echo $V", "echo $V" },
		{ "RUN [\"echo\", \"$V\"]", "echo $V" },
		{ "RUN <<EOF\necho $V\nEOF", "echo $V\n" },
		{ "CMD [\"a\", \"$V\"]", "[\"a\", \"$V\"]" },
		{ "ENTRYPOINT a $V", "a $V" },
		{ "ONBUILD RUN $V", "RUN $V" },
		{ "ENV P=/x:$PATH", "P=/x:$PATH" },
		{ "ENV P=${UNSAID-a}", "P=a" },
		{ "ARG N=$V$V", "N=11" },
		{ "ENV P=${V", "P=${V" },
	};
	AUTO(parsed_release) struct parsed p = { .options.target = NULL };
	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		char file[256];
		(void)snprintf(file, sizeof(file), "FROM x\nARG UNSAID V=1\n%s\n", table[i].line);
		parse(&p, file);
		assert_string_equal(p.d.instructions.v[2].expanded, table[i].expanded);
	}
	assert_int_equal(p.d.warnings.len, 1); /* of the last row */
}

static void test_bd_dockerfile_parse_inherits(void **state)
{
	AUTO(parsed_release) struct parsed p = { .options.target = NULL };
	(void)state;
	parse(&p, "FROM x AS a\nENV A=1\nFROM a\nENV B=$A\nFROM x\nENV B=$A\nFROM scratch\nENV B=$A:$PATH\n");
	assert_string_equal(p.d.instructions.v[3].expanded, "B=1");
	assert_string_equal(p.d.instructions.v[5].expanded, "B=$A");
	assert_string_equal(
		p.d.instructions.v[7].expanded, "B=:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
}

static void test_bd_dockerfile_parse_onbuild(void **state)
{
	AUTO(parsed_release) struct parsed p = { .options.target = NULL };
	(void)state;
	parse(&p, "FROM x AS a\nONBUILD COPY --from=tools:1 /a /b\nONBUILD ENV A=1\nFROM a\nENV B=$A\nFROM y\n");
	assert_string_equal(p.d.instructions.v[4].expanded, "B=1");
	assert_int_equal(p.d.images.len, 3);
	assert_image(&p, 1, BD_ROLE_COPY, 2, "docker.io/library/tools:1");
	assert_int_equal(p.d.images.v[1].stage, 1);
	assert_false(p.d.images.v[1].reachable);
}

static void test_bd_dockerfile_parse_buildah_names(void **state)
{
	AUTO(parsed_release) struct parsed p = { .options.target = NULL };
	(void)state;
	parse(&p, "ARG N=first\nFROM x AS ${N}\nFROM first AS arm/v7\nCOPY --from=first a b\n");
	assert_string_equal(p.d.stages.v[0].name, "${N}");
	assert_int_equal(p.d.stages.v[1].from_stage, 0);
	assert_int_equal(p.d.instructions.v[3].copy_from_stage, 0);
	assert_int_equal(p.d.warnings.len, 2);
}

static int parse_code(struct parsed *p, const char *file)
{
	bd_arena_release(&p->arena);
	return bd_dockerfile_parse(bd_str(file), NULL, &p->arena, &p->d, &p->err);
}

static void test_bd_dockerfile_parse_refused(void **state)
{
	AUTO(parsed_release) struct parsed p = { .options.target = NULL };
	(void)state;
	assert_int_equal(parse_code(&p, "ARG A=1\n"), -BD_ERR_FORMAT);
	assert_string_equal(p.err.msg, "dockerfile contains no stages to build");
	assert_int_equal(parse_code(&p, "ARG A=1\nRUN x\nFROM y\n"), -BD_ERR_FORMAT);
	assert_string_equal(p.err.msg, "line 2: no build stage in current context: RUN before the first FROM");
}

static void test_bd_dockerfile_parse_doubling(void **state)
{
	AUTO(parsed_release) struct parsed p = { .options.target = NULL };
	AUTO(bd_buf_release) struct bd_buf file = { .n = 0 };
	(void)state;
	bd_buf_add_str(&file, "ARG A0=xxxxxxxxxxxxxxxx\n");
	for (int i = 1; i < 40; i++) {
		bd_buf_printf(&file, "ARG A%d=$A%d$A%d\n", i, i - 1, i - 1);
	}
	bd_buf_add_str(&file, "FROM x\n");
	assert_int_equal(parse_code(&p, bd_buf_str(&file)), -BD_ERR_LIMIT);
}

/* `count` lines of which each is one more of something limited. */
static int parse_many(struct parsed *p, const char *head, const char *format, unsigned count)
{
	AUTO(bd_buf_release) struct bd_buf file = { .n = 0 };
	bd_buf_add_str(&file, head);
	for (unsigned i = 0; i < count; i++) {
		const char *number = strchr(format, '#');
		bd_buf_printf(&file, "%.*s%u%s\n", (int)(number - format), format, i, number + 1);
	}
	return parse_code(p, bd_buf_str(&file));
}

static void test_bd_dockerfile_parse_limits(void **state)
{
	AUTO(parsed_release) struct parsed p = { .options.target = NULL };
	(void)state;
	assert_int_equal(parse_many(&p, "", "FROM x AS s#", BD_LIMIT_STAGES), 0);
	assert_int_equal(parse_many(&p, "", "FROM x AS s#", BD_LIMIT_STAGES + 1), -BD_ERR_LIMIT);
	assert_int_equal(parse_many(&p, "FROM x\n", "ENV V#=1", BD_LIMIT_VARIABLES), 0);
	assert_int_equal(parse_many(&p, "FROM x\n", "ENV V#=1", BD_LIMIT_VARIABLES + 1), -BD_ERR_LIMIT);
	assert_int_equal(parse_many(&p, "FROM x\n", "COPY --from=y# a b", BD_LIMIT_DOCKERFILE_IMAGES), -BD_ERR_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bd_dockerfile_parse_plain),
		cmocka_unit_test(test_bd_dockerfile_parse_references),
		cmocka_unit_test(test_bd_dockerfile_parse_stages),
		cmocka_unit_test(test_bd_dockerfile_parse_chain),
		cmocka_unit_test(test_bd_dockerfile_parse_wrong_sources),
		cmocka_unit_test(test_bd_dockerfile_parse_target),
		cmocka_unit_test(test_bd_dockerfile_parse_build_args),
		cmocka_unit_test(test_bd_dockerfile_parse_missing_args),
		cmocka_unit_test(test_bd_dockerfile_parse_platforms),
		cmocka_unit_test(test_bd_dockerfile_parse_expanded),
		cmocka_unit_test(test_bd_dockerfile_parse_inherits),
		cmocka_unit_test(test_bd_dockerfile_parse_onbuild),
		cmocka_unit_test(test_bd_dockerfile_parse_buildah_names),
		cmocka_unit_test(test_bd_dockerfile_parse_refused),
		cmocka_unit_test(test_bd_dockerfile_parse_doubling),
		cmocka_unit_test(test_bd_dockerfile_parse_limits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
