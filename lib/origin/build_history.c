/* SPDX-License-Identifier: Apache-2.0 */
/* docker/buildx, commands/history/inspect.go: what `--format json` prints, of failed builds as well. */
#include <string.h>

#include "base/auto.h"
#include "origin/build_log.h"
#include "origin/material.h"
#include "origin/redact_text.h"

static int read_materials(json_t *list, struct bd_arena *arena, struct bd_build_papers *papers, struct bd_error *err)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		json_t *entry = json_array_get(list, i);
		const char *uri = paper_text(entry, "URI");
		const char *digest = json_string_value(json_array_get(json_object_get(entry, "Digests"), 0));
		if (uri == NULL) {
			continue;
		}
		struct bd_material m = material_of_uri(uri, "build-history", arena);
		if (digest != NULL && (!m.is_image || bd_digest_valid(digest))) {
			m.digest = bd_arena_strdup(arena, digest);
		}
		if (add_material(papers, &m, arena, err) < 0) {
			return -(int)err->code;
		}
	}
	return 0;
}

static void read_build_args(json_t *list, struct bd_arena *arena, struct bd_build_papers *papers)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		json_t *arg = json_array_get(list, i);
		const char *name = paper_text(arg, "Name");
		const char *value = json_string_value(json_object_get(arg, "Value"));
		if (name != NULL && value != NULL) {
			add_build_arg(papers, name, value, arena);
		}
	}
}

static enum bd_status status_of(const char *status)
{
	if (bd_streq(status, "completed")) {
		return BD_STATUS_PASSED;
	}
	return bd_streq(status, "error") || bd_streq(status, "canceled") ? BD_STATUS_FAILED : BD_STATUS_UNKNOWN;
}

/* Logs: the failing step's last lines.  Sources: the excerpt of the Dockerfile as a log has it, in base64. */
static void read_error(json_t *error, struct bd_arena *arena, struct bd_build_papers *papers)
{
	AUTO(bd_buf_release) struct bd_buf text = { 0 };
	AUTO(bd_buf_release) struct bd_buf source = { 0 };
	json_t *logs = json_object_get(error, "Logs");
	papers->error = paper_copy(error, "Message", arena);
	const char *name = paper_text(error, "Name");
	if (name != NULL) {
		papers->failing_step = redacted(arena, step_text(bd_str(name), arena));
	}
	for (size_t i = 0; i < json_array_size(logs); i++) {
		const char *line = json_string_value(json_array_get(logs, i));
		bd_buf_printf(&text, "%s\n", line != NULL ? line : "");
	}
	if (text.n > 0) {
		papers->tail = log_tail(bd_buf_view(&text), text.n, arena);
	}
	const char *excerpt = paper_text(error, "Sources");
	if (excerpt != NULL && bd_unbase64(&source, bd_str(excerpt))) {
		papers->failing_line = excerpt_line(bd_buf_view(&source));
	}
}

int bd_build_history_parse(
	struct bd_str json, struct bd_arena *arena, struct bd_build_papers *out, struct bd_error *err)
{
	json_auto_t *document = NULL;
	*out = empty_papers();
	if (paper_open(json, &document, err) < 0) {
		return -(int)err->code;
	}
	if (json_object_get(document, "Ref") == NULL && json_object_get(document, "Status") == NULL) {
		return bd_error_set(err, BD_ERR_FORMAT, "neither Ref nor Status: no build history");
	}
	json_t *cached = json_object_get(document, "NumCachedSteps");
	out->invocation_id = paper_copy(document, "Ref", arena);
	out->dockerfile_path = paper_copy(document, "Dockerfile", arena);
	out->vcs_url = paper_copy(document, "VCSRepository", arena);
	out->vcs_revision = paper_copy(document, "VCSRevision", arena);
	out->target = paper_copy(document, "Target", arena);
	const char *context = paper_text(document, "Context");
	if (context != NULL && strstr(context, "://") != NULL) {
		out->config_source = redacted(arena, context);
	}
	out->started = utc_time(paper_text(document, "StartedAt"), arena);
	out->finished = utc_time(paper_text(document, "CompletedAt"), arena);
	out->status = status_of(paper_text(document, "Status"));
	if (json_is_integer(cached) && json_integer_value(cached) >= 0 && json_integer_value(cached) < INT32_MAX) {
		out->cached_steps = (int)json_integer_value(cached);
	}
	read_build_args(json_object_get(document, "BuildArgs"), arena, out);
	read_error(json_object_get(document, "Error"), arena, out);
	const int rc = read_materials(json_object_get(document, "Materials"), arena, out, err);
	mark_tools(out, NULL, arena);
	return rc;
}
