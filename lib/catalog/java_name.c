/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/java_name.h"

#include <string.h>
#include <strings.h>

#define NONE ((struct bd_str){ "", 0 })

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* ---- the file's name ---------------------------------------------------------------------------------------- */

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* "r06", "rc1-x", but not "r2dbc". */
static bool is_revision(struct bd_str text, size_t mark)
{
	size_t i = mark;
	while (i < text.n && is_digit(text.p[i])) {
		i++;
	}
	return i > mark && (i == text.n || !is_letter(text.p[i]));
}

/* A version begins with a digit, with "build" and one, or is a revision: trilead-ssh2-build212, guava-r06. */
static bool begins_version(struct bd_str text)
{
	if (text.n == 0 || is_digit(text.p[0])) {
		return text.n > 0;
	}
	if (text.n > 5 && strncasecmp(text.p, "build", 5) == 0) {
		return is_digit(text.p[5]);
	}
	const bool candidate = text.n > 1 && (text.p[1] == 'c' || text.p[1] == 'C');
	return (text.p[0] == 'r' || text.p[0] == 'R') && is_revision(text, candidate ? 2 : 1);
}

static bool split(struct bd_str stem, const char *marks, struct java_file_name *out)
{
	for (size_t i = 1; i < stem.n; i++) {
		const struct bd_str rest = { stem.p + i + 1, stem.n - i - 1 };
		if (strchr(marks, stem.p[i]) != NULL && stem.p[i] != '\0' && begins_version(rest)) {
			out->name = (struct bd_str){ stem.p, i };
			out->version = rest;
			return true;
		}
	}
	return false;
}

struct java_file_name java_file_name(struct bd_str path)
{
	struct bd_str stem = bd_path_name(path);
	const char *dot = stem.n > 0 ? memrchr(stem.p, '.', stem.n) : NULL;
	stem.n = dot != NULL ? (size_t)(dot - stem.p) : stem.n;
	struct java_file_name out = { .stem = stem, .name = stem, .version = NONE };
	if (!split(stem, "-", &out)) {
		(void)split(stem, "._", &out);
	}
	return out;
}

/* ---- names -------------------------------------------------------------------------------------------------- */

struct bd_str java_attribute(const struct java_attribute_vec *manifest, const char *key)
{
	for (size_t i = 0; i < manifest->len; i++) {
		if (manifest->v[i].in_main && bd_str_is(manifest->v[i].key, key)) {
			return manifest->v[i].value;
		}
	}
	return NONE;
}

static bool looks_like_group(struct bd_str text)
{
	static const char *const tops[] = { "com.", "org.", "net.", "io.", "edu.", "gov.", "dev.", "java.", "javax.",
		"jakarta.", "de.", "fr.", "ch.", "at.", "uk.", "nl.", "eu.", "be.", "it.", "se.", "no.", "ru.", "cn.",
		"jp.", "br.", "au.", "us.", "me.", "app.", "biz.", "info.", "tech.", "cloud.", "ai.", "co." };
	for (size_t i = 0; i < sizeof(tops) / sizeof(tops[0]); i++) {
		if (bd_str_starts(text, tops[i]) && text.n > strlen(tops[i])) {
			return memchr(text.p, ' ', text.n) == NULL && memchr(text.p, '/', text.n) == NULL;
		}
	}
	return false;
}

static struct bd_str after_last_dot(struct bd_str text)
{
	const char *dot = text.n > 0 ? memrchr(text.p, '.', text.n) : NULL;
	return dot != NULL ? (struct bd_str){ dot + 1, text.n - (size_t)(dot + 1 - text.p) } : text;
}

/* "com.example.b;singleton:=true": OSGi Core, "Bundle-SymbolicName" has directives behind it. */
static struct bd_str symbolic_name(const struct java_attribute_vec *manifest)
{
	struct bd_str text = java_attribute(manifest, "Bundle-SymbolicName");
	return bd_str_trim(bd_str_cut(&text, ';'));
}

/* maven-bundle-plugin makes the symbolic name of group and artifact; but not where they say the same twice. */
static struct bd_str name_of_bundle(const struct java_attribute_vec *manifest)
{
	const struct bd_str symbolic = symbolic_name(manifest);
	if (!bd_str_starts(java_attribute(manifest, "Created-By"), "Apache Maven Bundle Plugin") ||
		!looks_like_group(symbolic) ||
		bd_str_equal(symbolic, java_attribute(manifest, "Implementation-Vendor-Id"))) {
		return NONE;
	}
	return after_last_dot(symbolic);
}

/*
 * "com.example.group.some-artifact.jar": names of artifacts have "-", which packages cannot.  Others with dots
 * (javax.inject, org.osgi.core) are names themselves.
 */
static struct bd_str name_of_file(struct bd_str name)
{
	const struct bd_str last = after_last_dot(name);
	const bool qualified = looks_like_group(name) && !bd_str_starts(name, "org.eclipse.") && last.n > 0 &&
			       memchr(last.p, '-', last.n) != NULL && !is_digit(last.p[0]);
	const struct bd_str group = { name.p, name.n - last.n };
	return qualified && memchr(group.p, '-', group.n) == NULL ? last : name;
}

struct bd_str java_name(const struct java_attribute_vec *manifest, const struct java_file_name *file)
{
	static const char *const keys[] = { "Name", "Bundle-Name", "Short-Name", "Extension-Name",
		"Implementation-Title" };
	struct bd_str name = name_of_bundle(manifest);
	if (name.n == 0) {
		name = name_of_file(file->name);
	}
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]) && name.n == 0; i++) {
		name = java_attribute(manifest, keys[i]);
	}
	return name;
}

