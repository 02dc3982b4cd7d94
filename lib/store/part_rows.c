/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parts in the database.  Writers and `store gc` need no common lock: whoever uses a part notes the day, gc leaves
 * alone what was used lately, and a writer that finds its note refused (no such row any more) writes the part again.
 */
#include <time.h>

#include "basedrift/compress.h"
#include "basedrift/limits.h"

#include "base/auto.h"
#include "store/rows.h"

#define BATCH 60 /* digests asked for at once */

int64_t part_today(void)
{
	return store_now_us() / 1000000 / 86400;
}

/* ---- which are there ------------------------------------------------------------------------------------------------
 */

struct wanted {
	const struct record_part *part;
	bool is_set, there, stale;
};
struct wanted_vec {
	struct wanted *v;
	size_t len, cap;
};

static void wanted_release(struct wanted_vec *wanted)
{
	free(wanted->v);
}

static void want(struct wanted_vec *wanted, const struct record_part *part, bool is_set)
{
	*bd_vec_push(wanted) = (struct wanted){ .part = part, .is_set = is_set };
}

/* By digest, so that two writers meet at the same row first and wait instead of holding each other. */
static int compare_wanted(const void *a, const void *b)
{
	const struct wanted *x = a;
	const struct wanted *y = b;
	return memcmp(x->part->digest, y->part->digest, PART_DIGEST);
}

static int note_row(const struct sql_value *row, void *context, struct bd_error *err)
{
	struct wanted_vec *wanted = context;
	const int64_t fresh = part_today() - PART_FRESH_DAYS;
	(void)err;
	for (size_t i = 0; i < wanted->len; i++) {
		if (row[0].bytes.n == PART_DIGEST &&
			memcmp(wanted->v[i].part->digest, row[0].bytes.p, PART_DIGEST) == 0) {
			wanted->v[i].there = true;
			wanted->v[i].stale = row[1].number < fresh;
		}
	}
	return 0;
}

static void add_placeholders(struct bd_buf *text, size_t count)
{
	for (size_t i = 1; i <= count; i++) {
		bd_buf_printf(text, "%s$%zu", i > 1 ? "," : "", i);
	}
	bd_buf_add_char(text, ')');
}

static struct bd_str digest_view(const uint8_t *digest)
{
	return (struct bd_str){ (const char *)digest, PART_DIGEST };
}

static int look_for(struct sql_db *db, struct wanted_vec *wanted, struct bd_error *err)
{
	for (size_t from = 0; from < wanted->len; from += BATCH) {
		AUTO(bd_buf_release) struct bd_buf text = { 0 };
		struct sql_value params[BATCH];
		const size_t count = wanted->len - from < BATCH ? wanted->len - from : BATCH;
		bd_buf_add_str(&text, "SELECT digest, touched FROM basedrift_part WHERE digest IN (");
		add_placeholders(&text, count);
		for (size_t i = 0; i < count; i++) {
			params[i] = sql_bytes(digest_view(wanted->v[from + i].part->digest));
		}
		const struct sql_query query = { .text = bd_buf_str(&text),
			.once = true,
			.params = params,
			.param_count = count,
			.columns = 2,
			.row = note_row,
			.context = wanted };
		if (sql_run(db, &query, NULL, err) < 0) {
			return -(int)err->code;
		}
	}
	return 0;
}

/* ---- writing --------------------------------------------------------------------------------------------------------
 */

#define PACKAGE_ROWS 20

/* One row a package of the set: three parameters each. */
static int write_package_rows(
	struct sql_db *db, const struct record_part *set, struct bd_str *rest, struct bd_error *err)
{
	AUTO(bd_buf_release) struct bd_buf text = { 0 };
	struct sql_value params[PACKAGE_ROWS * 3];
	size_t count = 0;

