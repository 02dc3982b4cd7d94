/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SPDX 2.2 and 2.3 as JSON (spdx-schema.json).  What tools say beyond SPDX's members stands in annotations, in
 * attributionTexts (trivy) and in sourceInfo.
 */
#include <string.h>

#include "basedrift/limits.h"

#include "base/auto.h"
#include "sbom/own.h"
#include "sbom/spdx_elements.h"

static const char *after(const char *text, const char *prefix)
{
	const size_t n = strlen(prefix);
	return text != NULL && strncmp(text, prefix, n) == 0 ? text + n : NULL;
}

/* ---- version and tools ------------------------------------------------------------------------------- */

static int read_version(struct sbom_reading *reading, const struct at *document, struct bd_error *err)
{
	const struct at at = at_member(document, "spdxVersion");
	const char *version = NULL;
	if (get_text(document, "spdxVersion", &version, err) < 0) {
		return -(int)err->code;
	}
	const char *number = after(version, "SPDX-");
	if (number == NULL || (strcmp(number, "2.2") != 0 && strcmp(number, "2.3") != 0)) {
		(void)at_error(&at, err, "a version that is not read (SPDX-2.2 and SPDX-2.3 are)");
		err->code = BD_ERR_UNSUPPORTED;
		return -(int)err->code;
	}
	reading->format = bd_arena_printf(&reading->record->arena, "SPDX %s", number);
	return 0;
}

/* "syft-1.4.1", "trivy-v0.50": name and version are parted by the "-" before the version. */
static void take_creator(struct sbom_reading *reading, const char *creator)
{
	const char *tool = after(creator, "Tool: ");
	for (const char *at = tool; at != NULL && *at != '\0'; at++) {
		const char *number = at[1] == 'v' ? at + 2 : at + 1;
		if (*at == '-' && *number >= '0' && *number <= '9') {
			sbom_tool(reading, bd_arena_text(&reading->scratch, tool, (size_t)(at - tool)), at + 1);
			return;
		}
	}
	sbom_tool(reading, tool, NULL);
}

static int read_creation(struct sbom_reading *reading, const struct at *document, struct bd_error *err)
{
	const struct at creation = at_member(document, "creationInfo");
	struct bd_string_vec creators = { 0 };
	const char *created = NULL;
	if (at_object(&creation, err) < 0 || get_text(&creation, "created", &created, err) < 0 ||
		get_texts(&creation, "creators", &creators, err) < 0) {
		return -(int)err->code;
	}
	for (size_t i = 0; i < creators.len; i++) {
		take_creator(reading, creators.v[i]);
	}
	reading->record->written = bd_arena_strdup(&reading->record->arena, created);
	return 0;
}

/* ---- statements: annotations and attributionTexts ------------------------------------------------------ */

typedef int statement_fn(void *context, const char *text, struct bd_error *err);

static int each_annotation(const struct at *up, statement_fn *each, void *context, struct bd_error *err)
{
	const struct at list = at_member(up, "annotations");
	if (at_array(&list, BD_LIMIT_SBOM_VALUES, err) < 0) {
		return -(int)err->code;
	}
	for (size_t i = 0; i < json_array_size(list.value); i++) {
		const struct at at = at_element(&list, i);
		const char *comment = NULL;
		if (at_object(&at, err) < 0 || get_text(&at, "comment", &comment, err) < 0) {
			return -(int)err->code;
		}
		if (comment != NULL && each(context, comment, err) < 0) {
			return sbom_wrap(&at, err);
		}
	}
	return 0;
}

static int each_statement(const struct at *up, statement_fn *each, void *context, struct bd_error *err)
{
	struct bd_string_vec texts = { 0 };
	if (get_texts(up, "attributionTexts", &texts, err) < 0) {
		return -(int)err->code;
	}
	for (size_t i = 0; i < texts.len; i++) {
		if (each(context, texts.v[i], err) < 0) {
			return sbom_wrap(up, err);
		}
	}
	return each_annotation(up, each, context, err);
}

/* "basedrift:layer {…}": what follows the first space is JSON. */
static bool split_own(struct bd_arena *arena, const char *text, const char **name, const char **json)
{
	const char *rest;
	if (!sbom_is_own(text, &rest)) {
		return false;
	}
	const char *space = strchr(rest, ' ');
	*name = space != NULL ? bd_arena_text(arena, rest, (size_t)(space - rest)) : rest;
	*json = space != NULL ? space + 1 : "";
	return true;
}

static int take_line(void *context, const char *text, struct bd_error *err)
{
	struct sbom_reading *reading = context;
	const char *name;
	const char *json;
	return split_own(&reading->scratch, text, &name, &json) ? sbom_take_line(reading, name, json, err) : 0;
}

