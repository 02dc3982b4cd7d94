/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CycloneDX as JSON (specification 1.2 to 1.7, "bom-1.6.schema.json").  Names of properties are those of the taxonomies
 * of syft ("syft:") and trivy ("aquasecurity:trivy:").
 */
#include <string.h>

#include "basedrift/limits.h"

#include "base/auto.h"
#include "sbom/own.h"
#include "sbom/reading.h"

static const char *after(const char *text, const char *prefix)
{
	const size_t n = strlen(prefix);
	return strncmp(text, prefix, n) == 0 ? text + n : NULL;
}

/* ---- version and tools ---------------------------------------------------------------------------- */

static int read_version(struct sbom_reading *reading, const struct at *document, struct bd_error *err)
{
	static const char *const known[] = { "1.2", "1.3", "1.4", "1.5", "1.6", "1.7" };
	const struct at at = at_member(document, "specVersion");
	const char *format = NULL;
	const char *version = NULL;
	if (get_text(document, "bomFormat", &format, err) < 0 || get_text(document, "specVersion", &version, err) < 0) {
		return -(int)err->code;
	}
	if (!bd_streq(format, "CycloneDX")) {
		const struct at where = at_member(document, "bomFormat");
		return at_error(&where, err, "not \"CycloneDX\"");
	}
	if (version == NULL) {
		return at_error(&at, err, "missing");
	}
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(known[i], version) == 0) {
			reading->format = bd_arena_printf(&reading->record->arena, "CycloneDX %s", version);
			return 0;
		}
	}
	(void)at_error(&at, err, "a version that is not read (1.2 to 1.7 are)");
	err->code = BD_ERR_UNSUPPORTED;
	return -(int)err->code;
}

static int read_tool_list(struct sbom_reading *reading, const struct at *list, struct bd_error *err)
{
	if (at_array(list, BD_LIMIT_PACKAGES, err) < 0) {
		return -(int)err->code;
	}
	for (size_t i = 0; i < json_array_size(list->value); i++) {
		const struct at tool = at_element(list, i);
		const char *name = NULL;
		const char *version = NULL;
		if (at_object(&tool, err) < 0 || get_text(&tool, "name", &name, err) < 0 ||
			get_text(&tool, "version", &version, err) < 0) {
			return -(int)err->code;
		}
		sbom_tool(reading, name, version);
	}
	return 0;
}

/* A list to 1.4, since then also an object with components. */
static int read_tools(struct sbom_reading *reading, const struct at *metadata, struct bd_error *err)
{
	const struct at tools = at_member(metadata, "tools");
	if (json_is_array(tools.value)) {
		return read_tool_list(reading, &tools, err);
	}
	if (at_object(&tools, err) < 0) {
		return -(int)err->code;
	}
	const struct at components = at_member(&tools, "components");
	return read_tool_list(reading, &components, err);
}

/* ---- components -------------------------------------------------------------------------------------- */

struct component {
	struct sbom_reading *reading;
	const char *type;
	struct sbom_package package;
	const char *distro_id, *distro_version, *distro_title;
	bool grouping; /* a list of packages that trivy found in one file */
};

static void component_release(struct component *component)
{
	free(component->package.locations.v);
	json_decref(component->package.own);
}

static struct sbom_location *location_of(struct sbom_location_vec *all, uint64_t number)
{
	for (size_t i = all->len; i > 0; i--) {
		if (all->v[i - 1].number == number) {
			return &all->v[i - 1];
		}
	}
	struct sbom_location *location = bd_vec_push(all);
	location->number = (size_t)number;
	return location;
}

/* "syft:location:0:path", "syft:location:0:layerID". */
static void take_location(struct sbom_package *package, const char *name, const char *value)
{
	struct bd_str rest = bd_str(name);
	uint64_t number;
	if (!bd_str_to_u64(bd_str_cut(&rest, ':'), &number) || number >= BD_LIMIT_SBOM_LOCATIONS) {
		return;
	}
	if (bd_str_is(rest, "path")) {
		location_of(&package->locations, number)->path = value;
	} else if (bd_str_is(rest, "layerID")) {
		location_of(&package->locations, number)->layer = value;
	}
}