	bd_buf_add_str(&text, "INSERT INTO basedrift_package (package, version, digest) VALUES ");
	while (rest->n > 0 && count < PACKAGE_ROWS) {
		const struct bd_str key = bd_str_cut(rest, '\0');
		const struct bd_str version = bd_str_cut(rest, '\0');
		params[count * 3] = (struct sql_value){ .type = SQL_TEXT, .bytes = key };
		params[count * 3 + 1] = (struct sql_value){ .type = SQL_TEXT, .bytes = version };
		params[count * 3 + 2] = sql_bytes(digest_view(set->digest));
		bd_buf_printf(
			&text, "%s($%zu,$%zu,$%zu)", count > 0 ? "," : "", count * 3 + 1, count * 3 + 2, count * 3 + 3);
		count++;
	}
	bd_buf_add_str(&text, " ON CONFLICT DO NOTHING");
	const struct sql_query query = {
		.text = bd_buf_str(&text), .once = true, .params = params, .param_count = count * 3
	};
	return sql_run(db, &query, NULL, err);
}

static int write_packages(struct sql_db *db, const struct record_part *set, struct bd_error *err)
{
	struct bd_str rest = bd_buf_view(&set->lines);
	while (rest.n > 0) {
		if (write_package_rows(db, set, &rest, err) < 0) {
			return -(int)err->code;
		}
	}
	return 0;
}

static int insert_part(struct sql_db *db, const struct record_part *part, struct bd_error *err)
{
	static const char text[] = "INSERT INTO basedrift_part (digest, touched, bytes) VALUES ($1, $2, $3)"
				   " ON CONFLICT (digest) DO NOTHING";
	AUTO(bd_buf_release) struct bd_buf packed = { 0 };
	if (bd_compress(BD_ZSTD, bd_buf_view(&part->lines), &packed, err) < 0) {
		return -(int)err->code;
	}
	const struct sql_query query = { .text = text,
		SQL_PARAMS(sql_bytes(digest_view(part->digest)), sql_integer(part_today()),
			sql_bytes(bd_buf_view(&packed))) };
	return sql_run(db, &query, NULL, err);
}

static int touch_part(struct sql_db *db, struct wanted *wanted, struct bd_error *err)
{
	static const char text[] = "UPDATE basedrift_part SET touched = $2 WHERE digest = $1";
	int64_t changed = 0;
	const struct sql_query query = { .text = text,
		SQL_PARAMS(sql_bytes(digest_view(wanted->part->digest)), sql_integer(part_today())) };
	if (sql_run(db, &query, &changed, err) < 0) {
		return -(int)err->code;
	}
	wanted->there = changed > 0;
	return 0;
}

static int write_wanted(struct sql_db *db, struct wanted_vec *wanted, struct bd_error *err)
{
	qsort(wanted->v, wanted->len, sizeof(*wanted->v), compare_wanted);
	for (size_t i = 0; i < wanted->len; i++) {
		struct wanted *one = &wanted->v[i];
		if (one->there && one->stale && touch_part(db, one, err) < 0) {
			return -(int)err->code;
		}
		if (!one->there && insert_part(db, one->part, err) < 0) {
			return -(int)err->code;
		}
	}
	for (size_t i = 0; i < wanted->len; i++) {
		if (wanted->v[i].is_set && !wanted->v[i].there && write_packages(db, wanted->v[i].part, err) < 0) {
			return -(int)err->code;
		}
	}
	return 0;
}

static const struct record_part *set_of(const struct record_parts *parts, const struct record_part *part)
{
	for (size_t i = 0; part->has_set && i < parts->sets.len; i++) {
		if (memcmp(parts->sets.v[i].digest, part->set, PART_DIGEST) == 0) {
			return &parts->sets.v[i];
		}
	}
	return NULL;
}

static void want_some(struct wanted_vec *wanted, const struct record_parts *parts, bool shared)
{
	for (size_t i = 1; i < parts->len; i++) {
		if (parts->v[i].shared == shared) {
			const struct record_part *set = set_of(parts, &parts->v[i]);
			want(wanted, &parts->v[i], false);
			if (set != NULL) {
				want(wanted, set, true);
			}
		}
	}
}

static bool is_fresh(const struct wanted *wanted)
{
	return wanted->there && !wanted->stale;
}

