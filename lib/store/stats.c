/* SPDX-License-Identifier: Apache-2.0 */
#include "base/auto.h"
#include "store/store.h"

struct number {
	const char *text;
	size_t offset;
};
#define AT(member) offsetof(struct bd_store_stats, member)

static const struct number numbers[] = {
	{ "SELECT number FROM basedrift_meta WHERE name = 'schema'", AT(schema) },
	{ "SELECT COUNT(DISTINCT project) FROM basedrift_variant", AT(projects) },
	{ "SELECT COUNT(*) FROM basedrift_build", AT(builds) },
	{ "SELECT COUNT(*) FROM basedrift_build WHERE status = 1", AT(passed) },
	{ "SELECT COUNT(*) FROM basedrift_build WHERE status = 2", AT(failed) },
	{ "SELECT CAST(COALESCE(SUM(size_bytes), 0) AS BIGINT) FROM basedrift_build", AT(record_bytes) },
	{ "SELECT CAST(COALESCE(SUM(LENGTH(head)), 0) AS BIGINT) FROM basedrift_build", AT(head_bytes) },
	{ "SELECT COUNT(*) FROM basedrift_part", AT(parts) },
	{ "SELECT CAST(COALESCE(SUM(LENGTH(bytes)), 0) AS BIGINT) FROM basedrift_part", AT(part_bytes) },
	{ "SELECT COUNT(DISTINCT reference) FROM basedrift_use", AT(references) },
	{ "SELECT COUNT(*) FROM basedrift_tag", AT(states) },
	{ "SELECT COUNT(*) FROM basedrift_package", AT(packages) },
	{ "SELECT COUNT(*) FROM basedrift_look", AT(looks) },
};
_Static_assert(BD_STATUS_PASSED == 1 && BD_STATUS_FAILED == 2, "the numbers in the texts");

static int take_number(const struct sql_value *row, void *context, struct bd_error *err)
{
	(void)err;
	memcpy(context, &row[0].number, sizeof(row[0].number));
	return 0;
}

int bd_store_stats(struct bd_store *store, struct bd_store_stats *out, struct bd_error *err)
{
	*out = (struct bd_store_stats){ 0 };
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		const struct sql_query query = { .text = numbers[i].text,
			.columns = 1,
			.row = take_number,
			.context = (char *)out + numbers[i].offset };
		if (sql_run(store->db, &query, NULL, err) < 0) {
			return store_failed(store, err);
		}
	}
	return store->db->ops->size(store->db, &out->disk_bytes, err) < 0 ? store_failed(store, err) : 0;
}
