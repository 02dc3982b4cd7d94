/* links: version */
/* SPDX-License-Identifier: Apache-2.0 */
/* Three lines, compared by every scheme: an order must mirror and be transitive, equality too. */
#include "basedrift/version.h"

#include "base/auto.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds, const char *what, const struct bd_version_scheme *scheme)
{
	if (!holds) {
		(void)fprintf(stderr, "broken: %s (%s)\n", what, scheme->name);
		abort();
	}
}

static void check_pair(const struct bd_version_scheme *scheme, struct bd_str a, struct bd_str b)
{
	const enum bd_order there = scheme->compare(a, b);
	const enum bd_order back = scheme->compare(b, a);
	require(there == BD_UNORDERED ? back == BD_UNORDERED : back == -there, "antisymmetry", scheme);
	const enum bd_order self = scheme->compare(a, a);
	require(self == BD_EQUAL || self == BD_UNORDERED, "reflexivity", scheme);
	require(self == BD_EQUAL || there == BD_UNORDERED, "what has no order at all has none with another", scheme);
	require(self == BD_EQUAL || scheme->valid == NULL || !scheme->valid(a), "what is valid has an order", scheme);
}

static void check_three(const struct bd_version_scheme *scheme, struct bd_str a, struct bd_str b, struct bd_str c)
{
	const enum bd_order ab = scheme->compare(a, b);
	const enum bd_order bc = scheme->compare(b, c);
	const enum bd_order ac = scheme->compare(a, c);
	if (ab == BD_UNORDERED || bc == BD_UNORDERED) {
		return;
	}
	if (ab == BD_LESS && bc == BD_LESS) {
		require(ac == BD_LESS, "transitivity", scheme);
	}
	if (!scheme->release_optional && ab <= BD_EQUAL && bc <= BD_EQUAL) {
		require(ac == (ab < bc ? ab : bc), "transitivity of equality", scheme);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bd_str c = { (const char *)data, size };
	const struct bd_str a = bd_str_cut(&c, '\n');
	const struct bd_str b = bd_str_cut(&c, '\n');
	for (size_t i = 0; bd_version_scheme_at(i) != NULL; i++) {
		const struct bd_version_scheme *scheme = bd_version_scheme_at(i);
		check_pair(scheme, a, b);
		check_pair(scheme, b, c);
		check_pair(scheme, c, a);
		check_three(scheme, a, b, c);
		check_three(scheme, b, c, a);
		check_three(scheme, c, a, b);
		check_three(scheme, a, c, b);
		check_three(scheme, c, b, a);
		check_three(scheme, b, a, c);
	}
	return 0;
}
