/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report for programs (schema/report.schema.json).  Members
 * are always there, null when not known.  Texts that came from an image or a record are displayable;
 * where that changed them, KEY_base64 has the exact bytes.
 */
#include <jansson.h>

#include "base/auto.h"
#include "render/renderers.h"

#define SCHEMA         "basedrift/report/1"
#define MAX_FILE_ITEMS 10000U

/* ---- values --------------------------------------------------------------------------------- */

static void set(json_t *object, const char *key, json_t *value_take)
{
	(void)json_object_set_new_nocheck(object, key, value_take);
}

static json_t *shown(const char *text)
{
	struct bd_buf buf = { 0 };
	bd_display_text(&buf, text, strlen(text));
	json_t *value = json_stringn_nocheck(bd_buf_str(&buf), buf.n);
	bd_buf_release(&buf);
	return value;
}

static void put_base64(json_t *object, const char *key, const char *text)
{
	char other[64];
	struct bd_buf buf = { 0 };
	(void)snprintf(other, sizeof(other), "%s_base64", key);
	bd_base64(&buf, text, strlen(text));
	set(object, other, json_stringn_nocheck(bd_buf_str(&buf), buf.n));
	bd_buf_release(&buf);
}

/* A sentence of ours, perhaps with names in it. */
static void put_sentence(json_t *object, const char *key, const char *text)
{
	set(object, key, text != NULL ? shown(text) : json_null());
}

/* A name, path or value as somebody else wrote it. */
static void put_text(json_t *object, const char *key, const char *text)
{
	put_sentence(object, key, text);
	if (text != NULL && strcmp(json_string_value(json_object_get(object, key)), text) != 0) {
		put_base64(object, key, text);
	}
}

/* Would it pass as displayable, but for its line breaks and tabs? */
static bool is_plain(const char *text)
{
	const size_t n = strlen(text);
	AUTO(bd_buf_release) struct bd_buf flat = { 0 };
	AUTO(bd_buf_release) struct bd_buf display = { 0 };
	bd_buf_add(&flat, text, n);
	for (size_t i = 0; i < n; i++) {
		if (flat.p[i] == '\n' || flat.p[i] == '\t') {
			flat.p[i] = ' ';
		}
	}
	bd_display_text(&display, bd_buf_str(&flat), n);
	return bd_str_equal(bd_buf_view(&display), bd_buf_view(&flat));
}

/* Text of several lines that is used as it is: a patch, a line to paste. */
static void put_exact(json_t *object, const char *key, const char *text)
{
	if (text != NULL && is_plain(text)) {
		set(object, key, json_string_nocheck(text));
	} else {
		put_text(object, key, text);
	}
}

static void put_word(json_t *object, const char *key, const char *word)
{
	set(object, key, json_string_nocheck(word));
}

static void put_count(json_t *object, const char *key, size_t n)
{
	set(object, key, json_integer((json_int_t)n));
}

/* A number that counts from `first`; below it means not known. */
static void put_from(json_t *object, const char *key, int first, int value)
{
	set(object, key, value >= first ? json_integer(value) : json_null());
}

static void put_tri(json_t *object, const char *key, enum bd_tri same)
{
	set(object, key, same == BD_CANNOT_TELL ? json_null() : json_boolean(same == BD_SAME));
}

static json_t *digest_list(const struct bd_digest_vec *digests)
{
	json_t *array = json_array();
	for (size_t i = 0; i < digests->len; i++) {
		json_t *one = json_object();
		put_word(one, "kind", bd_digest_kind_name(digests->v[i].kind));
		put_text(one, "value", digests->v[i].value);
		(void)json_array_append_new(array, one);
	}
	return array;
}

static json_t *sentence_list(const struct bd_string_vec *sentences)
{
	json_t *array = json_array();
	for (size_t i = 0; i < sentences->len; i++) {
		(void)json_array_append_new(array, shown(sentences->v[i]));
	}
	return array;
}

/* A new object at the end of the array. */
static json_t *append(json_t *array)
{
	json_t *object = json_object();
	(void)json_array_append_new(array, object);
	return object;
}

/* ---- layers of a side ----------------------------------------------------------------------- */

