/* SPDX-License-Identifier: Apache-2.0 */
/* Records out of their parts. */
#include "base/auto.h"
#include "store/builds.h"
#include "store/rows.h"

DEFINE_AUTO(record, struct bd_record, bd_record_free)

struct assembly {
	struct bd_buf head;
	struct part_contents contents;
	struct {
		struct bd_str *v; /* the head, then as the lists name them */
		size_t len, cap;
	} parts;
	const struct bd_buf *layout;
	bool found;
};

static void assembly_release(struct assembly *assembly)
{
	bd_buf_release(&assembly->head);
	part_contents_release(&assembly->contents);
	free(assembly->parts.v);
}

static int damaged(const char *what, struct bd_error *err)
{
	return bd_error_set(err, BD_ERR_FORMAT, "%s; 'basedrift store check' says what else is", what);
}

/* ---- lists: the build's own names parts, and lists of parts; those name parts only
 * ----------------------------------- */

/* Ask for what a list names. */
static int want_entries(struct part_contents *contents, struct bd_str list, struct bd_error *err)
{
	struct part_entry entry;
	bool bad = false;
	while (part_entry_next(&list, &entry, &bad)) {
		part_contents_want(contents, entry.digest);
	}
	return bad ? damaged("a list of its parts is damaged", err) : 0;
}

/* … and for what the lists in it name. */
static int want_lists(struct part_contents *contents, struct bd_str list, struct bd_error *err)
{
	struct part_entry entry;
	bool bad = false;
	while (part_entry_next(&list, &entry, &bad)) {
		const struct bd_buf *inner =
			entry.kind == PART_LIST ? part_contents_find(contents, entry.digest) : NULL;
		if (inner != NULL && want_entries(contents, bd_buf_view(inner), err) < 0) {
			return -(int)err->code;
		}
	}
	return 0;
}

static int read_parts(struct sql_db *db, struct part_contents *contents, const uint8_t *root, struct bd_error *err)
{
	part_contents_want(contents, root);
	if (part_contents_read(db, contents, err) < 0) {
		return -(int)err->code;
	}
	const struct bd_buf *list = part_contents_find(contents, root);
	if (list == NULL) {
		return damaged("the list of its parts is not there", err);
	}
	/* what is found is kept: the bytes stay while the table of them grows */
	const struct bd_str entries = bd_buf_view(list);
	if (want_entries(contents, entries, err) < 0 || part_contents_read(db, contents, err) < 0 ||
		want_lists(contents, entries, err) < 0) {
		return -(int)err->code;
	}
	return part_contents_read(db, contents, err);
}

static int place_lines(struct assembly *assembly, const struct part_entry *entry, struct bd_error *err)
{
	const struct bd_buf *content = part_contents_find(&assembly->contents, entry->digest);
	if (content == NULL) {
		return damaged("a part of it is not there", err);
	}
	if (entry->kind == PART_LAYOUT) {
		assembly->layout = content;
	} else if (entry->kind == PART_LIST) {
		return damaged("a list of its parts names another list", err);
	} else {
		*bd_vec_push(&assembly->parts) = bd_buf_view(content);
	}
	return 0;
}

static int place_list(struct assembly *assembly, const struct part_entry *list, struct bd_error *err)
{
	const struct bd_buf *content = part_contents_find(&assembly->contents, list->digest);
	struct bd_str rest = content != NULL ? bd_buf_view(content) : (struct bd_str){ NULL, 0 };
	struct part_entry entry;
	bool bad = content == NULL;
	while (part_entry_next(&rest, &entry, &bad)) {
		if (place_lines(assembly, &entry, err) < 0) {
			return -(int)err->code;
		}
	}
	return bad ? damaged("a list of its parts is damaged, or not there", err) : 0;
}

