/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/imagebuild.h"

#include <stdio.h>

#include "base/auto.h"
#include "lib/imagemembers.h"
#include "lib/imagespec.h"

#define OCI_TYPE "application/vnd.oci.image."

struct format {
	const char *name;
	const char *compress; /* what its own tool does */
	bool archive;
	bool layout; /* OCI image layout: blobs, oci-layout, index.json */
	bool docker; /* has a manifest.json of Docker's */
};
/* clang-format off */
static const struct format formats[] = {
	{ "oci",            "gzip", false, true,  false },
	{ "oci-archive",    "gzip", true,  true,  false },
	{ "docker-archive", "none", true,  false, true },
	{ "docker-legacy",  "none", true,  false, false },
	{ "docker25",       "none", true,  true,  true },
	{ "docker25-gz",    "gzip", true,  true,  true },
	{ "dir",            "gzip", false, false, false },
};
/* clang-format on */
const char *const imagebuild_formats[] = { "oci", "oci-archive", "docker-archive", "docker-legacy", "docker25",
	"docker25-gz", "dir", NULL };

struct stored_layer {
	char diff_id[BD_DIGEST_TEXT], digest[BD_DIGEST_TEXT];
	size_t tar_bytes, stored_bytes;
};
struct stored_layer_vec {
	struct stored_layer *v;
	size_t len, cap;
};
/* What all images of one output share. */
struct build {
	const struct format *format;
	const char *compress;
	struct imagemember_vec members;
	json_t *index;        /* manifests of index.json */
	json_t *archive;      /* manifest.json of Docker's */
	json_t *repositories; /* {NAME: {TAG: ID}} */
};

static const char *media_suffix(const char *compress)
{
	if (bd_streq(compress, "none")) {
		return "";
	}
	return bd_streq(compress, "gzip") ? "+gzip" : "+zstd";
}

static char *dump(const json_t *json)
{
	char *text = json_dumps(json, JSON_COMPACT);
	if (text == NULL) {
		abort();
	}
	return text;
}

/* blobs/sha256/HEX in a layout, HEX in skopeo's dir; digest has BD_DIGEST_TEXT bytes. */
static void add_blob(struct build *build, struct bd_buf *bytes_take, char *digest)
{
	struct bd_buf path = { 0 };
	bd_sha256_text(bd_buf_str(bytes_take), bytes_take->n, digest);
	bd_buf_printf(&path, "%s%s", build->format->layout ? "blobs/sha256/" : "", digest + 7);
	imagemembers_add(&build->members, bd_buf_str(&path), bytes_take);
	bd_buf_release(&path);
}

static json_t *descriptor(const char *media_type, const char *digest, size_t size)
{
	return json_pack("{s:s, s:s, s:I}", "mediaType", media_type, "digest", digest, "size", (json_int_t)size);
}

static json_t *add_json_blob(struct build *build, const json_t *json, const char *media_type)
{
	struct bd_buf bytes = { 0 };
	char digest[BD_DIGEST_TEXT];
	AUTO(free_ptr) char *text = dump(json);
	bd_buf_add_str(&bytes, text);
	const size_t size = bytes.n;
	add_blob(build, &bytes, digest);
	return descriptor(media_type, digest, size);
}

/* ---- config ---------------------------------------------------------------------------------- */

/* {"a": {}, "b": {}} of ["a", "b"], as Go writes sets */
static json_t *as_set(const json_t *names)
{
	json_t *set = json_object();
	for (size_t i = 0; i < json_array_size(names); i++) {
		json_object_set_new(set, json_string_value(json_array_get(names, i)), json_object());
	}
	return set;
}

static json_t *settings(const json_t *given)
{
	static const struct {
		const char *from, *to;
		bool set;
	} names[] = { { "user", "User", false }, { "exposed_ports", "ExposedPorts", true }, { "env", "Env", false },
		{ "entrypoint", "Entrypoint", false }, { "cmd", "Cmd", false }, { "volumes", "Volumes", true },
		{ "working_dir", "WorkingDir", false }, { "labels", "Labels", false },
		{ "stop_signal", "StopSignal", false } };
	json_t *out = json_object();
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		json_t *value = json_object_get(given, names[i].from);
		if (value != NULL) {
			json_object_set_new(out, names[i].to, names[i].set ? as_set(value) : json_incref(value));
		}
	}
	json_t *healthcheck = json_object_get(given, "healthcheck");
	if (healthcheck != NULL) {
		json_object_set_new(out, "Healthcheck", json_pack("{s:O}", "Test", healthcheck));
	}
	return out;
}

