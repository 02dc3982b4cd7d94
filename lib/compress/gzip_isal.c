/* SPDX-License-Identifier: Apache-2.0 */
/* gzip by ISA-L's igzip: two to three times zlib's inflate. */
#include "compress/decoder.h"

#ifdef BASEDRIFT_HAVE_ISAL
#include <isa-l.h>

#include "base/auto.h"

#define FLAGS_RESERVED 0xe0U /* RFC 1952, 2.3.1.2: must be zero */

struct decoder {
	struct inflate_state state;
	struct isal_gzip_header header; /* kept across calls: the header may come in pieces */
	bool in_header;
};

static void begin_member(struct decoder *decoder)
{
	isal_inflate_init(&decoder->state);
	isal_gzip_header_init(&decoder->header);
	decoder->state.crc_flag = ISAL_GZIP_NO_HDR_VER; /* header apart, trailer checked */
	decoder->in_header = true;
}

static struct decoder *isal_open(void)
{
	struct decoder *decoder = bd_xcalloc(1, sizeof(*decoder));
	begin_member(decoder);
	return decoder;
}

static void isal_close(struct decoder *decoder)
{
	free(decoder);
}

static const char *reason(int code)
{
	switch (code) {
	case ISAL_INVALID_BLOCK:
		return "invalid deflate block";
	case ISAL_INVALID_SYMBOL:
		return "invalid deflate symbol";
	case ISAL_INVALID_LOOKBACK:
		return "invalid distance";
	case ISAL_INVALID_WRAPPER:
		return "invalid header";
	case ISAL_UNSUPPORTED_METHOD:
		return "unknown compression method";
	case ISAL_INCORRECT_CHECKSUM:
		return "checksum or length mismatch";
	default:
		return "corrupt";
	}
}

static int run(struct decoder *decoder)
{
	if (decoder->in_header) {
		const int code = isal_read_gzip_header(&decoder->state, &decoder->header);
		if (code != ISAL_DECOMP_OK) {
			return code;
		}
		if ((decoder->header.flags & FLAGS_RESERVED) != 0) {
			return ISAL_INVALID_WRAPPER;
		}
		decoder->in_header = false;
	}
	return isal_inflate(&decoder->state);
}

static int isal_step(struct decoder *decoder, struct bd_str *in, char *out, size_t *n, struct bd_error *err)
{
	struct inflate_state *state = &decoder->state;
	const uint32_t room = (uint32_t)*n;
	const uint32_t given = in->n < (1U << 30) ? (uint32_t)in->n : 1U << 30;

	/* igzip's pointers are not const, though it only reads */
	memcpy(&state->next_in, &in->p, sizeof(state->next_in));
	state->avail_in = given;
	state->next_out = (uint8_t *)out;
	state->avail_out = room;
	const int code = run(decoder);
	taken(in, given - state->avail_in);
	*n = room - state->avail_out;
	if (code < 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "gzip: %s", reason(code));
	}
	if (!decoder->in_header && state->block_state == ISAL_BLOCK_FINISH) {
		begin_member(decoder);
		return 1;
	}
	return 0;
}

static bool isal_begins(unsigned char first)
{
	return first == 0x1f;
}

const struct decoder_ops decoder_gzip_isal = {
	.name = "gzip",
	.open = isal_open,
	.step = isal_step,
	.close = isal_close,
	.begins = isal_begins,
	.zero_padding = true,
};

#define TEXT_OF(x) #x
#define NUMBER(x)  TEXT_OF(x)

const char *bd_gzip_library(void)
{
	return "isa-l " NUMBER(ISAL_MAJOR_VERSION) "." NUMBER(ISAL_MINOR_VERSION) "." NUMBER(ISAL_PATCH_VERSION);
}
#endif