/* "LayerDiffID: sha256:…", as trivy has it. */
static bool split_trivy(struct bd_arena *arena, const char *text, const char **name, const char **value)
{
	const char *colon = strstr(text, ": ");
	if (colon == NULL) {
		return false;
	}
	*name = bd_arena_text(arena, text, (size_t)(colon - text));
	*value = colon + 2;
	return true;
}

static int take_image_statement(void *context, const char *text, struct bd_error *err)
{
	struct sbom_reading *reading = context;
	const char *name;
	const char *value;
	(void)err;
	if (split_trivy(&reading->scratch, text, &name, &value)) {
		sbom_trivy_image(reading, name, value);
	}
	return 0;
}

/* ---- packages --------------------------------------------------------------------------------------------- */

struct package {
	struct sbom_reading *reading;
	const char *purpose, *source_info;
	struct sbom_package package;
};

static void package_release(struct package *package)
{
	free(package->package.locations.v);
	json_decref(package->package.own);
}

static int take_package_statement(void *context, const char *text, struct bd_error *err)
{
	struct package *package = context;
	const char *name;
	const char *value;
	if (split_own(&package->reading->scratch, text, &name, &value)) {
		if (strcmp(name, "package") != 0 || package->package.own != NULL) {
			return 0;
		}
		if (json_open(bd_str(value), BD_LIMIT_SBOM_BYTES, &package->package.own, err) < 0) {
			return bd_error_wrap(err, SBOM_OWN "package");
		}
		return json_is_object(package->package.own)
			       ? 0
			       : bd_error_set(err, BD_ERR_FORMAT, SBOM_OWN "package: not an object");
	}
	if (split_trivy(&package->reading->scratch, text, &name, &value)) {
		sbom_trivy_package(&package->package, name, value);
	}
	return 0;
}

static int read_references(const struct at *at, struct sbom_package *package, struct bd_error *err)
{
	const struct at list = at_member(at, "externalRefs");
	if (at_array(&list, BD_LIMIT_SBOM_VALUES, err) < 0) {
		return -(int)err->code;
	}
	for (size_t i = 0; i < json_array_size(list.value); i++) {
		const struct at reference = at_element(&list, i);
		const char *type = NULL;
		const char *locator = NULL;
		if (at_object(&reference, err) < 0 || get_text(&reference, "referenceType", &type, err) < 0 ||
			get_text(&reference, "referenceLocator", &locator, err) < 0) {
			return -(int)err->code;
		}
		if (bd_streq(type, "purl") && package->purl == NULL) {
			package->purl = locator;
		}
	}
	return 0;
}

static int read_members(const struct at *at, struct package *package, struct bd_error *err)
{
	struct sbom_package *said = &package->package;
	return get_text(at, "name", &said->name, err) < 0 || get_text(at, "versionInfo", &said->version, err) < 0 ||
			       get_text(at, "primaryPackagePurpose", &package->purpose, err) < 0 ||
			       get_text(at, "sourceInfo", &package->source_info, err) < 0 ||
			       read_references(at, said, err) < 0 ||
			       each_statement(at, take_package_statement, package, err) < 0
		       ? -(int)err->code
		       : 0;
}

/*
 * syft: "acquired package info from DPKG DB: /var/lib/dpkg/status, /usr/share/doc/…"; trivy: "built package from:
 * openssl 1:1.0.2k-16.el7".
 */
static void use_source_info(struct package *package, const struct spdx_elements *elements)
{
	struct bd_arena *arena = &package->reading->scratch;
	const char *built = after(package->source_info, "built package from: ");
	const char *acquired = after(package->source_info, "acquired package info from ");
	const char *colon = acquired != NULL ? strstr(acquired, ": ") : NULL;
	struct bd_str rest = bd_str(built);
	if (built != NULL) {
		const struct bd_str name = bd_str_cut(&rest, ' ');
		package->package.source = bd_arena_text(arena, name.p, name.n);
		package->package.source_version = rest.n > 0 ? bd_arena_text(arena, rest.p, rest.n) : NULL;
	}
	rest = bd_str(colon != NULL ? colon + 2 : NULL);
	while (rest.n > 0 && package->package.locations.len < BD_LIMIT_SBOM_LOCATIONS) {
		const struct bd_str path = bd_str_trim(bd_str_cut(&rest, ','));
		struct sbom_location *location = bd_vec_push(&package->package.locations);
		location->path = bd_arena_text(arena, path.p, path.n);
		const struct spdx_file *file = spdx_file_of_name(elements, location->path);
		location->layer = file != NULL ? file->layer : NULL;
	}
}

/* A witness, or the only file of the package; many files are its content and no evidence. */
static void use_files(struct package *package, const struct spdx_package *element)
{
	const struct spdx_file *file = element == NULL            ? NULL
				       : element->witness != NULL ? element->witness
				       : element->contents == 1   ? element->content
								  : NULL;
	if (file != NULL) {
		*bd_vec_push(&package->package.locations) =
			(struct sbom_location){ .path = file->name, .layer = file->layer };
	}
}

