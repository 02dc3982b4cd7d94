/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Image references.  The grammar and the normalisation are those of distribution/reference
 * (reference.go, regexp.go, normalize.go), which Docker, podman and BuildKit use.
 */
#include <stdio.h>
#include <string.h>

#include "basedrift/oci.h"

#define DEFAULT_REGISTRY "docker.io"
#define LEGACY_REGISTRY  "index.docker.io"
#define OFFICIAL         "library/"
#define REPOSITORY_MAX   255U
#define TAG_MAX          128U
#define IDENTIFIER_HEX   64U
#define DIGEST_HEX_MIN   32U
#define TEXT_MAX         4096U /* no valid reference is longer: registry hosts end at 253 bytes */

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter_or_digit(char c)
{
	return is_lower(c) || is_upper(c) || is_digit(c);
}

static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool all(struct bd_str s, bool (*accepts)(char c))
{
	for (size_t i = 0; i < s.n; i++) {
		if (!accepts(s.p[i])) {
			return false;
		}
	}
	return s.n > 0;
}

static bool has_upper(struct bd_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (is_upper(s.p[i])) {
			return true;
		}
	}
	return false;
}

static bool contains(struct bd_str s, char c)
{
	return s.n > 0 && memchr(s.p, c, s.n) != NULL;
}

static bool is_lower_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f');
}

static bool is_identifier(struct bd_str s)
{
	return s.n == IDENTIFIER_HEX && all(s, is_lower_hex);
}

/* domain-component: letters and digits, inside also "-" */
static bool is_domain_component(struct bd_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!is_letter_or_digit(s.p[i]) && s.p[i] != '-') {
			return false;
		}
	}
	return s.n > 0 && s.p[0] != '-' && s.p[s.n - 1] != '-';
}

static bool is_domain_name(struct bd_str s)
{
	if (s.n == 0 || s.p[s.n - 1] == '.') {
		return false;
	}
	while (s.n > 0) {
		if (!is_domain_component(bd_str_cut(&s, '.'))) {
			return false;
		}
	}
	return true;
}

static bool is_ipv6_byte(char c)
{
	return is_hex(c) || c == ':';
}

/* domain: (domain-name | "[" IPv6 "]") [":" port-number] */
static bool is_domain(struct bd_str s)
{
	if (s.n > 0 && s.p[0] == '[') {
		struct bd_str rest = { s.p + 1, s.n - 1 };
		if (!contains(rest, ']') || !all(bd_str_cut(&rest, ']'), is_ipv6_byte)) {
			return false;
		}
		return rest.n == 0 || (rest.p[0] == ':' && all((struct bd_str){ rest.p + 1, rest.n - 1 }, is_digit));
	}
	struct bd_str port = s;
	const struct bd_str name = bd_str_cut(&port, ':');
	return is_domain_name(name) && (name.n == s.n || all(port, is_digit));
}

/* separator: "." | "_" | "__" | "-"* */
static size_t separator_length(const char *p, size_t n)
{
	size_t len = 0;
	if (p[0] == '.') {
		return 1;
	}
	if (p[0] == '_') {
		return n > 1 && p[1] == '_' ? 2 : 1;
	}
	while (len < n && p[len] == '-') {
		len++;
	}
	return len;
}

static bool is_path_byte(char c)
{
	return is_lower(c) || is_digit(c);
}

/* path-component: alpha-numeric (separator alpha-numeric)* */
static bool is_path_component(struct bd_str s)
{
	size_t i = 0;
	for (;;) {
		const size_t start = i;
		while (i < s.n && is_path_byte(s.p[i])) {
			i++;
		}
		if (i == start) {
			return false;
		}
		if (i == s.n) {
			return true;
		}
		const size_t len = separator_length(s.p + i, s.n - i);
		if (len == 0) {
			return false;
		}
		i += len;
	}
}

