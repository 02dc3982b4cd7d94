/* SPDX-License-Identifier: Apache-2.0 */
/* The image configuration: OCI image-spec, config.md, and Docker's "Healthcheck" beside it. */
#include "oci/config.h"

#include "basedrift/limits.h"

#include "oci/descriptor.h"

int get_words(const struct at *at, const char *key, struct bd_string_vec *out, struct bd_error *err)
{
	const struct at member = at_member(at, key);
	if (!json_is_string(member.value)) {
		return get_texts(at, key, out, err);
	}
	vec_of_texts(out, 1, at->arena);
	return get_text(at, key, &out->v[out->len++], err);
}

static int read_healthcheck(const struct at *config, struct bd_string_vec *out, struct bd_error *err)
{
	const struct at healthcheck = at_member(config, "Healthcheck");
	if (at_object(&healthcheck, err) < 0) {
		return -(int)err->code;
	}
	return get_texts(&healthcheck, "Test", out, err);
}

int read_settings(const struct at *root, struct bd_config *out, struct bd_error *err)
{
	const struct at config = at_member(root, "config");
	if (at_object(root, err) < 0 || read_platform(root, &out->platform, err) < 0 ||
		get_text(root, "created", &out->created, err) < 0 || get_text(root, "author", &out->author, err) < 0 ||
		at_object(&config, err) < 0) {
		return -(int)err->code;
	}
	if (get_texts(&config, "Env", &out->env, err) < 0 || get_pairs(&config, "Labels", &out->labels, err) < 0 ||
		get_words(&config, "Entrypoint", &out->entrypoint, err) < 0 ||
		get_words(&config, "Cmd", &out->cmd, err) < 0 ||
		get_keys(&config, "ExposedPorts", &out->exposed_ports, err) < 0 ||
		get_keys(&config, "Volumes", &out->volumes, err) < 0 ||
		get_text(&config, "User", &out->user, err) < 0 ||
		get_text(&config, "WorkingDir", &out->working_dir, err) < 0 ||
		get_text(&config, "StopSignal", &out->stop_signal, err) < 0) {
		return -(int)err->code;
	}
	return read_healthcheck(&config, &out->healthcheck, err);
}

static int read_history(const struct at *root, struct bd_history_vec *out, struct bd_error *err)
{
	const struct at list = at_member(root, "history");
	if (at_array(&list, BD_LIMIT_CONFIG_HISTORY, err) < 0) {
		return -(int)err->code;
	}
	const size_t n = json_array_size(list.value);
	out->v = bd_arena_alloc(root->arena, n * sizeof(*out->v));
	out->cap = n;
	for (out->len = 0; out->len < n; out->len++) {
		struct bd_history *entry = &out->v[out->len];
		const struct at at = at_element(&list, out->len);
		if (at_object(&at, err) < 0 || get_text(&at, "created", &entry->created, err) < 0 ||
			get_text(&at, "created_by", &entry->created_by, err) < 0 ||
			get_text(&at, "author", &entry->author, err) < 0 ||
			get_text(&at, "comment", &entry->comment, err) < 0 ||
			get_bool(&at, "empty_layer", &entry->empty_layer, err) < 0) {
			return -(int)err->code;
		}
	}
	return 0;
}

static int read_rootfs(const struct at *root, struct bd_string_vec *out, struct bd_error *err)
{
	const char *type = NULL;
	const struct at rootfs = at_member(root, "rootfs");
	const struct at list = at_member(&rootfs, "diff_ids");
	if (rootfs.value == NULL) {
		return at_error(&rootfs, err, "missing");
	}
	if (at_object(&rootfs, err) < 0 || get_text(&rootfs, "type", &type, err) < 0) {
		return -(int)err->code;
	}
	if (type != NULL && !bd_streq(type, "layers")) { /* Windows' "layers+base" went with its first release */
		return bd_error_set(err, BD_ERR_UNSUPPORTED, "rootfs.type: \"layers\" is the one that is known");
	}
	if (at_array(&list, BD_LIMIT_LAYERS, err) < 0 || get_texts(&rootfs, "diff_ids", out, err) < 0) {
		return -(int)err->code;
	}
	for (size_t i = 0; i < out->len; i++) {
		const struct at element = at_element(&list, i);
		if (!bd_digest_valid(out->v[i])) {
			return at_error(&element, err, "not a digest");
		}
	}
	return 0;
}

int bd_config_parse(struct bd_str json, struct bd_arena *arena, struct bd_config *out, struct bd_error *err)
{
	json_t *document = NULL;
	*out = (struct bd_config){ 0 };
	if (json_open(json, BD_LIMIT_CONFIG_BYTES, &document, err) < 0) {
		return -(int)err->code;
	}
	const struct at root = at_root(document, arena);
	const bool read = read_settings(&root, out, err) == 0 && read_history(&root, &out->history, err) == 0 &&
			  read_rootfs(&root, &out->diff_ids, err) == 0;
	json_decref(document);
	return read ? 0 : -(int)err->code;
}
