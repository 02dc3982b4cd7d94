/* SPDX-License-Identifier: Apache-2.0 */
/* Docker Engine API ("Inspect an image", "Export an image") and podman's own, which differ in their paths. */
#include "source/daemon.h"

#include <jansson.h>
#include <sys/stat.h>

#include "basedrift/limits.h"

#include "oci/json.h"
#include "source/registry.h"
#include "source/sources.h"
#include "source/spool.h"

#define LOCAL "http://localhost" /* the host of requests over a socket: any will do */

static bool is_socket(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISSOCK(st.st_mode);
}

const char *daemon_find_socket(const char *const *paths, struct bd_arena *arena)
{
	for (; *paths != NULL; paths++) {
		const char *path = *paths;
		if (path[0] == '$') {
			const size_t n = strcspn(path, "/");
			const char *folder = secure_getenv(bd_arena_text(arena, path + 1, n - 1));
			path = folder != NULL && folder[0] == '/' ? bd_arena_printf(arena, "%s%s", folder, path + n)
								  : "";
		}
		if (is_socket(path)) {
			return path;
		}
	}
	return NULL;
}

static bool variable_is_set(const char *name)
{
	const char *value = secure_getenv(name);
	return value != NULL && value[0] != '\0';
}

int daemon_address_parse(const char *text, struct bd_arena *arena, struct daemon_address *out, struct bd_error *err)
{
	struct bd_str rest = bd_str(text);
	const struct bd_str scheme = bd_str_cut(&rest, ':');
	*out = (struct daemon_address){ .origin = LOCAL };
	if (!bd_str_starts(rest, "//") || rest.n == 2) {
		return bd_error_set(err, BD_ERR_USAGE, "not an address of a daemon (unix://PATH, tcp://HOST:PORT)");
	}
	const char *place = bd_arena_text(arena, rest.p + 2, rest.n - 2);
	if (bd_str_is(scheme, "unix")) {
		out->unix_socket = place;
		return 0;
	}
	/* docker/cli: a daemon over TCP speaks TLS where DOCKER_TLS_VERIFY is set, with the files of DOCKER_CERT_PATH
	 */
	const bool tls =
		bd_str_is(scheme, "https") || (bd_str_is(scheme, "tcp") && variable_is_set("DOCKER_TLS_VERIFY"));
	if (!tls && !bd_str_is(scheme, "tcp") && !bd_str_is(scheme, "http")) {
		return bd_error_set(err, BD_ERR_UNSUPPORTED, "a daemon by %.*s is not supported: unix and tcp are%s",
			(int)(scheme.n < 20 ? scheme.n : 20), scheme.p,
			bd_str_is(scheme, "ssh") ? " (ssh -L can forward its socket to one here)" : "");
	}
	out->origin = bd_arena_printf(arena, "%s://%s", tls ? "https" : "http", place);
	out->cert_dir = tls && variable_is_set("DOCKER_CERT_PATH") ? secure_getenv("DOCKER_CERT_PATH") : NULL;
	return 0;
}

/* stall_sec: how long it may be silent; an export is packed before its first byte. */
static int connect_to(const struct daemon_address *address, const struct bd_source_options *options, unsigned stall_sec,
	struct http **out, struct bd_error *err)
{
	const struct http_settings settings = { .unix_socket = address->unix_socket,
		.cert_dir = address->cert_dir,
		.any_certificate = address->any_certificate,
		.no_proxy = true,
		.stall_sec = stall_sec };
	if (http_open(&settings, out, err) < 0) {
		return -(int)err->code;
	}
	(*out)->told = options->told;
	(*out)->told_context = options->told_context;
	return 0;
}

