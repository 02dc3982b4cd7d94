/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COLLECT_FILE_LINES_H
#define COLLECT_FILE_LINES_H

#include "collect/inventory.h"

#define NOBODY UINT32_MAX

/*
 * record->files: what nobody owns, and what is not as its owner shipped it.  owner: for each tree file the index of its
 * package, or NOBODY.  The tree and the layers' entries are given back meanwhile: they are empty afterwards.
 */
void add_file_lines(struct inventory *inventory, const uint32_t *owner, const bool *modified, struct bd_record *record);

#endif
