/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The steps from findings to a report, in the order in which they run.  All fill the same report;
 * each has its file.
 */
#ifndef EXPLAIN_PARTS_H
#define EXPLAIN_PARTS_H

#include "basedrift/explain.h"

struct explanation {
	struct bd_report *report;
	const struct bd_explain_options *options;
	int base_cause;   /* index of the cause that is the final base, -1: none */
	int source_cause; /* of source-changed, -1: none */
	bool undecided;   /* packages differ in layers that may be the base's or the build's own: nobody is accused */
};

/* What a build is called, its runtime, its best base digest, its counts. */
void describe_sides(struct explanation *x);
/* Bases: causes 1 to 5 and acquittals. */
void judge_bases(struct explanation *x);
/* Packages, settings, files: who explains each; causes 6 to 11. */
void attribute_findings(struct explanation *x);
/* Causes 12 to 14, rank, sentences of each, the verdict. */
void reach_verdict(struct explanation *x);
void write_cause_sentences(struct explanation *x);
/* What a moved base made run again, as evidence of its cause. */
void add_consequences(struct explanation *x, struct bd_cause *cause);
void write_headline(struct explanation *x);
/* After the sentences: what the failing build's log names. */
void quote_log(struct explanation *x);
void list_compared(struct explanation *x);
void list_package_rows(struct explanation *x);
void list_layer_rows(struct explanation *x);
void list_folders(struct explanation *x);
void list_remedies(struct explanation *x);
void list_timeline(struct explanation *x);

/* Is a side an SBOM?  It tells packages and nothing of files, settings and build inputs. */
bool from_sbom(const struct bd_report *report);
/* Ecosystems that only one side looked for: the detail of a row that is otherwise equal, and the list of what was not
 * compared. */
const char *gap_text(struct explanation *x);
void list_package_gaps(struct explanation *x);

/* ---- shared by the steps --------------------------------------------------------------------- */

int add_cause(struct explanation *x, enum bd_cause_kind kind);
void add_text(struct bd_arena *arena, struct bd_string_vec *to, const char *text);

/* Whose layer this is.  The lowest of several layers of an image that starts from another is that other's. */
enum bd_layer_origin origin_of_layer(const struct bd_record *record, int layer);
const struct bd_layer_line *layer_of(const struct bd_record *record, int layer);
/* The side a change is shown on: b, or a where it was removed. */
const struct bd_package *shown_package(const struct bd_package_change *change);
/* Its owner changed as well and for the same cause: one row and one count for both. */
bool changed_with_owner(const struct bd_report *report, const struct bd_package_change *change);
const struct bd_record *side_of_package(const struct bd_report *report, const struct bd_package_change *change);
/* Where a change sits: the layer of the version; of other content, the own step that replaced a file of it. */
const struct bd_layer_line *layer_of_package_change(
	const struct bd_report *report, const struct bd_package_change *change);
enum bd_layer_origin origin_of_package_change(const struct bd_report *report, const struct bd_package_change *change);
enum bd_layer_origin origin_of_file_change(const struct bd_report *report, const struct bd_file_change *change);
const struct bd_layer_line *layer_of_file_change(const struct bd_report *report, const struct bd_file_change *change);

/* "python:2.7" of "docker.io/library/python:2.7@sha256:…". */
const char *familiar_reference(struct bd_arena *arena, const char *reference);
/* "Python", "Node.js" … of a runtime's package name. */
const char *runtime_title(struct bd_arena *arena, const char *name);
/* "Dockerfile line 4" words: the file's name for people. */
const char *dockerfile_name(const struct bd_report *report);
/* "2017-09-18" of an RFC 3339 time; NULL gives NULL. */
const char *date_of(struct bd_arena *arena, const char *time);
const struct bd_base_pair *final_base_pair(const struct bd_report *report);
bool file_change_counts(const struct bd_file_change *change); /* more than noise and metadata */

#endif
