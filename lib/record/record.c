/* SPDX-License-Identifier: Apache-2.0 */
#include "basedrift/record.h"

#include <stdarg.h>

#include "base/auto.h"

struct bd_record *bd_record_new(void)
{
	struct bd_record *record = bd_xcalloc(1, sizeof(*record));
	record->build.exit_code = -1;
	return record;
}

void bd_record_free(struct bd_record *record)
{
	if (record == NULL) {
		return;
	}
	free(record->bases.v);
	free(record->layers.v);
	free(record->packages.v);
	free(record->files.v);
	free(record->inputs.v);
	free(record->diagnostics.v);
	bd_arena_release(&record->arena);
	free(record);
}

/* bd_record_sort removes every repetition; looking back a little keeps the usual ones out at once. */
#define LOOK_BACK 64

static bool is_said(const struct bd_record *record, const char *code, const char *where, const char *text)
{
	const struct bd_diagnostic_vec *all = &record->diagnostics;
	for (size_t i = all->len; i > 0 && all->len - i < LOOK_BACK; i--) {
		const struct bd_diagnostic *one = &all->v[i - 1];
		if (bd_streq(one->code, code) && bd_streq(one->where, where) && bd_streq(one->text, text)) {
			return true;
		}
	}
	return false;
}

void bd_record_diagnose(struct bd_record *record, const char *code, const char *where, const char *fmt, ...)
{
	AUTO(free_ptr) char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	const int n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0) {
		text = bd_xstrdup(fmt); /* a text that cannot be formatted is still a diagnostic */
	}
	if (is_said(record, code, where, text)) {
		return;
	}
	*bd_vec_push(&record->diagnostics) = (struct bd_diagnostic){
		.code = bd_arena_strdup(&record->arena, code),
		.where = bd_arena_strdup(&record->arena, where),
		.text = bd_arena_strdup(&record->arena, text),
	};
}

bool bd_settings_equal(const struct bd_setting_vec *a, const struct bd_setting_vec *b)
{
	if (a->len != b->len) {
		return false;
	}
	for (size_t i = 0; i < a->len; i++) {
		if (!bd_streq(a->v[i].key, b->v[i].key) || !bd_streq(a->v[i].value, b->v[i].value)) {
			return false;
		}
	}
	return true;
}
