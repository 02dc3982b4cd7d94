/* SPDX-License-Identifier: Apache-2.0 */
#include "basedrift/collect.h"

#include <ctype.h>

#include "base/auto.h"
#include "collect/claim_memo.h"
#include "collect/parts.h"
#include "collect/runtimes.h"

DEFINE_AUTO(record, struct bd_record, bd_record_free)
DEFINE_AUTO(image, struct bd_image, bd_image_close)

/* "oci:/builds/17/app:1" says more of a machine than of an image: folders are left out of the name. */
static const char *name_without_folders(struct bd_arena *arena, const struct bd_image *image)
{
	struct bd_str rest = bd_str(image->name);
	struct bd_str transport = bd_str_cut(&rest, ':');
	if (!bd_str_is(transport, image->transport)) {
		rest = bd_str(image->name);
		transport = bd_str(image->transport);
	}
	if (image->reference != NULL) {
		return bd_arena_printf(arena, "%.*s:%s", (int)transport.n, transport.p, image->reference);
	}
	const struct bd_str name = bd_path_name(rest);
	return bd_arena_printf(arena, "%.*s:%.*s", (int)transport.n, transport.p, (int)name.n, name.p);
}

static void describe_image(struct bd_record *record, const struct bd_image *image)
{
	struct bd_built_image *to = &record->image;
	struct bd_arena *arena = &record->arena;

	to->present = true;
	to->name = name_without_folders(arena, image);
	to->created = bd_arena_strdup(arena, image->config.created);
	if (image->platform.os != NULL || image->platform.architecture != NULL) {
		to->platform = bd_platform_text(&image->platform, arena);
	}
	to->digests = (struct bd_digest_vec){ .len = image->digests.len, .cap = image->digests.len };
	to->digests.v = bd_arena_alloc(arena, (image->digests.len + 1) * sizeof(*to->digests.v));
	for (size_t i = 0; i < image->digests.len; i++) {
		to->digests.v[i] = (struct bd_digest){ image->digests.v[i].kind,
			bd_arena_strdup(arena, image->digests.v[i].value) };
	}
	for (size_t i = 0; i < image->warnings.len; i++) {
		bd_record_diagnose(record, "image-warning", NULL, "%s", image->warnings.v[i]);
	}
}

/* "RUN apt-get update &&   apt-get …" as one line of at most 200 bytes. */
static const char *one_line(struct bd_arena *arena, const struct bd_instruction *instruction)
{
	AUTO(bd_buf_release) struct bd_buf text = { 0 };
	AUTO(bd_buf_release) struct bd_buf redacted = { 0 };
	struct bd_arena scratch = { 0 };
	const struct bd_str raw = bd_str(instruction->raw);
	bool space = false;

	bd_buf_add_str(&redacted, bd_dockerfile_redact(raw, &scratch));
	for (size_t i = 0; i < redacted.n && text.n < 200; i++) {
		const char c = redacted.p[i];
		const bool joint =
			c == '\\' && (i + 1 == redacted.n || redacted.p[i + 1] == '\n' || redacted.p[i + 1] == '\r');
		if (joint || c == ' ' || c == '\t' || c == '\n' || c == '\r') {
			space = text.n > 0;
			continue;
		}
		if (space) {
			bd_buf_add_char(&text, ' ');
			space = false;
		}
		bd_buf_add_char(&text, c);
	}
	bd_arena_release(&scratch);
	return bd_arena_text(arena, bd_buf_str(&text), text.n);
}

/* The key of KEY=value, or NULL. */
static const char *key_of(struct bd_arena *arena, struct bd_str word)
{
	size_t n = 0;
	while (n < word.n && (isalnum((unsigned char)word.p[n]) != 0 || word.p[n] == '_')) {
		n++;
	}
	return n > 0 && n < word.n && word.p[n] == '=' ? bd_arena_text(arena, word.p, n) : NULL;
}

/*
 * "RUN |2 TOKEN=a b MODE=c /bin/sh -c …": builders put the build arguments' values before the command.  A
 * value runs to the next KEY= or to the shell: it may have blanks.
 */
