/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <string.h>

#include "base/auto.h"
#include "catalog/catalogers.h"

#define ROW(name) &bd_cataloger_##name,
static const struct bd_cataloger *const catalogers[] = { CATALOGERS(ROW) };
#undef ROW

#define COUNT (sizeof(catalogers) / sizeof(catalogers[0]))

const struct bd_cataloger *bd_cataloger_at(size_t i)
{
	return i < COUNT ? catalogers[i] : NULL;
}

static bool is_wildcard(char c)
{
	return c == '*' || c == '?' || c == '[' || c == ']';
}

/* ---- patterns, by their last byte ---------------------------------------------------------------- */

enum pattern_kind {
	PRIMARY_KEPT = 1,
	PRIMARY_EXTRACTED = 2,
	COMPANION = 4,
	OS_RELEASE = 8,
	DIRECTORY = 16,
};
struct tail_pattern {
	struct bd_str text;
	struct tail_pattern *next; /* with the same last byte */
	size_t cataloger;
	enum pattern_kind kind;
};
/* [0]: those that end in a wildcard.  A layer has a hundred thousand paths and there are a hundred patterns. */
static struct tail_pattern *by_tail[256];
static pthread_once_t by_tail_made = PTHREAD_ONCE_INIT;

static void add_tails(const char *const *patterns, size_t cataloger, enum pattern_kind kind)
{
	for (; patterns != NULL && *patterns != NULL; patterns++) {
		const size_t n = strlen(*patterns);
		const char last = n > 0 ? (*patterns)[n - 1] : '*';
		const unsigned char tail = is_wildcard(last) ? 0 : (unsigned char)last;
		struct tail_pattern *pattern = bd_xcalloc(1, sizeof(*pattern)); /* stays as long as the program */
		*pattern = (struct tail_pattern){ { *patterns, n }, by_tail[tail], cataloger, kind };
		by_tail[tail] = pattern;
	}
}

/* Those that end in "/", without it. */
static void add_directory_tails(const char *const *patterns, size_t cataloger)
{
	for (; patterns != NULL && *patterns != NULL; patterns++) {
		const size_t n = strlen(*patterns);
		if (n > 1 && (*patterns)[n - 1] == '/') {
			char *text = bd_xstrdup(*patterns); /* stays as long as the program */
			text[n - 1] = '\0';
			add_tails((const char *const[]){ text, NULL }, cataloger, DIRECTORY);
		}
	}
}

static void make_by_tail(void)
{
	add_tails(bd_os_release_paths, COUNT, OS_RELEASE);
	add_tails(bd_debian_version_paths, COUNT, OS_RELEASE);
	for (size_t i = 0; i < COUNT; i++) {
		add_tails(catalogers[i]->primary, i, catalogers[i]->extract != NULL ? PRIMARY_EXTRACTED : PRIMARY_KEPT);
		add_tails(catalogers[i]->companions, i, COMPANION);
		add_directory_tails(catalogers[i]->primary, i);
	}
}

/* Do both end alike, as far as the pattern has no wildcard? */
static bool tail_fits(struct bd_str pattern, struct bd_str path)
{
	while (pattern.n > 0 && !is_wildcard(pattern.p[pattern.n - 1])) {
		if (path.n == 0 && pattern.n == 3 && pattern.p[1] == '*') {
			return true; /* a double star in front may stand for no folder at all */
		}
		if (path.n == 0 || path.p[path.n - 1] != pattern.p[pattern.n - 1]) {
			return false;
		}
		pattern.n--;
		path.n--;
	}
	return pattern.n > 0 || path.n == 0;
}

static size_t first_in(const struct tail_pattern *pattern, struct bd_str path, unsigned int kinds)
{
	size_t first = SIZE_MAX;
	for (; pattern != NULL; pattern = pattern->next) {
		if (((unsigned int)pattern->kind & kinds) != 0 && pattern->cataloger < first &&
			tail_fits(pattern->text, path) && bd_path_match(pattern->text.p, path.p)) {
			first = pattern->cataloger;
		}
	}
	return first;
}

