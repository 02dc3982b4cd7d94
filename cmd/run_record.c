/* SPDX-License-Identifier: Apache-2.0 */
/* The record of a build that was run: its image where it is found, its log, its end. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "basedrift/limits.h"
#include "basedrift/source.h"

#include "build.h"
#include "console.h"
#include "environment.h"
#include "run_command.h"

/* ---- which image ---------------------------------------------------------------------------------------------- */

static bool read_file(const char *path, struct bd_buf *out)
{
	char block[4096];
	ssize_t n = -1;
	const int fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;

	while (fd >= 0 && out->n < BD_LIMIT_COMMAND_FILE && (n = read(fd, block, sizeof(block))) > 0) {
		bd_buf_add(out, block, (size_t)n);
	}
	if (fd >= 0) {
		(void)close(fd);
	}
	return n == 0;
}

/* What --iidfile got: "sha256:…", by some versions without the algorithm. */
static const char *image_id(const struct build_run *run)
{
	struct bd_arena *arena = &run->arguments->arena;
	struct bd_buf text = { 0 };
	const char *id = NULL;

	if (read_file(run->iidfile, &text)) {
		const struct bd_str word = bd_str_trim(bd_buf_view(&text));
		id = bd_arena_printf(arena, "%s%.*s", memchr(word.p, ':', word.n) == NULL ? "sha256:" : "",
			(int)(word.n < BD_DIGEST_TEXT ? word.n : BD_DIGEST_TEXT), word.p);
		id = bd_digest_valid(id) ? id : NULL;
	}
	bd_buf_release(&text);
	return id;
}

/* podman and buildah print the id at the end, as a line of its own. */
static const char *printed_id(const struct build_run *run)
{
	const struct bd_log_copy *log = &run->child.log;
	struct bd_str rest = bd_buf_view(log->tail.n > 0 ? &log->tail : &log->head);
	struct bd_str line;
	const char *id = NULL;

	while (bd_str_line(&rest, &line)) {
		if (line.n == 64) {
			const char *digest = bd_arena_printf(&run->arguments->arena, "sha256:%.*s", 64, line.p);
			id = bd_digest_valid(digest) ? digest : id;
		}
	}
	return id;
}

static const char *find_id(const struct build_run *run)
{
	const enum bd_builder builder = run->command.builder;
	if (run->command.several_platforms) {
		return NULL; /* there are several */
	}
	return run->iidfile == NULL && (builder == BD_BUILDER_PODMAN || builder == BD_BUILDER_BUILDAH) ? printed_id(run)
												       : image_id(run);
}

/* "could not be read" for the record and for the user, with the image's name. */
static void keep_error(struct bd_error *to, const struct bd_error *from)
{
	if (to->msg[0] == '\0') {
		*to = *from;
	}
}

/* What was found by its id has another name in every build; its tag is what people know it by. */
static void name_as_tagged(const struct build_run *run, const char *transport, struct bd_record *record)
{
	if (run->command.tags.len > 0) {
		record->image.name = bd_arena_printf(
			&record->arena, "%.*s:%s", (int)strcspn(transport, ":"), transport, run->command.tags.v[0]);
	}
}

static struct bd_record *try_names(struct build_run *run, const char *id, struct bd_error *why)
{
	struct bd_string_vec names;
	struct bd_record *record = NULL;
	struct bd_error err;

	bd_build_command_images(&run->command, id, &run->arguments->arena, &names);
	for (size_t i = 0; i < names.len && record == NULL; i++) {
		if (!bd_image_name_likely(names.v[i])) {
			continue; /* a transport that this version does not have, or no such file */
		}
		if (collect_build(run->arguments, names.v[i], true, &record, &err) < 0) {
			keep_error(why, &err);
			record = NULL;
		} else if (id != NULL && strstr(names.v[i], id) != NULL) {
			name_as_tagged(run, names.v[i], record);
		}
	}
	return record;
}

static void export_error(const struct bd_child *child, const char *tool, struct bd_error *why)
{
	const struct bd_str text = bd_str_trim(bd_buf_view(&child->log.head));
	struct bd_error err;
	(void)bd_error_set(&err, BD_ERR_NOT_FOUND, "%s does not write the image: %.*s", tool,
		(int)(text.n < 300 ? text.n : 300), text.n > 0 ? text.p : "");
	keep_error(why, &err);
}