/* {"architecture", "os"[, "variant"]} of "os/architecture[/variant]" */
static json_t *platform_json(const char *platform)
{
	struct bd_str rest = bd_str(platform);
	const struct bd_str os = bd_str_cut(&rest, '/');
	const struct bd_str architecture = bd_str_cut(&rest, '/');
	json_t *out = json_pack("{s:s%, s:s%}", "architecture", architecture.p, architecture.n, "os", os.p, os.n);
	if (out != NULL && rest.n > 0) {
		json_object_set_new(out, "variant", json_stringn(rest.p, rest.n));
	}
	return out;
}

static json_t *config_json(const struct imagespec *image, const char *platform, const struct stored_layer_vec *layers)
{
	json_t *out = json_object();
	json_t *ids = json_array();
	json_t *history = json_object_get(image->json, "history");

	json_object_set(out, "created", json_object_get(image->json, "created"));
	json_object_set(out, "author", json_object_get(image->json, "author"));
	json_t *where = platform_json(platform);
	json_object_update(out, where);
	json_decref(where);
	json_object_set_new(out, "config", settings(json_object_get(image->json, "config")));
	for (size_t i = 0; i < layers->len; i++) {
		json_array_append_new(ids, json_string(layers->v[i].diff_id));
	}
	json_object_set_new(out, "rootfs", json_pack("{s:s, s:o}", "type", "layers", "diff_ids", ids));
	if (history != NULL) {
		json_object_set(out, "history", history);
	}
	return out;
}

/* ---- OCI layout and dir ------------------------------------------------------------------------ */

static int store_layers(
	struct build *build, const struct imagespec *image, struct stored_layer_vec *out, struct bd_error *err)
{
	for (size_t i = 0; i < image->layers.len; i++) {
		const struct bd_buf *tar = &image->layers.v[i];
		struct stored_layer *layer = bd_vec_push(out);
		struct bd_buf bytes = { 0 };
		bd_sha256_text(bd_buf_str(tar), tar->n, layer->diff_id);
		layer->tar_bytes = tar->n;
		if (imagemembers_compress(build->compress, bd_buf_view(tar), &bytes, err) < 0) {
			bd_buf_release(&bytes);
			return bd_error_wrap(err, "layer %zu", i);
		}
		layer->stored_bytes = bytes.n;
		add_blob(build, &bytes, layer->digest);
	}
	return 0;
}

static json_t *manifest_json(const struct build *build, const struct imagespec *image,
	const struct stored_layer_vec *layers, json_t *config_take)
{
	json_t *list = json_array();
	json_t *annotations = json_object_get(image->json, "annotations");
	struct bd_buf media = { 0 };

	bd_buf_printf(&media, OCI_TYPE "layer.v1.tar%s", media_suffix(build->compress));
	for (size_t i = 0; i < layers->len; i++) {
		json_array_append_new(
			list, descriptor(bd_buf_str(&media), layers->v[i].digest, layers->v[i].stored_bytes));
	}
	bd_buf_release(&media);
	json_t *out = json_pack("{s:i, s:s, s:o, s:o}", "schemaVersion", 2, "mediaType", OCI_TYPE "manifest.v1+json",
		"config", config_take, "layers", list);
	if (annotations != NULL) {
		json_object_set(out, "annotations", annotations);
	}
	return out;
}

/* Config and manifest as blobs; the manifest's descriptor. config_out may be NULL. */
static json_t *add_manifest(struct build *build, const struct imagespec *image, const char *platform,
	const struct stored_layer_vec *layers, json_t **config_out)
{
	json_t *config = config_json(image, platform, layers);
	json_t *config_descriptor = add_json_blob(build, config, OCI_TYPE "config.v1+json");
	json_decref(config);
	if (config_out != NULL) {
		*config_out = json_incref(config_descriptor);
	}
	json_t *manifest = manifest_json(build, image, layers, config_descriptor);
	json_t *out = add_json_blob(build, manifest, OCI_TYPE "manifest.v1+json");
	json_decref(manifest);
	return out;
}

