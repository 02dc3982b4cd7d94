/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store.h"

#include <time.h>

#include "base/auto.h"

DEFINE_AUTO(store, struct bd_store, bd_store_close)

int store_failed(const struct bd_store *store, struct bd_error *err)
{
	store_url_redact(&store->url, err);
	if (strncmp(err->msg, "store ", 6) == 0) {
		return -(int)err->code;
	}
	return bd_error_wrap(err, "store %s", store->url.shown);
}

int bd_store_open(const char *url, const struct bd_store_options *options, struct bd_store **out, struct bd_error *err)
{
	AUTO(store_auto) struct bd_store *store = bd_xcalloc(1, sizeof(*store));
	int64_t version = 0;

	if (store_url_parse(url, &store->arena, &store->url, err) < 0) {
		return -(int)err->code;
	}
	if (store->url.ops->open(&store->url, options, &store->db, err) < 0 ||
		schema_apply(store->db, schema_steps, STORE_SCHEMA, options->write && !store->db->read_only, &version,
			err) < 0) {
		return store_failed(store, err);
	}
	if (version == 0) {
		return bd_error_set(err, BD_ERR_NOT_FOUND,
			"store %s: is empty; 'basedrift collect' or 'basedrift store init' fills it", store->url.shown);
	}
	if (version < STORE_SCHEMA) {
		return bd_error_set(err, BD_ERR_UNSUPPORTED,
			"store %s: was written by an older basedrift (store version %lld): 'basedrift store init' updates it",
			store->url.shown, (long long)version);
	}
	*out = steal_ptr(&store);
	return 0;
}

void bd_store_close(struct bd_store *store)
{
	if (store == NULL) {
		return;
	}
	if (store->db != NULL) {
		store->db->ops->close(store->db);
	}
	bd_arena_release(&store->arena);
	free(store);
}

const char *bd_store_name(const struct bd_store *store)
{
	return store->url.shown;
}

const char *store_text(struct bd_arena *arena, const struct sql_value *value)
{
	return value->bytes.n > 0 ? bd_arena_text(arena, value->bytes.p, value->bytes.n) : "";
}

struct bd_str store_bytes(struct bd_arena *arena, const struct sql_value *value)
{
	return (struct bd_str){ bd_arena_text(arena, value->bytes.p, value->bytes.n), value->bytes.n };
}

const char *store_digest_text(struct bd_arena *arena, struct bd_str digest)
{
	AUTO(free_ptr) char *hex = bd_xmalloc(2 * digest.n + 1);
	bd_hex((const uint8_t *)digest.p, digest.n, hex);
	return bd_arena_printf(arena, "sha256:%s", hex);
}

int64_t store_now_us(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}
