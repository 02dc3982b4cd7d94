/* SPDX-License-Identifier: Apache-2.0 */
/* Which image of a layout: by what was written after the path, then by platform. */
#include "basedrift/limits.h"

#include "source/layout.h"
#include "source/names.h"

#define REF_NAME        "org.opencontainers.image.ref.name"
#define CONTAINERD_NAME "io.containerd.image.name"

struct candidate {
	const struct leaf *leaf;
	struct bd_platform platform;
	bool present; /* its manifest lies in the layout */
};

/* The descriptor's platform, else the config's; a manifest that is not there has none. */
static int learn(struct layout *layout, struct candidate *candidate, struct bd_error *err)
{
	const struct leaf *leaf = candidate->leaf;
	struct bd_manifest manifest;
	struct bd_config config = { 0 };

	candidate->platform = leaf->descriptor->platform;
	candidate->present = bd_digest_valid(leaf->descriptor->digest) &&
			     place_has(layout->place, layout_blob_path(layout, leaf->descriptor->digest, true));
	if (candidate->platform.architecture != NULL || !candidate->present) {
		return 0;
	}
	if (layout_manifest(layout, leaf, &manifest, err) < 0) {
		return -(int)err->code;
	}
	if (layout_config(layout, &manifest, &config, err) < 0 && err->code != BD_ERR_UNSUPPORTED) {
		return -(int)err->code; /* an artifact among images has no platform */
	}
	candidate->platform = config.platform;
	return 0;
}

static bool same_image(const struct leaf *a, const struct leaf *b)
{
	return strcmp(a->descriptor->digest, b->descriptor->digest) == 0;
}

static int list_platforms(struct layout *layout, const struct candidate *all, size_t n, const struct bd_platform *want,
	struct bd_error *err)
{
	struct name_list list = { 0 };
	struct bd_arena *arena = &layout->image->arena;
	for (size_t i = 0; i < n; i++) {
		name_list_add(&list, bd_platform_text(&all[i].platform, arena), arena);
	}
	(void)bd_error_set(err, BD_ERR_NOT_FOUND, "no image for %s (there are: %s)",
		bd_display(arena, bd_platform_text(want, arena)), name_list_text(&list));
	name_list_release(&list);
	return -(int)err->code;
}

/* The first match, one of the very variant before others; NULL when there is none. */
static const struct candidate *best_match(const struct candidate *all, size_t n, const struct bd_platform *want)
{
	const struct candidate *best = NULL;
	for (size_t i = 0; i < n; i++) {
		if (!bd_platform_matches(want, &all[i].platform)) {
			continue;
		}
		if (best == NULL || (bd_streq(all[i].platform.variant, want->variant) &&
					    !bd_streq(best->platform.variant, want->variant))) {
			best = &all[i];
		}
	}
	return best;
}

/* Two different images side by side in index.json, without names, for one platform: nobody can tell which is meant. */
static int check_ambiguous(struct layout *layout, const struct candidate *all, size_t n, const struct candidate *best,
	struct bd_error *err)
{
	struct name_list list = { 0 };
	for (size_t i = 0; i < n; i++) {
		const bool rival =
			bd_platform_matches(&best->platform, &all[i].platform) && all[i].leaf->top != best->leaf->top;
		if (rival && !same_image(all[i].leaf, best->leaf)) {
			name_list_add(&list, best->leaf->descriptor->digest, &layout->image->arena);
			name_list_add(&list, all[i].leaf->descriptor->digest, &layout->image->arena);
		}
	}
	int result = 0;
	if (list.names.len > 0) {
		result = bd_error_set(err, BD_ERR_USAGE,
			"several images: say which after the path, :REF (there are: %s)", name_list_text(&list));
	}
	name_list_release(&list);
	return result;
}

/* The one image whose manifest lies in the layout; NULL when there are several, or none. */
static const struct candidate *only_present(const struct candidate *all, size_t n)
{
	const struct candidate *found = NULL;
	for (size_t i = 0; i < n; i++) {
		if (!all[i].present) {
			continue;
		}
		if (found != NULL && !same_image(found->leaf, all[i].leaf)) {
			return NULL;
		}
		found = found != NULL ? found : &all[i];
	}
	return found;
}

static int learn_all(struct layout *layout, const struct leaf_vec *leaves, struct candidate *all, struct bd_error *err)
{
	for (size_t i = 0; i < leaves->len; i++) {
		all[i].leaf = &leaves->v[i];
		if (learn(layout, &all[i], err) < 0) {
			return -(int)err->code;
		}
	}
	return 0;
}

const struct leaf *layout_pick(
	struct layout *layout, const struct leaf_vec *leaves, const struct request *request, struct bd_error *err)
{
	const struct bd_platform host = bd_platform_host();
	const struct bd_platform *want = request->platform != NULL ? request->platform : &host;
	struct candidate *all = bd_arena_alloc(&layout->image->arena, leaves->len * sizeof(*all));

	if (leaves->len == 0) {
		(void)bd_error_set(err, BD_ERR_NOT_FOUND, "no image manifest in it");
		return NULL;
	}
	if (leaves->len == 1) {
		return &leaves->v[0]; /* image_finish() holds its config against the platform */
	}
	if (learn_all(layout, leaves, all, err) < 0) {
		return NULL;
	}
	/* a store that has one platform of an image saves the whole index with it */
	const struct candidate *best = request->platform == NULL ? only_present(all, leaves->len) : NULL;
	if (best == NULL) {
		best = best_match(all, leaves->len, want);
	}
	if (best == NULL) {
		(void)list_platforms(layout, all, leaves->len, want, err);
		return NULL;
	}
	return check_ambiguous(layout, all, leaves->len, best, err) < 0 ? NULL : best->leaf;
}

