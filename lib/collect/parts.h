/* SPDX-License-Identifier: Apache-2.0 */
/* The steps of one collect run; each fills its part of the record. */
#ifndef COLLECT_PARTS_H
#define COLLECT_PARTS_H

#include "basedrift/collect.h"

#include "collect/history.h"
#include "collect/inventory.h"

/* Every layer, from the cache or read, the large ones first; and the tree that they make. */
int read_layers(struct bd_image *image, const struct bd_reading *how, struct inventory *inventory,
	struct bd_error *err) BD_CHECKED;

/* Only files of the layer that are as new as this are held against their owner's MD5 or SHA-1; 0: all. */
int64_t checksums_since(const struct bd_image *image, size_t layer);
/* There is nothing to read: all of it is done. */
void progress_over(struct bd_image *image, struct bd_progress *progress);

/* Names this very program: what one makes of an image any other may make differently.  false: it is not known. */
bool known_program(struct bd_buf *out);
/*
 * What was found in this image before, as a record of nothing else; NULL: not known.  known_take moves it into another
 * record, to which diagnostics are added.
 */
struct bd_record *known_image(const struct bd_reading *how, const struct bd_image *image);
void known_take(struct bd_record *found_take, struct bd_record *record);
/*
 * Keep what is found, for the next time; it is sorted.  first_diagnostic: from there on they are about the image.
 * err->msg is "" unless the cache failed.
 */
void known_add(const struct bd_reading *how, const struct bd_image *image, struct bd_record *record,
	size_t first_diagnostic, struct bd_error *err);

/* What was built: git, Dockerfile, .dockerignore.  Trouble with any is a diagnostic. */
struct build_source {
	struct bd_dockerfile dockerfile;
	bool has_dockerfile;
	struct bd_arena arena;
};
int read_build_source(const struct bd_collect_options *options, struct bd_record *record, struct build_source *out,
	struct bd_error *err) BD_CHECKED;
void build_source_release(struct build_source *source);

/* Settings of a config, sorted, secrets redacted; a repeated variable: the last one wins. */
void collect_settings(
	const struct bd_collect_options *options, const struct bd_config *config, struct bd_record *record);
void sorted_env(const struct bd_collect_options *options, const struct bd_string_vec *env, struct bd_arena *arena,
	struct bd_setting_vec *out);
void sorted_labels(const struct bd_collect_options *options, const struct bd_key_value_vec *labels,
	struct bd_arena *arena, struct bd_setting_vec *out);
bool setting_is_secret(const struct bd_collect_options *options, const char *key);

/*
 * The record's `base` lines and which history entries are the base's.  Opens the images of
 * --base-image; one that cannot be opened is an error, one that is not the base a diagnostic.  *base_image_out (may be
 * NULL): the final base's image where one was opened, else NULL; the caller closes it.
 */
struct bases_found {
	struct history_map map;
	struct bd_image *base_image; /* the final base's image where one was opened; the caller closes it */
};
int read_bases(const struct bd_collect_options *options, struct bd_image *image, const struct build_source *source,
	struct bd_record *record, struct bases_found *out, struct bd_error *err) BD_CHECKED;

#endif
