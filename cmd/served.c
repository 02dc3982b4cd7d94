/* SPDX-License-Identifier: Apache-2.0 */
/* A line to paste is worth nothing when the registry has deleted the image that it names. */
#include "served.h"

#include <string.h>

#include "basedrift/source.h"

#include "build.h"
#include "console.h"

enum {
	QUESTIONS_MOST = 16 /* of one report: it has a base and a few stages */
};

static const struct bd_served *find(const struct served_list *list, const struct bd_remedy *remedy)
{
	for (size_t i = 0; i < list->len; i++) {
		if (strcmp(list->v[i].reference, remedy->reference) == 0 &&
			strcmp(list->v[i].digest, remedy->digest) == 0) {
			return &list->v[i];
		}
	}
	return NULL;
}

/* One that did not answer is not waited for again. */
static bool host_failed(const struct served_list *list, const char *reference)
{
	const size_t n = strcspn(reference, "/");
	for (size_t i = 0; i < list->len; i++) {
		if (list->v[i].served == BD_CANNOT_TELL && strncmp(list->v[i].reference, reference, n + 1) == 0) {
			return true;
		}
	}
	return false;
}

/* Any platform of it: whether the digest is there is the question. */
static enum bd_tri ask(const struct arguments *arguments, const struct bd_remedy *remedy)
{
	struct bd_source_options source = source_options(arguments);
	struct bd_arena arena = { 0 };
	struct bd_digest_vec found = { 0 };
	struct bd_reference reference;
	struct bd_error err;
	enum bd_tri served = BD_CANNOT_TELL;

	source.platform = NULL;
	if (bd_reference_parse(bd_str(remedy->reference), &arena, &reference, &err) == 0) {
		const char *name =
			bd_arena_printf(&arena, "%s/%s@%s", reference.registry, reference.repository, remedy->digest);
		if (bd_registry_resolve(name, &source, &arena, &found, &err) == 0) {
			served = BD_SAME;
		} else if (err.code == BD_ERR_NOT_FOUND) {
			served = BD_DIFFERENT;
		} else {
			print_hint(arguments, "not checked whether the last good image is still served: %s", err.msg);
		}
	}
	bd_arena_release(&arena);
	return served;
}

bool ask_served(const struct arguments *arguments, const struct bd_report *report, struct served_list *list)
{
	bool any = false;
	for (size_t i = 0; i < report->remedy.len && !source_options(arguments).offline; i++) {
		const struct bd_remedy *remedy = &report->remedy.v[i];
		if (remedy->reference == NULL || remedy->digest == NULL || list->len >= QUESTIONS_MOST ||
			find(list, remedy) != NULL) {
			continue;
		}
		const enum bd_tri served =
			host_failed(list, remedy->reference) ? BD_CANNOT_TELL : ask(arguments, remedy);
		*bd_vec_push(list) = (struct bd_served){ remedy->reference, remedy->digest, served };
		any = true;
	}
	return any;
}
