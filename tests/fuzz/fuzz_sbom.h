/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What holds of any document that is read: its record can be written, and as either format is read again with the same
 * packages, layers, build and diagnostics.
 */
#ifndef FUZZ_SBOM_H
#define FUZZ_SBOM_H

#include <stdlib.h>
#include <string.h>

#include "basedrift/sbom.h"

#include "base/auto.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void record_release(struct bd_record **record)
{
	bd_record_free(*record);
}

static void must(bool holds)
{
	if (!holds) {
		abort();
	}
}

static bool is_kept(struct bd_str line)
{
	static const char *const beginnings[] = { "{\"type\":\"build\"", "{\"type\":\"diagnostic\"",
		"{\"type\":\"layer\"", "{\"type\":\"package\"" };
	for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++) {
		if (bd_str_starts(line, beginnings[i])) {
			return true;
		}
	}
	return false;
}

/* The lines that are written whole: of a base, a source and an image some members stay out. */
static void kept_lines(struct bd_record *record, struct bd_buf *out)
{
	AUTO(bd_buf_release) struct bd_buf text = { 0 };
	struct bd_error err = { .msg = "" };
	struct bd_str line;
	must(bd_record_write(record, &text, &err) == 0);
	struct bd_str rest = bd_buf_view(&text);
	while (bd_str_line(&rest, &line)) {
		if (is_kept(line)) {
			bd_buf_add(out, line.p, line.n);
			bd_buf_add_char(out, '\n');
		}
	}
}

static void check_written(struct bd_record *record, enum bd_sbom_format format)
{
	AUTO(bd_buf_release) struct bd_buf text = { 0 };
	AUTO(bd_buf_release) struct bd_buf twice = { 0 };
	AUTO(bd_buf_release) struct bd_buf before = { 0 };
	AUTO(bd_buf_release) struct bd_buf after = { 0 };
	AUTO(record_release) struct bd_record *again = NULL;
	struct bd_error err = { .msg = "" };

	must(bd_sbom_write(record, format, NULL, &text, &err) == 0);
	must(bd_sbom_write(record, format, NULL, &twice, &err) == 0);
	must(bd_str_equal(bd_buf_view(&text), bd_buf_view(&twice)));
	must(bd_sbom_parse(bd_buf_view(&text), &again, &err) == 0);
	kept_lines(record, &before);
	kept_lines(again, &after);
	must(bd_str_equal(bd_buf_view(&before), bd_buf_view(&after)));
}

static int check_sbom(const uint8_t *data, size_t size, const char *format)
{
	const struct bd_str bytes = { (const char *)data, size };
	AUTO(record_release) struct bd_record *record = NULL;
	struct bd_error err = { .msg = "" };

	const bool sniffed = bd_sbom_sniff(bytes);
	if (bd_sbom_parse(bytes, &record, &err) < 0) {
		must(record == NULL && err.msg[0] != '\0');
		return 0;
	}
	must(sniffed && record->sbom.present && !record->files_known);
	if (record->sbom.format == NULL || strncmp(record->sbom.format, format, strlen(format)) != 0) {
		return -1; /* another target's: libFuzzer leaves it out of this one's corpus */
	}
	check_written(record, BD_SBOM_CYCLONEDX);
	check_written(record, BD_SBOM_SPDX);
	return 0;
}

#endif
