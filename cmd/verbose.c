/* SPDX-License-Identifier: Apache-2.0 */
#include "verbose.h"

#include "console.h"

void print_request(const char *sentence, void *context)
{
	const struct arguments *arguments = context;
	print_detail(arguments, "%s", sentence);
}

static void print_one(const struct arguments *arguments, const struct bd_evidence *evidence)
{
	const bool kind_known = evidence->digest.value != NULL && evidence->digest.kind != BD_DIGEST_UNKNOWN;
	print_detail(arguments, "  %s: %s%s%s%s%s (%s)%s%s", evidence->source,
		evidence->reference != NULL ? evidence->reference : "",
		evidence->reference != NULL && evidence->digest.value != NULL ? " " : "",
		kind_known ? bd_digest_kind_name(evidence->digest.kind) : "", kind_known ? " " : "",
		evidence->digest.value != NULL ? evidence->digest.value : "", bd_confidence_name(evidence->confidence),
		evidence->note != NULL ? ": " : "", evidence->note != NULL ? evidence->note : "");
}

void print_evidence(const struct arguments *arguments, const struct bd_record *record)
{
	for (size_t i = 0; arguments->verbose && i < record->bases.len; i++) {
		const struct bd_base *base = &record->bases.v[i];
		print_detail(arguments, "%s %s: %s", bd_role_name(base->role), base->as_written,
			bd_confidence_name(base->confidence));
		for (size_t k = 0; k < base->evidence.len; k++) {
			print_one(arguments, &base->evidence.v[k]);
		}
	}
}
