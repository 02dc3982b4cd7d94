/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "collect/parts.h"

bool setting_is_secret(const struct bd_collect_options *options, const char *key)
{
	for (const char *const *name = options->secret_names; name != NULL && *name != NULL; name++) {
		if (strcasestr(key, *name) != NULL) {
			return true;
		}
	}
	return bd_name_is_secret(key, strlen(key));
}

static int compare_settings(const void *a, const void *b)
{
	const struct bd_setting *x = a;
	const struct bd_setting *y = b;
	return strcmp(x->key, y->key);
}

/* Into the record's arena, sorted; of a repeated key the last one stays, as a runtime takes it. */
static void finish(struct bd_setting_vec *found, struct bd_arena *arena, struct bd_setting_vec *out)
{
	size_t kept = 0;
	for (size_t i = 0; i < found->len; i++) {
		bool repeated = false;
		for (size_t k = i + 1; k < found->len && !repeated; k++) {
			repeated = strcmp(found->v[i].key, found->v[k].key) == 0;
		}
		if (!repeated) {
			found->v[kept++] = found->v[i];
		}
	}
	if (kept > 0) {
		qsort(found->v, kept, sizeof(*found->v), compare_settings);
	}
	*out = (struct bd_setting_vec){ .len = kept, .cap = kept };
	out->v = bd_arena_copy(arena, found->v, kept * sizeof(*found->v));
	free(found->v);
}

static void add(const struct bd_collect_options *options, struct bd_setting_vec *found, struct bd_arena *arena,
	char *key, const char *value)
{
	struct bd_setting *setting = bd_vec_push(found);
	setting->key = key;
	setting->redacted = setting_is_secret(options, key);
	if (!setting->redacted) {
		setting->value = bd_url_without_credentials(arena, value);
	}
}

void sorted_env(const struct bd_collect_options *options, const struct bd_string_vec *env, struct bd_arena *arena,
	struct bd_setting_vec *out)
{
	struct bd_setting_vec found = { 0 };
	for (size_t i = 0; i < env->len; i++) {
		struct bd_str rest = bd_str(env->v[i]);
		const struct bd_str key = bd_str_cut(&rest, '=');
		add(options, &found, arena, bd_arena_text(arena, key.p, key.n), rest.p);
	}
	finish(&found, arena, out);
}

void sorted_labels(const struct bd_collect_options *options, const struct bd_key_value_vec *labels,
	struct bd_arena *arena, struct bd_setting_vec *out)
{
	struct bd_setting_vec found = { 0 };
	for (size_t i = 0; i < labels->len; i++) {
		add(options, &found, arena, bd_arena_strdup(arena, labels->v[i].key), labels->v[i].value);
	}
	finish(&found, arena, out);
}

static void copy_words(struct bd_arena *arena, const struct bd_string_vec *from, struct bd_string_vec *to)
{
	*to = (struct bd_string_vec){ .len = from->len, .cap = from->len };
	to->v = bd_arena_alloc(arena, (from->len + 1) * sizeof(*to->v));
	for (size_t i = 0; i < from->len; i++) {
		to->v[i] = bd_arena_strdup(arena, from->v[i]);
	}
}

void collect_settings(
	const struct bd_collect_options *options, const struct bd_config *config, struct bd_record *record)
{
	struct bd_image_config *to = &record->image.config;
	struct bd_arena *arena = &record->arena;

	sorted_env(options, &config->env, arena, &to->env);
	sorted_labels(options, &config->labels, arena, &to->labels);
	copy_words(arena, &config->entrypoint, &to->entrypoint);
	copy_words(arena, &config->cmd, &to->cmd);
	copy_words(arena, &config->exposed_ports, &to->exposed_ports);
	copy_words(arena, &config->volumes, &to->volumes);
	copy_words(arena, &config->healthcheck, &to->healthcheck);
	to->user = bd_arena_strdup(arena, config->user);
	to->working_dir = bd_arena_strdup(arena, config->working_dir);
	to->stop_signal = bd_arena_strdup(arena, config->stop_signal);
}
