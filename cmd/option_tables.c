/* SPDX-License-Identifier: Apache-2.0 */
/* The options that several commands share. */
#include <string.h>

#include "basedrift/record.h"
#include "basedrift/source.h"

#include "options.h"

static int take_help(struct arguments *a, const char *value, struct bd_error *err)
{
	(void)value;
	(void)err;
	a->help = true;
	return 0;
}

static int take_quiet(struct arguments *a, const char *value, struct bd_error *err)
{
	(void)value;
	(void)err;
	a->quiet = true;
	return 0;
}

static int take_verbose(struct arguments *a, const char *value, struct bd_error *err)
{
	(void)value;
	(void)err;
	a->verbose = true;
	return 0;
}

static int take_progress(struct arguments *a, const char *value, struct bd_error *err)
{
	(void)value;
	(void)err;
	a->progress = PROGRESS_ALWAYS;
	return 0;
}

static int take_no_progress(struct arguments *a, const char *value, struct bd_error *err)
{
	(void)value;
	(void)err;
	a->progress = PROGRESS_NEVER;
	return 0;
}

static int take_ascii(struct arguments *a, const char *value, struct bd_error *err)
{
	(void)value;
	(void)err;
	a->ascii = true;
	return 0;
}

static int take_color(struct arguments *a, const char *value, struct bd_error *err)
{
	static const char *const names[] = {
		[COLOR_AUTO] = "auto", [COLOR_ALWAYS] = "always", [COLOR_NEVER] = "never"
	};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(names[i], value) == 0) {
			a->color = i == COLOR_AUTO ? COLOR_AUTO : i == COLOR_ALWAYS ? COLOR_ALWAYS : COLOR_NEVER;
			return 0;
		}
	}
	return bd_error_set(err, BD_ERR_USAGE, "--color %s: one of auto, always, never", value);
}

static int take_store(struct arguments *a, const char *value, struct bd_error *err)
{
	if (*value == '\0') {
		return bd_error_set(
			err, BD_ERR_USAGE, "--store: sqlite:PATH, postgresql://USER@HOST/DATABASE, or none");
	}
	a->store = value;
	return 0;
}

const struct option_row common_options[] = {
	{ .name = "store",
		.value = "URL",
		.help = "of past builds: sqlite:PATH, postgresql://…, none (also BASEDRIFT_STORE)",
		.take = take_store },
	{ .name = "color", .value = "WHEN", .help = "auto, always or never", .take = take_color },
	{ .name = "ascii", .help = "no arrows and dashes beyond ASCII in text", .take = take_ascii },
	{ .letter = 'q', .name = "quiet", .help = "no hints on standard error; errors stay", .take = take_quiet },
	{ .letter = 'v',
		.name = "verbose",
		.help = "tell each request and each evidence of a base on standard error",
		.take = take_verbose },
	{ .name = "progress", .help = "show progress also where there is no terminal", .take = take_progress },
	{ .name = "no-progress", .help = "show no progress", .take = take_no_progress },
	{ .letter = 'h', .name = "help", .help = "this text", .take = take_help },
	{ 0 },
};

/* ---- outputs ---------------------------------------------------------------------------------------- */

static int take_output(struct arguments *a, const char *value, struct bd_error *err)
{
	struct bd_str rest = bd_str(value);
	const struct bd_str format = bd_str_cut(&rest, '=');
	const bool has_file = value[format.n] == '=';

	if (format.n == 0 || (has_file && rest.n == 0)) {
		return bd_error_set(
			err, BD_ERR_USAGE, "-o %s: write FORMAT=FILE, or FORMAT for standard output", value);
	}
	struct output *output = bd_vec_push(&a->outputs);
	output->format = bd_arena_text(&a->arena, format.p, format.n);
	output->file = has_file && !bd_str_is(rest, "-") ? rest.p : NULL;
	return 0;
}

static int take_format(struct arguments *a, const char *value, struct bd_error *err)
{
	if (strchr(value, '=') != NULL) {
		return bd_error_set(
			err, BD_ERR_USAGE, "--format %s: a format only; for a file write -o %s", value, value);
	}
	return take_output(a, value, err);
}

const struct option_row output_options[] = {
	{ .letter = 'o',
		.name = "output",
		.value = "FORMAT[=FILE]",
		.help = "write this format to FILE, or to standard output; repeatable",
		.take = take_output },
	{ .name = "format", .value = "FORMAT", .help = "short for one -o FORMAT", .take = take_format },
	{ 0 },
};

/* ---- the build ---------------------------------------------------------------------------------------- */

/* A text option: NAME sets a->member. */
#define TEXT_OPTION(member) \
	static int take_##member(struct arguments *a, const char *value, struct bd_error *err) \
	{ \
		(void)err; \
		a->member = value; \
		return 0; \
	}
