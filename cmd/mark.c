/* SPDX-License-Identifier: Apache-2.0 */
#include "basedrift/record.h"

#include "commands.h"
#include "console.h"
#include "keep.h"

static int mark(struct arguments *arguments, struct bd_store *store, enum bd_status status, struct bd_error *err)
{
	const struct bd_store_filter filter = selected_builds(arguments);
	struct bd_store_builds builds;
	if (bd_store_find(store, arguments->operands.v[0], &filter, &builds, err) < 0) {
		return -(int)err->code;
	}
	const int result = bd_store_mark(store, &builds.v[0], status, err);
	if (result == 0) {
		print_hint(arguments, "%s: %s (was %s)", builds.v[0].name, bd_status_name(status),
			bd_status_name(builds.v[0].status));
	}
	bd_store_builds_release(&builds);
	return result;
}

static int run(struct arguments *arguments, struct bd_error *err)
{
	struct bd_store *store = NULL;
	enum bd_status status;
	if (arguments->operands.len != 2) {
		return bd_error_set(
			err, BD_ERR_USAGE, "mark takes a build and a status: basedrift mark orders-api#4811 failed");
	}
	if (!bd_status_parse(arguments->operands.v[1], &status)) {
		return bd_error_set(
			err, BD_ERR_USAGE, "%s: a build has passed, failed, or is unknown", arguments->operands.v[1]);
	}
	int result = open_store(arguments, true, &store, err);
	if (result == 0) {
		result = mark(arguments, store, status, err);
	}
	bd_store_close(store);
	return result < 0 ? result : EXIT_SAME;
}

static const struct option_row *const options[] = { select_options, common_options, NULL };

const struct command command_mark = {
	.name = "mark",
	.synopsis = "BUILD passed|failed|unknown [options]",
	.summary = "set a build's status afterwards",
	.example = "basedrift mark orders-api#4811 failed",
	.details = "The record stays as it is; the store keeps the status beside it, and every command goes by it.\n"
		   "BUILD: PROJECT#ID, #ID, #ID.ATTEMPT, @last, @last-good, @last-failed, @-N.\n",
	.options = options,
	.run = run,
};
