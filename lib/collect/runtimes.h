/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COLLECT_RUNTIMES_H
#define COLLECT_RUNTIMES_H

#include "collect/inventory.h"

/*
 * The second evidence of a runtime's version: the image's own PYTHON_VERSION, NODE_VERSION ….  Where
 * no file states it, and the program itself is there and no system package's, the setting stands in;
 * where the two disagree a diagnostic says so.
 */
void add_stated_runtimes(struct inventory *inventory, struct bd_record *record);

#endif