static bool is_path(struct bd_str s)
{
	if (s.n == 0 || s.p[s.n - 1] == '/') {
		return false;
	}
	while (s.n > 0) {
		if (!is_path_component(bd_str_cut(&s, '/'))) {
			return false;
		}
	}
	return true;
}

static bool is_word_byte(char c)
{
	return is_letter_or_digit(c) || c == '_';
}

static bool is_tag_byte(char c)
{
	return is_word_byte(c) || c == '.' || c == '-';
}

static bool is_tag(struct bd_str s)
{
	return s.n <= TAG_MAX && all(s, is_tag_byte) && is_word_byte(s.p[0]);
}

/* digest-algorithm: components that begin with a letter, one of "+._-" between them */
static bool is_algorithm(struct bd_str s)
{
	bool begin = true;
	for (size_t i = 0; i < s.n; i++) {
		const char c = s.p[i];
		if (begin ? !(is_lower(c) || is_upper(c)) : !is_letter_or_digit(c) && strchr("+._-", c) == NULL) {
			return false;
		}
		begin = !begin && !is_letter_or_digit(c);
	}
	return !begin;
}

/* The algorithms go-digest registers, and how many hex digits each has. */
static size_t digest_hex_length(struct bd_str algorithm)
{
	if (bd_str_is(algorithm, "sha256")) {
		return 64;
	}
	if (bd_str_is(algorithm, "sha384")) {
		return 96;
	}
	return bd_str_is(algorithm, "sha512") ? 128 : 0;
}

static int check_digest(struct bd_str digest, struct bd_error *err)
{
	struct bd_str hex = digest;
	const struct bd_str algorithm = bd_str_cut(&hex, ':');
	if (algorithm.n == digest.n || !is_algorithm(algorithm) || hex.n < DIGEST_HEX_MIN || !all(hex, is_hex)) {
		return bd_error_set(err, BD_ERR_FORMAT, "invalid reference format: the digest is not ALGORITHM:HEX");
	}
	const size_t wanted = digest_hex_length(algorithm);
	if (wanted == 0) {
		return bd_error_set(
			err, BD_ERR_FORMAT, "unsupported digest algorithm (sha256, sha384 and sha512 are known)");
	}
	if (hex.n != wanted) {
		return bd_error_set(
			err, BD_ERR_FORMAT, "invalid digest length: %zu hex digits instead of %zu", hex.n, wanted);
	}
	if (has_upper(hex)) {
		return bd_error_set(err, BD_ERR_FORMAT, "invalid digest format: hex digits must be lowercase");
	}
	return 0;
}

struct parts {
	struct bd_str registry, repository, tag, digest;
	bool official; /* "library/" goes before repository */
};

/* normalize.go, splitDockerDomain: what stands before the first "/" is a registry when it looks like one. */
static void split_registry(struct bd_str text, struct parts *out)
{
	struct bd_str rest = text;
	const struct bd_str first = bd_str_cut(&rest, '/');

	out->registry = BD_STR(DEFAULT_REGISTRY);
	out->repository = text;
	if (first.n == text.n) {
		out->official = true;
		return;
	}
	if (bd_str_is(first, LEGACY_REGISTRY)) {
		out->repository = rest;
	} else if (bd_str_is(first, "localhost") || contains(first, '.') || contains(first, ':') || has_upper(first)) {
		out->registry = first;
		out->repository = rest;
	}
	out->official = bd_str_is(out->registry, DEFAULT_REGISTRY) && !contains(out->repository, '/');
}

/* repository [":" tag] ["@" digest]; has_tag and has_digest tell an empty one from none */
static void split_tag(struct parts *parts, bool *has_tag, bool *has_digest)
{
	struct bd_str name = parts->repository;
	struct bd_str rest = name;
	name = bd_str_cut(&rest, '@');
	*has_digest = name.n != parts->repository.n;
	parts->digest = rest;
	rest = name;
	parts->repository = bd_str_cut(&rest, ':');
	*has_tag = parts->repository.n != name.n;
	parts->tag = rest;
}

