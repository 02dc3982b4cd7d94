/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables.  Keys are names and content hashes, never sequences: two stores can be merged, and rows can be spread
 * over servers by project (builds, variants, uses) or by digest (parts, bases).  docs/store.md says what is in each.
 */
#include "base/auto.h"
#include "store/store.h"

static const char *const first_tables[] = {
	"CREATE TABLE IF NOT EXISTS basedrift_part (digest %BYTES% NOT NULL PRIMARY KEY, touched BIGINT NOT NULL,"
	" bytes %BYTES% NOT NULL)",

	"CREATE TABLE IF NOT EXISTS basedrift_package (package TEXT NOT NULL, version TEXT NOT NULL, digest %BYTES% NOT NULL,"
	" PRIMARY KEY (package, version, digest)) %NARROW%",

	"CREATE TABLE IF NOT EXISTS basedrift_variant (project TEXT NOT NULL, variant %BYTES% NOT NULL,"
	" dockerfile TEXT NOT NULL, target TEXT NOT NULL, platform TEXT NOT NULL, PRIMARY KEY (project, variant)) %NARROW%",

	"CREATE TABLE IF NOT EXISTS basedrift_build (project TEXT NOT NULL, id TEXT NOT NULL, record %BYTES% NOT NULL,"
	" rerun BIGINT NOT NULL, branch TEXT NOT NULL, variant %BYTES% NOT NULL, status BIGINT NOT NULL,"
	" marked BIGINT NOT NULL, started BIGINT NOT NULL, finished BIGINT NOT NULL, arrived BIGINT NOT NULL,"
	" revision TEXT NOT NULL, source_tree TEXT NOT NULL, number TEXT NOT NULL, url TEXT NOT NULL,"
	" size_bytes BIGINT NOT NULL, tree %BYTES% NOT NULL, head %BYTES% NOT NULL, PRIMARY KEY (project, id, record))",
	"CREATE INDEX IF NOT EXISTS basedrift_build_branch ON basedrift_build"
	" (project, branch, variant, status, started, arrived)",
	"CREATE INDEX IF NOT EXISTS basedrift_build_variant ON basedrift_build (project, variant, status, started, arrived)",
	"CREATE INDEX IF NOT EXISTS basedrift_build_started ON basedrift_build (project, started, arrived)",

	"CREATE TABLE IF NOT EXISTS basedrift_base (digest %BYTES% NOT NULL PRIMARY KEY, platform TEXT NOT NULL,"
	" index_digest TEXT NOT NULL, manifest_digest TEXT NOT NULL, config_digest TEXT NOT NULL,"
	" layers_digest TEXT NOT NULL, stated_digest TEXT NOT NULL, created TEXT NOT NULL)",

	"CREATE TABLE IF NOT EXISTS basedrift_build_base (project TEXT NOT NULL, record %BYTES% NOT NULL, n BIGINT NOT NULL,"
	" id TEXT NOT NULL, reference TEXT NOT NULL, base %BYTES% NOT NULL, role TEXT NOT NULL, stage BIGINT NOT NULL,"
	" line BIGINT NOT NULL, started BIGINT NOT NULL, PRIMARY KEY (project, record, n)) %NARROW%",
	"CREATE INDEX IF NOT EXISTS basedrift_build_base_seen ON basedrift_build_base (reference, base, started)",

	"CREATE TABLE IF NOT EXISTS basedrift_tag (reference TEXT NOT NULL, base %BYTES% NOT NULL,"
	" PRIMARY KEY (reference, base)) %NARROW%",

	"CREATE TABLE IF NOT EXISTS basedrift_use (reference TEXT NOT NULL, project TEXT NOT NULL, variant %BYTES% NOT NULL,"
	" PRIMARY KEY (reference, project, variant)) %NARROW%",
	"CREATE INDEX IF NOT EXISTS basedrift_use_project ON basedrift_use (project, reference)",
	NULL,
};

static const char *const looks[] = {
	"CREATE TABLE IF NOT EXISTS basedrift_look (reference TEXT NOT NULL, base %BYTES% NOT NULL,"
	" first_seen BIGINT NOT NULL, last_seen BIGINT NOT NULL, seen_by TEXT NOT NULL, PRIMARY KEY (reference, base))"
	" %NARROW%",
	NULL,
};

const struct schema_step schema_steps[STORE_SCHEMA] = { { first_tables }, { looks } };

static const char meta_table[] =
	"CREATE TABLE IF NOT EXISTS basedrift_meta (name TEXT NOT NULL PRIMARY KEY, number BIGINT NOT NULL)";

