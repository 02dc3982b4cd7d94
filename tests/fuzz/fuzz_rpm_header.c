/* links: format */
/* SPDX-License-Identifier: Apache-2.0 */
/* Every tag of a header of any bytes: strings end where the value says, numbers are there as often as it says. */
#include "fuzz_rpmdb.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_value(struct rpm_value *value)
{
	const uint32_t count = value->count;
	uint32_t seen = 0;
	(void)rpm_value_number(value, 0, 0);
	require(rpm_value_number(value, count, 77) == 77, "there is no number past the last");
	for (uint32_t i = 0; i < count && i < 1000; i++) {
		(void)rpm_value_number(value, i, 0);
	}
	for (const char *text = rpm_value_text(value); text != NULL; text = rpm_value_text(value)) {
		require(strlen(text) < value->bytes.n, "a string is a part of its value");
		seen++;
	}
	require(seen == 0 || seen == count, "there are as many strings as the tag says");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(pieces_release) struct pieces bytes = { .len = 0 };
	AUTO(rpm_header_release) struct rpm_header header = { .len = 0 };
	AUTO(rpm_value_release) struct rpm_value value = { .count = 0 };
	const struct sparse file = sparse_open((struct bd_str){ size > 0 ? (const char *)data : "", size }, NULL);
	struct bd_error err = { .code = BD_ERR_FORMAT };
	for (size_t at = 0; at < size; at += 100) { /* as over pages */
		pieces_add(&bytes, &file, at, size - at < 100 ? size - at : 100);
	}
	if (!file.whole || rpm_header_open(&bytes, &header, &err) < 0) {
		return 0;
	}
	for (uint32_t i = 0; i < header.len && i < 64; i++) {
		if (rpm_header_value(&header, header.v[i].tag, &value, &err) == 0) {
			read_value(&value);
		}
	}
	require(err.code == BD_ERR_FORMAT || err.code == BD_ERR_LIMIT, "bytes make no other error");
	return 0;
}
