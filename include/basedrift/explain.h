/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From findings to causes and one verdict (docs/verdicts.md), and to the report that every renderer
 * prints: sentences, tables and counts are made here once, so that all formats say the same.
 * All texts are raw; a renderer passes each through bd_display_text().
 */
#ifndef BASEDRIFT_EXPLAIN_H
#define BASEDRIFT_EXPLAIN_H

#include "basedrift/diff.h"

/* In the order in which they are offered as the verdict. */
enum bd_cause_kind {
	BD_BASE_REFERENCE_CHANGED,
	BD_BASE_PLATFORM_CHANGED,
	BD_BASE_IMAGE_MOVED,
	BD_STAGE_IMAGE_MOVED,
	BD_FRONTEND_MOVED,
	BD_OWN_STEP_DRIFTED,
	BD_BUILD_INPUT_CHANGED,
	BD_SAME_VERSION_OTHER_CONTENT,
	BD_SETTINGS_CHANGED,
	BD_FILES_OUTSIDE_PACKAGES,
	BD_SOURCE_CHANGED,
	BD_ONLY_METADATA,
	BD_NOTHING_DIFFERS,
	BD_CANNOT_TELL_CAUSE,
	/* acquittals: only in ruled_out */
	BD_INDEX_ONLY_REPUBLISHED,
	BD_BASE_REBUILT_SAME_CONTENT,
	BD_BASE_SAME_IMAGE,
};
const char *bd_cause_name(enum bd_cause_kind kind); /* "base-image-moved", … */

struct bd_cause {
	enum bd_cause_kind kind;
	const char *reference; /* familiar form, or NULL */
	int line;              /* Dockerfile line, 0: none */
	int stage;             /* -1: none */
	const char *title;     /* "python:2.7 now points to another image" */
	const char *sentence;  /* the whole sentence, with a full stop */
	const char *a, *b;     /* what each side had, short: "Python 2.7.16", or NULL */
	size_t explains;       /* findings: packages, settings, files */
	enum bd_confidence confidence;
	struct bd_string_vec evidence; /* sentences */
};
struct bd_cause_vec {
	struct bd_cause *v;
	size_t len, cap;
};

struct bd_ruled_out {
	enum bd_cause_kind kind;
	const char *reference;
	const char *reason; /* sentence */
};
struct bd_ruled_out_vec {
	struct bd_ruled_out *v;
	size_t len, cap;
};

/* A row of "what was compared". */
enum bd_topic {
	BD_TOPIC_TREE,
	BD_TOPIC_DOCKERFILE,
	BD_TOPIC_BASE,
	BD_TOPIC_STAGE_IMAGES,
	BD_TOPIC_BASE_PACKAGES,
	BD_TOPIC_BASE_SETTINGS,
	BD_TOPIC_OWN_PACKAGES,
	BD_TOPIC_OWN_SETTINGS,
	BD_TOPIC_FILES,
	BD_TOPIC_BUILD_ARGS,
	BD_TOPIC_PLATFORM,
	BD_TOPIC_BUILDER,
	BD_TOPIC_FRONTEND,
	BD_TOPIC_COPIED_IMAGES
};
struct bd_compared {
	enum bd_topic topic;
	enum bd_tri state;
	const char *label;  /* "Packages in the base image" */
	const char *detail; /* "11 of 430", "git tree 80655da", or why it was not compared */
	size_t differing, total;
	int cause;       /* index of the cause that is or explains this difference; -1: none */
	bool is_cause;   /* this difference is that cause itself, not a consequence */
	bool unreadable; /* promised but not readable: an error, not merely not recorded */
};
struct bd_compared_vec {
	struct bd_compared *v;
	size_t len, cap;
};

/* One row a source package: "openssl (3 packages)". */
struct bd_package_row {
	enum bd_change change;
	const char *name;                  /* shown; the source package's name when there are several members */
	const char *type;                  /* purl type */
	const char *ecosystem;             /* "Debian", "PyPI", "npm", "runtime" … for people */
	const char *version_a, *version_b; /* NULL: not installed on that side */
	struct bd_string_vec members;      /* binary package names when more than one */
	enum bd_layer_origin origin;
	const char *where; /* "base layer 7", "Dockerfile line 4", "layer 2" */
	int layer, line;
	int explained_by;
	bool named_in_log;  /* a failing line of the log names it: such rows come first */
	size_t folded;      /* packages that these own (Python parts of Debian packages) */
	const char *anchor; /* "pkg-deb-openssl": unique in the report, no version in it */
};
struct bd_package_row_vec {
	struct bd_package_row *v;
	size_t len, cap;
};

/* Files by folder. */
struct bd_folder_row {
	const char *folder; /* "usr/local/lib" */
	size_t changed, added, removed, noise;
};
struct bd_folder_row_vec {
	struct bd_folder_row *v;
	size_t len, cap;
};

/* The layer stack, lowest first, runs of equal rows folded. */
struct bd_layer_row {
	int a_first, a_last, b_first, b_last; /* -1: that side has none */
	enum bd_layer_state state;
	enum bd_layer_origin origin;
	const char *label;               /* the instruction, or what the base's history says */
	const char *detail;              /* "3 packages", "identical", "new digest, same packages" */
	const char *a_digest, *b_digest; /* diff_id of the first, or NULL */
	int line;
	bool is_cause;
};
struct bd_layer_row_vec {
	struct bd_layer_row *v;
	size_t len, cap;
};

