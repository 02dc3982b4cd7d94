/* SPDX-License-Identifier: Apache-2.0 */
/* Is everything there, and what its digests say it is? */
#include <stdarg.h>
#include <stdio.h>

#include "base/auto.h"
#include "store/builds.h"
#include "store/rows.h"

struct checking {
	bd_store_problem_fn *problem;
	void *context;
	size_t problems;
	uint8_t after[PART_DIGEST]; /* the last part of the page before */
	size_t parts;
};

static void complain(struct checking *checking, const char *fmt, ...) BD_PRINTF(2, 3);

static void complain(struct checking *checking, const char *fmt, ...)
{
	char text[1200];
	va_list ap;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	checking->problem(text, checking->context);
	checking->problems++;
}

/* ---- parts
 * ------------------------------------------------------------------------------------------------------------- */

static int check_part(const struct sql_value *row, void *context, struct bd_error *err)
{
	struct checking *checking = context;
	AUTO(bd_buf_release) struct bd_buf content = { 0 };
	char digest[BD_DIGEST_TEXT];
	char hex[2 * PART_DIGEST + 1];
	struct bd_error problem;

	if (row[0].bytes.n != PART_DIGEST) {
		return bd_error_set(err, BD_ERR_FORMAT, "a part's digest has %zu bytes", row[0].bytes.n);
	}
	memcpy(checking->after, row[0].bytes.p, PART_DIGEST);
	checking->parts++;
	bd_hex(checking->after, PART_DIGEST, hex);
	if (part_unpack(row[1].bytes, &content, &problem) < 0) {
		complain(checking, "part sha256:%s: %s", hex, problem.msg);
		return 0;
	}
	bd_sha256_text(bd_buf_str(&content), content.n, digest);
	if (strcmp(digest + strlen("sha256:"), hex) != 0) {
		complain(checking, "part sha256:%s: its content has digest %s", hex, digest);
	}
	return 0;
}

static int check_parts(struct bd_store *store, struct checking *checking, struct bd_error *err)
{
	static const char text[] =
		"SELECT digest, bytes FROM basedrift_part WHERE digest > $1 ORDER BY digest LIMIT 500";
	size_t before;
	size_t digest_bytes = 0; /* at first: after the empty one */
	do {
		uint8_t after[PART_DIGEST];
		memcpy(after, checking->after, PART_DIGEST);
		const struct sql_query query = { .text = text,
			SQL_PARAMS(sql_bytes((struct bd_str){ (const char *)after, digest_bytes })),
			.columns = 2,
			.row = check_part,
			.context = checking };
		before = checking->parts;
		if (sql_run(store->db, &query, NULL, err) < 0) {
			return store_failed(store, err);
		}
		digest_bytes = PART_DIGEST;
	} while (checking->parts > before);
	return 0;
}

/* ---- builds
 * ------------------------------------------------------------------------------------------------------------- */

static int check_build(struct bd_store *store, const struct bd_store_build *build, void *context, struct bd_error *err)
{
	AUTO(bd_buf_release) struct bd_buf bytes = { 0 };
	struct bd_error problem;
	(void)err;
	if (bd_store_get(store, build, &bytes, &problem) < 0) {
		complain(context, "%s", problem.msg);
	}
	return 0;
}

static int count_orphans(const struct sql_value *row, void *context, struct bd_error *err)
{
	struct checking *checking = context;
	(void)err;
	if (row[0].number > 0) {
		complain(checking, "%lld %.*s", (long long)row[0].number, (int)row[1].bytes.n, row[1].bytes.p);
	}
	return 0;
}

/* Rows that refer to each other are written in one transaction: none may be alone. */
static const char *const orphan_texts[] = {
	"SELECT COUNT(*), CAST('builds without their variant' AS TEXT) FROM basedrift_build b WHERE NOT EXISTS (SELECT 1"
	" FROM basedrift_variant v WHERE v.project = b.project AND v.variant = b.variant)",
	"SELECT COUNT(*), CAST('uses of a base that is not there' AS TEXT) FROM basedrift_build_base s WHERE NOT EXISTS"
	" (SELECT 1 FROM basedrift_base a WHERE a.digest = s.base)",
	"SELECT COUNT(*), CAST('uses of a base by a build that is not there' AS TEXT) FROM basedrift_build_base s WHERE"
	" NOT EXISTS (SELECT 1 FROM basedrift_build b WHERE b.project = s.project AND b.id = s.id AND b.record = s.record)",
	"SELECT COUNT(*), CAST('looks at a state of a tag that is not there' AS TEXT) FROM basedrift_look o WHERE NOT EXISTS"
	" (SELECT 1 FROM basedrift_tag t JOIN basedrift_base a ON a.digest = t.base WHERE t.reference = o.reference AND"
	" t.base = o.base)",
	"SELECT COUNT(*), CAST('builds whose list of parts is not there' AS TEXT) FROM basedrift_build b WHERE NOT EXISTS"
	" (SELECT 1 FROM basedrift_part p WHERE p.digest = b.tree)",
};

static int check_orphans(struct bd_store *store, struct checking *checking, struct bd_error *err)
{
	for (size_t i = 0; i < sizeof(orphan_texts) / sizeof(orphan_texts[0]); i++) {
		const struct sql_query query = {
			.text = orphan_texts[i], .columns = 2, .row = count_orphans, .context = checking
		};
		if (sql_run(store->db, &query, NULL, err) < 0) {
			return store_failed(store, err);
		}
	}
	return 0;
}

static int engine_problem(const struct sql_value *row, void *context, struct bd_error *err)
{
	(void)err;
	complain(context, "%.*s", (int)(row[0].bytes.n < 1000 ? row[0].bytes.n : 1000), row[0].bytes.p);
	return 0;
}

int bd_store_check(
	struct bd_store *store, bd_store_problem_fn *problem, void *context, size_t *problems_out, struct bd_error *err)
{
	struct checking checking = { .problem = problem, .context = context };
	int result = store->db->ops->verify(store->db, engine_problem, &checking, err);
	if (result < 0) {
		return store_failed(store, err);
	}
	if (check_parts(store, &checking, err) < 0 || check_orphans(store, &checking, err) < 0 ||
		bd_store_each(store, check_build, &checking, err) < 0) {
		return -(int)err->code;
	}
	*problems_out = checking.problems;
	return 0;
}
