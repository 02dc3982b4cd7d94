/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Joins image, inventory and origin into one build record.
 */
#ifndef BASEDRIFT_COLLECT_H
#define BASEDRIFT_COLLECT_H

#include "basedrift/cache.h"
#include "basedrift/origin.h"
#include "basedrift/record.h"
#include "basedrift/source.h"

/* --base [STAGE=]REF[@DIGEST] or --base-image [STAGE=]IMAGE; stage NULL: the final stage's base. */
struct bd_base_option {
	const char *stage, *value;
};

/* How far reading is, for whoever shows it; may be read at any time.  Totals grow with each image that is opened. */
struct bd_progress {
	atomic_ullong bytes, total_bytes; /* of layers as they are stored, compressed; those from the cache count too */
	atomic_uint layers, total_layers;
};

/* How an image's layers are read. */
struct bd_reading {
	struct bd_cache *cache;       /* layers that are in it are not read, others are added; NULL: none */
	bool verify;                  /* read every byte again although a layer is in the cache */
	unsigned int jobs;            /* threads at once, 0: as many as there are processors */
	struct bd_progress *progress; /* or NULL */
};

struct bd_collect_options {
	const char *image; /* as bd_image_open takes it; NULL: the build left none */
	const char *platform;
	struct bd_reading reading;
	struct bd_source_options source; /* how registries are asked; its platform is the one above */
	const char
		*daemon; /* "docker-daemon" or "podman": where the build tool keeps images; NULL: where the image is */
	const char *provenance, *metadata_file, *build_history, *log; /* files of this build, or NULL */
	struct bd_str log_text; /* the log itself, in place of a file; p NULL: none */
	const char *dockerfile; /* path, or NULL: CONTEXT/Dockerfile, CONTEXT/Containerfile where there is one */
	const char *context;    /* directory, or NULL: the current one */
	bool context_elsewhere, dockerfile_elsewhere; /* a URL or standard input: not in any folder here */
	const char *target;
	const struct bd_build_arg *build_args;
	size_t build_arg_count;
	const struct bd_base_option *bases, *base_images;
	size_t base_count, base_image_count;
	struct bd_build build;           /* what the user said on the command line; wins over CI and git */
	const char *const *secret_names; /* NULL-ended extra patterns of secret names, or NULL */
	const char *written;             /* RFC 3339 for the record line (SOURCE_DATE_EPOCH), or NULL */
	bd_getenv_fn *getenv;            /* NULL: no CI variables */
	void *getenv_context;
};

/* A new record the caller frees. */
int bd_collect(const struct bd_collect_options *options, struct bd_record **out, struct bd_error *err) BD_CHECKED;

/* One file of the merged tree of an image. */
struct bd_tree_line {
	const char *path;
	enum bd_file_kind kind;
	uint32_t mode, uid, gid;
	int64_t size_bytes, mtime_sec;
	const char *digest; /* "sha256:…" or NULL */
	const char *target;
	int layer;
};
typedef int bd_tree_line_fn(const struct bd_tree_line *line, void *context, struct bd_error *err);
/* Every file of the image, in path order. */
int bd_collect_tree(const char *image, const struct bd_source_options *source, bd_tree_line_fn *each, void *context,
	struct bd_error *err) BD_CHECKED;

#endif