int daemon_image_parse(struct bd_str json, struct bd_arena *arena, struct daemon_image *out, struct bd_error *err)
{
	json_t *document = NULL;
	*out = (struct daemon_image){ 0 };
	if (json_open(json, BD_LIMIT_INSPECT_BYTES, &document, err) < 0) {
		return -(int)err->code;
	}
	const struct at root = at_root(document, arena);
	const struct at descriptor = at_member(&root, "Descriptor"); /* API 1.48, with the containerd store */
	const struct at rootfs = at_member(&root, "RootFS");
	int result = 0;
	if (at_object(&root, err) < 0 || get_text(&root, "Id", &out->id, err) < 0 ||
		get_text(&root, "Digest", &out->digest, err) < 0 ||
		get_text(&root, "ManifestType", &out->manifest_type, err) < 0 ||
		get_texts(&root, "RepoDigests", &out->repo_digests, err) < 0 || at_object(&descriptor, err) < 0 ||
		at_object(&rootfs, err) < 0) {
		result = -(int)err->code;
	}
	if (result == 0 && rootfs.value != NULL) {
		result = get_texts(&rootfs, "Layers", &out->diff_ids, err);
	}
	if (result == 0 && out->digest == NULL && descriptor.value != NULL &&
		(get_text(&descriptor, "digest", &out->digest, err) < 0 ||
			get_text(&descriptor, "mediaType", &out->descriptor_type, err) < 0)) {
		result = -(int)err->code;
	}
	json_decref(document);
	return result;
}

/* A name in a path: what no reference has is escaped, so that none becomes a query. */
static const char *encoded(const char *name, struct bd_arena *arena)
{
	AUTO(buf_auto) struct bd_buf text = { 0 };
	for (; *name != '\0'; name++) {
		const char c = *name;
		const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
				   strchr("-._~/:@", c) != NULL;
		if (plain) {
			bd_buf_add_char(&text, c);
		} else {
			bd_buf_printf(&text, "%%%02X", (unsigned)(unsigned char)c);
		}
	}
	return bd_arena_text(arena, bd_buf_str(&text), text.n);
}

/* Docker says {"message": …}, podman {"cause", "message"}. */
static int refusal(struct http_exchange *exchange, struct bd_error *err)
{
	AUTO(buf_auto) struct bd_buf body = { 0 };
	AUTO(buf_auto) struct bd_buf words = { 0 };
	struct bd_error ignored;
	json_t *document = NULL;
	const int status = exchange->response.status;
	if (http_read_all(exchange, BD_LIMIT_REFUSAL_BYTES, &body, &ignored) == 0 &&
		json_open(bd_buf_view(&body), BD_LIMIT_REFUSAL_BYTES, &document, &ignored) == 0) {
		const char *message = json_string_value(json_object_get(document, "message"));
		bd_display_text(&words, message != NULL ? message : "", message != NULL ? strnlen(message, 300) : 0);
		json_decref(document);
	}
	return bd_error_set(err, status == 404 ? BD_ERR_NOT_FOUND : BD_ERR_IO, "%s%s%s", http_status_text(status),
		words.n > 0 ? ": " : "", bd_buf_str(&words));
}

static int ask(struct http *http, const char *url, struct http_exchange **out, struct bd_error *err)
{
	AUTO(http_exchange_auto) struct http_exchange *exchange = NULL;
	const struct http_request request = { .method = "GET", .url = url };
	if (http_begin(http, &request, &exchange, err) < 0) {
		return -(int)err->code;
	}
	if (exchange->response.status != 200) {
		return refusal(exchange, err);
	}
	*out = steal_ptr(&exchange);
	return 0;
}

static int inspect(
	struct http *http, const char *base, struct bd_arena *arena, struct daemon_image *out, struct bd_error *err)
{
	AUTO(http_exchange_auto) struct http_exchange *exchange = NULL;
	AUTO(buf_auto) struct bd_buf json = { 0 };
	if (ask(http, bd_arena_printf(arena, "%s/json", base), &exchange, err) < 0) {
		return -(int)err->code;
	}
	if (http_read_all(exchange, BD_LIMIT_INSPECT_BYTES, &json, err) < 0 ||
		daemon_image_parse(bd_buf_view(&json), arena, out, err) < 0) {
		return bd_error_wrap(err, "inspect");
	}
	return 0;
}

/* ---- the export ------------------------------------------------------------------------------ */

struct body_stream {
	struct bd_stream base;
	struct http_exchange *exchange;
	int64_t received;
};

