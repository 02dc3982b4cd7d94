/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ONBUILD: a base's triggers run first in the build of the image above it, and their layers are that image's.  Its
 * config no longer lists them; the base's part of its history does.
 */
#ifndef COLLECT_TRIGGERS_H
#define COLLECT_TRIGGERS_H

#include "basedrift/origin.h"

/*
 * How many entries from `first` on are runs of the triggers that the history below names.  assigned: where not NULL,
 * their instructions are put there, in the arena; they stand at `line`, that of FROM.
 */
size_t trigger_runs(const struct bd_history_vec *history, size_t first, int line, struct bd_arena *arena,
	const struct bd_instruction **assigned);
/* The first of the entries right before `end` that are runs of triggers, or `end`: there is none. */
size_t trigger_start(const struct bd_history_vec *history, size_t end);

#endif