/* By the tool itself: it needs no daemon's socket, and works wherever the build did. */
static struct bd_record *try_export(struct build_run *run, const char *id, struct bd_error *why)
{
	struct bd_arena *arena = &run->arguments->arena;
	const char *image = NULL;
	struct bd_record *record = NULL;
	struct bd_child child;
	struct bd_error err;

	if (run->folder == NULL) {
		return NULL;
	}
	const char *file = bd_arena_printf(arena, "%s/image.tar", run->folder);
	const struct bd_child_options options = {
		.argv = bd_build_command_export(&run->command, run->argv, id, file, arena, &image),
		.kept_only = true,
	};
	if (options.argv == NULL) {
		return NULL;
	}
	if (bd_child_run(&options, &child, &err) < 0) {
		keep_error(why, &err);
		return NULL;
	}
	if (child.status != 0) {
		export_error(&child, run->command.tool, why);
	} else if (collect_build(run->arguments, image, true, &record, &err) < 0) {
		keep_error(why, &err);
		record = NULL;
	} else {
		record->image.name = bd_arena_strdup(&record->arena, run->command.tool); /* not that file's */
		name_as_tagged(run, run->command.tool, record);
	}
	bd_child_release(&child);
	return record;
}

/*
 * A failed `docker build` leaves no image: one of that name would be an earlier build's.  A script that failed may have
 * made one before its checks did; it is taken when the user names it.
 */
static struct bd_record *find_image(struct build_run *run, struct bd_error *why)
{
	struct bd_record *record = NULL;
	struct bd_error err;
	const bool passed = run->child.status == 0;
	const bool known = run->command.builder != BD_BUILDER_UNKNOWN;

	if (run->arguments->image != NULL && (passed || !known)) {
		if (collect_build(run->arguments, run->arguments->image, true, &record, &err) < 0) {
			keep_error(why, &err);
			record = NULL;
		}
		return record;
	}
	if (!passed || !known || run->arguments->image != NULL) {
		return NULL;
	}
	const char *id = find_id(run);
	record = try_names(run, id, why);
	return record != NULL ? record : try_export(run, id, why);
}

/* ---- the log ---------------------------------------------------------------------------------------------------- */

static bool is_secret(const struct arguments *arguments, const char *name, size_t n)
{
	bool secret = bd_name_is_secret(name, n);
	for (size_t i = 0; i < arguments->secret_names.len && !secret; i++) {
		char *copy = bd_xmalloc(n + 1);
		memcpy(copy, name, n);
		copy[n] = '\0';
		secret = strcasestr(copy, arguments->secret_names.v[i]) != NULL;
		free(copy);
	}
	return secret;
}

/* The whole value and each of its lines; what is shorter than three bytes would be found in every word. */
static void add_secret(struct text_list *list, struct bd_arena *arena, const char *value)
{
	struct bd_str rest = bd_str(value);
	struct bd_str line;
	if (value == NULL || strlen(value) < 3) {
		return;
	}
	text_list_add(list, value);
	while (strchr(value, '\n') != NULL && bd_str_line(&rest, &line)) {
		if (line.n >= 8) {
			text_list_add(list, bd_arena_text(arena, line.p, line.n));
		}
	}
}

static int longest_first(const void *a, const void *b)
{
	const char *const *x = a;
	const char *const *y = b;
	const size_t n = strlen(*x);
	const size_t m = strlen(*y);
	return n < m ? 1 : n > m ? -1 : strcmp(*x, *y);
}

/* Every secret that the build could have got from here: build arguments, --secret env=, the environment. */
static void find_secrets(const struct build_run *run, struct text_list *out)
{
	const struct arguments *arguments = run->arguments;
	struct bd_arena *arena = &run->arguments->arena;

	for (size_t i = 0; i < arguments->build_args.len; i++) {
		const struct key_value *arg = &arguments->build_args.v[i];
		if (is_secret(arguments, arg->key, strlen(arg->key))) {
			add_secret(out, arena, arg->value);
		}
	}
	for (size_t i = 0; i < run->command.secret_variables.len; i++) {
		add_secret(out, arena, environment_variable(run->command.secret_variables.v[i]));
	}
	for (char **variable = environ; variable != NULL && *variable != NULL; variable++) {
		const char *equals = strchr(*variable, '=');
		if (equals != NULL && strlen(equals + 1) >= 6 &&
			is_secret(arguments, *variable, (size_t)(equals - *variable))) {
			add_secret(out, arena, equals + 1);
		}
	}
	if (out->len > 0) {
		qsort(out->v, out->len, sizeof(*out->v), longest_first); /* one may be a part of another */
	}
}

