/* SPDX-License-Identifier: Apache-2.0 */
#include "layer/diagnose.h"

#include <stdarg.h>
#include <stdio.h>

#define WHERE_BYTES 512U
#define TEXT_BYTES  512U

void diagnose(struct diagnoser *to, const char *code, struct bd_str where, const char *fmt, ...)
{
	if (to->list->len >= to->limit) {
		to->dropped++;
		return;
	}
	struct bd_buf shown = { 0 };
	char text[TEXT_BYTES];
	va_list ap;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	bd_display_text(&shown, where.p, where.n < WHERE_BYTES ? where.n : WHERE_BYTES);
	*(struct bd_diagnostic *)bd_vec_push(to->list) = (struct bd_diagnostic){
		.code = code,
		.where = bd_arena_printf(to->arena, "%s%s", bd_buf_str(&shown), where.n > WHERE_BYTES ? "…" : ""),
		.text = bd_arena_strdup(to->arena, text),
	};
	bd_buf_release(&shown);
}

void diagnose_end(struct diagnoser *to)
{
	if (to->dropped > 0) {
		*(struct bd_diagnostic *)bd_vec_push(to->list) = (struct bd_diagnostic){
			.code = "more-diagnostics",
			.text = bd_arena_printf(to->arena, "%zu more of these are not listed", to->dropped),
		};
		to->dropped = 0;
	}
}
