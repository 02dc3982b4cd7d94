/* SPDX-License-Identifier: Apache-2.0 */
/* CycloneDX 1.6 as JSON (bom-1.6.schema.json). */
#include <string.h>

#include "base/auto.h"
#include "sbom/own.h"
#include "sbom/writing.h"

#define SUBJECT_REF "image"
#define MAX_VERSION 1024 /* the schema's: component.version */

static void put(json_t *object, const char *key, json_t *value_take)
{
	(void)json_object_set_new_nocheck(object, key, value_take);
}

static void append(json_t *array, json_t *value_take)
{
	(void)json_array_append_new(array, value_take);
}

/* ---- the subject ---------------------------------------------------------------------------------------- */

static json_t *subject(struct sbom_writing *writing)
{
	json_t *component = json_object();
	sbom_put_text(writing, component, "bom-ref", SUBJECT_REF);
	sbom_put_text(writing, component, "type", "container");
	sbom_put_text(writing, component, "name", sbom_subject(writing->record));
	sbom_put_text(
		writing, component, "version", bd_digest_of_kind(&writing->record->image.digests, BD_DIGEST_MANIFEST));
	return component;
}

static json_t *tools(struct sbom_writing *writing)
{
	json_t *tool = json_object();
	sbom_put_text(writing, tool, "type", "application");
	sbom_put_text(writing, tool, "name", "basedrift");
	sbom_put_text(writing, tool, "version", BASEDRIFT_VERSION);
	json_t *components = json_array();
	append(components, tool);
	json_t *object = json_object();
	put(object, "components", components);
	return object;
}

static void add_property(void *context, const char *name, const char *json)
{
	json_t *property = json_object();
	put(property, "name", json_string_nocheck(name));
	put(property, "value", json_string_nocheck(json));
	append(context, property);
}

static int metadata(struct sbom_writing *writing, json_t *document, struct bd_error *err)
{
	json_t *object = json_object();
	json_t *properties = json_array();
	put(document, "metadata", object);
	sbom_put_text(writing, object, "timestamp", writing->time);
	put(object, "tools", tools(writing));
	put(object, "component", subject(writing));
	put(object, "properties", properties);
	return sbom_own_lines(writing->record, add_property, properties, err);
}

/* ---- components -------------------------------------------------------------------------------------------- */

static void add_distro(struct sbom_writing *writing, json_t *components)
{
	const struct bd_built_image *image = &writing->record->image;
	if (image->distro_id == NULL) {
		return;
	}
	json_t *component = json_object();
	sbom_put_text(writing, component, "bom-ref", "operating-system");
	sbom_put_text(writing, component, "type", "operating-system");
	sbom_put_text(writing, component, "name", image->distro_id);
	sbom_put_text(writing, component, "version", image->distro_version);
	sbom_put_text(writing, component, "description", image->distro_name);
	append(components, component);
}

static json_t *evidence(struct sbom_writing *writing, const char *path)
{
	json_t *occurrence = json_object();
	sbom_put_text(writing, occurrence, "location", path);
	json_t *occurrences = json_array();
	append(occurrences, occurrence);
	json_t *object = json_object();
	put(object, "occurrences", occurrences);
	return object;
}

static int add_package(struct sbom_writing *writing, size_t index, json_t *components, struct bd_error *err)
{
	const struct bd_package *package = &writing->record->packages.v[index];
	json_auto_t *line = NULL;
	if (sbom_own_package(package, &line, err) < 0) {
		return -(int)err->code;
	}
	json_t *component = json_object();
	append(components, component);
	sbom_put_text(writing, component, "bom-ref", sbom_package_id(writing, index));
	sbom_put_text(writing, component, "type", bd_streq(package->type, "generic") ? "application" : "library");
	sbom_put_text(writing, component, "name", package->name != NULL ? package->name : "");
	if (package->version != NULL && *package->version != '\0' && strlen(package->version) <= MAX_VERSION) {
		sbom_put_text(writing, component, "version", package->version);
	}
	sbom_put_text(writing, component, "purl", package->purl);
	if (package->path != NULL) {
		put(component, "evidence", evidence(writing, package->path));
	}
	json_t *properties = sbom_own_properties(line);
	if (properties != NULL) {
		put(component, "properties", properties);
	}
	return 0;
}

static void add_composition(struct sbom_writing *writing, json_t *document)
{
	if (!sbom_is_incomplete(writing->record)) {
		return;
	}
	json_t *composition = json_object();
	json_t *assemblies = json_array();
	json_t *compositions = json_array();
	append(assemblies, json_string_nocheck(SUBJECT_REF));
	put(composition, "aggregate", json_string_nocheck("incomplete"));
	put(composition, "assemblies", assemblies);
	append(compositions, composition);
	put(document, "compositions", compositions);
}

/* The serial number's place is before what it is made of. */
void sbom_name_cyclonedx(json_t *document, const char *uuid)
{
	put(document, "serialNumber", json_sprintf("urn:uuid:%s", uuid));
}

int sbom_make_cyclonedx(struct sbom_writing *writing, json_t **out, struct bd_error *err)
{
	json_auto_t *document = json_object();
	put(document, "$schema", json_string_nocheck("http://cyclonedx.org/schema/bom-1.6.schema.json"));
	put(document, "bomFormat", json_string_nocheck("CycloneDX"));
	put(document, "specVersion", json_string_nocheck("1.6"));
	put(document, "serialNumber", json_string_nocheck(""));
	put(document, "version", json_integer(1));
	if (metadata(writing, document, err) < 0) {
		return -(int)err->code;
	}
	json_t *components = json_array();
	put(document, "components", components);
	add_distro(writing, components);
	for (size_t i = 0; i < writing->record->packages.len; i++) {
		if (add_package(writing, i, components, err) < 0) {
			return -(int)err->code;
		}
	}
	add_composition(writing, document);
	*out = json_incref(document);
	return 0;
}
