/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "build.h"
#include "commands.h"
#include "console.h"
#include "keep.h"

static int import_store(struct bd_store *store, const char *url, struct bd_store_import *counts, struct bd_error *err)
{
	const struct bd_store_options options = { .write = false };
	struct bd_store *from = NULL;
	if (bd_store_open(url, &options, &from, err) < 0) {
		return -(int)err->code;
	}
	const int result = bd_store_import_store(store, from, counts, err);
	bd_store_close(from);
	return result;
}

/* Anything else that takes the place of a build: an SBOM. */
static int import_other(struct arguments *arguments, struct bd_store *store, const char *name,
	struct bd_store_import *counts, struct bd_error *err)
{
	struct bd_record *record = NULL;
	struct bd_buf bytes = { 0 };
	const struct bd_store_arrival arrival = { .project = counts->project };
	bool is_new = false;
	int result = open_build(arguments, name, &record, err);
	if (result == 0) {
		result = bd_record_write(record, &bytes, err);
	}
	if (result == 0) {
		result = bd_store_put(store, bd_buf_view(&bytes), record, &arrival, &is_new, err);
	}
	if (result == 0) {
		counts->read++;
		counts->added += is_new;
	}
	bd_buf_release(&bytes);
	bd_record_free(record);
	return result;
}

/* Records and exported stores begin with a type; compressed ones are told by their names. */
static bool has_records(const char *name)
{
	char first[512];
	struct stat st;
	const struct bd_str text = bd_str(name);
	if (stat(name, &st) != 0 || bd_str_ends(text, ".jsonl") || bd_str_ends(text, ".jsonl.zst") ||
		bd_str_ends(text, ".jsonl.gz")) {
		return true;
	}
	const int fd = S_ISREG(st.st_mode) ? open(name, O_RDONLY | O_CLOEXEC) : -1;
	const ssize_t n = fd >= 0 ? read(fd, first, sizeof(first)) : -1;
	if (fd >= 0) {
		(void)close(fd);
	}
	const struct bd_str begin = { first, n > 0 ? (size_t)n : 0 };
	return bd_record_sniff(begin) || bd_str_starts(begin, "{\"type\":\"stored\"") ||
	       bd_str_starts(begin, "{\"type\":\"seen\"");
}

static int import_one(struct arguments *arguments, struct bd_store *store, const char *name,
	struct bd_store_import *counts, struct bd_error *err)
{
	if (bd_store_url_likely(name)) {
		return import_store(store, name, counts, err);
	}
	return has_records(name) ? bd_store_import_file(store, name, counts, err)
				 : import_other(arguments, store, name, counts, err);
}

static int import_all(struct arguments *arguments, struct bd_store *store, struct bd_error *err)
{
	struct bd_store_import counts = { .project = arguments->project };
	int result = 0;
	for (size_t i = 0; i < arguments->operands.len && result == 0; i++) {
		result = import_one(arguments, store, arguments->operands.v[i], &counts, err);
	}
	print_hint(arguments, "%zu %s read, %zu new in %s", counts.read, counts.read == 1 ? "record" : "records",
		counts.added, bd_store_name(store));
	return result;
}

static int run(struct arguments *arguments, struct bd_error *err)
{
	struct bd_store *store = NULL;
	if (arguments->operands.len == 0) {
		return bd_error_set(
			err, BD_ERR_USAGE, "import takes record files, exported stores, or the URL of a store");
	}
	int result = open_store(arguments, true, &store, err);
	if (result == 0) {
		result = import_all(arguments, store, err);
	}
	bd_store_close(store);
	return result < 0 ? result : EXIT_SAME;
}

static const struct option_row *const options[] = { select_options, common_options, NULL };

const struct command command_import = {
	.name = "import",
	.synopsis = "FILE|STORE... [options]",
	.summary = "put records, or all of another store, into the store",
	.example = "basedrift import build-4811.jsonl",
	.details =
		"FILE is a build record (*.jsonl, .zst, .gz), several in one file as 'basedrift store export' writes them, or an\n"
		"SBOM; STORE the URL of another store.  What is there already stays as it is: importing twice changes nothing,\n"
		"and two stores that import each other have the same builds.  --project is for records that name none.\n",
	.options = options,
	.run = run,
};