/* "index": true: a real index blob of this and the other platforms ("unknown/unknown": an attestation). */
static json_t *wrap_in_index(struct build *build, const struct imagespec *image, const struct stored_layer_vec *layers,
	json_t *manifest_take)
{
	const json_t *others = json_object_get(image->json, "other_platforms");
	json_t *list = json_array();

	for (size_t i = 0; i < json_array_size(others); i++) {
		const char *platform = json_string_value(json_array_get(others, i));
		json_t *other = add_manifest(build, image, platform != NULL ? platform : "", layers, NULL);
		json_object_set_new(other, "platform", platform_json(platform != NULL ? platform : ""));
		if (bd_streq(platform, "unknown/unknown")) {
			json_object_set_new(other, "annotations",
				json_pack("{s:s, s:O}", "vnd.docker.reference.type", "attestation-manifest",
					"vnd.docker.reference.digest", json_object_get(manifest_take, "digest")));
		}
		json_array_append_new(list, other);
	}
	json_object_set_new(manifest_take, "platform", platform_json(image->platform));
	json_array_append_new(list, manifest_take);
	json_t *index = json_pack(
		"{s:i, s:s, s:o}", "schemaVersion", 2, "mediaType", OCI_TYPE "index.v1+json", "manifests", list);
	json_t *out = add_json_blob(build, index, OCI_TYPE "index.v1+json");
	json_decref(index);
	return out;
}

/* "services/app:1" is "docker.io/services/app:1" to Docker, "app:1" is "docker.io/library/app:1". */
static void full_name(struct bd_buf *out, const char *reference)
{
	struct bd_str rest = bd_str(reference);
	const struct bd_str first = bd_str_cut(&rest, '/');
	const bool bare = rest.n == 0;
	const bool registry = !bare && (memchr(first.p, '.', first.n) != NULL ||
					       memchr(first.p, ':', first.n) != NULL || bd_str_is(first, "localhost"));
	bd_buf_printf(out, "%s%s%s", registry ? "" : "docker.io/", bare ? "library/" : "", reference);
}

/* Cuts "NAME:TAG"; the tag is "latest" when there is none. */
static void split_name(const char *reference, struct bd_str *name, struct bd_str *tag)
{
	const struct bd_str whole = bd_str(reference);
	const struct bd_str last = bd_path_name(whole);
	const char *colon = memchr(last.p, ':', last.n);
	*name = colon != NULL ? (struct bd_str){ whole.p, (size_t)(colon - whole.p) } : whole;
	*tag = colon != NULL ? (struct bd_str){ colon + 1, whole.n - name->n - 1 } : bd_str("latest");
}

static void add_to_index_json(struct build *build, const struct imagespec *image, json_t *top_take)
{
	json_t *annotations = json_object();
	if (image->reference != NULL && build->format->docker) {
		struct bd_str name = { 0 }, tag = { 0 };
		struct bd_buf full = { 0 };
		split_name(image->reference, &name, &tag);
		full_name(&full, image->reference);
		json_object_set_new(annotations, "io.containerd.image.name", json_string(bd_buf_str(&full)));
		json_object_set_new(annotations, "org.opencontainers.image.ref.name", json_stringn(tag.p, tag.n));
		bd_buf_release(&full);
	} else if (image->reference != NULL) {
		json_object_set_new(annotations, "org.opencontainers.image.ref.name", json_string(image->reference));
	}
	if (json_object_size(annotations) > 0) {
		json_object_set(top_take, "annotations", annotations);
	}
	json_decref(annotations);
	json_array_append_new(build->index, top_take);
}

static void add_repository(struct build *build, const char *reference, const char *id)
{
	struct bd_str name = { 0 }, tag = { 0 };
	split_name(reference, &name, &tag);
	AUTO(free_ptr) char *key = strndup(name.p, name.n);
	AUTO(free_ptr) char *tag_key = strndup(tag.p, tag.n);
	json_t *tags = json_object_get(build->repositories, key);
	if (tags == NULL) {
		tags = json_object();
		json_object_set_new(build->repositories, key, tags);
	}
	json_object_set_new(tags, tag_key, json_string(id));
}

