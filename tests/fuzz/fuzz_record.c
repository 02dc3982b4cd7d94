/* links: record */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever is read can be written, and what was written is read again as the same: bytes, digest and
 * all.
 */
#include "basedrift/record.h"

#include "base/auto.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void record_auto(struct bd_record **record)
{
	bd_record_free(*record);
}

static void must(bool holds)
{
	if (!holds) {
		abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct bd_str bytes = { (const char *)data, size };
	AUTO(record_auto) struct bd_record *first = NULL;
	AUTO(record_auto) struct bd_record *second = NULL;
	AUTO(bd_buf_release) struct bd_buf once = { 0 };
	AUTO(bd_buf_release) struct bd_buf twice = { 0 };
	struct bd_error err = { 0 };

	(void)bd_record_sniff(bytes);
	if (bd_record_parse(bytes, &first, &err) < 0) {
		must(first == NULL && err.msg[0] != '\0');
		return 0;
	}
	must(bd_record_write(first, &once, &err) == 0);
	must(bd_utf8_valid(once.p, once.n));
	must(bd_record_parse(bd_buf_view(&once), &second, &err) == 0);
	must(bd_streq(first->digest, second->digest));
	must(bd_record_write(second, &twice, &err) == 0);
	must(bd_str_equal(bd_buf_view(&once), bd_buf_view(&twice)));
	for (size_t i = 0; i < first->files.len; i++) {
		(void)bd_noise_reason(first->files.v[i].path);
	}
	return 0;
}
