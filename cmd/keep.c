/* SPDX-License-Identifier: Apache-2.0 */
#include "keep.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "basedrift/oci.h"
#include "basedrift/origin.h"

#include "console.h"
#include "environment.h"

/* ---- which store ------------------------------------------------------------------------------------------------ */

static const char *named_store(const struct arguments *arguments)
{
	const char *variable = environment_variable("BASEDRIFT_STORE");
	return arguments->store != NULL ? arguments->store : variable != NULL && *variable != '\0' ? variable : NULL;
}

bool store_is_default(const struct arguments *arguments)
{
	return named_store(arguments) == NULL;
}

/* XDG Base Directory Specification: what is no absolute path is ignored. */
static const char *default_store(struct bd_arena *arena)
{
	const char *data = environment_variable("XDG_DATA_HOME");
	const char *home = environment_variable("HOME");
	if (data != NULL && *data == '/') {
		return bd_arena_printf(arena, "sqlite:%s/basedrift/store.db", data);
	}
	return home != NULL && *home == '/' ? bd_arena_printf(arena, "sqlite:%s/.local/share/basedrift/store.db", home)
					    : NULL;
}

const char *store_url(struct arguments *arguments)
{
	const char *named = named_store(arguments);
	if (named == NULL) {
		return default_store(&arguments->arena);
	}
	return strcmp(named, "none") == 0 ? NULL : named;
}

int open_store(struct arguments *arguments, bool write, struct bd_store **out, struct bd_error *err)
{
	const char *url = store_url(arguments);
	const struct bd_store_options options = { .write = write, .make_folders = store_is_default(arguments) };
	if (url == NULL) {
		return bd_error_set(err, BD_ERR_USAGE,
			store_is_default(arguments) ? "there is no HOME for a store: name one with --store"
						    : "the store is 'none': name one with --store or BASEDRIFT_STORE");
	}
	return bd_store_open(url, &options, out, err);
}

/* ---- which project ----------------------------------------------------------------------------------------------- */

static const char *variable(const char *name, void *context)
{
	(void)context;
	return environment_variable(name);
}

/* The remote's last word, or the work tree's folder. */
static const char *project_of_checkout(struct arguments *arguments)
{
	struct bd_arena *arena = &arguments->arena;
	struct bd_vcs vcs = { .present = false };
	const char *root = NULL;
	struct bd_error ignored;
	if (bd_git_read(arguments->context != NULL ? arguments->context : ".", arena, &vcs, &root, &ignored) < 0) {
		return NULL;
	}
	const char *project = bd_store_project_of_remote(arena, vcs.remote);
	return project != NULL ? project : bd_store_project_of_remote(arena, root);
}

struct bd_store_filter selected_builds(struct arguments *arguments)
{
	struct bd_store_filter filter = { .project = arguments->project, .branch = arguments->branch };
	struct bd_build build = { .project = NULL };
	const char *commit = NULL;
	if (filter.project == NULL) {
		bd_ci_read(variable, NULL, &arguments->arena, &build, &commit);
		filter.project = build.project != NULL ? build.project : project_of_checkout(arguments);
	}
	return filter;
}

int need_project(const struct bd_store_filter *filter, struct bd_error *err)
{
	return filter->project != NULL
		       ? 0
		       : bd_error_set(err, BD_ERR_USAGE,
				 "of which project? Name it (--project), or run this in its git checkout");
}

/* ---- keeping ------------------------------------------------------------------------------------------------------
 */

int check_store(struct arguments *arguments, struct bd_error *err)
{
	struct bd_store *store = NULL;
	if (store_url(arguments) == NULL && !store_is_default(arguments)) {
		return 0;
	}
	if (open_store(arguments, true, &store, err) < 0) {
		return -(int)err->code;
	}
	bd_store_close(store);
	return 0;
}

static int put(struct arguments *arguments, struct bd_str bytes, const struct bd_record *record, const char *project,
	struct bd_error *err)
{
	struct bd_store *store = NULL;
	const struct bd_store_arrival arrival = { .project = project };
	int result = open_store(arguments, true, &store, err);
	if (result == 0) {
		result = bd_store_put(store, bytes, record, &arrival, NULL, err);
	}
	bd_store_close(store);
	return result;
}