/* The line of that layer, or NULL: records say "not known" with -1. */
static const struct bd_layer_line *layer_of(const struct bd_record *record, int layer)
{
	return layer >= 0 && (size_t)layer < record->layers.len ? &record->layers.v[layer] : NULL;
}

/* Where a difference sits: layer, and the origin and Dockerfile line that the layer's own line tells. */
static void put_place(json_t *object, const struct bd_record *record, int layer, bool of_base)
{
	const struct bd_layer_line *line = layer_of(record, layer);
	put_word(object, "origin",
		bd_layer_origin_name(of_base        ? BD_LAYER_BASE
				     : line != NULL ? line->origin
						    : BD_LAYER_UNKNOWN));
	put_from(object, "layer", 0, layer);
	put_from(object, "dockerfile_line", 1, line != NULL ? line->line : 0);
}

/* ---- the report's members ------------------------------------------------------------------- */

static json_t *verdict_of(const struct bd_report *report)
{
	json_t *object = json_object();
	put_word(object, "cause", bd_cause_name(report->verdict.cause));
	put_sentence(object, "headline", report->verdict.headline);
	put_sentence(object, "sentence", report->verdict.sentence);
	put_sentence(object, "flake", report->verdict.flake);
	put_word(object, "confidence", bd_confidence_name(report->verdict.confidence));
	return object;
}

static json_t *build_of(const struct bd_record *record, const struct bd_side *side)
{
	json_t *object = json_object();
	put_text(object, "project", record->build.project);
	put_text(object, "branch", record->build.branch);
	put_text(object, "id", record->build.id);
	put_word(object, "status", bd_status_name(record->build.status));
	put_text(object, "started", record->build.started);
	put_text(object, "url", record->build.url);
	put_text(object, "commit", record->source.commit);
	put_text(object, "tree", record->source.tree);
	put_text(object, "image", record->image.name);
	set(object, "digests", digest_list(&record->image.digests));
	put_text(object, "platform", record->image.platform);
	put_text(object, "record", record->digest);
	put_text(object, "label", side->label);
	put_text(object, "runtime", side->runtime);
	put_text(object, "distro", side->distro);
	put_count(object, "packages", side->packages);
	put_count(object, "base_packages", side->base_packages);
	put_count(object, "own_packages", side->own_packages);
	return object;
}

static json_t *source_of(const struct bd_report *report)
{
	json_t *object = json_object();
	json_t *trees = json_array();
	const char *const both[] = { report->a->source.tree, report->b->source.tree };

	put_tri(object, "same", report->source_same);
	for (size_t i = 0; i < 2; i++) {
		(void)json_array_append_new(trees, both[i] != NULL ? shown(both[i]) : json_null());
	}
	set(object, "tree", trees);
	put_text(object, "dockerfile", report->dockerfile);
	put_tri(object, "dockerfile_same", report->diff.dockerfile_same);
	put_tri(object, "context_same", report->diff.context_same);
	return object;
}

static json_t *causes_of(const struct bd_report *report)
{
	json_t *array = json_array();
	for (size_t i = 0; i < report->causes.len; i++) {
		const struct bd_cause *cause = &report->causes.v[i];
		json_t *object = append(array);
		put_word(object, "cause", bd_cause_name(cause->kind));
		put_text(object, "reference", cause->reference);
		put_from(object, "dockerfile_line", 1, cause->line);
		put_from(object, "stage", 0, cause->stage);
		put_sentence(object, "title", cause->title);
		put_sentence(object, "sentence", cause->sentence);
		put_count(object, "explains", cause->explains);
		put_text(object, "a", cause->a);
		put_text(object, "b", cause->b);
		put_word(object, "confidence", bd_confidence_name(cause->confidence));
		set(object, "evidence", sentence_list(&cause->evidence));
	}
	return array;
}

static json_t *ruled_out_of(const struct bd_report *report)
{
	json_t *array = json_array();
	for (size_t i = 0; i < report->ruled_out.len; i++) {
		const struct bd_ruled_out *one = &report->ruled_out.v[i];
		json_t *object = append(array);
		put_word(object, "cause", bd_cause_name(one->kind));
		put_text(object, "reference", one->reference);
		put_sentence(object, "reason", one->reason);
	}
	return array;
}

