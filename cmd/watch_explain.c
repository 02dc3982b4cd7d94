/* SPDX-License-Identifier: Apache-2.0 */
/* What the next build gets: the image that was used against the one that its name leads to now. */
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "watching.h"

/* An image by itself, whatever Dockerfile lies in this folder; layers that the cache knows are not read. */
static int collect_alone(const struct watching *watching, const struct bd_watched *one, const char *digest,
	struct bd_record **out, struct bd_error *err)
{
	const struct arguments *given = watching->arguments;
	struct bd_reference reference;
	struct bd_arena arena = { 0 };
	struct arguments alone = { .command = given->command,
		.quiet = given->quiet,
		.platform = one->platform,
		.context_elsewhere = true,
		.dockerfile_elsewhere = true,
		.authfile = given->authfile,
		.cert_dir = given->cert_dir,
		.tls_verify = given->tls_verify,
		.offline = given->offline,
		.no_cache = given->no_cache,
		.verify = given->verify,
		.verbose = given->verbose,
		.jobs = given->jobs };
	int result = bd_reference_parse(bd_str(one->base->reference), &arena, &reference, err);
	if (result == 0) {
		const char *name =
			bd_arena_printf(&arena, "docker://%s/%s@%s", reference.registry, reference.repository, digest);
		result = collect_build(&alone, name, false, out, err);
	}
	bd_arena_release(&arena);
	return result;
}

/* The image that the build used, by the best digest that is still served. */
static int collect_used(
	const struct watching *watching, const struct bd_watched *one, struct bd_record **out, struct bd_error *err)
{
	const char *digest = bd_pin_pullable(one->base, NULL);
	if (digest == NULL) {
		return bd_error_set(err, BD_ERR_NOT_FOUND, "the build does not say for certain which digest it had");
	}
	int result = collect_alone(watching, one, digest, out, err);
	const char *next = bd_pin_pullable(one->base, digest);
	if (result < 0 && err->code == BD_ERR_NOT_FOUND && next != NULL) {
		result = collect_alone(watching, one, next, out, err);
	}
	return result;
}

static const struct bd_diff *explained_before(const struct watching *watching, const struct bd_watched *one)
{
	for (size_t i = 0; i < watching->watched.len && &watching->watched.v[i] != one; i++) {
		const struct bd_watched *before = &watching->watched.v[i];
		if (before->diff != NULL && bd_streq(before->platform, one->platform) &&
			bd_streq(before->now.manifest, one->now.manifest) &&
			bd_streq(bd_pin_pullable(before->base, NULL), bd_pin_pullable(one->base, NULL))) {
			return before->diff;
		}
	}
	return NULL;
}

static void explain(struct watching *watching, struct bd_watched *one)
{
	struct bd_error err;
	struct comparison_of_base *comparison = NULL;
	one->diff = explained_before(watching, one);
	if (one->diff != NULL) {
		return;
	}
	comparison = bd_xcalloc(1, sizeof(*comparison));
	*bd_vec_push(&watching->comparisons) = comparison;
	if (collect_used(watching, one, &comparison->a, &err) < 0 ||
		collect_alone(watching, one, one->now.manifest, &comparison->b, &err) < 0) {
		one->diff_problem = bd_arena_strdup(&watching->arena, err.msg);
		return;
	}
	const struct bd_diff_options options = { .ignore = NULL };
	bd_record_sort(comparison->a);
	bd_record_sort(comparison->b);
	bd_diff_compute(comparison->a, comparison->b, &options, &comparison->diff);
	one->diff = &comparison->diff;
}

void explain_watched(struct watching *watching)
{
	for (size_t i = 0; i < watching->watched.len; i++) {
		if (watching->watched.v[i].state == BD_WATCH_MOVED) {
			explain(watching, &watching->watched.v[i]);
		}
	}
}