struct bd_str java_version(const struct java_attribute_vec *manifest, const struct java_file_name *file)
{
	static const char *const keys[] = { "Implementation-Version", "Specification-Version", "Plugin-Version",
		"Bundle-Version" };
	if (file->version.n > 0) {
		return file->version;
	}
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		for (size_t k = 0; k < manifest->len; k++) {
			if (bd_str_is(manifest->v[k].key, keys[i]) && manifest->v[k].value.n > 0 &&
				manifest->v[k].value.p[0] != '$') {
				return manifest->v[k].value;
			}
		}
	}
	return NONE;
}

/* ---- groups ------------------------------------------------------------------------------------------------- */

/* Artifacts whose jars carry neither Maven's files nor a group in the manifest; "*": all that begin so.  First fits. */
static const char *const known_groups[][2] = {
	{ "spring-boot*", "org.springframework.boot" },
	{ "spring-security*", "org.springframework.security" },
	{ "spring-data*", "org.springframework.data" },
	{ "spring-batch*", "org.springframework.batch" },
	{ "spring-integration*", "org.springframework.integration" },
	{ "spring-session*", "org.springframework.session" },
	{ "spring-kafka*", "org.springframework.kafka" },
	{ "spring-amqp", "org.springframework.amqp" },
	{ "spring-rabbit*", "org.springframework.amqp" },
	{ "spring-hateoas", "org.springframework.hateoas" },
	{ "spring-ldap*", "org.springframework.ldap" },
	{ "spring-retry", "org.springframework.retry" },
	{ "spring-ws*", "org.springframework.ws" },
	{ "spring-xml", "org.springframework.ws" },
	{ "spring-plugin*", "org.springframework.plugin" },
	{ "spring-restdocs*", "org.springframework.restdocs" },
	{ "spring-statemachine*", "org.springframework.statemachine" },
	{ "spring-webflow*", "org.springframework.webflow" },
	{ "spring-*", "org.springframework" },
	{ "ant", "org.apache.ant" },
	{ "ant-*", "org.apache.ant" },
	{ "gradle-*", "org.gradle" },
	{ "groovy*", "org.codehaus.groovy" },
	{ "jackson-core-asl", "org.codehaus.jackson" },
	{ "jackson-jaxrs", "org.codehaus.jackson" },
	{ "jackson-mapper-asl", "org.codehaus.jackson" },
	{ "jackson-xc", "org.codehaus.jackson" },
	{ "kotlin-*", "org.jetbrains.kotlin" },
	{ "kotlinx-*", "org.jetbrains.kotlinx" },
	{ "micrometer-*", "io.micrometer" },
	{ "reactor-core", "io.projectreactor" },
	{ "reactor-netty*", "io.projectreactor.netty" },
	{ "tomcat-embed-*", "org.apache.tomcat.embed" },
};

static struct bd_str known_group(struct bd_str artifact)
{
	for (size_t i = 0; i < sizeof(known_groups) / sizeof(known_groups[0]); i++) {
		const char *pattern = known_groups[i][0];
		const size_t n = strcspn(pattern, "*");
		if (artifact.n >= n && memcmp(artifact.p, pattern, n) == 0 && (pattern[n] == '*' || artifact.n == n)) {
			return bd_str(known_groups[i][1]);
		}
	}
	return NONE;
}

/*
 * The group in "GROUP.ARTIFACT" or in one of the shorter forms that maven-bundle-plugin makes of it:
 * org.apache.commons:commons-lang3 is org.apache.commons.lang3, com.google.guava:guava com.google.guava.
 */
static struct bd_str without_artifact(struct bd_str text, struct bd_str artifact)
{
	const struct bd_str last = after_last_dot(text);
	const struct bd_str group = { text.p, text.n > last.n ? text.n - last.n - 1 : 0 };
	const struct bd_str before = after_last_dot(group);
	const bool has_dash = last.n > 0 && memchr(last.p, '-', last.n) != NULL;
	if (group.n == 0 || !looks_like_group(group)) {
		return text;
	}
	if (bd_str_equal(last, artifact)) {
		return has_dash ? group : text;
	}
	const bool merged = artifact.n == before.n + 1 + last.n && memcmp(artifact.p, before.p, before.n) == 0 &&
			    artifact.p[before.n] == '-' && memcmp(artifact.p + before.n + 1, last.p, last.n) == 0;
	return merged ? group : text;
}

struct bd_str java_group(const struct java_attribute_vec *manifest, struct bd_str artifact)
{
	static const char *const keys[] = { "Group-Id", "Implementation-Vendor-Id", "Bundle-SymbolicName",
		"Extension-Name", "Specification-Vendor", "Implementation-Vendor", "Implementation-Title",
		"Automatic-Module-Name" };
	const struct bd_str stated = java_attribute(manifest, "Group-Id");
	struct bd_str group = stated.n > 0 ? stated : known_group(artifact);
	for (size_t i = 1; i < sizeof(keys) / sizeof(keys[0]) && group.n == 0; i++) {
		struct bd_str value = java_attribute(manifest, keys[i]);
		value = bd_str_trim(bd_str_cut(&value, ';'));
		if (looks_like_group(value)) {
			group = i == 1 ? value : without_artifact(value, artifact);
		}
	}
	return group;
}
