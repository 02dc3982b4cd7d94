/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <string.h>

#include "basedrift/origin.h"

#include "base/auto.h"

#define MAX_WORDS 32

/* "docker build -t 'x y'" is written as one text; words have no spaces in them here, "~" stands for one. */
static const char *const *words(struct bd_arena *arena, const char *text)
{
	const char **argv = bd_arena_alloc(arena, (MAX_WORDS + 1) * sizeof(*argv));
	struct bd_str rest = bd_str(text);
	size_t count = 0;
	while (rest.n > 0) {
		const struct bd_str word = bd_str_cut(&rest, ' ');
		char *copy = bd_arena_text(arena, word.p, word.n);
		for (char *c = strchr(copy, '~'); c != NULL; c = strchr(c, '~')) {
			*c = ' ';
		}
		assert_true(count < MAX_WORDS);
		argv[count++] = copy;
	}
	return argv;
}

static void assert_text(const char *command, const char *what, const char *found, const char *expected)
{
	if (!bd_streq(found, expected)) {
		fail_msg("%s: %s is %s, not %s", command, what, found != NULL ? found : "nothing",
			expected != NULL ? expected : "nothing");
	}
}

/* ---- which command it is ----------------------------------------------------------------------------------- */

static const struct {
	const char *text, *tool;
	size_t program, subcommand, options;
} recognised[] = {
	{ "docker build .", "docker", 0, 1, 2 },
	{ "/usr/bin/docker build .", "docker", 0, 1, 2 },
	{ "docker --context far -l debug build .", "docker", 0, 5, 6 },
	{ "docker --context=far -D -lwarn build .", "docker", 0, 4, 5 },
	{ "docker image build .", "docker", 0, 1, 3 },
	{ "docker builder build .", "docker", 0, 1, 3 },
	{ "docker buildx build .", "buildx", 0, 1, 3 },
	{ "docker buildx --builder b build .", "buildx", 0, 1, 5 },
	{ "docker buildx b .", "buildx", 0, 1, 3 },
	{ "docker buildx bake", "buildx", 0, 1, 3 },
	{ "docker-buildx build .", "buildx", 0, 1, 2 },
	{ "buildx build .", "buildx", 0, 1, 2 },
	{ "podman build .", "podman", 0, 1, 2 },
	{ "podman --root /r --log-level=debug build .", "podman", 0, 4, 5 },
	{ "podman image build .", "podman", 0, 1, 3 },
	{ "podman-remote build .", "podman", 0, 1, 2 },
	{ "buildah bud .", "buildah", 0, 1, 2 },
	{ "buildah build .", "buildah", 0, 1, 2 },
	{ "buildah --storage-driver vfs build-using-dockerfile .", "buildah", 0, 3, 4 },
	{ "nerdctl -n k8s.io build .", "nerdctl", 0, 3, 4 },
	{ "/kaniko/executor --context .", "kaniko", 0, 1, 1 },
	{ "sudo docker build .", "docker", 1, 2, 3 },
	{ "sudo -E -u docker docker build .", "docker", 4, 5, 6 },
	{ "env A=1 podman build .", "podman", 2, 3, 4 },
	{ "timeout -s KILL 60 nice -n 5 buildah bud .", "buildah", 7, 8, 9 },
	{ "unshare -r buildah --log-level error bud .", "buildah", 2, 5, 6 },
};

static void test_build_command_parse_recognises(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(recognised) / sizeof(recognised[0]); i++) {
		AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
		struct bd_build_command command;
		bd_build_command_parse(words(&arena, recognised[i].text), &arena, &command);
		assert_text(recognised[i].text, "tool", command.tool, recognised[i].tool);
		assert_int_equal(command.program, recognised[i].program);
		assert_int_equal(command.subcommand, recognised[i].subcommand);
		assert_int_equal(command.options, recognised[i].options);
	}
}

static void test_build_command_parse_knows_what_is_none(void **state)
{
	static const char *const others[] = { "docker", "docker run build", "docker run docker build .",
		"docker push x", "docker compose build", "docker --context build", "docker buildx ls",
		"podman run x build", "buildah from x", "make docker build", "sh -c docker~build~.", "sudo",
		"sudo docker", "executor build", "xdocker build ." };
	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
		struct bd_build_command command;
		bd_build_command_parse(words(&arena, others[i]), &arena, &command);
		assert_text(others[i], "tool", command.tool, NULL);
		assert_int_equal(command.builder, BD_BUILDER_UNKNOWN);
	}
}

/* ---- what it says -------------------------------------------------------------------------------------------- */

