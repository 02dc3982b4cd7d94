/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/descriptor.h"

#include <ctype.h>
#include <string.h>

#define MEDIA_NAME_MAX 127U

static bool is_media_name(struct bd_str s)
{
	if (s.n == 0 || s.n > MEDIA_NAME_MAX || isalnum((unsigned char)s.p[0]) == 0) {
		return false;
	}
	for (size_t i = 1; i < s.n; i++) {
		if (isalnum((unsigned char)s.p[i]) == 0 && (s.p[i] == '\0' || strchr("!#$&-^_.+", s.p[i]) == NULL)) {
			return false;
		}
	}
	return true;
}

int check_media_type(const struct at *at, const char *key, const char *value, struct bd_error *err)
{
	if (value == NULL) {
		return 0;
	}
	struct bd_str subtype = bd_str(value);
	const struct bd_str type = bd_str_cut(&subtype, '/');
	if (is_media_name(type) && is_media_name(subtype)) {
		return 0;
	}
	const struct at member = at_member(at, key);
	return at_error(&member, err, "not a media type");
}

/* descriptor.md, "Digests": algorithm ::= component (separator component)*; encoded is not empty */
static bool is_digest_grammar(const char *value)
{
	struct bd_str encoded = bd_str(value);
	const struct bd_str algorithm = bd_str_cut(&encoded, ':');
	bool begin = true;

	for (size_t i = 0; i < algorithm.n; i++) {
		const char c = algorithm.p[i];
		const bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
		if (!word && (begin || strchr("+._-", c) == NULL)) {
			return false;
		}
		begin = !word;
	}
	for (size_t i = 0; i < encoded.n; i++) {
		if (isalnum((unsigned char)encoded.p[i]) == 0 && strchr("=_-", encoded.p[i]) == NULL) {
			return false;
		}
	}
	return !begin && encoded.n > 0;
}

/* Digests of algorithms that are not registered are allowed to stand there; nobody can verify them. */
static bool is_digest(const char *value)
{
	if (bd_str_starts(bd_str(value), "sha256:") || bd_str_starts(bd_str(value), "sha512:")) {
		return bd_digest_valid(value);
	}
	return is_digest_grammar(value);
}

/* RFC 4648, 4: whole quads, padded. */
static bool is_base64(const char *s)
{
	const size_t n = strlen(s);
	const size_t data = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
	return n % 4 == 0 && n - data <= 2 && strspn(s + data, "=") == n - data;
}

static int check_data(const struct at *at, struct bd_error *err)
{
	const struct at member = at_member(at, "data");
	const char *data = json_string_value(member.value);
	if (member.value != NULL && (data == NULL || !is_base64(data))) {
		return at_error(&member, err, "not base64");
	}
	return 0;
}

/* RFC 3986, 3.1: what a URI begins with. */
static bool has_scheme(const char *url)
{
	struct bd_str rest = bd_str(url);
	const struct bd_str scheme = bd_str_cut(&rest, ':');
	for (size_t i = 0; i < scheme.n; i++) {
		if (isalnum((unsigned char)scheme.p[i]) == 0 && strchr("+.-", scheme.p[i]) == NULL) {
			return false;
		}
	}
	return scheme.n > 0 && scheme.n < strlen(url) && isalpha((unsigned char)scheme.p[0]) != 0;
}

static int check_urls(const struct at *at, struct bd_error *err)
{
	struct bd_string_vec urls = { 0 };
	const struct at list = at_member(at, "urls");
	if (get_texts(at, "urls", &urls, err) < 0) {
		return -(int)err->code;
	}
	for (size_t i = 0; i < urls.len; i++) {
		const struct at element = at_element(&list, i);
		if (!has_scheme(urls.v[i])) {
			return at_error(&element, err, "not a URL");
		}
	}
	return 0;
}

int read_platform(const struct at *at, struct bd_platform *out, struct bd_error *err)
{
	if (get_text(at, "os", &out->os, err) < 0 || get_text(at, "architecture", &out->architecture, err) < 0 ||
		get_text(at, "variant", &out->variant, err) < 0 ||
		get_text(at, "os.version", &out->os_version, err) < 0) {
		return -(int)err->code;
	}
	return 0;
}

static int read_descriptor_platform(const struct at *at, struct bd_platform *out, struct bd_error *err)
{
	const struct at platform = at_member(at, "platform");
	if (platform.value == NULL) {
		return 0;
	}
	if (at_object(&platform, err) < 0 || read_platform(&platform, out, err) < 0) {
		return -(int)err->code;
	}
	/* image-index.md: both are REQUIRED in a platform object */
	if (out->os == NULL || out->architecture == NULL) {
		return at_error(&platform, err, out->os == NULL ? "os is missing" : "architecture is missing");
	}
	return 0;
}

static int check_descriptor(const struct at *at, const struct bd_descriptor *d, struct bd_error *err)
{
	if (d->media_type == NULL || d->digest == NULL || d->size_bytes < 0) {
		const struct at size = at_member(at, "size");
		if (size.value != NULL && d->size_bytes < 0) {
			return at_error(&size, err, "negative");
		}
		return at_error(at, err,
			d->media_type == NULL ? "mediaType is missing"
			: d->digest == NULL   ? "digest is missing"
					      : "size is missing");
	}
	if (!is_digest(d->digest)) {
		const struct at digest = at_member(at, "digest");
		return at_error(&digest, err, "not a digest");
	}
	if (check_media_type(at, "mediaType", d->media_type, err) < 0 ||
		check_media_type(at, "artifactType", d->artifact_type, err) < 0) {
		return -(int)err->code;
	}
	return check_data(at, err) < 0 ? -(int)err->code : check_urls(at, err);
}

int read_descriptor(const struct at *at, struct bd_descriptor *out, struct bd_error *err)
{
	*out = (struct bd_descriptor){ .size_bytes = -1 };
	if (at->value == NULL || !json_is_object(at->value)) {
		return at_error(at, err, at->value == NULL ? "missing" : "not an object");
	}
	if (get_text(at, "mediaType", &out->media_type, err) < 0 || get_text(at, "digest", &out->digest, err) < 0 ||
		get_integer(at, "size", &out->size_bytes, err) < 0 ||
		get_text(at, "artifactType", &out->artifact_type, err) < 0 ||
		get_pairs(at, "annotations", &out->annotations, err) < 0 ||
		read_descriptor_platform(at, &out->platform, err) < 0) {
		return -(int)err->code;
	}
	return check_descriptor(at, out, err);
}
