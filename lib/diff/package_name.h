/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DIFF_PACKAGE_NAME_H
#define DIFF_PACKAGE_NAME_H

#include "basedrift/record.h"

/*
 * A total order of the names of two packages of one type and namespace.  Spellings that the ecosystem takes for one are
 * equal: "@scope/name" and "name" under the namespace "@scope"; of Python also "Flask_Login" and "flask-login".
 */
int compare_package_names(const struct bd_package *a, const struct bd_package *b);

#endif
