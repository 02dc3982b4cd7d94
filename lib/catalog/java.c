/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Java archives.  A jar is an artifact of Maven: what its pom.properties or pom.xml says, else its manifest and its
 * file's name.  Each pom.properties of another artifact is one that was shaded into it, each archive in it one that
 * it brings (Spring Boot's BOOT-INF/lib, WEB-INF/lib).  The archive itself owns the file, the others nothing.
 */
#include <string.h>

#include "basedrift/limits.h"

#include "base/auto.h"
#include "catalog/catalogers.h"
#include "catalog/java_archive.h"
#include "catalog/java_name.h"
#include "catalog/owned.h"
#include "catalog/package.h"
#include "format/zip.h"

static int extract(const char *path, struct bd_str bytes, struct bd_buf *out, struct bd_error *err)
{
	const struct bd_str name = bd_str(path);
	if (!zip_begins(bytes) && (bytes.n < 2 || bytes.p[0] != '#' || !zip_has_directory(bytes))) {
		/* other things are called so too, but not these */
		return bytes.n > 0 && (bd_str_ends(name, ".jar") || bd_str_ends(name, ".war"))
			       ? bd_error_set(err, BD_ERR_FORMAT, "not a zip archive")
			       : 0;
	}
	return java_archive_read(bytes, out, err);
}

/* ---- what was extracted -------------------------------------------------------------------------------------- */

struct pom {
	struct bd_str folder, group, artifact, version;
	bool project; /* pom.xml */
};
struct pom_vec {
	struct pom *v;
	size_t len, cap;
};

struct jar {
	struct bd_str path; /* in the outermost archive; "" is that one */
	struct java_attribute_vec manifest;
	struct pom_vec poms;
	bool has_manifest;
};

static void release(struct jar *jar)
{
	free(jar->manifest.v);
	free(jar->poms.v);
	*jar = (struct jar){ .has_manifest = false };
}

static void add_pom(struct jar *jar, bool project, struct bd_str line)
{
	struct pom pom = { .project = project };
	pom.folder = bd_str_cut(&line, '\t');
	pom.group = bd_str_cut(&line, '\t');
	pom.artifact = bd_str_cut(&line, '\t');
	pom.version = bd_str_cut(&line, '\t');
	const struct bd_str parent_group = bd_str_cut(&line, '\t');
	const struct bd_str parent_version = bd_str_cut(&line, '\t');
	/* Maven, "Project Inheritance": group and version are the parent's where the project has none */
	pom.group = pom.group.n == 0 || bd_str_is(pom.group, "${project.parent.groupId}") ? parent_group : pom.group;
	pom.version = pom.version.n == 0 || bd_str_is(pom.version, "${project.parent.version}") ? parent_version
												: pom.version;
	*bd_vec_push(&jar->poms) = pom;
}

static void add_attribute(struct jar *jar, bool in_main, struct bd_str line)
{
	struct java_attribute attribute = { .in_main = in_main };
	attribute.key = bd_str_cut(&line, '\t');
	attribute.value = bd_str_trim(line);
	if (attribute.value.n > 0) {
		*bd_vec_push(&jar->manifest) = attribute;
	}
}

static void add_line(struct jar *jar, struct bd_str line)
{
	const struct bd_str kind = bd_str_cut(&line, '\t');
	if (bd_str_is(kind, "manifest")) {
		jar->has_manifest = true;
	} else if (bd_str_is(kind, "main") || bd_str_is(kind, "part")) {
		add_attribute(jar, bd_str_is(kind, "main"), line);
	} else if (bd_str_is(kind, "properties") || bd_str_is(kind, "project")) {
		add_pom(jar, bd_str_is(kind, "project"), line);
	}
}

/* ---- which of Maven's files is the archive's own --------------------------------------------------------- */

/* "GROUP.ARTIFACT", "GROUP-ARTIFACT": so tools name them that collect jars. */
static bool is_qualified(struct bd_str name, const struct pom *pom)
{
	const size_t n = pom->group.n;
	return pom->group.n > 0 && name.n == n + 1 + pom->artifact.n && memcmp(name.p, pom->group.p, n) == 0 &&
	       strchr(".-_", name.p[n]) != NULL && memcmp(name.p + n + 1, pom->artifact.p, pom->artifact.n) == 0;
}

static bool has_prefix(struct bd_str text, struct bd_str prefix)
{
	return text.n >= prefix.n && memcmp(text.p, prefix.p, prefix.n) == 0;
}

static bool has_suffix(struct bd_str text, struct bd_str suffix)
{
	return text.n >= suffix.n && memcmp(text.p + text.n - suffix.n, suffix.p, suffix.n) == 0;
}

/* How well a project fits the file's name; 0: it is another one's. */
static int fit(const struct pom *pom, const struct java_file_name *file)
{
	if (pom->artifact.n == 0 || file->name.n == 0) {
		return 0;
	}
	if (is_qualified(file->name, pom) || is_qualified(file->stem, pom)) {
		return 4;
	}
	if (bd_str_equal(pom->artifact, file->name) || bd_str_equal(pom->artifact, file->stem)) {
		return 3;
	}
	if (has_prefix(file->stem, pom->artifact) && file->stem.n > pom->artifact.n &&
		file->stem.p[pom->artifact.n] == '-' && pom->artifact.n > file->name.n) {
		return 3; /* log4j-1.2-api-2.17.1 */
	}
	return has_prefix(pom->artifact, file->name) || has_suffix(file->name, pom->artifact) ? 2 : 0;
}

/*
 * An archive that Maven built and somebody renamed ("app.jar"): what one project says is its own, unless something
 * else was built (by Gradle, say) and has just one library shaded into it.
 */
static const struct pom *only_pom(const struct jar *jar, const struct java_file_name *file)
{
	const struct pom *first = jar->poms.len > 0 ? &jar->poms.v[0] : NULL;
	const struct bd_str version = java_attribute(&jar->manifest, "Implementation-Version");
	if (first == NULL || first->artifact.n == 0 ||
		!bd_str_equal(jar->poms.v[jar->poms.len - 1].folder, first->folder)) {
		return NULL;
	}
	if (bd_str_equal(first->version, version) || bd_str_equal(first->version, file->version)) {
		return first;
	}
	return file->version.n == 0 && version.n == 0 &&
			       bd_str_find(java_attribute(&jar->manifest, "Created-By"), "Maven", NULL)
		       ? first
		       : NULL;
}

/* Of those that fit as well the first by folder (they are sorted); pom.properties before pom.xml, whose version may be
 * a property. */
static const struct pom *own_pom(const struct jar *jar, const struct java_file_name *file)
{
	const struct pom *best = NULL;
	int best_fit = 0;
	for (size_t i = 0; i < jar->poms.len; i++) {
		const struct pom *pom = &jar->poms.v[i];
		const int fits = 2 * fit(pom, file) - pom->project;
		if (fits > best_fit) {
			best = pom;
			best_fit = fits;
		}
	}
	return best != NULL ? best : only_pom(jar, file);
}

static int compare_poms(const void *a, const void *b)
{
	const struct pom *x = a;
	const struct pom *y = b;
	const int order = bd_str_compare(x->folder, y->folder);
	return order != 0 ? order : (int)x->project - (int)y->project;
}

static void sort_poms(struct jar *jar)
{
	if (jar->poms.len > 0) {
		qsort(jar->poms.v, jar->poms.len, sizeof(*jar->poms.v), compare_poms);
	}
}

/* A pom.xml beside a pom.properties says the same; it comes right behind it. */
static bool is_second(const struct jar *jar, size_t i)
{
	return i > 0 && jar->poms.v[i].project && bd_str_equal(jar->poms.v[i - 1].folder, jar->poms.v[i].folder);
}

/* ---- packages ------------------------------------------------------------------------------------------------ */

struct java_parse {
	const struct bd_catalog_in *in;
	struct bd_arena *arena;
	struct bd_package_vec *out;
};

static bool is_resolved(struct bd_str text)
{
	return text.n > 0 && !bd_str_find(text, "${", NULL) && memchr(text.p, '\0', text.n) == NULL;
}

static const char *copy(const struct java_parse *parse, struct bd_str text)
{
	return is_resolved(text) ? bd_arena_text(parse->arena, text.p, text.n) : NULL;
}

/* The namespace of an artifact whose group nobody knows is its name: so it was before groups were domains. */
static void add(struct java_parse *parse, struct bd_str group, struct bd_str artifact, struct bd_str version, bool main)
{
	struct bd_package package = package_at(parse->in->path, "maven");
	package.name = copy(parse, artifact);
	package.version = copy(parse, version);
	package.namespace = copy(parse, group);
	package.database_offset = main; /* owned(): this one */
	if (package.namespace == NULL) {
		package.namespace = package.name;
	}
	if (parse->out->len < BD_LIMIT_PACKAGES && package_set_purl(&package, parse->arena)) {
		*bd_vec_push(parse->out) = package;
	}
}

/* The archive itself; *own is the pom that said so. */
static void add_main(struct java_parse *parse, const struct jar *jar, const struct pom **own)
{
	const struct bd_str path = jar->path.n > 0 ? jar->path : bd_str(parse->in->path);
	const struct java_file_name file = java_file_name(path);
	const struct pom *pom = *own = own_pom(jar, &file);
	if (pom == NULL && !jar->has_manifest && file.version.n == 0) {
		return;
	}
	const struct bd_str artifact = pom != NULL ? pom->artifact : java_name(&jar->manifest, &file);
	const struct bd_str version =
		pom != NULL && is_resolved(pom->version) ? pom->version : java_version(&jar->manifest, &file);
	const struct bd_str group =
		pom != NULL && is_resolved(pom->group) ? pom->group : java_group(&jar->manifest, artifact);
	add(parse, group, artifact, version, jar->path.n == 0);
}

static void add_jar(struct java_parse *parse, struct jar *jar)
{
	const struct pom *own = NULL;
	sort_poms(jar);
	if (java_attribute(&jar->manifest, "Weave-Classes").n > 0) {
		return; /* an agent's instrumentation of another library, named and numbered as that one */
	}
	add_main(parse, jar, &own);
	for (size_t i = 0; i < jar->poms.len; i++) {
		const struct pom *pom = &jar->poms.v[i];
		if (pom != own && !is_second(jar, i) && is_resolved(pom->artifact) && is_resolved(pom->version)) {
			add(parse, pom->group, pom->artifact, pom->version, false);
		}
	}
}

static int compare_packages(const void *a, const void *b)
{
	const struct bd_package *x = a;
	const struct bd_package *y = b;
	const int order = strcmp(x->purl, y->purl);
	return order != 0 ? order
			  : (x->database_offset < y->database_offset) - (x->database_offset > y->database_offset);
}

/* The same jar lies twice in one archive, or is shaded into two of them: one package, the one that owns the file. */
static void leave_one_each(struct bd_package_vec *out, size_t first)
{
	size_t kept = first;
	if (out->len - first > 1) {
		qsort(out->v + first, out->len - first, sizeof(*out->v), compare_packages);
	}
	for (size_t i = first; i < out->len; i++) {
		if (kept == first || strcmp(out->v[kept - 1].purl, out->v[i].purl) != 0) {
			out->v[kept++] = out->v[i];
		}
	}
	out->len = kept;
}

static int parse(
	const struct bd_catalog_in *in, struct bd_arena *arena, struct bd_package_vec *out, struct bd_error *err)
{
	struct java_parse parse = { in, arena, out };
	const size_t first = out->len;
	struct jar jar = { .has_manifest = false };
	struct bd_str rest = in->bytes;
	struct bd_str line;
	bool began = false;
	(void)err;
	while (bd_str_line(&rest, &line)) {
		if (bd_str_starts(line, "jar\t")) {
			if (began) {
				add_jar(&parse, &jar);
			}
			release(&jar);
			began = true;
			jar.path = (struct bd_str){ line.p + 4, line.n - 4 };
		} else {
			add_line(&jar, line);
		}
	}
	if (began) {
		add_jar(&parse, &jar);
	}
	release(&jar);
	leave_one_each(out, first);
	return 0;
}

const struct bd_cataloger bd_cataloger_java = {
	.name = "java",
	.purl_type = "maven",
	.primary = (const char *const[]){ "**/*.jar", "**/*.war", "**/*.ear", "**/*.par", "**/*.sar", "**/*.nar",
		"**/*.kar", "**/*.far", "**/*.rar", "**/*.jpi", "**/*.hpi", "**/*.lpkg", "**/*.zap", NULL },
	.extract = extract,
	.parse = parse,
	.owned = owned_main_file,
};
