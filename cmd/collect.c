/* SPDX-License-Identifier: Apache-2.0 */
#include "basedrift/collect.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "commands.h"
#include "console.h"
#include "keep.h"
#include "output.h"

/* ---- the file list, as mtree(5) lines ------------------------------------------------------------------ */

/* vis(3)-like octal escapes, as mtree readers undo them. */
static void add_mtree_path(struct bd_buf *out, const char *path)
{
	for (; *path != '\0'; path++) {
		const unsigned char c = (unsigned char)*path;
		if (c <= ' ' || c >= 0x7f || c == '\\' || c == '#' || c == '=') {
			bd_buf_printf(out, "\\%03o", c);
		} else {
			bd_buf_add_char(out, (char)c);
		}
	}
}

static const char *mtree_type(enum bd_file_kind kind)
{
	static const char *const types[] = { [BD_FILE] = "file",
		[BD_DIRECTORY] = "dir",
		[BD_SYMLINK] = "link",
		[BD_CHAR_DEVICE] = "char",
		[BD_BLOCK_DEVICE] = "block",
		[BD_FIFO] = "fifo" };
	return types[kind];
}

static int add_mtree_line(const struct bd_tree_line *line, void *context, struct bd_error *err)
{
	struct bd_buf *out = context;
	(void)err;
	bd_buf_add_str(out, "./");
	add_mtree_path(out, line->path);
	bd_buf_printf(out, " type=%s mode=%04" PRIo32 " uid=%" PRIu32 " gid=%" PRIu32 " time=%" PRId64 ".0",
		mtree_type(line->kind), line->mode, line->uid, line->gid, line->mtime_sec);
	if (line->kind == BD_FILE) {
		bd_buf_printf(out, " size=%" PRId64, line->size_bytes);
	}
	if (line->digest != NULL) {
		bd_buf_printf(out, " sha256digest=%s", line->digest + strlen("sha256:"));
	}
	if (line->target != NULL) {
		bd_buf_add_str(out, " link=");
		add_mtree_path(out, line->target);
	}
	bd_buf_add_char(out, '\n');
	return 0;
}

static int write_files(const struct arguments *arguments, const char *image, struct bd_output *to, struct bd_error *err)
{
	struct bd_buf text = { 0 };
	bd_buf_add_str(&text, "#mtree\n");
	const struct bd_source_options source = source_options(arguments);
	int result = bd_collect_tree(image, &source, add_mtree_line, &text, err);
	if (result == 0) {
		result = bd_output_write(to, bd_buf_view(&text), err);
	}
	bd_buf_release(&text);
	return result;
}

/* ---- the summary ------------------------------------------------------------------------------------------- */

static void add_line(struct bd_buf *out, const char *label, const char *fmt, ...) BD_PRINTF(3, 4);

static void add_line(struct bd_buf *out, const char *label, const char *fmt, ...)
{
	char text[1024];
	va_list ap;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	bd_buf_printf(out, "  %-13s ", label);
	bd_display_text(out, text, strlen(text));
	bd_buf_add_char(out, '\n');
}

static void summarise_base(struct bd_buf *out, const struct bd_base *base)
{
	const char *digest = bd_digest_of_kind(&base->digests, BD_DIGEST_INDEX);
	if (digest == NULL && base->digests.len > 0) {
		digest = base->digests.v[0].value;
	}
	add_line(out, bd_role_name(base->role), "%s  %s", base->reference != NULL ? base->reference : base->as_written,
		digest != NULL           ? digest
		: base->diff_ids.len > 0 ? "digest not recorded; its layers are known"
					 : "digest not recorded");
}

static void summarise(const struct bd_record *record, struct bd_buf *out)
{
	size_t owned = 0;
	size_t base_layers = 0;
	for (size_t i = 0; i < record->packages.len; i++) {
		owned += record->packages.v[i].owned_by != NULL;
	}
	for (size_t i = 0; i < record->layers.len; i++) {
		base_layers += record->layers.v[i].origin == BD_LAYER_BASE;
	}
	add_line(out, "image", "%s%s%s", record->image.name, record->image.platform != NULL ? "  " : "",
		record->image.platform != NULL ? record->image.platform : "");
	if (record->image.distro_name != NULL) {
		add_line(out, "distribution", "%s", record->image.distro_name);
	}
	if (record->source.tree != NULL) {
		add_line(out, "git tree", "%.12s%s", record->source.tree,
			record->source.dirty == BD_DIFFERENT ? " with uncommitted changes" : "");
	}
	for (size_t i = 0; i < record->bases.len; i++) {
		summarise_base(out, &record->bases.v[i]);
	}
	add_line(out, "layers", "%zu, of which %zu are the base's", record->layers.len, base_layers);
	add_line(out, "packages", "%zu%s", record->packages.len - owned, owned > 0 ? " (and parts that they own)" : "");
	add_line(out, "other files", "%zu", record->files.len);
	for (size_t i = 0; i < record->diagnostics.len && i < 10; i++) {
		add_line(out, "note", "%s", record->diagnostics.v[i].text);
	}
	if (record->diagnostics.len > 10) {
		add_line(out, "note", "%zu more in the record", record->diagnostics.len - 10);
	}
}