static const struct said {
	const char *text;
	const char *context, *dockerfile, *target, *platform, *iidfile, *metadata_file;
	bool context_elsewhere, dockerfile_elsewhere, several_platforms, pushes, makes_no_image, exports_files;
} said[] = {
	{ .text = "docker build .", .context = "." },
	{ .text = "docker build" },
	{ .text = "docker build -f d/Dockerfile -t a:1 src", .context = "src", .dockerfile = "d/Dockerfile" },
	{ .text = "docker build --file=D src", .context = "src", .dockerfile = "D" },
	{ .text = "docker build src --file D", .context = "src", .dockerfile = "D" },
	{ .text = "docker build -fD src", .context = "src", .dockerfile = "D" },
	{ .text = "docker build -f=D src", .context = "src", .dockerfile = "D" },
	{ .text = "docker build -qf D src", .context = "src", .dockerfile = "D" },
	{ .text = "docker build -qt a src", .context = "src" },
	{ .text = "docker build -q --pull --no-cache --rm src", .context = "src" },
	{ .text = "docker build --pull=true -- src", .context = "src" },
	{ .text = "docker build -- --odd", .context = "--odd" },
	{ .text = "docker build -f - .", .context = ".", .dockerfile_elsewhere = true },
	{ .text = "docker build -", .context_elsewhere = true },
	{ .text = "docker build https://git.example/x.git#main", .context_elsewhere = true },
	{ .text = "docker build git@git.example:x.git", .context_elsewhere = true },
	{ .text = "docker build github.com/a/b", .context_elsewhere = true },
	{ .text = "docker build --target=t --platform linux/arm64 .",
		.context = ".",
		.target = "t",
		.platform = "linux/arm64" },
	{ .text = "docker build --platform linux/arm64,linux/amd64 .", .context = ".", .several_platforms = true },
	{ .text = "docker build --platform a/b --platform c/d .", .context = ".", .several_platforms = true },
	{ .text = "docker build --iidfile i --metadata-file=m .",
		.context = ".",
		.iidfile = "i",
		.metadata_file = "m" },
	{ .text = "docker build --secret id=a --ssh default --network host -m 1g -c 5 --ulimit x --label a=b --add-host c:d .",
		.context = "." },
	{ .text = "docker buildx build --builder b --cache-from c --cache-to d --attest e --sbom true --provenance mode=max .",
		.context = "." },
	{ .text = "docker buildx build --push .", .context = ".", .pushes = true },
	{ .text = "docker buildx build --push=false .", .context = "." },
	{ .text = "docker buildx build -o type=registry .", .context = ".", .pushes = true },
	{ .text = "docker buildx build -o type=image,name=a,push=true .", .context = ".", .pushes = true },
	{ .text = "docker buildx build --check .", .context = ".", .makes_no_image = true },
	{ .text = "docker buildx build --call outline .", .context = ".", .makes_no_image = true },
	{ .text = "docker buildx build --call build .", .context = "." },
	{ .text = "docker buildx build -o out .", .context = ".", .exports_files = true },
	{ .text = "docker buildx build -o type=local,dest=out .", .context = ".", .exports_files = true },
	{ .text = "docker buildx bake web", .context = NULL },
	{ .text = "podman build --arch arm64 --variant v8 --volume a:b --format docker --jobs 3 .",
		.context = ".",
		.platform = "linux/arm64/v8" },
	{ .text = "podman build --os linux --arch arm .", .context = ".", .platform = "linux/arm" },
	{ .text = "podman build --all-platforms .", .context = ".", .several_platforms = true },
	{ .text = "podman build --pull --layers --squash --tls-verify=false .", .context = "." },
	{ .text = "podman build -f a -f b .", .context = ".", .dockerfile = "a" },
	{ .text = "buildah bud --signature-policy p --isolation chroot -t a -v x:y -f D .",
		.context = ".",
		.dockerfile = "D" },
	{ .text = "nerdctl build --buildkit-host u -t a .", .context = "." },
	{ .text = "/kaniko/executor -f D -c dir:///src -d a/b:1 --build-arg A=1 --cache",
		.context = "/src",
		.dockerfile = "D",
		.pushes = true },
	{ .text = "/kaniko/executor --context git://h/x --no-push", .context_elsewhere = true },
	{ .text = "/kaniko/executor --dockerfile=D --custom-platform=linux/arm64",
		.context = "/workspace",
		.dockerfile = "D",
		.platform = "linux/arm64",
		.pushes = true },
	{ .text = "docker build . -f", .context = "." },
	{ .text = "docker build . --file", .context = "." },
};

static void check_said(const struct said *c)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	struct bd_build_command command;
	bd_build_command_parse(words(&arena, c->text), &arena, &command);
	assert_text(c->text, "context", command.context, c->context);
	assert_text(c->text, "dockerfile", command.dockerfile, c->dockerfile);
	assert_text(c->text, "target", command.target, c->target);
	assert_text(c->text, "platform", command.platform, c->platform);
	assert_text(c->text, "iidfile", command.iidfile, c->iidfile);
	assert_text(c->text, "metadata file", command.metadata_file, c->metadata_file);
	if (command.context_elsewhere != c->context_elsewhere ||
		command.dockerfile_elsewhere != c->dockerfile_elsewhere ||
		command.several_platforms != c->several_platforms || command.pushes != c->pushes ||
		command.makes_no_image != c->makes_no_image || command.exports_files != c->exports_files) {
		fail_msg("%s: elsewhere %d %d, several %d, pushes %d, no image %d, files %d", c->text,
			command.context_elsewhere, command.dockerfile_elsewhere, command.several_platforms,
			command.pushes, command.makes_no_image, command.exports_files);
	}
}