/* Docker 25 and later: manifest.json names blobs, LayerSources their descriptors by diff_id. */
static void add_docker25(struct build *build, const struct imagespec *image, const struct stored_layer_vec *layers,
	const char *config_digest)
{
	json_t *paths = json_array();
	json_t *sources = json_object();
	json_t *tags = json_array();
	struct bd_buf media = { 0 };

	bd_buf_printf(&media, OCI_TYPE "layer.v1.tar%s", media_suffix(build->compress));
	for (size_t i = 0; i < layers->len; i++) {
		const struct stored_layer *layer = &layers->v[i];
		json_array_append_new(paths, json_sprintf("blobs/sha256/%s", layer->digest + 7));
		json_object_set_new(
			sources, layer->diff_id, descriptor(bd_buf_str(&media), layer->digest, layer->stored_bytes));
	}
	bd_buf_release(&media);
	if (image->reference != NULL) {
		json_array_append_new(tags, json_string(image->reference));
		if (layers->len > 0) {
			add_repository(build, image->reference, layers->v[layers->len - 1].digest + 7);
		}
	}
	json_array_append_new(build->archive,
		json_pack("{s:o, s:o, s:o, s:o}", "Config", json_sprintf("blobs/sha256/%s", config_digest + 7),
			"RepoTags", tags, "Layers", paths, "LayerSources", sources));
}

static int add_layout_image(struct build *build, const struct imagespec *image, struct bd_error *err)
{
	struct stored_layer_vec layers = { 0 };
	json_t *config = NULL;
	if (store_layers(build, image, &layers, err) < 0) {
		free(layers.v);
		return -(int)err->code;
	}
	json_t *top = add_manifest(build, image, image->platform, &layers, &config);
	if (json_is_true(json_object_get(image->json, "index"))) {
		top = wrap_in_index(build, image, &layers, top);
	}
	if (build->format->docker) {
		add_docker25(build, image, &layers, json_string_value(json_object_get(config, "digest")));
	}
	add_to_index_json(build, image, top);
	json_decref(config);
	free(layers.v);
	return 0;
}

/* skopeo's dir: blobs by their hex beside manifest.json and version */
static int add_dir_image(struct build *build, const struct imagespec *image, struct bd_error *err)
{
	struct stored_layer_vec layers = { 0 };
	if (store_layers(build, image, &layers, err) < 0) {
		free(layers.v);
		return -(int)err->code;
	}
	json_t *config = config_json(image, image->platform, &layers);
	json_t *manifest =
		manifest_json(build, image, &layers, add_json_blob(build, config, OCI_TYPE "config.v1+json"));
	AUTO(free_ptr) char *text = dump(manifest);
	imagemembers_add_text(&build->members, "manifest.json", text);
	imagemembers_add_text(&build->members, "version", "Directory Transport Version: 1.1\n");
	json_decref(manifest);
	json_decref(config);
	free(layers.v);
	return 0;
}

/* ---- docker save before 25 --------------------------------------------------------------------- */

/* A v1 layer id: any 64 hex digits that follow from the layer and what is below it. */
static void legacy_id(const char *parent, const char *diff_id, bool top, char *out)
{
	struct bd_buf bytes = { 0 };
	char digest[BD_DIGEST_TEXT];
	bd_buf_printf(&bytes, "%s %s%s", parent, diff_id, top ? " top" : "");
	bd_sha256_text(bytes.p, bytes.n, digest);
	memcpy(out, digest + 7, SHA256_HEX + 1);
	bd_buf_release(&bytes);
}

/* The history entry of layer i, or NULL. */
static const json_t *history_of(const struct imagespec *image, size_t i)
{
	const json_t *history = json_object_get(image->json, "history");
	for (size_t at = 0; at < json_array_size(history); at++) {
		const json_t *entry = json_array_get(history, at);
		if (!json_is_true(json_object_get(entry, "empty_layer")) && i-- == 0) {
			return entry;
		}
	}
	return NULL;
}

struct legacy_layer {
	size_t at;
	const char *diff_id, *id, *parent;
	bool top;
};