static int place_all(struct assembly *assembly, struct bd_str root, struct bd_error *err)
{
	struct part_entry entry;
	bool bad = false;
	while (part_entry_next(&root, &entry, &bad)) {
		const int result = entry.kind == PART_LIST ? place_list(assembly, &entry, err)
							   : place_lines(assembly, &entry, err);
		if (result < 0) {
			return result;
		}
	}
	return bad ? damaged("a list of its parts is damaged", err) : 0;
}

/* ---- the record
 * ------------------------------------------------------------------------------------------------------- */

static int take_head(const struct sql_value *row, void *context, struct bd_error *err)
{
	struct assembly *assembly = context;
	assembly->found = true;
	return part_unpack(row[0].bytes, &assembly->head, err);
}

static int read_head(
	struct sql_db *db, const struct bd_store_build *build, struct assembly *assembly, struct bd_error *err)
{
	static const char text[] = "SELECT head FROM basedrift_build WHERE project = $1 AND id = $2 AND record = $3";
	uint8_t record[PART_DIGEST];
	if (!build_record_digest(build, record)) {
		return damaged("its record's digest is damaged", err);
	}
	const struct sql_query query = { .text = text,
		SQL_PARAMS(sql_text(build->project), sql_text(build->id),
			sql_bytes((struct bd_str){ (const char *)record, sizeof(record) })),
		.columns = 1,
		.row = take_head,
		.context = assembly };
	if (sql_run(db, &query, NULL, err) < 0) {
		return -(int)err->code;
	}
	return assembly->found ? 0 : bd_error_set(err, BD_ERR_NOT_FOUND, "it is not there any more");
}

static int assemble(struct sql_db *db, const struct bd_store_build *build, struct assembly *assembly,
	struct bd_buf *out, struct bd_error *err)
{
	if (build->tree_digest.n != PART_DIGEST) {
		return damaged("the digest of its parts is damaged", err);
	}
	const uint8_t *root = (const uint8_t *)build->tree_digest.p;
	if (read_head(db, build, assembly, err) < 0 || read_parts(db, &assembly->contents, root, err) < 0) {
		return -(int)err->code;
	}
	*bd_vec_push(&assembly->parts) = bd_buf_view(&assembly->head);
	if (place_all(assembly, bd_buf_view(part_contents_find(&assembly->contents, root)), err) < 0) {
		return -(int)err->code;
	}
	if (assembly->layout == NULL) {
		return damaged("the layout of its lines is not there", err);
	}
	return record_parts_join(bd_buf_view(assembly->layout), assembly->parts.v, assembly->parts.len, out, err);
}

int bd_store_get(struct bd_store *store, const struct bd_store_build *build, struct bd_buf *out, struct bd_error *err)
{
	AUTO(assembly_release) struct assembly assembly = { .found = false };
	const size_t before = out->n;
	char digest[BD_DIGEST_TEXT];
	int result = assemble(store->db, build, &assembly, out, err);

	if (result == 0) {
		bd_sha256_text(out->p + before, out->n - before, digest);
		if (strcmp(digest, build->record) != 0) {
			result = damaged("its parts do not give the record with its digest", err);
		}
	}
	if (result < 0) {
		out->n = before;
		(void)bd_error_wrap(err, "build %s", build->name != NULL ? build->name : build->id);
		return store_failed(store, err);
	}
	return 0;
}

int bd_store_read(
	struct bd_store *store, const struct bd_store_build *build, struct bd_record **out, struct bd_error *err)
{
	AUTO(bd_buf_release) struct bd_buf bytes = { 0 };
	AUTO(record_auto) struct bd_record *record = NULL;

	if (bd_store_get(store, build, &bytes, err) < 0) {
		return -(int)err->code;
	}
	if (bd_record_parse(bd_buf_view(&bytes), &record, err) < 0) {
		return bd_error_wrap(err, "store %s: build %s", store->url.shown, build->name);
	}
	if (build->marked != 0) {
		record->build.status = build->status;
	}
	if (record->build.project == NULL) {
		record->build.project = bd_arena_strdup(&record->arena, build->project);
	}
	*out = steal_ptr(&record);
	return 0;
}
