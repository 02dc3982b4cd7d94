/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A package's purl already tells its type, namespace, name, version and architecture, so a line has
 * these only where they differ from what its purl says (an npm name with its scope, a Python name
 * before it was normalised); null: purl names one, the package has none.  `type` is the line's, so the
 * package's is purl_type.
 */
#include "basedrift/version.h"

#include "base/auto.h"
#include "record/codec.h"

struct part {
	const char *key;
	size_t offset; /* in struct bd_package */
};
#define PARTS 5
static const struct part parts[PARTS] = {
	{ "arch", offsetof(struct bd_package, arch) },
	{ "name", offsetof(struct bd_package, name) },
	{ "namespace", offsetof(struct bd_package, namespace) },
	{ "purl_type", offsetof(struct bd_package, type) },
	{ "version", offsetof(struct bd_package, version) },
};

static const char *own_part(const struct bd_package *package, size_t i)
{
	const char *own;
	memcpy(&own, (const char *)package + parts[i].offset, sizeof(own));
	return own;
}

/* The parts as the purl has them, in the order of the table. */
static int parts_of_purl(const char *text, struct bd_arena *arena, const char *values[PARTS], struct bd_error *err)
{
	struct bd_purl purl = { 0 };
	if (bd_purl_parse(bd_str(text), arena, &purl, err) < 0) {
		return bd_error_wrap(err, "purl");
	}
	values[0] = bd_key_value_get(&purl.qualifiers, "arch");
	values[1] = purl.name;
	values[2] = purl.namespace;
	values[3] = purl.type;
	values[4] = purl.version;
	return 0;
}

bool package_is_plain(const void *item)
{
	const struct bd_package *package = item;
	AUTO(bd_arena_release) struct bd_arena arena = { 0 };
	const char *values[PARTS] = { NULL };
	struct bd_error err;
	bool plain = !package->of_base && parts_of_purl(package->purl, &arena, values, &err) == 0;
	for (size_t i = 0; plain && i < PARTS; i++) {
		plain = bd_streq(own_part(package, i), values[i]);
	}
	return plain;
}

int package_encode(const void *item, json_t *object, struct bd_error *err)
{
	const struct bd_package *package = item;
	AUTO(bd_arena_release) struct bd_arena arena = { 0 };
	const char *values[PARTS] = { NULL };

	if (parts_of_purl(package->purl, &arena, values, err) < 0) {
		return -(int)err->code;
	}
	for (size_t i = 0; i < PARTS; i++) {
		const char *own = own_part(package, i);
		if (bd_streq(own, values[i])) {
			continue;
		}
		if (own != NULL) {
			text_put(object, parts[i].key, own);
		} else {
			(void)json_object_set_new_nocheck(object, parts[i].key, json_null());
		}
	}
	if (package->of_base) {
		(void)json_object_set_new_nocheck(object, "of", json_string("base"));
	}
	return 0;
}

static int decode_of(const json_t *object, struct bd_package *package, struct bd_error *err)
{
	const json_t *of = json_object_get(object, "of");
	if (of != NULL && (!json_is_string(of) || strcmp(json_string_value(of), "base") != 0)) {
		return bd_error_set(err, BD_ERR_FORMAT, "of: can only be \"base\"");
	}
	package->of_base = of != NULL;
	return 0;
}

int package_decode(const json_t *object, void *item, struct bd_arena *arena, struct bd_error *err)
{
	struct bd_package *package = item;
	const char *values[PARTS] = { NULL };

	if (parts_of_purl(package->purl, arena, values, err) < 0 || decode_of(object, package, err) < 0) {
		return -(int)err->code;
	}
	for (size_t i = 0; i < PARTS; i++) {
		const json_t *own = json_object_get(object, parts[i].key);
		if (json_is_null(own)) {
			values[i] = NULL;
		} else if (own != NULL && text_get(object, parts[i].key, arena, &values[i], err) < 0) {
			return -(int)err->code;
		}
		memcpy((char *)item + parts[i].offset, &values[i], sizeof(values[i]));
	}
	return 0;
}