/* ID/json: the top one carries the image's settings. */
static json_t *legacy_json(const struct imagespec *image, const struct legacy_layer *layer)
{
	const json_t *history = history_of(image, layer->at);
	json_t *created = json_object_get(history, "created");
	json_t *command = json_object_get(history, "created_by");
	json_t *out = json_object();

	json_object_set_new(out, "id", json_string(layer->id));
	if (layer->parent[0] != '\0') {
		json_object_set_new(out, "parent", json_string(layer->parent));
	}
	json_object_set(out, "created", created != NULL ? created : json_object_get(image->json, "created"));
	json_object_set(out, "comment", json_object_get(history, "comment"));
	if (command != NULL) {
		json_object_set_new(out, "container_config", json_pack("{s:[O]}", "Cmd", command));
	}
	if (layer->top) {
		json_t *where = platform_json(image->platform);
		json_object_update(out, where);
		json_decref(where);
		json_object_set_new(out, "config", settings(json_object_get(image->json, "config")));
	}
	return out;
}

/* ID/{VERSION,json,layer.tar}; layer.tar is a link where manifest.json names DIFF_ID.tar at the top. */
static void add_legacy_folder(struct build *build, const struct imagespec *image, const struct legacy_layer *layer)
{
	struct bd_buf path = { 0 }, target = { 0 }, bytes = { 0 };
	const struct bd_buf *tar = &image->layers.v[layer->at];
	json_t *json = legacy_json(image, layer);
	AUTO(free_ptr) char *text = dump(json);
	json_decref(json);

	bd_buf_printf(&path, "%s/VERSION", layer->id);
	imagemembers_add_text(&build->members, bd_buf_str(&path), "1.0");
	bd_buf_clear(&path);
	bd_buf_printf(&path, "%s/json", layer->id);
	imagemembers_add_text(&build->members, bd_buf_str(&path), text);
	bd_buf_clear(&path);
	bd_buf_printf(&path, "%s/layer.tar", layer->id);
	if (build->format->docker) {
		bd_buf_printf(&target, "../%s.tar", layer->diff_id + 7);
		imagemembers_add_link(&build->members, bd_buf_str(&path), bd_buf_str(&target));
	} else {
		bd_buf_add(&bytes, bd_buf_str(tar), tar->n);
		imagemembers_add(&build->members, bd_buf_str(&path), &bytes);
	}
	bd_buf_release(&path);
	bd_buf_release(&target);
}

static void add_legacy_folders(
	struct build *build, const struct imagespec *image, const struct stored_layer_vec *layers)
{
	char id[SHA256_HEX + 1] = "";
	char parent[SHA256_HEX + 1] = "";
	for (size_t i = 0; i < layers->len; i++) {
		const bool top = i + 1 == layers->len;
		legacy_id(parent, layers->v[i].diff_id, top, id);
		add_legacy_folder(build, image, &(struct legacy_layer){ i, layers->v[i].diff_id, id, parent, top });
		memcpy(parent, id, sizeof(parent));
	}
	if (image->reference != NULL && layers->len > 0) {
		struct bd_buf name = { 0 };
		if (build->format->docker) {
			full_name(&name, image->reference);
		} else {
			bd_buf_add_str(&name, image->reference);
		}
		add_repository(build, bd_buf_str(&name), id);
		bd_buf_release(&name);
	}
}

static json_t *add_diff_id_tars(
	struct build *build, const struct imagespec *image, const struct stored_layer_vec *layers)
{
	json_t *paths = json_array();
	for (size_t i = 0; i < layers->len; i++) {
		struct bd_buf path = { 0 }, bytes = { 0 };
		bd_buf_printf(&path, "%s.tar", layers->v[i].diff_id + 7);
		bd_buf_add(&bytes, bd_buf_str(&image->layers.v[i]), image->layers.v[i].n);
		imagemembers_add(&build->members, bd_buf_str(&path), &bytes);
		json_array_append_new(paths, json_string(bd_buf_str(&path)));
		bd_buf_release(&path);
	}
	return paths;
}

/* As skopeo and podman write it: DIFF_ID.tar, CONFIG.json, then the legacy folders with links. */
static void add_manifest_json_image(
	struct build *build, const struct imagespec *image, const struct stored_layer_vec *layers)
{
	struct bd_buf name = { 0 };
	char digest[BD_DIGEST_TEXT];
	json_t *paths = add_diff_id_tars(build, image, layers);
	json_t *tags = json_array();
	json_t *config = config_json(image, image->platform, layers);
	AUTO(free_ptr) char *text = dump(config);
	json_decref(config);

