/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A record as parts: runs of its lines that other builds have as well.  The lines of a layer's packages and files, of
 * a base, of the source; what is this build's alone is its head.  Lines are kept as they are, so that the record comes
 * back byte for byte, whatever wrote it.
 */
#ifndef STORE_PARTS_H
#define STORE_PARTS_H

#include "basedrift/record.h"

#define PART_DIGEST BD_SHA256_BYTES

/* What a part is, in the lists that name it. */
enum part_kind {
	PART_LINES = 'p',    /* lines of a record */
	PART_PACKAGES = 'q', /* lines, and the digest of the set of packages they tell of */
	PART_LIST = 'l',     /* entries of other parts */
	PART_LAYOUT = 'r',   /* which part each line comes from */
};
struct part_entry {
	enum part_kind kind;
	const uint8_t *digest, *set; /* set NULL: none */
};
/* Cut the first entry off a list; false at its end.  Fails by *bad_out. */
bool part_entry_next(struct bd_str *list, struct part_entry *out, bool *bad_out);

struct record_part {
	uint8_t digest[PART_DIGEST], set[PART_DIGEST];
	bool has_set, shared; /* shared: of the base, and so in every build on it */
	char kind;            /* of the lines: which kind of group */
	int layer;
	struct bd_buf lines;
};
struct record_parts {
	struct record_part *v; /* v[0] is the head */
	size_t len, cap;
	struct record_part base_list, layout, root; /* lines: their content */
	struct {
		struct record_part *v; /* names and versions, each ended by a NUL */
		size_t len, cap;
	} sets;
	bool has_base_list;
	struct {
		uint32_t *v; /* part of each line */
		size_t len, cap;
	} line_parts;
};
/* parsed tells which layers are the base's and which packages they have. */
int record_parts_split(
	struct bd_str bytes, const struct bd_record *parsed, struct record_parts *out, struct bd_error *err) BD_CHECKED;
void record_parts_release(struct record_parts *parts);

/* "deb/debian/openssl": what a package is asked for by. */
void package_key(const struct bd_package *package, struct bd_buf *out);

/*
 * The lines again: parts->v in the order of the root's entries with the head as the first, and the layout's content.
 */
int record_parts_join(struct bd_str layout, const struct bd_str *parts, size_t count, struct bd_buf *out,
	struct bd_error *err) BD_CHECKED;

#endif
