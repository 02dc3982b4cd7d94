/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX 2.3 as JSON (spdx-schema.json). */
#include <string.h>

#include "base/auto.h"
#include "sbom/own.h"
#include "sbom/writing.h"

#define DOCUMENT_ID "SPDXRef-DOCUMENT"
#define SUBJECT_ID  "SPDXRef-DocumentRoot-Image"
#define DISTRO_ID   "SPDXRef-OperatingSystem"
#define TOOL        "Tool: basedrift-" BASEDRIFT_VERSION

static void put(json_t *object, const char *key, json_t *value_take)
{
	(void)json_object_set_new_nocheck(object, key, value_take);
}

static void append(json_t *array, json_t *value_take)
{
	(void)json_array_append_new(array, value_take);
}

/* Times are no option in SPDX: of a record that has none it is the epoch's first second. */
static const char *time_of(const struct sbom_writing *writing)
{
	return writing->time != NULL ? writing->time : "1970-01-01T00:00:00Z";
}

struct annotations {
	const struct sbom_writing *writing;
	json_t *array;
};

static void add_annotation(void *context, const char *name, const char *json)
{
	const struct annotations *annotations = context;
	json_t *annotation = json_object();
	AUTO(bd_buf_release) struct bd_buf comment = { 0 };
	bd_buf_printf(&comment, "%s %s", name, json);
	put(annotation, "annotationDate", json_string_nocheck(time_of(annotations->writing)));
	put(annotation, "annotationType", json_string_nocheck("OTHER"));
	put(annotation, "annotator", json_string_nocheck(TOOL));
	put(annotation, "comment", json_string_nocheck(bd_buf_str(&comment)));
	append(annotations->array, annotation);
}

static json_t *creation(struct sbom_writing *writing)
{
	json_t *creators = json_array();
	json_t *object = json_object();
	append(creators, json_string_nocheck(TOOL));
	sbom_put_text(writing, object, "created", time_of(writing));
	put(object, "creators", creators);
	return object;
}

static json_t *new_package(struct sbom_writing *writing, const char *id, const char *name, const char *version)
{
	json_t *package = json_object();
	sbom_put_text(writing, package, "SPDXID", id);
	sbom_put_text(writing, package, "name", name);
	if (version != NULL && *version != '\0') {
		sbom_put_text(writing, package, "versionInfo", version);
	}
	sbom_put_text(writing, package, "downloadLocation", "NOASSERTION");
	put(package, "filesAnalyzed", json_false());
	return package;
}

static void relate(json_t *relationships, const char *from, const char *type, const char *to)
{
	json_t *relationship = json_object();
	put(relationship, "spdxElementId", json_string_nocheck(from));
	put(relationship, "relationshipType", json_string_nocheck(type));
	put(relationship, "relatedSpdxElement", json_string_nocheck(to));
	append(relationships, relationship);
}

static void add_subject(struct sbom_writing *writing, json_t *packages, json_t *relationships)
{
	const struct bd_record *record = writing->record;
	json_t *image = new_package(writing, SUBJECT_ID, sbom_subject(record),
		bd_digest_of_kind(&record->image.digests, BD_DIGEST_MANIFEST));
	sbom_put_text(writing, image, "primaryPackagePurpose", "CONTAINER");
	append(packages, image);
	relate(relationships, DOCUMENT_ID, "DESCRIBES", SUBJECT_ID);
	if (record->image.distro_id != NULL) {
		json_t *distro = new_package(writing, DISTRO_ID, record->image.distro_id, record->image.distro_version);
		sbom_put_text(writing, distro, "summary", record->image.distro_name);
		sbom_put_text(writing, distro, "primaryPackagePurpose", "OPERATING_SYSTEM");
		append(packages, distro);
		relate(relationships, SUBJECT_ID, "CONTAINS", DISTRO_ID);
	}
}

static json_t *purl_reference(struct sbom_writing *writing, const char *purl)
{
	json_t *reference = json_object();
	json_t *references = json_array();
	sbom_put_text(writing, reference, "referenceCategory", "PACKAGE-MANAGER");
	sbom_put_text(writing, reference, "referenceType", "purl");
	sbom_put_text(writing, reference, "referenceLocator", purl);
	append(references, reference);
	return references;
}

static int add_package(
	struct sbom_writing *writing, size_t index, json_t *packages, json_t *relationships, struct bd_error *err)
{
	const struct bd_package *package = &writing->record->packages.v[index];
	const char *id = bd_arena_printf(&writing->scratch, "SPDXRef-Package-%s", sbom_package_id(writing, index));
	json_auto_t *line = NULL;
	if (sbom_own_package(package, &line, err) < 0) {
		return -(int)err->code;
	}
	json_t *object = new_package(writing, id, package->name != NULL ? package->name : "", package->version);
	append(packages, object);
	if (package->path != NULL) {
		put(object, "sourceInfo",
			sbom_text(
				writing, bd_arena_printf(&writing->scratch,
						 "acquired package info from the following paths: %s", package->path)));
	}
	put(object, "externalRefs", purl_reference(writing, package->purl));
	if (json_object_size(line) > 0) {
		AUTO(free_ptr) char *text = json_dumps(line, JSON_COMPACT | JSON_SORT_KEYS);
		struct annotations annotations = { writing, json_array() };
		put(object, "annotations", annotations.array);
		add_annotation(&annotations, SBOM_OWN "package", text != NULL ? text : "{}");
	}
	relate(relationships, SUBJECT_ID, "CONTAINS", id);
	return 0;
}

void sbom_name_spdx(json_t *document, const char *uuid)
{
	put(document, "documentNamespace", json_sprintf("https://spdx.org/spdxdocs/basedrift-%s", uuid));
}

int sbom_make_spdx(struct sbom_writing *writing, json_t **out, struct bd_error *err)
{
	json_auto_t *document = json_object();
	json_t *packages = json_array();
	json_t *relationships = json_array();
	struct annotations annotations = { writing, json_array() };
	put(document, "spdxVersion", json_string_nocheck("SPDX-2.3"));
	put(document, "dataLicense", json_string_nocheck("CC0-1.0"));
	put(document, "SPDXID", json_string_nocheck(DOCUMENT_ID));
	sbom_put_text(writing, document, "name", sbom_subject(writing->record));
	put(document, "documentNamespace", json_string_nocheck(""));
	put(document, "creationInfo", creation(writing));
	put(document, "annotations", annotations.array);
	put(document, "packages", packages);
	put(document, "relationships", relationships);
	if (sbom_own_lines(writing->record, add_annotation, &annotations, err) < 0) {
		return -(int)err->code;
	}
	add_subject(writing, packages, relationships);
	for (size_t i = 0; i < writing->record->packages.len; i++) {
		if (add_package(writing, i, packages, relationships, err) < 0) {
			return -(int)err->code;
		}
	}
	*out = json_incref(document);
	return 0;
}
