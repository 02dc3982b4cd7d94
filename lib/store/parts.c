/* SPDX-License-Identifier: Apache-2.0 */
#include "store/parts.h"

#include "basedrift/limits.h"

#include "base/auto.h"

/* Kinds of groups.  Their order is that of the lists. */
enum group {
	GROUP_HEAD = 'h',
	GROUP_SOURCE = 's',
	GROUP_BASE = 'b',
	GROUP_INPUT = 'i',
	GROUP_LAYERS = 'l',
	GROUP_PACKAGES = 'p',
	GROUP_FILES = 'f',
};

/* ---- which group a line belongs to ---------------------------------------------------------------------------------
 */

struct line_kind {
	const char *start;
	char group;
};

/* As the record's writer begins its lines; others go into the head, where they are kept as well, only not shared. */
static const struct line_kind line_kinds[] = {
	{ "{\"type\":\"source\",", GROUP_SOURCE },
	{ "{\"type\":\"base\",", GROUP_BASE },
	{ "{\"type\":\"input\",", GROUP_INPUT },
	{ "{\"type\":\"layer\",", GROUP_LAYERS },
	{ "{\"type\":\"package\",", GROUP_PACKAGES },
	{ "{\"type\":\"file\",", GROUP_FILES },
};

static char kind_of_line(struct bd_str line)
{
	for (size_t i = 0; i < sizeof(line_kinds) / sizeof(line_kinds[0]); i++) {
		if (bd_str_starts(line, line_kinds[i].start)) {
			return line_kinds[i].group;
		}
	}
	return GROUP_HEAD;
}

/* The number behind the member's name; inside a string of JSON the quotes would be escaped.  -1: none. */
static int number_member(struct bd_str line, const char *name)
{
	const char *at = memmem(line.p, line.n, name, strlen(name));
	int number = 0;
	if (at == NULL) {
		return -1;
	}
	const char *end = line.p + line.n;
	const char *p = at + strlen(name);
	const char *first = p;
	while (p < end && *p >= '0' && *p <= '9' && number < 1000000) {
		number = number * 10 + (*p++ - '0');
	}
	return p > first ? number : -1;
}

static bool is_base_layer(const struct bd_record *parsed, int layer)
{
	return layer >= 0 && (size_t)layer < parsed->layers.len && parsed->layers.v[layer].origin == BD_LAYER_BASE;
}

static int layer_of_line(char group, struct bd_str line)
{
	switch (group) {
	case GROUP_LAYERS:
		return number_member(line, "\"index\":");
	case GROUP_PACKAGES:
	case GROUP_FILES:
		return number_member(line, "\"layer\":");
	default:
		return -1;
	}
}

/* ---- splitting
 * -------------------------------------------------------------------------------------------------------- */

struct splitter {
	const struct bd_record *parsed;
	struct record_parts *parts;
	size_t last; /* the part of the line before: most lines go where that one went */
};

static bool takes(const struct record_part *part, char group, int layer, bool shared, size_t n)
{
	return part->kind == group && part->layer == layer && part->shared == shared &&
	       (group == GROUP_HEAD || part->lines.n + n <= BD_LIMIT_STORE_PART);
}

static size_t find_part(struct splitter *splitter, char group, int layer, bool shared, size_t n)
{
	struct record_parts *parts = splitter->parts;
	if (group == GROUP_HEAD) {
		return 0;
	}
	if (group != GROUP_BASE && takes(&parts->v[splitter->last], group, layer, shared, n)) {
		return splitter->last;
	}
	for (size_t i = parts->len; i > 1 && group != GROUP_BASE; i--) {
		if (takes(&parts->v[i - 1], group, layer, shared, n)) {
			return i - 1;
		}
	}
	struct record_part *part = bd_vec_push(parts);
	part->kind = group;
	part->layer = layer;
	part->shared = shared;
	return parts->len - 1;
}

static int add_line(struct splitter *splitter, struct bd_str line, struct bd_error *err)
{
	struct record_parts *parts = splitter->parts;
	const char group = kind_of_line(line);
	const int layer = layer_of_line(group, line);
	const bool shared = is_base_layer(splitter->parsed, layer);
	/* the stack of the base's layers is one group, each layer's packages and files are one each */
	const size_t at = find_part(splitter, group, group == GROUP_LAYERS ? -1 : layer, shared, line.n);

	if (parts->len > BD_LIMIT_STORE_PARTS) {
		return bd_error_set(err, BD_ERR_LIMIT, "the record has more than %u parts", BD_LIMIT_STORE_PARTS);
	}
	bd_buf_add(&parts->v[at].lines, line.p, line.n);
	*bd_vec_push(&parts->line_parts) = (uint32_t)at;
	splitter->last = at;
	return 0;
}

