/* SPDX-License-Identifier: Apache-2.0 */
#include "record/shapes.h"

#include <assert.h>
#include <limits.h>
#include <string.h>

static_assert(sizeof(enum bd_role) == sizeof(int) && sizeof(enum bd_tri) == sizeof(int), "enums travel as int");

#define FIELDS(name) \
	{ \
		.fields = name, .len = sizeof(name) / sizeof((name)[0]) \
	}
#define SHAPE(name, type, check) \
	const struct shape shape_##name = { \
		.fields = name##_fields, \
		.len = sizeof(name##_fields) / sizeof(name##_fields[0]), \
		.size = sizeof(type), \
		.problem = (check), \
	}

static const char *setting_problem(const void *item)
{
	const struct bd_setting *setting = item;
	return setting->redacted && setting->value != NULL ? "redacted, and yet it has a value" : NULL;
}

static const char *input_problem(const void *item)
{
	const struct bd_input *input = item;
	return input->redacted && input->value != NULL ? "redacted, and yet it has a value" : NULL;
}

static const char *evidence_problem(const void *item)
{
	const struct bd_evidence *evidence = item;
	return evidence->digest.value == NULL && evidence->digest.kind != BD_DIGEST_UNKNOWN ? "a kind without a digest"
											    : NULL;
}

/* clang-format off */
#define AT(member) .offset = offsetof(struct bd_record, member)
static const struct field record_fields[] = {
	{ "ecosystems", FIELD_TEXTS, AT(ecosystems) },
	{ "files_known", FIELD_BOOL, AT(files_known) },
	{ "tool", FIELD_TEXT, AT(tool) },
	{ "written", FIELD_TEXT, AT(written) },
};
#undef AT
SHAPE(record, struct bd_record, NULL);

#define AT(member) .offset = offsetof(struct bd_build, member)
static const struct field build_fields[] = {
	{ "branch", FIELD_TEXT, AT(branch) },
	{ "ci_provider", FIELD_TEXT, AT(ci_provider) },
	{ "exit_code", FIELD_INT, AT(exit_code), .fallback = -1 },
	{ "finished", FIELD_TEXT, AT(finished) },
	{ "id", FIELD_TEXT, AT(id) },
	{ "number", FIELD_TEXT, AT(number) },
	{ "project", FIELD_TEXT, AT(project) },
	{ "runner", FIELD_TEXT, AT(runner) },
	{ "started", FIELD_TEXT, AT(started) },
	{ "status", FIELD_NAME, AT(status), .rule = WRITTEN, .names = &names_status },
	{ "url", FIELD_TEXT, AT(url) },
};
#undef AT
SHAPE(build, struct bd_build, NULL);

#define AT(member) .offset = offsetof(struct bd_vcs, member)
static const struct field dockerfile_fields[] = {
	{ "digest", FIELD_TEXT, AT(dockerfile_digest) },
	{ "path", FIELD_TEXT, AT(dockerfile_path) },
	{ "text", FIELD_TEXT, AT(dockerfile_text) },
};
static const struct shape dockerfile_shape = FIELDS(dockerfile_fields);
static const struct field source_fields[] = {
	{ "branch", FIELD_TEXT, AT(branch) },
	{ "commit", FIELD_TEXT, AT(commit) },
	{ "context_digest", FIELD_TEXT, AT(context_digest) },
	{ "dirty", FIELD_TRI, AT(dirty) },
	{ "dirty_digest", FIELD_TEXT, AT(dirty_digest) },
	{ "dockerfile", FIELD_OBJECT, .shape = &dockerfile_shape },
	{ "dockerignore_digest", FIELD_TEXT, AT(dockerignore_digest) },
	{ "remote", FIELD_TEXT, AT(remote) },
	{ "target", FIELD_TEXT, AT(target) },
	{ "tree", FIELD_TEXT, AT(tree) },
	{ "vcs", FIELD_TEXT, AT(vcs) },
};
#undef AT
SHAPE(source, struct bd_vcs, NULL);

#define AT(member) .offset = offsetof(struct bd_setting, member)
static const struct field setting_fields[] = {
	{ "key", FIELD_TEXT, AT(key), .rule = REQUIRED },
	{ "redacted", FIELD_BOOL, AT(redacted) },
	{ "value", FIELD_TEXT, AT(value) },
};
#undef AT
SHAPE(setting, struct bd_setting, setting_problem);

