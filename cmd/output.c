/* SPDX-License-Identifier: Apache-2.0 */
#include "output.h"

#include <stdlib.h>

int write_output(const char *path, struct bd_str bytes, struct bd_error *err)
{
	struct bd_output *output = NULL;
	int result = bd_output_open(path != NULL ? path : "-", &output, err);
	if (result == 0) {
		result = bd_output_write(output, bytes, err);
	}
	if (result == 0) {
		result = bd_output_commit(output, err);
	}
	bd_output_close(output);
	return result;
}

static int open_all(const struct output *outputs, size_t count, struct bd_output **open, struct bd_error *err)
{
	for (size_t i = 0; i < count; i++) {
		if (bd_output_open(outputs[i].file != NULL ? outputs[i].file : "-", &open[i], err) < 0) {
			return -(int)err->code;
		}
	}
	return 0;
}

struct filling {
	write_output_fn *write;
	void *context;
	bool to_standard_output; /* these, or the files */
};

static int fill_all(const struct filling *filling, const struct output *outputs, size_t count, struct bd_output **open,
	struct bd_error *err)
{
	for (size_t i = 0; i < count; i++) {
		if ((outputs[i].file == NULL) == filling->to_standard_output &&
			(filling->write(&outputs[i], open[i], filling->context, err) < 0 ||
				bd_output_finish(open[i], err) < 0)) {
			return -(int)err->code;
		}
	}
	return 0;
}

static int commit_all(size_t count, struct bd_output **open, struct bd_error *err)
{
	for (size_t i = 0; i < count; i++) {
		if (bd_output_commit(open[i], err) < 0) {
			return -(int)err->code;
		}
	}
	return 0;
}

int write_output_set(
	const struct output *outputs, size_t count, write_output_fn *write, void *context, struct bd_error *err)
{
	struct filling filling = { .write = write, .context = context };
	struct bd_output **open = bd_xcalloc(count, sizeof(*open));
	int result = open_all(outputs, count, open, err);
	if (result == 0) {
		result = fill_all(&filling, outputs, count, open, err);
	}
	filling.to_standard_output = true; /* it cannot be taken back */
	if (result == 0) {
		result = fill_all(&filling, outputs, count, open, err);
	}
	if (result == 0) {
		result = commit_all(count, open, err);
	}
	for (size_t i = 0; i < count; i++) {
		bd_output_close(open[i]);
	}
	free(open);
	return result;
}

int check_outputs(const struct arguments *arguments, struct bd_error *err)
{
	const char *first = NULL;
	for (size_t i = 0; i < arguments->outputs.len; i++) {
		const struct output *output = &arguments->outputs.v[i];
		if (output->file == NULL && first != NULL) {
			return bd_error_set(err, BD_ERR_USAGE,
				"-o %s and -o %s both go to standard output: give one of them a file", first,
				output->format);
		}
		first = output->file == NULL ? output->format : first;
	}
	return 0;
}