static void test_build_command_parse_options(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		check_said(&said[i]);
	}
}

static void test_build_command_parse_lists(void **state)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	struct bd_build_command command;
	(void)state;
	bd_build_command_parse(
		words(&arena, "docker build --build-arg A=1 --build-arg=B=x=y --build-arg C -t a --tag=b:2 "
			      "--secret id=s,env=S_VAR --secret type=env,id=t,src=T_VAR ."),
		&arena, &command);
	assert_int_equal(command.build_args.len, 3);
	assert_string_equal(command.build_args.v[0].key, "A");
	assert_string_equal(command.build_args.v[0].value, "1");
	assert_string_equal(command.build_args.v[1].value, "x=y");
	assert_string_equal(command.build_args.v[2].key, "C");
	assert_null(command.build_args.v[2].value);
	assert_int_equal(command.tags.len, 2);
	assert_string_equal(command.tags.v[1], "b:2");
	assert_int_equal(command.secret_variables.len, 2);
	assert_string_equal(command.secret_variables.v[0], "S_VAR");
	assert_string_equal(command.secret_variables.v[1], "T_VAR");
}

/* ---- its image ------------------------------------------------------------------------------------------------- */

#define ID  "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct {
	const char *text, *id;
	const char *images; /* joined by a space */
	const char *export; /* the command, or NULL */
} images[] = {
	{ "docker build -t a .", ID, "docker-daemon:" ID, "docker save -o F " ID },
	{ "docker build -t a .", NULL, "", NULL }, /* that name may be an earlier build's */
	{ "sudo docker -H h build -t a .", ID, "docker-daemon:" ID, "sudo docker -H h save -o F " ID },
	{ "docker buildx build -t a .", ID, "docker-daemon:" ID, "docker save -o F " ID },
	{ "buildx build -t a .", ID, "docker-daemon:" ID, NULL },
	{ "docker buildx build -o type=oci,dest=o.tar .", NULL, "oci-archive:o.tar", NULL },
	{ "docker buildx build -o type=oci,tar=false,dest=o .", NULL, "oci:o", NULL },
	{ "docker buildx build --output=type=docker,dest=d.tar .", NULL, "docker-archive:d.tar", NULL },
	{ "docker buildx build -o type=oci,dest=- .", NULL, "", NULL },
	{ "docker buildx build --push -t r/a:1 .", NULL, "docker://r/a:1", NULL },
	{ "docker buildx bake --push", NULL, "", NULL },
	{ "docker buildx build --check .", ID, "", NULL },
	{ "podman build -t a .", ID, "podman:" ID, "podman save -q --format oci-archive -o F " HEX },
	{ "podman --root r build -t a .", NULL, "podman:a", "podman --root r save -q --format oci-archive -o F a" },
	{ "buildah bud .", ID, "podman:" ID, "buildah push -q " HEX " oci-archive:F" },
	{ "buildah bud --signature-policy p -t a .", NULL, "podman:a",
		"buildah push -q --signature-policy p a oci-archive:F" },
	{ "buildah bud -t oci:d:1 .", NULL, "oci:d:1", NULL },
	{ "nerdctl build -t a .", NULL, "", "nerdctl save -o F a" },
	{ "/kaniko/executor --tar-path k.tar -d r/a", NULL, "docker-archive:k.tar docker://r/a", NULL },
	{ "/kaniko/executor --no-push --oci-layout-path=o -d r/a", NULL, "oci:o", NULL },
};

static const char *joined(struct bd_arena *arena, const char *const *list, size_t count)
{
	const char *text = "";
	for (size_t i = 0; i < count; i++) {
		text = bd_arena_printf(arena, "%s%s%s", text, i > 0 ? " " : "", list[i]);
	}
	return text;
}

static void test_build_command_images(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(images) / sizeof(images[0]); i++) {
		AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
		const char *const *argv = words(&arena, images[i].text);
		const char *image = NULL;
		struct bd_build_command command;
		struct bd_string_vec found;
		bd_build_command_parse(argv, &arena, &command);
		bd_build_command_images(&command, images[i].id, &arena, &found);
		assert_text(images[i].text, "images", joined(&arena, found.v, found.len), images[i].images);
		const char *const *export = bd_build_command_export(&command, argv, images[i].id, "F", &arena, &image);
		size_t count = 0;
		while (export != NULL && export[count] != NULL) {
			count++;
		}
		assert_text(images[i].text, "export", export != NULL ? joined(&arena, export, count) : NULL,
			images[i].export);
		assert_int_equal(image != NULL, export != NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_build_command_parse_recognises),
		cmocka_unit_test(test_build_command_parse_knows_what_is_none),
		cmocka_unit_test(test_build_command_parse_options),
		cmocka_unit_test(test_build_command_parse_lists),
		cmocka_unit_test(test_build_command_images),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
