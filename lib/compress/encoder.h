/* SPDX-License-Identifier: Apache-2.0 */
/* One buffer to a framing; appended to out. */
#ifndef COMPRESS_ENCODER_H
#define COMPRESS_ENCODER_H

#include "basedrift/compress.h"

int encode_gzip(struct bd_str in, struct bd_buf *out, struct bd_error *err) BD_CHECKED;
int encode_zstd(struct bd_str in, struct bd_buf *out, struct bd_error *err) BD_CHECKED;

#endif
