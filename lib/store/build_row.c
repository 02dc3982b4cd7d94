/* SPDX-License-Identifier: Apache-2.0 */
/* A record's own words about the build, as the columns of the tables. */
#include "base/auto.h"
#include "store/rows.h"

static const char *known(const char *text)
{
	return text != NULL ? text : "";
}

static void hash_texts(const char *const *texts, size_t count, uint8_t *out)
{
	struct bd_hash *hash = bd_hash_new(BD_SHA256);
	for (size_t i = 0; i < count; i++) {
		bd_hash_update(hash, texts[i], strlen(texts[i]) + 1); /* the NUL parts them */
	}
	(void)bd_hash_final(hash, out);
	bd_hash_free(hash);
}

/* ---- who it is
 * --------------------------------------------------------------------------------------------------------- */

/* "https://host/group/orders-api.git" is orders-api: a checkout without a CI has no better name. */
const char *bd_store_project_of_remote(struct bd_arena *arena, const char *remote)
{
	struct bd_str text = bd_str(remote);
	while (bd_str_ends(text, "/")) {
		text.n--;
	}
	if (bd_str_ends(text, ".git")) {
		text.n -= 4;
	}
	size_t start = text.n;
	while (start > 0 && text.p[start - 1] != '/' && text.p[start - 1] != ':') {
		start--;
	}
	return start < text.n ? bd_arena_text(arena, text.p + start, text.n - start) : NULL;
}

static const char *project_of(
	const struct bd_record *parsed, const struct bd_store_arrival *arrival, struct bd_arena *arena)
{
	if (parsed->build.project != NULL && *parsed->build.project != '\0') {
		return bd_arena_strdup(arena, parsed->build.project);
	}
	if (arrival != NULL && arrival->project != NULL && *arrival->project != '\0') {
		return bd_arena_strdup(arena, arrival->project);
	}
	const char *remote = bd_store_project_of_remote(arena, parsed->source.remote);
	return remote != NULL ? remote : "unnamed";
}

/* Of CI products that count attempts, the id is "123456.2" from the second on: that is attempt 2 of 123456. */
static void split_id(struct build_row *row, const struct bd_build *build)
{
	uint64_t rerun = 0;
	const char *dot = strrchr(row->id, '.');
	row->rerun = 1;
	if (build->ci_provider != NULL && dot != NULL && dot > row->id && bd_str_to_u64(bd_str(dot + 1), &rerun) &&
		rerun >= 2 && rerun < 100000) {
		row->id = bd_arena_text(&row->arena, row->id, (size_t)(dot - row->id));
		row->rerun = (int)rerun;
	}
}

static void identify(struct bd_str bytes, const struct bd_record *parsed, const struct bd_store_arrival *arrival,
	struct build_row *row)
{
	struct bd_hash *hash = bd_hash_new(BD_SHA256);
	char hex[2 * PART_DIGEST + 1];

	bd_hash_update(hash, bytes.p, bytes.n);
	(void)bd_hash_final(hash, row->record);
	bd_hash_free(hash);
	bd_hex(row->record, PART_DIGEST, hex);
	row->project = project_of(parsed, arrival, &row->arena);
	row->id = parsed->build.id != NULL && *parsed->build.id != '\0' ? bd_arena_strdup(&row->arena, parsed->build.id)
									: bd_arena_text(&row->arena, hex, 12);
	split_id(row, &parsed->build);
}

/* ---- what it can be compared with
 * ---------------------------------------------------------------------------------------- */

static const char *platform_of(const struct bd_record *parsed)
{
	if (parsed->image.platform != NULL) {
		return parsed->image.platform;
	}
	for (size_t i = 0; i < parsed->bases.len; i++) {
		if (parsed->bases.v[i].role == BD_ROLE_BASE && parsed->bases.v[i].platform != NULL) {
			return parsed->bases.v[i].platform;
		}
	}
	return "";
}

static void find_variant(const struct bd_record *parsed, struct build_row *row)
{
	struct bd_arena *arena = &row->arena;
	row->dockerfile = bd_arena_strdup(arena, known(parsed->source.dockerfile_path));
	row->target = bd_arena_strdup(arena, known(parsed->source.target));
	row->platform = bd_arena_strdup(arena, platform_of(parsed));
	const char *texts[] = { row->dockerfile, row->target, row->platform };
	hash_texts(texts, 3, row->variant);
}

