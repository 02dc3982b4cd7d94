/* SPDX-License-Identifier: Apache-2.0 */
#include "sbom/spdx_elements.h"

#include <stdlib.h>
#include <string.h>

#include "basedrift/limits.h"

void spdx_elements_release(struct spdx_elements *elements)
{
	free(elements->files.v);
	free(elements->files_by_name);
	free(elements->packages.v);
}

/* ---- finding ---------------------------------------------------------------------------------------- */

static int file_by_id(const void *a, const void *b)
{
	const struct spdx_file *x = a;
	const struct spdx_file *y = b;
	return bd_strcmp0(x->id, y->id);
}

static int package_by_id(const void *a, const void *b)
{
	const struct spdx_package *x = a;
	const struct spdx_package *y = b;
	return bd_strcmp0(x->id, y->id);
}

static int pointer_by_name(const void *a, const void *b)
{
	const struct spdx_file *const *x = a;
	const struct spdx_file *const *y = b;
	return bd_strcmp0((*x)->name, (*y)->name);
}

static const struct spdx_file *find_file(const struct spdx_elements *elements, const char *id)
{
	const struct spdx_file key = { .id = id };
	return id != NULL && elements->files.len > 0
		       ? bsearch(&key, elements->files.v, elements->files.len, sizeof(key), file_by_id)
		       : NULL;
}

struct spdx_package *spdx_find_package(const struct spdx_elements *elements, const char *id)
{
	const struct spdx_package key = { .id = id };
	return id != NULL && elements->packages.len > 0
		       ? bsearch(&key, elements->packages.v, elements->packages.len, sizeof(key), package_by_id)
		       : NULL;
}

const struct spdx_file *spdx_file_of_name(const struct spdx_elements *elements, const char *name)
{
	const struct spdx_file key = { .name = name };
	const struct spdx_file *pointer = &key;
	const struct spdx_file **found = NULL;
	if (name != NULL && elements->files.len > 0) {
		found = bsearch(&pointer, elements->files_by_name, elements->files.len,
			sizeof(*elements->files_by_name), pointer_by_name);
	}
	return found != NULL ? *found : NULL;
}

/* ---- elements ---------------------------------------------------------------------------------------- */

/* syft writes "layerID: sha256:…" into a file's comment. */
static const char *layer_of_comment(const char *comment)
{
	static const char prefix[] = "layerID: ";
	return comment != NULL && strncmp(comment, prefix, sizeof(prefix) - 1) == 0 ? comment + sizeof(prefix) - 1
										    : NULL;
}

static int read_files(const struct at *document, struct spdx_elements *out, struct bd_error *err)
{
	const struct at list = at_member(document, "files");
	if (at_array(&list, BD_LIMIT_SBOM_VALUES, err) < 0) {
		return -(int)err->code;
	}
	for (size_t i = 0; i < json_array_size(list.value); i++) {
		const struct at at = at_element(&list, i);
		struct spdx_file file = { .id = NULL };
		const char *comment = NULL;
		if (at_object(&at, err) < 0 || get_text(&at, "SPDXID", &file.id, err) < 0 ||
			get_text(&at, "fileName", &file.name, err) < 0 || get_text(&at, "comment", &comment, err) < 0) {
			return -(int)err->code;
		}
		file.layer = layer_of_comment(comment);
		if (file.id != NULL && file.name != NULL) {
			*bd_vec_push(&out->files) = file;
		}
	}
	if (out->files.len > 1) {
		qsort(out->files.v, out->files.len, sizeof(*out->files.v), file_by_id);
	}
	out->files_by_name = bd_xcalloc(out->files.len, sizeof(*out->files_by_name));
	for (size_t i = 0; i < out->files.len; i++) {
		out->files_by_name[i] = &out->files.v[i];
	}
	if (out->files.len > 1) {
		qsort(out->files_by_name, out->files.len, sizeof(*out->files_by_name), pointer_by_name);
	}
	return 0;
}

static int read_packages(const struct at *document, struct spdx_elements *out, struct bd_error *err)
{
	const struct at list = at_member(document, "packages");
	if (at_array(&list, BD_LIMIT_PACKAGES, err) < 0) {
		return -(int)err->code;
	}
	for (size_t i = 0; i < json_array_size(list.value); i++) {
		const struct at at = at_element(&list, i);
		struct spdx_package package = { .index = i };
		if (at.value == NULL) {
			return at_error(&at, err, "not an object");
		}
		if (at_object(&at, err) < 0 || get_text(&at, "SPDXID", &package.id, err) < 0) {
			return -(int)err->code;
		}
		if (package.id != NULL) {
			*bd_vec_push(&out->packages) = package;
		}
	}
	if (out->packages.len > 1) {
		qsort(out->packages.v, out->packages.len, sizeof(*out->packages.v), package_by_id);
	}
	return 0;
}