static int check_parts(const struct parts *parts, bool has_tag, bool has_digest, struct bd_error *err)
{
	if (has_upper(parts->repository)) {
		return bd_error_set(err, BD_ERR_FORMAT, "invalid reference format: repository name must be lowercase");
	}
	if (!is_domain(parts->registry)) {
		return bd_error_set(err, BD_ERR_FORMAT, "invalid reference format: the registry is not a host[:port]");
	}
	if (!is_path(parts->repository)) {
		return bd_error_set(err, BD_ERR_FORMAT, "invalid reference format: the repository name is not valid");
	}
	if (has_tag && !is_tag(parts->tag)) {
		return bd_error_set(err, BD_ERR_FORMAT, "invalid reference format: the tag is not valid");
	}
	if (parts->repository.n + (parts->official ? sizeof(OFFICIAL) - 1 : 0) > REPOSITORY_MAX) {
		return bd_error_set(
			err, BD_ERR_FORMAT, "repository name must not be more than %u characters", REPOSITORY_MAX);
	}
	return has_digest ? check_digest(parts->digest, err) : 0;
}

static const char *suffix(const struct bd_reference *ref, struct bd_arena *arena)
{
	return bd_arena_printf(arena, "%s%s%s%s", ref->tag != NULL ? ":" : "", ref->tag != NULL ? ref->tag : "",
		ref->digest != NULL ? "@" : "", ref->digest != NULL ? ref->digest : "");
}

static void set_texts(struct bd_reference *ref, struct bd_arena *arena)
{
	const char *end = suffix(ref, arena);
	ref->text = bd_arena_printf(arena, "%s/%s%s", ref->registry, ref->repository, end);
	if (strcmp(ref->registry, DEFAULT_REGISTRY) != 0) {
		ref->familiar = ref->text;
		return;
	}
	const char *name = ref->repository;
	if (bd_str_starts(bd_str(name), OFFICIAL) && strchr(name + sizeof(OFFICIAL) - 1, '/') == NULL) {
		name += sizeof(OFFICIAL) - 1;
	}
	ref->familiar = bd_arena_printf(arena, "%s%s", name, end);
}

int bd_reference_parse(struct bd_str text, struct bd_arena *arena, struct bd_reference *out, struct bd_error *err)
{
	struct parts parts = { 0 };
	bool has_tag = false;
	bool has_digest = false;

	if (text.n == 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "repository name must have at least one component");
	}
	if (text.n > TEXT_MAX) {
		return bd_error_set(err, BD_ERR_FORMAT, "invalid reference format: longer than %u bytes", TEXT_MAX);
	}
	if (is_identifier(text)) {
		return bd_error_set(
			err, BD_ERR_FORMAT, "invalid repository name: 64 hexadecimal digits are an image id");
	}
	split_registry(text, &parts);
	split_tag(&parts, &has_tag, &has_digest);
	if (check_parts(&parts, has_tag, has_digest, err) < 0) {
		return -(int)err->code;
	}
	*out = (struct bd_reference){
		.registry = bd_arena_text(arena, parts.registry.p, parts.registry.n),
		.repository = bd_arena_printf(
			arena, "%s%.*s", parts.official ? OFFICIAL : "", (int)parts.repository.n, parts.repository.p),
		.tag = has_tag ? bd_arena_text(arena, parts.tag.p, parts.tag.n) : NULL,
		.digest = has_digest ? bd_arena_text(arena, parts.digest.p, parts.digest.n) : NULL,
	};
	set_texts(out, arena);
	return 0;
}

struct bd_reference bd_reference_with_tag(const struct bd_reference *ref, struct bd_arena *arena)
{
	struct bd_reference tagged = *ref;
	if (tagged.tag == NULL && tagged.digest == NULL) {
		tagged.tag = "latest";
		set_texts(&tagged, arena);
	}
	return tagged;
}
