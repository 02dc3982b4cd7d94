/* SPDX-License-Identifier: Apache-2.0 */
/* What the image tells a container runtime: environment, labels, command … */
#include <string.h>

#include "diff/parts.h"

static void add_setting(struct bd_diff *diff, const char *kind, const char *key, const char *a, const char *b)
{
	*bd_vec_push(&diff->settings) = (struct bd_setting_change){
		.change = a == NULL   ? BD_ADDED
			  : b == NULL ? BD_REMOVED
				      : BD_CHANGED,
		.kind = kind,
		.key = key,
		.a = a,
		.b = b,
		.noise = key != NULL ? bd_noise_setting_reason(kind, key) : NULL,
		.explained_by = -1,
	};
}

/* A value that was not recorded may differ unseen, but its name being there or not is known. */
static void compare_settings(
	struct bd_diff *diff, const char *kind, const struct bd_setting *a, const struct bd_setting *b)
{
	const bool redacted = (a != NULL && a->redacted) || (b != NULL && b->redacted);
	const struct bd_setting *named = a != NULL ? a : b;
	const char *left = a == NULL ? NULL : a->redacted ? "(redacted)" : a->value;
	const char *right = b == NULL ? NULL : b->redacted ? "(redacted)" : b->value;

	if (named != NULL && !bd_streq(left, right)) {
		add_setting(diff, kind, named->key, left, right);
		diff->settings.v[diff->settings.len - 1].redacted = redacted;
	}
}

static void merge_settings(
	struct bd_diff *diff, const char *kind, const struct bd_setting_vec *a, const struct bd_setting_vec *b)
{
	size_t i = 0;
	size_t j = 0;
	while (i < a->len || j < b->len) {
		const int order = i == a->len ? 1 : j == b->len ? -1 : strcmp(a->v[i].key, b->v[j].key);
		compare_settings(diff, kind, order <= 0 ? &a->v[i] : NULL, order >= 0 ? &b->v[j] : NULL);
		i += order <= 0;
		j += order >= 0;
	}
}

/* ["sh", "-c"] as one text; NULL when there are none. */
static const char *joined(struct bd_diff *diff, const struct bd_string_vec *words)
{
	if (words->len == 0) {
		return NULL;
	}
	struct bd_buf text = { 0 };
	for (size_t i = 0; i < words->len; i++) {
		bd_buf_printf(&text, "%s\"%s\"", i == 0 ? "[" : ", ", words->v[i]);
	}
	bd_buf_add_char(&text, ']');
	const char *copy = bd_arena_text(&diff->arena, text.p, text.n);
	bd_buf_release(&text);
	return copy;
}

static void compare_words(
	struct bd_diff *diff, const char *kind, const struct bd_string_vec *a, const struct bd_string_vec *b)
{
	const char *left = joined(diff, a);
	const char *right = joined(diff, b);
	if (!bd_streq(left, right)) {
		add_setting(diff, kind, NULL, left, right);
	}
}

static void compare_text(struct bd_diff *diff, const char *kind, const char *a, const char *b)
{
	const char *left = a != NULL && *a != '\0' ? a : NULL;
	const char *right = b != NULL && *b != '\0' ? b : NULL;
	if (!bd_streq(left, right)) {
		add_setting(diff, kind, NULL, left, right);
	}
}

/* Ports and volumes are sets, kept sorted. */
static void merge_words(
	struct bd_diff *diff, const char *kind, const struct bd_string_vec *a, const struct bd_string_vec *b)
{
	size_t i = 0;
	size_t j = 0;
	while (i < a->len || j < b->len) {
		const int order = i == a->len ? 1 : j == b->len ? -1 : strcmp(a->v[i], b->v[j]);
		if (order != 0) {
			add_setting(diff, kind, order < 0 ? a->v[i] : b->v[j], order < 0 ? a->v[i] : NULL,
				order > 0 ? b->v[j] : NULL);
		}
		i += order <= 0;
		j += order >= 0;
	}
}

static bool differs_beyond_noise(const struct bd_setting_change_vec *changes)
{
	for (size_t i = 0; i < changes->len; i++) {
		if (changes->v[i].noise == NULL) {
			return true;
		}
	}
	return false;
}

void diff_settings(struct bd_diff *diff)
{
	const struct bd_image_config *a = &diff->a->image.config;
	const struct bd_image_config *b = &diff->b->image.config;

	if (!diff->a->image.present || !diff->b->image.present || diff->a->sbom.present || diff->b->sbom.present) {
		diff->settings_same = BD_CANNOT_TELL;
		return;
	}
	merge_settings(diff, "env", &a->env, &b->env);
	merge_settings(diff, "label", &a->labels, &b->labels);
	compare_words(diff, "entrypoint", &a->entrypoint, &b->entrypoint);
	compare_words(diff, "cmd", &a->cmd, &b->cmd);
	compare_text(diff, "user", a->user, b->user);
	compare_text(diff, "working_dir", a->working_dir, b->working_dir);
	merge_words(diff, "port", &a->exposed_ports, &b->exposed_ports);
	merge_words(diff, "volume", &a->volumes, &b->volumes);
	compare_text(diff, "stop_signal", a->stop_signal, b->stop_signal);
	compare_words(diff, "healthcheck", &a->healthcheck, &b->healthcheck);
	diff->settings_same = differs_beyond_noise(&diff->settings) ? BD_DIFFERENT : BD_SAME;
}