/* What the log says of bases and of the failing step; its digest is of every byte, not only of those kept. */
static void take_log(struct build_run *run, struct bd_buf *text)
{
	struct text_list secrets = { .len = 0 };
	const struct bd_log_copy *log = &run->child.log;

	if (log->size_bytes > 0) {
		find_secrets(run, &secrets);
		const struct bd_string_vec words = { secrets.v, secrets.len, secrets.len };
		bd_log_copy_text(log, &words, text);
		run->arguments->log_text = bd_buf_view(text);
		free(secrets.v);
	}
}

static void record_log(const struct build_run *run, struct bd_record *record)
{
	if (run->child.log.size_bytes > 0) {
		record->log.present = true;
		record->log.digest = bd_arena_strdup(&record->arena, run->child.log.digest);
	}
}

/* ---- the build ----------------------------------------------------------------------------------------------------
 */

static const char *time_text(struct bd_record *record, int64_t seconds)
{
	char text[BD_TIME_TEXT];
	bd_time_text(seconds, text);
	return bd_arena_strdup(&record->arena, text);
}

static void record_end(const struct build_run *run, struct bd_record *record)
{
	const struct bd_child *child = &run->child;

	record->build.exit_code = child->status;
	record->build.started =
		run->arguments->started != NULL ? record->build.started : time_text(record, child->started_sec);
	record->build.finished = time_text(record, child->finished_sec);
	if (run->arguments->status == NULL) {
		record->build.status = child->status == 0 ? BD_STATUS_PASSED : BD_STATUS_FAILED;
	}
	if (child->status != 0 && child->interrupted != 0) {
		if (run->arguments->status == NULL) {
			record->build.status =
				BD_STATUS_UNKNOWN; /* stopped from outside: that says nothing of the source */
		}
		bd_record_diagnose(record, "build-interrupted", NULL, "the build was stopped by a signal (%s)",
			sigabbrev_np(child->interrupted));
	}
	if (child->left_open) {
		bd_record_diagnose(record, "log-incomplete", NULL,
			"something the build started still held its output after its end: what it wrote later is not in the log");
	}
}

static void record_tool(const struct build_run *run, struct bd_record *record)
{
	const char *tool = run->command.tool;
	for (size_t i = 0; i < record->inputs.len; i++) {
		const struct bd_input *input = &record->inputs.v[i];
		if (strcmp(input->kind, "builder") == 0 && bd_streq(input->key, tool)) {
			return; /* the image names it as well */
		}
	}
	if (tool != NULL && run->version != NULL) {
		*bd_vec_push(&record->inputs) = (struct bd_input){
			.kind = "builder", .key = tool, .value = bd_arena_strdup(&record->arena, run->version)
		};
	}
}

/* A file may lie there from an earlier build, when this one failed. */
static void check_age(const struct build_run *run, struct bd_record *record)
{
	int64_t created;
	if (run->child.status != 0 && bd_time_parse(record->image.created, &created) &&
		created < run->child.started_sec) {
		bd_record_diagnose(record, "image-older-than-build", record->image.name,
			"the build failed, and this image was made before it began: it may be an earlier build's");
	}
}

static int record_build_with_log(
	struct build_run *run, struct bd_record **out, struct bd_error *image_error, struct bd_error *err)
{
	image_error->msg[0] = '\0';
	struct bd_record *record = find_image(run, image_error);
	if (record != NULL) {
		image_error->msg[0] = '\0';
		check_age(run, record);
	} else if (collect_build(run->arguments, NULL, true, &record, err) < 0) {
		return -(int)err->code;
	}
	if (image_error->msg[0] != '\0') {
		bd_record_diagnose(record, "image-unreadable", NULL, "%s", image_error->msg);
	}
	record_end(run, record);
	record_tool(run, record);
	record_log(run, record);
	*out = record;
	return 0;
}

int record_build(struct build_run *run, struct bd_record **out, struct bd_error *image_error, struct bd_error *err)
{
	struct bd_buf text = { 0 };
	struct stat written;
	take_log(run, &text);
	if (run->arguments->metadata_file == NULL && run->metadata_file != NULL &&
		stat(run->metadata_file, &written) == 0 && written.st_size > 0) {
		run->arguments->metadata_file = run->metadata_file; /* a build that failed leaves none */
	}
	const int result = record_build_with_log(run, out, image_error, err);
	run->arguments->log_text = (struct bd_str){ NULL, 0 };
	bd_buf_release(&text);
	return result;
}