enum bd_remedy_kind {
	BD_REMEDY_PIN_BASE,
	BD_REMEDY_PIN_PACKAGE,
	BD_REMEDY_RECORD_MORE
};
const char *bd_remedy_kind_name(enum bd_remedy_kind kind); /* pin-base pin-package record-more */
struct bd_remedy {
	enum bd_remedy_kind kind;
	const char *file; /* Dockerfile path, or NULL */
	int line;
	const char *text;               /* what to do, a sentence */
	const char *old_text;           /* the line as it is, or NULL */
	const char *new_text;           /* the line to paste, or NULL */
	const char *patch;              /* unified diff that `git apply` takes, or NULL */
	const char *test;               /* "If a build with this line passes, the base image was the cause.", or NULL */
	const char *reference, *digest; /* pin-base: what the line asks its registry for, normalised; else NULL */
};
struct bd_remedy_vec {
	struct bd_remedy *v;
	size_t len, cap;
};

/*
 * A build of the project for the timeline, or a look at the tag of its base.  The two that are compared need not be
 * among them; where they are, `which` says so.  image: of the base of the final stage: equal texts are one image, other
 * texts are two; NULL: not known.
 */
enum bd_observed {
	BD_OBSERVED_OTHER,
	BD_OBSERVED_A,
	BD_OBSERVED_B,
	BD_OBSERVED_LOOK /* no build: somebody looked what the base's tag leads to */
};
struct bd_observation {
	enum bd_observed which;
	const char *time;  /* RFC 3339, when it started */
	const char *label; /* "build 4809" */
	enum bd_status status;
	const char *tree, *image;
};
/* The same in a report, oldest first, both compared builds among them when they have a time. */
struct bd_sighting {
	enum bd_observed which;
	int64_t seconds; /* since 1970 */
	const char *time, *label, *tree;
	enum bd_status status;
	int image; /* 0: not known, 1: that of the last good build, 2: that of the failing one, from 3 on: others */
};
struct bd_sighting_vec {
	struct bd_sighting *v;
	size_t len, cap;
};

struct bd_not_compared {
	const char *what, *why;
};
struct bd_not_compared_vec {
	struct bd_not_compared *v;
	size_t len, cap;
};

/* The header line of one side. */
struct bd_side {
	const char *label;       /* "build 4811", or the record's file name, or "last good" */
	const char *runtime;     /* what the base is, short: "Python 2.7.16", or NULL */
	const char *base_digest; /* best known digest of the base of the final stage, or NULL */
	enum bd_digest_kind base_digest_kind;
	const char *base_created;                     /* date, or NULL */
	const char *distro;                           /* "Debian GNU/Linux 10 (buster)", or NULL */
	size_t packages, base_packages, own_packages; /* counts, owned ones folded */
};

struct bd_report {
	struct bd_arena arena;
	const struct bd_record *a, *b; /* borrowed */
	struct bd_diff diff;
	struct bd_side side_a, side_b;
	struct {
		enum bd_cause_kind cause;
		const char *headline; /* "Nothing in git changed. The base image did." */
		const char *sentence; /* one or two sentences more */
		const char *flake;    /* "Same commit, different inputs: not a flake.", or NULL */
		enum bd_confidence confidence;
	} verdict;
	enum bd_tri source_same;
	const char *dockerfile; /* path for people, "Dockerfile" when not known */
	struct bd_cause_vec causes;
	struct bd_ruled_out_vec ruled_out;
	struct bd_compared_vec compared;        /* in the order of the page; renderers put Different first */
	struct bd_package_row_vec package_rows; /* base first, then steps, then unknown; rank inside */
	struct bd_folder_row_vec folders;
	struct bd_layer_row_vec layer_rows;
	size_t files_changed, files_added, files_removed, files_metadata, files_noise;
	struct bd_remedy_vec remedy;
	struct bd_not_compared_vec not_compared;
	struct bd_sighting_vec timeline;
	const char *timeline_reference;    /* the image that the sightings' numbers are of, as written; NULL: none */
	struct bd_string_vec named_in_log; /* packages and files that differ and that failing lines of the log name */
	struct bd_string_vec commands;     /* to repeat it */
	const char *choice;                /* why these two builds, a sentence, or NULL */
	const char *generated; /* RFC 3339, from SOURCE_DATE_EPOCH or the failing build's times; NULL: not shown */
	int exit_status;       /* 0, 1 or 2 (README, "Verdicts and exit status") */
};

/* What was asked of a registry: does it still have this digest?  A pin to one that is gone is not offered. */
struct bd_served {
	const char *reference, *digest; /* as a remedy has them */
	enum bd_tri served;             /* BD_CANNOT_TELL: it could not be asked */
};

struct bd_explain_options {
	const struct bd_served *served;
	size_t served_count;
	const char *const *ignore;     /* globs counted as noise, or NULL */
	bool strict;                   /* metadata and noise count as differences */
	const char *label_a, *label_b; /* used when a build has no id: file names */
	const char *generated;
	const char *const *commands;               /* NULL-ended, or NULL */
	const struct bd_observation *observations; /* other builds of the project, in any order */
	size_t observation_count;
	const char *choice; /* why these two builds, a sentence; NULL: the user said so */
};
/* A new report the caller frees; the records must outlive it. */
struct bd_report *bd_explain(
	const struct bd_record *a, const struct bd_record *b, const struct bd_explain_options *options);
void bd_report_free(struct bd_report *report);

/* "1,212" */
const char *bd_count_text(struct bd_arena *arena, size_t n);
/* "1 package", "3 packages" */
const char *bd_plural(struct bd_arena *arena, size_t n, const char *one, const char *many);
/* First 12 hex digits: "sha256:79bd10b2cf39"; NULL gives NULL. */
const char *bd_short_digest(struct bd_arena *arena, const char *digest);

#endif
