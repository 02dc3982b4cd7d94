/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "basedrift/compress.h"
#include "basedrift/record.h"
#include "basedrift/sbom.h"

#include "build.h"
#include "commands.h"
#include "output.h"

static bool is_record(const char *format)
{
	return strcmp(format, "record") == 0;
}

static int check_formats(const struct arguments *arguments, struct bd_error *err)
{
	enum bd_sbom_format ignored;
	if (arguments->outputs.len == 0) {
		return bd_error_set(
			err, BD_ERR_USAGE, "say as what: --format cyclonedx, spdx or record, or -o FORMAT=FILE");
	}
	for (size_t i = 0; i < arguments->outputs.len; i++) {
		const char *format = arguments->outputs.v[i].format;
		if (!is_record(format) && !bd_sbom_format_parse(format, &ignored)) {
			return bd_error_set(
				err, BD_ERR_USAGE, "-o %s: export writes cyclonedx, spdx and record", format);
		}
	}
	return check_outputs(arguments, err);
}

static enum bd_compression compression_of(const char *file)
{
	if (file != NULL && bd_str_ends(bd_str(file), ".zst")) {
		return BD_ZSTD;
	}
	return file != NULL && bd_str_ends(bd_str(file), ".gz") ? BD_GZIP : BD_PLAIN;
}

struct exported {
	struct bd_record *record;
	const char *time;
};

static int write_sbom(const struct output *output, struct bd_output *to, const struct exported *exported,
	struct bd_buf *text, struct bd_buf *packed, struct bd_error *err)
{
	const enum bd_compression compression = compression_of(output->file);
	enum bd_sbom_format format;
	(void)bd_sbom_format_parse(output->format, &format);
	if (bd_sbom_write(exported->record, format, exported->time, text, err) < 0 ||
		(compression != BD_PLAIN && bd_compress(compression, bd_buf_view(text), packed, err) < 0)) {
		return -(int)err->code;
	}
	return bd_output_write(to, bd_buf_view(compression != BD_PLAIN ? packed : text), err);
}

static int write_exported(const struct output *output, struct bd_output *to, void *context, struct bd_error *err)
{
	const struct exported *exported = context;
	struct bd_buf text = { 0 };
	struct bd_buf packed = { 0 };
	if (is_record(output->format)) {
		return bd_record_write_to(exported->record, output->file != NULL ? output->file : "-", to, err);
	}
	const int result = write_sbom(output, to, exported, &text, &packed, err);
	bd_buf_release(&text);
	bd_buf_release(&packed);
	return result;
}

static int run(struct arguments *arguments, struct bd_error *err)
{
	struct exported exported = { .time = source_date(&arguments->arena) };

	if (arguments->operands.len != 1) {
		return bd_error_set(err, BD_ERR_USAGE, "export takes one build: a record, an SBOM or an image");
	}
	int result = check_formats(arguments, err);
	if (result == 0) {
		result = open_build(arguments, arguments->operands.v[0], &exported.record, err);
	}
	if (result == 0) {
		result = write_output_set(arguments->outputs.v, arguments->outputs.len, write_exported, &exported, err);
	}
	bd_record_free(exported.record);
	return result < 0 ? result : EXIT_SAME;
}

static const struct option_row *const options[] = { output_options, select_options, image_options, registry_options,
	common_options, NULL };

const struct command command_export = {
	.name = "export",
	.synopsis = "BUILD [options]",
	.summary = "write a build as an SBOM that other tools read",
	.example = "basedrift export build.jsonl -o cyclonedx=app.cdx.json -o spdx=app.spdx.json",
	.details =
		"BUILD is a record file, an SBOM (CycloneDX, SPDX or syft, as JSON), an image, as 'basedrift collect' takes it,\n"
		"or a build of the store.  Formats: cyclonedx (CycloneDX 1.6, JSON), spdx (SPDX 2.3, JSON), record (the build\n"
		"record); .zst and .gz by name.  The same build and SOURCE_DATE_EPOCH give the same bytes.\n"
		"Exit status: 0 done, 2 trouble.\n",
	.options = options,
	.run = run,
};