#define AT(member) .offset = offsetof(struct bd_digest, member)
static const struct field digest_fields[] = {
	{ "kind", FIELD_NAME, AT(kind), .rule = REQUIRED, .names = &names_digest_kind },
	{ "value", FIELD_TEXT, AT(value), .rule = REQUIRED },
};
#undef AT
SHAPE(digest, struct bd_digest, NULL);

#define AT(member) .offset = offsetof(struct bd_evidence, member)
static const struct field evidence_fields[] = {
	{ "confidence", FIELD_NAME, AT(confidence), .rule = WRITTEN, .names = &names_confidence },
	{ "digest", FIELD_TEXT, AT(digest.value) },
	{ "kind", FIELD_NAME, AT(digest.kind), .names = &names_digest_kind },
	{ "note", FIELD_TEXT, AT(note) },
	{ "reference", FIELD_TEXT, AT(reference) },
	{ "source", FIELD_TEXT, AT(source), .rule = REQUIRED },
};
#undef AT
SHAPE(evidence, struct bd_evidence, evidence_problem);

#define AT(member) .offset = offsetof(struct bd_base, member)
static const struct field base_fields[] = {
	{ "as_written", FIELD_TEXT, AT(as_written) },
	{ "confidence", FIELD_NAME, AT(confidence), .rule = WRITTEN, .names = &names_confidence },
	{ "created", FIELD_TEXT, AT(created) },
	{ "diff_ids", FIELD_TEXTS, AT(diff_ids) },
	{ "digests", FIELD_LIST, AT(digests), .shape = &shape_digest },
	{ "env", FIELD_LIST, AT(env), .shape = &shape_setting },
	{ "evidence", FIELD_LIST, AT(evidence), .shape = &shape_evidence },
	{ "labels", FIELD_LIST, AT(labels), .shape = &shape_setting },
	{ "line", FIELD_INT, AT(line) },
	{ "pin", FIELD_NAME, AT(pin), .rule = WRITTEN, .names = &names_pin },
	{ "platform", FIELD_TEXT, AT(platform) },
	{ "reference", FIELD_TEXT, AT(reference) },
	{ "role", FIELD_NAME, AT(role), .rule = REQUIRED, .names = &names_role },
	{ "stage", FIELD_INT, AT(stage), .fallback = -1 },
	{ "stage_name", FIELD_TEXT, AT(stage_name) },
};
#undef AT
SHAPE(base, struct bd_base, NULL);

#define AT(member) .offset = offsetof(struct bd_built_image, member)
static const struct field config_fields[] = {
	{ "cmd", FIELD_TEXTS, AT(config.cmd) },
	{ "entrypoint", FIELD_TEXTS, AT(config.entrypoint) },
	{ "env", FIELD_LIST, AT(config.env), .shape = &shape_setting },
	{ "exposed_ports", FIELD_TEXTS, AT(config.exposed_ports) },
	{ "healthcheck", FIELD_TEXTS, AT(config.healthcheck) },
	{ "labels", FIELD_LIST, AT(config.labels), .shape = &shape_setting },
	{ "stop_signal", FIELD_TEXT, AT(config.stop_signal) },
	{ "user", FIELD_TEXT, AT(config.user) },
	{ "volumes", FIELD_TEXTS, AT(config.volumes) },
	{ "working_dir", FIELD_TEXT, AT(config.working_dir) },
};
static const struct shape config_shape = FIELDS(config_fields);
static const struct field distro_fields[] = {
	{ "id", FIELD_TEXT, AT(distro_id) },
	{ "name", FIELD_TEXT, AT(distro_name) },
	{ "version", FIELD_TEXT, AT(distro_version) },
};
static const struct shape distro_shape = FIELDS(distro_fields);
static const struct field image_fields[] = {
	{ "config", FIELD_OBJECT, .shape = &config_shape },
	{ "created", FIELD_TEXT, AT(created) },
	{ "digests", FIELD_LIST, AT(digests), .shape = &shape_digest },
	{ "distro", FIELD_OBJECT, .shape = &distro_shape },
	{ "name", FIELD_TEXT, AT(name) },
	{ "platform", FIELD_TEXT, AT(platform) },
};
#undef AT
SHAPE(image, struct bd_built_image, NULL);

