/* SPDX-License-Identifier: Apache-2.0 */
#include "basedrift/diff.h"

#include <stdlib.h>

#include "diff/parts.h"

static const char *const change_names[] = {
	[BD_ADDED] = "added",
	[BD_REMOVED] = "removed",
	[BD_UP] = "up",
	[BD_DOWN] = "down",
	[BD_CHANGED] = "changed",
	[BD_CONTENT] = "content",
	[BD_METADATA] = "metadata",
};

const char *bd_change_name(enum bd_change change)
{
	return change_names[change];
}

static enum bd_tri tri_of_text(const char *a, const char *b)
{
	if (a == NULL || b == NULL) {
		return BD_CANNOT_TELL;
	}
	return bd_streq(a, b) ? BD_SAME : BD_DIFFERENT;
}

/* One commit tree with other uncommitted changes is another source. */
static enum bd_tri tree_same(const struct bd_vcs *a, const struct bd_vcs *b)
{
	const enum bd_tri trees = tri_of_text(a->tree, b->tree);
	if (trees != BD_SAME || (a->dirty == BD_SAME && b->dirty == BD_SAME)) {
		return trees;
	}
	if (a->dirty == BD_CANNOT_TELL || b->dirty == BD_CANNOT_TELL) {
		return BD_CANNOT_TELL;
	}
	return bd_streq(a->dirty_digest, b->dirty_digest) ? BD_SAME : BD_DIFFERENT;
}

void bd_diff_compute(const struct bd_record *a, const struct bd_record *b, const struct bd_diff_options *options,
	struct bd_diff *out)
{
	*out = (struct bd_diff){ .a = a, .b = b };
	out->tree_same = tree_same(&a->source, &b->source);
	out->dockerfile_same = tri_of_text(a->source.dockerfile_digest, b->source.dockerfile_digest);
	out->context_same = tri_of_text(a->source.context_digest, b->source.context_digest);
	out->platform_same = tri_of_text(a->image.platform, b->image.platform);
	diff_bases(out);
	diff_packages(out, options);
	diff_settings(out);
	diff_files(out, options);
	diff_inputs(out);
	diff_layers(out);
}

void bd_diff_release(struct bd_diff *diff)
{
	free(diff->bases.v);
	free(diff->layers.v);
	free(diff->packages.v);
	free(diff->gaps.v);
	free(diff->settings.v);
	free(diff->files.v);
	free(diff->inputs.v);
	bd_arena_release(&diff->arena);
	*diff = (struct bd_diff){ 0 };
}
