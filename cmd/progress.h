/* SPDX-License-Identifier: Apache-2.0 */
/* One line on a terminal's standard error while an image is read. */
#ifndef CMD_PROGRESS_H
#define CMD_PROGRESS_H

#include "basedrift/collect.h"

#include "options.h"

struct progress_line;
/* NULL: none is to be shown (no terminal, CI, --quiet, --no-progress). */
struct progress_line *progress_begin(const struct arguments *arguments);
/* What reading is to count in; NULL for NULL. */
struct bd_progress *progress_counts(struct progress_line *line);
/* Takes the line away.  NULL is accepted. */
void progress_end(struct progress_line *line);

#endif