static bool is_purpose(const char *purpose, const char *dashed, const char *underscored)
{
	return purpose != NULL && (strcmp(purpose, dashed) == 0 || strcmp(purpose, underscored) == 0);
}

static bool is_distro(const struct package *package, const struct spdx_package *element)
{
	return is_purpose(package->purpose, "OPERATING-SYSTEM", "OPERATING_SYSTEM") ||
	       (element != NULL && package->package.purl == NULL &&
		       after(element->id, "SPDXRef-OperatingSystem") != NULL);
}

/* A folder, a lock file: a name for the packages that it contains. */
static bool is_group(const struct package *package, const struct spdx_package *element)
{
	static const char *const purposes[] = { "ARCHIVE", "CONTAINER", "DEVICE", "FILE", "FIRMWARE", "SOURCE" };
	if (package->package.purl != NULL && *package->package.purl != '\0') {
		return false;
	}
	for (size_t i = 0; package->purpose != NULL && i < sizeof(purposes) / sizeof(purposes[0]); i++) {
		if (strcmp(package->purpose, purposes[i]) == 0) {
			return true;
		}
	}
	return element != NULL && element->groups && package->package.version == NULL;
}

/* ---- what the document is of --------------------------------------------------------------------------------- */

/* The package that the document describes, when it describes one and that is the whole of the others. */
static bool is_subject(
	const struct package *package, const struct spdx_package *element, const struct spdx_elements *elements)
{
	if (is_purpose(package->purpose, "CONTAINER", "CONTAINER")) {
		return true;
	}
	return element != NULL && element->described && elements->described == 1 &&
	       (element->groups || package->package.purl == NULL || after(package->package.purl, "pkg:oci/") != NULL);
}

static int read_subject(
	struct sbom_reading *reading, const struct at *at, const struct package *package, struct bd_error *err)
{
	struct bd_record *record = reading->record;
	if (reading->own || record->image.name != NULL) {
		return 0;
	}
	record->image.name = bd_arena_strdup(&record->arena, package->package.name);
	if (each_statement(at, take_image_statement, reading, err) < 0) {
		return -(int)err->code;
	}
	sbom_image_digest(reading, BD_DIGEST_MANIFEST, package->package.version);
	sbom_image_purl(reading, package->package.purl);
	return 0;
}

/* One package of the document; first the pass that looks for what it is of, which lists the layers, then that of the
 * packages. */
static int read_package(struct sbom_reading *reading, const struct at *at, const struct spdx_elements *elements,
	bool subjects, struct bd_error *err)
{
	AUTO(package_release) struct package package = { .reading = reading };
	const char *id = NULL;
	if (get_text(at, "SPDXID", &id, err) < 0 || read_members(at, &package, err) < 0) {
		return -(int)err->code;
	}
	const struct spdx_package *element = spdx_find_package(elements, id);
	if (is_subject(&package, element, elements)) {
		return subjects ? read_subject(reading, at, &package, err) : 0;
	}
	if (subjects) {
		return 0;
	}
	if (package.package.name == NULL) {
		const struct at name = at_member(at, "name");
		return at_error(&name, err, "missing");
	}
	if (is_distro(&package, element)) {
		sbom_distro(reading, package.package.name, package.package.version, NULL);
		return 0;
	}
	if (is_group(&package, element)) {
		return 0;
	}
	if (reading->own && package.package.own == NULL) {
		package.package.own = json_object();
	}
	use_source_info(&package, elements);
	use_files(&package, element);
	return sbom_add_package(reading, at, &package.package, err);
}

static int read_packages(struct sbom_reading *reading, const struct at *document, const struct spdx_elements *elements,
	bool subjects, struct bd_error *err)
{
	const struct at list = at_member(document, "packages");
	for (size_t i = 0; i < json_array_size(list.value); i++) {
		const struct at at = at_element(&list, i);
		if (read_package(reading, &at, elements, subjects, err) < 0) {
			return -(int)err->code;
		}
	}
	return 0;
}

int sbom_read_spdx(struct sbom_reading *reading, const struct at *document, struct bd_error *err)
{
	AUTO(spdx_elements_release) struct spdx_elements elements = { .described = 0 };
	const char *name = NULL;
	if (read_version(reading, document, err) < 0 || read_creation(reading, document, err) < 0 ||
		get_text(document, "name", &name, err) < 0 || each_annotation(document, take_line, reading, err) < 0 ||
		spdx_elements_read(document, &elements, err) < 0 ||
		read_packages(reading, document, &elements, true, err) < 0 ||
		read_packages(reading, document, &elements, false, err) < 0) {
		return -(int)err->code;
	}
	if (reading->record->image.name == NULL && !reading->own) {
		reading->record->image.name = bd_arena_strdup(&reading->record->arena, name);
	}
	return 0;
}