static const char *const topic_names[] = {
	[BD_TOPIC_TREE] = "tree",
	[BD_TOPIC_DOCKERFILE] = "dockerfile",
	[BD_TOPIC_BASE] = "base",
	[BD_TOPIC_STAGE_IMAGES] = "stage-images",
	[BD_TOPIC_BASE_PACKAGES] = "base-packages",
	[BD_TOPIC_BASE_SETTINGS] = "base-settings",
	[BD_TOPIC_OWN_PACKAGES] = "own-packages",
	[BD_TOPIC_OWN_SETTINGS] = "own-settings",
	[BD_TOPIC_FILES] = "files",
	[BD_TOPIC_BUILD_ARGS] = "build-args",
	[BD_TOPIC_PLATFORM] = "platform",
	[BD_TOPIC_BUILDER] = "builder",
	[BD_TOPIC_FRONTEND] = "frontend",
	[BD_TOPIC_COPIED_IMAGES] = "copied-images",
};

static json_t *compared_of(const struct bd_report *report)
{
	json_t *array = json_array();
	for (size_t i = 0; i < report->compared.len; i++) {
		const struct bd_compared *one = &report->compared.v[i];
		json_t *object = append(array);
		put_word(object, "topic", topic_names[one->topic]);
		put_tri(object, "same", one->state);
		put_sentence(object, "label", one->label);
		put_sentence(object, "detail", one->detail);
		put_count(object, "differing", one->differing);
		put_count(object, "total", one->total);
		put_from(object, "explained_by", 0, one->cause);
		set(object, "is_cause", json_boolean(one->is_cause));
		set(object, "unreadable", json_boolean(one->unreadable));
	}
	return array;
}

static json_t *base_side(const struct bd_base *base)
{
	if (base == NULL) {
		return json_null();
	}
	json_t *object = json_object();
	put_text(object, "reference", base->reference);
	put_text(object, "as_written", base->as_written);
	put_text(object, "platform", base->platform);
	set(object, "digests", digest_list(&base->digests));
	put_text(object, "created", base->created);
	put_word(object, "confidence", bd_confidence_name(base->confidence));
	return object;
}

static json_t *bases_of(const struct bd_report *report)
{
	json_t *array = json_array();
	for (size_t i = 0; i < report->diff.bases.len; i++) {
		const struct bd_base_pair *pair = &report->diff.bases.v[i];
		const struct bd_base *base = pair->b != NULL ? pair->b : pair->a;
		json_t *object = append(array);
		put_text(object, "reference", base->reference);
		put_word(object, "role", bd_role_name(base->role));
		put_from(object, "stage", 0, base->stage);
		put_text(object, "stage_name", base->stage_name);
		put_from(object, "line", 1, base->line);
		put_tri(object, "same", pair->same);
		put_text(object, "how", pair->how);
		set(object, "a", base_side(pair->a));
		set(object, "b", base_side(pair->b));
	}
	return array;
}

static json_t *layers_of(const struct bd_report *report)
{
	static const char *const states[] = {
		[BD_LAYER_IDENTICAL] = "identical",
		[BD_LAYER_SAME_CONTENT] = "same-content",
		[BD_LAYER_DIFFERS] = "differs",
		[BD_LAYER_ONLY_A] = "only-a",
		[BD_LAYER_ONLY_B] = "only-b",
	};
	json_t *array = json_array();
	for (size_t i = 0; i < report->diff.layers.len; i++) {
		const struct bd_layer_pair *pair = &report->diff.layers.v[i];
		const struct bd_layer_line *a = layer_of(report->a, pair->a);
		const struct bd_layer_line *b = layer_of(report->b, pair->b);
		const struct bd_layer_line *line = b != NULL ? b : a;
		json_t *object = append(array);
		put_from(object, "a", 0, pair->a);
		put_from(object, "b", 0, pair->b);
		put_word(object, "state", states[pair->state]);
		put_text(object, "a_diff_id", a != NULL ? a->diff_id : NULL);
		put_text(object, "b_diff_id", b != NULL ? b->diff_id : NULL);
		put_word(object, "origin", bd_layer_origin_name(line != NULL ? line->origin : BD_LAYER_UNKNOWN));
		put_from(object, "dockerfile_line", 1, line != NULL ? line->line : 0);
		put_text(object, "created_by", line != NULL ? line->created_by : NULL);
		put_count(object, "packages", pair->packages);
	}
	return array;
}