TEXT_OPTION(project)
TEXT_OPTION(branch)
TEXT_OPTION(build_id)
TEXT_OPTION(url)
TEXT_OPTION(dockerfile)
TEXT_OPTION(context)
TEXT_OPTION(target)
TEXT_OPTION(platform)
TEXT_OPTION(provenance)
TEXT_OPTION(metadata_file)
TEXT_OPTION(build_history)
TEXT_OPTION(log)
TEXT_OPTION(authfile)
TEXT_OPTION(cert_dir)
#undef TEXT_OPTION

static int take_status(struct arguments *a, const char *value, struct bd_error *err)
{
	enum bd_status status;
	if (!bd_status_parse(value, &status)) {
		return bd_error_set(err, BD_ERR_USAGE, "--status %s: one of passed, failed, unknown", value);
	}
	a->status = value;
	return 0;
}

static int take_started(struct arguments *a, const char *value, struct bd_error *err)
{
	int64_t seconds;
	if (!bd_time_parse(value, &seconds)) {
		return bd_error_set(
			err, BD_ERR_USAGE, "--started %s: an RFC 3339 time, such as 2017-12-12T09:00:00Z", value);
	}
	a->started = value;
	return 0;
}

const struct option_row select_options[] = {
	{ .name = "project",
		.value = "NAME",
		.help = "builds of this project; default: the CI's, or this git checkout's",
		.take = take_project },
	{ .name = "branch", .value = "NAME", .help = "builds of this branch; default: any", .take = take_branch },
	{ 0 },
};

const struct option_row build_options[] = {
	{ .name = "project",
		.value = "NAME",
		.help = "what is built; default: from the CI's variables",
		.take = take_project },
	{ .name = "branch", .value = "NAME", .help = "default: from the CI's variables, or git", .take = take_branch },
	{ .name = "build-id", .value = "ID", .help = "default: from the CI's variables", .take = take_build_id },
	{ .name = "status", .value = "STATUS", .help = "passed, failed or unknown", .take = take_status },
	{ .name = "started", .value = "TIME", .help = "when the build began, RFC 3339", .take = take_started },
	{ .name = "url", .value = "URL", .help = "of the build; credentials in it are left out", .take = take_url },
	{ 0 },
};

/* ---- what was built --------------------------------------------------------------------------------------- */

static int take_build_arg(struct arguments *a, const char *value, struct bd_error *err)
{
	struct bd_str rest = bd_str(value);
	const struct bd_str key = bd_str_cut(&rest, '=');
	if (key.n == 0) {
		return bd_error_set(err, BD_ERR_USAGE, "--build-arg %s: write KEY=VALUE", value);
	}
	struct key_value *pair = bd_vec_push(&a->build_args);
	pair->key = bd_arena_text(&a->arena, key.p, key.n);
	pair->value = value[key.n] == '=' ? rest.p : NULL;
	return 0;
}

static bool starts_with_transport(const char *text)
{
	struct bd_str names = bd_str(bd_transport_names());
	while (names.n > 0) {
		const struct bd_str name = bd_str_trim(bd_str_cut(&names, ','));
		if (strncmp(text, name.p, name.n) == 0 && text[name.n] == ':') {
			return true;
		}
	}
	return false;
}

/* "registry.example/tool:1=oci:tool": an image that is copied from, and where it is. */
static bool splits_at_transport(const char *value)
{
	const char *at = strchr(value, '=');
	return at != NULL && !starts_with_transport(value) && starts_with_transport(at + 1);
}

/* [STAGE=]VALUE: a stage name has no "/", ":" or "@", an image that has "=" in its path has one of them before it. */
static struct key_value stage_and_value(struct arguments *a, const char *value)
{
	size_t n = strcspn(value, "=/:@");
	if (value[n] != '=' && splits_at_transport(value)) {
		n = strcspn(value, "=");
	}
	if (value[n] != '=' || n == 0) {
		return (struct key_value){ NULL, value };
	}
	return (struct key_value){ bd_arena_text(&a->arena, value, n), value + n + 1 };
}

static int take_base(struct arguments *a, const char *value, struct bd_error *err)
{
	(void)err;
	*bd_vec_push(&a->bases) = stage_and_value(a, value);
	return 0;
}

static int take_base_image(struct arguments *a, const char *value, struct bd_error *err)
{
	(void)err;
	*bd_vec_push(&a->base_images) = stage_and_value(a, value);
	return 0;
}

static int take_secret_name(struct arguments *a, const char *value, struct bd_error *err)
{
	if (*value == '\0') {
		return bd_error_set(err, BD_ERR_USAGE, "--secret-name: a part of a name");
	}
	text_list_add(&a->secret_names, value);
	return 0;
}