/* A list that is there, and was used lately, has all that it names: they came and are noted together. */
int part_rows_write(struct sql_db *db, const struct record_parts *parts, struct bd_error *err)
{
	AUTO(wanted_release) struct wanted_vec lists = { 0 };
	AUTO(wanted_release) struct wanted_vec wanted = { 0 };

	want(&lists, &parts->root, false);
	if (parts->has_base_list) {
		want(&lists, &parts->base_list, false);
	}
	if (look_for(db, &lists, err) < 0) {
		return -(int)err->code;
	}
	if (is_fresh(&lists.v[0])) {
		return 0;
	}
	want_some(&wanted, parts, false);
	want(&wanted, &parts->layout, false);
	want(&wanted, &parts->root, false);
	if (parts->has_base_list && !is_fresh(&lists.v[1])) {
		want_some(&wanted, parts, true);
		want(&wanted, &parts->base_list, false);
	}
	return look_for(db, &wanted, err) < 0 || write_wanted(db, &wanted, err) < 0 ? -(int)err->code : 0;
}

/* ---- reading
 * ------------------------------------------------------------------------------------------------------------ */

static void stream_auto(struct bd_stream **stream)
{
	bd_stream_close(*stream);
}

int part_unpack(struct bd_str packed, struct bd_buf *out, struct bd_error *err)
{
	AUTO(stream_auto) struct bd_stream *stream = bd_stream_decompress(bd_stream_memory(packed.p, packed.n));
	return bd_stream_read_all(stream, BD_LIMIT_RECORD_LINE + BD_LIMIT_STORE_PART, out, err);
}

static size_t place_of(const struct part_contents *contents, const uint8_t *digest, bool *there)
{
	size_t low = 0;
	size_t high = contents->len;
	*there = false;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const int order = memcmp(contents->v[middle].digest, digest, PART_DIGEST);
		if (order == 0) {
			*there = true;
			return middle;
		}
		if (order < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

void part_contents_want(struct part_contents *contents, const uint8_t *digest)
{
	bool there;
	const size_t at = place_of(contents, digest, &there);
	if (there) {
		return;
	}
	(void)bd_vec_push(contents);
	memmove(&contents->v[at + 1], &contents->v[at], (contents->len - 1 - at) * sizeof(*contents->v));
	contents->v[at] = (struct part_content){ .found = false };
	memcpy(contents->v[at].digest, digest, PART_DIGEST);
}

static int take_content(const struct sql_value *row, void *context, struct bd_error *err)
{
	struct part_contents *contents = context;
	bool there = false;
	if (row[0].bytes.n != PART_DIGEST) {
		return bd_error_set(err, BD_ERR_FORMAT, "a part's digest has %zu bytes", row[0].bytes.n);
	}
	const size_t at = place_of(contents, (const uint8_t *)row[0].bytes.p, &there);
	if (!there || contents->v[at].found) {
		return 0;
	}
	contents->v[at].found = true;
	return part_unpack(row[1].bytes, &contents->v[at].bytes, err);
}

int part_contents_read(struct sql_db *db, struct part_contents *contents, struct bd_error *err)
{
	for (size_t i = 0; i < contents->len;) {
		AUTO(bd_buf_release) struct bd_buf text = { 0 };
		struct sql_value params[BATCH];
		size_t count = 0;
		for (; i < contents->len && count < BATCH; i++) {
			if (!contents->v[i].found) {
				params[count++] = sql_bytes(digest_view(contents->v[i].digest));
			}
		}
		if (count == 0) {
			break;
		}
		bd_buf_add_str(&text, "SELECT digest, bytes FROM basedrift_part WHERE digest IN (");
		add_placeholders(&text, count);
		const struct sql_query query = { .text = bd_buf_str(&text),
			.once = true,
			.params = params,
			.param_count = count,
			.columns = 2,
			.row = take_content,
			.context = contents };
		if (sql_run(db, &query, NULL, err) < 0) {
			return -(int)err->code;
		}
	}
	return 0;
}

const struct bd_buf *part_contents_find(const struct part_contents *contents, const uint8_t *digest)
{
	bool there;
	const size_t at = place_of(contents, digest, &there);
	return there && contents->v[at].found ? &contents->v[at].bytes : NULL;
}

void part_contents_release(struct part_contents *contents)
{
	for (size_t i = 0; i < contents->len; i++) {
		bd_buf_release(&contents->v[i].bytes);
	}
	free(contents->v);
	*contents = (struct part_contents){ .len = 0 };
}
