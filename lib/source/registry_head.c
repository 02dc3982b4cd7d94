/* SPDX-License-Identifier: Apache-2.0 */
/* What a reference leads to, without a body where the registry answers HEAD (OCI distribution-spec, "Checking if
 * content exists"). */
#include "source/registry.h"

static enum bd_digest_kind kind_of(enum bd_media media)
{
	switch (media) {
	case BD_MEDIA_INDEX:
	case BD_MEDIA_LIST:
		return BD_DIGEST_INDEX;
	case BD_MEDIA_MANIFEST:
	case BD_MEDIA_V2S2:
		return BD_DIGEST_MANIFEST;
	case BD_MEDIA_UNKNOWN:
	case BD_MEDIA_V2S1:
	case BD_MEDIA_CONFIG:
	case BD_MEDIA_LAYER:
	default:
		return BD_DIGEST_UNKNOWN;
	}
}

/* 1: *out is set; 0: GET has to say it. */
static int ask_head(struct registry *registry, const char *name, struct bd_arena *arena, struct bd_digest *out,
	struct bd_error *err)
{
	AUTO(http_exchange_auto) struct http_exchange *exchange = NULL;
	const struct registry_request request = {
		.method = "HEAD", .accept = registry_accepts, .path = bd_arena_printf(arena, "manifests/%s", name)
	};
	if (registry_request(registry, &request, &exchange, err) < 0) {
		return err->code == BD_ERR_NOT_FOUND || (err->code == BD_ERR_IO && err->sys_errno == 0)
			       ? 0
			       : -(int)err->code;
	}
	const enum bd_digest_kind kind = kind_of(bd_media_parse(exchange->response.content_type));
	if (kind == BD_DIGEST_UNKNOWN || !bd_digest_valid(exchange->response.digest)) {
		return 0;
	}
	*out = (struct bd_digest){ kind, bd_arena_strdup(arena, exchange->response.digest) };
	return 1;
}

static int ask_get(struct registry *registry, const char *name, struct bd_arena *arena, struct bd_digest *out,
	struct bd_error *err)
{
	struct registry_manifest manifest = { 0 };
	enum bd_media media = BD_MEDIA_UNKNOWN;
	if (registry_manifest(registry, name, arena, &manifest, err) < 0 ||
		bd_document_media(manifest.bytes, &media, err) < 0) {
		return -(int)err->code;
	}
	*out = (struct bd_digest){ kind_of(media), manifest.digest };
	return out->kind != BD_DIGEST_UNKNOWN
		       ? 0
		       : bd_error_set(err, BD_ERR_UNSUPPORTED, "neither an index nor a manifest");
}

static int ask(const struct bd_reference *reference, const struct bd_source_options *options, struct bd_arena *arena,
	struct bd_digest *out, struct bd_error *err)
{
	AUTO(registry_auto) struct registry *registry = NULL;
	const struct registry_settings settings = { .reference = reference, .options = options };
	const char *name = reference->digest != NULL ? reference->digest : reference->tag;
	if (options->offline) {
		return bd_error_set(err, BD_ERR_UNSUPPORTED, "offline: %s is not asked", reference->registry);
	}
	if (registry_open(&settings, &registry, err) < 0) {
		return -(int)err->code;
	}
	const int said = ask_head(registry, name, arena, out, err);
	return said < 0 ? said : said > 0 ? 0 : ask_get(registry, name, arena, out, err);
}

int bd_registry_head(const char *text, const struct bd_source_options *options, struct bd_arena *arena,
	struct bd_digest *out, struct bd_error *err)
{
	static const struct bd_source_options defaults = { 0 };
	struct bd_reference reference;
	int result = bd_reference_parse(bd_str(text), arena, &reference, err);
	if (result == 0) {
		reference = bd_reference_with_tag(&reference, arena);
		result = ask(&reference, options != NULL ? options : &defaults, arena, out, err);
	}
	return result < 0 ? bd_error_wrap(err, "%.300s", bd_display(arena, text)) : 0;
}
