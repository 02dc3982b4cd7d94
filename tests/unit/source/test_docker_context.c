/* SPDX-License-Identifier: Apache-2.0 */
/* A folder of the docker command line's, made here. */
#include "test.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "basedrift/base.h"

#include "source/docker_context.h"

static char folder[64];

static void write_file(const char *name, const char *text)
{
	char path[512];
	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)mkdir(path, 0700);
		*slash = '/';
	}
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* The ID is `printf %s NAME | sha256sum`. */
static void add_context(const char *name, const char *meta)
{
	char digest[BD_DIGEST_TEXT];
	char path[256];
	bd_sha256_text(name, strlen(name), digest);
	(void)snprintf(path, sizeof(path), "contexts/meta/%s/meta.json", digest + 7);
	write_file(path, meta);
}

struct found {
	struct bd_arena arena;
	struct daemon_address address;
	struct bd_error err;
	bool found;
	int result;
};

static struct found find(const char *variable)
{
	struct found found = { .err = { .msg = "" } };
	assert_int_equal(variable != NULL ? setenv("DOCKER_CONTEXT", variable, 1) : unsetenv("DOCKER_CONTEXT"), 0);
	found.result = docker_context_find(&found.arena, &found.address, &found.found, &found.err);
	return found;
}

static void expect(const char *variable, const char *unix_socket, const char *origin)
{
	struct found found = find(variable);
	if (found.result < 0) {
		fail_msg("%s", found.err.msg);
	}
	assert_true(found.found);
	assert_true(bd_streq(found.address.unix_socket, unix_socket));
	assert_string_equal(found.address.origin, origin);
	bd_arena_release(&found.arena);
}

static void expect_none(const char *variable)
{
	struct found found = find(variable);
	assert_int_equal(found.result, 0);
	assert_false(found.found);
	bd_arena_release(&found.arena);
}

static void expect_failure(const char *variable, enum bd_error_code code, const char *part)
{
	struct found found = find(variable);
	if (found.result != -(int)code || strstr(found.err.msg, part) == NULL) {
		fail_msg("%d: %s", found.result, found.err.msg);
	}
	bd_arena_release(&found.arena);
}

static void test_docker_context_find_names(void **state)
{
	(void)state;
	expect_none(NULL);
	add_context("here", "{\"Endpoints\":{\"docker\":{\"Host\":\"unix:///run/here.sock\"}}}");
	add_context("there", "{\"Endpoints\":{\"docker\":{\"Host\":\"tcp://there.example:2376\"}}}");
	write_file("config.json", "{\"auths\":{},\"currentContext\":\"there\"}");
	expect("here", "/run/here.sock", "http://localhost");
	expect(NULL, NULL, "http://there.example:2376");
	expect_none("default");
	write_file("config.json", "{\"currentContext\":\"default\"}");
	expect_none(NULL);
	write_file("config.json", "broken");
	expect_none(NULL);
	expect("here", "/run/here.sock", "http://localhost");
}

static void test_docker_context_find_certificates(void **state)
{
	char digest[BD_DIGEST_TEXT];
	char path[256];
	(void)state;
	add_context("tls", "{\"Endpoints\":{\"docker\":{\"Host\":\"tcp://tls.example:2376\",\"SkipTLSVerify\":true}}}");
	bd_sha256_text("tls", 3, digest);
	(void)snprintf(path, sizeof(path), "contexts/tls/%s/docker/ca.pem", digest + 7);
	write_file(path, "certificate");
	struct found found = find("tls");
	assert_int_equal(found.result, 0);
	assert_string_equal(found.address.origin, "https://tls.example:2376");
	assert_true(found.address.any_certificate);
	assert_true(bd_str_ends(bd_str(found.address.cert_dir), "/docker"));
	bd_arena_release(&found.arena);
}

static void test_docker_context_find_failures(void **state)
{
	(void)state;
	add_context("far", "{\"Endpoints\":{\"docker\":{\"Host\":\"ssh://user@far.example\"}}}");
	add_context("none", "{\"Endpoints\":{}}");
	add_context("odd", "{\"Endpoints\":{\"docker\":{\"Host\":7}}}");
	add_context("list", "[]");
	add_context("nowhere", "{\"Endpoints\":{\"docker\":{}}}");
	expect_failure("far", BD_ERR_UNSUPPORTED, "Docker context far: a daemon by ssh is not supported");
	expect_failure("none", BD_ERR_UNSUPPORTED, "no endpoint of a Docker daemon");
	expect_failure("odd", BD_ERR_FORMAT, "Host");
	expect_failure("list", BD_ERR_FORMAT, "list");
	expect_failure("nowhere", BD_ERR_FORMAT, "names no host");
	expect_failure("../../x", BD_ERR_NOT_FOUND, "no such context");
}

static int make_folder(void **state)
{
	(void)state;
	(void)snprintf(folder, sizeof(folder), "/tmp/basedrift-context-XXXXXX");
	return mkdtemp(folder) != NULL ? setenv("DOCKER_CONFIG", folder, 1) : -1;
}

static int remove_folder(void **state)
{
	char command[128];
	(void)state;
	(void)snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_docker_context_find_names),
		cmocka_unit_test(test_docker_context_find_certificates),
		cmocka_unit_test(test_docker_context_find_failures),
	};
	return cmocka_run_group_tests_name("source_docker_context", tests, make_folder, remove_folder);
}
