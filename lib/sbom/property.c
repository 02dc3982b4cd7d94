/* SPDX-License-Identifier: Apache-2.0 */
#include "basedrift/limits.h"

#include "sbom/reading.h"

int sbom_wrap(const struct at *at, struct bd_error *err)
{
	const struct bd_error cause = *err;
	(void)at_error(at, err, cause.msg);
	err->code = cause.code;
	return -(int)err->code;
}

int sbom_each_property(
	const struct at *up, const char *key, sbom_property_fn *each, void *context, struct bd_error *err)
{
	const struct at list = at_member(up, key);
	if (at_array(&list, BD_LIMIT_SBOM_VALUES, err) < 0) {
		return -(int)err->code;
	}
	for (size_t i = 0; i < json_array_size(list.value); i++) {
		const struct at element = at_element(&list, i);
		const char *name = NULL;
		const char *value = NULL;
		if (at_object(&element, err) < 0 || get_text(&element, "name", &name, err) < 0 ||
			get_text(&element, "value", &value, err) < 0) {
			return -(int)err->code;
		}
		if (name != NULL && each(context, name, value, err) < 0) {
			return sbom_wrap(&element, err);
		}
	}
	return 0;
}
