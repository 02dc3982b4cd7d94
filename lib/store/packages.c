/* SPDX-License-Identifier: Apache-2.0 */
/* Which projects have a package: the sets of packages that name it, held against the parts of each last good build. */
#include "base/auto.h"
#include "store/rows.h"
#include "store/uses.h"

struct package_set {
	uint8_t digest[PART_DIGEST];
	const char *version;
};
struct package_sets {
	struct package_set *v; /* by digest */
	size_t len, cap;
	struct bd_arena *arena;
};

static void package_sets_release(struct package_sets *sets)
{
	free(sets->v);
}

static int take_set(const struct sql_value *row, void *context, struct bd_error *err)
{
	struct package_sets *sets = context;
	if (row[0].bytes.n != PART_DIGEST) {
		return bd_error_set(err, BD_ERR_FORMAT, "a set of packages has a digest of %zu bytes", row[0].bytes.n);
	}
	struct package_set *set = bd_vec_push(sets);
	memcpy(set->digest, row[0].bytes.p, PART_DIGEST);
	set->version = store_text(sets->arena, &row[1]);
	return 0;
}

static int compare_sets(const void *a, const void *b)
{
	const struct package_set *x = a;
	const struct package_set *y = b;
	const int order = memcmp(x->digest, y->digest, PART_DIGEST);
	return order != 0 ? order : strcmp(x->version, y->version);
}

static int read_sets(struct bd_store *store, const char *package, const char *version, struct package_sets *out,
	struct bd_error *err)
{
	static const char of_any[] = "SELECT digest, version FROM basedrift_package WHERE package = $1";
	static const char of_one[] =
		"SELECT digest, version FROM basedrift_package WHERE package = $1 AND version = $2";
	const struct sql_value params[] = { sql_text(package), sql_text(version) };
	const struct sql_query query = { .text = version != NULL ? of_one : of_any,
		.params = params,
		.param_count = version != NULL ? 2 : 1,
		.columns = 2,
		.row = take_set,
		.context = out };
	if (sql_run(store->db, &query, NULL, err) < 0) {
		return store_failed(store, err);
	}
	if (out->len > 0) {
		qsort(out->v, out->len, sizeof(*out->v), compare_sets);
	}
	return 0;
}

static int compare_digest(const void *key, const void *element)
{
	const struct package_set *set = element;
	return memcmp(key, set->digest, PART_DIGEST);
}

/* ---- which build has one of them
 * ------------------------------------------------------------------------------------------- */

static void contents_release(struct part_contents *contents)
{
	part_contents_release(contents);
}

static const char *version_of(const struct package_sets *sets, const struct part_entry *entry)
{
	const struct package_set *set =
		entry->set != NULL ? bsearch(entry->set, sets->v, sets->len, sizeof(*sets->v), compare_digest) : NULL;
	return set != NULL ? set->version : NULL;
}

/* A list's bytes; one that is not there is asked for. */
static struct bd_str list_of(struct part_contents *contents, const uint8_t *digest, bool *more)
{
	const struct bd_buf *list = part_contents_find(contents, digest);
	if (list == NULL) {
		part_contents_want(contents, digest);
		*more = true;
		return (struct bd_str){ NULL, 0 };
	}
	return bd_buf_view(list);
}

static const char *version_in(const struct package_sets *sets, struct bd_str list)
{
	struct part_entry entry;
	const char *version = NULL;
	bool bad = false;
	while (version == NULL && part_entry_next(&list, &entry, &bad)) {
		version = version_of(sets, &entry);
	}
	return version;
}

/* The version that the lists of this build name, or NULL. */
static const char *find_version(
	const struct package_sets *sets, struct part_contents *contents, const uint8_t *root, bool *more)
{
	struct bd_str rest = list_of(contents, root, more);
	struct part_entry entry;
	const char *version = NULL;
	bool bad = false;
	while (version == NULL && part_entry_next(&rest, &entry, &bad)) {
		version = entry.kind == PART_LIST ? version_in(sets, list_of(contents, entry.digest, more))
						  : version_of(sets, &entry);
	}
	return version;
}

static void add_use(const struct last_variant *variant, const char *version, struct bd_store_affected *out)
{
	const struct last_build *good = last_build_of(variant, BD_STATUS_PASSED);
	struct bd_store_use *use = bd_vec_push(out);
	use_describe(variant, good, good, use);
	use->version = version;
}

/* Two rounds ask for all that is missing at once: the builds' own lists, then those of their bases. */
static int search(struct bd_store *store, const struct package_sets *sets, const struct last_builds *lasts,
	struct bd_store_affected *out, struct bd_error *err)
{
	AUTO(contents_release) struct part_contents contents = { .len = 0 };
	bool more = true;
	for (int round = 0; more && round < 4; round++) {
		more = false;
		out->len = 0;
		for (size_t i = 0; i < lasts->len; i++) {
			const struct last_build *good = last_build_of(&lasts->v[i], BD_STATUS_PASSED);
			if (good == NULL || good->tree.n != PART_DIGEST) {
				continue;
			}
			const char *version = find_version(sets, &contents, (const uint8_t *)good->tree.p, &more);
			if (version != NULL) {
				add_use(&lasts->v[i], version, out);
			}
		}
		if (more && part_contents_read(store->db, &contents, err) < 0) {
			return store_failed(store, err);
		}
	}
	return 0;
}

int bd_store_affected_package(struct bd_store *store, const char *package, const char *version,
	struct bd_store_affected *out, struct bd_error *err)
{
	*out = (struct bd_store_affected){ .len = 0 };
	AUTO(package_sets_release) struct package_sets sets = { .arena = &out->arena };
	AUTO(last_builds_release) struct last_builds lasts = { .arena = &out->arena };

	int result = read_sets(store, package, version, &sets, err);
	if (result == 0 && sets.len > 0) {
		result = last_builds_of_all(store, &lasts, err);
	}
	if (result == 0 && sets.len > 0) {
		result = search(store, &sets, &lasts, out, err);
	}
	if (result < 0) {
		bd_store_affected_release(out);
	}
	return result;
}
