/* SPDX-License-Identifier: Apache-2.0 */
/* Every command.  Adding one: cmd/NAME.c, its row here.  In the order of the help text. */
#ifndef CMD_COMMANDS_H
#define CMD_COMMANDS_H

#include "options.h"

/* clang-format off */
#define COMMANDS(row) \
	row(collect) \
	row(run) \
	row(diff) \
	row(why) \
	row(check) \
	row(pin) \
	row(watch) \
	row(log) \
	row(affected) \
	row(mark) \
	row(export) \
	row(import) \
	row(store)
/* clang-format on */

#define DECLARE(name) extern const struct command command_##name;
COMMANDS(DECLARE)
#undef DECLARE

#endif