/* ---- relationships ------------------------------------------------------------------------------------- */

static void describe(struct spdx_elements *elements, const char *id)
{
	struct spdx_package *package = spdx_find_package(elements, id);
	if (package != NULL && !package->described) {
		package->described = true;
		elements->described++;
	}
}

static void contain(struct spdx_elements *elements, const char *whole, const char *part)
{
	struct spdx_package *package = spdx_find_package(elements, whole);
	const struct spdx_file *file = find_file(elements, part);
	if (package == NULL) {
		return;
	}
	if (file != NULL) {
		package->content = file;
		package->contents++;
	} else if (spdx_find_package(elements, part) != NULL) {
		package->groups = true;
	}
}

/* Of several witnesses the one that comes first in the document. */
static void witness(struct spdx_elements *elements, const char *id, const char *file)
{
	struct spdx_package *package = spdx_find_package(elements, id);
	if (package != NULL && package->witness == NULL) {
		package->witness = find_file(elements, file);
	}
}

struct relationship {
	const char *from, *to, *type, *comment;
};

/* SPDX 2.3, clause 11; syft's "evident-by" is of type OTHER and explained in the comment. */
static void relate(struct spdx_elements *elements, const struct relationship *r)
{
	static const char evident[] = "evident-by";
	if (strcmp(r->type, "DESCRIBES") == 0) {
		describe(elements, r->to);
	} else if (strcmp(r->type, "DESCRIBED_BY") == 0) {
		describe(elements, r->from);
	} else if (strcmp(r->type, "CONTAINS") == 0) {
		contain(elements, r->from, r->to);
	} else if (strcmp(r->type, "CONTAINED_BY") == 0) {
		contain(elements, r->to, r->from);
	} else if (strcmp(r->type, "OTHER") == 0 && r->comment != NULL &&
		   strncmp(r->comment, evident, sizeof(evident) - 1) == 0) {
		witness(elements, r->from, r->to);
	}
}

static int read_relationships(const struct at *document, struct spdx_elements *elements, struct bd_error *err)
{
	const struct at list = at_member(document, "relationships");
	if (at_array(&list, BD_LIMIT_SBOM_VALUES, err) < 0) {
		return -(int)err->code;
	}
	for (size_t i = 0; i < json_array_size(list.value); i++) {
		const struct at at = at_element(&list, i);
		struct relationship r = { .from = NULL };
		if (at_object(&at, err) < 0 || get_text(&at, "spdxElementId", &r.from, err) < 0 ||
			get_text(&at, "relatedSpdxElement", &r.to, err) < 0 ||
			get_text(&at, "relationshipType", &r.type, err) < 0 ||
			get_text(&at, "comment", &r.comment, err) < 0) {
			return -(int)err->code;
		}
		if (r.type != NULL) {
			relate(elements, &r);
		}
	}
	return 0;
}

/* What relationships say in members of their own: documentDescribes and hasFiles, deprecated since SPDX 2.3. */
static int read_short_forms(const struct at *document, struct spdx_elements *elements, struct bd_error *err)
{
	const struct at list = at_member(document, "packages");
	struct bd_string_vec ids = { 0 };
	if (get_texts(document, "documentDescribes", &ids, err) < 0) {
		return -(int)err->code;
	}
	for (size_t i = 0; i < ids.len; i++) {
		describe(elements, ids.v[i]);
	}
	for (size_t i = 0; i < elements->packages.len; i++) {
		struct spdx_package *package = &elements->packages.v[i];
		const struct at at = at_element(&list, package->index);
		if (get_texts(&at, "hasFiles", &ids, err) < 0) {
			return -(int)err->code;
		}
		for (size_t k = 0; package->contents == 0 && k < ids.len && ids.len == 1; k++) {
			contain(elements, package->id, ids.v[k]);
		}
	}
	return 0;
}

int spdx_elements_read(const struct at *document, struct spdx_elements *out, struct bd_error *err)
{
	return read_files(document, out, err) < 0 || read_packages(document, out, err) < 0 ||
			       read_relationships(document, out, err) < 0 || read_short_forms(document, out, err) < 0
		       ? -(int)err->code
		       : 0;
}