static const char *without_secret_args(
	const struct bd_collect_options *options, struct bd_arena *arena, struct bd_str text)
{
	AUTO(bd_buf_release) struct bd_buf out = { 0 };
	bool hide = false;

	if (!bd_str_starts(text, "|") && !bd_str_starts(text, "RUN |")) {
		return bd_arena_text(arena, text.p, text.n);
	}
	while (text.n > 0) {
		struct bd_str rest = text;
		const struct bd_str word = bd_str_cut(&rest, ' ');
		const char *key = key_of(arena, word);
		if (bd_str_starts(word, "/bin/") || bd_str_starts(word, "/usr/")) {
			bd_buf_add(&out, text.p, text.n);
			break;
		}
		const char *blank = rest.n > 0 ? " " : "";
		if (key != NULL) {
			hide = setting_is_secret(options, key);
		}
		if (key != NULL && hide) {
			bd_buf_printf(&out, "%s=REDACTED%s", key, blank);
		} else if (!hide) {
			bd_buf_add(&out, word.p, word.n);
			bd_buf_add_str(&out, blank);
		}
		text = rest;
	}
	return bd_arena_text(arena, out.p, out.n);
}

static void describe_history(const struct bd_collect_options *options, struct bd_record *record,
	struct bd_layer_line *line, const struct bd_history *entry, const struct history_match *match)
{
	struct bd_arena *arena = &record->arena;
	line->created = bd_arena_strdup(arena, entry->created);
	if (entry->created_by != NULL) {
		const char *by = without_secret_args(options, arena, bd_str(entry->created_by));
		line->created_by = bd_dockerfile_redact(bd_str(by), arena);
	}
	line->comment = bd_arena_strdup(arena, entry->comment);
	line->origin = match->origin;
	if (match->instruction != NULL) {
		line->line = match->instruction->line;
		line->instruction = one_line(arena, match->instruction);
		line->copied_from = bd_arena_strdup(arena, match->instruction->copy_from);
		line->copied_from_stage =
			match->instruction->copy_from != NULL ? match->instruction->copy_from_stage : -1;
	}
}

/* What the manifest, the history and the Dockerfile say of layers whose files are known. */
static void describe_layers(const struct bd_collect_options *options, struct bd_record *record,
	const struct bd_image *image, const struct history_map *map)
{
	struct bd_arena *arena = &record->arena;
	for (size_t i = 0; i < record->layers.len && i < image->layers.len; i++) {
		struct bd_layer_line *line = &record->layers.v[i];
		const struct bd_image_layer *from = &image->layers.v[i];
		line->digest = (struct bd_digest){ BD_DIGEST_LAYER, bd_arena_strdup(arena, from->digest.value) };
		line->diff_id = bd_arena_strdup(arena, from->diff_id);
		line->media_type = bd_arena_strdup(arena, from->media_type);
		line->size_bytes = from->size_bytes;
		line->verified = !line->cached; /* bd_image_open_layer fails otherwise */
	}
	for (size_t i = 0; i < map->len; i++) {
		const int layer = map->v[i].layer;
		if (layer >= 0 && (size_t)layer < record->layers.len) {
			describe_history(
				options, record, &record->layers.v[layer], &image->config.history.v[i], &map->v[i]);
		}
	}
}

static void describe_build(const struct bd_collect_options *options, struct bd_record *record)
{
	struct bd_build *build = &record->build;
	const struct bd_build *said = &options->build;
	struct bd_arena *arena = &record->arena;
	const char *commit = NULL;

	*build = (struct bd_build){
		.project = bd_arena_strdup(arena, said->project),
		.branch = bd_arena_strdup(arena, said->branch),
		.id = bd_arena_strdup(arena, said->id),
		.number = bd_arena_strdup(arena, said->number),
		.url = said->url != NULL ? bd_url_without_credentials(arena, said->url) : NULL,
		.status = said->status,
		.exit_code = said->exit_code,
		.started = bd_arena_strdup(arena, said->started),
		.finished = bd_arena_strdup(arena, said->finished),
		.ci_provider = bd_arena_strdup(arena, said->ci_provider),
		.runner = bd_arena_strdup(arena, said->runner),
	};
	if (options->getenv != NULL) {
		bd_ci_read(options->getenv, options->getenv_context, arena, build, &commit);
	}
	if (build->branch == NULL) {
		build->branch = record->source.branch;
	}
	if (record->source.commit == NULL) {
		record->source.commit = commit;
	}
}

static void describe_inputs(const struct bd_collect_options *options, struct bd_record *record)
{
	struct bd_arena *arena = &record->arena;
	for (size_t i = 0; i < options->build_arg_count; i++) {
		const struct bd_build_arg *arg = &options->build_args[i];
		struct bd_input *input = bd_vec_push(&record->inputs);
		input->kind = "build-arg";
		input->key = bd_arena_strdup(arena, arg->key);
		input->redacted = setting_is_secret(options, arg->key);
		if (!input->redacted && arg->value != NULL) {
			input->value = bd_url_without_credentials(arena, arg->value);
		}
	}
	for (size_t i = 0; i < record->image.config.labels.len; i++) {
		const struct bd_setting *label = &record->image.config.labels.v[i];
		if (strcmp(label->key, "io.buildah.version") == 0) {
			*bd_vec_push(&record->inputs) =
				(struct bd_input){ .kind = "builder", .key = "buildah", .value = label->value };
		}
	}
}

