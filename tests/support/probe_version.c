/* SPDX-License-Identifier: Apache-2.0 */
/* basedrift-probe version, version-valid, vers, purl. */
#include "basedrift/version.h"

#include "base/auto.h"
#include "probe.h"

/* ---- version ----------------------------------------------------------------------------------- */

/* Collections of vectors name a scheme's reading too: "npm-loose", "pypi-legacy". */
static const struct bd_version_scheme *find_scheme(char *ecosystem)
{
	const struct bd_version_scheme *scheme = bd_version_scheme_for(ecosystem);
	char *dash = strrchr(ecosystem, '-');
	if (scheme == NULL && dash != NULL) {
		*dash = '\0';
		scheme = bd_version_scheme_for(ecosystem);
	}
	return scheme;
}

static char order_sign(enum bd_order order)
{
	switch (order) {
	case BD_LESS:
		return '<';
	case BD_EQUAL:
		return '=';
	case BD_GREATER:
		return '>';
	case BD_UNORDERED:
		break;
	}
	return '?';
}

static const struct bd_version_scheme *scheme_of_arguments(int argc, char **argv)
{
	const struct bd_version_scheme *scheme = argc == 1 ? find_scheme(argv[0]) : NULL;
	if (scheme != NULL) {
		return scheme;
	}
	(void)fprintf(stderr, "one ECOSYSTEM, please; known:");
	for (size_t i = 0; bd_version_scheme_at(i) != NULL; i++) {
		(void)fprintf(stderr, " %s", bd_version_scheme_at(i)->name);
	}
	(void)fputc('\n', stderr);
	return NULL;
}

int probe_version(int argc, char **argv)
{
	AUTO(bd_buf_release) struct bd_buf bytes = { .n = 0 };
	const struct bd_version_scheme *scheme = scheme_of_arguments(argc, argv);
	if (scheme == NULL) {
		return 2;
	}
	probe_stdin(&bytes);
	struct bd_str rest = bd_buf_view(&bytes);
	while (rest.n > 0) {
		struct bd_str b = bd_str_cut(&rest, '\n');
		const struct bd_str a = bd_str_cut(&b, '\t');
		const enum bd_order order = bd_str_equal(a, b) ? BD_EQUAL : scheme->compare(a, b);
		(void)printf("%c\n", order_sign(order));
	}
	return 0;
}

int probe_version_valid(int argc, char **argv)
{
	AUTO(bd_buf_release) struct bd_buf bytes = { .n = 0 };
	const struct bd_version_scheme *scheme = scheme_of_arguments(argc, argv);
	if (scheme == NULL) {
		return 2;
	}
	probe_stdin(&bytes);
	struct bd_str rest = bd_buf_view(&bytes);
	while (rest.n > 0) {
		const struct bd_str text = bd_str_cut(&rest, '\n');
		(void)puts(scheme->valid == NULL ? "?" : scheme->valid(text) ? "valid" : "invalid");
	}
	return 0;
}

/* ---- vers -------------------------------------------------------------------------------------- */

static json_t *contains_json(const struct bd_version_range *range, const char *version, struct bd_arena *arena)
{
	struct bd_error err;
	bool contains = false;
	if (bd_version_range_contains(range, version, &contains, &err) < 0) {
		return json_pack("{s:o}", "error", probe_text(arena, err.msg));
	}
	return json_boolean(contains);
}

/* Lines of RANGE, or RANGE<TAB>VERSION. */
int probe_vers(void)
{
	AUTO(bd_buf_release) struct bd_buf bytes = { .n = 0 };
	probe_stdin(&bytes);
	struct bd_str rest = bd_buf_view(&bytes);
	struct bd_str version;
	while (bd_str_line(&rest, &version)) {
		AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
		struct bd_error err;
		struct bd_version_range range;
		const struct bd_str specifier = bd_str_cut(&version, '\t');
		if (bd_version_range_parse(specifier, &arena, &range, &err) < 0) {
			(void)probe_print_error(&err, &arena);
			continue;
		}
		json_t *out =
			json_pack("{s:o}", "canonical", probe_text(&arena, bd_version_range_text(&range, &arena)));
		if (version.n > 0) {
			const char *asked = bd_arena_text(&arena, version.p, version.n);
			(void)json_object_set_new(out, "contains", contains_json(&range, asked, &arena));
		}
		(void)probe_print(out);
	}
	return 0;
}

/* ---- purl -------------------------------------------------------------------------------------- */

static json_t *qualifiers_json(struct bd_arena *arena, const struct bd_purl *purl)
{
	if (purl->qualifiers.len == 0) {
		return json_null();
	}
	json_t *object = json_object();
	for (size_t i = 0; i < purl->qualifiers.len; i++) {
		const struct bd_key_value *pair = &purl->qualifiers.v[i];
		(void)json_object_set_new(object, pair->key, probe_text(arena, pair->value));
	}
	return object;
}

static json_t *purl_json(const struct bd_purl *purl, struct bd_arena *arena)
{
	return json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "type", probe_text(arena, purl->type), "namespace",
		probe_text(arena, purl->namespace), "name", probe_text(arena, purl->name), "version",
		probe_text(arena, purl->version), "qualifiers", qualifiers_json(arena, purl), "subpath",
		probe_text(arena, purl->subpath), "canonical", probe_text(arena, bd_purl_text(purl, arena)));
}

/* An error may come with what a lenient reading makes of the text. */
int probe_purl(void)
{
	AUTO(bd_buf_release) struct bd_buf bytes = { .n = 0 };
	probe_stdin(&bytes);
	struct bd_str rest = bd_buf_view(&bytes);
	struct bd_str line;
	while (bd_str_line(&rest, &line)) {
		AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
		struct bd_error err;
		struct bd_error lenient_err;
		struct bd_purl purl;
		if (bd_purl_parse(line, &arena, &purl, &err) == 0) {
			(void)probe_print(purl_json(&purl, &arena));
		} else if (bd_purl_parse_lenient(line, &arena, &purl, &lenient_err) < 0) {
			(void)probe_print_error(&err, &arena);
		} else {
			(void)probe_print(json_pack("{s:o,s:o}", "error", probe_text(&arena, err.msg), "canonical",
				probe_text(&arena, bd_purl_text(&purl, &arena))));
		}
	}
	return 0;
}
