/* links: origin */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "basedrift/limits.h"
#include "basedrift/origin.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
	if (!holds) {
		abort();
	}
}

static int count_lines(struct bd_str file)
{
	int lines = 0;
	struct bd_str line;
	while (bd_str_line(&file, &line)) {
		lines++;
	}
	return lines;
}

static void check_instructions(const struct bd_dockerfile *d, struct bd_str file)
{
	const int lines = count_lines(file);
	int last = 0;
	for (size_t i = 0; i < d->instructions.len; i++) {
		const struct bd_instruction *in = &d->instructions.v[i];
		check(in->line > last && in->end_line >= in->line && in->end_line <= lines);
		check(in->args != NULL && in->expanded != NULL && bd_str_find(file, in->raw, NULL));
		check(in->stage >= -1 && in->stage < (int)d->stages.len &&
			in->copy_from_stage < in->stage + (in->stage < 0));
		last = in->end_line;
	}
}

static void check_stages(const struct bd_dockerfile *d)
{
	for (size_t i = 0; i < d->stages.len; i++) {
		const struct bd_stage *stage = &d->stages.v[i];
		check(stage->index == (int)i && stage->from_stage < (int)i);
		check(i == 0 || stage->line > d->stages.v[i - 1].line);
		check(!stage->scratch || stage->reference == NULL);
		check(stage->from_stage < 0 || !stage->reachable || d->stages.v[stage->from_stage].reachable);
	}
	check(d->stages.v[d->target_stage].reachable);
	for (size_t i = 0; i < d->images.len; i++) {
		const struct bd_image_use *use = &d->images.v[i];
		check((use->reference == NULL) == (use->problem != NULL));
		check(i == 0 || use->line >= d->images.v[i - 1].line);
	}
}

static void check_redaction(struct bd_str file, struct bd_arena *arena)
{
	const char *once = bd_dockerfile_redact(file, arena);
	const char *twice = bd_dockerfile_redact(bd_str(once), arena);
	check(memchr(file.p, '\0', file.n) != NULL || strcmp(once, twice) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct bd_build_arg args[] = { { "A", "x/y" }, { "B", "" } };
	const struct bd_dockerfile_options options = {
		.build_args = args, .build_arg_count = 2, .platform = "linux/arm64"
	};
	struct bd_arena arena = { .head = NULL };
	struct bd_dockerfile d;
	struct bd_error err;
	const struct bd_str file = { size > 0 ? (const char *)data : "", size };
	if (bd_dockerfile_parse(file, &options, &arena, &d, &err) == 0) {
		check_instructions(&d, file);
		check_stages(&d);
	}
	check_redaction(file, &arena);
	bd_arena_release(&arena);
	return 0;
}