/* The first cataloger with a pattern of these kinds that matches, SIZE_MAX: none (COUNT: os-release). */
static size_t first_match(const char *path, unsigned int kinds)
{
	const struct bd_str view = bd_str(path);
	(void)pthread_once(&by_tail_made, make_by_tail);
	const size_t same = view.n > 0 ? first_in(by_tail[(unsigned char)view.p[view.n - 1]], view, kinds) : SIZE_MAX;
	const size_t wild = first_in(by_tail[0], view, kinds);
	return same < wild ? same : wild;
}

/* ---- who reads what ------------------------------------------------------------------------------- */

const struct bd_cataloger *bd_cataloger_for(const char *path)
{
	return bd_cataloger_at(first_match(path, PRIMARY_KEPT | PRIMARY_EXTRACTED));
}

const struct bd_cataloger *bd_cataloger_for_directory(const char *path)
{
	return bd_cataloger_at(first_match(path, DIRECTORY));
}

const struct bd_cataloger *bd_cataloger_named(const char *name)
{
	for (size_t i = 0; i < COUNT; i++) {
		if (strcmp(catalogers[i]->name, name) == 0) {
			return catalogers[i];
		}
	}
	return NULL;
}

bool bd_catalog_wants(const char *path)
{
	return first_match(path, PRIMARY_KEPT | COMPANION | OS_RELEASE) != SIZE_MAX;
}

static bool sniffs(const struct bd_cataloger *cataloger, const char *path, int64_t size_bytes, struct bd_str head)
{
	return head.p != NULL && cataloger->sniff != NULL && cataloger->extract != NULL &&
	       cataloger->sniff(path, size_bytes, head);
}

bool bd_catalog_examines(const char *path, int64_t size_bytes, struct bd_str head)
{
	if (first_match(path, PRIMARY_EXTRACTED) != SIZE_MAX) {
		return true;
	}
	for (size_t i = 0; head.p != NULL && i < COUNT; i++) {
		if (sniffs(catalogers[i], path, size_bytes, head)) {
			return true;
		}
	}
	return false;
}

static bool asks_for(const struct bd_cataloger *cataloger, const char *path, size_t size_bytes, struct bd_str head)
{
	for (const char *const *pattern = cataloger->primary; pattern != NULL && *pattern != NULL; pattern++) {
		if (cataloger->extract != NULL && bd_path_match(*pattern, path)) {
			return true;
		}
	}
	return sniffs(cataloger, path, (int64_t)size_bytes, head);
}

const struct bd_cataloger *bd_catalog_extract(
	const char *path, struct bd_str bytes, struct bd_buf *out, struct bd_error *err)
{
	const struct bd_str head = { bytes.p, bytes.n < BD_CATALOG_HEAD_BYTES ? bytes.n : BD_CATALOG_HEAD_BYTES };
	for (size_t i = 0; i < COUNT; i++) {
		err->msg[0] = '\0';
		if (!asks_for(catalogers[i], path, bytes.n, head)) {
			continue;
		}
		const int r = catalogers[i]->extract(path, bytes, out, err);
		if (out->n > 0 || r < 0) {
			return catalogers[i];
		}
	}
	return NULL;
}

static void add_patterns(struct bd_buf *out, const char *const *patterns)
{
	for (; patterns != NULL && *patterns != NULL; patterns++) {
		bd_buf_printf(out, " %s", *patterns);
	}
	bd_buf_add_char(out, '\n');
}

void bd_catalog_generation(char *out)
{
	AUTO(bd_buf_release) struct bd_buf text = { 0 };
	for (size_t i = 0; i < COUNT; i++) {
		const struct bd_cataloger *cataloger = catalogers[i];
		bd_buf_printf(&text, "%s %u%s%s\n", cataloger->name, cataloger->version,
			cataloger->sniff != NULL ? " sniff" : "", cataloger->extract != NULL ? " extract" : "");
		add_patterns(&text, cataloger->primary);
		add_patterns(&text, cataloger->companions);
	}
	add_patterns(&text, bd_os_release_paths);
	add_patterns(&text, bd_debian_version_paths);
	bd_sha256_text(bd_buf_str(&text), text.n, out);
}
