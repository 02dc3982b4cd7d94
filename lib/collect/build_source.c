/* SPDX-License-Identifier: Apache-2.0 */
/* What was built: the git checkout, the Dockerfile and .dockerignore. */
#include <sys/stat.h>

#include "basedrift/limits.h"

#include "base/auto.h"
#include "collect/papers.h"
#include "collect/parts.h"

static bool exists(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static const char *find_dockerfile(
	const struct bd_collect_options *options, const char *context, struct bd_arena *arena)
{
	static const char *const names[] = { "Dockerfile", "Containerfile" };
	if (options->dockerfile != NULL) {
		return options->dockerfile;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *path = bd_arena_printf(arena, "%s/%s", context, names[i]);
		if (exists(path)) {
			return path;
		}
	}
	return NULL;
}

/* As seen from the repository's root, so that two checkouts in two places name one file. */
static const char *path_in_repository(const char *path, const char *root, const char *context, struct bd_arena *arena)
{
	AUTO(free_ptr) char *real = realpath(path, NULL);
	AUTO(free_ptr) char *top = realpath(root != NULL ? root : context, NULL);
	const size_t n = top != NULL ? strlen(top) : 0;

	if (real != NULL && n > 0 && strncmp(real, top, n) == 0 && real[n] == '/') {
		return bd_arena_strdup(arena, real + n + 1);
	}
	const struct bd_str name = bd_path_name(bd_str(path));
	return bd_arena_text(arena, name.p, name.n);
}

static void record_text(struct bd_record *record, struct bd_str bytes)
{
	char digest[BD_DIGEST_TEXT];
	bd_sha256_text(bytes.p, bytes.n, digest);
	record->source.dockerfile_digest = bd_arena_strdup(&record->arena, digest);
	if (bytes.n <= BD_LIMIT_DOCKERFILE_TEXT) {
		record->source.dockerfile_text = bd_dockerfile_redact(bytes, &record->arena);
	}
}

static int read_dockerfile(const struct bd_collect_options *options, const char *path, struct bd_record *record,
	struct build_source *out, struct bd_error *err)
{
	AUTO(bd_buf_release) struct bd_buf bytes = { 0 };
	const struct bd_dockerfile_options parse = {
		.build_args = options->build_args,
		.build_arg_count = options->build_arg_count,
		.target = options->target,
		.platform = record->image.platform,
	};

	if (read_whole_file(path, BD_LIMIT_DOCKERFILE_BYTES, &bytes, err) < 0) {
		return -(int)err->code;
	}
	record_text(record, bd_buf_view(&bytes));
	if (bd_dockerfile_parse(bd_buf_view(&bytes), &parse, &out->arena, &out->dockerfile, err) < 0) {
		return bd_error_wrap(err, "%s", path);
	}
	out->has_dockerfile = true;
	for (size_t i = 0; i < out->dockerfile.warnings.len; i++) {
		bd_record_diagnose(record, "dockerfile-warning", record->source.dockerfile_path, "%s",
			out->dockerfile.warnings.v[i]);
	}
	return 0;
}

static void read_dockerignore(const char *context, struct bd_record *record)
{
	AUTO(bd_buf_release) struct bd_buf bytes = { 0 };
	AUTO(bd_buf_release) struct bd_buf path = { 0 };
	char digest[BD_DIGEST_TEXT];
	struct bd_error err;

	bd_buf_printf(&path, "%s/.dockerignore", context);
	if (exists(bd_buf_str(&path)) &&
		read_whole_file(bd_buf_str(&path), BD_LIMIT_DOCKERFILE_BYTES, &bytes, &err) == 0) {
		bd_sha256_text(bd_buf_str(&bytes), bytes.n, digest);
		record->source.dockerignore_digest = bd_arena_strdup(&record->arena, digest);
	}
}

/* A path that the user named must be readable; one that we looked for ourselves may be missing or odd. */
int read_build_source(const struct bd_collect_options *options, struct bd_record *record, struct build_source *out,
	struct bd_error *err)
{
	const char *context = options->context != NULL ? options->context : ".";
	const char *root = NULL;
	struct bd_error why;

	record->source.present = true;
	record->source.target = bd_arena_strdup(&record->arena, options->target);
	if (options->context != NULL && access(options->context, R_OK | X_OK) != 0) {
		return bd_error_set_errno(err, "build context %s", options->context);
	}
	if (options->context_elsewhere) {
		bd_record_diagnose(record, "source-elsewhere", NULL,
			"the build context came from a URL or from standard input: its source is not known");
	} else if (bd_git_read(context, &record->arena, &record->source, &root, &why) < 0) {
		bd_record_diagnose(record, why.code == BD_ERR_NOT_FOUND ? "source-no-repository" : "source-unreadable",
			NULL, "%s", why.msg);
	}
	const char *path = options->dockerfile_elsewhere && options->dockerfile == NULL
				   ? NULL
				   : find_dockerfile(options, context, &out->arena);
	if (path == NULL) {
		bd_record_diagnose(record, "dockerfile-unknown", NULL, "%s",
			options->dockerfile_elsewhere
				? "the Dockerfile is in no folder here (a URL, standard input): name a copy with --dockerfile"
				: "no Dockerfile or Containerfile in the build context, and none was given with --dockerfile");
		return 0;
	}
	record->source.dockerfile_path = path_in_repository(path, root, context, &record->arena);
	read_dockerignore(context, record);
	if (read_dockerfile(options, path, record, out, &why) < 0) {
		if (options->dockerfile != NULL && record->source.dockerfile_digest == NULL) {
			*err = why;
			return bd_error_wrap(err, "--dockerfile");
		}
		bd_record_diagnose(record, "dockerfile-unreadable", record->source.dockerfile_path, "%s", why.msg);
	}
	return 0;
}

void build_source_release(struct build_source *source)
{
	bd_arena_release(&source->arena);
}
