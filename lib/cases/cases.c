/* SPDX-License-Identifier: Apache-2.0 */
#include "basedrift/cases.h"

size_t bd_cases_count(const struct bd_cases *cases, enum bd_case_result result)
{
	size_t n = 0;
	for (size_t i = 0; i < cases->len; i++) {
		n += cases->v[i].result == result;
	}
	return n;
}
