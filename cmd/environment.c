/* SPDX-License-Identifier: Apache-2.0 */
#include "environment.h"

#include <stdlib.h>
#include <string.h>

const char *environment_variable(const char *name)
{
	/* nothing here changes the environment.  NOLINTNEXTLINE(concurrency-mt-unsafe) */
	return getenv(name);
}

bool environment_is(const char *name, const char *value)
{
	const char *found = environment_variable(name);
	return found != NULL && strcmp(found, value) == 0;
}
