/* links: source */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as an image archive.  One that opens has a diff_id a layer and a verified config digest,
 * unless it is of Docker before 1.10; a layer that reads to its end is what its diff_id says.
 */
#include <sys/mman.h>

#include "basedrift/source.h"

#include "base/auto.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool holds)
{
	if (!holds) {
		abort();
	}
}

static void read_layer(struct bd_image *image, size_t i)
{
	struct bd_stream *stream = NULL;
	struct bd_error err = { 0 };
	struct bd_str block = { 0 };
	char computed[BD_DIGEST_TEXT];
	struct bd_buf bytes = { 0 };

	if (bd_image_open_layer(image, i, &stream, &err) < 0) {
		expect(err.msg[0] != '\0');
		return;
	}
	int result = bd_stream_next(stream, &block, &err);
	while (result == 0 && block.n > 0 && bytes.n < (1U << 20)) {
		bd_buf_add(&bytes, block.p, block.n);
		result = bd_stream_next(stream, &block, &err);
	}
	if (result == 0 && block.n == 0 && bd_str_starts(bd_str(image->layers.v[i].diff_id), "sha256:")) {
		bd_sha256_text(bd_buf_str(&bytes), bytes.n, computed);
		expect(strcmp(computed, image->layers.v[i].diff_id) == 0);
	}
	bd_buf_release(&bytes);
	bd_stream_close(stream);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bd_image *image = NULL;
	struct bd_error err = { 0 };
	char path[64];
	AUTO(close_fd) const int fd = memfd_create("image", MFD_CLOEXEC);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size) {
		return 0;
	}
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	(void)bd_image_name_likely(path);
	if (bd_image_open(path, NULL, &image, &err) < 0) {
		expect(err.msg[0] != '\0' && bd_utf8_valid(err.msg, strlen(err.msg)));
		return 0;
	}
	expect(image->layers.len == image->config.diff_ids.len);
	for (size_t i = 0; i < image->digests.len; i++) {
		expect(bd_digest_valid(image->digests.v[i].value));
	}
	for (size_t i = 0; i < image->layers.len && i < 8; i++) {
		read_layer(image, i);
	}
	bd_image_close(image);
	return 0;
}