static int body_next(struct bd_stream *stream, struct bd_str *block, struct bd_error *err)
{
	struct body_stream *body = (struct body_stream *)(void *)stream; /* base is its first member */
	if (body->exchange->ops->next(body->exchange, block, err) < 0) {
		return -(int)err->code;
	}
	body->received += (int64_t)block->n;
	if ((uint64_t)body->received > BD_LIMIT_LAYER_BYTES) {
		return bd_error_set(err, BD_ERR_LIMIT, "more than %llu bytes", BD_LIMIT_LAYER_BYTES);
	}
	return 0;
}

static void body_close(struct bd_stream *stream)
{
	struct body_stream *body = (struct body_stream *)(void *)stream; /* base is its first member */
	http_end(body->exchange);
	free(body);
}

static const struct bd_stream_ops body_ops = { .next = body_next, .close = body_close };

static int spool_export(struct http *http, const char *url, struct place **out, struct bd_error *err)
{
	AUTO(bd_stream_auto) struct bd_stream *unpacked = NULL;
	struct http_exchange *exchange = NULL;
	int fd = -1;
	if (ask(http, url, &exchange, err) < 0) {
		return -(int)err->code;
	}
	struct body_stream *body = bd_xcalloc(1, sizeof(*body));
	body->base.ops = &body_ops;
	body->exchange = exchange;
	unpacked = bd_stream_decompress(&body->base);
	if (spool_stream(unpacked, &fd, err) < 0) {
		return -(int)err->code;
	}
	return place_open_archive(fd, out, err);
}

/* ---- the image ------------------------------------------------------------------------------- */

static bool is_known_digest(const struct daemon_image *inspected, const char *digest)
{
	bool known = bd_streq(inspected->digest, digest) || bd_streq(inspected->id, digest);
	for (size_t i = 0; i < inspected->repo_digests.len && !known; i++) {
		const char *at = strrchr(inspected->repo_digests.v[i], '@');
		known = at != NULL && strcmp(at + 1, digest) == 0;
	}
	return known;
}

/*
 * An export packs layers anew, so the manifest in it may be one that no registry ever saw.  What the service
 * does not know by that digest is left out.
 */
static void drop_made_up_digests(struct bd_image *image, const struct daemon_image *inspected)
{
	size_t kept = 0;
	for (size_t i = 0; i < image->digests.len; i++) {
		const struct bd_digest digest = image->digests.v[i];
		if (digest.kind == BD_DIGEST_CONFIG || is_known_digest(inspected, digest.value)) {
			image->digests.v[kept++] = digest;
		}
	}
	image->digests.len = kept;
}

/* Null, several, twice (the containerd store), "<none>@<none>": what stays are names with a digest, each once. */
static void keep_repo_digests(struct bd_string_vec *digests)
{
	size_t kept = 0;
	for (size_t i = 0; i < digests->len; i++) {
		const char *name = digests->v[i];
		bool known = false;
		for (size_t k = 0; k < kept; k++) {
			known = known || strcmp(digests->v[k], name) == 0;
		}
		const char *at = strrchr(name, '@');
		if (!known && at != NULL && bd_digest_valid(at + 1)) {
			digests->v[kept++] = name;
		}
	}
	digests->len = kept;
}

static const char *with_algorithm(const char *id, struct bd_arena *arena)
{
	const bool bare = strchr(id, ':') == NULL && strlen(id) == 64;
	return bare ? bd_arena_printf(arena, "sha256:%s", id) : id;
}

static int open_export(struct stored_image *image, const struct request *request, struct bd_error *err)
{
	const struct bd_image_source *source =
		bd_image_source_docker_archive.recognise(image->place) ? &bd_image_source_docker_archive
		: bd_image_source_oci_archive.recognise(image->place)  ? &bd_image_source_oci_archive
								       : NULL;
	struct request all = *request;
	all.reference = NULL; /* one image was exported */
	if (source == NULL) {
		return bd_error_set(err, BD_ERR_FORMAT, "neither a docker archive nor an OCI archive");
	}
	return source->open(image, &all, err);
}

