/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the images that Dockerfiles and compose files name are pinned, and what to write so that they are.  Nothing here
 * asks a registry: the caller does, and says what it heard.
 */
#ifndef BASEDRIFT_PIN_H
#define BASEDRIFT_PIN_H

#include "basedrift/origin.h"
#include "basedrift/patch.h"
#include "basedrift/record.h"

enum bd_pinned {
	BD_PINNED_UNRESOLVED, /* a variable has no value, or it is no reference */
	BD_PINNED_NO_TAG,     /* "python": latest */
	BD_PINNED_FLOATING,   /* "python:2.7": every release of the series moves it */
	BD_PINNED_VERSION,    /* "python:2.7.16": still rebuilt under the same name */
	BD_PINNED_DIGEST,
};
const char *bd_pinned_name(enum bd_pinned pinned); /* unresolved no-tag floating-tag version-tag digest */

/* What was heard of a digest. */
enum bd_pin_served {
	BD_PIN_NOT_ASKED,
	BD_PIN_SERVED,
	BD_PIN_GONE,   /* the registry says that it has no such thing */
	BD_PIN_UNKNOWN /* it could not be asked: `problem` */
};

/* A reference in a file. */
struct bd_pin_use {
	const char *file; /* as given */
	int line;
	const char *where; /* "FROM", "COPY --from", "RUN --mount", "# syntax", "services.web.image" */
	enum bd_role role;
	const char *as_written;
	const char *name;   /* "docker.io/library/python:2.7", normalised, without a digest; NULL: unresolved */
	const char *digest; /* that it has, or NULL */
	const char *platform, *problem;
	bool reachable; /* the last stage needs it */
	enum bd_pinned pinned;
	/* n bytes at `at` are as_written, or `edited`; n 0: not to be rewritten, and `not_editable` says why */
	size_t at, n;
	const char *not_editable;
	const char *edited; /* what the ARG on edited_line says, of which as_written is made; NULL: it is written out */
	int edited_line;

	/* What the caller heard. */
	struct {
		enum bd_pin_served answer;
		const char *index, *manifest; /* of the name, as the registry has it; NULL: none */
		const char *problem;
	} now;
	enum bd_pin_served served; /* of `digest` */
	const char *wanted;        /* to be written; NULL: none is known */
	const char *wanted_from;   /* "the registry", "orders-api#4811" */
	const char *unwanted;      /* why none is to be written: a sentence, or NULL */
};
struct bd_pin_use_vec {
	struct bd_pin_use *v;
	size_t len, cap;
};
struct bd_pin_file {
	const char *path;  /* as given */
	const char *patch; /* its name in a patch */
	bool compose;
	struct bd_str bytes;
	struct bd_pin_use_vec uses; /* in the order of the file; in the arena */
};

/* Is this path that of a compose file (".yml", ".yaml")? */
bool bd_pin_is_compose(const char *path);
/*
 * Every image that file->bytes name; path is set, compose says which kind.  All in the arena; bytes stay the caller's.
 * Fails: BD_ERR_FORMAT with the line, BD_ERR_LIMIT.
 */
int bd_pin_read(struct bd_pin_file *file, const struct bd_dockerfile_options *options, struct bd_arena *arena,
	struct bd_error *err) BD_CHECKED;
/* How a tag names what it names. */
enum bd_pinned bd_pin_class_of_tag(const char *tag);
/* "python:2.7@sha256:…": as written, or as the ARG has it, with its tag, and this digest; variables with their values.
 */
const char *bd_pin_text(const struct bd_pin_use *use, const char *digest, struct bd_arena *arena);
/* Why it is left as it is, and what to write by hand; NULL: it is edited, or there is nothing to write. */
const char *bd_pin_advice(const struct bd_pin_use *use, struct bd_arena *arena);
/* The edits that put each use's wanted digest in; those that have it already need none.  In the arena. */
void bd_pin_edits(const struct bd_pin_file *file, struct bd_arena *arena, struct bd_edit_vec *out);
/*
 * The base of a record that this use names: of its role and line, else of its role, else any of that name; NULL: none.
 */
const struct bd_base *bd_pin_base_of(const struct bd_pin_use *use, const struct bd_record *record);
/* A digest of that base that `FROM name@…` takes, for certain: its index, as stated, its manifest; after `than`. */
const char *bd_pin_pullable(const struct bd_base *base, const char *than);
/* What it is, in one sentence: "2.7 names a series: every release moves it." */
const char *bd_pin_sentence(const struct bd_pin_use *use, struct bd_arena *arena);
/* Is it pinned to something that can be had?  CANNOT_TELL: the registry could not be asked for it. */
enum bd_tri bd_pin_holds(const struct bd_pin_use *use); /* BD_SAME: it holds */
void bd_pin_json(const struct bd_pin_file *files, size_t count, struct bd_buf *out);

#endif