static int print_summary(const struct bd_record *record, struct bd_error *err)
{
	struct bd_buf text = { 0 };
	summarise(record, &text);
	const int result = write_output(NULL, bd_buf_view(&text), err);
	bd_buf_release(&text);
	return result;
}

static int keep(struct arguments *arguments, struct bd_record *record, bool has_file, struct bd_error *err)
{
	const char *name = NULL;
	const int result = keep_record(arguments, record, has_file, &name, err);
	if (result == 0 && name != NULL) {
		print_hint(arguments, "kept as %s", name);
	} else if (result == 0 && !has_file) {
		print_hint(
			arguments, "nothing was kept: add -o record=FILE, or a --store, to compare this build later");
	}
	return result;
}

/* ---- the command ----------------------------------------------------------------------------------------------- */

static bool has_format(const struct arguments *arguments, const char *format)
{
	for (size_t i = 0; i < arguments->outputs.len; i++) {
		if (strcmp(arguments->outputs.v[i].format, format) == 0) {
			return true;
		}
	}
	return false;
}

static int check_formats(const struct arguments *arguments, struct bd_error *err)
{
	for (size_t i = 0; i < arguments->outputs.len; i++) {
		const char *format = arguments->outputs.v[i].format;
		if (strcmp(format, "record") != 0 && strcmp(format, "files") != 0) {
			return bd_error_set(err, BD_ERR_USAGE,
				"-o %s: collect writes record and files; 'basedrift diff' writes reports", format);
		}
	}
	return check_outputs(arguments, err);
}

struct collected {
	const struct arguments *arguments;
	struct bd_record *record;
};

static int write_collected(const struct output *output, struct bd_output *to, void *context, struct bd_error *err)
{
	const struct collected *collected = context;
	return strcmp(output->format, "files") == 0
		       ? write_files(collected->arguments, collected->arguments->operands.v[0], to, err)
		       : bd_record_write_to(collected->record, output->file != NULL ? output->file : "-", to, err);
}

static int run(struct arguments *arguments, struct bd_error *err)
{
	struct bd_record *record = NULL;

	if (arguments->operands.len != 1) {
		return bd_error_set(
			err, BD_ERR_USAGE, "collect takes one IMAGE, such as docker-archive:app.tar or oci:layout:tag");
	}
	if (strcmp(arguments->operands.v[0], "-") == 0 && has_format(arguments, "files")) {
		return bd_error_set(
			err, BD_ERR_USAGE, "-o files reads the image once more, and standard input is read once");
	}
	int result = check_formats(arguments, err);
	if (result == 0) {
		result = collect_build(arguments, arguments->operands.v[0], true, &record, err);
	}
	if (result == 0) {
		struct collected collected = { .arguments = arguments, .record = record };
		result = arguments->outputs.len > 0 ? write_output_set(arguments->outputs.v, arguments->outputs.len,
							      write_collected, &collected, err)
						    : print_summary(record, err);
	}
	if (result == 0) {
		result = keep(arguments, record, has_format(arguments, "record"), err);
	}
	bd_record_free(record);
	return result < 0 ? result : EXIT_SAME;
}

static const struct option_row *const options[] = { output_options, build_options, image_options, paper_options,
	registry_options, common_options, NULL };

const struct command command_collect = {
	.name = "collect",
	.synopsis = "IMAGE [options]",
	.summary = "record what one build really used",
	.example = "basedrift collect docker-archive:app.tar -o record=build.jsonl",
	.details =
		"IMAGE is docker-archive:FILE[:REF], oci:DIR[:REF], oci-archive:FILE[:REF], dir:DIR, rootfs:DIR,\n"
		"docker://NAME[:TAG|@DIGEST] (a registry), docker-daemon:NAME, podman:NAME, - (an archive on standard\n"
		"input), or a path that is recognised by content; a name that is no path is a registry's.\n"
		"Formats: record (the build record, JSON Lines; .zst and .gz by name), files (every path, mtree).\n"
		"Without -o a summary is printed.  Exit status: 0 done, 2 trouble.\n",
	.options = options,
	.run = run,
};