/* The build's own words about it come before the image's: a record says what was built even if nothing came out. */
static void bases_found_release(struct bases_found *found)
{
	bd_image_close(found->base_image);
}

static void add_layer_lines(const struct inventory *inventory, struct bd_record *record)
{
	for (size_t i = 0; i < inventory->layer_count; i++) {
		const struct bd_layer *layer = inventory->layers[i];
		*bd_vec_push(&record->layers) = (struct bd_layer_line){
			.index = (int)i,
			.copied_from_stage = -1,
			.files = (int64_t)layer->entries.len,
			.content = bd_arena_strdup(&record->arena, layer->content),
			.metadata = bd_arena_strdup(&record->arena, layer->metadata),
			.cached = inventory->cached != NULL && inventory->cached[i],
		};
	}
}

/* Returns why nothing more could be added to the cache; msg "" otherwise. */
static struct bd_error find_owners(const struct bd_reading *how, const struct bd_image *image,
	struct inventory *inventory, struct bd_record *record)
{
	AUTO(bd_buf_release) struct bd_buf program = { 0 };
	struct bd_error err = { .msg = "" };
	const bool cached = how->cache != NULL && !how->verify && image->rootfs == NULL && known_program(&program);
	inventory->memos = cached ? claim_memos_open(how, bd_buf_str(&program), image, inventory) : NULL;
	inventory_ownership(inventory, how->jobs, record);
	claim_memos_close(inventory->memos, &err);
	inventory->memos = NULL;
	return inventory->not_cached.msg[0] != '\0' ? inventory->not_cached : err;
}

/* What is left to do when all is found: two things that take as long as each other. */
struct ending {
	const struct bd_reading *how;
	const struct bd_image *image;
	struct bd_record *record;
	size_t said_before;
	struct inventory *inventory;
	struct bd_error *not_cached;
};

static void end_inventory(size_t step, void *context)
{
	struct ending *ending = context;
	if (step == 0) {
		inventory_release(ending->inventory);
	} else if (ending->not_cached->msg[0] == '\0') {
		known_add(ending->how, ending->image, ending->record, ending->said_before, ending->not_cached);
	}
}

/* Layers, packages and files: as they were found before, or by reading. */
static int find_inventory(
	const struct bd_reading *how, struct bd_image *image, struct bd_record *record, struct bd_error *err)
{
	AUTO(inventory_release) struct inventory inventory = { 0 };
	struct bd_record *known = known_image(how, image);
	if (known != NULL) {
		progress_over(image, how->progress);
		known_take(known, record);
		return 0;
	}
	if (read_layers(image, how, &inventory, err) < 0) {
		return -(int)err->code;
	}
	const size_t said_before = record->diagnostics.len;
	add_layer_lines(&inventory, record);
	inventory_merge(&inventory, record);
	inventory_packages(&inventory, how->jobs, record);
	add_stated_runtimes(&inventory, record);
	struct bd_error not_cached = find_owners(how, image, &inventory, record);
	struct ending ending = { how, image, record, said_before, &inventory, &not_cached };
	bd_parallel(how->jobs, 2, end_inventory, &ending);
	if (not_cached.msg[0] != '\0') {
		bd_record_diagnose(record, "layer-cache-unusable", NULL, "%s", not_cached.msg);
	}
	return 0;
}

static int collect_image(const struct bd_collect_options *options, struct bd_image *image, struct bd_record *record,
	struct bd_error *err)
{
	AUTO(build_source_release) struct build_source source = { 0 };
	AUTO(bases_found_release) struct bases_found bases = { 0 };

	describe_image(record, image);
	collect_settings(options, &image->config, record);
	if (read_build_source(options, record, &source, err) < 0) {
		return -(int)err->code;
	}
	describe_build(options, record);
	if (read_bases(options, image, &source, record, &bases, err) < 0 ||
		find_inventory(&options->reading, image, record, err) < 0) {
		return -(int)err->code;
	}
	describe_inputs(options, record);
	describe_layers(options, record, image, &bases.map);
	return 0;
}

