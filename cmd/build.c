/* SPDX-License-Identifier: Apache-2.0 */
#include "build.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "basedrift/collect.h"
#include "basedrift/sbom.h"
#include "basedrift/source.h"

#include "console.h"
#include "environment.h"
#include "keep.h"
#include "progress.h"
#include "verbose.h"

static const char *environment(const char *name, void *context)
{
	(void)context;
	return environment_variable(name);
}

const char *source_date(struct bd_arena *arena)
{
	uint64_t seconds;
	char text[BD_TIME_TEXT];
	if (!bd_str_to_u64(bd_str(environment_variable("SOURCE_DATE_EPOCH")), &seconds) || seconds > INT64_MAX) {
		return NULL;
	}
	bd_time_text((int64_t)seconds, text);
	return bd_arena_strdup(arena, text);
}

/* Callbacks take what they may change; this one only reads. */
static void *told_to(const struct arguments *arguments)
{
	void *p;
	memcpy(&p, &arguments, sizeof(p));
	return p;
}

struct bd_source_options source_options(const struct arguments *arguments)
{
	const char *offline = environment_variable("BASEDRIFT_OFFLINE");
	return (struct bd_source_options){
		.platform = arguments->platform,
		.authfile = arguments->authfile,
		.cert_dir = arguments->cert_dir,
		.tls_verify = arguments->tls_verify,
		.offline = arguments->offline || (offline != NULL && *offline != '\0'),
		.told = arguments->verbose ? print_request : NULL,
		.told_context = told_to(arguments),
	};
}

static struct bd_cache *cache;
static bool cache_asked;

static void close_cache(void)
{
	bd_cache_close(cache);
	cache = NULL;
}

/* Opened once, for all images of this run; a run without it is only slower. */
static struct bd_cache *layer_cache(const struct arguments *arguments)
{
	struct bd_error err;
	const char *folder = environment_variable("BASEDRIFT_CACHE");
	if (arguments->no_cache || bd_streq(folder, "off")) {
		return NULL;
	}
	if (!cache_asked) {
		cache_asked = true;
		if (folder != NULL && *folder == '\0') {
			folder = NULL;
		}
		if (bd_cache_open(folder, 0, &cache, &err) < 0) {
			print_hint(arguments, "no layer cache: %s", err.msg);
			return NULL;
		}
		(void)atexit(close_cache);
	}
	return cache;
}

static const struct bd_base_option *base_options(const struct key_value *pairs, size_t count)
{
	struct bd_base_option *options = bd_xcalloc(count, sizeof(*options));
	for (size_t i = 0; i < count; i++) {
		options[i] = (struct bd_base_option){ pairs[i].key, pairs[i].value };
	}
	return options;
}

static const struct bd_build_arg *build_args(const struct key_value *pairs, size_t count)
{
	struct bd_build_arg *args = bd_xcalloc(count, sizeof(*args));
	for (size_t i = 0; i < count; i++) {
		args[i] = (struct bd_build_arg){ pairs[i].key, pairs[i].value };
	}
	return args;
}

static void free_list(const void *list)
{
	void *p;
	memcpy(&p, &list, sizeof(p)); /* ours, and const only for those who read it */
	free(p);
}

int collect_build(const struct arguments *arguments, const char *image, bool with_identity, struct bd_record **out,
	struct bd_error *err)
{
	struct bd_arena arena = { 0 };
	struct bd_collect_options options = {
		.image = image,
		.platform = arguments->platform,
		.reading = { .cache = layer_cache(arguments), .verify = arguments->verify, .jobs = arguments->jobs },
		.source = source_options(arguments),
		.daemon = arguments->daemon,
		.provenance = arguments->provenance,
		.metadata_file = arguments->metadata_file,
		.build_history = arguments->build_history,
		.log = arguments->log,
		.log_text = arguments->log_text,
		.dockerfile = arguments->dockerfile,
		.context = arguments->context,
		.context_elsewhere = arguments->context_elsewhere,
		.dockerfile_elsewhere = arguments->dockerfile_elsewhere,
		.target = arguments->target,
		.build_args = build_args(arguments->build_args.v, arguments->build_args.len),
		.build_arg_count = arguments->build_args.len,
		.bases = base_options(arguments->bases.v, arguments->bases.len),
		.base_count = arguments->bases.len,
		.base_images = base_options(arguments->base_images.v, arguments->base_images.len),
		.base_image_count = arguments->base_images.len,
		.build = { .exit_code = -1 },
		.secret_names = arguments->secret_names.v,
		.written = source_date(&arena),
	};
	if (with_identity) {
		options.build.project = arguments->project;
		options.build.branch = arguments->branch;
		options.build.id = arguments->build_id;
		options.build.url = arguments->url;
		options.build.started = arguments->started;
		if (arguments->status != NULL) {
			(void)bd_status_parse(arguments->status, &options.build.status);
		}
		options.getenv = environment;
	}
	struct progress_line *progress = progress_begin(arguments);
	options.reading.progress = progress_counts(progress);
	const int result = bd_collect(&options, out, err);
	progress_end(progress);
	if (result == 0) {
		print_evidence(arguments, *out);
	}
	free_list(options.build_args);
	free_list(options.bases);
	free_list(options.base_images);
	bd_arena_release(&arena);
	return result;
}

static bool has_record_name(const char *name)
{
	const struct bd_str text = bd_str(name);
	return bd_str_ends(text, ".jsonl") || bd_str_ends(text, ".jsonl.zst") || bd_str_ends(text, ".jsonl.gz");
}

/* A file that begins as a record does, whatever its name. */
static bool begins_as_record(const char *name)
{
	char first[512];
	struct stat st;
	if (stat(name, &st) != 0 || !S_ISREG(st.st_mode)) {
		return false;
	}
	const int fd = open(name, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return false;
	}
	const ssize_t n = read(fd, first, sizeof(first));
	(void)close(fd);
	return n > 0 && bd_record_sniff((struct bd_str){ first, (size_t)n });
}

static bool is_record(const char *name)
{
	return has_record_name(name) || begins_as_record(name);
}

bool names_build(const char *name)
{
	return is_record(name) || bd_sbom_is_file(name) || bd_store_name_likely(name) || bd_image_name_likely(name);
}

int open_builds(struct arguments *arguments, const char *last_good, const char *failing, struct bd_record **a_out,
	struct bd_record **b_out, struct bd_error *err)
{
	if (is_record(last_good) && is_record(failing)) {
		return bd_record_read_pair(last_good, failing, a_out, b_out, err);
	}
	return open_build(arguments, last_good, a_out, err) < 0 || open_build(arguments, failing, b_out, err) < 0
		       ? -(int)err->code
		       : 0;
}

int open_build(struct arguments *arguments, const char *name, struct bd_record **out, struct bd_error *err)
{
	if (is_record(name)) {
		return bd_record_read_file(name, out, err);
	}
	if (bd_sbom_is_file(name)) {
		return bd_sbom_read_file(name, out, err);
	}
	if (bd_store_name_likely(name)) {
		return read_stored_build(arguments, name, out, err);
	}
	if (!bd_image_name_likely(name)) {
		return bd_error_set(err, BD_ERR_USAGE, "%s: neither a record file, an SBOM nor an image (%s)", name,
			bd_transport_names());
	}
	return collect_build(arguments, name, false, out, err);
}
