/* SPDX-License-Identifier: Apache-2.0 */
/* The one order a record has (docs/record.md, "Order"), so that equal builds give equal bytes. */
#include "basedrift/record.h"

#include "base/auto.h"

typedef int compare_fn(const void *a, const void *b);

static int by_index(const void *a, const void *b)
{
	const struct bd_layer_line *x = a;
	const struct bd_layer_line *y = b;
	return (x->index > y->index) - (x->index < y->index);
}

/* The first pair that differs decides: texts are x0, y0, x1, y1 … */
static int compare_texts(const char *const *pairs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const int order = bd_strcmp0(pairs[2 * i], pairs[2 * i + 1]);
		if (order != 0) {
			return order;
		}
	}
	return 0;
}

static int by_purl(const void *a, const void *b)
{
	const struct bd_package *x = a;
	const struct bd_package *y = b;
	const char *const pairs[] = { x->purl, y->purl, x->path, y->path };
	const int order = compare_texts(pairs, 2);
	if (order != 0) {
		return order;
	}
	/* purl and path say which package it is; the rest only keeps doubles in one order */
	const char *const rest[] = { x->name, y->name, x->owned_by, y->owned_by, x->content, y->content, x->metadata,
		y->metadata, x->source, y->source, x->source_version, y->source_version };
	return x->layer != y->layer ? (x->layer > y->layer) - (x->layer < y->layer) : compare_texts(rest, 6);
}

static int by_path(const void *a, const void *b)
{
	const struct bd_file_line *x = a;
	const struct bd_file_line *y = b;
	return bd_strcmp0(x->path, y->path);
}

static int by_kind_and_key(const void *a, const void *b)
{
	const struct bd_input *x = a;
	const struct bd_input *y = b;
	const char *const pairs[] = { x->kind, y->kind, x->key, y->key, x->value, y->value };
	return compare_texts(pairs, 3);
}

static int by_code(const void *a, const void *b)
{
	const struct bd_diagnostic *x = a;
	const struct bd_diagnostic *y = b;
	const char *const pairs[] = { x->code, y->code, x->where, y->where, x->text, y->text };
	return compare_texts(pairs, 3);
}

static int by_text(const void *a, const void *b)
{
	const char *const *x = a;
	const char *const *y = b;
	return strcmp(*x, *y);
}

/* A list that was read from a record is sorted already: say so in one pass. */
static void sort(void *v, size_t len, size_t size, compare_fn *compare)
{
	for (size_t i = 1; i < len; i++) {
		const char *one = (const char *)v + i * size;
		if (compare(one - size, one) > 0) {
			qsort(v, len, size, compare);
			return;
		}
	}
}

struct ranked {
	struct bd_setting setting;
	size_t at;
};

static int by_key_then_place(const void *a, const void *b)
{
	const struct ranked *x = a;
	const struct ranked *y = b;
	const int order = bd_strcmp0(x->setting.key, y->setting.key);
	return order != 0 ? order : (x->at > y->at) - (x->at < y->at);
}

static bool ascending(const struct bd_setting_vec *settings)
{
	for (size_t i = 1; i < settings->len; i++) {
		if (bd_strcmp0(settings->v[i - 1].key, settings->v[i].key) >= 0) {
			return false;
		}
	}
	return true;
}

/* By key; of a repeated key the last one is the one that counts, as in an environment. */
static void sort_settings(struct bd_setting_vec *settings)
{
	for (size_t i = 0; i < settings->len; i++) {
		if (settings->v[i].redacted) {
			settings->v[i].value = NULL; /* a secret stays out, whoever put it here */
		}
	}
	if (ascending(settings)) {
		return;
	}
	AUTO(free_ptr) struct ranked *ranked = bd_xcalloc(settings->len, sizeof(*ranked));
	for (size_t i = 0; i < settings->len; i++) {
		ranked[i] = (struct ranked){ settings->v[i], i };
	}
	qsort(ranked, settings->len, sizeof(*ranked), by_key_then_place);
	size_t kept = 0;
	for (size_t i = 0; i < settings->len; i++) {
		if (i + 1 == settings->len || !bd_streq(ranked[i].setting.key, ranked[i + 1].setting.key)) {
			settings->v[kept++] = ranked[i].setting;
		}
	}
	settings->len = kept;
}

static void drop_repeated(struct bd_diagnostic_vec *all)
{
	size_t kept = 0;
	for (size_t i = 0; i < all->len; i++) {
		if (kept == 0 || by_code(&all->v[kept - 1], &all->v[i]) != 0) {
			all->v[kept++] = all->v[i];
		}
	}
	all->len = kept;
}

/* Evidence that names no digest has no kind of digest either. */
static void drop_kinds_of_nothing(struct bd_evidence_vec *evidence)
{
	for (size_t i = 0; i < evidence->len; i++) {
		if (evidence->v[i].digest.value == NULL) {
			evidence->v[i].digest.kind = BD_DIGEST_UNKNOWN;
		}
	}
}

void bd_record_sort(struct bd_record *record)
{
	for (size_t i = 0; i < record->bases.len; i++) {
		sort_settings(&record->bases.v[i].env);
		sort_settings(&record->bases.v[i].labels);
		drop_kinds_of_nothing(&record->bases.v[i].evidence);
	}
	sort_settings(&record->image.config.env);
	sort_settings(&record->image.config.labels);
	for (size_t i = 0; i < record->inputs.len; i++) {
		if (record->inputs.v[i].redacted) {
			record->inputs.v[i].value = NULL;
		}
	}
	sort(record->ecosystems.v, record->ecosystems.len, sizeof(*record->ecosystems.v), by_text);
	sort(record->layers.v, record->layers.len, sizeof(*record->layers.v), by_index);
	sort(record->packages.v, record->packages.len, sizeof(*record->packages.v), by_purl);
	sort(record->files.v, record->files.len, sizeof(*record->files.v), by_path);
	sort(record->inputs.v, record->inputs.len, sizeof(*record->inputs.v), by_kind_and_key);
	sort(record->diagnostics.v, record->diagnostics.len, sizeof(*record->diagnostics.v), by_code);
	drop_repeated(&record->diagnostics);
}
