/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "explain/parts.h"

static const char *const cause_names[] = {
	[BD_BASE_REFERENCE_CHANGED] = "base-reference-changed",
	[BD_BASE_PLATFORM_CHANGED] = "base-platform-changed",
	[BD_BASE_IMAGE_MOVED] = "base-image-moved",
	[BD_STAGE_IMAGE_MOVED] = "stage-image-moved",
	[BD_FRONTEND_MOVED] = "frontend-moved",
	[BD_OWN_STEP_DRIFTED] = "own-step-drifted",
	[BD_BUILD_INPUT_CHANGED] = "build-input-changed",
	[BD_SAME_VERSION_OTHER_CONTENT] = "same-version-other-content",
	[BD_SETTINGS_CHANGED] = "settings-changed",
	[BD_FILES_OUTSIDE_PACKAGES] = "files-outside-packages",
	[BD_SOURCE_CHANGED] = "source-changed",
	[BD_ONLY_METADATA] = "only-metadata",
	[BD_NOTHING_DIFFERS] = "nothing-differs",
	[BD_CANNOT_TELL_CAUSE] = "cannot-tell",
	[BD_INDEX_ONLY_REPUBLISHED] = "index-only-republished",
	[BD_BASE_REBUILT_SAME_CONTENT] = "base-rebuilt-same-content",
	[BD_BASE_SAME_IMAGE] = "base-same-image",
};

const char *bd_cause_name(enum bd_cause_kind kind)
{
	return cause_names[kind];
}

const char *bd_remedy_kind_name(enum bd_remedy_kind kind)
{
	static const char *const names[] = {
		[BD_REMEDY_PIN_BASE] = "pin-base",
		[BD_REMEDY_PIN_PACKAGE] = "pin-package",
		[BD_REMEDY_RECORD_MORE] = "record-more",
	};
	return names[kind];
}

const char *bd_count_text(struct bd_arena *arena, size_t n)
{
	char digits[32];
	char text[48];
	const int len = snprintf(digits, sizeof(digits), "%zu", n);
	size_t used = 0;
	for (int i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0) {
			text[used++] = ',';
		}
		text[used++] = digits[i];
	}
	return bd_arena_text(arena, text, used);
}

const char *bd_plural(struct bd_arena *arena, size_t n, const char *one, const char *many)
{
	return bd_arena_printf(arena, "%s %s", bd_count_text(arena, n), n == 1 ? one : many);
}

const char *bd_short_digest(struct bd_arena *arena, const char *digest)
{
	if (digest == NULL) {
		return NULL;
	}
	const char *colon = strchr(digest, ':');
	const size_t head = colon != NULL ? (size_t)(colon - digest) + 1 : 0;
	const size_t n = strlen(digest);
	return bd_arena_text(arena, digest, n < head + 12 ? n : head + 12);
}

const char *familiar_reference(struct bd_arena *arena, const char *reference)
{
	struct bd_str text = bd_str(reference);
	if (reference == NULL) {
		return NULL;
	}
	const char *at = memchr(text.p, '@', text.n);
	if (at != NULL) {
		text.n = (size_t)(at - text.p);
	}
	static const char *const prefixes[] = { "docker.io/library/", "docker.io/" };
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		if (bd_str_starts(text, prefixes[i])) {
			const size_t skip = strlen(prefixes[i]);
			text = (struct bd_str){ text.p + skip, text.n - skip };
			break;
		}
	}
	return bd_arena_text(arena, text.p, text.n);
}

const char *runtime_title(struct bd_arena *arena, const char *name)
{
	static const char *const titles[][2] = { { "go", "Go" }, { "java", "Java" }, { "node", "Node.js" },
		{ "perl", "Perl" }, { "php", "PHP" }, { "python", "Python" }, { "ruby", "Ruby" }, { "rust", "Rust" },
		{ "erlang", "Erlang" } };
	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
		if (strcmp(titles[i][0], name) == 0) {
			return titles[i][1];
		}
	}
	return bd_arena_strdup(arena, name);
}

const char *date_of(struct bd_arena *arena, const char *time)
{
	int64_t seconds;
	char text[BD_TIME_TEXT];
	if (time == NULL || !bd_time_parse(time, &seconds)) {
		return NULL;
	}
	bd_time_text(seconds, text);
	return bd_arena_text(arena, text, strlen("2017-09-18"));
}

const char *dockerfile_name(const struct bd_report *report)
{
	const char *path = report->b->source.dockerfile_path != NULL ? report->b->source.dockerfile_path
								     : report->a->source.dockerfile_path;
	return path != NULL ? path : "Dockerfile";
}

void add_text(struct bd_arena *arena, struct bd_string_vec *to, const char *text)
{
	if (to->len == to->cap) {
		const size_t cap = to->cap > 0 ? to->cap * 2 : 4;
		const char **grown = bd_arena_alloc(arena, cap * sizeof(*grown));
		if (to->len > 0) {
			memcpy(grown, to->v, to->len * sizeof(*grown));
		}
		to->v = grown;
		to->cap = cap;
	}
	to->v[to->len++] = text;
}