/* ---- reading the version ------------------------------------------------------------------------------------------
 */

static int take_number(const struct sql_value *row, void *context, struct bd_error *err)
{
	int64_t *number = context;
	(void)err;
	*number = row->number;
	return 0;
}

static int has_meta(struct sql_db *db, bool *there, struct bd_error *err)
{
	static const char sqlite_text[] =
		"SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'basedrift_meta'";
	static const char other_text[] =
		"SELECT CAST(COUNT(*) AS BIGINT) FROM information_schema.tables WHERE table_name = 'basedrift_meta'"
		" AND table_schema = current_schema()";
	int64_t count = 0;
	const bool sqlite = strcmp(db->ops->name, "sqlite") == 0;
	const struct sql_query query = {
		.text = sqlite ? sqlite_text : other_text, .columns = 1, .row = take_number, .context = &count
	};
	if (sql_run(db, &query, NULL, err) < 0) {
		return -(int)err->code;
	}
	*there = count > 0;
	return 0;
}

static int read_version(struct sql_db *db, int64_t *version, struct bd_error *err)
{
	static const char text[] = "SELECT number FROM basedrift_meta WHERE name = 'schema'";
	const struct sql_query query = { .text = text, .columns = 1, .row = take_number, .context = version };
	bool there = false;

	*version = 0;
	if (has_meta(db, &there, err) < 0) {
		return -(int)err->code;
	}
	return there ? sql_run(db, &query, NULL, err) : 0;
}

static int check_version(int64_t version, int64_t known, struct bd_error *err)
{
	return version <= known
		       ? 0
		       : bd_error_set(err, BD_ERR_UNSUPPORTED,
				 "was written by a newer basedrift (store version %lld, this one knows up to %lld): "
				 "update basedrift",
				 (long long)version, (long long)known);
}

/* ---- changing it ----------------------------------------------------------------------------------------------------
 */

static void add_dialect(const struct sql_dialect *dialect, const char *text, struct bd_buf *out)
{
	while (*text != '\0') {
		if (strncmp(text, "%BYTES%", 7) == 0) {
			bd_buf_add_str(out, dialect->bytes);
			text += 7;
		} else if (strncmp(text, "%NARROW%", 8) == 0) {
			bd_buf_add_str(out, dialect->narrow);
			text += 8;
		} else {
			bd_buf_add_char(out, *text++);
		}
	}
}

struct migration {
	const struct schema_step *steps;
	int64_t count, version;
};

static int run_step(struct sql_db *db, const struct migration *migration, int64_t step, struct bd_error *err)
{
	for (const char *const *text = migration->steps[step].statements; *text != NULL; text++) {
		AUTO(bd_buf_release) struct bd_buf buf = { 0 };
		add_dialect(&db->ops->dialect, *text, &buf);
		const struct sql_query query = { .text = bd_buf_str(&buf), .once = true };
		if (sql_run(db, &query, NULL, err) < 0) {
			return -(int)err->code;
		}
	}
	return 0;
}

static int write_version(struct sql_db *db, int64_t version, struct bd_error *err)
{
	static const char text[] = "INSERT INTO basedrift_meta (name, number) VALUES ('schema', $1)"
				   " ON CONFLICT (name) DO UPDATE SET number = excluded.number";
	const struct sql_query query = { .text = text, SQL_PARAMS(sql_integer(version)) };
	return sql_run(db, &query, NULL, err);
}

/* The version is read again: another process may have been quicker. */
static int migrate(struct sql_db *db, void *context, struct bd_error *err)
{
	struct migration *migration = context;
	const struct sql_query meta = { .text = meta_table };
	int64_t version = 0;

	if (sql_run(db, &meta, NULL, err) < 0 || read_version(db, &version, err) < 0 ||
		check_version(version, migration->count, err) < 0) {
		return -(int)err->code;
	}
	for (int64_t step = version; step < migration->count; step++) {
		if (run_step(db, migration, step, err) < 0) {
			return bd_error_wrap(err, "store version %lld", (long long)step + 1);
		}
	}
	migration->version = migration->count;
	return version == migration->count ? 0 : write_version(db, migration->count, err);
}

int schema_apply(struct sql_db *db, const struct schema_step *steps, int64_t count, bool write, int64_t *version_out,
	struct bd_error *err)
{
	struct migration migration = { .steps = steps, .count = count };
	int result = read_version(db, version_out, err);

	if (result == 0) {
		result = check_version(*version_out, count, err);
	}
	if (result == 0 && *version_out < count && write) {
		result = sql_transaction(db, migrate, &migration, err);
		*version_out = result == 0 ? count : *version_out;
	}
	return result;
}
