/* SPDX-License-Identifier: Apache-2.0 */
/* Records as files: compressed on the way by their name, and never half written under it. */
#include "basedrift/compress.h"

#include "base/auto.h"
#include "record/write.h"

struct target {
	struct bd_output *output;
	const char *path;
	enum bd_compression to;
	struct bd_buf packed;
};

static void target_release(struct target *target)
{
	bd_buf_release(&target->packed);
}

DEFINE_AUTO(output, struct bd_output, bd_output_close)

static enum bd_compression compression_of_name(const char *path)
{
	if (bd_str_ends(bd_str(path), ".zst")) {
		return BD_ZSTD;
	}
	return bd_str_ends(bd_str(path), ".gz") ? BD_GZIP : BD_PLAIN;
}

/* Each piece becomes a gzip member or zstd frame of its own: in a row they are one stream. */
static int target_flush(void *context, struct bd_buf *buf, struct bd_error *err)
{
	struct target *target = context;
	struct bd_str bytes = bd_buf_view(buf);

	if (target->to != BD_PLAIN && bytes.n > 0) {
		bd_buf_clear(&target->packed);
		if (bd_compress(target->to, bytes, &target->packed, err) < 0) {
			return bd_error_wrap(err, "%s", target->path);
		}
		bytes = bd_buf_view(&target->packed);
	}
	const int rc = bd_output_write(target->output, bytes, err);
	bd_buf_clear(buf);
	return rc;
}

int bd_record_write_to(struct bd_record *record, const char *path, struct bd_output *output, struct bd_error *err)
{
	AUTO(target_release) struct target target = { .output = output, .path = path, .to = compression_of_name(path) };
	AUTO(bd_buf_release) struct bd_buf buf = { 0 };
	return record_emit(record, &buf, target_flush, &target, err);
}

int bd_record_write_file(struct bd_record *record, const char *path, struct bd_error *err)
{
	AUTO(output_auto) struct bd_output *output = NULL;
	if (bd_output_open(path, &output, err) < 0 || bd_record_write_to(record, path, output, err) < 0) {
		return -(int)err->code;
	}
	return bd_output_commit(output, err);
}
