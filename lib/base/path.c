/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "basedrift/base.h"

/* Is it what bd_path_clean would make of it?  Most paths are. */
static bool is_clean(struct bd_str path)
{
	while (path.n > 0) {
		const char *slash = memchr(path.p, '/', path.n);
		const size_t part = slash != NULL ? (size_t)(slash - path.p) : path.n;
		if (part == 0 || (path.p[0] == '.' && (part == 1 || (part == 2 && path.p[1] == '.'))) ||
			part + 1 == path.n) { /* only a slash follows */
			return false;
		}
		path.p += slash != NULL ? part + 1 : part;
		path.n -= slash != NULL ? part + 1 : part;
	}
	return true;
}

bool bd_path_clean(struct bd_buf *out, const char *p, size_t n)
{
	struct bd_str rest = { p, n };
	bd_buf_clear(out);
	bd_buf_add(out, "", 0);
	if (n > 0 && memchr(p, '\0', n) != NULL) {
		return false;
	}
	if (is_clean(rest)) {
		bd_buf_add(out, p, n);
		return true;
	}
	while (rest.n > 0) {
		const struct bd_str part = bd_str_cut(&rest, '/');
		if (part.n == 0 || bd_str_is(part, ".")) {
			continue;
		}
		if (bd_str_is(part, "..")) {
			return false;
		}
		if (out->n > 0) {
			bd_buf_add_char(out, '/');
		}
		bd_buf_add(out, part.p, part.n);
	}
	return true;
}

static void drop_last(struct bd_buf *path)
{
	const struct bd_str parent = bd_path_dir(bd_buf_view(path));
	path->n = parent.n;
	path->p[path->n] = '\0';
}

void bd_path_resolve(struct bd_buf *out, struct bd_str dir, struct bd_str target)
{
	bd_buf_clear(out);
	bd_buf_add(out, "", 0);
	if (!bd_str_starts(target, "/")) {
		bd_buf_add(out, dir.p, dir.n);
	}
	while (target.n > 0) {
		const struct bd_str part = bd_str_cut(&target, '/');
		if (part.n == 0 || bd_str_is(part, ".")) {
			continue;
		}
		if (bd_str_is(part, "..")) {
			drop_last(out);
			continue;
		}
		if (out->n > 0) {
			bd_buf_add_char(out, '/');
		}
		bd_buf_add(out, part.p, part.n);
	}
}

struct bd_str bd_path_dir(struct bd_str path)
{
	const char *slash = path.n > 0 ? memrchr(path.p, '/', path.n) : NULL;
	return (struct bd_str){ path.p, slash != NULL ? (size_t)(slash - path.p) : 0 };
}

struct bd_str bd_path_name(struct bd_str path)
{
	const char *slash = path.n > 0 ? memrchr(path.p, '/', path.n) : NULL;
	if (slash == NULL) {
		return path;
	}
	const size_t skip = (size_t)(slash - path.p) + 1;
	return (struct bd_str){ path.p + skip, path.n - skip };
}

/* One [set]: returns the pattern after it, or NULL when c is not in it or the set has no end. */
static const char *match_set(const char *pattern, char c)
{
	const bool negate = pattern[1] == '!' || pattern[1] == '^';
	const char *p = pattern + (negate ? 2 : 1);
	bool found = false;
	bool first = true;

	for (; *p != '\0' && (first || *p != ']'); first = false) {
		if (p[1] == '-' && p[2] != '\0' && p[2] != ']') {
			found |= (unsigned char)c >= (unsigned char)p[0] && (unsigned char)c <= (unsigned char)p[2];
			p += 3;
		} else {
			found |= c == *p;
			p++;
		}
	}
	return *p == ']' && found != negate && c != '/' ? p + 1 : NULL;
}

/* The pattern after its first element, when that element matches the path's first byte; else NULL. */
static const char *match_byte(const char *pattern, const char *path)
{
	if (*path == '\0' || *pattern == '\0') {
		return NULL;
	}
	if (*pattern == '[') {
		return match_set(pattern, *path);
	}
	return *pattern == *path || (*pattern == '?' && *path != '/') ? pattern + 1 : NULL;
}

/* What follows the last "*" and the last "**" of the pattern, and where in the path each tries it next. */
struct stars {
	const char *star, *star_path;
	const char *deep, *deep_path;
};

/* Let a star take one byte more, or a "**" one byte or, before a slash, one component; false: both are at their end. */
static bool try_longer(struct stars *stars, const char **pattern, const char **path)
{
	if (stars->star != NULL && *stars->star_path != '\0' && *stars->star_path != '/') {
		*pattern = stars->star;
		*path = ++stars->star_path;
		return true;
	}
	stars->star = NULL;
	if (stars->deep == NULL || *stars->deep_path == '\0') {
		return false;
	}
	stars->deep_path++;
	if (stars->deep[-1] == '/') {
		const char *slash = strchr(stars->deep_path - 1, '/');
		if (slash == NULL) {
			return false;
		}
		stars->deep_path = slash + 1;
	}
	*pattern = stars->deep;
	*path = stars->deep_path;
	return true;
}

/*
 * Iterative with one remembered star of each kind: a later "**" makes the earlier one's choice final, so
 * that no pattern takes exponential time.
 */
bool bd_path_match(const char *pattern, const char *path)
{
	struct stars stars = { 0 };

	for (;;) {
		if (pattern[0] == '*' && pattern[1] == '*') {
			/* a "**" followed by a slash also matches no component at all */
			stars = (struct stars){ .deep = pattern[2] == '/' ? pattern + 3 : pattern + 2,
				.deep_path = path };
			pattern = stars.deep;
			continue;
		}
		if (*pattern == '*') {
			stars.star = ++pattern;
			stars.star_path = path;
			continue;
		}
		if (*pattern == '\0' && *path == '\0') {
			return true;
		}
		const char *after = match_byte(pattern, path);
		if (after != NULL) {
			pattern = after;
			path++;
		} else if (!try_longer(&stars, &pattern, &path)) {
			return false;
		}
	}
}
