/* SPDX-License-Identifier: Apache-2.0 */
/* Integers as files have them: of either byte order, at any address. */
#ifndef FORMAT_INTEGERS_H
#define FORMAT_INTEGERS_H

#include <stdint.h>

static inline uint16_t load_be16(const void *p)
{
	const uint8_t *b = p;
	return (uint16_t)(b[0] << 8 | b[1]);
}

static inline uint32_t load_be32(const void *p)
{
	const uint8_t *b = p;
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static inline uint16_t load_le16(const void *p)
{
	const uint8_t *b = p;
	return (uint16_t)(b[1] << 8 | b[0]);
}

static inline uint32_t load_le32(const void *p)
{
	const uint8_t *b = p;
	return (uint32_t)b[3] << 24 | (uint32_t)b[2] << 16 | (uint32_t)b[1] << 8 | b[0];
}

static inline uint64_t load_le64(const void *p)
{
	return (uint64_t)load_le32((const uint8_t *)p + 4) << 32 | load_le32(p);
}

static inline void store_le64(void *p, uint64_t value)
{
	uint8_t *b = p;
	for (int i = 0; i < 8; i++) {
		b[i] = (uint8_t)(value >> (8 * i));
	}
}

#endif
