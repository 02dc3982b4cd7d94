/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "check/check_parts.h"

static void release_run(struct check_run *run)
{
	free(run->packages.v);
}

struct bd_discrepancy *check_add(struct check_run *run, enum bd_discrepancy_kind kind)
{
	struct bd_discrepancy *one = arena_push(run->arena, &run->check->discrepancies);
	*one = (struct bd_discrepancy){ .kind = kind, .layer = -1 };
	return one;
}

static int status_of(const struct bd_check *check)
{
	bool unknown = check->unknown.len > 0;
	for (size_t i = 0; i < check->discrepancies.len; i++) {
		if (check->discrepancies.v[i].kind != BD_BASE_UNKNOWN) {
			return 1;
		}
		unknown = true;
	}
	return unknown ? 2 : 0;
}

int bd_check_record(const struct bd_baseline *baseline, const struct bd_record *record,
	const struct bd_check_options *options, struct bd_arena *arena, struct bd_check *out, struct bd_error *err)
{
	*out = (struct bd_check){ .baseline = baseline, .record = record };
	AUTO(release_run) struct check_run run = { .check = out, .options = options, .arena = arena, .err = err };
	const bool compared = baseline->format == BD_BASELINE_RECORD && options->report != NULL;
	if (compared) {
		check_run_base_pairs(&run);
	}
	check_run_base_rules(&run);
	check_run_list_packages(&run);
	if (baseline->by_place) {
		check_run_set_aside(&run);
	}
	if (check_run_forbidden(&run) < 0 || check_run_required(&run) < 0) {
		return -(int)err->code;
	}
	check_run_unexpected(&run);
	if (compared) {
		check_run_content(&run);
		check_run_setting_changes(&run);
	}
	check_run_setting_rules(&run);
	for (size_t i = 0; i < out->discrepancies.len; i++) {
		explain_discrepancy(&out->discrepancies.v[i], out, options, arena);
	}
	out->status = status_of(out);
	return 0;
}

void bd_baseline_of_record(const struct bd_record *record, struct bd_arena *arena, struct bd_baseline *out)
{
	*out = (struct bd_baseline){ .format = BD_BASELINE_RECORD, .exact_settings = true };
	for (size_t i = 0; i < record->ecosystems.len; i++) {
		baseline_add_exact(out, record->ecosystems.v[i], arena);
	}
	for (size_t i = 0; i < record->packages.len; i++) {
		const struct bd_package *package = &record->packages.v[i];
		struct bd_purl purl;
		struct bd_error ignored;
		baseline_add_exact(out, package->type, arena);
		if (package->owned_by != NULL) {
			continue;
		}
		if (bd_purl_parse_lenient(bd_str(package->purl), arena, &purl, &ignored) < 0) {
			purl = (struct bd_purl){ .namespace = package->namespace, .name = package->name };
		}
		*arena_push(arena, &out->rules) = (struct bd_rule){ .type = package->type,
			.namespace = purl.namespace,
			.name = rule_name(package->type, purl.name, arena),
			.version = package->version,
			.arch = package->arch,
			.text = package->purl };
	}
}
