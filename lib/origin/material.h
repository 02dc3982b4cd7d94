/* SPDX-License-Identifier: Apache-2.0 */
/* What the readers of build papers share: materials, build arguments, times, JSON that may be of any shape. */
#ifndef ORIGIN_MATERIAL_H
#define ORIGIN_MATERIAL_H

#include <jansson.h>

#include "basedrift/papers.h"

/* A URI of provenance: "pkg:docker/…", "pkg:oci/…", "docker-image://…", git, http.  Everything in the arena. */
struct bd_material material_of_uri(const char *uri, const char *source, struct bd_arena *arena);
/* An image as a log or old build info names it; reference is NULL when it is not one. */
struct bd_material material_of_image(struct bd_str image, const char *source, struct bd_arena *arena);
/* Add it unless the same is there; fails with BD_ERR_LIMIT. */
int add_material(struct bd_build_papers *papers, const struct bd_material *material, struct bd_arena *arena,
	struct bd_error *err) BD_CHECKED;
/* Tell the syntax frontend and the SBOM scanner from the images of the build; scanner: as written, or NULL. */
void mark_tools(struct bd_build_papers *papers, const char *scanner, struct bd_arena *arena);

void add_build_arg(struct bd_build_papers *papers, const char *key, const char *value, struct bd_arena *arena);
/* BuildKit's frontend attributes: "build-arg:X", "target", "source", "attest:sbom", "vcs:revision" … */
void read_frontend_args(struct bd_build_papers *papers, json_t *args, const char **scanner, struct bd_arena *arena);
/* RFC 3339 in UTC of any RFC 3339 time; NULL when it is not one. */
const char *utc_time(const char *text, struct bd_arena *arena);
struct bd_build_papers empty_papers(void);

/*
 * The document within the limits, an object; json_decref() it.  Papers are other tools' affair: a member of an
 * unexpected type counts as absent.
 */
int paper_open(struct bd_str text, json_t **out, struct bd_error *err) BD_CHECKED;
/* The text of a member; NULL when absent, empty or no text. */
const char *paper_text(json_t *object, const char *key);
/* The same, into the arena, without secrets. */
const char *paper_copy(json_t *object, const char *key, struct bd_arena *arena);

/* The predicate alone, which metadata files hold, too. */
int read_predicate(json_t *predicate, const char *source, struct bd_arena *arena, struct bd_build_papers *papers,
	struct bd_error *err) BD_CHECKED;
/*
 * The member of `choices` for that platform; its keys are prefix + platform.  platform NULL: the only one.
 * NULL: none fits, *listed_out (in the arena, NULL: none) names those there are.
 */
json_t *choose_platform(
	json_t *choices, const char *prefix, const char *platform, struct bd_arena *arena, const char **listed_out);

#endif
