/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RENDER_FILE_NOTE_H
#define RENDER_FILE_NOTE_H

#include "basedrift/render.h"

/* What differs in one file: "20,541 → 20,618 bytes", "mode 0644 → 0755", "time stamp only". */
const char *render_file_note(struct bd_arena *arena, const struct bd_file_change *change);

#endif
