/* SPDX-License-Identifier: Apache-2.0 */
/*
 * image NAME [--authfile F] [--cert-dir D] [--tls-verify true|false] [--platform P] [--offline] [--stall SEC]
 * [--resolve]
 * [--no-layers]: opens an image as the library does, reads every layer to its end in threads of its own, and prints
 * what was learnt as one JSON object.
 */
#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "basedrift/source.h"

#include "probe.h"

struct asked {
	const char *name;
	struct bd_source_options options;
	bool resolve, no_layers;
};

static bool read_word(struct asked *asked, const char *word, const char *value)
{
	const struct {
		const char *name;
		const char **place;
	} rows[] = { { "--authfile", &asked->options.authfile }, { "--cert-dir", &asked->options.cert_dir },
		{ "--platform", &asked->options.platform } };
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strcmp(word, rows[i].name) == 0) {
			*rows[i].place = value;
			return true;
		}
	}
	if (strcmp(word, "--tls-verify") == 0) {
		asked->options.tls_verify = bd_streq(value, "false") ? BD_TLS_ANY : BD_TLS_VERIFY;
		return true;
	}
	uint64_t seconds = 0;
	if (strcmp(word, "--stall") == 0 && bd_str_to_u64(bd_str(value), &seconds)) {
		asked->options.stall_sec = (unsigned)seconds;
		return true;
	}
	return false;
}

static int complain(const struct bd_error *err)
{
	(void)fprintf(stderr, "%s\n", err->msg);
	return (int)err->code;
}

static json_t *digests_json(const struct bd_digest_vec *digests)
{
	json_t *list = json_array();
	for (size_t i = 0; i < digests->len; i++) {
		const struct bd_digest *d = &digests->v[i];
		(void)json_array_append_new(
			list, json_pack("{ss, ss}", "kind", bd_digest_kind_name(d->kind), "value", d->value));
	}
	return list;
}

struct layer_read {
	struct bd_image *image;
	size_t index;
	size_t bytes;
	int result;
	struct bd_error err;
};

static void *read_layer(void *context)
{
	struct layer_read *layer = context;
	struct bd_stream *stream = NULL;
	struct bd_str block = { 0 };
	layer->result = bd_image_open_layer(layer->image, layer->index, &stream, &layer->err);
	while (layer->result == 0) {
		layer->result = bd_stream_next(stream, &block, &layer->err);
		layer->bytes += block.n;
		if (block.n == 0) {
			break;
		}
	}
	bd_stream_close(stream);
	return NULL;
}

enum {
	MOST_LAYERS = 64
};

static int read_all(struct bd_image *image, json_t *sizes, struct bd_error *err)
{
	struct layer_read layers[MOST_LAYERS];
	pthread_t threads[MOST_LAYERS];
	const size_t count = image->layers.len < MOST_LAYERS ? image->layers.len : MOST_LAYERS;
	int result = 0;
	for (size_t i = 0; i < count; i++) {
		layers[i] = (struct layer_read){ .image = image, .index = i };
		if (pthread_create(&threads[i], NULL, read_layer, &layers[i]) != 0) {
			return bd_error_set(err, BD_ERR_IO, "no thread");
		}
	}
	for (size_t i = 0; i < count; i++) {
		(void)pthread_join(threads[i], NULL);
		(void)json_array_append_new(sizes, json_integer((json_int_t)layers[i].bytes));
		if (layers[i].result < 0 && result == 0) {
			*err = layers[i].err;
			result = layers[i].result;
		}
	}
	return result;
}

static int provenance(struct bd_image *image, json_t *out, struct bd_error *err)
{
	struct bd_arena arena = { 0 };
	struct bd_statement_vec statements;
	const int result = bd_image_provenance(image, &arena, &statements, err);
	for (size_t i = 0; result == 0 && i < statements.len; i++) {
		const struct bd_statement *s = &statements.v[i];
		(void)json_array_append_new(out, json_pack("{ss, ss, si}", "predicate_type", s->predicate_type,
							 "digest", s->digest, "bytes", (int)s->bytes.n));
	}
	bd_arena_release(&arena);
	return result;
}

static json_t *texts_json(const struct bd_string_vec *texts)
{
	json_t *list = json_array();
	for (size_t i = 0; i < texts->len; i++) {
		(void)json_array_append_new(list, json_string(texts->v[i]));
	}
	return list;
}

static int describe(const struct asked *asked, json_t *out, struct bd_error *err)
{
	struct bd_image *image = NULL;
	json_t *sizes = json_array();
	json_t *statements = json_array();
	(void)json_object_set_new(out, "layers", sizes);
	(void)json_object_set_new(out, "provenance", statements);
	if (bd_image_open(asked->name, &asked->options, &image, err) < 0) {
		return -(int)err->code;
	}
	(void)json_object_set_new(out, "digests", digests_json(&image->digests));
	(void)json_object_set_new(out, "repo_digests", texts_json(&image->repo_digests));
	(void)json_object_set_new(out, "diff_ids", texts_json(&image->config.diff_ids));
	(void)json_object_set_new(out, "warnings", texts_json(&image->warnings));
	(void)json_object_set_new(out, "transport", json_string(image->transport));
	(void)json_object_set_new(
		out, "reference", image->reference != NULL ? json_string(image->reference) : json_null());
	const int result =
		(asked->no_layers || read_all(image, sizes, err) == 0) && provenance(image, statements, err) == 0
			? 0
			: -(int)err->code;
	bd_image_close(image);
	return result;
}

static int resolve(const struct asked *asked, json_t *out, struct bd_error *err)
{
	struct bd_arena arena = { 0 };
	struct bd_digest_vec digests = { 0 };
	const int result = bd_registry_resolve(asked->name, &asked->options, &arena, &digests, err);
	if (result == 0) {
		(void)json_object_set_new(out, "digests", digests_json(&digests));
	}
	bd_arena_release(&arena);
	return result;
}

int probe_image(int argc, char **argv)
{
	struct asked asked = { .name = argc > 0 ? argv[0] : "" };
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--offline") == 0) {
			asked.options.offline = true;
		} else if (strcmp(argv[i], "--resolve") == 0) {
			asked.resolve = true;
		} else if (strcmp(argv[i], "--no-layers") == 0) {
			asked.no_layers = true;
		} else if (i + 1 < argc && read_word(&asked, argv[i], argv[i + 1])) {
			i++;
		} else {
			(void)fprintf(stderr, "%s: what is that?\n", argv[i]);
			return 2;
		}
	}
	struct bd_error err;
	json_t *out = json_object();
	const int result = asked.resolve ? resolve(&asked, out, &err) : describe(&asked, out, &err);
	if (result == 0) {
		(void)json_dumpf(out, stdout, JSON_INDENT(1) | JSON_SORT_KEYS);
		(void)putchar('\n');
	}
	json_decref(out);
	return result < 0 ? complain(&err) : 0;
}