static const char *build_name(struct bd_arena *arena, const struct bd_record *record, const char *project)
{
	const struct bd_build *build = &record->build;
	const char *of = build->project != NULL && *build->project != '\0' ? build->project
			 : project != NULL                                 ? project
									   : "unnamed";
	if (build->id != NULL && *build->id != '\0') {
		return bd_arena_printf(arena, "%s#%s", of, build->id);
	}
	return bd_arena_printf(arena, "%s#%.12s", of, record->digest + strlen("sha256:"));
}

/* What took an hour to build is not lost because a server is away. */
static int rescue(struct arguments *arguments, struct bd_record *record, struct bd_error *err)
{
	const char *file =
		bd_arena_printf(&arguments->arena, "basedrift-%.12s.jsonl", record->digest + strlen("sha256:"));
	struct bd_error second;
	if (bd_record_write_file(record, file, &second) < 0) {
		return -(int)err->code;
	}
	print_hint(arguments, "the record is in %s: 'basedrift import %s' when the store can be reached", file, file);
	return -(int)err->code;
}

int keep_record(struct arguments *arguments, struct bd_record *record, bool has_file, const char **name_out,
	struct bd_error *err)
{
	struct bd_buf bytes = { 0 };
	const char *project = selected_builds(arguments).project;

	*name_out = NULL;
	if (store_url(arguments) == NULL && (has_file || !store_is_default(arguments))) {
		return 0;
	}
	int result = bd_record_write(record, &bytes, err);
	if (result == 0) {
		result = put(arguments, bd_buf_view(&bytes), record, project, err);
	}
	bd_buf_release(&bytes);
	if (result == 0) {
		*name_out = build_name(&arguments->arena, record, project);
		return 0;
	}
	if (has_file && store_is_default(arguments)) {
		print_hint(arguments, "warning: not kept in a store: %s", err->msg);
		return 0;
	}
	return has_file || record->digest == NULL ? result : rescue(arguments, record, err);
}

/* ---- reading -------------------------------------------------------------------------------------------------------
 */

int read_stored_build(struct arguments *arguments, const char *name, struct bd_record **out, struct bd_error *err)
{
	struct bd_store *store = NULL;
	struct bd_store_builds builds = { .len = 0 };
	const struct bd_store_filter filter = selected_builds(arguments);
	int result = open_store(arguments, false, &store, err);
	if (result == 0) {
		result = bd_store_find(store, name, &filter, &builds, err);
	}
	if (result == 0) {
		result = bd_store_read(store, &builds.v[0], out, err);
		bd_store_builds_release(&builds);
	}
	bd_store_close(store);
	return result;
}

/* ---- words
 * ----------------------------------------------------------------------------------------------------------- */

const char *short_time(struct bd_arena *arena, int64_t seconds)
{
	char text[BD_TIME_TEXT];
	if (seconds == 0) {
		return "";
	}
	bd_time_text(seconds, text);
	return bd_arena_printf(arena, "%.10s %.5s", text, text + 11);
}

const char *shown_reference(struct bd_arena *arena, const char *reference)
{
	struct bd_reference parsed;
	struct bd_error ignored;
	return bd_reference_parse(bd_str(reference), arena, &parsed, &ignored) == 0 ? parsed.familiar : reference;
}

int stored_reference(struct bd_arena *arena, const char *text, const char **out, struct bd_error *err)
{
	struct bd_reference parsed;
	if (bd_reference_parse(bd_str(text), arena, &parsed, err) < 0) {
		return bd_error_wrap(err, "%s", text);
	}
	*out = bd_reference_with_tag(&parsed, arena).text;
	return 0;
}

const char *short_digest(struct bd_arena *arena, const char *digest)
{
	const char *colon = strchr(digest, ':');
	return colon != NULL ? bd_arena_printf(arena, "%.*s%.12s", (int)(colon + 1 - digest), digest, colon + 1)
			     : digest;
}