static void take_distro(struct component *component, const char *name, const char *value)
{
	if (strcmp(name, "id") == 0) {
		component->distro_id = value;
	} else if (strcmp(name, "versionID") == 0) {
		component->distro_version = value;
	} else if (strcmp(name, "prettyName") == 0) {
		component->distro_title = value;
	}
}

static int take_property(void *context, const char *name, const char *value, struct bd_error *err)
{
	struct component *component = context;
	struct sbom_package *package = &component->package;
	const char *rest;

	if (sbom_is_own(name, &rest)) {
		if (package->own == NULL) {
			package->own = json_object();
		}
		return sbom_take_member(package->own, rest, value, err);
	}
	if (value == NULL) {
		return 0;
	}
	if ((rest = after(name, "syft:location:")) != NULL) {
		take_location(package, rest, value);
	} else if ((rest = after(name, "syft:distro:")) != NULL) {
		take_distro(component, rest, value);
	} else if (strcmp(name, "syft:package:type") == 0) {
		package->kind = value;
	} else if ((rest = after(name, "aquasecurity:trivy:")) != NULL) {
		component->grouping |= strcmp(rest, "Class") == 0;
		sbom_trivy_package(package, rest, value);
	}
	return 0;
}

/* evidence.occurrences[].location (1.5). */
static int read_occurrences(const struct at *component, struct sbom_package *package, struct bd_error *err)
{
	const struct at evidence = at_member(component, "evidence");
	if (at_object(&evidence, err) < 0) {
		return -(int)err->code;
	}
	const struct at list = at_member(&evidence, "occurrences");
	if (at_array(&list, BD_LIMIT_SBOM_VALUES, err) < 0) {
		return -(int)err->code;
	}
	for (size_t i = 0; i < json_array_size(list.value); i++) {
		const struct at element = at_element(&list, i);
		const char *location = NULL;
		if (at_object(&element, err) < 0 || get_text(&element, "location", &location, err) < 0) {
			return -(int)err->code;
		}
		if (location != NULL) {
			*bd_vec_push(&package->locations) =
				(struct sbom_location){ .path = location, .number = SIZE_MAX };
		}
	}
	return 0;
}

static int read_members(const struct at *at, struct component *component, struct bd_error *err)
{
	struct sbom_package *package = &component->package;
	if (at->value == NULL) {
		return at_error(at, err, "not an object");
	}
	if (at_object(at, err) < 0 || get_text(at, "type", &component->type, err) < 0 ||
		get_text(at, "name", &package->name, err) < 0 || get_text(at, "group", &package->group, err) < 0 ||
		get_text(at, "version", &package->version, err) < 0 || get_text(at, "purl", &package->purl, err) < 0 ||
		get_text(at, "description", &component->distro_title, err) < 0 ||
		sbom_each_property(at, "properties", take_property, component, err) < 0 ||
		read_occurrences(at, package, err) < 0) {
		return -(int)err->code;
	}
	const char *missing = component->type == NULL ? "type" : package->name == NULL ? "name" : NULL;
	if (missing != NULL) {
		const struct at member = at_member(at, missing);
		return at_error(&member, err, "missing");
	}
	return 0;
}

/* What installs nothing under a name of its own, unless it has a purl. */
static bool is_no_package(const struct component *component)
{
	static const char *const types[] = { "container", "cryptographic-asset", "data", "device", "device-driver",
		"file", "firmware", "machine-learning-model", "platform" };
	const char *purl = component->package.purl;
	if (bd_streq(component->type, "container")) {
		return true; /* an image in the image is no package, whatever purl it has */
	}
	for (size_t i = 0; (purl == NULL || *purl == '\0') && i < sizeof(types) / sizeof(types[0]); i++) {
		if (bd_streq(component->type, types[i])) {
			return true;
		}
	}
	return component->grouping && (purl == NULL || *purl == '\0');
}

static int take_component(struct sbom_reading *reading, const struct at *at, struct bd_error *err)
{
	AUTO(component_release) struct component component = { .reading = reading };
	if (read_members(at, &component, err) < 0) {
		return -(int)err->code;
	}
	if (bd_streq(component.type, "operating-system")) {
		sbom_distro(reading, component.distro_id != NULL ? component.distro_id : component.package.name,
			component.distro_version != NULL ? component.distro_version : component.package.version,
			component.distro_title);
		return 0;
	}
	if (component.package.own == NULL && reading->own) {
		component.package.own = json_object();
	}
	return is_no_package(&component) ? 0 : sbom_add_package(reading, at, &component.package, err);
}