/* ---- its bases
 * -------------------------------------------------------------------------------------------------------- */

static const char *layers_digest(const struct bd_base *base, struct bd_arena *arena)
{
	uint8_t digest[64];
	char hex[2 * PART_DIGEST + 1];
	if (base->diff_ids.len == 0) {
		return "";
	}
	hash_texts(base->diff_ids.v, base->diff_ids.len, digest);
	bd_hex(digest, PART_DIGEST, hex);
	return bd_arena_printf(arena, "sha256:%s", hex);
}

static const char *digest_of_kind(const struct bd_base *base, enum bd_digest_kind kind, struct bd_arena *arena)
{
	return bd_arena_strdup(arena, known(bd_digest_of_kind(&base->digests, kind)));
}

/* A hint accuses nobody, and makes no history either. */
static bool is_believed(const struct bd_base *base)
{
	return base->confidence == BD_CONFIDENCE_UNKNOWN || base->confidence > BD_HINT;
}

void base_row_finish(struct base_row *row, bool is_believed)
{
	const char *texts[] = { row->platform, row->index, row->manifest, row->config, row->layers, row->stated };
	bool any = false;
	hash_texts(texts, 6, row->digest);
	for (size_t i = 1; i < 6; i++) {
		any = any || *texts[i] != '\0';
	}
	row->is_state = any && is_believed && *row->reference != '\0' && strchr(row->reference, '@') == NULL;
}

void base_row_make(const struct bd_base *base, const char *platform, struct bd_arena *arena, struct base_row *out)
{
	const char *reference = base->reference != NULL ? base->reference : base->as_written;
	*out = (struct base_row){
		.reference = bd_arena_strdup(arena, known(reference)),
		.platform = bd_arena_strdup(arena, known(base->platform != NULL ? base->platform : platform)),
		.index = digest_of_kind(base, BD_DIGEST_INDEX, arena),
		.manifest = digest_of_kind(base, BD_DIGEST_MANIFEST, arena),
		.config = digest_of_kind(base, BD_DIGEST_CONFIG, arena),
		.layers = layers_digest(base, arena),
		.stated = digest_of_kind(base, BD_DIGEST_UNKNOWN, arena),
		.created = bd_arena_strdup(arena, known(base->created)),
		.role = bd_role_name(base->role),
		.stage = base->stage,
		.line = base->line,
	};
	base_row_finish(out, is_believed(base));
}

/* ---- all of it
 * --------------------------------------------------------------------------------------------------------- */

static int64_t seconds_of(const char *text)
{
	int64_t seconds = 0;
	return text != NULL && bd_time_parse(text, &seconds) ? seconds : 0;
}

static void find_times(const struct bd_record *parsed, const struct bd_store_arrival *arrival, struct build_row *row)
{
	row->arrived = arrival != NULL && arrival->arrived != 0 ? arrival->arrived : store_now_us();
	row->finished = seconds_of(parsed->build.finished);
	row->started = seconds_of(parsed->build.started);
	if (row->started == 0) {
		row->started = row->finished != 0 ? row->finished : row->arrived / 1000000;
	}
	row->status = parsed->build.status;
	if (arrival != NULL && arrival->marked != 0) {
		row->status = arrival->status;
		row->marked = arrival->marked;
	}
}

void build_row_make(struct bd_str bytes, const struct bd_record *parsed, const struct bd_store_arrival *arrival,
	struct build_row *out)
{
	struct bd_arena *arena = &out->arena;
	*out = (struct build_row){ .size_bytes = (int64_t)bytes.n };
	identify(bytes, parsed, arrival, out);
	find_variant(parsed, out);
	find_times(parsed, arrival, out);
	out->branch = bd_arena_strdup(arena, known(parsed->build.branch));
	out->revision = bd_arena_strdup(arena, known(parsed->source.commit));
	out->tree = bd_arena_strdup(arena, known(parsed->source.tree));
	out->number = bd_arena_strdup(arena, known(parsed->build.number));
	out->url = bd_arena_strdup(arena, known(parsed->build.url));
	for (size_t i = 0; i < parsed->bases.len; i++) {
		base_row_make(&parsed->bases.v[i], out->platform, arena, bd_vec_push(&out->bases));
	}
}

void build_row_release(struct build_row *row)
{
	free(row->bases.v);
	bd_arena_release(&row->arena);
}