#define AT(member) .offset = offsetof(struct bd_layer_line, member)
static const struct field layer_fields[] = {
	{ "cached", FIELD_BOOL, AT(cached) },
	{ "comment", FIELD_TEXT, AT(comment) },
	{ "content", FIELD_TEXT, AT(content) },
	{ "copied_from", FIELD_TEXT, AT(copied_from) },
	{ "copied_from_stage", FIELD_INT, AT(copied_from_stage), .fallback = -1 },
	{ "created", FIELD_TEXT, AT(created) },
	{ "created_by", FIELD_TEXT, AT(created_by) },
	{ "diff_id", FIELD_TEXT, AT(diff_id) },
	{ "digest", FIELD_TEXT, AT(digest.value) },
	{ "files", FIELD_COUNT, AT(files), .fallback = -1 },
	{ "index", FIELD_INT, AT(index), .rule = REQUIRED },
	{ "instruction", FIELD_TEXT, AT(instruction) },
	{ "line", FIELD_INT, AT(line) },
	{ "media_type", FIELD_TEXT, AT(media_type) },
	{ "metadata", FIELD_TEXT, AT(metadata) },
	{ "origin", FIELD_NAME, AT(origin), .rule = WRITTEN, .names = &names_layer_origin },
	{ "size_bytes", FIELD_COUNT, AT(size_bytes), .fallback = -1 },
	{ "verified", FIELD_BOOL, AT(verified) },
};
#undef AT
SHAPE(layer, struct bd_layer_line, NULL);

/* `of`, and the parts that purl does not tell as they were: package_line.c */
#define AT(member) .offset = offsetof(struct bd_package, member)
static const struct field package_fields[] = {
	{ "content", FIELD_TEXT, AT(content) },
	{ "files", FIELD_COUNT, AT(files), .fallback = -1 },
	{ "layer", FIELD_INT, AT(layer), .fallback = -1 },
	{ "metadata", FIELD_TEXT, AT(metadata) },
	{ "owned_by", FIELD_TEXT, AT(owned_by) },
	{ "path", FIELD_TEXT, AT(path) },
	{ "purl", FIELD_TEXT, AT(purl), .rule = REQUIRED },
	{ "size_bytes", FIELD_COUNT, AT(size_bytes), .fallback = -1 },
	{ "source", FIELD_TEXT, AT(source) },
	{ "source_version", FIELD_TEXT, AT(source_version) },
};
#undef AT
SHAPE(package, struct bd_package, NULL);

#define AT(member) .offset = offsetof(struct bd_file_line, member)
static const struct field file_fields[] = {
	{ "digest", FIELD_TEXT, AT(digest) },
	{ "gid", FIELD_ID, AT(gid), .rule = REQUIRED },
	{ "kind", FIELD_NAME, AT(kind), .rule = REQUIRED, .names = &names_file_kind },
	{ "layer", FIELD_INT, AT(layer), .fallback = -1 },
	{ "mode", FIELD_MODE, AT(mode), .rule = REQUIRED },
	{ "modified_from", FIELD_TEXT, AT(modified_from) },
	{ "mtime_sec", FIELD_TIME, AT(mtime_sec), .rule = REQUIRED },
	{ "path", FIELD_TEXT, AT(path), .rule = REQUIRED },
	{ "size_bytes", FIELD_COUNT, AT(size_bytes), .rule = REQUIRED },
	{ "target", FIELD_TEXT, AT(target) },
	{ "uid", FIELD_ID, AT(uid), .rule = REQUIRED },
};
#undef AT
SHAPE(file, struct bd_file_line, NULL);

#define AT(member) .offset = offsetof(struct bd_input, member)
static const struct field input_fields[] = {
	{ "key", FIELD_TEXT, AT(key) },
	{ "kind", FIELD_TEXT, AT(kind), .rule = REQUIRED },
	{ "redacted", FIELD_BOOL, AT(redacted) },
	{ "value", FIELD_TEXT, AT(value) },
};
#undef AT
SHAPE(input, struct bd_input, input_problem);

