/* SPDX-License-Identifier: Apache-2.0 */
/* `watch`: what is watched, what it is now, what is in it, and what is kept of that. */
#ifndef CMD_WATCHING_H
#define CMD_WATCHING_H

#include "basedrift/store.h"
#include "basedrift/watch.h"

#include "ask.h"
#include "options.h"
#include "pin_files.h"

/* What was compared for one moved base. */
struct comparison_of_base {
	struct bd_record *a, *b;
	struct bd_diff diff;
};
struct watching {
	struct arguments *arguments;
	struct bd_arena arena;
	struct {
		struct bd_record **v;
		size_t len, cap;
	} records;
	struct pin_files files;
	bool has_files; /* some bases are compared with what was seen before: the store is needed */
	struct {
		struct last_state {
			const struct bd_base *base; /* that is compared with it */
			struct bd_store_state state;
		} * v;
		size_t len, cap;
	} last_states;
	struct bd_watched_vec watched;
	struct question_vec questions;
	struct {
		struct failed_look {
			const char *reference, *problem;
		} * v;
		size_t len, cap;
	} failed_looks;
	struct {
		struct comparison_of_base **v;
		size_t len, cap;
	} comparisons;
};

/* watch_bases.c: the operands, or the last good builds in the store. */
int find_watched(struct watching *watching, struct bd_error *err) BD_CHECKED;
/* watch_ask.c */
void ask_watched(struct watching *watching);
/* watch_explain.c: both images of what has moved. */
void explain_watched(struct watching *watching);
/* watch_keep.c: what was seen goes into the store, if there is to be one. */
int keep_watched(struct watching *watching, struct bd_error *err) BD_CHECKED;

#endif
