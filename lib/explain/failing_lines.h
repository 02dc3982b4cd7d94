/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EXPLAIN_FAILING_LINES_H
#define EXPLAIN_FAILING_LINES_H

#include "basedrift/base.h"

/* Which lines of a log tell of a failure; zeroed before the first line. */
struct failing_lines {
	unsigned int follow; /* lines that still belong to the last one that did */
	bool traceback;
};
/* The line without what builders put in front of a step's output ("#7 1.234 "). */
struct bd_str line_of_step(struct bd_str line);
/* Call it for every line, in order. */
bool is_failing_line(struct failing_lines *state, struct bd_str line);

#endif