	bd_sha256_text(text, strlen(text), digest);
	bd_buf_printf(&name, "%s.json", digest + 7);
	imagemembers_add_text(&build->members, bd_buf_str(&name), text);
	json_t *entry = json_pack("{s:s, s:o, s:o}", "Config", bd_buf_str(&name), "RepoTags", tags, "Layers", paths);
	if (image->reference != NULL) {
		bd_buf_clear(&name);
		full_name(&name, image->reference);
		json_array_append_new(tags, json_string(bd_buf_str(&name)));
	}
	json_array_append_new(build->archive, entry);
	bd_buf_release(&name);
	add_legacy_folders(build, image, layers);
}

static int add_docker_image(struct build *build, const struct imagespec *image, struct bd_error *err)
{
	struct stored_layer_vec layers = { 0 };
	if (!bd_streq(build->compress, "none")) {
		return bd_error_set(err, BD_ERR_USAGE, "%s has plain layers only", build->format->name);
	}
	for (size_t i = 0; i < image->layers.len; i++) {
		const struct bd_buf *tar = &image->layers.v[i];
		bd_sha256_text(bd_buf_str(tar), tar->n, ((struct stored_layer *)bd_vec_push(&layers))->diff_id);
	}
	if (build->format->docker) {
		add_manifest_json_image(build, image, &layers);
	} else {
		add_legacy_folders(build, image, &layers);
	}
	free(layers.v);
	return 0;
}

/* ---- the whole ----------------------------------------------------------------------------------- */

static int add_image(struct build *build, const struct imagespec *image, struct bd_error *err)
{
	if (build->format->layout) {
		return add_layout_image(build, image, err);
	}
	return bd_streq(build->format->name, "dir") ? add_dir_image(build, image, err)
						    : add_docker_image(build, image, err);
}

/* Files that stand once in an output, last as the tools write them. */
static void add_tail(struct build *build)
{
	if (build->format->layout) {
		json_t *index = json_pack("{s:i, s:s, s:O}", "schemaVersion", 2, "mediaType", OCI_TYPE "index.v1+json",
			"manifests", build->index);
		AUTO(free_ptr) char *text = dump(index);
		json_decref(index);
		imagemembers_add_text(&build->members, "index.json", text);
	}
	if (build->format->docker) {
		AUTO(free_ptr) char *text = dump(build->archive);
		imagemembers_add_text(&build->members, "manifest.json", text);
	}
	if (build->format->layout) {
		imagemembers_add_text(&build->members, "oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}");
	}
	if (json_object_size(build->repositories) > 0) {
		AUTO(free_ptr) char *text = dump(build->repositories);
		imagemembers_add_text(&build->members, "repositories", text);
	}
}

static int write_all(struct build *build, const struct imagespec_vec *images, const char *path, struct bd_error *err)
{
	if (bd_streq(build->format->name, "dir") && images->len != 1) {
		return bd_error_set(err, BD_ERR_USAGE, "dir holds one image");
	}
	if (build->format->layout) {
		imagemembers_add_directory(&build->members, "blobs");
		imagemembers_add_directory(&build->members, "blobs/sha256");
	}
	for (size_t i = 0; i < images->len; i++) {
		if (add_image(build, &images->v[i], err) < 0) {
			return -(int)err->code;
		}
	}
	add_tail(build);
	return build->format->archive ? imagemembers_write_archive(&build->members, path, err)
				      : imagemembers_write_directory(&build->members, path, err);
}

static const struct format *find_format(const char *name)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (bd_streq(formats[i].name, name)) {
			return &formats[i];
		}
	}
	return NULL;
}

int imagebuild_write(struct bd_str json, const char *dir, const char *format, const char *compress, const char *path,
	struct bd_error *err)
{
	struct imagespec_vec images = { 0 };
	struct build build = { .format = find_format(format) };
	if (build.format == NULL) {
		return bd_error_set(err, BD_ERR_USAGE, "no such format: %s", format);
	}
	build.compress = compress != NULL ? compress : build.format->compress;
	build.index = json_array();
	build.archive = json_array();
	build.repositories = json_object();

	int r = imagespec_parse(json, dir, &images, err);
	if (r == 0) {
		r = write_all(&build, &images, path, err);
	}
	imagespec_release(&images);
	imagemembers_release(&build.members);
	json_decref(build.index);
	json_decref(build.archive);
	json_decref(build.repositories);
	return r;
}