/* A failed build has no packages of its own; those it started from are known. */
static int inventory_of_base(
	struct bd_image *base, const struct bd_reading *how, struct bd_record *record, struct bd_error *err)
{
	AUTO(inventory_release) struct inventory inventory = { 0 };

	if (read_layers(base, how, &inventory, err) < 0) {
		return -(int)err->code;
	}
	inventory_merge(&inventory, record);
	inventory_packages(&inventory, how->jobs, record);
	inventory_ownership(&inventory, how->jobs, record);
	record->files_known = false; /* the base's files are not this build's */
	record->files.len = 0;
	for (size_t i = 0; i < record->packages.len; i++) {
		record->packages.v[i].of_base = true;
		record->packages.v[i].layer = -1; /* layers are those of the image, and there is none */
	}
	return 0;
}

/* What there is to say of a build that left no image: where it started, from what, with what. */
static int collect_without_image(
	const struct bd_collect_options *options, struct bd_record *record, struct bd_error *err)
{
	AUTO(build_source_release) struct build_source source = { 0 };
	AUTO(bases_found_release) struct bases_found bases = { 0 };
	struct bd_image none = { .transport = NULL };

	record->image.platform = bd_arena_strdup(&record->arena, options->platform);
	if (read_build_source(options, record, &source, err) < 0) {
		return -(int)err->code;
	}
	describe_build(options, record);
	if (read_bases(options, &none, &source, record, &bases, err) < 0) {
		return -(int)err->code;
	}
	describe_inputs(options, record);
	bd_record_diagnose(record, "image-missing", NULL,
		bases.base_image != NULL ? "no image was recorded: its packages are those of the base image"
					 : "no image was recorded: its layers, packages and files are not known");
	if (bases.base_image != NULL && inventory_of_base(bases.base_image, &options->reading, record, err) < 0) {
		return bd_error_wrap(err, "base image");
	}
	bd_record_sort(record);
	return 0;
}

int bd_collect(const struct bd_collect_options *options, struct bd_record **out, struct bd_error *err)
{
	AUTO(record_auto) struct bd_record *record = bd_record_new();
	AUTO(image_auto) struct bd_image *image = NULL;
	struct bd_source_options source = options->source;
	source.platform = options->platform;

	record->tool = "basedrift " BASEDRIFT_VERSION;
	record->written = bd_arena_strdup(&record->arena, options->written);
	if (options->image == NULL) {
		if (collect_without_image(options, record, err) < 0) {
			return -(int)err->code;
		}
		*out = steal_ptr(&record);
		return 0;
	}
	if (bd_image_open(options->image, &source, &image, err) < 0) {
		return -(int)err->code;
	}
	if (collect_image(options, image, record, err) < 0) {
		return bd_error_wrap(err, "%s", options->image);
	}
	bd_record_sort(record);
	*out = steal_ptr(&record);
	return 0;
}

static int each_file(const struct inventory *inventory, bd_tree_line_fn *each, void *context, struct bd_error *err)
{
	for (size_t i = 0; i < inventory->tree.len; i++) {
		const struct bd_tree_file *file = &inventory->tree.v[i];
		const struct bd_entry *entry = file->entry;
		char digest[BD_DIGEST_TEXT] = "sha256:";
		const bool known = entry->kind == BD_FILE && !entry->unresolved_link;
		if (known) {
			bd_hex(entry->digest, sizeof(entry->digest), digest + 7);
		}
		const struct bd_tree_line line = {
			.path = file->path,
			.kind = (enum bd_file_kind)entry->kind,
			.mode = entry->mode,
			.uid = entry->uid,
			.gid = entry->gid,
			.size_bytes = entry->kind == BD_FILE ? entry->size_bytes : 0,
			.mtime_sec = entry->mtime_sec,
			.digest = known ? digest : NULL,
			.target = entry->kind == BD_SYMLINK ? entry->target : NULL,
			.layer = file->layer,
		};
		const int result = each(&line, context, err);
		if (result < 0) {
			return result;
		}
	}
	return 0;
}

int bd_collect_tree(const char *image_name, const struct bd_source_options *source, bd_tree_line_fn *each,
	void *context, struct bd_error *err)
{
	AUTO(image_auto) struct bd_image *image = NULL;
	AUTO(inventory_release) struct inventory inventory = { 0 };
	const struct bd_reading all_bytes = { .cache = NULL };

	if (bd_image_open(image_name, source, &image, err) < 0) {
		return -(int)err->code;
	}
	if (read_layers(image, &all_bytes, &inventory, err) < 0) {
		return bd_error_wrap(err, "%s", image_name);
	}
	return each_file(&inventory, each, context, err);
}