/* Components in components: BD_LIMIT_JSON_DEPTH bounds it.  NOLINTNEXTLINE(misc-no-recursion) */
static int read_components(struct sbom_reading *reading, const struct at *up, struct bd_error *err)
{
	const struct at list = at_member(up, "components");
	if (at_array(&list, BD_LIMIT_PACKAGES, err) < 0) {
		return -(int)err->code;
	}
	for (size_t i = 0; i < json_array_size(list.value); i++) {
		const struct at component = at_element(&list, i);
		if (take_component(reading, &component, err) < 0 || read_components(reading, &component, err) < 0) {
			return -(int)err->code;
		}
	}
	return 0;
}

/* ---- the document ---------------------------------------------------------------------------------------- */

static int take_image_property(void *context, const char *name, const char *value, struct bd_error *err)
{
	const char *rest = after(name, "aquasecurity:trivy:");
	(void)err;
	if (rest != NULL && value != NULL) {
		sbom_trivy_image(context, rest, value);
	}
	return 0;
}

/* metadata.component: what the SBOM is of.  syft writes the digest of its manifest as the version. */
static int read_subject(struct sbom_reading *reading, const struct at *metadata, struct bd_error *err)
{
	const struct at at = at_member(metadata, "component");
	const char *type = NULL;
	const char *name = NULL;
	const char *version = NULL;
	const char *purl = NULL;
	if (at_object(&at, err) < 0 || get_text(&at, "type", &type, err) < 0 || get_text(&at, "name", &name, err) < 0 ||
		get_text(&at, "version", &version, err) < 0 || get_text(&at, "purl", &purl, err) < 0 ||
		sbom_each_property(&at, "properties", take_image_property, reading, err) < 0) {
		return -(int)err->code;
	}
	if (at.value == NULL || reading->own) {
		return 0;
	}
	reading->record->image.name = bd_arena_strdup(&reading->record->arena, name);
	if (bd_streq(type, "container")) {
		sbom_image_digest(reading, BD_DIGEST_MANIFEST, version);
		sbom_image_purl(reading, purl);
	}
	return read_components(reading, &at, err);
}

static int take_line(void *context, const char *name, const char *value, struct bd_error *err)
{
	const char *rest;
	return sbom_is_own(name, &rest) && value != NULL ? sbom_take_line(context, rest, value, err) : 0;
}

static int read_metadata(struct sbom_reading *reading, const struct at *document, struct bd_error *err)
{
	const struct at metadata = at_member(document, "metadata");
	const char *time = NULL;
	if (at_object(&metadata, err) < 0 || get_text(&metadata, "timestamp", &time, err) < 0 ||
		sbom_each_property(&metadata, "properties", take_line, reading, err) < 0 ||
		read_tools(reading, &metadata, err) < 0 || read_subject(reading, &metadata, err) < 0) {
		return -(int)err->code;
	}
	reading->record->written = bd_arena_strdup(&reading->record->arena, time);
	return 0;
}

/* compositions[].aggregate "incomplete…": the writer itself says that something is missing. */
static int read_compositions(struct sbom_reading *reading, const struct at *document, struct bd_error *err)
{
	const struct at list = at_member(document, "compositions");
	if (at_array(&list, BD_LIMIT_SBOM_VALUES, err) < 0) {
		return -(int)err->code;
	}
	for (size_t i = 0; i < json_array_size(list.value); i++) {
		const struct at composition = at_element(&list, i);
		const char *aggregate = NULL;
		if (at_object(&composition, err) < 0 || get_text(&composition, "aggregate", &aggregate, err) < 0) {
			return -(int)err->code;
		}
		if (aggregate != NULL && after(aggregate, "incomplete") != NULL && !reading->own) {
			bd_record_diagnose(reading->record, "package-inventory-incomplete", NULL,
				"the SBOM says of itself that its list of components is incomplete");
		}
	}
	return 0;
}

int sbom_read_cyclonedx(struct sbom_reading *reading, const struct at *document, struct bd_error *err)
{
	return read_version(reading, document, err) < 0 || read_metadata(reading, document, err) < 0 ||
			       read_components(reading, document, err) < 0 ||
			       read_compositions(reading, document, err) < 0
		       ? -(int)err->code
		       : 0;
}