static int add_lines(struct splitter *splitter, struct bd_str bytes, struct bd_error *err)
{
	while (bytes.n > 0) {
		const char *end = memchr(bytes.p, '\n', bytes.n);
		const size_t n = end != NULL ? (size_t)(end - bytes.p) + 1 : bytes.n;
		if (add_line(splitter, (struct bd_str){ bytes.p, n }, err) < 0) {
			return -(int)err->code;
		}
		bytes.p += n;
		bytes.n -= n;
	}
	return 0;
}

/* Shared ones first: the entries of one list. */
static void order_parts(struct record_parts *parts)
{
	uint32_t *place = bd_xcalloc(parts->len, sizeof(*place));
	struct record_part *ordered = bd_xcalloc(parts->len, sizeof(*ordered));
	uint32_t next = 0;

	ordered[next++] = parts->v[0];
	for (int shared = 1; shared >= 0; shared--) {
		for (size_t i = 1; i < parts->len; i++) {
			if (parts->v[i].shared == (shared == 1)) {
				place[i] = next;
				ordered[next++] = parts->v[i];
			}
		}
	}
	for (size_t i = 0; i < parts->line_parts.len; i++) {
		parts->line_parts.v[i] = place[parts->line_parts.v[i]];
	}
	free(parts->v);
	free(place);
	parts->v = ordered;
	parts->cap = parts->len;
}

/* ---- sets of packages
 * --------------------------------------------------------------------------------------------------- */

void package_key(const struct bd_package *package, struct bd_buf *out)
{
	bd_buf_printf(out, "%s/", package->type != NULL ? package->type : "");
	if (package->namespace != NULL && *package->namespace != '\0') {
		bd_buf_printf(out, "%s/", package->namespace);
	}
	bd_buf_add_str(out, package->name != NULL ? package->name : "");
}

static void add_package(const struct bd_package *package, struct bd_buf *out)
{
	package_key(package, out);
	bd_buf_add_char(out, '\0');
	bd_buf_add_str(out, package->version != NULL ? package->version : "");
	bd_buf_add_char(out, '\0');
}

static void digest_of(struct bd_str bytes, uint8_t *out)
{
	struct bd_hash *hash = bd_hash_new(BD_SHA256);
	bd_hash_update(hash, bytes.p, bytes.n);
	(void)bd_hash_final(hash, out);
	bd_hash_free(hash);
}

/* Rebuilt layers have other digests and times, and mostly the same packages: the set is the same then. */
static void add_set(struct record_parts *parts, struct record_part *part, const struct bd_record *parsed)
{
	struct record_part *set = bd_vec_push(&parts->sets);
	for (size_t i = 0; i < parsed->packages.len; i++) {
		if (parsed->packages.v[i].layer == part->layer) {
			add_package(&parsed->packages.v[i], &set->lines);
		}
	}
	digest_of(bd_buf_view(&set->lines), set->digest);
	memcpy(part->set, set->digest, PART_DIGEST);
	part->has_set = true;
}

static void add_sets(struct record_parts *parts, const struct bd_record *parsed)
{
	int last = INT32_MIN; /* pieces of one layer follow each other: the first has the set */
	for (size_t i = 1; i < parts->len; i++) {
		struct record_part *part = &parts->v[i];
		if (part->kind == GROUP_PACKAGES && part->layer != last) {
			add_set(parts, part, parsed);
			last = part->layer;
		}
	}
}

/* ---- lists and layout
 * --------------------------------------------------------------------------------------------------- */

static void add_entry(struct bd_buf *list, enum part_kind kind, const uint8_t *digest, const uint8_t *set)
{
	bd_buf_add_char(list, (char)kind);
	bd_buf_add(list, digest, PART_DIGEST);
	if (set != NULL) {
		bd_buf_add(list, set, PART_DIGEST);
	}
}

static void add_part_entry(struct bd_buf *list, const struct record_part *part)
{
	if (part->has_set) {
		add_entry(list, PART_PACKAGES, part->digest, part->set);
	} else {
		add_entry(list, PART_LINES, part->digest, NULL);
	}
}

bool part_entry_next(struct bd_str *list, struct part_entry *out, bool *bad_out)
{
	if (list->n == 0) {
		return false;
	}
	const char kind = list->p[0];
	const size_t n = 1 + (kind == PART_PACKAGES ? 2 : 1) * (size_t)PART_DIGEST;
	if (strchr("pqlr", kind) == NULL || kind == '\0' || list->n < n) {
		*bad_out = true;
		return false;
	}
	const uint8_t *digest = (const uint8_t *)list->p + 1;
	*out = (struct part_entry){ (enum part_kind)kind, digest, kind == PART_PACKAGES ? digest + PART_DIGEST : NULL };
	list->p += n;
	list->n -= n;
	return true;
}