static int open_spooled(struct stored_image *image, const struct request *request, const struct daemon *daemon,
	const char *origin, struct http *http, struct bd_error *err)
{
	struct bd_arena *arena = &image->base.arena;
	struct daemon_image inspected = { 0 };
	const char *base = bd_arena_printf(arena, "%s%s%s", origin, daemon->prefix, encoded(request->path, arena));
	if (inspect(http, base, arena, &inspected, err) < 0) {
		return -(int)err->code;
	}
	/* by its id: a tag may move between the two questions */
	if (inspected.id != NULL) {
		inspected.id = with_algorithm(inspected.id, arena);
		base = bd_arena_printf(arena, "%s%s%s", origin, daemon->prefix, encoded(inspected.id, arena));
	}
	const char *url = bd_arena_printf(arena, "%s/get%s", base, daemon->query(&inspected));
	if (spool_export(http, url, &image->place, err) < 0 || open_export(image, request, err) < 0) {
		return bd_error_wrap(err, "export");
	}
	drop_made_up_digests(&image->base, &inspected);
	keep_repo_digests(&inspected.repo_digests);
	for (size_t i = 0; i < inspected.repo_digests.len; i++) {
		*bd_vec_push(&image->base.repo_digests) = inspected.repo_digests.v[i];
	}
	image->base.reference = request->path;
	return 0;
}

static int wrap_daemon(const struct daemon *daemon, const struct daemon_address *address, struct bd_error *err)
{
	return bd_error_wrap(err, "%s at %.200s", daemon->what,
		address->unix_socket != NULL ? address->unix_socket : address->origin);
}

int daemon_open(struct stored_image *image, const struct request *request, const struct daemon *daemon,
	const struct daemon_address *address, struct http *http_take, struct bd_error *err)
{
	AUTO(http_auto) struct http *http = http_take;
	if (request->path[0] == '\0') {
		return bd_error_set(err, BD_ERR_USAGE, "which image?");
	}
	if (open_spooled(image, request, daemon, address->origin, http, err) < 0) {
		return wrap_daemon(daemon, address, err);
	}
	return 0;
}

/* What the Descriptor is about: its media type tells the kind of its digest (and no other field's does). */
static enum bd_digest_kind kind_of_descriptor(const struct daemon_image *inspected)
{
	const enum bd_media media = bd_media_parse(inspected->descriptor_type);
	if (media == BD_MEDIA_INDEX || media == BD_MEDIA_LIST) {
		return BD_DIGEST_INDEX;
	}
	return media == BD_MEDIA_MANIFEST || media == BD_MEDIA_V2S2 ? BD_DIGEST_MANIFEST : BD_DIGEST_UNKNOWN;
}

int daemon_inspect(const char *name, const struct daemon *daemon, const struct daemon_address *address,
	struct http *http_take, struct bd_arena *arena, struct bd_local_image *out, struct bd_error *err)
{
	AUTO(http_auto) struct http *http = http_take;
	struct daemon_image inspected = { 0 };
	const char *base = bd_arena_printf(arena, "%s%s%s", address->origin, daemon->prefix, encoded(name, arena));
	if (inspect(http, base, arena, &inspected, err) < 0) {
		return wrap_daemon(daemon, address, err);
	}
	keep_repo_digests(&inspected.repo_digests);
	*out = (struct bd_local_image){ .repo_digests = inspected.repo_digests, .diff_ids = inspected.diff_ids };
	if (bd_digest_valid(inspected.digest)) {
		out->descriptor = (struct bd_digest){ kind_of_descriptor(&inspected), inspected.digest };
	}
	return 0;
}

/* ---- as a source ------------------------------------------------------------------------------ */

int daemon_source_open(
	struct stored_image *image, const struct request *request, const struct daemon *daemon, struct bd_error *err)
{
	struct daemon_address address;
	struct http *http = NULL;
	if (daemon->find_address(&image->base.arena, &address, err) < 0 ||
		connect_to(&address, request->options, BD_LIMIT_DAEMON_SECONDS, &http, err) < 0) {
		return -(int)err->code;
	}
	return daemon_open(image, request, daemon, &address, http, err);
}

int daemon_source_inspect(const char *name, const struct daemon *daemon, const struct bd_source_options *options,
	struct bd_arena *arena, struct bd_local_image *out, struct bd_error *err)
{
	struct daemon_address address;
	struct http *http = NULL;
	if (daemon->find_address(arena, &address, err) < 0 ||
		connect_to(&address, options, BD_LIMIT_STALL_SECONDS, &http, err) < 0) {
		return -(int)err->code;
	}
	return daemon_inspect(name, daemon, &address, http, arena, out, err);
}
