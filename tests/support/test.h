/* SPDX-License-Identifier: Apache-2.0 */
/* First include of every unit test: cmocka and the headers it needs before it. */
#ifndef TEST_H
#define TEST_H

/* cmocka.h needs what stands before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
/* clang-format on */

#endif