static const char *full_name(const struct bd_descriptor *d)
{
	const char *name = bd_key_value_get(&d->annotations, CONTAINERD_NAME);
	return name != NULL ? name : bd_key_value_get(&d->annotations, REF_NAME);
}

static bool top_is(const char *wanted, const struct bd_descriptor *d, size_t position)
{
	return position_is(wanted, position) || name_is(wanted, bd_key_value_get(&d->annotations, REF_NAME)) ||
	       name_is(wanted, bd_key_value_get(&d->annotations, CONTAINERD_NAME)) || digest_is(wanted, d->digest);
}

static bool way_is(const char *wanted, const struct way *way)
{
	for (; way != NULL; way = way->above) {
		if (way->digest != NULL && digest_is(wanted, way->digest)) {
			return true;
		}
	}
	return false;
}

/* A digest of something below: an index, a manifest, a config. */
static bool leaf_is(const struct layout *layout, const char *wanted, const struct leaf *leaf)
{
	struct bd_manifest manifest;
	struct bd_error err;
	if (digest_is(wanted, leaf->descriptor->digest) || way_is(wanted, leaf->way)) {
		return true;
	}
	return layout_manifest(layout, leaf, &manifest, &err) == 0 && digest_is(wanted, manifest.config.digest);
}

static void list_tops(struct name_list *list, const struct bd_index *index, struct bd_arena *arena)
{
	for (size_t i = 0; i < index->manifests.len; i++) {
		const struct bd_descriptor *d = &index->manifests.v[i];
		const char *name = full_name(d);
		name_list_add(list, name != NULL ? name : d->digest, arena);
	}
}

static int several(const struct layout *layout, const struct bd_index *index, enum bd_error_code code,
	const char *problem, struct bd_error *err)
{
	struct name_list list = { 0 };
	list_tops(&list, index, &layout->image->arena);
	(void)bd_error_set(err, code, "%s (there are: %s)", problem, name_list_text(&list));
	name_list_release(&list);
	return -(int)err->code;
}

/* Are all these one image, that is one name or no name at all, or one digest with several names? */
static bool one_image(const struct bd_index *index)
{
	const struct bd_descriptor *first = index->manifests.len > 0 ? &index->manifests.v[0] : NULL;
	for (size_t i = 1; i < index->manifests.len; i++) {
		const struct bd_descriptor *d = &index->manifests.v[i];
		if (strcmp(d->digest, first->digest) != 0 && !bd_streq(full_name(d), full_name(first))) {
			return false;
		}
	}
	return true;
}

static int leaves_by_reference(struct layout *layout, const struct bd_index *index, const struct way *way,
	const char *wanted, struct leaf_vec *out, struct bd_error *err)
{
	AUTO(leaf_vec_auto) struct leaf_vec everything = { 0 };
	bool matched = false;
	for (size_t i = 0; i < index->manifests.len; i++) {
		const struct bd_descriptor *d = &index->manifests.v[i];
		const bool is = top_is(wanted, d, i);
		matched = matched || is;
		if (is && layout_leaves(layout, d, way, i, out, err) < 0) {
			return -(int)err->code;
		}
	}
	for (size_t i = 0; i < index->manifests.len && !matched; i++) {
		if (layout_leaves(layout, &index->manifests.v[i], way, i, &everything, err) < 0) {
			return -(int)err->code;
		}
	}
	for (size_t i = 0; i < everything.len; i++) {
		if (leaf_is(layout, wanted, &everything.v[i])) {
			*bd_vec_push(out) = everything.v[i];
		}
	}
	if (!matched && out->len == 0) {
		return several(layout, index, BD_ERR_NOT_FOUND, "no such image", err);
	}
	return 0;
}

static int leaves_wanted(struct layout *layout, const struct bd_index *index, const struct way *way, const char *wanted,
	struct leaf_vec *out, struct bd_error *err)
{
	if (wanted != NULL) {
		return leaves_by_reference(layout, index, way, wanted, out, err);
	}
	if (!one_image(index)) {
		return several(layout, index, BD_ERR_USAGE, "several images: say which after the path, :REF", err);
	}
	for (size_t i = 0; i < index->manifests.len; i++) {
		if (layout_leaves(layout, &index->manifests.v[i], way, i, out, err) < 0) {
			return -(int)err->code;
		}
	}
	return 0;
}

/* The name of the descriptor that led to the image; the one that was asked for, when it has two. */
static const char *reference_of(const struct bd_index *index, const struct leaf *leaf, const char *wanted)
{
	for (size_t i = 0; i < index->manifests.len && wanted != NULL; i++) {
		const char *name = full_name(&index->manifests.v[i]);
		if (name != NULL && top_is(wanted, &index->manifests.v[i], i)) {
			return name;
		}
	}
	return full_name(&index->manifests.v[leaf->top]);
}

int layout_open(struct stored_image *image, const struct request *request, struct bd_error *err)
{
	AUTO(leaf_vec_auto) struct leaf_vec leaves = { 0 };
	struct layout layout = layout_of(image);
	struct bd_index index;

	if (layout_read_index(&layout, &index, err) < 0) {
		return -(int)err->code;
	}
	const struct way way = { .annotations = &index.annotations };
	if (leaves_wanted(&layout, &index, &way, request->reference, &leaves, err) < 0) {
		return -(int)err->code;
	}
	const struct leaf *leaf = layout_pick(&layout, &leaves, request, err);
	if (leaf == NULL) {
		return -(int)err->code;
	}
	image->base.reference = reference_of(&index, leaf, request->reference);
	return layout_fill(&layout, image, leaf, request, err);
}
