/* SPDX-License-Identifier: Apache-2.0 */
/* Members that several kinds of papers have. */
#include <string.h>

#include "basedrift/limits.h"

#include "base/auto.h"
#include "oci/json.h"
#include "origin/arena_vec.h"
#include "origin/material.h"
#include "origin/redact_text.h"

struct bd_build_papers empty_papers(void)
{
	return (struct bd_build_papers){ .cached_steps = -1 };
}

int paper_open(struct bd_str text, json_t **out, struct bd_error *err)
{
	if (text.n <= BD_LIMIT_PAPERS_BYTES && json_values(text) > BD_LIMIT_PAPERS_VALUES) {
		return bd_error_set(err, BD_ERR_LIMIT, "more than %u JSON values", BD_LIMIT_PAPERS_VALUES);
	}
	if (json_open(text, BD_LIMIT_PAPERS_BYTES, out, err) < 0) {
		return -(int)err->code;
	}
	if (!json_is_object(*out)) {
		json_decref(*out);
		*out = NULL;
		return bd_error_set(err, BD_ERR_FORMAT, "not a JSON object");
	}
	return 0;
}

const char *paper_text(json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	return text != NULL && *text != '\0' ? text : NULL;
}

const char *paper_copy(json_t *object, const char *key, struct bd_arena *arena)
{
	return redacted_uri(arena, paper_text(object, key));
}

const char *utc_time(const char *text, struct bd_arena *arena)
{
	int64_t seconds = 0;
	char utc[BD_TIME_TEXT];
	if (text == NULL || !bd_time_parse(text, &seconds)) {
		return NULL;
	}
	if (bd_str_ends(bd_str(text), "Z")) {
		return bd_arena_strdup(arena, text);
	}
	bd_time_text(seconds, utc);
	return bd_arena_strdup(arena, utc);
}

void add_build_arg(struct bd_build_papers *papers, const char *key, const char *value, struct bd_arena *arena)
{
	const bool secret = bd_name_is_secret(key, strlen(key));
	*arena_push(arena, &papers->build_args) = (struct bd_setting){
		.key = bd_arena_strdup(arena, key),
		.value = secret ? NULL : redacted_uri(arena, value),
		.redacted = secret,
	};
}

/* "generator=docker.io/docker/buildkit-syft-scanner:1,SCAN=…": BuildKit, docs/attestations/sbom.md */
static const char *scanner_of(const char *attribute, struct bd_arena *arena)
{
	struct bd_str rest = bd_str(attribute);
	while (rest.n > 0) {
		struct bd_str value = bd_str_cut(&rest, ',');
		const struct bd_str key = bd_str_cut(&value, '=');
		if (bd_str_is(key, "generator")) {
			return bd_arena_text(arena, value.p, value.n);
		}
	}
	return NULL;
}

void read_frontend_args(struct bd_build_papers *papers, json_t *args, const char **scanner, struct bd_arena *arena)
{
	static const char prefix[] = "build-arg:";
	for (void *i = json_object_iter(args); i != NULL; i = json_object_iter_next(args, i)) {
		const char *key = json_object_iter_key(i);
		const char *value = json_string_value(json_object_iter_value(i));
		if (value != NULL && bd_str_starts(bd_str(key), prefix)) {
			add_build_arg(papers, key + strlen(prefix), value, arena);
		}
	}
	const char *attest = paper_text(args, "attest:sbom");
	*scanner = attest != NULL ? scanner_of(attest, arena) : NULL;
	papers->target = paper_copy(args, "target", arena);
	papers->frontend_image = paper_copy(args, "source", arena);
	papers->vcs_url = paper_copy(args, "vcs:source", arena);
	papers->vcs_revision = paper_copy(args, "vcs:revision", arena);
	if (papers->dockerfile_path == NULL) {
		papers->dockerfile_path = paper_copy(args, "filename", arena);
	}
}

static bool platform_matches(const char *want, const char *have, struct bd_arena *arena)
{
	struct bd_platform a;
	struct bd_platform b;
	struct bd_error ignored;
	return bd_platform_parse(want, arena, &a, &ignored) == 0 && bd_platform_parse(have, arena, &b, &ignored) == 0 &&
	       bd_platform_matches(&a, &b);
}

json_t *choose_platform(
	json_t *choices, const char *prefix, const char *platform, struct bd_arena *arena, const char **listed_out)
{
	AUTO(bd_buf_release) struct bd_buf listed = { 0 };
	const size_t n = strlen(prefix);
	size_t count = 0;
	json_t *only = NULL;
	for (void *i = json_object_iter(choices); i != NULL; i = json_object_iter_next(choices, i)) {
		const char *key = json_object_iter_key(i);
		json_t *value = json_object_iter_value(i);
		if (strncmp(key, prefix, n) != 0 || strchr(key + n, '/') == NULL || !json_is_object(value)) {
			continue;
		}
		if (platform != NULL && platform_matches(platform, key + n, arena)) {
			return value;
		}
		bd_buf_add_str(&listed, count == 0 ? "" : ", ");
		bd_display_text(&listed, key + n, strlen(key + n));
		only = value;
		count++;
	}
	*listed_out = count > 0 ? bd_arena_text(arena, bd_buf_str(&listed), listed.n) : NULL;
	return platform == NULL && count == 1 ? only : NULL;
}
