/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CMD_ENVIRONMENT_H
#define CMD_ENVIRONMENT_H

#include <stdbool.h>

/* A variable of the environment, or NULL. */
const char *environment_variable(const char *name);
bool environment_is(const char *name, const char *value);

#endif