static json_t *packages_of(const struct bd_report *report)
{
	json_t *array = json_array();
	for (size_t i = 0; i < report->diff.packages.len; i++) {
		const struct bd_package_change *change = &report->diff.packages.v[i];
		const struct bd_package *package = change->b != NULL ? change->b : change->a;
		json_t *object = append(array);
		put_text(object, "purl_type", package->type);
		put_text(object, "namespace", package->namespace);
		put_text(object, "name", package->name);
		put_text(object, "arch", package->arch);
		put_text(object, "path", package->path);
		put_text(object, "owned_by", package->owned_by);
		put_word(object, "change", bd_change_name(change->change));
		put_text(object, "a", change->a != NULL ? change->a->version : NULL);
		put_text(object, "b", change->b != NULL ? change->b->version : NULL);
		put_text(object, "source", package->source);
		put_place(object, change->b != NULL ? report->b : report->a, package->layer, package->of_base);
		put_from(object, "explained_by", 0, change->explained_by);
	}
	return array;
}

static json_t *settings_of(const struct bd_report *report)
{
	json_t *array = json_array();
	for (size_t i = 0; i < report->diff.settings.len; i++) {
		const struct bd_setting_change *change = &report->diff.settings.v[i];
		json_t *object = append(array);
		put_word(object, "kind", change->kind);
		put_text(object, "key", change->key);
		put_word(object, "change", bd_change_name(change->change));
		put_text(object, "a", change->redacted ? NULL : change->a);
		put_text(object, "b", change->redacted ? NULL : change->b);
		set(object, "redacted", json_boolean(change->redacted));
		put_sentence(object, "noise", change->noise);
		put_from(object, "explained_by", 0, change->explained_by);
	}
	return array;
}

static json_t *inputs_of(const struct bd_report *report)
{
	json_t *array = json_array();
	for (size_t i = 0; i < report->diff.inputs.len; i++) {
		const struct bd_input_change *change = &report->diff.inputs.v[i];
		json_t *object = append(array);
		put_text(object, "kind", change->kind);
		put_text(object, "key", change->key);
		put_text(object, "a", change->a);
		put_text(object, "b", change->b);
		put_from(object, "explained_by", 0, change->explained_by);
	}
	return array;
}

/* ---- files ---------------------------------------------------------------------------------- */

static json_t *file_side(const struct bd_file_line *file)
{
	if (file == NULL) {
		return json_null();
	}
	char mode[16];
	json_t *object = json_object();
	(void)snprintf(mode, sizeof(mode), "%04o", file->mode & 07777U);
	put_word(object, "kind", bd_file_kind_name(file->kind));
	put_word(object, "mode", mode);
	set(object, "uid", json_integer(file->uid));
	set(object, "gid", json_integer(file->gid));
	set(object, "mtime_sec", json_integer(file->mtime_sec));
	set(object, "size_bytes", json_integer(file->size_bytes));
	put_text(object, "digest", file->digest);
	put_text(object, "target", file->target);
	return object;
}

static json_t *file_item(const struct bd_report *report, const struct bd_file_change *change)
{
	const struct bd_file_line *file = change->b != NULL ? change->b : change->a;
	json_t *object = json_object();
	put_text(object, "path", file->path);
	put_word(object, "change", bd_change_name(change->change));
	put_text(object, "modified_from", file->modified_from);
	put_place(object, change->b != NULL ? report->b : report->a, file->layer, false);
	set(object, "a", file_side(change->a));
	set(object, "b", file_side(change->b));
	put_sentence(object, "noise", change->noise);
	put_from(object, "explained_by", 0, change->explained_by);
	return object;
}

static bool counts(const struct bd_file_change *change)
{
	return change->noise == NULL && change->change != BD_METADATA;
}