const struct option_row file_options[] = {
	{ .name = "build-arg",
		.value = "KEY=VALUE",
		.help = "as the build has it; repeatable",
		.take = take_build_arg },
	{ .name = "platform",
		.value = "OS/ARCH[/VARIANT]",
		.help = "where neither the file nor the build says one; default: this machine's",
		.take = take_platform },
	{ 0 },
};

const struct option_row image_options[] = {
	{ .name = "dockerfile",
		.value = "FILE",
		.help = "default: Dockerfile or Containerfile of the context",
		.take = take_dockerfile },
	{ .name = "context",
		.value = "DIR",
		.help = "build context in its git checkout; default: this folder",
		.take = take_context },
	{ .name = "build-arg",
		.value = "KEY=VALUE",
		.help = "as the build had it; repeatable",
		.take = take_build_arg },
	{ .name = "target",
		.value = "STAGE",
		.help = "the stage that was built; default: the last one",
		.take = take_target },
	{ .name = "base",
		.value = "[STAGE=]REF[@DIGEST]",
		.help = "the base image that was used; repeatable",
		.take = take_base },
	{ .name = "base-image",
		.value = "[STAGE=]IMAGE",
		.help = "the base image itself, to confirm or refute it; repeatable",
		.take = take_base_image },
	{ .name = "platform",
		.value = "OS/ARCH[/VARIANT]",
		.help = "which image of an index; default: this machine's",
		.take = take_platform },
	{ .name = "secret-name",
		.value = "PART",
		.help = "also redact values of names with this part; repeatable",
		.take = take_secret_name },
	{ 0 },
};

/* ---- what build tools wrote down --------------------------------------------------------------------------- */

const struct option_row paper_options[] = {
	{ .name = "provenance", .value = "FILE", .help = "SLSA provenance of this build", .take = take_provenance },
	{ .name = "metadata-file",
		.value = "FILE",
		.help = "what 'buildx build --metadata-file' wrote",
		.take = take_metadata_file },
	{ .name = "build-history",
		.value = "FILE",
		.help = "what 'buildx history inspect --format json' printed",
		.take = take_build_history },
	{ .name = "log", .value = "FILE", .help = "the build's log", .take = take_log },
	{ 0 },
};

/* ---- registries, as skopeo has them ---------------------------------------------------------------------------- */

static int take_tls_verify(struct arguments *a, const char *value, struct bd_error *err)
{
	if (strcmp(value, "true") == 0 || strcmp(value, "false") == 0) {
		a->tls_verify = value[0] == 't' ? BD_TLS_VERIFY : BD_TLS_ANY;
		return 0;
	}
	return bd_error_set(err, BD_ERR_USAGE, "--tls-verify %s: true or false", value);
}

static int take_offline(struct arguments *a, const char *value, struct bd_error *err)
{
	(void)value;
	(void)err;
	a->offline = true;
	return 0;
}

static int take_no_cache(struct arguments *a, const char *value, struct bd_error *err)
{
	(void)value;
	(void)err;
	a->no_cache = true;
	return 0;
}

static int take_verify(struct arguments *a, const char *value, struct bd_error *err)
{
	(void)value;
	(void)err;
	a->verify = true;
	return 0;
}

static int take_jobs(struct arguments *a, const char *value, struct bd_error *err)
{
	uint64_t jobs;
	if (!bd_str_to_u64(bd_str(value), &jobs) || jobs < 1 || jobs > 256) {
		return bd_error_set(err, BD_ERR_USAGE, "--jobs %s: a number from 1 to 256", value);
	}
	a->jobs = (unsigned int)jobs;
	return 0;
}

const struct option_row registry_options[] = {
	{ .name = "authfile",
		.value = "FILE",
		.help = "registry credentials; default: Docker's and containers' own",
		.take = take_authfile },
	{ .name = "cert-dir",
		.value = "DIR",
		.help = "registry certificates (*.crt, *.cert, *.key)",
		.take = take_cert_dir },
	{ .name = "tls-verify",
		.value = "BOOL",
		.help = "false: any certificate, and plain http",
		.take = take_tls_verify },
	{ .name = "offline", .help = "ask no registry (also BASEDRIFT_OFFLINE=1)", .take = take_offline },
	{ .name = "jobs", .value = "N", .help = "layers read at once; default: processors", .take = take_jobs },
	{ .name = "no-cache",
		.help = "neither use nor fill the layer cache (also BASEDRIFT_CACHE=off)",
		.take = take_no_cache },
	{ .name = "verify", .help = "read every byte again although a layer is in the cache", .take = take_verify },
	{ 0 },
};