#define AT(member) .offset = offsetof(struct bd_build_log, member)
static const struct field log_fields[] = {
	{ "digest", FIELD_TEXT, AT(digest) },
	{ "failing_step", FIELD_TEXT, AT(failing_step) },
	{ "tail", FIELD_TEXT, AT(tail) },
};
#undef AT
SHAPE(log, struct bd_build_log, NULL);

#define AT(member) .offset = offsetof(struct bd_sbom_line, member)
static const struct field sbom_fields[] = {
	{ "digest", FIELD_TEXT, AT(digest) },
	{ "format", FIELD_TEXT, AT(format) },
	{ "tools", FIELD_TEXTS, AT(tools) },
};
#undef AT
SHAPE(sbom, struct bd_sbom_line, NULL);

#define AT(member) .offset = offsetof(struct bd_diagnostic, member)
static const struct field diagnostic_fields[] = {
	{ "code", FIELD_TEXT, AT(code), .rule = REQUIRED },
	{ "text", FIELD_TEXT, AT(text) },
	{ "where", FIELD_TEXT, AT(where) },
};
#undef AT
SHAPE(diagnostic, struct bd_diagnostic, NULL);

/* What a number of each kind may be, and how many bytes it has in its struct; 0: not a number. */
static const struct {
	size_t size;
	int64_t min, max;
} numbers[] = {
	[FIELD_TEXT] = { 0, 0, 0 },
	[FIELD_TEXTS] = { 0, 0, 0 },
	[FIELD_LIST] = { 0, 0, 0 },
	[FIELD_OBJECT] = { 0, 0, 0 },
	[FIELD_INT] = { sizeof(int), 0, INT_MAX },
	[FIELD_COUNT] = { sizeof(int64_t), 0, INT64_MAX },
	[FIELD_TIME] = { sizeof(int64_t), INT64_MIN, INT64_MAX },
	[FIELD_ID] = { sizeof(uint32_t), 0, UINT32_MAX },
	[FIELD_MODE] = { sizeof(uint32_t), 0, 07777 },
	[FIELD_BOOL] = { sizeof(bool), 0, 1 },
	[FIELD_TRI] = { sizeof(int), BD_CANNOT_TELL, BD_DIFFERENT },
	[FIELD_NAME] = { sizeof(int), 0, INT_MAX },
};
/* clang-format on */

bool field_is_number(const struct field *field)
{
	return numbers[field->kind].size > 0;
}

int64_t field_load(const struct field *field, const void *item)
{
	const char *p = (const char *)item + field->offset;
	const size_t size = numbers[field->kind].size;

	if (size == sizeof(int64_t)) {
		int64_t wide;
		memcpy(&wide, p, sizeof(wide));
		return wide;
	}
	if (size == sizeof(bool)) {
		bool flag;
		memcpy(&flag, p, sizeof(flag));
		return flag;
	}
	if (field->kind == FIELD_ID || field->kind == FIELD_MODE) {
		uint32_t id;
		memcpy(&id, p, sizeof(id));
		return id;
	}
	int value;
	memcpy(&value, p, sizeof(value));
	return value;
}

void field_store(const struct field *field, void *item, int64_t value)
{
	char *p = (char *)item + field->offset;
	const size_t size = numbers[field->kind].size;

	if (size == sizeof(int64_t)) {
		memcpy(p, &value, sizeof(value));
	} else if (size == sizeof(bool)) {
		const bool flag = value != 0;
		memcpy(p, &flag, sizeof(flag));
	} else if (field->kind == FIELD_ID || field->kind == FIELD_MODE) {
		const uint32_t id = (uint32_t)value;
		memcpy(p, &id, sizeof(id));
	} else {
		const int narrow = (int)value;
		memcpy(p, &narrow, sizeof(narrow));
	}
}

bool field_allows(const struct field *field, int64_t value)
{
	if (field->kind == FIELD_NAME) {
		return value >= 0 && (uint64_t)value < field->names->len;
	}
	if (field->rule == WHEN_KNOWN && value == field->fallback) {
		return true;
	}
	return value >= numbers[field->kind].min && value <= numbers[field->kind].max;
}

void shape_init(const struct shape *shape, void *item)
{
	memset(item, 0, shape->size);
	for (size_t i = 0; i < shape->len; i++) {
		const struct field *field = &shape->fields[i];
		if (field_is_number(field)) {
			field_store(field, item, field->fallback);
		}
	}
}
