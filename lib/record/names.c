/* SPDX-License-Identifier: Apache-2.0 */
#include "record/names.h"

#include <string.h>

#define NAMES(name, ...) \
	static const char *const name##_v[] = { __VA_ARGS__ }; \
	const struct names names_##name = { name##_v, sizeof(name##_v) / sizeof(name##_v[0]) }

NAMES(status, "unknown", "passed", "failed");
NAMES(confidence, "unknown", "hint", "inferred", "stated", "proven");
NAMES(role, "base", "builder", "copy", "mount", "frontend", "scanner");
NAMES(pin, "none", "tag", "digest");
NAMES(layer_origin, "unknown", "base", "step");
NAMES(file_kind, "file", "directory", "symlink", "char_device", "block_device", "fifo");
/* base's own names again: rows need them as a table (a test holds the two together) */
NAMES(digest_kind, "unknown", "index", "manifest", "config", "diff_id", "layer");

const char *name_at(const struct names *names, int64_t value)
{
	return value >= 0 && (uint64_t)value < names->len ? names->v[value] : "unknown";
}

int name_find(const struct names *names, const char *name)
{
	for (size_t i = 0; i < names->len; i++) {
		if (strcmp(names->v[i], name) == 0) {
			return (int)i;
		}
	}
	return -1;
}

const char *bd_status_name(enum bd_status status)
{
	return name_at(&names_status, (int64_t)status);
}

const char *bd_confidence_name(enum bd_confidence c)
{
	return name_at(&names_confidence, (int64_t)c);
}

const char *bd_role_name(enum bd_role role)
{
	return name_at(&names_role, (int64_t)role);
}

const char *bd_pin_name(enum bd_pin pin)
{
	return name_at(&names_pin, (int64_t)pin);
}

const char *bd_layer_origin_name(enum bd_layer_origin o)
{
	return name_at(&names_layer_origin, (int64_t)o);
}

const char *bd_file_kind_name(enum bd_file_kind kind)
{
	return name_at(&names_file_kind, (int64_t)kind);
}

bool bd_status_parse(const char *name, enum bd_status *out)
{
	const int value = name_find(&names_status, name);
	if (value < 0) {
		return false;
	}
	*out = (enum bd_status)value;
	return true;
}