/* In path order; when not all fit, noise and metadata give way first. */
static json_t *file_items(const struct bd_report *report)
{
	const struct bd_file_change_vec *files = &report->diff.files;
	json_t *array = json_array();
	size_t room = 0; /* for what counts */
	for (size_t i = 0; i < files->len; i++) {
		room += counts(&files->v[i]);
	}
	room = room < MAX_FILE_ITEMS ? room : MAX_FILE_ITEMS;
	size_t rest = MAX_FILE_ITEMS - room;
	for (size_t i = 0; i < files->len; i++) {
		size_t *left = counts(&files->v[i]) ? &room : &rest;
		if (*left > 0) {
			(*left)--;
			(void)json_array_append_new(array, file_item(report, &files->v[i]));
		}
	}
	return array;
}

static json_t *files_of(const struct bd_report *report)
{
	json_t *object = json_object();
	json_t *items = file_items(report);
	put_count(object, "changed", report->files_changed);
	put_count(object, "added", report->files_added);
	put_count(object, "removed", report->files_removed);
	put_count(object, "metadata", report->files_metadata);
	put_count(object, "noise", report->files_noise);
	put_count(object, "truncated", report->diff.files.len - json_array_size(items));
	set(object, "items", items);
	return object;
}

/* ---- what to do ----------------------------------------------------------------------------- */

static json_t *remedy_of(const struct bd_report *report)
{
	json_t *array = json_array();
	for (size_t i = 0; i < report->remedy.len; i++) {
		const struct bd_remedy *remedy = &report->remedy.v[i];
		json_t *object = append(array);
		put_word(object, "kind", bd_remedy_kind_name(remedy->kind));
		put_text(object, "file", remedy->file);
		put_from(object, "line", 1, remedy->line);
		put_sentence(object, "text", remedy->text);
		put_exact(object, "old_text", remedy->old_text);
		put_exact(object, "new_text", remedy->new_text);
		put_exact(object, "patch", remedy->patch);
		put_sentence(object, "test", remedy->test);
	}
	return array;
}

static json_t *not_compared_of(const struct bd_report *report)
{
	json_t *array = json_array();
	for (size_t i = 0; i < report->not_compared.len; i++) {
		json_t *object = append(array);
		put_sentence(object, "what", report->not_compared.v[i].what);
		put_sentence(object, "why", report->not_compared.v[i].why);
	}
	return array;
}

static json_t *document_of(const struct bd_report *report)
{
	json_t *object = json_object();
	put_word(object, "schema", SCHEMA);
	put_text(object, "generated", report->generated);
	set(object, "exit_status", json_integer(report->exit_status));
	set(object, "verdict", verdict_of(report));
	set(object, "a", build_of(report->a, &report->side_a));
	set(object, "b", build_of(report->b, &report->side_b));
	set(object, "source", source_of(report));
	set(object, "causes", causes_of(report));
	set(object, "ruled_out", ruled_out_of(report));
	set(object, "compared", compared_of(report));
	set(object, "bases", bases_of(report));
	set(object, "layers", layers_of(report));
	set(object, "packages", packages_of(report));
	set(object, "settings", settings_of(report));
	set(object, "inputs", inputs_of(report));
	set(object, "files", files_of(report));
	set(object, "remedy", remedy_of(report));
	set(object, "not_compared", not_compared_of(report));
	set(object, "commands", sentence_list(&report->commands));
	put_text(object, "choice", report->choice);
	return object;
}

static int add_bytes(const char *p, size_t n, void *data)
{
	bd_buf_add(data, p, n);
	return 0;
}

static int render(const struct bd_report *report, const struct bd_render_options *options, struct bd_buf *out,
	struct bd_error *err)
{
	(void)options;
	json_auto_t *document = document_of(report);
	if (json_dump_callback(document, add_bytes, out, JSON_INDENT(2)) != 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "json: the report cannot be written");
	}
	bd_buf_add_char(out, '\n');
	return 0;
}

const struct bd_renderer bd_renderer_json = {
	.name = "json",
	.extension = "json",
	.media_type = "application/json",
	.render = render,
};