static void add_number(struct bd_buf *out, size_t number)
{
	for (; number >= 0x80; number >>= 7) {
		bd_buf_add(out, &(uint8_t){ (uint8_t)((number & 0x7fU) | 0x80U) }, 1);
	}
	bd_buf_add(out, &(uint8_t){ (uint8_t)number }, 1);
}

/* Runs of lines: part, count, part, count … as LEB128 numbers. */
static void lay_out(struct record_parts *parts)
{
	const uint32_t *at = parts->line_parts.v;
	for (size_t i = 0; i < parts->line_parts.len;) {
		size_t n = 1;
		while (i + n < parts->line_parts.len && at[i + n] == at[i]) {
			n++;
		}
		add_number(&parts->layout.lines, at[i]);
		add_number(&parts->layout.lines, n);
		i += n;
	}
	digest_of(bd_buf_view(&parts->layout.lines), parts->layout.digest);
}

static void list_parts(struct record_parts *parts)
{
	size_t i = 1;
	for (; i < parts->len && parts->v[i].shared; i++) {
		add_part_entry(&parts->base_list.lines, &parts->v[i]);
	}
	parts->has_base_list = i > 1;
	if (parts->has_base_list) {
		digest_of(bd_buf_view(&parts->base_list.lines), parts->base_list.digest);
		add_entry(&parts->root.lines, PART_LIST, parts->base_list.digest, NULL);
	}
	for (; i < parts->len; i++) {
		add_part_entry(&parts->root.lines, &parts->v[i]);
	}
	add_entry(&parts->root.lines, PART_LAYOUT, parts->layout.digest, NULL);
	digest_of(bd_buf_view(&parts->root.lines), parts->root.digest);
}

int record_parts_split(
	struct bd_str bytes, const struct bd_record *parsed, struct record_parts *out, struct bd_error *err)
{
	struct splitter splitter = { .parsed = parsed, .parts = out };
	*out = (struct record_parts){ .len = 0 };
	*bd_vec_push(out) = (struct record_part){ .kind = GROUP_HEAD, .layer = -1 };
	if (add_lines(&splitter, bytes, err) < 0) {
		return -(int)err->code;
	}
	order_parts(out);
	for (size_t i = 1; i < out->len; i++) {
		digest_of(bd_buf_view(&out->v[i].lines), out->v[i].digest);
	}
	add_sets(out, parsed);
	lay_out(out);
	list_parts(out);
	return 0;
}

void record_parts_release(struct record_parts *parts)
{
	for (size_t i = 0; i < parts->len; i++) {
		bd_buf_release(&parts->v[i].lines);
	}
	for (size_t i = 0; i < parts->sets.len; i++) {
		bd_buf_release(&parts->sets.v[i].lines);
	}
	bd_buf_release(&parts->base_list.lines);
	bd_buf_release(&parts->layout.lines);
	bd_buf_release(&parts->root.lines);
	free(parts->v);
	free(parts->sets.v);
	free(parts->line_parts.v);
	*parts = (struct record_parts){ .len = 0 };
}

/* ---- joining
 * ------------------------------------------------------------------------------------------------------------- */

static bool take_varint(struct bd_str *bytes, size_t *out)
{
	*out = 0;
	for (unsigned int shift = 0; bytes->n > 0 && shift < 56; shift += 7) {
		const unsigned char c = (unsigned char)*bytes->p++;
		bytes->n--;
		*out |= (size_t)(c & 0x7fU) << shift;
		if ((c & 0x80U) == 0) {
			return true;
		}
	}
	return false;
}

static bool take_lines(struct bd_str *from, size_t count, struct bd_buf *out)
{
	const char *start = from->p;
	for (; count > 0 && from->n > 0; count--) {
		const char *end = memchr(from->p, '\n', from->n);
		const size_t n = end != NULL ? (size_t)(end - from->p) + 1 : from->n;
		from->p += n;
		from->n -= n;
	}
	bd_buf_add(out, start, (size_t)(from->p - start));
	return count == 0;
}

int record_parts_join(
	struct bd_str layout, const struct bd_str *parts, size_t count, struct bd_buf *out, struct bd_error *err)
{
	AUTO(free_ptr) struct bd_str *rest = bd_xcalloc(count, sizeof(*rest));
	memcpy(rest, parts, count * sizeof(*rest));
	while (layout.n > 0) {
		size_t part;
		size_t lines;
		if (!take_varint(&layout, &part) || !take_varint(&layout, &lines) || part >= count ||
			!take_lines(&rest[part], lines, out)) {
			return bd_error_set(err, BD_ERR_FORMAT, "the layout of its lines is damaged");
		}
	}
	return 0;
}
